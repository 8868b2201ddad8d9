"""The part of a month that is not a firm's decision, for a block of lanes: providers, treasury, what firms will see.

Arrays of shape (providers, lanes) and (lanes,); formulas are those of `sim.model.market`, sums and books are compiled
(`sim.engines.economy_kernels`). The array engines share it; the Mesa model has agents of its own for the same rules.
"""

from collections.abc import Callable

import numpy as np

from sim.engines import economy_kernels as kernels
from sim.engines.fiscal import Fiscal
from sim.engines.placing import past_hit_share
from sim.engines.reference import in_turn, reference
from sim.engines.world import World
from sim.model import market, terms
from sim.model.facts import Offer
from sim.model.market import YEAR, Climate, Provider
from sim.model.monthly_terms import MonthlyTerms
from sim.model.nouns import CLASSES
from sim.model.outcomes import MarketRow, Nation, weighted
from sim.model.tallies import PROVIDER_SEATS, ROW


class Economy:
    """Providers and treasury of one block of lanes.

    Parameters
    ----------
    world
        The block at its start.
    tallies
        Counts over firms at the start, int64, shape (rows, classes, lanes); read anew every month.
    provider_month
        `market.month` on arrays of shape (fields, providers, lanes), as the engine computes it.

    Attributes
    ----------
    counted : dict
        Room for an engine that counts anew whoever reviews: counts by review phase and class after the last review.
    """

    def __init__(self, world: World, tallies: np.ndarray, provider_month: Callable[..., np.ndarray]):
        self.world, self.tallies, self._provider_month = world, tallies, provider_month
        self.measures, self.interval = world.measures, world.interval
        self.weights = world.layout.weights
        self.national = self._national()
        self.climate = terms.climate(world.values, world.months)
        self._monthly = MonthlyTerms(world.values, world.months)
        seats = self.national[PROVIDER_SEATS : PROVIDER_SEATS + world.providers]
        self.reference = reference(world, seats, tallies)
        use = seats + self.reference.outside[0]
        _, revenue = self._volumes(self.reference.outside[0])
        fixed = terms.fixed(world.values, use, revenue)
        self.fixed, self.providers = np.stack(fixed), self._first_state(use, fixed)
        self.fiscal = Fiscal(world, in_turn(fixed.first_investment))
        self.terms = terms.class_terms(world.values, self.fiscal.sectors)
        lanes, interval = len(world.lanes), self.interval
        self.revenues = np.repeat(revenue[None], YEAR, axis=0)
        past = past_hit_share(world.values)
        self.hit_shares = np.broadcast_to(past, (interval, world.providers, lanes)).copy()
        self.media_hits = np.where(in_turn(seats) > 0.0, past, 0.0) * np.ones((interval, 1))
        self.hits_kept = world.past_hits()
        self.surplus = np.zeros((len(SURPLUS), len(CLASSES), lanes), np.int64)
        self.counted: dict[tuple[int, int], np.ndarray] = {}
        self.profit, self.support = np.zeros(lanes), np.zeros(lanes)
        self._offers = np.empty((world.providers, len(Offer._fields), lanes))
        self._raised: dict[str, np.ndarray] = {}

    def _first_state(self, use, fixed):
        """Providers at the start: list prices, capacity at its target, first quality and security."""
        climate, ones = Climate(*self.climate[0]), np.ones_like(use)
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

    def _national(self):
        """National sums of stocks, flows and public seats by provider, (rows, lanes)."""
        return kernels.national(self.tallies[: PROVIDER_SEATS + self.world.providers], self.weights)

    def _provider_seats(self):
        """National public seats of each provider, (providers, lanes)."""
        return self.national[PROVIDER_SEATS : PROVIDER_SEATS + self.world.providers]

    def _volumes(self, outside):
        """Money a month by provider at list prices: of modelled firms, and of everybody (I18)."""
        ref = self.reference
        return kernels.volumes(self.tallies, self.weights, ref.paid, ref.paying, outside, ref.mean_price)

    def open_month(self, month: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Resolve policies and post what firms face this month; all from last month's state.

        Returns
        -------
        terms : ndarray, shape (classes, 1 or sectors, fields, lanes)
        offers : ndarray, facts.Offer by provider, shape (providers, fields, lanes)
        supports : ndarray, facts.Support by policy, shape (supporting, classes, 1 or sectors, fields, lanes)
        """
        self.fiscal.open()
        self._raised = self.fiscal.provider_levels(month)
        self._write_terms(month)
        self._post(month)
        return self.terms, self._offers, self.fiscal.supports(month)

    def _write_terms(self, month):
        total = self.reference.seats
        on_premise, public = self.national[ROW["seats_on_premise"]], self.national[ROW["public_seats"]]
        shares = on_premise / total, (total - on_premise - public) / total
        levels = self.fiscal.firm_levels(month)
        self._monthly.write(self.terms, month, levels, in_turn(self.media_hits), shares)

    def _climate(self, month):
        """Climate of a month with what policies and events raise, (fields, lanes)."""
        plain = self.climate[month]
        if not self._raised:
            return plain
        climate = plain.copy()
        for term, value in terms.raised(plain[terms.CLIMATE_ROW["frontier"]], self._raised).items():
            climate[terms.CLIMATE_ROW[term]] = value
        return climate

    def _interoperability(self):
        own = self.reference.interoperability
        return np.broadcast_to(terms.opened(own, self._raised), own.shape)

    def _post(self, month):
        ref = self.reference
        fixed = ref.seats, ref.quality, ref.appeal
        kernels.offers(
            self.providers, self._climate(month), self.national, fixed, self._interoperability(), self.hit_shares,
            self._offers,
        )  # fmt: skip

    def seen_everywhere(self) -> tuple[np.ndarray, ...]:
        """What a firm sees in the mean field: national shares of firms and hits among d of them, (lanes,) each."""
        d = self.world.values[0]["network.partners"]
        firms = self.national
        total = firms[0] + firms[1] + firms[2] + firms[3]
        cloud = (firms[2] + firms[3]) / total
        hit = weighted(self.hits_kept.sum(axis=0), self.weights) / total
        return firms[0] / total, firms[1] / total, cloud, d * cloud, d * hit

    def row(self, month: int) -> MarketRow:
        """What is recorded of the market after `month` months."""
        treasury = self.fiscal.treasury
        return MarketRow(
            provider=self.providers,
            hit_shares=self.hit_shares[(month - 1) % self.interval].copy(),
            climate=self._climate(month),
            interoperability=self._interoperability(),
            paid=treasury.spent.copy(),
            left=treasury.left.copy(),
            support=self.support.copy(),
            surplus=self.surplus.copy(),
            profit=self.profit.copy(),
        )

    def nation(self) -> Nation:
        """What turns counts into national outcomes."""
        funds = np.array([values["welfare.cost_of_funds"] for values in self.world.values])
        return Nation(self.weights, self.reference.prices, self.reference.mean_price, funds)

    def close_month(self, month: int, claims: np.ndarray) -> None:
        """Pay claims, let providers book, learn, invest and expand.

        Parameters
        ----------
        claims
            Claims of firms in smallest units, int64, shape (supporting, classes, lanes).
        """
        ref = self.reference
        self.national = self._national()
        seats, turn = self._provider_seats(), month % self.interval
        kernels.incidents(
            self.providers, self.climate[month], seats, self.world.incidents[month], self.measures.forced[month],
            self.hit_shares[turn], self.media_hits[turn],
        )  # fmt: skip
        priced = in_turn(self.providers[PRICE] * ref.shares)
        covered = self.fiscal.pay(month, claims, ref.seats * ref.mean_price * priced)
        self._raised = self.fiscal.provider_levels(month, covered)
        climate = self._climate(month)
        outside = ref.outside[month]
        if "anchored" in self._raised:
            outside = outside + self._raised["anchored"] * ref.seats * ref.shares
        use = seats + outside
        passed_on = self.fiscal.support(in_turn(use), self.support) / np.maximum(ref.mean_price, 1e-300)
        demand = kernels.books(
            self.providers, climate, use, self._volumes(outside), self.revenues, month, self.profit
        )
        self.providers = self._provider_month(self.providers, self.fixed, climate, demand, passed_on)
        self.hits_kept[turn] = self.tallies[ROW["hits"]]
        self.surplus += self.tallies[SURPLUS]


SURPLUS = [ROW["surplus"], ROW["overrated"]]
"""Rows of the counts that are added up since the start."""

PRICE = Provider._fields.index("price")
