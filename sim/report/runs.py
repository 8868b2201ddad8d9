"""Making the runs that a command asks for, and saying what came of them."""

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from sim.experiments.job import Job, Tally
from sim.experiments.runner import obtain
from sim.experiments.sweeps.executors import Executors
from sim.model.complaints import counted
from sim.report.log import say
from sim.report.progress import progress_of
from sim.report.run import report

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
            _print(report(job, as_csv, hands, again=not current))
        tallies.append(tally)
    if len(jobs) > 1:
        _compare(jobs, tallies, fresh, as_csv, hands is not None)
    for job, tally in zip(jobs, tallies, strict=True):
        for line in _failures(job, tally):
            say("failed", line, logging.ERROR)
    return not any(tally.failures for tally in tallies)


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
