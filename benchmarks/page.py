"""What `make bench` writes of `measured.json`: the marked blocks of docs/performance.md, and its figure.

A block stands between `<!-- measured: NAME -->` and `<!-- end -->`; everything else on the page is written by hand.
"""

import re
import statistics
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from peers import MANY, MIDDLE, ONE, SMALL, TOLERANCE
from rows import STEP

Parts = Mapping[str, Mapping[str, Any]]

DOCS = Path(__file__).parents[1] / "docs"
MEASURED = Path(__file__).with_name("measured.json")
BLOCK = re.compile(r"(<!-- measured: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(page: str, parts: Parts) -> str:
    """The page with its blocks made from what was measured, and everything else as it is."""
    return BLOCK.sub(lambda found: f"{found[1]}\n{block(found[2], parts)}\n{found[3]}", page)


def block(name: str, parts: Parts) -> str:
    """Text of one block."""
    if name == "machine":
        return "\n".join(f"- {each}" for each in sorted({part["machine"] for part in parts.values()})) + "\n"
    part = parts.get(name, {"failed": "nobody has tried", "rounds": 0})
    if "failed" in part:
        return f"Could not be measured: {part['failed']}\n"
    rounds = "1 round" if part["rounds"] == 1 else f"{part['rounds']} rounds"
    loads = " to ".join(f"{each:.1f}" for each in part.get("load", []))
    under = f"*{part['day']}, {rounds}{f'; load of the machine {loads}' if loads else ''}.*"
    return f"{WRITERS.get(name, plain)(part['rows'])}\n\n{under}\n"


def number(value: float) -> str:
    """Three digits, or all before the point."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:#.3g}".rstrip(".")


def spread(values: list[float]) -> str:
    """Median, and in brackets best and worst where there are several."""
    middle = number(statistics.median(values))
    return f"{middle} [{number(min(values))}–{number(max(values))}]" if len(values) > 1 else middle


def table(head: list[str], lines: list[list[str]]) -> str:
    """A table in Markdown; numbers to the right."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(each)} |" for each in (head, rule, *lines))


def plain(rows: list[dict]) -> str:
    """Name, best, median, worst and unit."""
    numbers = (min, statistics.median, max)
    lines = [[row["name"], *(number(each(row["values"])) for each in numbers), row["unit"]] for row in rows]
    return table(["what", "best", "median", "worst", "unit"], lines)


def yardstick(rows: list[dict]) -> str:
    """Times, then what the C compiler made of each step of its loop."""
    steps = [row for row in rows if row["unit"] == STEP]
    head = ["step of the C loop", "bytes a vector", "packed operations", "scalar"]
    times = plain([row for row in rows if row["unit"] != STEP])
    return f"{times}\n\n{table(head, [[row['name'], *map(str, row['values'])] for row in steps])}"


def month(rows: list[dict]) -> str:
    """Parts of a month, and their share, by size of the run."""
    runs = list(dict.fromkeys((row["lanes"], row["firms"]) for row in rows))
    parts = list(dict.fromkeys(row["name"] for row in rows))
    at = {(row["name"], row["lanes"], row["firms"]): statistics.median(row["values"]) for row in rows}
    sums = [sum(at[part, *run] for part in parts) for run in runs]
    lines = []
    for part in parts:
        medians = [at[part, *run] for run in runs]
        lines.append([part, *(f"{number(a)} ({a / b:.0%})" for a, b in zip(medians, sums, strict=True))])
    head = [f"{lanes} lane{'s' if lanes > 1 else ''} × {firms:,}" for lanes, firms in runs]
    return table(["ns per decision, medians", *head], [*lines, ["together", *map(number, sums)]])


def peers(rows: list[dict]) -> str:
    """Time of each peer by number of firms, and how many times that of our compiled engine."""
    at = {(row["name"], row["firms"], row["of"]): row["values"] for row in rows if "of" in row}
    sizes = sorted({firms for _, firms, _ in at})
    lines = []
    for name in dict.fromkeys(row["name"] for row in rows if "of" in row):
        found = {row["firms"]: row["apart"] for row in rows if row["name"] == name and row["of"] == "months"}
        apart = max(each for each in found.values() if each)
        lines.append([
            name,
            *(spread(at[name, firms, "months"]) if (name, firms, "months") in at else "" for firms in sizes),
            spread(at[name, SMALL, "whole"]),
            _ratios(at, name, SMALL, (MANY, SMALL, "months")),
            _ratios(at, name, MIDDLE, (ONE, MIDDLE, "months")),
            f"{apart[0]:.1f}" if apart[0] <= TOLERANCE else f"**{apart[0]:.1f}: differs**",
        ])  # fmt: skip
    head = [
        "ns per decision, months only", *(f"{firms:,} firms" for firms in sizes),
        f"{SMALL:,}, with making the model", f"{SMALL:,}: times our 64 lanes", f"{MIDDLE:,}: times our one run",
        "distance, s.e.",
    ]  # fmt: skip
    absent = "".join(f"\n\n{row['name']}: not installable here: {row['failed']}" for row in rows if "failed" in row)
    return f"{table(head, lines)}{absent}\n\n{_versions(rows)}"


def _ratios(at: Mapping, name: str, firms: int, under: tuple) -> str:
    """A peer's time over another's, round by round."""
    both = at.get((name, firms, "months"), []), at.get(under, [])
    return spread([a / b for a, b in zip(*both, strict=True)]) if all(both) else ""


def _versions(rows: list[dict]) -> str:
    """All packages that computed, in whichever environment."""
    return f"Versions: {', '.join(sorted({each for row in rows for each in row.get('versions', ())}))}."


def peers_that_differ(parts: Parts) -> list[str]:
    """Peers whose results are further from ours than chance allows."""
    rows = parts.get("peers", {}).get("rows", [])
    return list(dict.fromkeys(row["name"] for row in rows if row.get("apart") and row["apart"][0] > TOLERANCE))


def sizes(rows: list[dict]) -> str:
    """Cost of a firm-month over sizes, then that of all engines, and memory."""
    over = [row for row in rows if row["name"] == "compiled" and row["unit"] == "ns per firm-month"]
    costs = [statistics.median(row["values"]) for row in over]
    lines = [[f"{row['firms']:,}", spread(row["values"])] for row in over]
    others = [
        [f"{row['name']}, {row['firms']:,} firms, {row['months']} months", spread(row["values"]), row["unit"]]
        for row in rows if "months" in row and row["name"] != "compiled"
    ]  # fmt: skip
    others += [
        [f"{row['name']}, {row['firms']:,} firms", spread(row["values"]), row["unit"]]
        for row in rows if row["unit"].endswith("second month on") and row["name"] != "compiled"
    ]  # fmt: skip
    others += [[f"{row['name']}, one more firm", spread(row["values"]), "bytes"] for row in rows if "firms" not in row]
    return "\n\n".join((
        table(["firms, compiled engine", "ns per firm-month"], lines),
        f"Dearest over cheapest: {max(costs) / min(costs):.2f}.",
        table(["engine", "median", "unit"], others),
    ))  # fmt: skip


def country(rows: list[dict]) -> str:
    """Time and memory of the command by number of firms."""
    columns = {"elapsed": "elapsed, s", "processor": "processor, s", "compiled": "ns per firm-month",
               "memory at the peak": "memory at the peak, GiB"}  # fmt: skip
    at = {(row["firms"], row["name"]): spread(row["values"]) for row in rows}
    lines = [[f"{firms:,}", *(at.get((firms, each), "") for each in columns)] for firms in sorted({f for f, _ in at})]
    return table(["firms", *columns.values()], lines)


WRITERS: dict[str, Callable[[list[dict]], str]] = {
    "yardstick": yardstick, "month": month, "peers": peers, "sizes": sizes, "country": country,
}  # fmt: skip
"""Blocks that are not a plain table."""
