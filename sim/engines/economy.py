"""The part of a month that is not a firm's decision, for a block of lanes: providers, treasury, what firms will see.

Arrays of shape (providers, lanes) and (lanes,); formulas are those of the model, in compiled loops (`posting_kernels`,
`economy_kernels` and `book_kernels`). The array engines share it; the Mesa model has agents of its own for the same
rules.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.engines import book_kernels
from sim.engines.binding import bound
from sim.engines.book_kernels import BookRoom, Books
from sim.engines.exogenous import exogenous
from sim.engines.fiscal import Fiscal
from sim.engines.placing import past_hit_share
from sim.engines.world import World
from sim.model import market, terms
from sim.model.arithmetic import total
from sim.model.facts import Offer
from sim.model.market import YEAR, Climate, Demand, Provider
from sim.model.market_outcomes import nationwide
from sim.model.nouns import CLASSES
from sim.model.tallies import PROVIDER_SEATS
from sim.model.treasury import check


class Economy:
    """Providers and treasury of one block of lanes.

    Parameters
    ----------
    world
        The block at its start.
    counted
        Counts over firms at the start by review phase, int64, shape (phases, rows, classes, lanes).
    provider_month
        What moves providers on by a month, as the engine computes it (`ArrayEngine.provider_month`).

    Attributes
    ----------
    weights : ndarray, shape (classes,)
        National firms that each simulated one stands for.
    exogenous : Exogenous
        What the economy takes as given.
    fiscal : Fiscal
        What policies raise and cost.
    over : ndarray of int64, shape (1,)
        How many months are over.
    providers : ndarray, shape (fields, providers, lanes)
        `market.Provider` at the end of the last month.
    plain_climate : ndarray, shape (months + 1, fields, lanes)
        `market.Climate` of each month without policies and events.
    climate : ndarray, shape (fields, lanes)
        Room for a month's with them.
    hit_shares : ndarray, shape (months, providers, lanes)
        Share of the customers hit in each month of the last interval.
    surplus : ndarray of int64, shape (2, classes, lanes)
        What contracts are worth since the start, and what experience adds: the objective risk, and support that was
        promised and not paid; whole money.
    profit, support : ndarray, shape (lanes,)
        Of providers since the start, and average support per public seat-month; money.
    tallies : ndarray of int64, shape (rows, classes, lanes)
        Counts over firms; engines keep them up to date, and add the month's flows.
    claims : ndarray of int64, shape (supporting, classes, lanes)
        Claims of firms this month, smallest units; engines add them up.
    posted : tuple of ndarray
        What firms face this month: terms, (classes, groups, fields, lanes); `facts.Offer` by provider,
        (providers, fields, lanes); `facts.Support` by policy, (supporting, classes, groups, fields, lanes). Groups are
        those of `Block.groups`.
    counted : ndarray of int64, shape (phases, rows, classes, lanes)
        Stocks of the firms of each review phase after their last review.
    kept
        Room for whatever an engine keeps from month to month.
    """

    def __init__(self, world: World, counted: np.ndarray, provider_month: Callable[..., Callable[[], None]]):
        self.counted, self.tallies, self.over = counted, counted.sum(axis=0), np.zeros(1, np.int64)
        self.world, tallies = world, self.tallies
        self.weights, interval, lanes = world.layout.weights, world.interval, len(world.lanes)
        self.claims = np.zeros((len(world.measures.supporting), len(CLASSES), lanes), np.int64)
        self._national = nationwide(tallies[: PROVIDER_SEATS + world.providers].swapaxes(0, 1), self.weights)
        self.plain_climate, monthly = world.block.climate, world.block.monthly
        self.climate = np.empty_like(self.plain_climate[0])
        seats = self._national[PROVIDER_SEATS:]
        self.exogenous = exogenous(world, seats, tallies)
        use = seats + self.exogenous.outside[0]
        room = _room(world)
        book_kernels.volumes(tallies, self.weights, self.exogenous, self.exogenous.outside[0], room.volumes)
        revenue = room.volumes[1]
        fixed = terms.fixed(world.values, use, revenue)
        self.providers = self._first_state(use, fixed)
        self.fiscal = Fiscal(world, total(fixed.first_investment))
        past = past_hit_share(world.values)
        self.hit_shares = np.broadcast_to(past, (interval, world.providers, lanes)).copy()
        media_hits = np.where(total(seats) > 0.0, past, 0.0) * np.ones((interval, 1))
        self.surplus = np.zeros((2, len(CLASSES), lanes), np.int64)
        self.kept: Any = None
        self.profit, self.support = np.zeros(lanes), np.zeros(lanes)
        self.posted = (
            np.repeat(monthly.first, world.block.targets.shape[2], axis=1),
            np.empty((world.providers, len(Offer._fields), lanes)), self.fiscal.supports,
        )  # fmt: skip
        self._books = Books(
            self._national, self.hit_shares, media_hits, world.past_hits(),
            np.zeros((interval, len(world.measures.supporting), lanes)), world.measures.incidence, self.surplus,
            self.profit, self.support, np.repeat(revenue[None], YEAR, axis=0),
        )  # fmt: skip
        before = (
            monthly.own, monthly.decline, media_hits, self._national, self.exogenous, self.plain_climate,
            self.providers, self.hit_shares,
        )  # fmt: skip
        after = (
            self.providers, self.plain_climate, self.climate, self.fiscal.raised, world.incidents,
            world.measures.forced,
        )  # fmt: skip
        demand, passed_on = np.empty((len(Demand._fields), world.providers, lanes)), np.empty(lanes)
        self._open = self.fiscal.opening(
            self.over, before, (self.tallies, self.claims), (self.climate, *self.posted[:2])
        )
        self._close = bound(
            book_kernels.closed, self.over, self.claims, world.block.to_providers, self.fiscal.duties, self._books,
            room, after, tallies, self.weights, self.exogenous, demand, passed_on,
        )  # fmt: skip
        self._move_on = provider_month(self.providers, np.stack(fixed), self.climate, demand, passed_on)

    def _first_state(self, use, fixed):
        """Providers at the start: list prices, capacity at its target, first quality and security."""
        climate, ones = Climate(*self.plain_climate[0]), np.ones_like(use)
        start = Provider(
            price=ones,
            unit_cost=market.unit_cost(fixed.first_use, fixed, climate),
            capacity=use / climate.utilisation,
            use=fixed.first_use,
            quality=ones,
            security=ones * climate.first_security,
            congestion=np.zeros_like(use),
            in_price=np.zeros_like(use),
        )
        return np.stack(start)

    def open_month(self) -> None:
        """Resolve policies and post what firms face this month; all from last month's state."""
        self._open()

    def seen_everywhere(self) -> tuple[np.ndarray, ...]:
        """What a firm sees in the mean field: national shares of firms and hits among d of them, (lanes,) each."""
        d = self.world.values[0]["network.partners"]
        on_premise, private, public, hybrid = self._national[:4]
        everybody = on_premise + private + public + hybrid
        cloud = (public + hybrid) / everybody
        hit = nationwide(self._books.hits.sum(axis=0), self.weights) / everybody
        return on_premise / everybody, private / everybody, cloud, d * cloud, d * hit

    def close_month(self) -> None:
        """Pay claims, let providers book, learn, invest and expand."""
        check(self._close())
        self._move_on()


def _room(world):
    """Room for what is worked out while a month closes."""
    providers, lanes, measures = world.providers, len(world.lanes), world.measures
    due = measures.policies, len(CLASSES) + 1, lanes
    return BookRoom(
        seat_money=np.empty(lanes), due=np.empty(due, np.int64), paid=np.empty(due, np.int64),
        in_lane=np.empty(lanes, np.int64), asked=np.empty(lanes), given=np.empty(lanes, np.int64),
        covered=np.ones((len(measures.names), lanes)), volumes=np.empty((2, providers, lanes)),
        others=np.empty((providers, lanes)), everyone=np.empty(lanes),
    )  # fmt: skip
