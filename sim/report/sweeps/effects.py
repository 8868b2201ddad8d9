"""Elementary effects of a Morris design: how much each quantity moves an outcome, and whether always alike."""

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from sim.experiments.paired import t_quantile
from sim.experiments.sweeps.designs import problem
from sim.experiments.sweeps.folder import SweepFolder
from sim.experiments.sweeps.plans import DEFAULTS
from sim.model.errors import BadInput
from sim.report.sweeps.drawn import Drawn, Numbers, number_of_runs

SCHEMA = pa.schema(
    [
        ("reduction", pa.string()),
        ("quantity", pa.string()),
        *((name, pa.float64()) for name in ("mu_star", "half_width", "mu", "sigma")),
        ("trajectories", pa.int32()),
    ]
)
"""Columns of the table of effects."""

FEWEST = 2
"""Trajectories that an interval needs."""


class Effects(NamedTuple):
    """Elementary effects of quantities, arrays of shape (quantities,): changes over a quantity's whole range.

    Attributes
    ----------
    names
        Keys of the quantities.
    size, half
        Mean size of the effects without their signs (μ*), and half its 95 % interval over trajectories.
    mean
        With their signs (μ).
    spread
        Their standard deviation (σ): other quantities or where in its range a quantity is make a difference.
    trajectories, left_out
        Used, and those left out since a run of theirs has no value or is missing.
    """

    names: tuple[str, ...]
    size: Numbers
    half: Numbers
    mean: Numbers
    spread: Numbers
    trajectories: int
    left_out: int


class Trajectories(NamedTuple):
    """The points of a Morris design as its sweep's folder keeps them, one trajectory after the other.

    Attributes
    ----------
    names
        Keys of the quantities.
    numbers
        Of the points.
    places
        Which is higher than which along each quantity, shape (points, quantities).
    levels
        Of the design.
    """

    names: tuple[str, ...]
    numbers: tuple[int, ...]
    places: Numbers
    levels: int


def trajectories(folder: SweepFolder) -> Trajectories:
    """The points of a Morris design."""
    points, asked = folder.points(), tomllib.loads((folder.path / "sweep.toml").read_text(encoding="utf-8"))
    names = tuple(next(iter(points.values())))
    columns = [_places([each[name] for each in points.values()], asked["vary"][name]) for name in names]
    return Trajectories(names, tuple(points), np.array(columns).T, asked["design"].get("levels", DEFAULTS["levels"]))


def effects(drawn: Drawn, among: Trajectories) -> Effects:
    """Elementary effects of an outcome.

    Parameters
    ----------
    drawn : Drawn
        The outcome, of the same replicates at all points.
    among : Trajectories
        All points of the design.

    Raises
    ------
    BadInput
        If fewer than two trajectories are whole.
    """
    from SALib.analyze import morris

    number, runs = np.unique(drawn.points, return_inverse=True)
    means = dict(zip(number.tolist(), np.bincount(runs, drawn.values) / np.bincount(runs), strict=True))
    value = np.array([means.get(each, np.nan) for each in among.numbers])
    steps = len(among.names) + 1
    whole = np.isfinite(value.reshape(-1, steps)).all(axis=1)
    many = int(whole.sum())
    if many < FEWEST:
        raise BadInput(
            f"--effects: {many} of {len(whole)} trajectories have a value of {drawn.words.key} at every point. "
            f"Allowed: at least {FEWEST}. Continue the sweep (`sim status` says how), or take another outcome."
        )
    used = np.repeat(whole, steps)
    within = problem(among.names)
    found = morris.analyze(within, among.places[used], value[used], num_resamples=2, num_levels=among.levels)
    size, mean, spread = (np.asarray(found[key], float) for key in ("mu_star", "mu", "sigma"))
    variance = spread**2 + many / (many - 1) * (mean**2 - size**2)  # of the sizes
    half = t_quantile(many) * np.sqrt(np.maximum(variance, 0.0) / many)
    return Effects(among.names, size, half, mean, spread, many, len(whole) - many)


def effects_table(folder: SweepFolder) -> pa.Table:
    """Elementary effects on every reduction, a row a quantity; none where too few trajectories are whole."""
    rows: list[dict[str, Any]] = []
    among = trajectories(folder)
    for name in folder.columns().reductions:
        with suppress(BadInput):
            drawn = number_of_runs(folder, name, None)
            found = effects(drawn, among)
            numbers = np.array([found.size, found.half, found.mean, found.spread]) / drawn.words.scale
            rows += [
                dict(zip(SCHEMA.names, (name, quantity, *each, found.trajectories), strict=True))
                for quantity, each in zip(found.names, numbers.T.tolist(), strict=True)
            ]
    return pa.Table.from_pylist(rows, SCHEMA)


def _places(values: list[Any], asked: Mapping[str, Any]) -> list[float]:
    """Which is higher: numbers and dates by size, words by their order in the sweep's file."""
    order = [each for each in asked.get("values", ()) if each in values] if isinstance(values[0], str) else []
    order = order if set(order) == set(values) else sorted(set(values))
    return [float(order.index(each)) for each in values]
