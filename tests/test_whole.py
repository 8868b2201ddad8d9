"""What benchmarks run is all of the model: every instrument, kind of event and mechanism is there and acts."""

from dataclasses import replace

import numpy as np
import pytest
from mechanisms import rows, switch
from small_worlds import shared
from whole import WHOLE, lanes

from sim.engines import simulate_lanes
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.outcome_table import COLUMNS, TOTAL
from sim.model.scenario import Scenario, load

FIRM_SHARES = [COLUMNS.index((f"share.firms.{option}", group)) for option in OPTIONS for group in (TOTAL, *CLASSES)]

MORE = {
    "incidence": ("policy.subsidy.incidence=0", "policy.voucher.incidence=0"),
    "several providers": ("market.shares=[1]", "market.markup=[0.3]", "event.breach.provider=1"),
}
"""Settings where the switch of a mechanism alone does not do for this scenario."""


def small(*settings: str, resolve: bool = False) -> Scenario:
    return load(WHOLE, ("run.firms=400", *settings), resolve)


def outcomes(scenarios: list[Scenario], replicate: int = 0) -> list[np.ndarray]:
    return [shared(result) for result in simulate_lanes(scenarios, replicate)]


@pytest.fixture(scope="module")
def usual() -> np.ndarray:
    return outcomes([small()])[0]


def test_every_instrument_and_kind_of_event_is_in_force_for_more_than_a_year():
    whole = small()
    assert sorted(policy.instrument for policy in whole.policies) == sorted(INSTRUMENTS)
    assert sorted(event.kind for event in whole.events) == sorted(EVENTS)
    assert min(each.end - each.start for each in (*whole.policies, *whole.events)) > 12


@pytest.mark.parametrize("replicate", [0, 1])
def test_every_option_keeps_a_share_between_one_and_ninety_per_cent(replicate):
    """Of all firms and of those of each size class, in every month of every lane."""
    found = np.stack(outcomes(lanes(64, 2000), replicate))[..., FIRM_SHARES]
    assert found.shape == (64, 121, len(FIRM_SHARES))
    assert found.min() > 0.01
    assert found.max() < 0.9


def test_every_measure_changes_what_firms_choose(usual):
    """Each is left out in turn, all others stay."""
    whole = small()
    without = [replace(whole, policies=tuple(p for p in whole.policies if p is not each)) for each in whole.policies]
    without += [replace(whole, events=tuple(e for e in whole.events if e is not each)) for each in whole.events]
    changed = [(run != usual)[:, FIRM_SHARES].any() for run in outcomes(without)]
    assert len(changed) == len(INSTRUMENTS) + len(EVENTS)
    assert all(changed)


@pytest.mark.parametrize("name", rows())
def test_every_mechanism_changes_what_is_reported(name, usual):
    setting, resolve = switch(rows()[name][1])
    (without,) = outcomes([small(*MORE.get(name, setting), resolve=resolve)])
    assert not np.array_equal(without, usual, equal_nan=True)


def test_lanes_differ_in_measures_their_times_and_their_strengths():
    found = [{each.name: each for each in (*lane.policies, *lane.events)} for lane in lanes(64, 400)]
    names = set().union(*found)
    assert len(names) == len(INSTRUMENTS) + len(EVENTS)
    for name in names:
        there = [lane[name] for lane in found if name in lane]
        assert 40 <= len(there) < 64
        assert len({each.start for each in there}) > 6
        assert len({tuple(each.fields.values()) for each in there}) > 30
