"""Figures of oracles: formulas as lines, what was simulated as bands and dots."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.oracle import Verdict
from sim.report import style
from sim.report.bands import fan
from sim.report.figures import save

FIRST, SECOND = style.SERIES_COLOURS[:2]


def draw(verdict: Verdict) -> Path:
    """Draw the figure of an oracle into its folder, and return the file."""
    path = verdict.folder / f"{verdict.oracle.id}.png"
    save(path, partial(FIGURES[verdict.oracle.id], verdict.series))
    return path


def bass(series: Mapping[str, Any]) -> Figure:
    """Diffusion: the closed form over the band of replicates, and their difference below."""
    figure = Figure(figsize=(7.6, 6.2))
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[2.2, 1])
    time, found, curve = series["time"], 100 * series["found"], 100 * series["curve"]
    fan(above, time, found, FIRST, "simulated")
    above.plot(time, curve, color=style.INK, linestyle=(0, (4, 2)), label="F(t), closed form")
    above.set_ylabel("% of firms that adopted")
    above.set_ylim(0, 100)
    above.legend(loc="lower right")
    fan(below, time, found - curve, FIRST)
    below.axhline(0, color=style.INK, linewidth=0.8)
    below.set_ylabel("simulated less\nclosed form, points")
    below.set_xlabel("units of time")
    caption = (
        "Share of adopters in a mean field, p = .03 and q = .38 a unit of time. Line: median; bands: middle 50 % and "
        f"90 % of {len(found)} replicates of 5,000 firms, {series['steps']} reviews a unit of time. The closed form is "
        "the limit of many reviews; with few, the synchronous rule runs a little behind it."
    )
    style.framed(figure, "O7: diffusion as Bass (1969) has it", caption)
    return figure


def hysteresis(series: Mapping[str, Any]) -> Figure:
    """The loop of two equilibria, with its folds."""
    figure = Figure(figsize=(7.6, 5.4))
    axes = figure.subplots()
    _branches(axes, series["curve_a"], series["curve_s"], *series["roots"])
    axes.plot(series["a"], _percent(series["up"]), "o", color=FIRST, label="from 2 %", markersize=5)
    axes.plot(series["a"], _percent(series["down"]), "s", color=SECOND, label="from 98 %", markersize=4)
    for a, s, side in zip(series["folds"], series["roots"], (1, -1), strict=True):
        axes.plot(a, 100 * s, "D", color=style.INK, markersize=5)
        axes.annotate(f"fold at −{-a:.3f}", (a, 100 * s), xytext=(10 * side, -4), textcoords="offset points",
                      ha="left" if side > 0 else "right")  # fmt: skip
    axes.set_xlim(series["a"][0] - 0.05, series["a"][-1] + 0.05)
    axes.set_xlabel("a, value of public cloud that no other firm uses, in Gumbel scales")
    axes.set_ylabel("% of firms on public cloud")
    axes.legend(loc="center right")
    caption = (
        "Equilibria s = logistic(a + b·s) at b = 6: stable (line) and unstable (dashes), and where 2,000 firms that "
        "review every month are after 150 months. Between the folds the start decides; beyond one all go to one side. "
        "What lifts a over the right fold tips the world, and need not last. All dots share their draws, so they "
        "deviate together."
    )
    style.framed(figure, "O10: two equilibria and the loop between them", caption)
    return figure


def three_options(series: Mapping[str, Any]) -> Figure:
    """The fold and the bifurcation of three like options."""
    figure = Figure(figsize=(7.6, 5.4))
    axes = figure.subplots()
    fold = int(np.argmin(series["curve_b"]))
    _branches(axes, series["curve_b"], series["curve_s"], series["curve_s"][fold], -1.0, flipped=True)
    axes.plot([series["b"][0] - 0.05, 3.0], [100 / 3] * 2, color=style.INK)
    axes.plot([3.0, series["b"][-1] + 0.05], [100 / 3] * 2, color=style.INK, linestyle=(0, (3, 2)))
    axes.plot(series["b"], _percent(series["ahead"]), "o", color=SECOND, label="from 90, 5, 5 %")
    axes.plot(series["b"], _percent(series["even"]), "s", color=FIRST, label="from 36, 32, 32 %", markersize=4)
    b, s = series["curve_b"][fold], series["curve_s"][fold]
    for x, y, lift, text in ((b, s, 8, f"fold at {b:.3f}"), (3.0, 1 / 3, -16, "uniform unstable from 3")):
        axes.plot(x, 100 * y, "D", color=style.INK, markersize=5)
        axes.annotate(text, (x, 100 * y), xytext=(-8, lift), textcoords="offset points", ha="right")
    axes.set_xlim(series["b"][0] - 0.05, series["b"][-1] + 0.05)
    axes.set_ylim(0, 100)
    axes.set_xlabel("b, value of everybody's company, in Gumbel scales")
    axes.set_ylabel("% of firms on the first option")
    axes.legend(loc="upper left")
    caption = (
        "Equilibria s = softmax(b·s) of three options of equal value: stable (line) and unstable (dashes), and where "
        "5,000 firms are after 300 months. Between fold and bifurcation the start decides, and just below 3 chance "
        "may. All dots share their draws, so they deviate together."
    )
    style.framed(figure, "O11: three like options", caption)
    return figure


def _branches(axes: Axes, x: np.ndarray, share: np.ndarray, low: float, high: float, flipped: bool = False) -> None:
    """Draw the curve of equilibria, unstable between the shares `low` and `high`, or below `low` where flipped."""
    unstable = share < low if flipped else (share > low) & (share < high)
    for part, dashes, label in ((~unstable, "solid", "stable equilibria"), (unstable, (0, (3, 2)), "unstable")):
        axes.plot(np.where(part, x, np.nan), 100 * share, color=style.INK, linestyle=dashes, label=label)


def _percent(shares: Any) -> np.ndarray:
    return 100 * np.asarray(shares)


FIGURES: dict[str, Callable[[Mapping[str, Any]], Figure]] = {"O7": bass, "O10": hysteresis, "O11": three_options}
"""How the figure of an oracle is drawn from its series, by id."""
