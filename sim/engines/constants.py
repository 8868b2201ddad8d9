"""Option constants: solved so that a world starts at its observed shares and stays there when frozen.

They are a property of a world, not of a replicate: the averages over a class's firms are taken over a fixed reference
population, evenly spread points (Sobol) pushed through the same trait functions as the firms themselves. So they can
be printed, held in counterfactuals, and cost nothing per replicate (docs/model.md, "Changes against the first design").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from sim.engines.inversion import solved, tilt
from sim.model.beginning import Beginning
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.population import Values
from sim.model.quantities import AVAILABLE, CONSTANTS
from sim.model.reference import population_key
from sim.model.scenario import Scenario
from sim.model.start import StartWorld, start_worlds

BESIDE = 64
"""Base worlds solved at once: few enough calls, and 400 kB of boards each."""

PLACING = (*CONSTANTS, *AVAILABLE)
"""Parameters that place a world at its starting shares."""


@dataclass(frozen=True)
class Constants:
    """What places a world at its starting shares.

    Attributes
    ----------
    values
        Parameter values `constant.*` and `available.*` (tuples by class) and `constant.appeal` (by provider).
    world
        The base world at the start, with these constants.
    tilt
        Log multipliers of the stationary law with which firms are placed at the scenario's starting shares; all zero
        where constants were solved for these very shares; shape (classes, options).
    """

    values: dict[str, tuple]
    world: StartWorld
    tilt: np.ndarray


_bases: WeakKeyDictionary[Beginning, Constants] = WeakKeyDictionary()
_known: WeakKeyDictionary[Beginning, Constants] = WeakKeyDictionary()


def constants(lanes: Sequence[Scenario]) -> list[Constants]:
    """Return the constants of each scenario's base world, solved or as given, and the tilt of its own starting shares.

    Base worlds met for the first time are solved side by side, each as if alone.

    Raises
    ------
    BadInput
        If no constants reproduce a base world's starting shares, or no firm can be where it is to start.
    """
    asked = [scenario.beginning for scenario in lanes]
    new = dict.fromkeys(each for each in asked if each not in _known)
    if new:
        _solve_bases(list(dict.fromkeys(each.base_world for each in new)))
    for each in new:
        _known[each] = _placed(each, _bases[each.base_world])
    return [_known[each] for each in asked]


def solve(scenario: Scenario) -> dict[str, tuple]:
    """Return the constants firms choose with: those solved for the base world, or those given, as parameter values."""
    return _chosen(scenario, constants([scenario])[0])


def _chosen(scenario: Scenario, constants: Constants) -> dict[str, tuple]:
    """Constants firms choose with, as parameter values."""
    given = {key: scenario.values[key] for key in CONSTANTS}
    return constants.values | given if scenario.constants_given else constants.values


def lane_values(scenario: Scenario, constants: Constants) -> Values:
    """Parameter values of a scenario with the constants firms choose with, those of its base world or given."""
    found = _chosen(scenario, constants)
    dropped = {
        key: tuple(min(own, base) for own, base in zip(scenario.values[key], found[key], strict=True))
        for key in AVAILABLE
    }
    return {**scenario.values, **found, **dropped}


def _solve_bases(worlds: Sequence[Beginning]) -> None:
    """Settle constants of base worlds; those that share a population side by side."""
    alike: dict[tuple, list[Beginning]] = {}
    for each in worlds:
        if each not in _bases:
            alike.setdefault((each.constants_given, population_key(dict(each.base))), []).append(each)
    for some in alike.values():
        for start in range(0, len(some), BESIDE):
            beside = some[start : start + BESIDE]
            lanes = [dict(each.base) for each in beside]
            world = start_worlds(lanes) if beside[0].constants_given else solved(lanes)
            for lane, (each, values) in enumerate(zip(beside, lanes, strict=True)):
                none = np.zeros((len(CLASSES), len(OPTIONS)))
                _bases[each] = Constants({key: values[key] for key in PLACING}, world.lane(lane), none)


def _placed(beginning: Beginning, base: Constants) -> Constants:
    """Constants with the tilt with which firms are placed at starting shares of their own."""
    if beginning.start == beginning.base_world.start and not beginning.constants_given:
        return base
    return Constants(base.values, base.world, tilt({**dict(beginning.base), **dict(beginning.start)}, base.world))
