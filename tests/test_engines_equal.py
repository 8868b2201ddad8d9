"""The three engines give the same outcomes and the same final firms, to the bit."""

from dataclasses import replace

import numpy as np
import pytest
from small_worlds import BUSY, column, differences, everything, with_values, world

from sim.engines import simulate, simulate_lanes
from sim.engines.world import build
from sim.model.errors import BadInput
from sim.model.outcome_table import COLUMNS
from sim.model.parameters import PARAMETERS
from sim.model.scenario import Scenario

NETWORKS = PARAMETERS["network.kind"].choices

CALM = ("run.months=30",)
EIGHT = "market.shares=[0.3, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05, 0.05]"
GROUPS = ("network.kind=groups", "network.partners=4")
BANNED = (
    "available.private={micro = 0}", "start.private={micro = 0}", "start.on_premise={micro = 0.892, large = 0.63}",
    "available.hybrid={large = 0}", "start.hybrid={large = 0}",
)  # fmt: skip
VOUCHER = ("instrument=compute_voucher", "start=2", "rate=0.7", "agent_rate=0.8", "cap=1e6")
"""Two of them would pay more than price and agents cost."""
UNEVEN = "population.sample_mix={micro = 0.97, small = 0.03, medium = 0, large = 0}"


def assert_engines_agree(scenario: Scenario, replicate: int) -> None:
    numpy = simulate(scenario, replicate, "numpy")
    assert differences(numpy, simulate(scenario, replicate, "compiled")) == []
    assert differences(numpy, simulate(scenario, replicate, "mesa")) == []


@pytest.mark.parametrize("replicate", [0, 7])
@pytest.mark.parametrize("seed", [0, 3, 2**63 - 1])
@pytest.mark.parametrize("name", ["baseline", "eu-2014"])
def test_both_worlds(name, seed, replicate):
    assert_engines_agree(world(name, *CALM, f"run.seed={seed}"), replicate)


@pytest.mark.parametrize("interval", [1, 3, 7, 12, 60])
@pytest.mark.parametrize("name", ["baseline", "eu-2014"])
def test_review_intervals_in_a_busy_world(name, interval):
    assert_engines_agree(world(name, *BUSY, f"review.interval={interval}", firms=150), 1)


@pytest.mark.parametrize("interval", [1, 5, 12])
@pytest.mark.parametrize("name", ["baseline", "eu-2014"])
def test_every_instrument_and_event_at_once(name, interval):
    assert_engines_agree(world(name, *everything(), f"review.interval={interval}", firms=150), 0)


def test_lanes_with_some_of_everything_give_what_each_gives_alone():
    """Lanes that lack policies of others, or aim the same ones at other sectors."""
    settings, lanes = everything(), []
    for n in range(9):
        dropped = [f"policy.p{k}." for k in range(15) if (k + n) % 4 == 0]
        dropped += [f"event.e{k}." for k in range(7) if k % 3 == n % 3]
        kept = [each for each in settings if not each.startswith(tuple(dropped))]
        kept += ['policy.p2.sectors=["services"]'] if n % 2 and "policy.p2." not in dropped else []
        lanes.append(world("baseline", *kept, firms=120))
    compiled, numpy = simulate_lanes(lanes, 0, "compiled"), simulate_lanes(lanes, 0, "numpy")
    for n, scenario in enumerate(lanes):
        assert differences(compiled[n], numpy[n]) == [], n
        assert differences(compiled[n], simulate(scenario, 0, "compiled")) == [], n
    assert len({result.values.tobytes() for result in compiled}) == 9


@pytest.mark.parametrize("lanes", [1, 17])
@pytest.mark.parametrize("policies", [1, 2, 3, 5])
def test_any_number_of_policies_support_a_firm_at_once(policies, lanes):
    """Each takes what those before it left; all are for everybody, and some limit their support."""
    settings = ["agents.value=120"]
    for n in range(policies):
        own = f"rate=0.{n + 2}", f"agent_rate=0.{5 - n}", f"cap={2000 * (n + 1)}", "reach=1.0", "redemption=1.0"
        settings += [f"policy.p{n}.{each}" for each in ("instrument=compute_voucher", "start=1", *own)]
    prices = [f"cost.public_price={80 + n}" for n in range(lanes)]
    alike = [world("baseline", *settings, price, "run.months=24", firms=150) for price in prices]
    results = simulate_lanes(alike, 0, "compiled"), simulate_lanes(alike, 0, "numpy")
    for compiled, numpy in zip(*results, strict=True):
        assert differences(compiled, numpy) == []
    assert differences(results[0][0], simulate(alike[0], 0, "mesa")) == []
    spent = results[0][0].values[-1, len(COLUMNS) :]  # of each policy
    assert len(spent) == policies
    assert spent.min() > 0.0
    assert column(results[0][0], "share.agents")[-1] > 0.0
    assert (column(results[0][0], "capped") > 0.0).any()


def test_counts_of_more_firms_than_share_a_number_are_right():
    """Every month all firms of 17 lanes review, and more of a class know of cloud than eight bits count."""
    settings = [each for each in BUSY if not each.startswith(("policy", "event"))]
    settings += ["review.interval=1", "run.months=6", "population.not_applicable={micro=0}"]
    settings += ["awareness.start={micro=1}"]
    lanes = [world("baseline", *settings, f"cost.public_price={60 + n}", firms=900) for n in range(17)]
    compiled, numpy = simulate_lanes(lanes, 0, "compiled"), simulate_lanes(lanes, 0, "numpy")
    assert [differences(*both) for both in zip(compiled, numpy, strict=True)] == [[]] * len(lanes)
    micro = build(lanes, 0).layout.classes == 0
    assert min(result.final["aware"][micro].sum() for result in compiled) > 255


def test_one_provider_and_more_partners_than_a_byte_counts():
    """Together, as each alone would need a kernel of its own, to be compiled."""
    one = "market.shares=[1]", "market.markup=[0.3]", "event.breach.provider=1", "constants.solve=true"
    settings = *BUSY, *one, "network.partners=260"
    lanes = [world("baseline", *settings, f"cost.private={160 + n}", firms=300) for n in range(17)]
    compiled, numpy = simulate_lanes(lanes, 0, "compiled"), simulate_lanes(lanes, 0, "numpy")
    assert [differences(*both) for both in zip(compiled, numpy, strict=True)] == [[]] * len(lanes)
    assert differences(compiled[0], simulate(lanes[0], 0, "mesa")) == []


def test_lanes_with_policies_in_another_order_are_refused():
    given = [[f"policy.{n}.{each}" for each in ("instrument=outreach", "start=1")] for n in "ab"]
    first, second = world("baseline", *given[0], *given[1]), world("baseline", *given[1], *given[0])
    with pytest.raises(BadInput, match="another order"):
        simulate_lanes([first, second], 0, "numpy")


def test_the_pandemic_of_the_eu_world():
    assert_engines_agree(world("eu-2014", "run.start=2019-06", "run.months=40", firms=200), 2)


@pytest.mark.parametrize("kind", NETWORKS)
def test_networks(kind):
    assert_engines_agree(world("baseline", *BUSY, f"network.kind={kind}", "network.partners=6", firms=240), 0)


@pytest.mark.parametrize("name", ["subsidy", "strengthen-security", "price-war", "provider-breach"])
def test_library(name):
    assert_engines_agree(world(name, "run.months=40", firms=200), 0)


@pytest.mark.parametrize(
    ("settings", "firms"),
    [
        (("network.kind=mean-field", "population.sample_mix={micro=0,small=0,medium=1,large=0}"), 1),
        ((*GROUPS, "network.partners=1", "population.sample_mix={micro=0,small=0,medium=1,large=0}"), 1),
        (("network.kind=ring", "network.partners=1"), 5),
        (("network.kind=random", "network.partners=19"), 20),
        ((*GROUPS, "review.interval=1"), 40),
        ((UNEVEN,), 100),
        (("market.shares=[1]", "constants.solve=true"), 60),
        ((EIGHT, "constants.solve=true", "review.interval=3"), 60),
        (("invest.growth_form=1", "agents.value=600", "invest.growth=2"), 60),
        ((*BANNED, "switch.migration=0"), 60),
        ((*BANNED, "constants.solve=true"), 60),
        (("constants.solve=false", "constant.appeal=[20, 0, -20]"), 60),
        (("run.every=7",), 60),
        (("agents.value=900", *(f"policy.{n}.{each}" for n in "xy" for each in VOUCHER)), 60),
        (("market.outside=0", "population.not_applicable=0.5", "awareness.start=0.5", "start.private=0",
          "start.public=0", "start.hybrid=0", "start.on_premise=1", "constants.solve=false"), 60),
    ],
)  # fmt: skip
def test_odd_worlds(settings, firms):
    assert_engines_agree(world("baseline", "run.months=26", *settings, firms=firms), 0)


def test_more_firms_than_a_stream_holds():
    scenario = world("baseline", "run.months=2", "network.partners=2", "review.interval=1", firms=66_000)
    assert differences(simulate(scenario, 0, "numpy"), simulate(scenario, 0, "compiled")) == []


def neighbours(base: Scenario) -> dict[str, Scenario]:
    """The scenario with one parameter moved, for every parameter that lanes may differ in."""
    found = {}
    for key, parameter in PARAMETERS.items():
        if parameter.shared or parameter.choices or key == "market.shares" or key.startswith("start."):
            continue
        low, high = parameter.hard
        own = base.values[key]

        def moved(value, low=low, high=high, whole=parameter.integer):
            if whole:
                return int(low + high - value)
            return min(value * 1.25, high) if 0.0 < value * 1.25 <= high else low + 0.6 * (min(high, 10.0) - low)

        new = tuple(moved(v) for v in own) if isinstance(own, tuple) else moved(own)
        found[key] = replace(base, values={**base.values, key: new})
    return found


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_each_parameter_in_a_lane_of_its_own_acts_as_it_does_alone(engine):
    base = world("baseline", *BUSY, "run.months=24", firms=80)
    lanes = neighbours(base)
    together = simulate_lanes(list(lanes.values()), 0, engine)
    wrong = {
        key: found
        for (key, scenario), result in zip(lanes.items(), together, strict=True)
        if (found := differences(result, simulate(scenario, 0, engine)))
    }
    assert not wrong


def lanes_of_all_kinds() -> list[Scenario]:
    """64 scenarios that differ in parameters, policies, events, starting shares and constants."""
    found = []
    for n in range(64):
        settings = [f"cost.public_price={70 + n}", f"choice.scale={20 + n % 5 * 5}", f"switch.portability={n % 9 / 10}"]
        if n % 2:
            settings += [s for s in BUSY if not s.startswith("run.")]
        if n % 4 == 1:
            settings += [f"policy.first.budget={n}e7", f"policy.second.rate={n / 64}"]
        if n % 4 == 2:
            settings += ["policy.second.instrument=public_cloud_subsidy", f"policy.second.start={1 + n // 4}"]
        if n % 8 == 3:
            settings += ["constants.solve=true", "start.public={large = 0.2}", "start.on_premise={large = 0.395}"]
        if n % 16 == 5:
            settings += BANNED
        found.append(world("baseline", *settings, "run.months=26", firms=200))
    return found


def test_sixty_four_lanes_give_what_each_gives_alone():
    lanes = lanes_of_all_kinds()
    compiled, numpy = simulate_lanes(lanes, 0, "compiled"), simulate_lanes(lanes, 0, "numpy")
    for n, scenario in enumerate(lanes):
        assert differences(compiled[n], numpy[n]) == [], n
        assert differences(compiled[n], simulate(scenario, 0, "compiled")) == [], n
    for n in range(0, 64, 9):
        assert differences(compiled[n], simulate(lanes[n], 0, "mesa")) == [], n
    assert len({result.values.tobytes() for result in compiled}) == 64


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 9, 33])
def test_any_number_of_lanes(count):
    lanes = lanes_of_all_kinds()[:count]
    together = simulate_lanes(lanes, 3, "compiled")
    for n in (0, count - 1):
        assert differences(together[n], simulate(lanes[n], 3, "numpy")) == []


def test_lanes_that_differ_in_what_makes_the_population_are_refused():
    lanes = [world(), world("baseline", "population.sensitivity_sd=0.6")]
    with pytest.raises(BadInput, match=r"population\.sensitivity_sd"):
        simulate_lanes(lanes, 0, "numpy")


@pytest.fixture(scope="module")
def busy():
    scenario = world("baseline", *BUSY, "policy.guard.budget=4e9", firms=600)
    return scenario, simulate(scenario, 5, "numpy")


@pytest.mark.parametrize("engine", ["compiled", "mesa"])
def test_the_busy_world_is_equal(busy, engine):
    scenario, numpy = busy
    assert differences(numpy, simulate(scenario, 5, engine)) == []


def test_in_the_busy_world_everything_happens(busy):
    """The equality above says something about each of these."""
    scenario, result = busy
    budget = sum(policy.budget for policy in scenario.policies if policy.budget is not None)
    left = column(result, "budget_left")
    assert left[0] == budget
    assert left[-1] < 0.01  # both budgets ran dry; what no claim divides evenly stays
    for outcome in ("incidents", "congestion", "capped", "returns", "provider_changes", "share.agents"):
        assert column(result, outcome).max() > 0.0, outcome
    quiet = (column(result, "incidents") == 0.0).sum()
    assert 0 < quiet < len(result.months)
    assert (column(result, "incidents")[17:19] >= 0.05).all()  # the breach
    for option in ("on_premise", "private", "public", "hybrid"):
        assert column(result, f"share.firms.{option}").min() > 0.01, option
    assert set(np.unique(result.final["provider"])) == {-1, 0, 1, 2}
    assert len(np.unique(column(result, "price").round(6))) > 40
    assert with_values(scenario) == scenario
