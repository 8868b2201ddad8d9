"""Saying how far something is: a bar on a terminal, a line a minute elsewhere."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from sim.model.complaints import counted, duration
from sim.report.log import for_people, say

SECONDS_BETWEEN_LINES = 60.0

Show = Callable[[float, int], None]
"""Called with how many are done, in part or whole, and how many are wanted."""


@contextmanager
def progress_of(name: str, noun: str) -> Iterator[Show]:
    """A function that shows, on standard error, how many of how many are done, how fast and how long the rest takes.

    Parameters
    ----------
    name
        Of what is done.
    noun
        What is counted, in the singular.
    """
    console = Console(stderr=True)
    if not (console.is_terminal and for_people()):
        yield _lines(name, noun)
        return
    columns = (
        TextColumn(name),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(f"{noun}s"),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, speed_estimate_period=120.0) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, wanted: bar.update(task, completed=done, total=wanted)


class _Rate(ProgressColumn):
    """How many a second, or a minute or hour where that is less than one."""

    def render(self, task: Task) -> Text:
        """Nothing before there is something to measure."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else rate(speed), style="progress.data.speed")


def rate(speed: float) -> str:
    """A number in a second for reading.

    >>> rate(0.005), rate(0.5), rate(12.34), rate(4321.0)
    ('18/h', '30/min', '12/s', '4,321/s')
    """
    if speed < 1 / 60:
        return f"{3600 * speed:,.0f}/h"
    return f"{speed:,.0f}/s" if speed >= 1.0 else f"{60 * speed:,.0f}/min"


def _lines(name: str, noun: str) -> Show:
    """A function that prints a line a minute; what was done before it was first called counts for no rate."""
    begun = last = time.monotonic()
    first: float | None = None

    def show(done: float, wanted: int) -> None:
        nonlocal last, first
        now = time.monotonic()
        first = done if first is None else first
        if now - last < SECONDS_BETWEEN_LINES:
            return
        last, speed = now, (done - first) / (now - begun)
        left = f", about {duration((wanted - done) / speed)} left" if speed else ""
        say("progress", f"{name}: {int(done):,} of {counted(wanted, noun)} ({done / wanted:.0%}), {rate(speed)}{left}",
            logging.INFO, done=done, wanted=wanted, per_second=round(speed, 3))  # fmt: skip

    return show
