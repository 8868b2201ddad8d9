"""Who draws the figures of runs: processes forked from one that imports Matplotlib while the runs are computed."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.durable import remove_torn
from sim.experiments.processes import cores, of_command
from sim.experiments.sweeps.executors import Executors, InProcess, error_of, given, is_loss

if TYPE_CHECKING:
    from sim.experiments.tables import Outcomes
    from sim.model.scenario import Scenario

HANDS = 2
"""Processes that draw."""


@contextmanager
def drawers(wanted: bool) -> Iterator[Executors | None]:
    """Processes that get ready to draw, this process where it has but one core, or None if nothing is to be drawn."""
    if not wanted:
        yield None
        return
    with closing(of_command(HANDS, "sim.report.ahead") if cores() > 1 else InProcess()) as hands:
        yield hands


def begin_drawing(
    hands: Executors, outcomes: "Outcomes", scenario: "Scenario", folder: Path, again: bool
) -> Callable[[], list[Path]]:
    """Let all hands draw the figures of a run (`figures.draw_all`).

    Returns
    -------
    callable
        Waits until they are drawn and gives their files, in the order of reading; of a hand that was killed they are
        drawn here.
    """
    executor, shares = hands.current(), hands.workers
    drawing = [given(executor, _draw, outcomes, scenario, folder, again, (n, shares)) for n in range(shares)]

    def files() -> list[Path]:
        lost = True  # until all have answered
        try:
            lost = any(is_loss(error_of(share)) for share in drawing)
        finally:
            if lost:
                hands.close()
                remove_torn(folder)  # what they were writing
        if lost:
            return _draw(outcomes, scenario, folder, again)
        paths, *_ = [share.result() for share in drawing]
        return paths

    return files


def _draw(*given: Any) -> list[Path]:
    """Draw a share, where Matplotlib is at hand."""
    from sim.report.figures import draw_all

    return draw_all(*given)
