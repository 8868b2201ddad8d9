"""The report of two runs: their paired differences as files, in print and as a figure."""

import io
import math
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from rich.table import Table

from sim.experiments.adoption import Adoption, Estimate, Takers, adoption, balance, goes_on, takers
from sim.experiments.durable import cannot_write, made_folder, readers_file, write_text
from sim.experiments.job import Job
from sim.experiments.paired import difference_table, differences, differing, matched, same_constants, t_interval
from sim.experiments.tables import Outcomes, calendar_month, read_outcomes, write_csv
from sim.model.complaints import counted, in_prices, listed
from sim.model.outcome_table import OUTCOMES
from sim.model.scenario import Scenario
from sim.report.console import reader_console
from sim.report.numbers import LARGE
from sim.report.summary import (
    NO_FIRMS,
    blocks_table,
    main_outcomes,
    month_heading,
    shown_months,
    shown_scale,
    shown_unit,
)

DIGITS = 3
"""Significant digits of the largest number of a unit in the printed table."""

LEAST_DECIMALS, MOST_DECIMALS = 2, 6

DUST = 1e-3
"""Part of the last decimal below which a difference is what rounding leaves."""

NO_ZERO = "undefined: A and B have option constants of their own"


def report_against(first: Job, second: Job, as_csv: bool, figures: bool, again: bool) -> list[Path]:
    """Write and print the differences, first less second, of two runs that have finished replicates in common.

    Parameters
    ----------
    first, second : Job
        The two runs, called A and B.
    as_csv : bool
        Write the table of differences as text too.
    figures : bool
        Draw the figure.
    again : bool
        Draw the figure even where it is there and the differences are still the same.

    Returns
    -------
    list of Path
        The folder, then the files written for a reader.
    """
    tables = matched(read_outcomes(first.folder.outcomes), read_outcomes(second.folder.outcomes))
    scenarios = first.scenario, second.scenario
    names = first.scenario.name, second.scenario.name
    if names[0] == names[1]:
        names = f"{names[0]} {first.id}", f"{names[1]} {second.id}"
    paired, gained = differences(*tables, same_constants(*scenarios)), adoption(*tables, scenarios)
    folder = made_folder(first.folder.path / "against" / f"{second.scenario.name}-{second.id}")
    table, text, picture = (folder / name for name in ("differences.parquet", "differences.csv", "against.png"))
    paths = [folder, table, folder / "adoption.csv"]
    _keep(table, difference_table(paired, first.scenario), derived=(text, picture))
    more, money = takers(*tables, scenarios), balance(paired)
    write_text(paths[-1], _adoption_text(gained, more, money, first.scenario.currency))
    console = reader_console()
    console.print(printed_differences(paired, scenarios, names))
    lines = adoption_lines(gained, first.scenario.currency, first.scenario.run.every)
    lines += [BEYOND] * any(map(goes_on, tables))
    lines += taker_lines(more, first.scenario) + balance_lines(money, first.scenario.currency)
    for line in lines:
        console.print(line, highlight=False, markup=False)
    if as_csv:
        paths.append(text)
        with readers_file(text) as stream:
            write_csv(stream, table)
    if figures:
        from sim.report.figures import save
        from sim.report.overlay import overlay

        paths.append(picture)
        if again or not picture.exists():
            save(picture, partial(overlay, tables, scenarios, names))
    return paths


def printed_differences(paired: Outcomes, scenarios: tuple[Scenario, Scenario], names: tuple[str, str]) -> Table:
    """Mean difference and interval of the main outcomes, after five years and at the end.

    The start has a column of its own where something printed differs there already, as between two base worlds.
    """
    first, second = scenarios
    count = len(paired.replicates)
    how = "mean difference [95 % interval]" if count > 1 else "difference, without an interval,"
    title = f"{names[0]} less {names[1]}\n{how} of {counted(count, 'pair')} of replicates on the same draws"
    title += in_prices(first.currency, first.price_level)
    if count > 1:
        title += "\nEach interval stands alone, at these parameters: where nothing differs, one in twenty excludes 0."
    for name, each in zip(names, scenarios, strict=True):
        title += f"\n{name}: {each.described}" * bool(each.settings)
    title += f"\nThey differ in {listed(differing(first, second)) or 'nothing'}."
    found = {column: _scaled(paired, column, first.currency) for column in main_outcomes()}
    at_start = any(np.nan_to_num(numbers[0, 0]) for _, numbers in found.values())
    positions = [each for each in shown_months(paired) if each > 0 or at_start or len(paired.months) == 1]
    months = [int(paired.months[position]) for position in positions]
    headings = [month_heading(month, calendar_month(first.run.start, month)) for month in months]
    largest: dict[str, float] = {}
    for unit, numbers in found.values():
        there = numbers[:, positions]
        largest[unit] = max(largest.get(unit, 0.0), *np.abs(there[~np.isnan(there)]), 0.0)
    cells = {
        column: (unit, [signed(numbers[:, each].tolist(), _decimals(largest[unit])) for each in positions])
        for column, (unit, numbers) in found.items()
    }
    return blocks_table(title, headings, cells)


BEYOND = "  whole contracts are paid at once, also what is in force after the end; years are counted up to it"


def adoption_lines(gained: Adoption, currency: str, every: int) -> list[str]:
    """Sentences on additional adopters, additional spending and their ratio at the end; `every`: months of a record."""
    per_firm, per_year = (
        f"undefined: {each.undefined}" if each.undefined else
        f"{_amounts(each.estimate)} {currency} (ratio of means, Fieller's interval)"
        for each in (gained.cost, gained.yearly)
    )  # fmt: skip
    return [
        "At the end, A less B" + ("" if math.isnan(gained.adopters.low) else ", mean and 95 % interval") + ":",
        f"  national firms on public or hybrid cloud  {_amounts(gained.adopters)}",
        f"  years of such firms since the start       {_amounts(gained.years)}"
        + f" (by records every {every} months)" * (every > 1),
        f"  public money spent since the start        {_amounts(gained.spent)} {currency}",
        f"  spent in addition per additional adopter  {per_firm}",
        f"  spent in addition per additional year     {per_year}",
    ]


def taker_lines(more: Takers | None, scenario: Scenario) -> list[str]:
    """Sentences on supported firms and free riders when A supports most more; none where it never does."""
    if more is None:
        return []
    date = calendar_month(scenario.run.start, more.month)
    if more.unknown:
        riders = f"undefined: {more.unknown}"
    else:
        riders = f"{_amounts(more.free_riders)} or more"
        if not math.isclose(more.free_riders.value, more.supported.value - more.additional.value, rel_tol=1e-9):
            riders += ", clipped in some replicates"
    return [
        f"When A supports most firms more than B, of the months recorded, at the end of {date}, A less B:",
        f"  national firms that some policy pays for  {_amounts(more.supported)}",
        f"  firms on public or hybrid cloud           {_amounts(more.additional)}",
        f"  free riders: supported less additional    {riders}",
    ]


def balance_lines(money: Mapping[str, Estimate], currency: str) -> list[str]:
    """Sentences on the parts of welfare at the end; none where nothing differs."""
    if not any(any(each) for each in money.values()):
        return []
    words = ("consumer surplus, at the objective risk", "profit of providers on these firms", "fiscal cost", "welfare")
    return [
        "Since the start, undiscounted, A less B:",
        *(
            f"  {label:40}  " + (NO_ZERO if math.isnan(each.value) else f"{_amounts(each)} {currency}")
            for label, each in zip(words, money.values(), strict=True)
        ),
        "  without one-off costs of moving beyond the contract that follows, and more: docs/model.md, Welfare",
    ]


def signed(numbers: Sequence[float], decimals: int) -> str:
    """A difference and its interval with signs; 0 where all three are but rounding, no interval where it is unknown.

    >>> signed((1.5, -0.25, 3.25), 2)
    '+1.50 [-0.25, +3.25]'
    """
    middle, low, _ = numbers
    if math.isnan(middle):
        return NO_FIRMS
    if all(math.isnan(each) or abs(each) < DUST * 10.0**-decimals for each in numbers):
        return "0"
    shown = [f"{each + 0.0:+,.{decimals}f}" for each in numbers]
    return shown[0] if math.isnan(low) else f"{shown[0]} [{shown[1]}, {shown[2]}]"


def _scaled(paired: Outcomes, column: tuple[str, str], currency: str) -> tuple[str, npt.NDArray[np.float64]]:
    """Unit as printed, and mean, low and high end by recorded month, shape (3, months), in that unit."""
    unit = OUTCOMES[column[0]].unit.replace("money", currency)
    found = np.stack(t_interval(paired.of(*column))[:3])
    return shown_unit(unit).replace("%", "%-points"), found * shown_scale(unit)


def _decimals(largest: float) -> int:
    """Decimals that give the largest number of a unit three significant digits, between two and six."""
    digits = DIGITS - 1 - math.floor(math.log10(largest)) if largest else 0
    return min(MOST_DECIMALS, max(LEAST_DECIMALS, digits))


def _amounts(estimate: Estimate) -> str:
    """An amount and its interval, with a word for a large unit."""
    largest = max((abs(each) for each in estimate if not math.isnan(each)), default=0.0)
    unit, word = next(((unit, word) for unit, word in LARGE if largest >= unit), LARGE[-1])
    return signed([each / unit for each in estimate], 2 if word or largest < 100 else 0) + word


def _adoption_text(gained: Adoption, more: Takers | None, money: Mapping[str, Estimate], currency: str) -> str:
    """The closing sentences as comma-separated text, in full digits; nan where undefined."""
    rows = [
        ("additional_adopters", "firms", gained.adopters),
        ("additional_spending", currency, gained.spent),
        ("spending_per_adopter", f"{currency} per firm", gained.cost.estimate),
        ("additional_years", "firm-years", gained.years),
        ("spending_per_year", f"{currency} per firm-year", gained.yearly.estimate),
    ]
    if more is not None:
        names = ("supported", "additional", "free_riders")
        rows += [(f"{name}_in_month_{more.month}", "firms", getattr(more, name)) for name in names]
    rows += [(name, currency, each) for name, each in money.items()]
    lines = ["quantity,unit,value,low,high"]
    lines += [",".join([name, unit, *(repr(float(each)) for each in numbers)]) for name, unit, numbers in rows]
    return "\n".join(lines) + "\n"


def _keep(path: Path, table: pa.Table, derived: tuple[Path, ...]) -> None:
    """Write the table unless the file has it already; what was derived from other differences goes first."""
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd")
    content = stream.getvalue()
    try:
        if path.exists() and path.read_bytes() == content:
            return
        for each in derived:
            each.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error
    with readers_file(path) as file:
        file.write(content)
