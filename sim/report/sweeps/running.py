"""Running a sweep from the command line, and saying what came of it."""

import logging
from pathlib import Path

import click

from sim.experiments import api
from sim.experiments.sweeps.folder import SweepFolder
from sim.model.complaints import counted
from sim.report.log import say
from sim.report.progress import progress_of

FAILURES_SHOWN = 5


def say_plan(file: str, out: Path | None, workers: int | None, limit: int | None) -> None:
    """Print what a sweep would do."""
    from sim.experiments.sweeps.forecast import plan

    order = api.ordered(file, out, limit=limit)
    click.echo("\n".join(plan(order, api.executors(workers, None).workers)))


def run_and_report(
    file: str, out: Path | None, workers: int | None, dask: str | None, engine: str, limit: int | None, resume: bool,
    command: str,
) -> bool:  # fmt: skip
    """Compute what is missing of a sweep and print where it is.

    Returns
    -------
    bool
        Whether every run came to its end.
    """
    with progress_of(Path(file).stem, "run") as progress:
        ending = api.sweep(
            file, out=out, workers=workers, dask=dask, engine=engine, limit=limit, resume=resume,
            progress=progress, command=command,
        )  # fmt: skip
    before = ending.kept - ending.computed
    kept = f", {before:,} kept from before" if before else ""
    say("finished", f"{Path(file).stem}: {counted(ending.computed, 'run')} computed{kept}", computed=ending.computed,
        kept=ending.kept, failed=ending.failed, folder=str(ending.path))  # fmt: skip
    if ending.failed:
        folder = SweepFolder(ending.path)
        folder.look()
        for each in folder.failures()[:FAILURES_SHOWN]:
            where = "point {point}, replicate {replicate}, {stage}: {message}".format(**each)
            fields = {**each, "reason": each.pop("message")}
            say("failed", f"failed: {where}", logging.ERROR, **fields)
        say("failed", f"{counted(ending.failed, 'run')} failed; `sim export` lists every failure.", logging.ERROR)
    click.echo(ending.path)
    return not ending.failed
