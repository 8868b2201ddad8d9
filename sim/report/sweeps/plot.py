"""`sim plot`: a figure of what is asked of a sweep, with a caption that says what it holds and what it leaves out."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from sim.experiments.durable import made_folder
from sim.experiments.sweeps.folder import SweepFolder
from sim.model.complaints import counted, listed, suggestion
from sim.model.errors import BadInput
from sim.report import style
from sim.report.figures import save
from sim.report.sweeps import captions, charts
from sim.report.sweeps.drawn import Drawn, courses_of_runs, number_of_runs
from sim.report.sweeps.effects import effects as effects_of
from sim.report.sweeps.effects import trajectories
from sim.report.sweeps.levels import SAMPLED, Axis, axis, estimates, points_of_draw
from sim.report.sweeps.status import COMPLETE, state_text, status
from sim.report.sweeps.words import Manifest, quantity_words

FEWEST_BINS, MOST_BINS, MOST_CELLS = 3, 20, 12
"""Bins along a quantity: at least, at most, and at most along a side of a heat map."""

POINTS_PER_CELL = 8

Points = Mapping[int, Mapping[str, Any]]

Composed = tuple[Figure, str, str]
"""A figure, what its caption says of it, and what it says is left out."""


def plot(
    path: Path,
    outcome: str,
    by: Sequence[str],
    at: str | None = None,
    out: Path | None = None,
    effects: bool = False,
) -> Path:
    """Draw a figure of a sweep.

    Parameters
    ----------
    path
        Folder of the sweep.
    outcome
        A reduction or a recorded outcome.
    by
        No quantity: the outcome over time, all runs together. One: means with intervals along it. Two: a heat map.
    at
        Recorded month of a recorded outcome, as a date or a number; the last one where None.
    out
        Where to; the folder "figures" of the sweep where None.
    effects
        Draw elementary effects of a Morris design instead, of all quantities.

    Returns
    -------
    Path
        The figure, a PNG file.

    Raises
    ------
    BadInput
        If the sweep has no such outcome, quantity or month, or no such design, or the file cannot be written.
    """
    folder = SweepFolder.looked(path)
    found, manifest, every = status(folder), folder.manifest(), folder.points()
    _check(by, at, list(manifest["quantities"]), manifest["design"] if effects else None)
    drawn = number_of_runs(folder, outcome, at) if by or effects else courses_of_runs(folder, outcome)
    if not np.isfinite(drawn.values).any():
        raise BadInput(
            f"--outcome {outcome}: no run has a value (a threshold that none meets, a class without firms). Take "
            "another outcome, or mend the sweep."
        )
    there = every if manifest["design"] not in SAMPLED else np.unique(drawn.points).tolist()
    points = {point: every[point] for point in there}  # of a grid also where no run has come to its end
    compose = partial(_effects, folder) if effects else (_course, _along, _over)[len(by)]
    incomplete = "" if found["state"] == COMPLETE else state_text(found)

    def draw() -> Figure:
        figure, about, left_out = compose(by, drawn, points, manifest)
        source = captions.source_caption(drawn, manifest, incomplete, by)
        return charts.framed(figure, [outcome, *(["each quantity"] if effects else by)], f"{about}\n{source}{left_out}")

    name = outcome + (f"-at-{at}" if at else "") + "".join(f"-by-{key}" for key in by) + "-effects" * effects
    plain = re.sub(r"[^\w.-]+", "-", name).strip("-")
    target = made_folder(path / "figures" if out is None else out) / f"{plain}.png"
    save(target, draw)
    return target


def _check(by: Sequence[str], at: str | None, known: Sequence[str], of_design: str | None) -> None:
    """Refuse quantities that do not vary here, or that make no figure together; and effects of another design."""
    if of_design not in (None, "morris") or (of_design and by):
        raise BadInput(
            f"--effects: {f'with --by {by[0]}' if by else f'this sweep has a {of_design} design'}. Allowed: without "
            "--by, of a sweep with a morris design. Take --by QUANTITY without --effects, or leave --by out."
        )
    for key in by:
        if key not in known:
            apart = f"Write --by {key.replace(',', ' ')}, with a space between." if "," in key else ""
            advice = apart or suggestion(key, known)
            raise BadInput(f"--by {key}: this sweep does not vary it. Allowed: {listed(known)}. {advice}")
    if len(by) > 2 or len(set(by)) < len(by):
        raise BadInput(
            f"--by {' '.join(by)}: these make no figure. Allowed: one quantity, or two different ones, of "
            f"{listed(known)}. Take so many."
        )
    if at is not None and not by and not of_design:
        raise BadInput(f"--at {at}: without --by a figure shows all months. Leave --at out, or say --by QUANTITY.")


def _course(_by: Sequence[str], drawn: Drawn, _points: Points, manifest: Manifest) -> Composed:
    """All runs over time."""
    start = manifest["asked"]["base scenario"]["run"]["start"]
    when = style.calendar_years(start, manifest["months"])
    whole = np.isfinite(drawn.values).all(axis=1)
    if not whole.any():
        raise BadInput(f"--outcome {drawn.words.key}: no run has a value in every month. Record another outcome.")
    figure = charts.fan_chart(when, drawn.values[whole], drawn.words)
    without = int((~whole).sum())
    left_out = f"\n{counted(without, 'run')} without a value in some month left out." if without else ""
    return figure, captions.course_caption(drawn, int(whole.sum()), manifest), left_out


def _effects(
    folder: SweepFolder, _by: Sequence[str], drawn: Drawn, _points: Points, manifest: Manifest
) -> Composed:
    """Elementary effects of all quantities."""
    found = effects_of(drawn, trajectories(folder))
    left_out = f"\n{counted(found.left_out, 'trajectory', 'trajectories')} without a value at some point left out."
    figure = charts.effects_chart(found, drawn.words)
    return figure, captions.effects_caption(drawn, found, manifest), left_out * (found.left_out > 0)


def _along(by: Sequence[str], drawn: Drawn, points: Points, manifest: Manifest) -> Composed:
    """Means along one quantity."""
    bins = int(np.clip(np.sqrt(len(points) / 2), FEWEST_BINS, MOST_BINS))
    along = axis(quantity_words(by[0], manifest), points, manifest, bins)
    groups = [along.group[point] for point in drawn.points.tolist()]
    found = estimates(drawn, groups, along.size, points_of_draw(manifest))
    figure = charts.line_chart(along, found, drawn.words)
    return figure, captions.along_caption(drawn, along, found, manifest), captions.without_caption(drawn, found)


def _over(by: Sequence[str], drawn: Drawn, points: Points, manifest: Manifest) -> Composed:
    """Means over two quantities."""
    along, up = (_side(key, beside, points, manifest) for key, beside in (by, by[::-1]))
    cells = [along.group[point] * up.size + up.group[point] for point in drawn.points.tolist()]
    found = estimates(drawn, cells, along.size * up.size, points_of_draw(manifest))
    figure = charts.heat_map(along, up, found, drawn.words)
    return figure, captions.over_caption(drawn, (along, up), found, manifest), captions.without_caption(drawn, found)


def _side(key: str, beside: str, points: Points, manifest: Manifest) -> Axis:
    """One side of a heat map; in bins so many that a cell has some points, given what stands on the other side."""
    other = axis(quantity_words(beside, manifest), points, manifest, FEWEST_BINS)
    cells = len(points) / POINTS_PER_CELL
    bins = np.sqrt(cells) if other.edges is not None else cells / other.size
    return axis(quantity_words(key, manifest), points, manifest, int(np.clip(bins, FEWEST_BINS, MOST_CELLS)))
