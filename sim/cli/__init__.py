"""The command line: parse, call, print. Heavy packages are imported by the command that needs them."""

import errno
import gc
import io
import logging
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence

import click

from sim.cli import looking, running, sweeping  # noqa: F401 - their commands join the group
from sim.cli.endings import BAD_INPUT, DONE, INTERRUPTED, UNEXPECTED, UNREAD, Unread, for_readers
from sim.cli.group import cli
from sim.experiments.identity import Differs
from sim.experiments.interruption import Interrupted
from sim.model.errors import BadInput
from sim.report.log import say, speak


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command with the arguments given, or those of the process, and exit with its code."""
    gc.set_threshold(100_000, 20, 100)  # packages make many objects that stay, which to go through takes longest
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more take time to start and gain nothing here
    os.environ["MPLBACKEND"] = "agg"  # figures are files; a notebook, where commands start with "!", names its own
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that has no dash gets a question mark for it
    code = exit_code(list(sys.argv[1:] if arguments is None else arguments))
    gc.freeze()  # else Python goes through all of them again, several times, before it ends
    sys.exit(code)


def exit_code(arguments: list[str]) -> int:
    """Run the command; every ending becomes a sentence on standard error and a code of `EXIT_CODES`."""
    speak()
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
        say("error", f"error: {error}", logging.ERROR)
        return BAD_INPUT
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED[signal.SIGINT]
    except Interrupted as interrupted:
        say("interrupted", "interrupted: what is finished is kept; the same command continues.", logging.WARNING)
        return INTERRUPTED[interrupted.number]
    except Differs as error:
        say("error", f"error: {error}", logging.ERROR)
        return UNEXPECTED
    except OSError as error:
        return _unwritable(error) if error.errno in FULL else _unforeseen(error)
    except Exception as error:  # noqa: BLE001 - the last resort: a user gets a sentence, the log the rest
        return _unforeseen(error)


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
"""What the system says where nothing more can be written."""


def _unwritable(error: OSError) -> int:
    """Exit code where something other than results, which are refused by name, cannot be written."""
    what = error.filename or "standard output, or what processes share (on Linux /dev/shm)"
    reason = f"{error.strerror}. Free some space there; what was named as computed is kept"
    say("error", f"error: cannot write {what}: {reason}, and the same command continues.", logging.ERROR)
    return BAD_INPUT


def _unforeseen(error: Exception) -> int:
    """Exit code after an error that nobody foresaw, its traceback written to a log."""
    with tempfile.NamedTemporaryFile("w", prefix="sim-error-", suffix=".log", delete=False, encoding="utf-8") as log:
        traceback.print_exception(error, file=log)
    sentence = f"unexpected error: {type(error).__name__}: {error}\nThe details are in {log.name}"
    say("error", sentence, logging.CRITICAL)
    return UNEXPECTED
