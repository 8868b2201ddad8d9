"""The few reference firms stand for all: averages over them are those over very many firms drawn otherwise."""

import numpy as np
import pytest
from reference_parts import BASES, laws, worst
from scipy.stats import qmc

from sim.engines.constants import constants, lane_values
from sim.engines.inversion import conditional_shares
from sim.model import reference
from sim.model.errors import BadInput
from sim.model.facts import Firm
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.population import TASTE_COLUMNS, TRAIT_COLUMNS
from sim.model.scenario import Scenario, load
from sim.model.start import log_stationary, presence, start_values, start_worlds, target_shares
from sim.model.terms import TERM_ROW

MANY = 2**16
"""Points of each class."""


def off(scenario: Scenario, parts: np.ndarray) -> float:
    """How far the worst share of aware firms over reference firms is from that over many, percentage points."""
    providers = len(scenario.base_values["market.shares"])
    cube = qmc.Sobol(len(reference.DRAWS) + providers, scramble=True, rng=3).random(MANY).clip(1e-12, 1.0 - 1e-12)
    place = constants([scenario])[0].world
    gaps = laws(scenario, place, reference.points(providers)) @ parts - laws(scenario, place, cube).mean(axis=1)
    return float(worst(gaps)[0])


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
        "choice.taste_provider=17", "choice.taste_option=26", "population.liquid_funds=5300", "security.loss=7100",
        "cost.upfront_fixed=19000", "benefit.public=103", "population.capability=0.37", "switch.migration=310",
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


def test_with_constants_held_firms_are_placed_at_the_scenario_s_own_shares():
    scenario = load("baseline", ("start.private={micro=0.02}", "start.on_premise={micro=0.872}"))
    (found,), (columns, tastes) = constants([scenario]), reference.reference(scenario.base_values)
    for c in range(len(CLASSES)):
        values = start_values(columns[:, c], tastes, c, found.world)
        law = np.exp(log_stationary(values, columns[:, c], c, found.world)[..., 0] + found.tilt[c][:, None])
        wanted = conditional_shares(target_shares(scenario.values)[c], np.array(scenario.values["awareness.start"][c]))
        assert (law / law.sum(axis=0)) @ reference.PARTS == pytest.approx(wanted, abs=1e-9)


def test_what_a_counterfactual_takes_away_is_not_there():
    off = load("baseline", ["available.private={micro=0}", "start.private={micro=0}", "start.on_premise={micro=0.892}"])
    assert lane_values(off, constants([off])[0])["available.private"] == (0, 1, 1, 1)


def test_presence_of_private_clouds_counts_the_private_part_of_hybrids():
    given = ("cost.hybrid_share=0.2", "reach.private=40", "reach.network_weight=0", "sector.intensity=1")
    values = {**load("baseline", given, resolve=True).base_values, "constant.appeal": (0.0,) * 3}
    seats = np.array([w * (high - low) / np.log(high / low) for w, low, high in zip(
        values["population.national_mix"], values["population.smallest"],
        np.array(values["population.largest"]) + 1, strict=True,
    )])  # fmt: skip
    private = np.array(values["start.private"]) + 0.8 * np.array(values["start.hybrid"])
    found = start_worlds([values]).terms[:, TERM_ROW["presence_private"], 0]
    assert found == pytest.approx(np.full(4, 40.0 * (seats @ private) / seats.sum()), rel=1e-12)


def test_classes_that_are_not_simulated_are_no_part_of_the_economy_at_the_start():
    without = ("population.sample_mix={micro=0.5, small=0.3, medium=0.2, large=0}",)
    moved = (*without, "start.public={large=0.2}", "start.on_premise={large=0.395}")
    one, other = (load("baseline", each, resolve=True).base_values for each in (without, moved))
    assert np.array_equal(presence([one]), presence([other]))


def test_a_class_without_firms_need_not_reach_its_shares():
    nobody = (
        "population.sample_mix={micro=0.5, small=0.3, medium=0.2, large=0}", "population.liquid_funds={large=0}",
        "cost.credit={large=0}",
    )  # fmt: skip
    assert constants([load("baseline", nobody, resolve=True)])[0].tilt[3] == pytest.approx(0.0)


def test_starting_shares_that_no_tilt_gives_are_refused():
    with pytest.raises(BadInput, match="too few micro firms can afford"):
        constants([load("baseline", ("start.private={micro=0.18}", "start.on_premise={micro=0.712}"))])


def test_shares_on_premise_that_are_less_than_nothing_by_rounding_are_nothing():
    found = conditional_shares(np.array([0.3333333, 0.0, 0.3333333, 0.3333333]), np.array(0.6666666))
    assert found[0] == 0.0
    assert found.sum() == pytest.approx(1.0, abs=1e-15)
