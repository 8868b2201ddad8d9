"""What is drawn over time: a median of replicates with its bands, marks of few dates, and what is in force when."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from sim.model.scenario import Event, Policy, Scenario
from sim.report import style

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Edges of the 90 % band, of the 50 % band, and the median, over replicates."""

FEW_DATES = 12
"""So many recorded dates at most are marked, so that nobody takes the straight lines between them for data."""

MARKER: dict[str, Any] = {"marker": "o", "markersize": 3.5, "clip_on": False}


def fan(
    axes: Axes, when: npt.NDArray[np.float64], values: npt.NDArray[np.float64], colour: str, label: str = ""
) -> None:
    """Draw median, middle 50 % and middle 90 % of `values`, shape (replicates, months); say so where there are none."""
    if np.isnan(values).all():
        say(axes, "no firms")
        return
    if not values.any():
        say(axes, "0 throughout")  # the line lies on the lower axis
    low, lower, median, upper, high = np.quantile(values, QUANTILES, axis=0)
    axes.fill_between(when, low, high, color=colour, alpha=0.22, linewidth=0)
    axes.fill_between(when, lower, upper, color=colour, alpha=0.38, linewidth=0)
    axes.plot(when, median, color=colour, label=label or None, **marker(when))


def marker(when: npt.NDArray[np.float64]) -> dict[str, Any]:
    """How a line over some dates is marked: at each of few, otherwise not."""
    return MARKER if len(when) <= FEW_DATES else {}


def marked(dates: int) -> str:
    """What a caption says of the marks of so many dates."""
    return " Dots: recorded dates, with straight lines between." if dates <= FEW_DATES else ""


def shade(panels: Iterable[Axes], first: float, *scenarios: Scenario) -> str:
    """Shade the months in which a policy or event is in force, month 0 lying at `first`; what a caption says of it."""
    happenings: list[Policy | Event] = []
    for scenario in scenarios:
        happenings += [*scenario.policies, *scenario.events]
    spans = sorted({(first + each.start / 12.0, first + each.end / 12.0) for each in happenings})
    for axes in panels:
        for span in spans:
            axes.axvspan(*span, color=style.FAINT, alpha=0.35, linewidth=0, zorder=0)
    return " Grey: months in which a policy or event is in force." if spans else ""


def say(axes: Axes, words: str) -> None:
    """Write into the middle of a panel why nothing is seen in it."""
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", fontsize=8)


def within(axes: Axes, least: float, most: float) -> None:
    """Cut the vertical axis to what is possible."""
    low, high = axes.get_ylim()
    axes.set_ylim(max(low, least), min(high, most))
