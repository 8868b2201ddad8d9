"""`sim sweep` and what is done with a sweep's folder."""

import sys
from pathlib import Path

import click

from sim.cli.group import cli, engine_option, log_option
from sim.experiments.identity import command_line
from sim.experiments.interruption import interruptible
from sim.report.endings import DONE, EXIT_CODES, SOME_FAILED


@cli.command(epilog=EXIT_CODES)
@click.argument("file")
@click.option("--out", type=click.Path(path_type=Path), help="The sweep's folder.  [default: results/sweeps/NAME]")
@click.option("--workers", type=click.IntRange(1, 1024), metavar="N", help="Processes.  [default: one a core]")
@click.option("--dask", metavar="ADDRESS", help="Compute on a running Dask scheduler: tcp://HOST:PORT.")
@click.option("--resume", is_flag=True, help="Refuse to begin: there must be something to go on with.")
@click.option("--limit", type=click.IntRange(1), metavar="POINTS", help="Compute the first so many points only.")
@click.option("--dry-run", is_flag=True, help="Only say what would run, how long and how much memory.")
@engine_option
@log_option
def sweep(
    file: str,
    out: Path | None,
    workers: int | None,
    dask: str | None,
    resume: bool,
    limit: int | None,
    dry_run: bool,
    engine: str,
) -> None:
    """Run many parameter points: FILE is a TOML file, or the name of one in scenarios/sweeps (docs/sweeps.md).

    Whatever stops it, the same command goes on where it was; more points or replicates run only what is new.
    """
    from sim.experiments.api import ordered
    from sim.report.sweeps.running import run_and_report, say_plan

    with interruptible():
        order = ordered(file, out, engine, limit, resume, command_line(sys.argv[1:]))
        if dry_run:
            say_plan(order, workers)
            return
        whole = run_and_report(order, workers, dask)
    click.get_current_context().exit(DONE if whole else SOME_FAILED)
