"""Saying how far a run is: a bar on a terminal, a line now and then elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sim.model.complaints import counted

LINES = 10
"""Lines printed in the course of a run where there is no terminal."""


@contextmanager
def progress_of(name: str) -> Iterator[Callable[[float, int], None]]:
    """A function that shows, on standard error, how many replicates of how many are done."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(console, name)
        return
    columns = (
        TextColumn(name),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("replicates"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, wanted: bar.update(task, completed=done, total=wanted)


def _lines(console: Console, name: str) -> Callable[[float, int], None]:
    """A function that prints at most ten lines; the first when a tenth is done."""
    shown = 0

    def show(done: float, wanted: int) -> None:
        nonlocal shown
        if int(done * LINES / wanted) > shown:
            shown = int(done * LINES / wanted)
            line = f"{name}: {done / wanted:.0%} of {counted(wanted, 'replicate')}"
            console.print(line, highlight=False, soft_wrap=True)

    return show
