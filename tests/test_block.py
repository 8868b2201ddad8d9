"""What replicates of the same lanes share does not depend on what ran before."""

from dataclasses import replace

import pytest
from small_worlds import BUSY, differences, everything, world

from sim.engines import simulate_lanes
from sim.engines.block import block_of
from sim.model.errors import BadInput


def lanes():
    busy = [world("baseline", *BUSY, "policy.first.budget=1e8", f"reach.public={n}") for n in (30, 50)]
    return [*busy, world("baseline", *everything(), "run.months=48")]


def test_a_replicate_is_the_same_whatever_shared_its_block():
    kept = lanes()
    simulate_lanes(kept, 0)
    simulate_lanes(kept, 0, "numpy")
    for engine in ("compiled", "numpy"):
        again, alone = simulate_lanes(kept, 1, engine), simulate_lanes(lanes(), 1, engine)
        assert [differences(*each) for each in zip(again, alone, strict=True)] == [[]] * len(kept)


def test_only_the_very_same_scenarios_share_a_block():
    first, second = lanes()[:2]
    shared = block_of([first, second])
    assert block_of((first, second)) is shared
    assert block_of([second, first]) is not shared
    assert block_of([first]) is not shared
    dearer = replace(first, values={**first.values, "cost.private": 1000.0})
    assert block_of([dearer, second]).values[0]["cost.private"] == 1000.0
    assert block_of([first, second]) is shared


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (["run.seed=2"], r"run\.seed"), (["run.firms=130"], r"run\.firms"), (["run.months=7"], r"run\.months"),
        (["market.shares=[0.5,0.5]", "constants.solve=true"], r"market\.shares \(number of providers\)"),
        (["network.kind=ring"], r"network\.kind"),
    ],
)  # fmt: skip
def test_lanes_that_cannot_share_a_world_are_refused(settings, named):
    with pytest.raises(BadInput, match=f"differ in {named}, which make the population"):
        simulate_lanes([world("baseline"), world("baseline", *settings)], 0)


def test_a_support_aimed_at_one_sector_tells_it_from_the_others():
    ict = "policy.help.instrument=public_cloud_subsidy", "policy.help.start=1", 'policy.help.sectors=["ict"]'
    groups = block_of([world("baseline", *ict)]).groups
    assert sorted((groups == group).sum() for group in set(groups.tolist())) == [1, len(groups) - 1]
    assert set(block_of([world("baseline", *ict[:2])]).groups.tolist()) == {0}
