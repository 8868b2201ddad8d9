"""The month loop of the array engines: state as arrays of firms × lanes, the review left to the engine."""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from sim.engines.economy import Economy
from sim.engines.result import Result, split
from sim.engines.world import World
from sim.model import outcomes, rules
from sim.model.facts import Firm
from sim.model.market import Provider
from sim.model.nouns import CLASSES
from sim.model.tallies import AGENT_SEATS, FIRST_FLOW, PROVIDER_SEATS, ROW, ROWS

OnMonth = Callable[[int], None]


class ArrayEngine(Protocol):
    """What an array engine computes its own way; everything else of a month is shared."""

    def review_month(self, world: World, economy: Economy, month: int, claims: np.ndarray, posted: Any) -> None:
        """Update `world.state` and `economy.tallies`, add to `claims` (supporting, classes, lanes)."""

    def provider_month(self, *arguments: Any) -> Provider:
        """`market.month` on arrays of shape (providers, lanes)."""


def recorded(months: int, every: int) -> np.ndarray:
    """Months recorded: 0, every n-th, and the last."""
    return np.unique(np.append(np.arange(0, months + 1, every), months))


def run(world: World, engine: ArrayEngine, every: int, on_month: OnMonth | None = None) -> list[Result]:
    """Run all months of a block and return one result a lane."""
    tallies = count(world)
    economy = Economy(world, tallies, engine.provider_month)
    records = recorded(world.months, every)
    kept, rows = [tallies.copy()], [economy.row(0)]
    for month in range(world.months):
        posted = economy.open_month(month)
        tallies[FIRST_FLOW:PROVIDER_SEATS] = 0
        claims = np.zeros((len(world.measures.supporting), len(CLASSES), len(world.lanes)), np.int64)
        engine.review_month(world, economy, month, claims, posted)
        economy.close_month(month, claims)
        if month + 1 in records:
            kept.append(tallies.copy())
            rows.append(economy.row(month + 1))
        if on_month is not None:
            on_month(month + 1)
    values = outcomes.values(np.stack(kept), rows, economy.nation())
    return split(records, values, world.state)


def count(world: World) -> np.ndarray:
    """Count everything at the start, int64, shape (rows, classes, lanes)."""
    where = world.layout
    result = np.zeros((ROWS, len(CLASSES), len(world.lanes)), np.int64)
    for phase in range(where.phases):
        for c in range(len(CLASSES)):
            stretch = where.stretch(phase, c)
            if stretch.start < stretch.stop:
                result[:, c] += count_stretch(world, stretch)
    return result


def count_stretch(world: World, stretch: slice) -> np.ndarray:
    """Counts over the firms of one stretch, int64, shape (rows, lanes)."""
    state, result = world.state, np.zeros((ROWS, len(world.lanes)), np.int64)
    option, provider = state.option[stretch], state.provider[stretch]
    seats = world.columns[0, stretch].astype(np.int64)[:, None]
    public = public_seats(world, option, stretch)
    for k in range(4):
        result[k] += (option == k).sum(axis=0)
        result[4 + k] += np.where(option == k, seats, 0).sum(axis=0)
    result[ROW["public_seats"]] += public.sum(axis=0)
    result[ROW["aware"]] += state.aware[stretch].sum(axis=0)
    result[ROW["agents"]] += state.agents[stretch].sum(axis=0)
    private = np.where(option == 0, 0, seats - public)
    result[ROW["islands"]] += (private * private).sum(axis=0)
    risk = rules.perceived_risk(state.hits[stretch], state.misses[stretch])
    result[ROW["risk"]] += rules.whole(risk * rules.BELIEF_UNITS).astype(np.int64).sum(axis=0)
    for j in range(world.providers):
        mine = np.where(provider == j, public, 0)
        result[PROVIDER_SEATS + j] += mine.sum(axis=0)
        result[AGENT_SEATS + j] += np.where(state.agents[stretch], mine, 0).sum(axis=0)
    return result


def public_seats(world: World, option: np.ndarray, stretch: slice) -> np.ndarray:
    """Whole public seats of firms of one class, int64, shape of `option`."""
    firm = Firm(*world.columns[:, stretch, None])
    share = np.array([values["cost.hybrid_share"] for values in world.values])
    return rules.public_seats(option, firm, share).astype(np.int64)

