"""The report of `sim verify`: what each oracle found, as a table, and figures where one helps."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.table import Table

from sim.analysis.oracle import Check, Oracle, Verdict
from sim.analysis.verification import passed, verify_all
from sim.model.complaints import counted, listed
from sim.report.console import reader_console

HOLDS, FAILS = "holds", "FAILS"


def verify_and_report(oracles: Sequence[Oracle], out: Path, quick: bool, workers: int) -> bool:
    """Run oracles, print the table and the figures' files, and say whether all hold.

    Parameters
    ----------
    out
        Folder of all results.
    quick
        Make do with fewer firms and replicates.
    workers
        Oracles run at a time.
    """
    verdicts, figures = [], []
    for verdict in verify_all(oracles, out, quick, workers):
        figures += _drawn(verdict)
        verdicts.append(verdict)
        name, came = f"{verdict.oracle.id} {verdict.oracle.title}", HOLDS if verdict.holds else FAILS
        click.echo(f"{name}: {came} ({verdict.seconds:.1f} s)", err=True)
    reader_console().print(table_of(verdicts))
    for path in figures:
        click.echo(path)
    for line in failures(verdicts):
        click.echo(line)
    click.echo(summary(verdicts))
    return passed(verdicts)


def _drawn(verdict: Verdict) -> list[Path]:
    """File of the oracle's figure, drawn, where it has one."""
    from sim.report.oracle_figures import FIGURES, draw

    return [draw(verdict)] if verdict.oracle.id in FIGURES and verdict.series else []


def table_of(verdicts: Sequence[Verdict]) -> Table:
    """One block of rows an oracle: its checks, the equality of engines, and the fault it must find."""
    table = Table(title="Results known independently of this program", title_justify="left", show_lines=False)
    widths = (26, 22, 14, 14, 18, 8)
    heads = "oracle, reference, formula, folder", "compared", "expected", "found", "test", "verdict"
    for name, width in zip(heads, widths, strict=True):
        table.add_column(name, width=width, overflow="fold")
    for verdict in verdicts:
        oracle = verdict.oracle
        named = [f"{oracle.id} {oracle.title}", oracle.reference, oracle.formula, str(verdict.folder)]
        rows = [*map(_row, verdict.checks), _power(verdict)]
        named = [*named[: len(rows) - 1], "\n".join(named[len(rows) - 1 :])]
        for n, row in enumerate(rows):
            table.add_row(named[n] if n < len(named) else "", *row, end_section=n == len(rows) - 1)
    return table


def _row(check: Check) -> tuple[str, ...]:
    return check.what, check.expected, check.found, check.statistic, HOLDS if check.holds else FAILS


def _power(verdict: Verdict) -> tuple[str, ...]:
    """The row on the planted fault: what was found with it, in the check that noticed."""
    what, caught = f"power: {verdict.oracle.fault}", verdict.caught
    if caught is None:
        return what, "must not hold", "was not noticed", "", FAILS
    return what, caught.expected, caught.found, caught.statistic, "noticed"


def failures(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """A sentence on each check that fails: the table has no room for long ones."""
    for verdict in verdicts:
        for check in verdict.checks:
            if not check.holds:
                yield f"{verdict.oracle.id}, {check.what}: expected {check.expected}, found {check.found}"
        if verdict.caught is None:
            yield f"{verdict.oracle.id}, power: the planted fault was not noticed: {verdict.oracle.fault}"


def summary(verdicts: Sequence[Verdict]) -> str:
    """The last line: how many oracles hold, and which do not."""
    failing = [verdict.oracle.id for verdict in verdicts if not verdict.holds]
    if failing:
        return f"{counted(len(failing), 'oracle')} of {len(verdicts)} failed: {listed(failing)}."
    hold = "holds" if len(verdicts) == 1 else "hold"
    return f"{counted(len(verdicts), 'oracle')} of {len(verdicts)} {hold}, and each noticed its planted fault."
