"""The command line: parse, call, print. Heavy packages are imported by the command that needs them."""

import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import sim
from sim.experiments.identity import Differs, command_line
from sim.experiments.interruption import Interrupted, interruptible
from sim.model.complaints import counted
from sim.model.errors import BadInput
from sim.report.endings import (
    BAD_INPUT,
    DONE,
    EXIT_CODES,
    INTERRUPTED,
    SOME_FAILED,
    UNEXPECTED,
    UNREAD,
    Commands,
    Unread,
    for_readers,
)

if TYPE_CHECKING:
    from sim.experiments.job import Job

ENGINES = ("auto", "numpy", "compiled", "mesa")


@click.group(cls=Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(sim.__version__, prog_name="sim")
def cli() -> None:
    """Simulate how firms take up cloud computing, and what policies change."""


@cli.command(epilog=EXIT_CODES)
@click.argument("scenario")
@click.option("--firms", metavar="N", help="Firms simulated.")
@click.option("--months", metavar="T", help="Length of the run in months.")
@click.option("--replicates", metavar="R", help="Worlds that differ by chance alone.")
@click.option("--seed", metavar="S", help="What all chance is drawn from; 0 is a seed.")
@click.option("--every", metavar="MONTHS", help="Record outcomes every so many months.")
@click.option("--engine", type=click.Choice(ENGINES), default="auto", help="Results do not depend on it.")
@click.option(
    "--set",
    "settings",
    metavar="PARAMETER=VALUE",
    multiple=True,
    help="Change one value: cost.public_price[micro]=90, policy.subsidy.rate=0.3. May be repeated.",
)
@click.option(
    "--against",
    metavar="SCENARIO",
    help="Run this one too, with the same draws, and compare. --set and --resolve change only the first.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(("parquet", "csv")),
    default="parquet",
    help="csv: write tables as .csv too, beside .parquet.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    help="Folder of all results.",
)
@click.option("--no-figures", is_flag=True, help="Draw no figures.")
@click.option("--fresh", is_flag=True, help="Compute even what is finished; the result must be equal.")
@click.option("--dry-run", is_flag=True, help="Only say what would run, how long and how much memory.")
@click.option("--resolve", is_flag=True, help="Solve the option constants again for the scenario as changed.")
def run(scenario: str, **options: Any) -> None:
    """Run SCENARIO: a name that `sim scenarios` lists, or a TOML file.

    Results go to OUT/SCENARIO/RUN, where RUN is a hash of all inputs and of the model's version. A
    finished run is reported and reused; an interrupted one is continued.
    """
    jobs = _jobs(scenario, options)
    if options["dry_run"]:
        _say_plans(jobs)
        return
    with interruptible():
        from sim.report.runs import run_and_report

        whole = run_and_report(jobs, options["fresh"], options["form"] == "csv", not options["no_figures"])
    click.get_current_context().exit(DONE if whole else SOME_FAILED)


@cli.command()
@click.option("--long", is_flag=True, help="Print what the sources say to each, too.")
def scenarios(long: bool) -> None:
    """List the scenarios that come with the project; docs/gallery.md shows what comes of each."""
    from sim.report.listing import printed_scenarios

    for line in printed_scenarios(long):
        click.echo(line)


@cli.command()
@click.argument("file")
def check(file: str) -> None:
    """Check a scenario (a TOML FILE or a name), including that its starting shares can be reached."""
    from sim.model.constants import solve
    from sim.model.scenario import load

    found = load(file)
    solve(found)
    for note in found.notes:
        click.echo(f"note: {note}")
    parts = f"{counted(len(found.policies), 'policy', 'policies')}, {counted(len(found.events), 'event')}"
    click.echo(f"{file} is a sound scenario: {found.title} ({' > '.join(found.chain)}; {parts}).")


@cli.command()
@click.argument("pattern", default="")
@click.option("--source", metavar="ID", help="Print one row of the evidence, for example A37.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("table", "markdown", "json-schema")),
    default="table",
    help="markdown: a table for documents; json-schema: for editors of scenario files.",
)
def parameters(pattern: str, source: str | None, form: str) -> None:
    """Print the parameters whose key, symbol or name contains PATTERN, with sources and grades."""
    from sim.report import parameters as report
    from sim.report.console import reader_console
    from sim.report.scenario_schema import schema_text

    if form == "json-schema":
        click.echo(schema_text(), nl=False)
    elif form == "markdown":
        click.echo(report.markdown(pattern), nl=False)
    else:
        reader_console().print(report.source_view(source) if source else report.parameters_view(pattern))


@cli.command(epilog=EXIT_CODES)
@click.option("--only", metavar="IDS", help="Oracles to run, with commas between: O7,O10.")
@click.option("--quick", is_flag=True, help="Fewer firms and replicates: under a minute instead of ten.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Oracles run at a time.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("results"), show_default=True,
              help="Folder of all results; runs go to OUT/verify/ID.")  # fmt: skip
def verify(only: str | None, quick: bool, workers: int, out: Path) -> None:
    """Meet results known independently of this program, each with a planted fault that must be found.

    Always computed anew. docs/oracles.md lists them.
    """
    from sim.analysis.verification import chosen

    oracles = chosen(only)
    with interruptible():
        from sim.report.verification import verify_and_report

        whole = verify_and_report(oracles, out, quick, workers)
    click.get_current_context().exit(DONE if whole else UNEXPECTED)


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: any free one.")
@click.option("--no-browser", is_flag=True, help="Only say where the page is.")
def page(port: int, no_browser: bool) -> None:
    """Show the Mesa model in a browser, on this computer alone; needs the extra viz."""
    from sim.app.server import serve

    serve(port, not no_browser)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command with the arguments given, or those of the process, and exit with its code."""
    sys.exit(exit_code(list(sys.argv[1:] if arguments is None else arguments)))


def exit_code(arguments: list[str]) -> int:
    """Run the command; every ending becomes a sentence on standard error and a code of `EXIT_CODES`."""
    try:
        with for_readers():
            return _ended(arguments)
    except Unread:
        return UNREAD


def _ended(arguments: list[str]) -> int:
    """Exit code of a command that somebody reads."""
    try:
        return int(cli.main(arguments, prog_name="sim", standalone_mode=False) or DONE)
    except click.ClickException as error:
        error.show()
        return BAD_INPUT
    except BadInput as error:
        click.echo(f"error: {error}", err=True)
        return BAD_INPUT
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED[signal.SIGINT]
    except Interrupted as interrupted:
        click.echo("interrupted: what is finished is kept; the same command continues.", err=True)
        return INTERRUPTED[interrupted.number]
    except Differs as error:
        click.echo(f"error: {error}", err=True)
        return UNEXPECTED
    except Exception as error:  # noqa: BLE001 - the last resort: a user gets a sentence, the log the rest
        return _unforeseen(error)


def _unforeseen(error: Exception) -> int:
    """Exit code after an error that nobody foresaw, its traceback written to a log."""
    with tempfile.NamedTemporaryFile("w", prefix="sim-error-", suffix=".log", delete=False, encoding="utf-8") as log:
        traceback.print_exception(error, file=log)
    click.echo(f"unexpected error: {type(error).__name__}: {error}\nThe details are in {log.name}", err=True)
    return UNEXPECTED


def _jobs(scenario: str, options: dict[str, Any]) -> "list[Job]":
    """The runs that the options ask for, one or a pair; says what the reader of a scenario should know."""
    from sim.experiments.job import Job
    from sim.experiments.paired import check_pair
    from sim.model.constants import solve
    from sim.model.scenario import load

    numbers = ("firms", "months", "replicates", "seed", "every")
    settings = [f"run.{name}={options[name]}" for name in numbers if options[name] is not None]
    found = [load(scenario, [*options["settings"], *settings], options["resolve"])]
    if options["against"] is not None:
        found.append(load(options["against"], settings))
    notes = [note for each in found for note in each.notes]
    for note in dict.fromkeys([*notes, *(check_pair(*found) if len(found) > 1 else ())]):
        click.echo(f"note: {note}", err=True)
    command = command_line(sys.argv[1:])
    return [Job(each, solve(each), options["engine"], options["out"], command) for each in found]


def _say_plans(jobs: "list[Job]") -> None:
    """Print what would run, how long and how much memory."""
    from sim.experiments.estimate import plan

    click.echo("\n\n".join("\n".join(plan(job)) for job in jobs))
