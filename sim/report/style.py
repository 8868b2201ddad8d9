"""How figures look: colours that colour-blind readers can tell apart, fonts, frames and captions."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt

mpl.use("Agg")

import pylopdf_fonts_zh_cn
from matplotlib import font_manager, rc_context, ticker
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from sim.model.nouns import CLASSES
from sim.model.run import month_date, month_index
from sim.report.numbers import alike

INK, PAPER, FAINT = "#222222", "#ffffff", "#d9d9d9"

GRID = 0.5
"""Width of the lines of a grid, points."""

LINE = 0.16
"""Height of a line of a caption, inches."""

FEW_MONTHS = 24
"""A run shorter than this has its months labelled."""

BESIDE = 0.05
"""Part of a short run, times the panels abreast, left free at both sides, so that months of neighbours stay apart."""

OPTION_COLOURS = {"on_premise": "#7f7f7f", "private": "#E69F00", "public": "#0072B2", "hybrid": "#009E73"}
"""Colours of the options (palette of Okabe and Ito)."""

SERIES_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
"""Colours of series that are not options, in order of use (same palette)."""

OPTION_NAMES = {"on_premise": "on-premise", "private": "private", "public": "public", "hybrid": "hybrid"}

SETTINGS: dict[Any, Any] = {
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titley": 1.0,  # always there: to look for the lowest free place takes longer than to draw the title
    "axes.labelsize": 9,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": FAINT,
    "grid.linewidth": GRID,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.6,
    "text.parse_math": False,  # a title may speak of dollars
    "figure.dpi": 150,
    "figure.facecolor": PAPER,
}


@cache
def font_families() -> tuple[str, ...]:
    """Families in order of preference: a Latin one, then one with Chinese characters.

    The second comes from a package, so that Chinese titles render on a machine without fonts.
    """
    path = str(pylopdf_fonts_zh_cn.sans_path())
    font_manager.fontManager.addfont(path)
    return ("DejaVu Sans", font_manager.FontProperties(fname=path).get_name())


def house_style() -> AbstractContextManager[None]:
    """A context in which figures are drawn in the house style."""
    return rc_context({**SETTINGS, "font.family": list(font_families())})


def group_names(values: Mapping[str, Any]) -> dict[str, str]:
    """All firms and size classes as headings: a scenario's bounds of employees, of the last class the lower one."""
    bounds = list(zip(values["population.smallest"], values["population.largest"], strict=True))
    spans = [f"{smallest:,}–{largest:,}" for smallest, largest in bounds[:-1]] + [f"{bounds[-1][0]:,}+"]
    return {"total": "all firms"} | {name: f"{name} ({span})" for name, span in zip(CLASSES, spans, strict=True)}


def framed(figure: Figure, title: str, caption: str) -> None:
    """Put the title above the panels and the caption below them, leaving room for both.

    Parameters
    ----------
    figure : Figure
        Whose panels are drawn already.
    title, caption : str
        The caption is wrapped to the width of the figure.
    """
    width, height = figure.get_size_inches()
    lines = caption_lines(caption, width)
    below, above = (LINE * len(lines) + 0.14) / height, 0.42 / height
    figure.text(0.012, 1 - 0.12 / height, title, fontsize=13, va="top", color=INK)
    figure.text(0.012, 0.06 / height, "\n".join(lines), fontsize=8, va="bottom", color=INK, linespacing=1.35)
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if type(axis.get_major_formatter()) is ticker.ScalarFormatter:
                axis.set_major_formatter(_Alike())
        _settle(axes.xaxis, "labelbottom", "labeltop")
        _settle(axes.yaxis, "labelleft", "labelright")
    ConstrainedLayoutEngine(rect=(0.005, below, 0.99, 1 - below - above)).execute(figure)
    figure.set_layout_engine(None)  # it would draw everything twice


class _Alike(ticker.Formatter):
    """Ticks with their whole numbers: no factor or offset in a corner, which a reader overlooks."""

    def __call__(self, x: float, _pos: int | None = None) -> str:
        return alike([x])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        return alike(values)


def _settle(axis: Axis, *sides: str) -> None:
    """Spare the layout an axis that has nothing beside it, and the placing of a label that it does not have."""
    if not axis.get_label_text():
        axis.set_label_coords(0.0, 0.0)
        axis.set_in_layout(any(axis.get_tick_params().get(side) for side in sides))


def caption_lines(caption: str, width: float) -> list[str]:
    """Lines of a caption below a figure of so many inches."""
    return [line for part in caption.split("\n") for line in wrapped(part, int(width * 16.5))]


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` half-width characters; a Chinese character counts as two."""
    if text.isascii():
        return textwrap.wrap(text, width)
    lines: list[str] = []
    line, used = "", 0
    for word in _words(text):
        size = sum(_cells(character) for character in word)
        if used + size > width and line:
            lines, line, used = [*lines, line.rstrip()], "", 0
        line, used = line + word, used + size
    return [*lines, line]


def calendar_years(start: str, months: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Time of the states at the end of some months as a calendar year with fraction; month 0 is the start."""
    return (month_index(start) + np.asarray(months)) / 12


def date_axis(axes: Axes, years: tuple[float, float]) -> None:
    """Label years, or months of a short run, on the horizontal axis, and on those that share it, without a margin.

    Quickest before anything is drawn, which then looks for no limits. Panels four abreast or more have room for three
    labels, wider ones for six. Three abreast or more leave some room beside a short run, whose labels are long.
    """
    grid = axes.get_subplotspec()
    columns = 1 if grid is None else grid.get_gridspec().ncols
    narrow, apart = columns >= 4, columns >= 3
    axes.set_xlim(*years)
    months = 12 * (years[1] - years[0])
    if months < FEW_MONTHS:
        if apart:
            free = BESIDE * columns * (years[1] - years[0])
            axes.set_xlim(years[0] - free, years[1] + free)
        steps = 2 if narrow else 3 if apart else 5
        axes.xaxis.set_major_locator(ticker.MultipleLocator(math.ceil(months / steps) / 12))
        axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda year, _: month_date(round(12 * year))))
        return
    ticks = ticker.MaxNLocator(nbins=3 if narrow else 6, integer=True, steps=[1, 2, 5, 10])
    axes.xaxis.set_major_locator(ticks)
    axes.xaxis.set_major_formatter(ticker.StrMethodFormatter("{x:.0f}"))


def _words(text: str) -> list[str]:
    """Pieces between which a line may break: after a space, and after every wide character."""
    pieces: list[str] = []
    piece = ""
    for character in text:
        piece += character
        if character == " " or _cells(character) == 2:
            pieces, piece = [*pieces, piece], ""
    return [*pieces, piece] if piece else pieces


def _cells(character: str) -> int:
    return 2 if "\u2e80" <= character <= "\uffef" else 1
