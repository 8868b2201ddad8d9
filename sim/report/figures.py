"""Figures of one run: the outcome table in, PNG files out."""

import io
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from sim.experiments.durable import made_folder, readers_file
from sim.experiments.tables import Outcomes
from sim.model.complaints import counted, in_prices
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.outcome_table import OUTCOMES
from sim.model.scenario import Scenario
from sim.report import style
from sim.report.bands import fan, marked, marker, say, shade, within
from sim.report.panels import Grid, outer_ticks, panels, spare

GROUPS = ("total", *CLASSES)
COMPRESSION = 3
"""Of PNG files: 6, the usual, takes a third longer and saves 4 % of the bytes."""

FANS = Grid(len(OPTIONS), len(GROUPS), 12.4, 8.4, "row")
STACKED = Grid(2, 3, 12.0, 6.6, "all")

Draw = Callable[[Outcomes, Scenario], Figure]


def get_ready() -> None:
    """Do what can be done before there is anything to draw: make panels, and read fonts to draw an empty figure."""
    with style.house_style():
        spare([FANS, FANS, STACKED, abreast(2), abreast(2), abreast(3)])
        figure, _ = panels(abreast(1))
        style.framed(figure, "", "")
        figure.savefig(io.BytesIO(), format="png")

PNG_END = b"IEND\xaeB`\x82"
"""How the file of a figure ends; one that does not is drawn again."""


def draw_all(
    outcomes: Outcomes, scenario: Scenario, folder: Path, again: bool = True, share: tuple[int, int] = (0, 1)
) -> list[Path]:
    """Draw the figures of a run.

    Parameters
    ----------
    outcomes : Outcomes
        Table of the run.
    scenario : Scenario
        Whose title, dates and currency the figures show.
    folder : Path
        Where the PNG files go.
    again : bool
        Whether to draw figures that are there already.
    share : (int, int)
        Which of how many shares of the figures to draw; others draw the rest.

    Returns
    -------
    list of Path
        The files of all shares, in the order of reading.
    """
    made_folder(folder)
    which, shares = share
    paths = [folder / f"{name}.png" for name in FIGURES]
    for path, draw in list(zip(paths, FIGURES.values(), strict=True))[which::shares]:
        if again or not (path.exists() and path.read_bytes().endswith(PNG_END)):
            save(path, partial(draw, outcomes, scenario))
    return paths


def save(path: Path, draw: Callable[[], Figure]) -> None:
    """Draw a figure in the house style and write it as PNG, whole or not at all."""
    with style.house_style():
        figure = draw()
        with readers_file(path) as stream:
            packed = {"compress_level": COMPRESSION}
            figure.savefig(stream, format="png", metadata={"Software": None}, pil_kwargs=packed)


def share_fans(of: str) -> Draw:
    """The fan charts of option shares, `of` "firms" or "seats": options down, size classes across."""

    def draw(outcomes: Outcomes, scenario: Scenario) -> Figure:
        (figure, each), when = panels(FANS), style.calendar_years(scenario.run.start, outcomes.months)
        style.date_axis(each[0, 0], (when[0], when[-1]))
        for row, option in zip(each, OPTIONS, strict=True):
            for axes, group in zip(row, GROUPS, strict=True):
                values = 100 * outcomes.of(f"share.{of}.{option}", group)
                fan(axes, when, values, style.OPTION_COLOURS[option])
            row[0].set_ylim(0, min(100.0, row[0].get_ylim()[1]))
            row[0].set_ylabel(f"{style.OPTION_NAMES[option]}\n% of {of}")
        headings = style.group_names(scenario.values)
        for axes, group in zip(each[0], GROUPS, strict=True):
            axes.set_title(headings[group])
        outer_ticks(each)
        what = f"Share of {of} in %, by option (rows, each with its own scale) and size class by employees"
        if of == "seats":
            what += "; a firm has as many seats as employees × the IT intensity of its sector, rounded up"
        return _captioned(figure, f"Option shares of {of}", what, outcomes, scenario)

    return draw


def stacked_shares(outcomes: Outcomes, scenario: Scenario) -> Figure:
    """Median option shares stacked to 100 %: all firms, all seats, and firms of each class."""
    (figure, each), when = panels(STACKED), style.calendar_years(scenario.run.start, outcomes.months)
    several = len(outcomes.replicates) > 1
    style.date_axis(each[0, 0], (when[0], when[-1]))
    each[0, 0].set_ylim(0, 100)
    headings = style.group_names(scenario.values)
    shown = [("firms", "total", headings["total"]), ("seats", "total", "all seats (workload)")]
    shown += [("firms", group, f"firms: {headings[group]}") for group in CLASSES]
    for axes, (of, group, title) in zip(each.flat, shown, strict=True):
        axes.set_title(title)
        medians = np.array([np.median(outcomes.of(f"share.{of}.{k}", group), axis=0) for k in OPTIONS])
        if np.isnan(medians).all():
            say(axes, "no firms")
            continue
        shares = 100 * medians / medians.sum(axis=0)
        stack = axes.stackplot(
            when,
            shares,
            colors=[style.OPTION_COLOURS[option] for option in OPTIONS],
            labels=[style.OPTION_NAMES[option] for option in OPTIONS],
            edgecolor=style.PAPER,
            linewidth=0.4,
        )
        if marker(when):
            axes.plot(when, shares.cumsum(axis=0)[:-1].T, color=style.INK, linestyle="none", **marker(when))
    for row in each:
        row[0].set_ylabel("% (median)" if several else "%")
    figure.legend(handles=stack, loc="upper right", ncols=len(OPTIONS))
    what = "Share of each option"
    if several:
        what = "Median over replicates of each option's share, rescaled to add up to 100 %"
    return _captioned(figure, "Option shares, stacked" + " medians" * several, what, outcomes, scenario, bands=False)


def abreast(count: int) -> Grid:
    """Panels beside each other, each with its own scale."""
    return Grid(1, count, 4.4 * count, 4.2, "none")


def lines(title: str, what: str, shown: Sequence[tuple[str, str, dict[str, str]]]) -> Draw:
    """Fan charts of outcomes of the whole economy, one panel each or several series in one.

    Parameters
    ----------
    title, what : str
        Heading, and what the caption says is drawn.
    shown : sequence of (heading, unit, {outcome: label})
        The word "money" in a unit becomes the currency of the scenario; the unit "%" shows shares
        in per cent.
    """

    def draw(outcomes: Outcomes, scenario: Scenario) -> Figure:
        (figure, each), when = panels(abreast(len(shown))), style.calendar_years(scenario.run.start, outcomes.months)
        style.date_axis(each[0, 0], (when[0], when[-1]))
        for axes, (heading, unit, series) in zip(each[0], shown, strict=True):
            for colour, (outcome, label) in zip(style.SERIES_COLOURS, series.items(), strict=False):
                scale = 100.0 if unit.startswith("%") else 1.0
                values = scale * outcomes.of(outcome)
                fan(axes, when, values, colour, label)
            axes.set_title(heading)
            axes.set_ylabel(unit.replace("money", scenario.currency))
            axes.margins(y=0.08)
            within(axes, *_possible(unit, series))
            if len(series) > 1:
                axes.legend(loc="best")
        money = any("money" in unit for _, unit, _ in shown)
        prices = in_prices(scenario.currency, scenario.price_level) if money else ""
        return _captioned(figure, title, what + prices, outcomes, scenario)

    return draw


def _possible(unit: str, outcomes: Iterable[str]) -> tuple[float, float]:
    """Between which numbers some outcomes are, as they are shown; only differences may be below 0."""
    least = -np.inf if unit.startswith("%-points") else 0.0
    bounded = all(OUTCOMES[each].unit.startswith(("chance", "probability", "index")) for each in outcomes)
    return least, (100.0 if unit.startswith("%") else 1.0) if bounded else np.inf


def _captioned(
    figure: Figure, title: str, what: str, outcomes: Outcomes, scenario: Scenario, *, bands: bool = True
) -> Figure:
    """The figure with its title, and a caption that says what, of what and from what."""
    if len(outcomes.replicates) == 1:
        meaning = "One replicate, without bands: others would differ by chance alone, with all parameters fixed."
    elif bands:
        meaning = (
            "Line: median; dark band: middle 50 %; light band: middle 90 % of replicates. "
            "Bands show chance alone, with all parameters fixed."
        )
    else:
        meaning = "Replicates differ by chance alone, with all parameters fixed."
    if bands:
        meaning += shade(figure.axes, style.calendar_years(scenario.run.start, 0).item(), scenario)
    meaning += marked(len(outcomes.months))
    sample = sample_of(outcomes, scenario)
    text = f"{what}. {meaning}\nScenario: {scenario.name}, {scenario.described} ({sample})."
    style.framed(figure, title, text)
    return figure


def sample_of(outcomes: Outcomes, scenario: Scenario) -> str:
    """What a caption says of the sample: "100 replicates of 2,000 firms, 120 months from 2026-01, seed 1"."""
    run = scenario.run
    size = f"{counted(len(outcomes.replicates), 'replicate')} of {counted(run.firms, 'firm')}"
    return f"{size}, {counted(run.months, 'month')} from {run.start}, seed {run.seed}"


FIGURES: dict[str, Draw] = {
    "shares-of-firms": share_fans("firms"),
    "shares-of-seats": share_fans("seats"),
    "shares-stacked": stacked_shares,
    "price": lines(
        "Price of public cloud",
        "Price, unit cost and congestion surcharge of public cloud, mean of providers weighted by seats",
        [
            ("price and unit cost", "money per seat-month", {"price": "price", "unit_cost": "unit cost"}),
            ("congestion", "% added to the price", {"congestion": "congestion"}),
        ],
    ),
    "risk": lines(
        "Risk of public cloud, believed and true",
        "Chance per year that a customer of public cloud is hit: firms' mean belief, and what is true",
        [
            ("belief and truth", "% per year", {"risk.perceived": "believed", "risk.objective": "true"}),
            ("belief less truth", "%-points per year", {"risk.gap": "gap"}),
        ],
    ),
    "fragmentation": lines(
        "Fragmentation of the infrastructure",
        "Effective number of separate cloud infrastructures, chance that two random cloud seats can work "
        "together, and concentration of providers",
        [
            ("separate infrastructures", "effective number", {"infrastructures": "infrastructures"}),
            ("interoperability", "% of pairs of cloud seats", {"interoperability": "interoperability"}),
            ("provider concentration", "Herfindahl index, 0–1", {"concentration": "concentration"}),
        ],
    ),
}
"""Every figure of a run: name of its file and how it is drawn."""
