"""The figure of two runs: option shares of both laid over each other, and their paired differences below."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.experiments.paired import differences, differing, shaping, t_interval
from sim.experiments.tables import Outcomes
from sim.model.complaints import listed
from sim.model.nouns import OPTIONS
from sim.model.scenario import Scenario
from sim.report import style
from sim.report.bands import marked, marker, shade
from sim.report.figures import sample_of

SHOWN = ("any_cloud", *OPTIONS[1:])
"""Shares of firms drawn, one a column."""

LOOKS = ((style.SERIES_COLOURS[1], "solid"), (style.SERIES_COLOURS[0], (0, (4, 1.5))))
"""Colour and dashes of A and of B."""

LEAST_RANGE = 0.05
"""Percentage points either side of 0 that the axis of differences shows at least, so that no noise looks large."""


def overlay(tables: tuple[Outcomes, Outcomes], scenarios: tuple[Scenario, Scenario], names: tuple[str, str]) -> Figure:
    """Option shares of all firms in both runs (above), and their paired mean difference (below).

    Parameters
    ----------
    tables : tuple of Outcomes
        Of A and of B, `paired.matched`.
    scenarios : tuple of Scenario
        A and B.
    names : tuple of str
        What to call them.
    """
    when, several = style.calendar_years(scenarios[0].run.start, tables[0].months), len(tables[0].replicates) > 1
    paired = differences(*tables)
    figure = Figure(figsize=(12.4, 6.6))
    panels = figure.subplots(2, len(SHOWN), sharex=True)
    style.date_axis(panels[0, 0], (when[0], when[-1]))
    for above, below, option in zip(*panels, SHOWN, strict=True):
        outcome = f"share.firms.{option}"
        for table, (colour, dashes) in zip(tables, LOOKS, strict=True):
            low, median, high = 100 * np.quantile(table.of(outcome), (0.05, 0.5, 0.95), axis=0)
            above.fill_between(when, low, high, color=colour, alpha=0.2, linewidth=0)
            above.plot(when, median, color=colour, linestyle=dashes, **marker(when))
        _difference(below, when, 100 * paired.of(outcome), several)
        above.set_title(style.OPTION_NAMES.get(option, "any cloud"))
        above.set_ylim(0, min(100.0, above.get_ylim()[1]))
        below.sharey(panels[1, 0])
    low, high = panels[1, 0].get_ylim()
    panels[1, 0].set_ylim(min(low, -LEAST_RANGE), max(high, LEAST_RANGE))
    panels[0, 0].set_ylabel("% of firms")
    panels[1, 0].set_ylabel("A less B\n%-points of all firms")
    labels = [f"{letter}: {name}" for letter, name in zip("AB", names, strict=True)]
    figure.legend(handles=panels[0, 0].lines[:2], labels=labels, loc="upper right", ncols=2)
    title = "Option shares of firms, two scenarios and their difference"
    titles = ". ".join(f"{label}, {each.described}" for label, each in zip(labels, scenarios, strict=True))
    parts = f"They differ in {listed(differing(*scenarios)) or 'nothing'}. Each: {sample_of(tables[0], scenarios[0])}."
    meaning = _meaning(several, shaping(*scenarios)) + shade(panels.flat, float(when[0]), *scenarios)
    style.framed(figure, title, f"{meaning}{marked(len(when))}\n{titles}.\n{parts}")
    return figure


def _difference(axes: Axes, when: npt.NDArray[np.float64], values: npt.NDArray[np.float64], several: bool) -> None:
    """Mean difference with its interval, and the line of no difference."""
    found = t_interval(values)
    axes.axhline(0.0, color=style.INK, linewidth=0.8, linestyle=":")
    if several:
        axes.fill_between(when, found.low, found.high, color=style.INK, alpha=0.25, linewidth=0)
    axes.plot(when, found.mean, color=style.INK, **marker(when))


def _meaning(several: bool, apart: Sequence[str]) -> str:
    """What lines and bands are, and whether both runs share their luck: not all where `apart` shapes firms."""
    above, below = "the one replicate of each", "its difference, A less B; one replicate has no interval"
    chance = "Other replicates would differ by chance alone, with all parameters fixed."
    if several:
        above = "line: median; band: middle 90 % of replicates"
        below = "mean over replicates of A less B, and its 95 % interval (Student's t, each month by itself)"
        chance = "Bands show chance alone, with all parameters fixed."
    luck = "Both runs use the same draws, replicate by replicate."
    if apart:
        luck = f"{listed(apart)} may turn the same draws into other firms or partners: runs are paired in part only."
    return (
        f"Share of all firms in %, by option. Above (each with its own scale), {above}. Below (one scale), {below}. "
        f"{luck} {chance}"
    )
