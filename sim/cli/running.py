"""`sim run`: one scenario, or two compared."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.endings import DONE, EXIT_CODES, SOME_FAILED
from sim.cli.group import OutPath, cli, engine_option, log_option
from sim.experiments.identity import command_line
from sim.experiments.interruption import interruptible
from sim.report.log import say

if TYPE_CHECKING:
    from sim.experiments.job import Job
    from sim.model.scenario import Scenario


@cli.command(epilog=EXIT_CODES)
@click.argument("scenario")
@click.option("--firms", metavar="N", help="Firms simulated.")
@click.option("--months", metavar="T", help="Length of the run in months.")
@click.option("--replicates", metavar="R", help="Worlds that differ by chance alone.")
@click.option("--seed", metavar="S", help="What all chance is drawn from; 0 is a seed.")
@click.option("--every", metavar="MONTHS", help="Record outcomes every so many months; --against knows these alone.")
@engine_option
@click.option(
    "--set",
    "settings",
    metavar="PARAMETER=VALUE",
    multiple=True,
    help="Change one value: cost.public_price[micro]=90, policy.subsidy.rate=0.3. May be repeated: of one value the "
    "last counts, but --firms and its like before it.",
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
    type=OutPath(),
    default=Path("results"),
    show_default=True,
    help="Folder of all results.",
)
@click.option(
    "--threads",
    metavar="N",
    type=click.IntRange(1),
    help="Threads for populations of more than 65,536 firms; all cores unless told.",
)
@click.option("--no-figures", is_flag=True, help="Draw no figures.")
@click.option("--fresh", is_flag=True, help="Compute even what is finished; the result must be equal.")
@click.option("--dry-run", is_flag=True, help="Only say what would run, how long and how much memory.")
@click.option("--resolve", is_flag=True, help="Solve the option constants again for the scenario as changed.")
@log_option
def run(scenario: str, **options: Any) -> None:
    """Run SCENARIO: a name that `sim scenarios` lists, or a TOML file.

    Results go to OUT/SCENARIO/RUN, where RUN is a hash of all inputs and of the model's version. A
    finished run is reported and reused; an interrupted one is continued.
    """
    from sim.report.drawing import drawers

    found = _scenarios(scenario, options)
    if options["dry_run"]:
        _say_plans(_jobs(found, options))
        return
    with drawers(not options["no_figures"]) as hands:
        jobs = _jobs(found, options)
        with interruptible():
            from sim.report.runs import run_and_report

            whole = run_and_report(jobs, options["fresh"], options["form"] == "csv", hands)
    click.get_current_context().exit(DONE if whole else SOME_FAILED)


def _scenarios(scenario: str, options: dict[str, Any]) -> "list[Scenario]":
    """The scenarios that the options ask for, one or a pair."""
    from sim.model.scenario import load

    numbers = ("firms", "months", "replicates", "seed", "every")
    settings = [f"run.{name}={options[name]}" for name in numbers if options[name] is not None]
    found = [load(scenario, [*options["settings"], *settings], options["resolve"])]
    if options["against"] is not None:
        found.append(load(options["against"], settings))
    return found


def _jobs(found: "list[Scenario]", options: dict[str, Any]) -> "list[Job]":
    """The runs of scenarios; says what the reader of a scenario should know."""
    from sim.engines.constants import solve
    from sim.experiments.job import Job
    from sim.experiments.paired import check_pair
    from sim.experiments.processes import cores
    from sim.report.plausibility import notes_on

    notes = [note for each in found for note in notes_on(each)]
    for note in dict.fromkeys([*notes, *(check_pair(*found) if len(found) > 1 else ())]):
        say("note", f"note: {note}")
    command = command_line(sys.argv[1:])
    threads = options["threads"] or cores()
    return [Job(each, solve(each), options["engine"], options["out"], command, threads) for each in found]


def _say_plans(jobs: "list[Job]") -> None:
    """Print what would run, how long and how much memory."""
    from sim.experiments.estimate import dry_run

    click.echo("\n\n".join("\n".join(dry_run(job)) for job in jobs))
