"""The month loop of the array engines: state as arrays of firms × lanes, the review left to the engine."""

from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple, Protocol

import numpy as np

from sim.engines.economy import Economy
from sim.engines.recording import Record
from sim.engines.result import Result
from sim.engines.streams import pieces
from sim.engines.threads import each
from sim.engines.world import World
from sim.model import rules
from sim.model.nouns import CLASSES
from sim.model.tallies import AGENT_SEATS, FIRST_FLOW, PROVIDER_SEATS, ROW, ROWS

OnMonth = Callable[[int], None]


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
    months = recorded(world.months, every)
    record = Record(economy, months)
    record.add(0)
    for month in range(world.months):
        posted = economy.open_month(month)
        tallies[FIRST_FLOW:PROVIDER_SEATS] = 0
        claims = np.zeros((len(world.measures.supporting), len(CLASSES), len(world.lanes)), np.int64)
        engine.review_month(world, economy, month, claims, posted)
        economy.close_month(month, claims)
        if month + 1 in months:
            record.add(month + 1)
        if on_month is not None:
            on_month(month + 1)
    return record.results()


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
