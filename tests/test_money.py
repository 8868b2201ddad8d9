"""Outcomes in money: surplus against closed forms, profit, incidence, welfare as an identity, exact accounts."""

import numpy as np
import pytest
from small_worlds import BUSY, column, differences, world

from sim.engines import simulate
from sim.engines.mesa_engine import CloudAdoption
from sim.engines.world import build
from sim.model.instruments import INSTRUMENTS
from sim.model.nouns import CLASSES
from sim.model.outcome_table import columns

SCALE, VALUES = 20.0, (0.0, 12.0, -9.0)
"""Gumbel scale, and values of on-premise, private and public in a world of nothing else."""

BARE = (
    "constants.solve=false", "network.kind=mean-field", "review.interval=1", "population.not_applicable=0",
    "population.smallest=1", "population.largest=1", "sector.intensity=1", "sector.compliance_tier=0",
    "population.sample_mix={micro=1, small=0, medium=0, large=0}",
    "population.national_mix={micro=1, small=0, medium=0, large=0}",
    f"choice.scale={SCALE}", "choice.taste_option=0", "choice.taste_provider=0", "available.hybrid=0",
    "start.on_premise=0.4", "start.private=0.3", "start.public=0.3", "start.hybrid=0", "awareness.start=1",
    f"constant.private={VALUES[1]}", f"constant.public={VALUES[2]}", "cost.on_premise=0", "cost.on_premise_fixed=0",
    "cost.public_fixed=0", "cost.public_price=0", "cost.private=0", "cost.private_fixed=0", "cost.upfront_fixed=0",
    "cost.upfront_seat=0", "benefit.private=0", "benefit.public=0", "reach.public=0", "security.loss=0",
    "agents.available=0", "switch.migration=0", "run.months=12",
)  # fmt: skip

EULER = 0.5772156649015329


def test_mean_surplus_is_the_logsum():
    """Oracle O2: a firm's expected utility is σ(ln Σ e^(V/σ) + γ) a month, within 4 standard errors."""
    firms = 20_000
    result = simulate(world("baseline", *BARE, firms=firms), 0, "compiled")
    national, months = 48.42e6, 12
    found = column(result, "surplus.decision")[-1] / national / months
    expected = SCALE * (np.log(np.exp(np.array(VALUES) / SCALE).sum()) + EULER)
    error = SCALE * np.pi / np.sqrt(6 * firms * months)  # the maximum of Gumbels is a Gumbel of the same scale
    rounding = 0.5 / np.sqrt(firms * months)  # each contract is counted in whole money
    assert found == pytest.approx(expected, abs=4 * (error + rounding))
    assert abs(found - expected * 1.1) > 4 * (error + rounding)
    assert np.array_equal(column(result, "surplus.experience"), column(result, "surplus.decision"))


SHORT = (
    "policy.a.instrument=public_cloud_subsidy", "policy.a.start=1", "policy.a.rate=0.4", "policy.a.reach=1",
    "policy.b.instrument=compute_voucher", "policy.b.start=1", "policy.b.rate=0.2", "policy.b.agent_rate=0.5",
    "policy.b.reach=1", "run.months=3",
)  # fmt: skip


@pytest.mark.parametrize("engine", ["numpy", "compiled", "mesa"])
@pytest.mark.parametrize("part", [0.0, 0.3, 0.9])
def test_experience_counts_support_that_was_paid_and_decision_what_was_promised(engine, part):
    """In the month in which money runs short; by class, to the whole money of each simulated firm's class."""
    def after_a_month(*given):
        result = simulate(world("baseline", *SHORT, *given, firms=600), 0, engine)
        names = columns(("a", "b"))
        return {name: result.values[1, n] for n, name in enumerate(names)}

    full = after_a_month()
    spent = {name: full["spent", f"policy.{name}"] for name in "ab"}
    assert min(spent.values()) > 0.0
    short = after_a_month(*(f"policy.{name}.budget={max(1.0, part * spent[name])}" for name in "ab"))
    unpaid = full["spent", "total"] - short["spent", "total"]
    assert unpaid == pytest.approx((1.0 - part) * sum(spent.values()), rel=1e-6)
    weights = build([world("baseline", *SHORT, firms=600)], 0).layout.weights
    classes = ("total", *CLASSES)
    assert [full["surplus.decision", c] for c in classes] == [short["surplus.decision", c] for c in classes]
    missed = np.array([full["surplus.experience", c] - short["surplus.experience", c] for c in classes])
    assert missed[0] == pytest.approx(unpaid, abs=2 * weights.sum())
    assert (missed > 0.0).all()
    assert missed[1:].sum() == pytest.approx(missed[0], rel=1e-12)


def test_experience_counts_losses_at_the_objective_rate():
    """With a loss of 1,200 a seat and hit, and every belief held at its prior, the two differ by the mean excess."""
    given = ("security.loss=1200", "security.learning=0", "security.contagion=0", "market.shares=[1]")
    given += ("population.sensitivity_sd=0", "sector.sensitivity=1", "invest.share=0", "risk.threat=0")
    model = CloudAdoption(world("baseline", *BARE, *given, "risk.private=0.02", firms=500), 0)
    expected = 0.0
    for _ in range(3):
        model.step()
        for firm in model.firms:
            walls = 0.02 * 50.0**0.2  # of one seat, where the parameter holds for fifty
            perceived, true = {0: (0.0, 1.5 * walls), 1: (0.05, walls), 2: (0.1, 0.032)}[firm.option]
            expected += round((perceived - true) * 100.0)
    weight = model.world.layout.weights[0]
    found = model.outcomes()["surplus.experience"] - model.outcomes()["surplus.decision"]
    assert found == pytest.approx(expected * weight, rel=1e-9)


@pytest.fixture(scope="module")
def busy():
    scenario = world("baseline", *BUSY, firms=300)
    return scenario, simulate(scenario, 2, "compiled")


def test_welfare_is_the_sum_of_its_parts(busy):
    scenario, result = busy
    surplus, profit = column(result, "surplus.experience"), column(result, "profit")
    cost = scenario.values["welfare.cost_of_funds"] * column(result, "spent")
    assert np.array_equal(column(result, "fiscal_cost"), column(result, "spent") * 1.2)
    assert column(result, "welfare") == pytest.approx(surplus + profit - cost, rel=1e-12)


@pytest.mark.parametrize("outcome", ["surplus.decision", "surplus.experience", "supported_seats"])
def test_classes_add_up_to_the_nation(busy, outcome):
    _, result = busy
    parts = sum(column(result, outcome, size) for size in CLASSES)
    assert parts == pytest.approx(column(result, outcome), rel=1e-12)


def test_spending_by_policy_adds_up(busy):
    scenario, result = busy
    names = columns(policy.name for policy in scenario.policies)
    assert [group for name, group in names[-3:]] == ["policy.first", "policy.second", "policy.guard"]
    assert result.values[:, -3:].sum(axis=1) == pytest.approx(column(result, "spent"), rel=1e-12)
    assert (np.diff(result.values[:, -3:], axis=0) >= 0).all()
    assert result.values[-1, -3:].min() > 0


def test_profit_of_the_first_month_by_hand():
    """Margin 1 - 1/1.3 on what modelled firms buy at list prices, less their share of an investment of .12·revenue."""
    model = CloudAdoption(world("baseline", "run.months=2", "agents.paying_share=0.5", firms=200), 0)
    model.step()
    expected = 0.0
    for provider in model.providers:
        seats = agents = 0.0
        for firm in model.firms:
            if firm.provider == provider.number:
                weight = model.weights[firm.size_class]
                seats += weight * firm.public_seats
                agents += weight * firm.public_seats * firm.agents
        firms = 100 * seats + 0.5 * 40 * agents
        everybody = firms + provider.outside[0] * model.government.mean_price
        boost = 0.3 * max(0.0, everybody - (provider.revenues[1] * 11 + everybody) / 12)
        expected += (1 - 1 / 1.3) * firms - (0.12 * everybody + boost) * firms / everybody
    assert model.outcomes()["profit"] == pytest.approx(expected, rel=1e-9)


def test_incidence_is_what_is_passed_on_once_prices_have_settled():
    """With two fifths passed on and prices that move at once, .4 of the average support stands in the price."""
    given = ("policy.s.instrument=public_cloud_subsidy", "policy.s.start=1", "policy.s.rate=0.5", "policy.s.cap=1e9")
    scenario = world("baseline", *given, "policy.s.incidence=0.4", "market.pass_through=1", "run.months=36")
    result = simulate(scenario, 0, "compiled")
    support, in_price = column(result, "support"), column(result, "support.in_price")
    assert support[12:].min() > 5
    assert in_price[12:] == pytest.approx(0.4 * support[12:], rel=1e-9)
    none = simulate(world("baseline", *given, "market.pass_through=1", "run.months=36"), 0, "compiled")
    assert column(none, "support.in_price").max() == 0.0
    assert (column(result, "price")[13:] > column(none, "price")[13:]).all()


def random_policies(rng: np.random.Generator) -> list[str]:
    """Settings of three to eight policies of any instruments, with budgets from nothing to plenty."""
    found = []
    for n in range(rng.integers(3, 9)):
        name = rng.choice(list(INSTRUMENTS))
        start = rng.integers(1, 20)
        found += [f"policy.p{n}.instrument={name}", f"policy.p{n}.start={start}"]
        found += [f"policy.p{n}.end={start + rng.integers(0, 20)}", f"policy.p{n}.ramp={rng.integers(0, 8)}"]
        if rng.random() < 0.8:
            found += [f"policy.p{n}.budget={10 ** rng.uniform(4, 11):.0f}"]
        for key, field in INSTRUMENTS[name].fields.items():
            low, high = field.plausible
            found += [f"policy.p{n}.{key}={low + (high - low) * rng.random()}"]
        if "sectors" in INSTRUMENTS[name].targets and rng.random() < 0.5:
            found += [f'policy.p{n}.sectors=["trade", "ict"]']
        if "reach" in INSTRUMENTS[name].targets:
            found += [f"policy.p{n}.reach={rng.random()}", f"policy.p{n}.new_users={str(rng.random() < 0.3).lower()}"]
    return found


@pytest.mark.parametrize("seed", range(12))
def test_the_treasury_balances_under_any_policies(seed):
    """Spent + left = budget for all budgets, to the unit, in every month; and engines agree."""
    rng = np.random.Generator(np.random.SFC64(seed))
    interval = rng.choice([1, 5, 12])
    scenario = world("baseline", *random_policies(rng), "run.months=30", f"review.interval={interval}", firms=150)
    result = simulate(scenario, seed, "compiled")
    paid = np.rint(result.values[:, -len(scenario.policies) :] * 1e4).astype(np.int64)
    limited = [n for n, policy in enumerate(scenario.policies) if policy.budget is not None]
    budgets = [round(scenario.policies[n].budget * 1e4) for n in limited]
    left = np.rint(column(result, "budget_left") * 1e4).astype(np.int64)
    assert (paid[:, limited].sum(axis=1) + left == sum(budgets)).all()
    assert (paid[:, limited] <= budgets).all()
    assert (np.diff(paid, axis=0) >= 0).all()
    assert paid[-1].sum() > 0
    assert differences(result, simulate(scenario, seed, "numpy")) == []
    assert differences(result, simulate(scenario, seed, "mesa")) == []
