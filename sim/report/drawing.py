"""Who draws the figures of runs: processes that import what they need while the runs are computed."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.sweeps.executors import Executors, InProcess
from sim.experiments.sweeps.processes import Processes, cores

if TYPE_CHECKING:
    from sim.experiments.tables import Outcomes
    from sim.model.scenario import Scenario

HANDS = 2
"""Processes that draw. To import Matplotlib takes each as long as to draw a third of the figures: more do not help."""


@contextmanager
def drawers(wanted: bool) -> Iterator[Executors | None]:
    """Processes that get ready to draw, this process where it has but one core, or None if nothing is to be drawn."""
    if not wanted:
        yield None
        return
    with closing(Processes(HANDS, "sim.report.figures") if cores() > 1 else InProcess()) as hands:
        hands.current().submit(os.getpid)  # they start with the first task
        yield hands


def drawn(hands: Executors, outcomes: "Outcomes", scenario: "Scenario", folder: Path, again: bool) -> list[Path]:
    """The files of the figures of a run, in the order of reading, drawn by all hands (`figures.draw_all`)."""
    executor, shares = hands.current(), hands.workers
    drawing = [executor.submit(_draw, outcomes, scenario, folder, again, (n, shares)) for n in range(shares)]
    paths, *_ = [share.result() for share in drawing]
    return paths


def _draw(*given: Any) -> list[Path]:
    """Draw a share, where Matplotlib is at hand."""
    from sim.report.figures import draw_all

    return draw_all(*given)
