"""Stopping at the request of the user or the system without losing what is finished."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)

AGAIN = 1.0
"""Seconds after which a signal that was lost on its way is sent again."""


class Interrupted(BaseException):
    """The user or the system asked to stop; not an error of a replicate.

    Parameters
    ----------
    number : int
        The signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


@contextmanager
def interruptible() -> Iterator[None]:
    """While the block runs, Ctrl-C and a request to terminate raise `Interrupted`, until one has left the block.

    It may be raised in a function that a library calls back and whose errors are dropped; so the signal is sent again.
    While one is on its way out others are ignored, so that finished replicates can be written.
    """
    left, main = threading.Event(), threading.get_ident()
    senders: list[threading.Thread] = []

    def send(number: int) -> None:
        while not left.wait(AGAIN):
            signal.pthread_kill(main, number)

    def stop(number: int, _frame: FrameType | None) -> None:
        if _on_its_way():
            return
        if not senders:
            senders.append(threading.Thread(target=send, args=(number,), daemon=True))
            senders[0].start()
        raise Interrupted(number)

    before = [(each, signal.signal(each, stop)) for each in SIGNALS]
    try:
        yield
    finally:
        left.set()
        for sender in senders:
            sender.join()
        for each, handler in before:
            signal.signal(each, handler)


def _on_its_way() -> bool:
    """Whether what runs now was called while an `Interrupted` is handled."""
    error = sys.exc_info()[1]
    while error is not None and not isinstance(error, Interrupted):
        error = error.__context__
    return error is not None
