"""Policies and events as levels by month, worked out by hand, each lane with settings of its own."""

import numpy as np
import pytest
from small_worlds import differences, world

from sim.engines import simulate, simulate_lanes
from sim.model.measures import course, heard, resolve
from sim.model.nouns import CLASSES, SECTORS

VOUCHER = ("policy.x.instrument=compute_voucher", "policy.x.start=3", "policy.x.rate=0.4", "policy.x.agent_rate=0.6")


def resolved(*settings: str):
    return resolve([world("baseline", "run.months=12", *settings, firms=20)])


def test_a_course_rises_in_equal_steps_and_ends_before_its_end():
    assert course(2, 6, 0, 8).tolist() == [0, 0, 1, 1, 1, 1, 0, 0]
    assert course(2, 6, 4, 8).tolist() == [0, 0, 0.25, 0.5, 0.75, 1, 0, 0]
    assert course(-1, 9, 4, 4).tolist() == [0.5, 0.75, 1, 1]


def test_dates_are_counted_from_one_and_the_last_month_is_in_force():
    """Month 3 to month 5 of the run; to the end of it if no end is given."""
    months = resolved("policy.x.instrument=outreach", "policy.x.start=3", "policy.x.end=5").levels[:, 0, 0]
    assert np.flatnonzero(months).tolist() == [2, 3, 4]
    months = resolved("policy.x.instrument=outreach", "policy.x.start=3").levels[:, 0, 0]
    assert np.flatnonzero(months).tolist() == list(range(2, 12))
    months = resolved("event.x.kind=demand_shock", "event.x.start=11", "event.x.end=30").levels[:, 0, 0]
    assert np.flatnonzero(months).tolist() == [10, 11]


def test_support_and_spending_follow_strength_and_ramp():
    """Half strength over four months: an eighth of each rate more every month."""
    found = resolved(*VOUCHER, "policy.x.strength=0.5", "policy.x.ramp=4", "policy.x.cap=900", "policy.x.reach=0.5",
                     "policy.x.redemption=0.8", "policy.x.incidence=0.3", "policy.x.new_users=true")  # fmt: skip
    rise = np.array([0, 0, 1, 2, 3, 4, 4]) / 8
    assert found.rates[:7, 0, 0] == pytest.approx(0.4 * rise)
    assert found.agent_rates[:7, 0, 0] == pytest.approx(0.6 * rise)
    own = (found.caps, found.reach, found.new_users, found.incidence)
    assert [each[0, 0] for each in own] == pytest.approx([900, 0.4, 1, 0.3])
    given = ("policy.x.start=3", "policy.x.strength=0.5", "policy.x.ramp=4")
    found = resolved("policy.x.instrument=outreach", *given, "policy.x.cost=50", "policy.x.chance=0.2")
    assert found.charged[:7, 0, 0] == pytest.approx(50 * rise)
    assert found.levels[:7, 0, 0] == pytest.approx(0.2 * rise)


def test_a_policy_is_for_everybody_unless_it_says_for_whom():
    assert (resolved(*VOUCHER).targets == 1.0).all()
    found = resolved(*VOUCHER, 'policy.x.classes=["small"]', 'policy.x.sectors=["ict", "trade"]').targets[0, :, :, 0]
    aimed = [(CLASSES[c], SECTORS[s]) for c, s in np.argwhere(found)]
    assert aimed == [("small", "trade"), ("small", "ict")]


def test_two_breaches_of_one_provider_are_both_had():
    """Where they overlap the greater share is hit."""
    given = [f"event.{n}.{each}" for n in "xy" for each in ("kind=provider_breach", "provider=2")]
    found = resolved(*given, "event.x.start=2", "event.x.end=4", "event.x.share=0.6", "event.y.start=4",
                     "event.y.end=6", "event.y.share=0.3").forced[:, :, 0]  # fmt: skip
    assert found[:, 1].tolist() == [0, 0.6, 0.6, 0.6, 0.3, 0.3, 0, 0, 0, 0, 0, 0]
    assert not found[:, [0, 2]].any()


def test_a_warning_is_heard_until_everybody_has_reviewed():
    assert heard(np.array([0, 2.0, 1.0, 0, 0, 0]), 3).tolist() == [0, 2, 3, 3, 1, 0]
    settings = ("review.interval=3", "event.x.kind=risk_warning", "event.x.start=2", "event.x.end=2", "event.x.hits=5")
    assert resolved(*settings).levels[:6, 0, 0].tolist() == [0, 5, 5, 5, 0, 0]


def test_budgets_are_in_ten_thousandths_and_only_where_given():
    found = resolved(*VOUCHER, "policy.x.budget=12.34567", "policy.y.instrument=outreach", "policy.y.start=1")
    assert found.budgets.ravel().tolist() == [123_457, 0]
    assert found.limited.ravel().tolist() == [True, False]


OWN = {
    "strength": 0.5, "ramp": 6, "budget": 2e8, "reach": 0.6, "redemption": 0.7, "cap": 1500, "rate": 0.1,
    "agent_rate": 0.2, "new_users": "true", "incidence": 0.9, "classes": '["micro", "large"]',
    "sectors": '["trade", "ict"]', "start": 7, "end": 9,
}  # fmt: skip
"""Another value for each setting of a voucher."""


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_each_setting_of_a_policy_counts_in_its_own_lane_alone(engine):
    """Each lane differs from the first in one setting, gives what it gives alone, and something else than the first."""
    size = ("run.months=26", "agents.value=500", *VOUCHER, "policy.x.cap=9000", "policy.x.incidence=0.2")
    lanes = [world("baseline", *size, firms=200)]
    lanes += [world("baseline", *size, f"policy.x.{name}={value}", firms=200) for name, value in OWN.items()]
    together = simulate_lanes([*lanes, lanes[0]], 0, engine)
    for scenario, result in zip((*lanes, lanes[0]), together, strict=True):
        assert differences(result, simulate(scenario, 0, engine)) == []
    same = [name for name, result in zip(OWN, together[1:-1], strict=True) if not differences(result, together[0])]
    assert same == []
