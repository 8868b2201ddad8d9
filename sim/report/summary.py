"""The summary of one run: main outcomes at the start, after five years and at the end."""

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from itertools import product
from pathlib import Path

import numpy as np
from rich import box
from rich.table import Table
from rich.text import Text

from sim.experiments.durable import write_text
from sim.experiments.tables import Outcomes, calendar_month
from sim.model.complaints import counted, in_prices
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.outcome_table import OUTCOMES, SPENT, is_fraction
from sim.model.scenario import Scenario

BLOCKS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("share.firms", ("any_cloud", *OPTIONS), ("total", *CLASSES)),
    ("share.seats", OPTIONS, ("total",)),
    ("share", ("aware", "agents"), ("total",)),
    ("risk", ("perceived", "objective"), ("total",)),
    ("", ("price", "unit_cost"), ("total",)),
    ("", ("infrastructures", "interoperability", "concentration", "ecosystem"), ("total",)),
)
"""What the printed table shows: beginnings of names, how they go on, groups. The file holds every outcome."""

POLICY_BLOCKS = (
    ("share", ("supported",), ("total",)), ("", ("budget_left",), ("total",)), ("", (SPENT,), ("total",)),
)  # fmt: skip
"""What it shows besides where policies spend; under the last, what each policy spent."""

FIVE_YEARS = 60

MOST_DIGITS = 7
"""Decimals of a number in the summary at most."""

NO_FIRMS = "–"
"""Printed for an outcome that a group without firms does not have."""


@dataclass(frozen=True)
class Row:
    """One outcome of one group at the end of one month, over replicates.

    Parameters
    ----------
    outcome, group, unit : str
        As declared.
    month : int
        0 is the state at the start.
    date : str
        Calendar month at whose end the state holds, "YYYY-MM".
    median, p05, p95 : float
        Median, 5th and 95th percentile over replicates, in `unit`.
    """

    outcome: str
    group: str
    unit: str
    month: int
    date: str
    median: float
    p05: float
    p95: float


def summary_rows(outcomes: Outcomes, scenario: Scenario) -> list[Row]:
    """Every outcome and group at the months of `shown_months`."""
    rows = []
    for outcome, group in outcomes.columns:
        series = outcomes.of(outcome, group)
        unit = OUTCOMES[outcome].unit.replace("money", scenario.currency)
        for position in shown_months(outcomes):
            month = int(outcomes.months[position])
            p05, median, p95 = (float(q) for q in np.quantile(series[:, position], (0.05, 0.5, 0.95)))
            date = calendar_month(scenario.run.start, month)
            rows.append(Row(outcome, group, unit, month, date, median, p05, p95))
    return rows


def shown_months(outcomes: Outcomes) -> list[int]:
    """Positions of the start, of the last record within five years, and of the end; none twice."""
    five = int(np.searchsorted(outcomes.months, FIVE_YEARS, side="right")) - 1
    return sorted({0, five, len(outcomes.months) - 1})


def write_summary(path: Path, rows: list[Row]) -> None:
    """Write the summary as comma-separated text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(Row)])
    writer.writerows(astuple(row) for row in rows)
    write_text(path, text.getvalue())


def summary_table(rows: list[Row], scenario: Scenario, replicates: int) -> Table:
    """The table printed at the end of a run: median and 90 % interval of the main outcomes.

    A single replicate has neither, so its values stand alone.
    """
    bands = "median [5th–95th percentile] of " * (replicates > 1)
    prices = in_prices(scenario.currency, scenario.price_level)
    title = f"{scenario.described}\n{bands}{counted(replicates, 'replicate')}{prices}"
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row.outcome, row.group), []).append(row)
    spending = any(row.p95 for row in found.get((SPENT, "total"), ()))
    idle = set() if spending else set(_rows(POLICY_BLOCKS))
    if all(policy.budget is None for policy in scenario.policies):
        idle.add(("budget_left", "total"))
    cells = {
        column: (shown_unit(here[0].unit, scenario.currency), [_cell(row, scenario, replicates > 1) for row in here])
        for column, here in found.items()
        if column not in idle
    }
    first = next(iter(found.values()), [])
    return blocks_table(title, [month_heading(row.month, row.date) for row in first], cells)


def blocks_table(
    title: str, headings: Sequence[str], cells: Mapping[tuple[str, str], tuple[str, Sequence[str]]]
) -> Table:
    """The main outcomes as a printed table, in the blocks of `BLOCKS` and, where given, `POLICY_BLOCKS`.

    Parameters
    ----------
    title : str
        Above the table.
    headings : sequence of str
        Of the columns beside the names.
    cells : mapping
        Of (outcome, group): the unit as printed, and a cell for each heading.
    """
    table = Table(title=Text(title), box=box.SIMPLE_HEAD)  # names and titles are no markup
    table.add_column("outcome", overflow="fold")  # where the screen is narrow, cells take more lines and lose nothing
    for each in headings:
        table.add_column(each, justify="right", overflow="fold")
    spenders = tuple(group for outcome, group in cells if outcome == SPENT)  # in total, and by policy
    for beginning, endings, groups in (*BLOCKS, *POLICY_BLOCKS[:-1], ("", (SPENT,), spenders)):
        heading = ""
        for outcome, group in product(endings, groups):
            unit, here = cells.get((f"{beginning}.{outcome}".lstrip("."), group), ("", ()))
            if not here:
                continue
            if unit != heading:
                table.add_row(f"[italic]{beginning}{', ' * bool(beginning)}{unit}[/]")
                heading = unit
            name = outcome if group == "total" else f"  {group.removeprefix('policy.')}"
            table.add_row(f"  {name}", *here, end_section=(outcome, group) == (endings[-1], groups[-1]))
    return table


def main_outcomes() -> list[tuple[str, str]]:
    """(outcome, group) of every row that the printed table has."""
    return list(_rows(BLOCKS))


def _rows(blocks: Iterable[tuple[str, tuple[str, ...], tuple[str, ...]]]) -> Iterator[tuple[str, str]]:
    """(outcome, group) of every row of blocks."""
    for beginning, endings, groups in blocks:
        for ending, group in product(endings, groups):
            yield f"{beginning}.{ending}".lstrip("."), group


def month_heading(month: int, date: str) -> str:
    """Heading of the column of one month: how long after the start it ends, and which it is."""
    return f"{elapsed(month)}\nend of {date}"


def elapsed(month: int) -> str:
    """How long after the start a month ends: in years where they are whole, otherwise in months."""
    if month == 0:
        return "start"
    return "after " + (counted(month, "month") if month % 12 else counted(month // 12, "year"))


def shown_unit(unit: str, currency: str = "") -> str:
    """The unit in which a number is printed: shares and chances in per cent, sums in a currency in billions."""
    if currency and unit == currency:
        return f"billion {currency}"
    if not is_fraction(unit):
        return unit
    return "% per year" if unit.endswith("per year") else "%"


def shown_scale(unit: str, currency: str = "") -> float:
    """What a number is multiplied by to be printed in its `shown_unit`."""
    return 100.0 if is_fraction(unit) else 1e-9 if unit == currency else 1.0


def _cell(row: Row, scenario: Scenario, band: bool) -> str:
    """Median and, where asked for, interval, rounded for reading."""
    if math.isnan(row.median):
        return NO_FIRMS
    scale = shown_scale(row.unit, scenario.currency)
    middle, low, high = (scale * value for value in (row.median, row.p05, row.p95))
    largest = max(abs(middle), abs(high))
    digits = 2 if largest < 10 else 1 if largest < 100 else 0
    if 10.0**-MOST_DIGITS <= largest < 0.01:  # a small programme, in billions; less is what a budget leaves
        digits = min(1 - math.floor(math.log10(largest)), MOST_DIGITS)
    interval = f" [{low:.{digits}f}–{high:.{digits}f}]" if band else ""
    return f"{middle:.{digits}f}{interval}"
