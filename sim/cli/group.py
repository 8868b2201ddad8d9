"""The command of which all others are parts, and what several of them take."""

from pathlib import Path
from typing import Any

import click

import sim
from sim.cli.endings import EXIT_CODES, Commands
from sim.report.log import speak

ENGINES = ("auto", "numpy", "compiled", "mesa")
MOST_WORKERS = 1024
"""Both as declared where they are used, which would take long to import."""


@click.group(cls=Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(sim.__version__, prog_name="sim")
def cli() -> None:
    """Simulate how firms take up cloud computing, and what policies change."""


class OutPath(click.Path):
    """Where results go; not an empty text, which would be the folder one is in, nor what Parquet cannot open."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        if value == "":
            self.fail('it is empty. Allowed: the path of a folder, "." for this one.', param, ctx)
        try:
            str(value).encode()
        except UnicodeEncodeError:
            self.fail("it is no UTF-8 text. Allowed: a path that is, in a UTF-8 locale.", param, ctx)
        return super().convert(value, param, ctx)


def _use_log(_context: click.Context, _option: click.Parameter, form: str) -> None:
    speak(form == "json")


engine_option = click.option(
    "--engine", type=click.Choice(ENGINES), default="auto", help="Results do not depend on it."
)
log_option = click.option(
    "--log",
    type=click.Choice(("text", "json")),
    default="text",
    is_eager=True,
    expose_value=False,
    callback=_use_log,
    help="json: say what happens in JSON lines, for machines.",
)
