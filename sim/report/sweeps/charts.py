"""Figures of a sweep: along a quantity or over two, the course of an outcome over all runs, elementary effects."""

import dataclasses
import re
import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, StrMethodFormatter

from sim.report import style
from sim.report.bands import fan, within
from sim.report.numbers import apart, level
from sim.report.sweeps.drawn import Numbers
from sim.report.sweeps.effects import Effects
from sim.report.sweeps.levels import Axis, Estimates
from sim.report.sweeps.words import MONTH, Words

COLOUR = style.SERIES_COLOURS[0]

COLOURS = "cividis"
"""Of heat maps: evenly lighter, and the same to readers who tell no red from green."""

WRITTEN = 60
"""Cells of a heat map into which their numbers are written."""

LABELS = 12
"""Levels whose labels fit on an axis."""

DECADES = 300
"""How many times the least value the largest is at most where an axis of logarithms has labels between powers of 10."""

BAND = 5
"""Points that a group needs for a band of their means."""

LABEL_WIDTH, TITLE = 44, 60
"""Characters of a line beside an axis, and of a title."""

ROW_WIDTH = 40
"""Characters of a line of the name of a row, so that names leave most of the width to what is drawn."""


def fewest(found: Estimates) -> int:
    """Points of the smallest group that has some."""
    return int(found.points[found.points > 0].min())


def line_chart(along: Axis, found: Estimates, words: Words) -> Figure:
    """Means along a quantity with intervals as bars, and behind them what the points of each group spread over."""
    figure = Figure(figsize=(7.2, 4.0))
    axes = figure.subplots()
    if fewest(found) >= BAND:
        if along.joined:
            axes.fill_between(along.places, found.low, found.high, color=COLOUR, alpha=0.25, linewidth=0)
        else:
            axes.vlines(along.places, found.low, found.high, color=COLOUR, alpha=0.25, linewidth=9)
    axes.errorbar(
        along.places, found.mean, found.half, color=COLOUR, fmt="o-" if along.joined else "o",
        markersize=3.5, capsize=3, elinewidth=1.0,
    )  # fmt: skip
    if along.kind == "word":
        axes.set_xlim(-0.6, along.size - 0.4)
    if along.log:
        axes.set_xscale("log")
    _ticks(axes.xaxis, along)
    axes.set_xlabel(_titled(along.words, 70))
    axes.set_ylabel(_titled(words))
    axes.margins(y=0.08)
    return figure


def heat_map(along: Axis, up: Axis, found: Estimates, words: Words) -> Figure:
    """Means over two quantities as colours; groups of `found` are cells, `up` running fastest."""
    figure = Figure(figsize=(7.2, 5.0), layout="constrained")
    axes = figure.subplots()
    across, upwards = (_edges(each) for each in (along, up))
    means = found.mean.reshape(along.size, up.size).T
    mesh = axes.pcolormesh(across, upwards, np.ma.masked_invalid(means), cmap=COLOURS)
    for each, axis, name in ((along, axes.xaxis, "x"), (up, axes.yaxis, "y")):
        if each.log and each.edges is not None:
            axes.set(**{f"{name}scale": "log", f"{name}lim": each.edges[[0, -1]]})
        _ticks(axis, each, cells=True)
    axes.grid(False)
    axes.set_facecolor(style.PAPER)
    if np.isnan(means).any():
        axes.patch.set(hatch="////", edgecolor="#999999")
        axes.legend(
            handles=[Patch(facecolor=style.PAPER, edgecolor="#999999", hatch="////", label="no value")],
            loc="lower right", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.2,
        )  # fmt: skip
    axes.set_xlabel(_titled(along.words, 60))
    axes.set_ylabel(_titled(up.words))
    bar = figure.colorbar(mesh, ax=axes)
    bar.set_label(_titled(words))
    bar.outline.set_linewidth(0.6)
    if means.size <= WRITTEN:
        _write(axes, _middles(along), _middles(up), means)
    return figure


def fan_chart(when: Numbers, values: Numbers, words: Words) -> Figure:
    """Median and middle halves and nine tenths of all runs over time; `values` of shape (runs, records)."""
    figure = Figure(figsize=(7.2, 4.0))
    axes = figure.subplots()
    fan(axes, when, values, COLOUR)
    style.date_axis(axes, (float(when[0]), float(when[-1])))
    axes.set_ylabel(_titled(words))
    axes.margins(y=0.08)
    if words.shown.startswith("% of"):
        within(axes, 0.0, 100.0)
    return figure


def effects_chart(found: Effects, words: Words) -> Figure:
    """Elementary effects, a row a quantity, the one that moves most on top."""
    order = np.argsort(found.size, kind="stable")
    rows, names = np.arange(len(order)), [_broken(found.names[each]) for each in order]
    figure = Figure(figsize=(7.2, 1.6 + 0.28 * len(order) * (1 + max(name.count("\n") for name in names) / 2)))
    axes = figure.subplots()
    axes.axvline(0.0, color=style.INK, linewidth=0.6)
    sizes, half = found.size[order], found.half[order]
    dots = axes.errorbar(  # no mean size is below 0, though an interval by Student's t may be
        sizes, rows, xerr=(np.minimum(half, sizes), half), color=COLOUR, fmt="o", markersize=5, capsize=3,
        elinewidth=1.0, label="mean size, 95 % interval",
    )  # fmt: skip
    squares = axes.plot(
        found.spread[order], rows, "s", color=style.SERIES_COLOURS[1], markerfacecolor="none", markersize=4.5,
        label="standard deviation",
    )  # fmt: skip
    ticks = axes.plot(found.mean[order], rows, "|", color=style.INK, markersize=14, label="mean, with its sign")
    axes.set_yticks(rows, names)
    axes.set_ylim(-0.6, len(order) - 0.4)
    changed, unit = f"{words.name}: change over a quantity's whole range", words.shown.replace("%", "percentage points")
    axes.set_xlabel(_titled(dataclasses.replace(words, name=changed, shown=unit), 60))
    axes.legend(  # above the panel, to the left over the names, where nothing is drawn
        handles=[dots, *ticks, *squares], loc="lower right", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.2, ncols=3,
        fontsize=8, columnspacing=1.4,
    )  # fmt: skip
    return figure


def framed(figure: Figure, names: Sequence[str], caption: str) -> Figure:
    """The figure with its title and its caption, as much higher as the caption needs.

    Parameters
    ----------
    names
        Of the outcome and of the quantities; the latter stay out of a title that would be too long.
    """
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + style.LINE * len(style.caption_lines(caption, width)))
    outcome, *by = names
    title = f"{outcome} by {' and '.join(by)}" if by else outcome
    title = title if len(title) <= TITLE else textwrap.shorten(outcome, TITLE, placeholder=" ...")
    style.framed(figure, title, caption)
    return figure


def _titled(words: Words, width: int = LABEL_WIDTH) -> str:
    """What an axis is called, with its unit."""
    unit = "" if words.shown in ("", MONTH, "word") else "\n" + textwrap.fill(words.shown, width)
    return textwrap.fill(words.name[:1].upper() + words.name[1:], width) + unit


def _broken(name: str) -> str:
    """The name of a row, in lines that begin after a point or an underscore where they can."""
    return "\n".join(line.replace(" ", "") for line in style.wrapped(re.sub("(?<=[._])", " ", name), ROW_WIDTH))


def _edges(each: Axis) -> Numbers:
    """Edges of the cells of a heat map: those of bins, or equal cells for levels."""
    return np.arange(-0.5, each.size) if each.edges is None else each.edges


def _middles(each: Axis) -> Numbers:
    """Middles of the cells of a heat map, as the eye sees them."""
    edges = _edges(each)
    if each.log and each.edges is not None:
        return np.sqrt(edges[:-1] * edges[1:])
    return (edges[:-1] + edges[1:]) / 2


def _have_room(places: Numbers) -> bool:
    """Whether the labels of all places fit beside each other."""
    return bool(np.ptp(places) <= LABELS * np.diff(places).min(initial=np.inf))


def _ticks(axis: XAxis | YAxis, each: Axis, cells: bool = False) -> None:
    """Label levels by name where they are few or stand for themselves, and bins by numbers or years."""
    if each.edges is None and (cells or each.kind == "word" or (each.kind == "date" and _have_room(each.places))):
        places = np.arange(each.size) if cells else each.places
        thinned = slice(None, None, -(-each.size // LABELS))
        axis.set_ticks(places[thinned], each.labels[thinned])
    elif each.kind == "date":
        axis.set_major_locator(MaxNLocator(nbins=6, integer=True, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    elif each.log:
        wide = each.places[-1] > DECADES * each.places[0]
        axis.set_major_locator(LogLocator(subs=(1.0,) if wide else (1.0, 2.0, 5.0)))
        axis.set_major_formatter(FuncFormatter(lambda number, _: level(number)))
        axis.set_minor_formatter(NullFormatter())


def _write(axes: Axes, across: Numbers, upwards: Numbers, means: Numbers) -> None:
    """Write every mean into the middle of its cell, dark on light and light on dark."""
    least, most = float(np.nanmin(means)), float(np.nanmax(means))
    norm = Normalize(least, most)
    for y, line in zip(upwards, means, strict=True):
        for x, mean in zip(across, line, strict=True):
            if np.isfinite(mean):
                colour = style.PAPER if norm(mean) < 0.5 else style.INK
                text = apart(mean, max(-least, most), most - least)
                axes.text(x, y, text, ha="center", va="center", fontsize=8, color=colour)
