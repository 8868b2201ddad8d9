"""Elementary effects of a Morris design: how much each quantity moves an outcome, and whether always alike."""

from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sim.experiments.paired import t_interval
from sim.experiments.sweeps.folder import SweepFolder
from sim.model.complaints import Refused
from sim.model.errors import BadInput
from sim.model.run import month_index
from sim.report.sweeps.drawn import Drawn, Numbers, TooFew, number_of_runs
from sim.report.sweeps.words import constants_solved

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
        Where each quantity is, shape (points, quantities): from 0 to 1 where its values can be counted, by their
        distances, words one after the other; otherwise only which is higher than which.
    counted
        Whether its values can be counted, shape (quantities,).
    step
        Part of the range of all other quantities that a step of the design crosses.
    """

    names: tuple[str, ...]
    numbers: tuple[int, ...]
    places: Numbers
    counted: npt.NDArray[np.bool_]
    step: float


def trajectories(folder: SweepFolder) -> Trajectories:
    """The points of a Morris design.

    Raises
    ------
    BadInput
        If the manifest does not say how many levels the design has.
    """
    points, manifest = folder.points(), folder.manifest()
    names, quantities, levels = tuple(next(iter(points.values()))), manifest["quantities"], manifest.get("levels")
    if not isinstance(levels, int) or levels < 2:
        raise BadInput(
            f"{folder.path / 'manifest.json'} does not say how many levels the design has, as that of a program before "
            "this one. Restore it as `sim sweep` wrote it, or carry out the sweep in a folder of its own."
        )
    countable = [quantities[name].get("countable", []) for name in names]
    columns = [
        _places([each[name] for each in points.values()], found) for name, found in zip(names, countable, strict=True)
    ]
    counted = np.array([len(each) > 1 for each in countable])
    return Trajectories(names, tuple(points), np.array(columns).T, counted, levels / (2 * (levels - 1)))


def effects(drawn: Drawn, among: Trajectories) -> Effects:
    """Elementary effects of an outcome: what a step changes, by the part of the range that the step crosses.

    SALib divides all by the step of the design, but from one of two words to the other, or from 7 to 8, is the whole
    range.

    Parameters
    ----------
    drawn : Drawn
        The outcome, of the same replicates at all points.
    among : Trajectories
        All points of the design.

    Raises
    ------
    TooFew
        If fewer than two trajectories are whole.
    """
    number, runs = np.unique(drawn.points, return_inverse=True)
    means = dict(zip(number.tolist(), np.bincount(runs, drawn.values) / np.bincount(runs), strict=True))
    value = np.array([means.get(each, np.nan) for each in among.numbers])
    steps = len(among.names) + 1
    whole = np.isfinite(value.reshape(-1, steps)).all(axis=1)
    many = int(whole.sum())
    if many < FEWEST:
        raise TooFew(
            f"--effects: {many} of {len(whole)} trajectories have a value of {drawn.words.key} at every point. "
            f"Allowed: at least {FEWEST}. A point has none where runs are missing (`sim status` tells), failed, or "
            "never meet a threshold: continue the sweep, or take another outcome."
        )
    changed = np.diff(value.reshape(-1, steps)[whole], axis=1)
    crossed = np.diff(among.places.reshape(len(whole), steps, -1)[whole], axis=1)
    crossed = np.where(among.counted, crossed, among.step * np.sign(crossed))
    when = np.abs(crossed).argmax(axis=1)  # each quantity moves once in a trajectory, or has but one value
    part = np.take_along_axis(crossed, when[:, None], 1)[:, 0]
    found = np.divide(np.take_along_axis(changed, when, 1), part, out=np.zeros_like(part), where=part != 0.0)
    size, low, high, _ = t_interval(np.abs(found))
    return Effects(
        among.names, size, (high - low) / 2, found.mean(axis=0), found.std(axis=0, ddof=1), many, len(whole) - many
    )


def effects_table(folder: SweepFolder) -> pa.Table:
    """Elementary effects on every reduction, a row a quantity; none where too few trajectories are whole.

    Numbers are missing where they would mean nothing: of surplus and welfare, where constants are solved again.
    """
    rows: list[dict[str, Any]] = []
    among, manifest = trajectories(folder), folder.manifest()
    solved = np.array([constants_solved(name, manifest) for name in among.names])
    for name in folder.columns().reductions:
        with suppress(TooFew):
            drawn = number_of_runs(folder, name, None)
            found = effects(drawn, among)
            numbers = np.array([found.size, found.half, found.mean, found.spread]) / drawn.words.scale
            known = drawn.words.of_one_zero | ~solved
            for quantity, means, each in zip(found.names, known.tolist(), numbers.T.tolist(), strict=True):
                row = name, quantity, *(each if means else [None] * len(each)), found.trajectories
                rows.append(dict(zip(SCHEMA.names, row, strict=True)))
    return pa.Table.from_pylist(rows, SCHEMA)


def _places(values: list[Any], countable: list[Any]) -> list[float]:
    """Where values are between the first and the last that can be counted; otherwise numbers by size."""
    if len(countable) < 2:
        order = sorted(set(values))
        return [float(order.index(each)) for each in values]
    numbers = _numbers([countable[0], countable[-1], *values])
    if numbers is None:
        return [countable.index(each) / (len(countable) - 1) for each in values]
    low, high, *found = numbers
    return [(each - low) / (high - low) for each in found]


def _numbers(values: list[Any]) -> list[float] | None:
    """Numbers and months, which lie at distances; None for words, which only follow each other."""
    try:
        return [float(month_index(each) if isinstance(each, str) else each) for each in values]
    except Refused:
        return None
