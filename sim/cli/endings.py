"""How a command ends: its exit codes, and readers of its output who leave before it is done, as `head` does."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click

DONE, UNEXPECTED, BAD_INPUT, SOME_FAILED = 0, 1, 2, 3
INTERRUPTED: dict[int, int] = {signal.SIGINT: 130, signal.SIGTERM: 143}
"""Exit code after a signal."""
UNREAD = 141
"""Exit code when the reader has left: what a shell gives a command that ends of SIGPIPE."""

EXIT_CODES = """\b
Exit codes:
  0    done
  1    unexpected error, a run computed again differs, or an oracle fails
  2    bad input, or results cannot be written
  3    some replicates, or runs of a sweep, failed
  130  interrupted (Ctrl-C)
  141  output no longer read (| head)
  143  interrupted (terminated)"""


class Unread(BaseException):
    """Whoever read the output has left; not an error of the command."""


@contextmanager
def for_readers() -> Iterator[None]:
    """While the block runs, a reader who has left raises `Unread`, and nothing more is said to anybody.

    Rich exits in the course of the original error.
    """
    try:
        yield
    except (BrokenPipeError, SystemExit) as error:
        if not (isinstance(error, BrokenPipeError) or isinstance(error.__context__, BrokenPipeError)):
            raise
        _silence()
        raise Unread from error


class Commands(click.Group):
    """Commands that raise `Unread`; click itself would exit with 1, as after an unexpected error."""

    def make_context(self, *arguments: Any, **settings: Any) -> click.Context:
        """Read the command line; prints where it asks for help."""
        with for_readers():
            return super().make_context(*arguments, **settings)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with for_readers():
            return super().invoke(ctx)


def _silence() -> None:
    """Let what is still to be written go nowhere, instead of failing when the process exits."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # a stream that is no file needs no silencing
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
