"""Making the runs that a command asks for, and what a reader gets of each: summary, figures, the table as text."""

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from sim.experiments.durable import readers_file
from sim.experiments.job import Job, Tally
from sim.experiments.runner import obtain
from sim.experiments.sweeps.executors import Executors
from sim.experiments.tables import read_outcomes, write_csv
from sim.model.complaints import counted
from sim.report.console import reader_console
from sim.report.drawing import begin_drawing
from sim.report.log import say
from sim.report.progress import progress_of
from sim.report.summary import summary_rows, summary_table, write_summary

FAILURES_SHOWN = 5


def run_and_report(jobs: Sequence[Job], fresh: bool, as_csv: bool, hands: Executors | None) -> bool:
    """Compute what is missing of one run or of two, report each, and compare the first with the second.

    Parameters
    ----------
    jobs : sequence of Job
        One run, or two that can be paired.
    fresh : bool
        Compute and draw even what is there.
    as_csv : bool
        Write tables as text too.
    hands : Executors or None
        Who draws figures; None for none.

    Returns
    -------
    bool
        Whether every replicate is finished.
    """
    tallies = []
    for job in jobs:
        current = job.folder.is_finished() and not fresh  # figures of fewer replicates are drawn again
        with progress_of(job.scenario.name, "replicate") as progress:
            tally, how = obtain(job, fresh, progress)
        say("finished", f"{job.scenario.name} {job.id}: {how}", folder=str(job.folder.path))
        if tally.finished:
            _print(_report(job, as_csv, hands, again=not current))
        tallies.append(tally)
    if len(jobs) > 1:
        _compare(jobs, tallies, fresh, as_csv, hands is not None)
    for job, tally in zip(jobs, tallies, strict=True):
        for line in _failures(job, tally):
            say("failed", line, logging.ERROR)
    return not any(tally.failures for tally in tallies)


def _report(job: Job, as_csv: bool, hands: Executors | None, again: bool) -> list[Path]:
    """Write and print what a reader wants of a run whose outcome table is there.

    Parameters
    ----------
    job : Job
        The run.
    as_csv : bool
        Write the outcome table as text too.
    hands : Executors or None
        Who draws the figures; None for none.
    again : bool
        Draw even figures that are there.

    Returns
    -------
    list of Path
        The folder of the run, then the files written for a reader.
    """
    folder = job.folder
    outcomes = read_outcomes(folder.outcomes)
    drawn = begin_drawing(hands, outcomes, job.scenario, folder.figures, again) if hands is not None else list
    rows = summary_rows(outcomes, job.scenario)
    paths = [folder.path, folder.outcomes, folder.path / "summary.csv"]
    write_summary(paths[-1], rows)
    reader_console().print(summary_table(rows, job.scenario, len(outcomes.replicates)))
    if as_csv:
        paths.append(folder.path / "outcomes.csv")
        with readers_file(paths[-1]) as stream:
            write_csv(stream, folder.outcomes)
    return paths + drawn()


def _compare(jobs: Sequence[Job], tallies: Sequence[Tally], fresh: bool, as_csv: bool, figures: bool) -> None:
    """Report the differences of two runs, over the replicates that are finished in both."""
    from sim.report.against import report_against

    first, second = jobs
    both = len(tallies[0].finished & tallies[1].finished)
    if both < max(job.scenario.run.replicates for job in jobs):
        say("note", f"compared: {counted(both, 'replicate')}, all that are finished in both runs")
    if both:
        _print(report_against(first, second, as_csv, figures, fresh))


def _failures(job: Job, tally: Tally) -> list[str]:
    """Sentences on the first replicates of a run that failed, and on how many did."""
    name, failed = job.scenario.name, tally.failures
    if not failed:
        return []
    lines = [f"failed: {name}, " + "replicate {replicate}, {stage}: {message}".format(**each) for each in failed]
    total = f"{name}: {counted(len(failed), 'replicate')} failed; the manifest lists every failure."
    return [*lines[:FAILURES_SHOWN], total]


def _print(paths: Iterable[Path]) -> None:
    for path in paths:
        click.echo(path)
