"""What a command says beside its results, on standard error: sentences for people, or JSON lines for machines."""

import logging
import sys

LOG = logging.getLogger("sim")
"""Everything a command says but its results goes through it; other programs may listen to it as to any logger."""


class _Handler(logging.StreamHandler):
    """Raises what goes wrong: a reader who has left ends the command, as with everything else it prints.

    But a disk that takes no more of a log must not end what is computed.
    """

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - its name in the library
        error = sys.exc_info()[1]
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            return
        raise  # noqa: PLE0704 - called while an exception is handled


def speak(as_json: bool = False) -> None:
    """Print what is logged on standard error: the sentence alone, or a JSON object a line.

    An object holds time, level, event and message, and what belongs to the event (runs done, runs wanted, ...).
    """
    handler = _Handler(sys.stderr) if sys.stderr else logging.NullHandler()  # a batch job may have closed it
    if as_json:
        from pythonjsonlogger.json import JsonFormatter

        fields = ("asctime", "levelname", "message")
        names = {"asctime": "time", "levelname": "level"}
        handler.setFormatter(JsonFormatter(fields, style=",", rename_fields=names, json_ensure_ascii=False))
    LOG.handlers[:] = [handler]
    LOG.setLevel(logging.INFO)
    LOG.propagate = False


def for_people() -> bool:
    """Whether what is logged is printed as sentences."""
    return any(handler.formatter is None for handler in LOG.handlers)


def say(event: str, sentence: str, level: int = logging.INFO, **fields: object) -> None:
    """Log a sentence about an event, with what a machine would read of it.

    Parameters
    ----------
    event
        "note", "progress", "finished", "failed", "interrupted" or "error".
    """
    LOG.log(level, sentence, extra={"event": event, **fields})
