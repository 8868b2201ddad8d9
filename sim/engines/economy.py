"""The part of a month that is not a firm's decision, for a block of lanes: providers, treasury, what firms will see.

Arrays of shape (providers, lanes) and (lanes,); formulas are those of `sim.model.market`. The array engines share it;
the Mesa model has agents of its own for the same rules.
"""

from collections.abc import Callable

import numpy as np

from sim.engines.reference import reference, weighted
from sim.engines.world import World
from sim.model import market, terms
from sim.model.facts import Offer, Support
from sim.model.instruments import CERTIFIED, DEMAND, OUTREACH, PRICE_CUT, PUBLIC_SECURITY
from sim.model.market import Climate, Provider
from sim.model.nouns import CLASSES
from sim.model.outcomes import MarketRow, Nation
from sim.model.tallies import AGENT_SEATS, PROVIDER_SEATS, ROW
from sim.model.treasury import Treasury, national

YEAR = 12
"""Months over which mean revenue is taken."""


class Economy:
    """Providers and treasury of one block of lanes.

    Parameters
    ----------
    world
        The block at its start.
    tallies
        Counts over firms at the start, int64, shape (rows, classes, lanes); read anew every month.
    provider_month
        `market.month` on arrays of shape (providers, lanes), as the engine computes it.
    """

    def __init__(self, world: World, tallies: np.ndarray, provider_month: Callable[..., Provider]):
        self.world, self.tallies, self._provider_month = world, tallies, provider_month
        self.measures = world.measures
        self.weights = world.layout.weights
        self.national = weighted(tallies, self.weights)
        self.treasury = Treasury(self.measures.budgets, self.measures.limited)
        self.climate = terms.climate(world.values, world.months)
        self.terms = terms.class_terms(world.values)
        self._monthly = terms.MonthlyTerms(world.values, world.months)
        seats = self.national[PROVIDER_SEATS : PROVIDER_SEATS + world.providers]
        self.reference = reference(world, seats, tallies)
        use = seats + self.reference.outside[0]
        revenue = self._revenue(np.ones_like(use), self.reference.outside[0])
        self.fixed = terms.fixed(world.values, use, revenue)
        self.provider = self._first_state(use)
        lanes, interval = len(world.lanes), world.interval
        self.revenues = np.repeat(revenue[None], YEAR, axis=0)
        self.hit_shares = np.zeros((interval, world.providers, lanes))
        self.media_hits = np.zeros((interval, lanes))
        self.grants = np.zeros((interval, len(self.measures.supporting), lanes))
        self.hits_kept = np.zeros((interval, len(CLASSES), lanes), np.int64)
        self.active = self.treasury.active()

    def _first_state(self, use):
        """Providers at the start: list prices, capacity at its target, first quality and security."""
        climate, ones = Climate(*self.climate[0]), np.ones_like(use)
        return Provider(
            price=ones.copy(),
            unit_cost=market.unit_cost(self.fixed.first_use, self.fixed, climate),
            capacity=use / climate.utilisation,
            use=self.fixed.first_use.copy(),
            quality=ones.copy(),
            security=ones * climate.first_security,
            congestion=np.zeros_like(use),
        )

    def _provider_seats(self):
        """National public seats of each provider, (providers, lanes)."""
        return self.national[PROVIDER_SEATS : PROVIDER_SEATS + self.world.providers]

    def _revenue(self, price, outside):
        """Money a month by provider: seats at the class's list price, paying agent users, outside demand (I18)."""
        ref, k = self.reference, self.world.providers
        own = weighted(self.tallies[PROVIDER_SEATS : PROVIDER_SEATS + k] * ref.prices, self.weights)
        agents = weighted(self.tallies[AGENT_SEATS : AGENT_SEATS + k] * ref.agent_cost, self.weights)
        return price * (own + ref.paying * agents + outside * ref.mean_price)

    def open_month(self, month: int) -> tuple[np.ndarray, list[Offer], list[list[Support]], list[np.ndarray]]:
        """Resolve policies and post what firms face this month; all from last month's state.

        Returns
        -------
        terms : ndarray, shape (classes, fields, lanes)
        offers : list of facts.Offer, each field of shape (lanes,)
        supports : for each supporting policy and class a facts.Support, fields of shape (lanes,)
        sectors : for each supporting policy 1 where it applies to the sector, shape (sectors, lanes)
        """
        self.active = self.treasury.active()
        self._write_terms(month)
        return self.terms, self._offers(month), self._supports(month), list(self.measures.sectors)

    def level(self, month: int, channel: int) -> np.ndarray:
        """Sum of the active measures' levels of one channel, by class; (classes, lanes)."""
        total = np.zeros((len(CLASSES), len(self.world.lanes)))
        for n in range(len(self.measures.names)):
            level = self.measures.levels[month, n, channel] * self.measures.targets[n]
            total = total + (level * self.active[n] if n < self.measures.policies else level)
        return total

    def shares(self):
        """Economy-wide shares of seats: on premise, private (with the private part of hybrid), public; (3, lanes)."""
        total = self.reference.seats
        on_premise, public = self.national[ROW["seats_on_premise"]], self.national[ROW["public_seats"]]
        return np.stack([on_premise, total - on_premise - public, public]) / total

    def _write_terms(self, month):
        outreach, certified, demand = (self.level(month, channel) for channel in (OUTREACH, CERTIFIED, DEMAND))
        self._monthly.write(
            self.terms, month, outreach, certified, demand, sum(self.media_hits), self.shares()[:2]
        )

    def _offers(self, month):
        climate = Climate(*self.climate[month])
        presence = self._provider_seats() / self.reference.seats
        public = self.national[ROW["public_seats"]] / self.reference.seats
        reached = presence + self.reference.interoperability * (public - presence)
        missed = 1.0 - self.hit_shares[0]
        for past in self.hit_shares[1:]:
            missed = missed * (1.0 - past)
        state = self.provider
        return [
            Offer(
                price=state.price[j],
                congestion=state.congestion[j],
                quality=1.0 + self.reference.quality * (state.quality[j] - 1.0),
                strength=market.strength(state.quality[j], climate),
                presence=reached[j],
                appeal=self.reference.appeal[j],
                hit_chance=1.0 - missed[j],
            )
            for j in range(self.world.providers)
        ]

    def _supports(self, month):
        m = self.measures
        return [
            [
                Support(m.rates[month, s] * self.active[n] * m.targets[n, c], m.caps[s], m.reach[s], m.new_users[s])
                for c in range(len(CLASSES))
            ]
            for s, n in enumerate(m.supporting)
        ]

    def seen_everywhere(self) -> tuple[np.ndarray, ...]:
        """What a firm sees in the mean field: national shares of firms and hits among d of them, (lanes,) each."""
        d = self.world.values[0]["network.partners"]
        firms = self.national
        total = firms[0] + firms[1] + firms[2] + firms[3]
        cloud = (firms[2] + firms[3]) / total
        hit = weighted(np.asarray(sum(self.hits_kept)), self.weights) / total
        return firms[0] / total, firms[1] / total, cloud, d * cloud, d * hit

    def row(self, month: int) -> MarketRow:
        """What is recorded of the market after `month` months."""
        hits = self.hit_shares[(month - 1) % self.world.interval]
        climate = Climate(*self.climate[month])
        return MarketRow(self.provider, hits.copy(), climate, self.treasury.spent.copy(), self.treasury.left.copy())

    def nation(self) -> Nation:
        """What turns counts into national outcomes."""
        return Nation(self.weights, self.reference.prices, self.reference.interoperability)

    def close_month(self, month: int, claims: np.ndarray) -> None:
        """Pay claims, let providers book, learn, invest and expand.

        Parameters
        ----------
        claims
            Claims of firms in smallest units, int64, shape (supporting, classes, lanes).
        """
        climate = Climate(*self.climate[month])._replace(
            price_cut=np.minimum(0.95, self.level(month, PRICE_CUT)[0]),
            public_security=self.level(month, PUBLIC_SECURITY)[0],
        )
        self.national = weighted(self.tallies, self.weights)
        self._incidents(month, climate)
        self._pay(month, claims)
        seats = self._provider_seats()
        outside = self.reference.outside[month]
        revenue = self._revenue(self.provider.price, outside)
        self.revenues[month % YEAR] = revenue
        mean = sum(self.revenues) / YEAR
        use = seats + outside
        everyone = sum(use)
        self.provider = self._provider_month(
            self.provider, self.fixed, climate, use, everyone - use, revenue, mean, self._passed_on(everyone)
        )
        self.hits_kept[month % self.world.interval] = self.tallies[ROW["hits"]]

    def _incidents(self, month, climate):
        """Draw provider incidents; firms and media see them from next month on."""
        draws = self.world.incidents[month, : self.world.providers, None]
        risk = market.objective_risk(self.provider.security, climate)
        shares = market.hit_share(risk, draws, self.measures.forced[month], climate)
        seats = self._provider_seats()
        turn = month % self.world.interval
        self.hit_shares[turn] = shares
        total = sum(seats)
        self.media_hits[turn] = np.where(total > 0.0, sum(seats * shares) / np.maximum(total, 1e-300), 0.0)

    def _pay(self, month, claims):
        """Close the treasury's month: claims of firms, and policies that spend by themselves."""
        m = self.measures
        due = np.zeros((m.policies, len(CLASSES) + 1, len(self.world.lanes)), np.int64)
        for s, n in enumerate(m.supporting):
            due[n, : len(CLASSES)] = national(claims[s : s + 1], self.weights)[0]
        if m.policies:
            first = sum(self.fixed.first_investment)
            spending = m.charged[month] * self.active * first
            due[:, len(CLASSES)] = national(np.floor(spending * 10_000.0 + 0.5)[:, None], np.ones(1))[:, 0]
        paid = self.treasury.pay(due)
        month_paid = paid.sum(axis=1)
        for s, n in enumerate(m.supporting):
            self.grants[month % self.world.interval, s] = month_paid[n]

    def _passed_on(self, everyone):
        """Average support per seat-month that ends in price, as an index: grants in force over all public seats."""
        m, total = self.measures, 0.0 * everyone
        for s in range(len(m.supporting)):
            total = total + m.incidence[s] * sum(self.grants[:, s])
        seats = np.maximum(everyone, 1e-300) * self.world.interval * 10_000.0
        return total / seats / self.reference.mean_price
