"""The small figure of a scenario in the gallery: what it changes, or the levels of a base world."""

import io
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from sim.experiments.durable import whole_file
from sim.experiments.tables import Outcomes
from sim.model.nouns import OPTIONS
from sim.model.scenario import Scenario
from sim.report import style
from sim.report.bands import shade

AGENTS_COLOUR = style.SERIES_COLOURS[3]

FACED = (
    ("price", "price", style.SERIES_COLOURS[1]),
    ("risk.perceived", "perceived risk", "#56B4E9"),
)
"""Outcomes of the third panel, what they are called, and colours that no option has."""

DOTS = 105
"""Dots per inch: a small file, and as wide as a page of text."""

THINNED = 3
"""Every so many recorded months are drawn; what happens between them would not be seen at this size."""

COLOURS = 256
"""Colours of a file: as a palette it is a third of the size."""

STRIP = 20
"""Height of the strip of colours, dots."""

LEAST = 0.5
"""A scale of differences reaches at least so far to one side, so that no noise looks large."""


class Pair(NamedTuple):
    """Outcomes of a scenario and of the world it is compared with, by the same replicates; or it stands alone."""

    scenario: Scenario
    outcomes: Outcomes
    base: Outcomes | None = None


def save_picture(path: Path, pair: Pair) -> None:
    """Draw the figure in the house style and write it as a small PNG, whole or not at all."""
    drawn = io.BytesIO()
    with style.house_style():
        picture(pair).savefig(drawn, format="png", dpi=DOTS, metadata={"Software": None})
    with whole_file(path) as stream:
        _with_palette(Image.open(drawn).convert("RGB")).save(stream, format="png", optimize=True)


def _with_palette(image: Image.Image) -> Image.Image:
    """The image with a palette of its own colours.

    Below it, while colours are chosen, is a strip of those of the curves, so that one that covers few points in the
    image is not given the colour of another.
    """
    width, height = image.size
    curves = [*style.OPTION_COLOURS.values(), AGENTS_COLOUR, *(colour for _, _, colour in FACED)]
    taller = Image.new("RGB", (width, height + STRIP), style.PAPER)
    taller.paste(image)
    for number, colour in enumerate(curves):
        taller.paste(
            colour, (number * width // len(curves), height, (number + 1) * width // len(curves), height + STRIP)
        )
    return taller.quantize(COLOURS, dither=Image.Dither.NONE).crop((0, 0, width, height))


def picture(pair: Pair) -> Figure:
    """Four panels: shares of firms, shares of seats, what firms face, and the ecosystem in points of its index."""
    figure = Figure(figsize=(8.8, 2.6), layout="constrained")
    panels = figure.subplots(1, 4)
    when = style.calendar_years(pair.scenario.run.start, pair.outcomes.months)
    for axes, of in zip(panels, ("firms", "seats"), strict=False):
        for option in OPTIONS[1:]:
            values = _points(pair, f"share.{of}.{option}")
            _fan(axes, when, values, style.OPTION_COLOURS[option], style.OPTION_NAMES[option])
        axes.set_title(f"% of {of}" if pair.base is None else f"{of}, %-points")
    _fan(panels[0], when, _points(pair, "share.agents"), AGENTS_COLOUR, "using agents")
    for outcome, label, colour in FACED:
        _fan(panels[2], when, _percent(pair, outcome), colour, label)
    panels[2].set_title("% of the start" if pair.base is None else "difference in %")
    _fan(panels[3], when, _points(pair, "ecosystem"), style.INK, "ecosystem")
    panels[3].set_title("ecosystem, points")
    for axes in panels:
        _dress(axes, pair, when)
    look: dict[str, Any] = {"fontsize": 8, "handlelength": 1.2, "columnspacing": 1.2}
    shares, faced = (panels[each].get_legend_handles_labels()[0] for each in (0, 2))
    figure.legend(handles=shares, loc="outside lower left", ncols=len(shares), **look)
    figure.legend(handles=faced, loc="outside lower right", ncols=len(faced), **look)
    return figure


def _points(pair: Pair, outcome: str) -> npt.NDArray[np.float64]:
    """A share or an index in hundredths, or what it differs by in these."""
    own = pair.outcomes.of(outcome)
    return 100.0 * (own if pair.base is None else own - pair.base.of(outcome))


def _percent(pair: Pair, outcome: str) -> npt.NDArray[np.float64]:
    """An outcome in per cent of its start, or what it differs by in per cent of the base world's."""
    own = pair.outcomes.of(outcome)
    return 100.0 * own / own[:, :1] if pair.base is None else 100.0 * (own / pair.base.of(outcome) - 1.0)


def _fan(axes: Axes, when: npt.NDArray[np.float64], values: npt.NDArray[np.float64], colour: str, label: str) -> None:
    """Median and middle 90 % of `values`, shape (replicates, months)."""
    when, values = when[::THINNED], values[:, ::THINNED]
    low, median, high = np.quantile(values, (0.05, 0.5, 0.95), axis=0)
    axes.fill_between(when, low, high, color=colour, alpha=0.2, linewidth=0)
    axes.plot(when, median, color=colour, label=label, linewidth=1.3)


def _dress(axes: Axes, pair: Pair, when: npt.NDArray[np.float64]) -> None:
    """Dates, the line of no difference, the least scale, and the time in which something is in force."""
    style.date_axis(axes, (float(when[0]), float(when[-1])))
    if pair.base is None:
        axes.set_ylim(bottom=0)
    else:
        axes.axhline(0.0, color=style.INK, linewidth=0.7, linestyle=":")
        low, high = axes.get_ylim()
        axes.set_ylim(*((low, high) if max(high, -low) > LEAST else (-LEAST, LEAST)))
    shade([axes], float(when[0]), pair.scenario)
