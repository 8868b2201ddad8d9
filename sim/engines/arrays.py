"""The month loop of the array engines: state as arrays of firms × lanes, the review left to the engine."""

from collections.abc import Callable
from functools import reduce
from typing import Any, Protocol

import numpy as np

from sim.engines.counting import count_anew
from sim.engines.economy import Economy
from sim.engines.result import Result, split
from sim.engines.streams import pieces
from sim.engines.threads import each
from sim.engines.world import World
from sim.model import outcomes, rules
from sim.model.nouns import CLASSES
from sim.model.outcome_table import COLUMNS
from sim.model.tallies import FIRST_FLOW, PROVIDER_SEATS

OnMonth = Callable[[int], None]

COUNTED_AT_ONCE = 16_384
"""Firms counted together at the start."""

RECORDS_AT_ONCE = 2048
"""Records, over all lanes, whose outcomes are worked out together."""


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
    tallies = count(world)
    economy = Economy(world, tallies, engine.provider_month)
    records = recorded(world.months, every)
    record = Record(economy, len(records))
    record.add(0)
    for month in range(world.months):
        posted = economy.open_month(month)
        tallies[FIRST_FLOW:PROVIDER_SEATS] = 0
        claims = np.zeros((len(world.measures.supporting), len(CLASSES), len(world.lanes)), np.int64)
        engine.review_month(world, economy, month, claims, posted)
        economy.close_month(month, claims)
        if month + 1 in records:
            record.add(month + 1)
        if on_month is not None:
            on_month(month + 1)
    return split(records, record.finished(), np.stack(record.spent), world)


class Record:
    """Outcomes of the months recorded, worked out some months at a time so that their arrays stay in the cache.

    Attributes
    ----------
    spent
        Money each policy spent, by month recorded, (policies, lanes) each.
    """

    def __init__(self, economy: Economy, records: int):
        lanes = economy.tallies.shape[-1]
        self._economy, self._last_row = economy, PROVIDER_SEATS + economy.world.providers
        self.spent: list[np.ndarray] = []
        self._values = np.empty((records, len(COLUMNS), lanes))
        at_once = min(records, -(-RECORDS_AT_ONCE // lanes))
        self._counts = np.empty((at_once, self._last_row, len(CLASSES), lanes))  # beyond the last nothing is reported
        self._rows: list[outcomes.MarketRow] = []

    def add(self, month: int) -> None:
        """Record the state after `month` months."""
        self._counts[len(self._rows)] = self._economy.tallies[: self._last_row]
        self._rows.append(self._economy.row(month))
        self.spent.append(self._rows[-1].paid / rules.MONEY_UNITS)
        if len(self._rows) == len(self._counts):
            self._work_out()

    def finished(self) -> np.ndarray:
        """All outcomes recorded, shape (records, columns, lanes)."""
        if self._rows:
            self._work_out()
        return self._values

    def _work_out(self):
        count, done = len(self._rows), len(self.spent)
        nation = self._economy.nation()
        outcomes.values(self._counts[:count], self._rows, nation, self._values[done - count : done])
        self._rows = []


def count(world: World) -> np.ndarray:
    """Count everything at the start, int64, shape (rows, classes, lanes)."""

    def counted(rows: slice) -> np.ndarray:
        by_class = rows.start + np.argsort(world.layout.classes[rows], kind="stable")
        return count_anew(world, by_class)

    return reduce(np.add, each(counted, pieces(0, world.layout.firms, COUNTED_AT_ONCE), world.threads))
