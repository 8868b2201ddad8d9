"""The month loop of the array engines: state as arrays of firms × lanes, the review left to the engine."""

from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple, Protocol

import numpy as np

from sim.engines.economy import Economy
from sim.engines.result import Result, split
from sim.engines.streams import pieces
from sim.engines.threads import each
from sim.engines.world import World
from sim.model import outcomes, rules
from sim.model.nouns import CLASSES
from sim.model.outcome_table import COLUMNS
from sim.model.tallies import AGENT_SEATS, FIRST_FLOW, PROVIDER_SEATS, ROW, ROWS

OnMonth = Callable[[int], None]

RECORDS_AT_ONCE = 2048
"""Records, over all lanes, whose outcomes are worked out together."""


class Sized(NamedTuple):
    """All that counting needs of `facts.Firm`."""

    seats: np.ndarray


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
        classes = world.layout.classes[rows]
        members = (rows.start + np.flatnonzero(classes == c) for c in range(len(CLASSES)))
        return np.stack([count_stretch(world, mine) for mine in members], axis=1)

    return reduce(np.add, each(counted, pieces(0, world.layout.firms), world.threads))


def count_stretch(world: World, stretch: slice | np.ndarray) -> np.ndarray:
    """Counts over some rows of firms of one class, int64, shape (rows, lanes).

    Sums of seats and risk are of whole numbers and stay below 2^53: exact as floats in any order.
    """
    state, result = world.state, np.zeros((ROWS, len(world.lanes)), np.int64)
    option, agents, k = state.option[stretch], state.agents[stretch], world.providers
    seats = world.traits.seats[stretch, None].astype(np.float64)
    public = rules.public_seats(option, Sized(seats), world.hybrid_share)
    private = (seats - public) * (option > 0)
    risk = rules.perceived_risk(state.hits[stretch], state.misses[stretch])
    result[:4], result[4:8] = sums_by_code(option, 4, None, np.broadcast_to(seats, option.shape))
    result[ROW["public_seats"]] = public.sum(axis=0)
    result[ROW["aware"]] = state.aware[stretch].sum(axis=0)
    result[ROW["agents"]] = agents.sum(axis=0)
    supported = state.supported[stretch]
    result[ROW["supported"]] = supported.sum(axis=0)
    result[ROW["supported_seats"]] = (public * supported).sum(axis=0)
    result[ROW["islands"]] = (private.astype(np.int64) ** 2).sum(axis=0)
    result[ROW["risk"]] = rules.whole(risk * rules.BELIEF_UNITS).sum(axis=0)
    by_provider = sums_by_code(state.provider[stretch] + 1, k + 1, public, public * agents)  # 0 for none
    for first, sums in zip((PROVIDER_SEATS, AGENT_SEATS), by_provider, strict=True):
        result[first : first + k] = sums[1:]
    return result


def sums_by_code(codes: np.ndarray, kinds: int, *amounts: np.ndarray | None) -> list[np.ndarray]:
    """Sums of each of the amounts (firms where None) by code and lane; (firms, lanes) → (kinds, lanes)."""
    lanes = codes.shape[1]
    places = (codes.astype(np.intp) * lanes + np.arange(lanes)).ravel()
    weights = (None if each is None else each.ravel() for each in amounts)
    return [np.bincount(places, each, kinds * lanes).reshape(kinds, lanes) for each in weights]
