"""The figure of docs/performance.md: the reduced model elsewhere, and where the time of a run goes."""

import io
import statistics
from pathlib import Path

from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from page import Parts

from sim.experiments.durable import whole_file
from sim.report import style

OURS, OTHERS = style.SERIES_COLOURS[:2]
MARKERS = "os^"
PART_COLOURS = ("#0072B2", "#56B4E9", "#009E73", "#F0E442", "#E69F00", "#D55E00", "#CC79A7", "#000000", "#7f7f7f")
"""Of the parts of a month, in their order (palette of Okabe and Ito)."""


def draw(parts: Parts, path: Path) -> None:
    """Draw what is there of the two and write it as PNG, whole or not at all."""
    rows = {name: parts.get(name, {}).get("rows", []) for name in ("peers", "month")}
    drawn = io.BytesIO()
    with style.house_style():
        figure = Figure(figsize=(10.0, 4.4), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(1.25, 1.0))
        _peers(left, [row for row in rows["peers"] if row.get("of") == "months"])
        _month(right, rows["month"])
        figure.savefig(drawn, format="png", dpi=130, metadata={"Software": None})
    with whole_file(path) as stream:
        stream.write(drawn.getvalue())


def _peers(axes: Axes, rows: list[dict]) -> None:
    """Nanoseconds per decision of the reduced model: a line for each peer, a mark for each number of firms."""
    names, sizes = (list(dict.fromkeys(row[key] for row in rows)) for key in ("name", "firms"))
    for row in rows:
        place, size = names.index(row["name"]), sizes.index(row["firms"])
        colour, middle = OURS if row["name"].startswith("our ") else OTHERS, statistics.median(row["values"])
        axes.plot([min(row["values"]), max(row["values"])], [place] * 2, color=colour, linewidth=3, alpha=0.35)
        axes.plot(middle, place, MARKERS[size], color=colour, markersize=6)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))
    axes.set_yticks(range(len(names)), [name.replace("`", "") for name in names])
    axes.invert_yaxis()
    axes.set_xlabel("ns per decision (logarithmic), months only")
    axes.set_title("The reduced model: medians, and best to worst")
    marks = [Line2D([], [], color=style.INK, marker=MARKERS[n], linestyle="", label=f"{size:,} firms")
             for n, size in enumerate(sizes)]  # fmt: skip
    axes.legend(handles=marks, loc="upper right", fontsize=8)


def _month(axes: Axes, rows: list[dict]) -> None:
    """Shares of the parts in the time of a run, a bar for each size."""
    runs = list(dict.fromkeys((row["lanes"], row["firms"]) for row in rows))
    parts = list(dict.fromkeys(row["name"] for row in rows))
    for place, run in enumerate(runs):
        medians = [statistics.median(row["values"]) for row in rows if (row["lanes"], row["firms"]) == run]
        whole, begun = sum(medians), 0.0
        for n, median in enumerate(medians):
            share, label = 100 * median / whole, parts[n] if place == 0 else None
            axes.barh(place, share, left=begun, height=0.6, color=PART_COLOURS[n], label=label)
            begun += share
        axes.text(100, place - 0.36, f"{whole:,.0f} ns per decision", ha="right", va="bottom", fontsize=8)
    axes.set_yticks(range(len(runs)), [f"{lanes} lane{'s' * (lanes > 1)}\n× {firms:,}" for lanes, firms in runs])
    axes.set_ylim(len(runs) - 0.5, -0.75)
    axes.set_xlabel("% of a run of the compiled engine, whole scenario")
    axes.set_title("Where the time goes")
    axes.grid(False, axis="y")
    axes.legend(loc="upper center", bbox_to_anchor=(0.4, -0.16), ncols=3, fontsize=8, handlelength=1.2)
