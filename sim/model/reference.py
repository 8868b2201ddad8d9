"""The reference population: evenly spread firms of each class over which the averages of constants are taken."""

from functools import lru_cache

import numpy as np
from scipy import special

from sim.model.nouns import CLASSES
from sim.model.parameters import PARAMETERS
from sim.model.parts import FITTED
from sim.model.population import TASTE_COLUMNS, TRAIT_COLUMNS, Values, traits
from sim.model.sobol import BITS, sobol

POINTS = 2**BITS
"""Reference firms per class."""

DRAWS = (
    "employees", "capability", "on_premise", "funds", "public", "sensitivity", "private", "sector", "hybrid", "agents",
    "region", "attention",
)  # fmt: skip
"""Draws in the order of their columns of points: choices depend most on those whose points are the evenest together."""

SHARED = tuple(key for key, parameter in PARAMETERS.items() if parameter.shared)
"""Parameters that shape the population: worlds that agree in them have one reference population."""


PARTS = np.array(FITTED) / sum(FITTED)
"""Part of its class that each reference firm stands for, shape (POINTS,); the same in all classes and worlds.

Of equal parts, starting shares would miss what is given by a quarter of a point. These are fitted so that averages over
the few points are those over very many, in the base worlds of `scenarios/` and many more.
"""


def population_key(values: Values) -> tuple[tuple, int]:
    """What worlds with one reference population agree in, and the number of providers."""
    return tuple(values[key] for key in SHARED), len(values["market.shares"])


def reference(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """Traits of the reference firms, (fields, classes, POINTS), and their tastes for providers, (POINTS, providers).

    The points of all classes are the same.
    """
    return _reference(*population_key(values))


@lru_cache(maxsize=16)
def _reference(shared: tuple, providers: int) -> tuple[np.ndarray, np.ndarray]:
    return firms_at(points(providers), dict(zip(SHARED, shared, strict=True)))


def points(providers: int) -> np.ndarray:
    """Sobol points in mid-cell, a column for each of DRAWS and then for each provider; (POINTS, columns)."""
    return sobol(len(DRAWS) + providers) + 0.5 / POINTS


def firms_at(cube: np.ndarray, values: Values) -> tuple[np.ndarray, np.ndarray]:
    """Traits of firms of each class, (fields, classes, points), and their tastes for providers, (points, providers).

    Parameters
    ----------
    cube
        Points in the unit cube, without its ends, with columns as those of `points`.
    """
    draws, count = dict(zip(DRAWS, cube.T, strict=False)), len(CLASSES) * len(cube)
    uniforms, tastes = (np.stack([draws[name] for name in names], axis=1) for names in (TRAIT_COLUMNS, TASTE_COLUMNS))
    firms = traits(
        np.tile(uniforms, (len(CLASSES), 1)),
        exposure=np.ones(count),
        tastes=np.tile(special.ndtri(tastes), (len(CLASSES), 1)),
        applies=np.ones(count, bool),
        classes=np.repeat(np.arange(len(CLASSES), dtype=np.int8), len(cube)),
        values=values,
    )
    return firms.firm_columns().reshape(-1, len(CLASSES), len(cube)), special.ndtri(cube[:, len(DRAWS) :])
