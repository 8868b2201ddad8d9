"""Commands that show what there is, check it, or meet known results."""

from pathlib import Path

import click

from sim.cli.endings import DONE, EXIT_CODES, UNEXPECTED
from sim.cli.group import OutPath, cli
from sim.experiments.interruption import interruptible
from sim.model.complaints import counted


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
    """Check a scenario (a TOML FILE or a name): that it can be run, and what in it is not plausible."""
    from sim.engines.constants import solve
    from sim.model.scenario import load
    from sim.report.plausibility import notes_on, notes_on_size

    found = load(file)
    solve(found)
    for note in (*notes_on(found), *notes_on_size(found)):
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


@cli.command()
@click.argument("pattern", default="")
def instruments(pattern: str) -> None:
    """Print what policies and events can do, and their settings, where a name, setting or sentence contains PATTERN."""
    from sim.report.console import reader_console
    from sim.report.instruments import instruments_view

    reader_console().print(instruments_view(pattern))


@cli.command()
@click.argument("pattern", default="")
def outcomes(pattern: str) -> None:
    """Print what runs report, its units and how it is summed up, where a name or sentence contains PATTERN."""
    from sim.report.console import reader_console
    from sim.report.outcomes import outcomes_view

    reader_console().print(outcomes_view(pattern))


@cli.command(epilog=EXIT_CODES)
@click.option("--only", metavar="IDS", help="Oracles to run, with commas between: O7,O10.")
@click.option("--quick", is_flag=True, help="Fewer firms and replicates: under a minute instead of ten.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Oracles run at a time.")
@click.option("--out", type=OutPath(), default=Path("results"), show_default=True,
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
