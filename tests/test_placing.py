"""Where firms start: drawn from the stationary law of their choices, by compiled code."""

import numpy as np
import pytest

from sim.engines.constants import constants
from sim.engines.placing import past_hit_share
from sim.engines.placing_kernels import STRIP, placed
from sim.model import rules
from sim.model.facts import Firm, Offer, Terms
from sim.model.nouns import CLASSES, OPTIONS, PUBLIC
from sim.model.reference import reference
from sim.model.scenario import load
from sim.model.start import StartWorld, frictions, log_stationary, side_by_side, start_values
from sim.model.stationary import enclosing, exponents, likelihoods, weight
from sim.model.terms import TERM_ROW, priced

PRICES = 80, 120

TILTS = {
    "none": (0.0, 0.0, 0.0, 0.0),
    "some": (0.5, -1.0, 30.0, -20.0),
    "one for all": (700.0,) * 4,
    "never private": (0.0, -np.inf, 0.0, 0.0),
    "public alone": (-np.inf, -np.inf, 0.0, -np.inf),
}


def firms_and_worlds(sharper: float = 1.0, firms: int = 999):
    """Traits and tastes of some reference firms, (16, classes, firms), points, and two worlds side by side."""
    lanes = [load("eu-2014", [f"cost.public_price={price}"], resolve=True) for price in PRICES]
    world = side_by_side([each.world for each in constants(lanes)])
    terms = world.terms.copy()
    terms[:, TERM_ROW["scale"]] *= sharper
    columns, tastes = reference(lanes[0].values)
    points = np.random.Generator(np.random.SFC64(7)).random(firms)
    return columns[:, :, :firms], tastes[:firms], points, world._replace(terms=terms)


def tilted(name: str) -> np.ndarray:
    """The same tilt in all classes and both worlds."""
    return np.broadcast_to(np.array(TILTS[name])[None, :, None], (len(CLASSES), len(OPTIONS), len(PRICES)))


def at_best(columns: np.ndarray, tastes: np.ndarray, size_class: int, world: StartWorld) -> tuple[np.ndarray, ...]:
    """The best provider of firms of one class, and whether agents pay there; both (firms, lanes)."""
    firm, t = Firm(*columns[..., None]), Terms(*world.terms[size_class])
    offers = [priced(Offer(*each), t) for each in world.offers.swapaxes(0, 1)]
    gains = [rules.agent_gain(0.0, firm, offer, t) for offer in offers]
    three = zip(tastes.T[..., None], gains, offers, strict=True)
    best = np.argmax([rules.provider_value(taste, 0.0, gain, firm, offer, t) for taste, gain, offer in three], axis=0)
    return best, np.choose(best, gains) > 0.0


@pytest.mark.parametrize("name", TILTS)
@pytest.mark.parametrize("sharper", [1.0, 1e-3, 1e-9])
def test_firms_start_where_their_law_encloses_their_points(sharper, name):
    """The law written another way, by logarithms, as it is tilted to starting shares."""
    columns, tastes, points, world = firms_and_worlds(sharper)
    for c in range(len(CLASSES)):
        option, provider, agents = placed(columns[:, c], tastes, points, np.arange(999), c, world, tilted(name))
        values = start_values(columns[:, c], tastes, c, world)
        best, pays = at_best(columns[:, c], tastes, c, world)
        logs = log_stationary(values, columns[:, c], c, world) + tilted(name)[c][:, None]
        below = np.cumsum(np.exp(logs - np.maximum(logs.max(axis=0), -1e300)), axis=0)
        gaps = points[:, None] * below[-1] - below
        clear = (np.abs(gaps) > 1e-9 * below[-1]).all(axis=0) | (below[-1] == 0.0)
        wanted = ((gaps >= 0.0) & (below < below[-1])).sum(axis=0)
        assert clear.mean() > 0.99
        assert np.array_equal(option[clear], wanted[clear])
        on_cloud = option >= PUBLIC
        assert np.array_equal(provider, np.where(on_cloud, best, -1))
        assert np.array_equal(agents, on_cloud & pays)
        if sharper == 1.0 and name == "none":
            assert (np.bincount(option.ravel(), minlength=4) > 0).all()


@pytest.mark.parametrize("firms", [1, STRIP - 1, STRIP, STRIP + 1, 999])
def test_firms_are_placed_equal_to_the_bit_when_compiled(firms):
    """The same formulas on arrays of NumPy; however many firms share a strip."""
    columns, tastes, points, world = firms_and_worlds(firms=firms)
    t, tilt = world.terms[2], tilted("some")
    values, costs = start_values(columns[:, 2], tastes, 2, world), frictions(columns[:, 2], 2, world)
    scale, theirs = t[TERM_ROW["scale"]], tilt[2][:, None]
    entering, ahead, level = exponents(values, costs.moving, costs.entry, costs.is_open, scale, theirs)
    entered, behind, chosen = (tuple(map(weight, each)) for each in (entering, [-np.abs(n) for n in ahead], level))
    law = likelihoods(entered, ahead, behind, chosen)
    option, _, _ = placed(columns[:, 2], tastes, points, np.arange(firms), 2, world, tilt)
    assert np.array_equal(option, enclosing(law, points[:, None]))


def test_cumulated_likelihoods_enclose_points_and_never_where_it_is_closed():
    open_ones = 0.2, 0.3, 0.5, 0.0
    points = np.array([0.0, 0.1, 0.2, 0.3, 0.5, 0.6, 1.0 - 2.0**-53])
    for scale in (1.0, 1e-200, 1e200):
        law = tuple(np.full(points.shape, scale * each) for each in open_ones)
        assert enclosing(law, points).tolist() == [0, 0, 1, 1, 2, 2, 2]
    assert enclosing(tuple(np.zeros((4, 7))), points).tolist() == [0.0] * 7
    assert enclosing(tuple(np.full(7, each) for each in (0.0, 0.0, 0.0, 1.0)), points).tolist() == [3] * 7


def test_a_month_before_the_start_has_a_twelfth_of_the_year_s_hits():
    assert past_hit_share([{"risk.objective": 0.12}, {"risk.objective": 3.0}]).tolist() == pytest.approx([0.01, 1 / 12])
