"""The month loop of the array engines: state as arrays of firms × lanes, the review left to the engine."""

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

import numpy as np

from sim.engines.counting import count_anew
from sim.engines.economy import Economy
from sim.engines.recording import Record
from sim.engines.result import Result
from sim.engines.streams import pieces
from sim.engines.threads import each
from sim.engines.world import World
from sim.model.nouns import CLASSES
from sim.model.tallies import FIRST_FLOW, PROVIDER_SEATS, ROWS

OnMonth = Callable[[int], None]


class ArrayEngine(Protocol):
    """What an array engine computes its own way; everything else of a month is shared."""

    def review_month(self, world: World, economy: Economy, month: int, claims: np.ndarray, posted: Any) -> None:
        """Update `world.state` and `economy.tallies`, add to `claims` (supporting, classes, lanes)."""

    def provider_month(self, *arguments: np.ndarray) -> np.ndarray:
        """`market.month` on arrays of shape (fields, providers, lanes)."""


def recorded(months: int, every: int) -> np.ndarray:
    """Months recorded: 0, every n-th, and the last."""
    return np.unique(np.append(np.arange(0, months + 1, every), months))


def run(world: World, engine: ArrayEngine, every: int, on_month: OnMonth | None = None) -> list[Result]:
    """Run all months of a block and return one result a lane."""
    economy = Economy(world, count(world), engine.provider_month)
    tallies = economy.tallies
    months = recorded(world.months, every)
    record, wanted = Record(economy, months), set(months.tolist())
    claims = np.zeros((len(world.measures.supporting), len(CLASSES), len(world.lanes)), np.int64)
    record.add(0)
    for month in range(world.months):
        posted = economy.open_month(month)
        tallies[FIRST_FLOW:PROVIDER_SEATS], claims[:] = 0, 0
        engine.review_month(world, economy, month, claims, posted)
        economy.close_month(month, claims)
        if month + 1 in wanted:
            record.add(month + 1)
        if on_month is not None:
            on_month(month + 1)
    return record.results()


def count(world: World) -> np.ndarray:
    """Count everything at the start by review phase, int64, shape (phases, rows, classes, lanes)."""
    phases = np.zeros((world.interval, ROWS, len(CLASSES), len(world.lanes)), np.int64)
    for phase, counted in enumerate(phases):
        bounds = world.layout.phase_bounds(phase)
        for part in each(partial(count_anew, world), pieces(int(bounds[0]), int(bounds[-1])), world.threads):
            counted += part
    return phases
