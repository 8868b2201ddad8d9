"""Running a sweep from the command line, and saying what came of it."""

import logging
import shlex
from pathlib import Path

import click

from sim.experiments.processes import cores
from sim.experiments.sweeps.carrying_out import Order, carry_out
from sim.experiments.sweeps.executors import Executors
from sim.experiments.sweeps.folder import SweepFolder
from sim.model.complaints import counted
from sim.report.log import say
from sim.report.progress import progress_of

FAILURES_SHOWN = 5


def say_plan(order: Order, workers: int | None) -> None:
    """Print what a sweep would do."""
    from sim.experiments.sweeps.forecast import dry_run

    _say_notes(order)
    click.echo("\n".join(dry_run(order, workers or cores())))


def _say_notes(order: Order) -> None:
    """What the reader of a sweep file should know."""
    for note in order.sweep.notes:
        say("note", f"note: {note}")


def sweep_and_report(order: Order, executors: Executors) -> bool:
    """Compute what is missing of a sweep and print where it is.

    Returns
    -------
    bool
        Whether every run came to its end.
    """
    name = order.sweep.name
    _say_notes(order)
    with progress_of(name, "run") as progress:
        ending = carry_out(order, executors, progress)
    before = ending.kept - ending.computed
    kept = f", {before:,} kept from before" if before else ""
    say("finished", f"{name}: {counted(ending.computed, 'run')} computed{kept}", computed=ending.computed,
        kept=ending.kept, failed=ending.failed, folder=str(ending.path))  # fmt: skip
    if ending.failed:
        _say_failures(order.path, ending.failed)
    click.echo(ending.path)
    return not ending.failed


def _say_failures(path: Path, failed: int) -> None:
    for each in SweepFolder.looked(path).failures()[:FAILURES_SHOWN]:
        reason = each.pop("message")
        sentence = "failed: point {point}, replicate {replicate}, {stage}: ".format(**each) + reason
        say("failed", sentence, logging.ERROR, **each, reason=reason)
    total = f"{counted(failed, 'run')} failed; `sim export {shlex.quote(str(path))} --format csv` lists every failure."
    say("failed", total, logging.ERROR, failed=failed)
