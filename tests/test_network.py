"""Who listens to whom, kind by kind."""

import numpy as np
import pytest
from small_worlds import world

from sim.engines.world import build
from sim.model import network
from sim.model.parameters import PARAMETERS

FIRMS = 6000
KINDS = tuple(kind for kind in PARAMETERS["network.kind"].choices if kind != "mean-field")


def built(kind: str, *settings: str, firms: int = FIRMS, replicate: int = 0):
    return build([world("baseline", f"network.kind={kind}", *settings, firms=firms)], replicate)


@pytest.mark.parametrize(("firms", "partners"), [(9, 1), (9, 3), (24, 3), (24, 8), (240, 1), (240, 8)])
@pytest.mark.parametrize("kind", KINDS)
def test_partners_are_distinct_others(kind, firms, partners):
    found = built(kind, f"network.partners={partners}", firms=firms).partners
    assert found.shape == (firms, partners)
    assert found.min() >= 0
    assert found.max() < firms
    assert (np.diff(np.sort(found, axis=1), axis=1) > 0).all()
    selves = (found == np.arange(firms)[:, None]).sum(axis=1)
    assert (selves == (1 if kind == "groups" else 0)).all()


@pytest.mark.parametrize("kind", ["random", "communities", "supply-chain"])
def test_everybody_else_may_be_a_partner(kind):
    found = built(kind, "network.partners=8", firms=9).partners
    assert (np.sort(found, axis=1) == [[n for n in range(9) if n != own] for own in range(9)]).all()


def test_the_mean_field_keeps_no_partners():
    assert built("mean-field").partners.shape == (FIRMS, 0)


def test_random_partners_come_from_the_own_class_or_by_national_weight():
    """Share from class k for a firm of class c: hom·[k = c] + (1 - hom)·national share of k."""
    block = built("random", "network.homophily=0.4")
    classes = block.layout.classes
    for c in range(4):
        found = np.bincount(classes[block.partners[classes == c]].ravel(), minlength=4)
        expected = 0.6 * np.array([0.9, 0.08, 0.017, 0.003]) + 0.4 * (np.arange(4) == c)
        room = 4 * np.sqrt(expected * (1 - expected) / found.sum())
        assert (np.abs(found / found.sum() - expected) < room + 0.002).all()


def test_without_homophily_class_does_not_matter_and_with_all_of_it_nothing_else_does():
    none, everything = built("random", "network.homophily=0"), built("random", "network.homophily=1")
    classes = none.layout.classes
    assert (classes[none.partners] == 0).mean() == pytest.approx(0.9, abs=0.01)
    same = classes[everything.partners] == classes[:, None]
    assert same.mean() > 0.995  # the last firm of a class may have to look on for one not yet taken


def test_within_a_class_every_firm_is_as_likely():
    block = built("random", "network.partners=20")
    heard = np.bincount(block.partners.ravel(), minlength=FIRMS)
    own = heard[block.layout.classes == 0]
    assert own.var() == pytest.approx(own.mean(), rel=0.15)  # a count of rare, independent events


@pytest.mark.parametrize("kind", ["random", "communities", "supply-chain"])
def test_partners_of_all_review_months_are_as_likely(kind):
    """Firms are stored by review month: half of what is heard comes from the first half of the rows."""
    found = built(kind, "network.local=0.5", "network.homophily=0.5").partners
    assert (found < FIRMS / 2).mean() == pytest.approx(0.5, abs=0.02)


def test_ring_partners_are_neighbours_on_one_circle():
    """Mutual, all at the same distances, and one circle: going to the right visits every firm."""
    found = built("ring", "network.partners=4").partners
    right = found[:, 0]
    assert (found[right, 1] == np.arange(FIRMS)).all()
    assert (right[right] == found[:, 2]).all()
    assert (found[found[:, 2], 3] == np.arange(FIRMS)).all()
    at, seen = 0, 0
    while at or not seen:
        at, seen = int(right[at]), seen + 1
    assert seen == FIRMS


def test_an_odd_partner_more_stands_on_the_right():
    found = built("ring", "network.partners=3", firms=20).partners
    assert (found[found[:, 0], 0] == found[:, 2]).all()


@pytest.mark.parametrize("kind", ["ring", "groups"])
def test_neighbours_mix_classes_and_review_months(kind):
    block = built(kind, "network.partners=4")
    phase = np.searchsorted(block.layout.bounds[::4], np.arange(FIRMS), side="right")
    others = block.partners != np.arange(FIRMS)[:, None]
    for trait, classes in ((block.layout.classes, 4), (phase, 12)):
        same = (trait[block.partners] == trait[:, None])[others].mean()
        assert same < 2.5 / classes + 0.1


def test_groups_are_complete_and_include_oneself():
    found = np.sort(built("groups", "network.partners=6").partners, axis=1)
    assert (found[:, :, None] == np.arange(FIRMS)[:, None, None]).any(axis=1).all()
    assert all((found[member] == group).all() for group in found[:60] for member in group)
    assert len(np.unique(found, axis=0)) == FIRMS // 6


def test_communities_are_of_one_sector_and_region():
    block = built("communities", "network.local=0.7")
    cell = block.traits.sector.astype(int) * 3 + block.traits.region
    same = (cell[block.partners] == cell[:, None]).mean()
    mix = np.outer((0.15, 0.298, 0.45, 0.06, 0.042), (0.588, 0.226, 0.186)).ravel()
    assert same == pytest.approx(0.7 + 0.3 * (mix**2).sum(), abs=0.015)
    apart = built("communities", "network.local=0")
    assert (cell[apart.partners] == cell[:, None]).mean() == pytest.approx((mix**2).sum(), abs=0.015)


def test_communities_weigh_partners_nationally():
    block = built("communities")
    assert (block.layout.classes[block.partners] == 0).mean() == pytest.approx(0.9, abs=0.02)


def test_supply_chains_have_hubs():
    """Heard in proportion to national seats: a large firm far more often than a micro firm per firm it stands for."""
    block = built("supply-chain")
    seats = block.layout.weights[block.layout.classes] * block.traits.seats
    heard = np.bincount(block.partners.ravel(), minlength=FIRMS)
    for c in range(4):
        own = block.layout.classes == c
        assert heard[own].sum() / heard.sum() == pytest.approx(seats[own].sum() / seats.sum(), abs=0.01)
    large = block.layout.classes == 3
    assert np.corrcoef(heard[large], block.traits.seats[large])[0, 1] > 0.3
    assert heard.max() > 4 * heard.mean()


@pytest.mark.parametrize("kind", ["random", "communities", "supply-chain"])
def test_another_replicate_has_another_network(kind):
    assert (built(kind).partners != built(kind, replicate=1).partners).mean() > 0.9


def test_a_clash_is_resolved_by_the_next_firm():
    candidates = np.array([[0, 0, 1], [2, 2, 2], [3, 0, 0], [3, 3, 2]])
    found = network._distinct(candidates.T.copy(), slice(0, 4), 4).T
    assert found.tolist() == [[1, 2, 3], [2, 3, 0], [3, 0, 1], [0, 1, 2]]


def test_the_first_and_the_last_firm_of_a_class_are_drawn():
    where = built("random").layout
    values = world("baseline", "network.homophily=1", firms=FIRMS).values
    candidates = network._by_class(where, values)
    firsts, lasts = (where.row(np.arange(4), ranks) for ranks in (np.zeros(4, int), where.counts.sum(axis=0) - 1))
    rows = np.array([np.flatnonzero(where.classes == c)[0] for c in range(4)])
    for row, first, last in zip(rows, firsts, lasts, strict=True):
        ends = np.array([0.0, 1.0 - 2.0**-53])
        found = candidates(slice(row, row + 1), np.zeros((2, 1)), ends[:, None])
        assert found.ravel().tolist() == [first, last]
