"""The reference population: evenly spread firms of each class over which the averages of constants are taken."""

from functools import lru_cache

import numpy as np
from scipy import special

from sim.model.nouns import CLASSES
from sim.model.parameters import PARAMETERS
from sim.model.population import TASTE_COLUMNS, TRAIT_COLUMNS, Values, traits
from sim.model.sobol import BITS, sobol

POINTS = 2**BITS
"""Reference firms per class."""

SHARED = tuple(key for key, parameter in PARAMETERS.items() if parameter.shared)
"""Parameters that shape the population: worlds that agree in them have one reference population."""


def population(values: Values) -> tuple[tuple, int]:
    """What worlds with one reference population agree in, and the number of providers."""
    return tuple(values[key] for key in SHARED), len(values["market.shares"])


def reference(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """Traits of the reference firms, (fields, classes, POINTS), and their tastes for providers, (POINTS, providers).

    The points of all classes are the same.
    """
    return _reference(*population(values))


@lru_cache(maxsize=16)
def _reference(shared: tuple, providers: int) -> tuple[np.ndarray, np.ndarray]:
    uniforms, normals = _points(providers)
    count = len(CLASSES) * POINTS
    firms = traits(
        np.tile(uniforms, (len(CLASSES), 1)),
        exposure=np.ones(count),
        tastes=np.tile(normals[:, : len(TASTE_COLUMNS)], (len(CLASSES), 1)),
        applies=np.ones(count, bool),
        classes=np.repeat(np.arange(len(CLASSES), dtype=np.int8), POINTS),
        values=dict(zip(SHARED, shared, strict=True)),
    )
    return firms.firm_columns().reshape(-1, len(CLASSES), POINTS), normals[:, len(TASTE_COLUMNS) :]


@lru_cache
def _points(providers: int) -> tuple[np.ndarray, np.ndarray]:
    """Uniforms of traits, and normals of tastes for options, agents and providers: Sobol points in mid-cell."""
    columns = len(TRAIT_COLUMNS) + len(TASTE_COLUMNS) + providers
    points = sobol(columns) + 0.5 / POINTS
    return points[:, : len(TRAIT_COLUMNS)], special.ndtri(points[:, len(TRAIT_COLUMNS) :])
