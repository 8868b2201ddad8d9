"""The few reference firms stand for all: averages over them are those over very many firms drawn otherwise."""

import numpy as np
import pytest
from reference_parts import BASES, laws
from scipy.stats import qmc

from sim.engines.constants import constants
from sim.model import reference
from sim.model.facts import Firm
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.population import TASTE_COLUMNS, TRAIT_COLUMNS
from sim.model.scenario import Scenario, load

MANY = 2**16
"""Points of each class."""


def off(scenario: Scenario, parts: np.ndarray) -> float:
    """How far the worst share over reference firms is from that over many, percentage points."""
    providers = len(scenario.base_values["market.shares"])
    cube = qmc.Sobol(len(reference.DRAWS) + providers, scramble=True, rng=3).random(MANY).clip(1e-12, 1.0 - 1e-12)
    place = constants([scenario])[0].world
    few = laws(scenario, place, reference.points(providers)) @ parts
    return 100.0 * float(np.abs(few - laws(scenario, place, cube).mean(axis=1)).max())


def test_parts_are_those_of_one_class():
    assert reference.PARTS.shape == (reference.POINTS,)
    assert reference.PARTS.sum() == pytest.approx(1.0, abs=1e-12)
    assert reference.PARTS.min() > 0.0
    assert reference.PARTS.max() < 3.0 / reference.POINTS  # no firm stands for many


@pytest.mark.parametrize("name", BASES)
def test_shares_of_the_library_s_base_worlds_are_those_of_many_firms(name):
    scenario = load(name)
    assert off(scenario, reference.PARTS) < 0.04
    if name == "baseline":
        assert off(scenario, np.full(reference.POINTS, 1.0 / reference.POINTS)) > 0.15  # the test could fail


@pytest.mark.parametrize(
    "setting",
    [
        "cost.public_price=61.7", "choice.taste_option=26", "population.liquid_funds=5300", "cost.upfront_fixed=19000",
        "security.loss=7100", "benefit.public=103", "population.capability=0.37", "switch.migration=310",
        "market.shares=[0.7, 0.3]",
    ],
)  # fmt: skip
def test_shares_of_worlds_near_these_are_those_of_many_firms(setting):
    assert off(load("baseline", [setting], resolve=True), reference.PARTS) < 0.15


def test_draws_are_those_of_the_population():
    assert sorted(reference.DRAWS) == sorted((*TRAIT_COLUMNS, *TASTE_COLUMNS))
    assert len(set(reference.DRAWS)) == len(reference.DRAWS)
    cube = reference.points(2)
    columns, tastes = reference.firms_at(cube, load("baseline").values)
    assert columns.shape[1:] == (len(CLASSES), reference.POINTS)
    assert tastes.shape == (reference.POINTS, 2)
    for option in OPTIONS:
        at = reference.DRAWS.index(option)
        taste = columns[Firm._fields.index(f"taste_{option}"), 2]
        assert np.array_equal(np.argsort(taste), np.argsort(cube[:, at]))
