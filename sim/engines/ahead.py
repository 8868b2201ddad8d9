"""Compiling ahead, in two halves that take about as long, for two processes to do at once in the first run ever."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.engines import compiled_engine
from sim.engines.arrays import run
from sim.engines.compiled_engine import Kept
from sim.engines.world import World, build
from sim.model.nouns import CLASSES
from sim.model.scenario import Scenario
from sim.model.tallies import ROWS

MOST_FIRMS = 1000
"""More are not needed to know what has to be compiled."""


def compile_decisions(scenario: Scenario) -> None:
    """Compile what firms and providers decide in a run of a scenario, and keep it."""
    counts = np.zeros((1, ROWS, len(CLASSES), 1), np.int64)
    economy: Any = SimpleNamespace(
        over=np.zeros(1, np.int64), tallies=counts[0], counted=counts, claims=_nothing(3).astype(np.int64),
        posted=tuple(map(_nothing, (4, 3, 5))),
    )  # fmt: skip
    Kept(_small(scenario), economy).phase(0, economy)
    compiled_engine.provider_month(*map(_nothing, (3, 3, 2, 3, 1)))


def _nothing(axes):
    """An array that has the type of one with so many axes, which is all that compiling asks of it."""
    return np.empty((0,) * axes)


class Undecided:
    """The compiled engine where nobody decides, though luck is drawn: it compiles everything else."""

    def provider_month(self, *_given: np.ndarray) -> Callable[[], None]:
        """Leave providers as they are."""
        return lambda: None

    def review_month(self, world: World, _economy: Any, month: int) -> None:
        """Leave firms as they are."""
        world.luck(month, slice(0, world.layout.firms))


def compile_all_but_decisions(scenario: Scenario) -> None:
    """Compile the rest of what a run of a scenario needs, and keep it."""
    run(_small(scenario), Undecided(), 1)


def _small(scenario):
    """World of few firms of a scenario."""
    return build([scenario.smaller(MOST_FIRMS, scenario.run.months)], 0)
