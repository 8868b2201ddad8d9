"""`sim sweep` and what is done with a sweep's folder."""

import sys
from contextlib import closing
from pathlib import Path

import click

from sim.cli.endings import DONE, EXIT_CODES, SOME_FAILED
from sim.cli.group import MOST_WORKERS, OutPath, cli, engine_option, log_option
from sim.experiments.identity import command_line
from sim.experiments.interruption import interruptible


@cli.command(epilog=EXIT_CODES)
@click.argument("file")
@click.option("--out", type=OutPath(), help="The sweep's folder.  [default: results/sweeps/NAME]")
@click.option("--workers", type=click.IntRange(1, MOST_WORKERS), metavar="N", help="Processes.  [default: one a core]")
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
    from sim.experiments.sweeps.executors import InProcess, executors

    with interruptible(), closing(InProcess() if dry_run else executors(workers, dask, command=True)) as these:
        from sim.experiments.api import ordered  # here: processes import meanwhile
        from sim.report.sweeps.running import say_plan, sweep_and_report

        order = ordered(file, out, engine, limit, resume, command_line(sys.argv[1:]))
        if dry_run:
            say_plan(order, workers)
            return
        whole = sweep_and_report(order, these)
    click.get_current_context().exit(DONE if whole else SOME_FAILED)


folder_argument = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))


@cli.command()
@folder_argument
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", help="json: for batch jobs.")
def status(folder: Path, form: str) -> None:
    """Say how far the sweep in DIR is, what failed, and how to go on; changes nothing."""
    from sim.experiments.sweeps.folder import SweepFolder
    from sim.report.sweeps.status import status as status_of
    from sim.report.sweeps.status import status_json, status_lines

    found = status_of(SweepFolder.looked(folder))
    for line in [status_json(found)] if form == "json" else status_lines(found):
        click.echo(line)


@cli.command(epilog=EXIT_CODES)
@folder_argument
@click.option("--format", "form", type=click.Choice(("csv", "parquet", "stata")), required=True,
              help="stata needs the whole table in memory, the others do not.")  # fmt: skip
@click.option("--out", type=OutPath(), help="Where to.  [default: DIR/export]")
@log_option
def export(folder: Path, form: str, out: Path | None) -> None:
    """Write the sweep in DIR as tables: runs, series over time, and a codebook.

    Equal results are equal bytes. Failed runs have a row with stage and message among the runs.
    """
    from sim.report.sweeps.export import export as export_to

    with interruptible():
        for path in export_to(folder, form, out):
            click.echo(path)


class SeveralBy(click.Command):
    """A command whose --by takes one value or two: `--by A B` is `--by A --by B`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; a second value that turns out to be the folder is not one of --by."""
        try:
            return super().parse_args(ctx, _by_repeated(args))
        except click.MissingParameter:
            return super().parse_args(ctx, args)


def _by_repeated(args: list[str]) -> list[str]:
    """The arguments with --by before each of its values."""
    found: list[str] = []
    for place, argument in enumerate(args):
        if place >= 2 and args[place - 2] == "--by" and not argument.startswith("-"):
            found.append("--by")
        found.append(argument)
    return found


@cli.command(cls=SeveralBy, epilog=EXIT_CODES)
@folder_argument
@click.option("--outcome", required=True, metavar="NAME", help="A reduction, or a recorded outcome.")
@click.option("--by", multiple=True, metavar="QUANTITY [QUANTITY]",
              help="One: means with intervals. Two: a heat map. None: all runs over time.")  # fmt: skip
@click.option("--effects", is_flag=True, help="Of a morris design: which quantities move the outcome.")
@click.option("--at", metavar="MONTH", help="Of a recorded outcome: 2030-12, or 60.  [default: the last]")
@click.option("--out", type=OutPath(), help="Where to.  [default: DIR/figures]")
@log_option
def plot(
    folder: Path, outcome: str, by: tuple[str, ...], effects: bool, at: str | None, out: Path | None
) -> None:
    """Draw one number of every run in DIR along what was varied, or an outcome over time."""
    from sim.report.sweeps.plot import plot as plot_to

    with interruptible():
        click.echo(plot_to(folder, outcome, by, at, out, effects))
