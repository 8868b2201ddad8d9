"""The month loop of the array engines: state as arrays of firms × lanes, the review left to the engine."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

import numpy as np

from sim.engines.counting import count_anew
from sim.engines.economy import Economy
from sim.engines.recording import Record
from sim.engines.result import Result
from sim.engines.streams import pieces
from sim.engines.threads import in_threads
from sim.engines.world import World
from sim.model.nouns import CLASSES
from sim.model.run import recorded
from sim.model.tallies import ROWS

OnMonth = Callable[[int], None]


class ArrayEngine(Protocol):
    """What an array engine computes its own way; everything else of a month is shared."""

    def review_month(self, world: World, economy: Economy, month: int) -> None:
        """Update `world.state` and `economy.tallies`, and add to `economy.claims`."""

    def provider_month(self, *arguments: np.ndarray) -> Callable[[], None]:
        """Return what moves providers on by a month, in place: `market.month` on (fields, providers, lanes)."""


def run(world: World, engine: ArrayEngine, every: int, on_month: OnMonth | None = None) -> list[Result]:
    """Run all months of a block and return one result a lane."""
    economy, months = Economy(world, count(world), engine.provider_month), np.array(recorded(world.months, every))
    record, wanted = Record(economy, months), set(months.tolist())
    record.add()
    for month in range(world.months):
        economy.open_month()
        engine.review_month(world, economy, month)
        economy.close_month()
        if month + 1 in wanted:
            record.add()
        if on_month is not None:
            on_month(month + 1)
    return record.results()


def count(world: World) -> np.ndarray:
    """Count everything at the start by review phase, int64, shape (phases, rows, classes, lanes)."""
    phases = np.zeros((world.interval, ROWS, len(CLASSES), len(world.lanes)), np.int64)
    for phase, counted in enumerate(phases):
        bounds = world.layout.phase_bounds(phase)
        for part in in_threads(partial(count_anew, world), pieces(int(bounds[0]), int(bounds[-1])), world.threads):
            counted += part
    return phases
