"""Designs: which points of the unit cube are tried, and the values of the quantities there."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import scipy

from sim.engines import streams
from sim.experiments.sweeps.quantities import Level
from sim.experiments.sweeps.sweep import Sweep

CHANCE = "rng" if tuple(int(part) for part in scipy.__version__.split(".")[:2]) >= (1, 15) else "seed"
"""How SciPy's samplers call their generator; 1.15 renamed it. Of a number each version makes another generator."""


def design_points(sweep: Sweep) -> list[dict[str, Level]]:
    """Points of a sweep in their order: the value of each quantity by its key.

    The first quantity of a grid varies slowest. A reference point with the base scenario is not among them.
    """
    keys = [quantity.key for quantity in sweep.quantities]
    if sweep.design.kind == "list":
        rows: Any = sweep.design.rows
    elif sweep.design.kind == "grid":
        rows = product(*(quantity.levels() for quantity in sweep.quantities))
    else:
        columns = zip(sweep.quantities, unit_points(sweep).T, strict=True)
        rows = zip(*(quantity.along(units) for quantity, units in columns), strict=True)
    return [dict(zip(keys, row, strict=True)) for row in rows]


def unit_points(sweep: Sweep) -> np.ndarray:
    """Points of a sampled design in the unit cube, shape (points, quantities).

    Of Morris' design these are the trajectories one after the other, each of one point more than there are
    quantities: what `SALib.analyze.morris` takes for X, with `problem` and `levels`.
    """
    design, dimensions = sweep.design, len(sweep.quantities)
    if design.kind == "morris":
        from SALib.sample.morris import sample

        named = problem([each.key for each in sweep.quantities])
        return sample(named, design.trajectories, num_levels=design.levels, seed=streams.of_design(design.seed))
    from scipy.stats import qmc

    chance: dict[str, Any] = {CHANCE: streams.of_design(design.seed)}
    sampler = qmc.Sobol(dimensions, **chance) if design.kind == "sobol" else qmc.LatinHypercube(dimensions, **chance)
    return sampler.random(design.points)


def problem(names: Sequence[str]) -> dict[str, Any]:
    """What SALib calls the problem: names of the quantities over the unit cube."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
