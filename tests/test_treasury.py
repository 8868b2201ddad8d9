"""The treasury accounts for every smallest unit, and never pays more than a budget."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import column, differences, world

from sim.engines import simulate
from sim.engines.economy_kernels import Duties, due
from sim.engines.world import build
from sim.model.errors import BadInput
from sim.model.treasury import Treasury, national, withheld
from sim.model.units import LARGEST_SUM, MONEY_UNITS

AMOUNT = st.one_of(st.integers(0, 10**15), st.integers(0, 10**17))


def treasury(*budgets: int | None) -> Treasury:
    """A treasury of one lane; None for a policy without a budget."""
    left = np.array([[budget or 0] for budget in budgets], np.int64)
    return Treasury(left, np.array([[budget is not None] for budget in budgets]))


@given(st.lists(st.one_of(st.none(), AMOUNT), min_size=1, max_size=4), st.data())
def test_spent_and_left_are_the_budget_after_any_claims(budgets, data):
    """Oracle O15: exact, never negative, and never more than was claimed."""
    found = treasury(*budgets)
    paid_before = np.zeros((len(budgets), 1), np.int64)
    for _ in range(data.draw(st.integers(1, 6))):
        shape = st.lists(AMOUNT, min_size=5, max_size=5)
        claims = np.array([data.draw(shape) for _ in budgets], np.int64)[:, :, None]
        asked = claims.copy()
        short = [b is not None and claims[n].sum() > found.left[n, 0] for n, b in enumerate(budgets)]
        had = found.left.copy()
        paid = found.pay(claims)
        assert (claims == asked).all()
        assert (paid >= 0).all()
        assert (paid <= claims).all()
        paid_before += paid.sum(axis=1)
        assert (found.spent == paid_before).all()
        for n, budget in enumerate(budgets):
            if not short[n]:
                assert (paid[n] == claims[n]).all()
            if budget is not None:
                assert int(found.spent[n, 0]) + int(found.left[n, 0]) == budget
                assert found.left[n, 0] >= 0
            if short[n]:
                due = int(claims[n].sum())
                expected = [int(claim) * int(had[n, 0]) // due for claim in claims[n, :, 0]]
                assert paid[n, :, 0].tolist() == expected
                assert found.left[n, 0] < 5  # less than one unit a group stays


def test_a_short_month_is_paid_pro_rata_by_floor_and_the_remainder_stays():
    found = treasury(100)
    paid = found.pay(np.array([[[70], [50], [30], [0], [3]]]))
    assert paid.ravel().tolist() == [45, 32, 19, 0, 1]
    assert found.left.tolist() == [[3]]


def test_large_claims_are_shared_to_the_last_unit():
    """1·(d - 1)/d is below 1, by less than a float can tell."""
    due = 2 * 10**17
    assert treasury(due - 1).pay(np.array([[[1], [due - 1]]])).ravel().tolist() == [0, due - 2]


def test_a_policy_that_ran_short_is_over_though_a_remainder_stays():
    """Otherwise firms would go on deciding on a support that is announced and never paid."""
    found = treasury(100, None)
    assert found.active().tolist() == [[True], [True]]
    found.pay(np.array([[[70], [50]], [[10], [10]]]))
    assert found.left[0, 0] == 1
    assert found.active().tolist() == [[False], [True]]


def test_a_budget_spent_to_the_last_unit_is_over():
    found = treasury(100, 100)
    found.pay(np.array([[[70], [30]], [[70], [29]]]))
    assert found.active().tolist() == [[False], [True]]


def test_lanes_have_their_own_money():
    found = Treasury(np.array([[10, 1000]], np.int64), np.array([[True, True]]))
    paid = found.pay(np.array([[[8, 8], [8, 8]]], np.int64))
    assert paid[0].tolist() == [[5, 8], [5, 8]]
    assert found.left.tolist() == [[0, 984]]


def test_claims_are_scaled_to_the_nation_in_whole_units():
    claims = np.array([[[3], [5]]], np.int64)
    assert national(claims, np.array([2.5, 0.1])).ravel().tolist() == [8, 1]
    assert national(claims, np.array([2.49, 0.08])).ravel().tolist() == [7, 0]


def test_what_was_promised_and_not_paid_is_told_by_firm_in_whole_money():
    """Of 700 a firm 100 are paid, each firm standing for 2.5; half a unit of money counts as one."""
    national_units = 2.5 * MONEY_UNITS
    assert withheld(700.0 * national_units, 100.0 * national_units, 2.5) == 600.0
    assert withheld(700.5 * national_units, 100.0 * national_units, 2.5) == 601.0
    assert withheld(700.4 * national_units, 100.0 * national_units, 2.5) == 600.0
    assert withheld(0.0, 0.0, 0.0) == 0.0


def test_a_budget_of_the_smallest_unit_is_a_budget():
    found = treasury(1)
    assert found.active().tolist() == [[True]]
    assert found.pay(np.array([[[1]]])).tolist() == [[[1]]]
    assert (found.spent.tolist(), found.active().tolist()) == ([[1]], [[False]])


def test_budgets_handed_in_stay_as_they_were():
    """They are a scenario's, and the next run's."""
    budgets = np.array([[100]], np.int64)
    Treasury(budgets, np.array([[True]])).pay(np.array([[[70]]]))
    assert budgets.tolist() == [[100]]


def test_a_policy_without_a_budget_has_nothing_left_whatever_it_pays():
    found = treasury(None)
    found.pay(np.array([[[70], [50]]]))
    assert (found.left.tolist(), found.spent.tolist()) == ([[0]], [[120]])


@pytest.mark.parametrize(
    ("spent", "claim", "other"),
    [(0, LARGEST_SUM * 1.01, 0), (LARGEST_SUM * 0.6, LARGEST_SUM * 0.6, 0), (0, 0, LARGEST_SUM * 1.01)],
)
def test_what_a_policy_pays_in_all_is_refused_beyond_what_can_be_counted(spent, claim, other):
    """4·10^18: in one month, in two together, and of any policy."""
    assert treasury(None).pay(np.array([[[4 * 10**18]]])).tolist() == [[[4 * 10**18]]]
    found = treasury(None, None)
    found.pay(np.array([[[spent]], [[0]]], dtype=np.int64))
    with pytest.raises(BadInput, match="the treasury can count"):
        found.pay(np.array([[[claim]], [[other]]], dtype=np.int64))


def test_what_policies_pay_together_is_refused_beyond_what_can_be_counted():
    """Each alone could be counted; their sum, which `spent` and `budget_left` report, could not."""
    found = treasury(None, None, None)
    found.pay(np.array([[[10**18]], [[10**18]], [[10**18]]]))
    with pytest.raises(BadInput, match=r"payments of policies come to 5e\+18"):
        found.pay(np.array([[[10**18]], [[10**18]], [[0]]]))
    assert treasury(*[10**18] * 4).left.sum() == 4 * 10**18
    with pytest.raises(BadInput, match=r"budgets of policies come to 5e\+18"):
        treasury(*[10**18] * 5)


def test_claims_too_large_to_count_are_refused():
    with pytest.raises(BadInput, match=r"the treasury can count: lower a policy's rate or cap"):
        national(np.array([[[10**12], [0]]], np.int64), np.array([LARGEST_SUM / 1e12 * 1.01, 1.0]))


@pytest.mark.parametrize("budget", [None, 10**18])
def test_claims_that_can_be_counted_one_by_one_do_not_overflow_together(budget):
    """Five groups at the limit, month after month: refused, or paid to the last unit."""
    found, claims = treasury(budget), np.full((1, 5, 1), int(LARGEST_SUM), np.int64)
    paid = 0
    for _ in range(3):
        try:
            paid += sum(map(int, found.pay(claims).ravel()))
        except BadInput:
            break
        assert int(found.spent[0, 0]) == paid
        if budget is not None:
            assert paid + int(found.left[0, 0]) == budget


@pytest.mark.parametrize("engine", ["numpy", "mesa"])
def test_a_run_with_claims_too_large_to_count_is_refused(engine):
    settings = ("policy.s.instrument=security_strengthening", "policy.s.start=1", "policy.s.spending=100")
    rich = ("cost.public_price=1e5", "invest.share=1", "market.outside=1000")
    with pytest.raises(BadInput, match="the treasury can count"):
        simulate(world("baseline", *settings, *rich), 0, engine)


@pytest.mark.parametrize(("claim", "most"), [(7, 14.0), (-7, np.inf)])
def test_claims_of_more_firms_than_64_bits_can_sum_are_refused(claim, most):
    """Nobody claims less than nothing: such a sum has wrapped."""
    none, zeros = np.zeros((1, 1)), np.zeros((1, 1), np.int64)
    duties = Duties(
        supporting=np.zeros(1, np.intp), charged=np.zeros((1, 1, 1)), per_seat=np.zeros(1, bool), units=none,
        active=none, limited=none, left=zeros, spent=zeros, over=none, levels=np.zeros((1, 1, 1)),
    )  # fmt: skip
    given = np.full((1, 1, 1), claim), 0, np.zeros(1), np.array([2.0]), np.empty((1, 2, 1), np.int64)
    assert due.py_func(duties, *given) == most


@pytest.mark.parametrize("engine", ["numpy", "mesa"])
def test_a_run_whose_policies_together_pay_too_much_to_count_is_refused(engine):
    """Three campaigns of 48 trillion a year each: in forty months no one of them comes to the limit."""
    settings = [f"policy.{n}.{each}" for n in "abc" for each in ("instrument=outreach", "start=1", "cost=1e6")]
    one, three = settings[:3], settings
    assert simulate(world("baseline", *one, "run.months=40", firms=60), 0, engine).values.shape[0] == 41
    with pytest.raises(BadInput, match=r"payments of policies come to .* the treasury can count"):
        simulate(world("baseline", *three, "run.months=40", firms=60), 0, engine)


POLICIES = tuple(
    f"policy.{name}.{setting}"
    for name, settings in {
        "first": ("instrument=public_cloud_subsidy", "start=3", "rate=0.5", "cap=4000", "budget=2e9"),
        "second": ("instrument=public_cloud_subsidy", "start=5", "rate=0.9", "budget=7e9", "incidence=0.3"),
        "guard": ("instrument=security_strengthening", "start=2", "budget=1e9"),
    }.items()
    for setting in settings
)


@pytest.mark.parametrize("interval", [1, 12])
@pytest.mark.parametrize("engine", ["numpy", "compiled", "mesa"])
def test_full_runs_balance_and_run_dry(engine, interval):
    """Spent + left = budgets in every month, nothing flows back, and in the end next to nothing is left."""
    scenario = world("baseline", *POLICIES, "run.months=36", f"review.interval={interval}")
    result = simulate(scenario, 0, engine)
    spent, left = (np.rint(column(result, name) * 1e4).astype(np.int64) for name in ("spent", "budget_left"))
    assert (spent + left == 10**14).all()
    assert (np.diff(spent) >= 0).all()
    assert left.min() >= 0
    assert spent[2] > 0
    assert left[-1] < 20


def test_an_empty_budget_shows_from_the_next_month():
    """Once money ran out, a subsidy is the same as one that ended: no firm decides on what is not paid."""
    given = ("policy.s.instrument=public_cloud_subsidy", "policy.s.start=1", "policy.s.rate=0.9", "policy.s.cap=2000")
    dry = simulate(world("baseline", *given, "policy.s.budget=1e6", "run.months=40"), 0, "numpy")
    ended = simulate(world("baseline", *given, "policy.s.budget=1e6", "policy.s.end=1", "run.months=40"), 0, "numpy")
    assert column(dry, "budget_left")[1] < 0.01
    assert (column(dry, "share.firms.public") == column(ended, "share.firms.public")).all()
    assert column(dry, "capped")[2:].max() == 0.0


def test_a_budget_of_nothing_is_no_policy():
    policy = ("policy.s.instrument=public_cloud_subsidy", "policy.s.start=1", "policy.s.budget=0")
    with_it = simulate(world("baseline", *policy, "run.months=20"), 0, "numpy")
    without = simulate(world("baseline", "run.months=20"), 0, "numpy")
    assert differences(with_it, without) == []


def test_support_reaches_only_who_is_meant():
    """Nobody outside of class and sector gains; a reach of zero is no policy."""
    policy = ("policy.s.instrument=public_cloud_subsidy", "policy.s.start=1", "policy.s.rate=0.9", "run.months=24")
    calm = ("network.homophily=1", "reach.network_weight=1", "market.learning=0", "market.congestion_slope=0")
    calm += ("invest.boost=0", "benefit.quality=0", "agents.value=0", "security.media_weight=0", "market.lag=1")
    usual = simulate(world("baseline", *calm, "run.months=24"), 0, "numpy")
    small = simulate(world("baseline", *calm, *policy, 'policy.s.classes=["small"]'), 0, "numpy")
    assert column(small, "share.firms.public", "small")[-1] > column(usual, "share.firms.public", "small")[-1] + 0.05
    for other in ("micro", "medium", "large"):
        name = "share.firms.public"
        assert column(small, name, other)[-1] == pytest.approx(column(usual, name, other)[-1], abs=0.03)
    unheard = simulate(world("baseline", *calm, *policy, "policy.s.reach=0"), 0, "numpy")
    assert differences(unheard, usual) == []


def test_sectors_are_targets():
    """The final options of firms of other sectors stay what they were, once nothing links firms."""
    alone = ("reach.public=0", "awareness.imitation=0", "security.loss=0", "market.learning=0")
    alone += ("market.congestion_slope=0", "benefit.quality=0", "agents.value=0", "run.months=12")
    policy = ("policy.s.instrument=public_cloud_subsidy", "policy.s.start=1", "policy.s.rate=0.9")
    policy += ('policy.s.sectors=["trade"]',)
    sector = build([world("baseline", *alone)], 0).traits.sector
    usual, with_it = (simulate(world("baseline", *alone, *given), 0, "numpy").final["option"] for given in ((), policy))
    moved = usual != with_it
    assert moved[sector == 1].sum() > 5
    assert not moved[sector != 1].any()
    assert (with_it[moved] >= 2).all()
