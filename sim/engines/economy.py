"""The part of a month that is not a firm's decision, for a block of lanes: providers, treasury, what firms will see.

Arrays of shape (providers, lanes) and (lanes,); formulas are those of `sim.model.market`. The array engines share it;
the Mesa model has agents of its own for the same rules.
"""

from collections.abc import Callable

import numpy as np

from sim.engines.reference import in_turn, reference
from sim.engines.world import World, past_hit_share
from sim.model import market, terms
from sim.model.facts import Offer, Support
from sim.model.instruments import CHANNELS, DEEPEST_CUT, FIRM_CHANNELS, PRICE_CUT, PUBLIC_SECURITY
from sim.model.market import YEAR, Climate, Provider
from sim.model.nouns import CLASSES, MOST_PROVIDERS
from sim.model.outcomes import MarketRow, Nation, weighted
from sim.model.rules import MONEY_UNITS, whole
from sim.model.tallies import PROVIDER_SEATS, ROW
from sim.model.treasury import Treasury, national


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
        self.measures, self.interval = world.measures, world.interval
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
        lanes, interval = len(world.lanes), self.interval
        self.revenues = np.repeat(revenue[None], YEAR, axis=0)
        past = past_hit_share(world.values)
        self.hit_shares = np.broadcast_to(past, (interval, world.providers, lanes)).copy()
        self.media_hits = np.where(in_turn(seats) > 0.0, past, 0.0) * np.ones((interval, 1))
        self.grants = np.zeros((interval, len(self.measures.supporting), lanes))
        self.hits_kept = world.past_hits()
        self._in_force = [np.flatnonzero(levels.any(axis=(1, 2))).tolist() for levels in self.measures.levels]

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
        seats = self.tallies[PROVIDER_SEATS:].reshape(2, MOST_PROVIDERS, *self.tallies.shape[1:])[:, :k]
        own, agents = weighted(seats * ref.paid[:, None], self.weights)
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

    def _firm_levels(self, month):
        """Sum the levels of active measures that reach firms, (channels, classes, lanes)."""
        m = self.measures
        total = np.zeros((FIRM_CHANNELS, len(CLASSES), len(self.world.lanes)))
        for n in self._in_force[month]:
            level = m.levels[month, n, :FIRM_CHANNELS, None] * m.targets[n]
            total += level * self.active[n] if n < m.policies else level
        return total

    def _provider_levels(self, month, covered):
        """Sum the levels of active measures that reach providers, as far as they were paid for; (channels, lanes)."""
        m = self.measures
        total = np.zeros((len(CHANNELS) - FIRM_CHANNELS, len(self.world.lanes)))
        for n in self._in_force[month]:
            level = m.levels[month, n, FIRM_CHANNELS:]
            total += level * self.active[n] * covered[n] if n < m.policies else level
        return total

    def _write_terms(self, month):
        total = self.reference.seats
        on_premise, public = self.national[ROW["seats_on_premise"]], self.national[ROW["public_seats"]]
        shares = on_premise / total, (total - on_premise - public) / total
        self._monthly.write(self.terms, month, self._firm_levels(month), in_turn(self.media_hits), shares)

    def _offers(self, month):
        climate, state = Climate(*self.climate[month]), self.provider
        presence = self._provider_seats() / self.reference.seats
        public = self.national[ROW["public_seats"]] / self.reference.seats
        posted = (
            state.price,
            state.congestion,
            1.0 + self.reference.quality * (state.quality - 1.0),
            market.strength(state.quality, climate),
            presence + self.reference.interoperability * (public - presence),
            self.reference.appeal,
            1.0 - np.multiply.reduce(1.0 - self.hit_shares),
        )
        return list(map(Offer, *posted))

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
        hit = weighted(self.hits_kept.sum(axis=0), self.weights) / total
        return firms[0] / total, firms[1] / total, cloud, d * cloud, d * hit

    def row(self, month: int) -> MarketRow:
        """What is recorded of the market after `month` months."""
        hits = self.hit_shares[(month - 1) % self.interval]
        paid, left = self.treasury.spent.copy(), self.treasury.left.copy()
        return MarketRow(self.provider, hits.copy(), self.climate[month], paid, left)

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
        climate = Climate(*self.climate[month])
        self.national = weighted(self.tallies, self.weights)
        self._incidents(month, climate)
        levels = self._provider_levels(month, self._pay(month, claims))
        climate = climate._replace(
            price_cut=np.minimum(DEEPEST_CUT, levels[PRICE_CUT - FIRM_CHANNELS]),
            public_security=levels[PUBLIC_SECURITY - FIRM_CHANNELS],
        )
        seats = self._provider_seats()
        outside = self.reference.outside[month]
        revenue = self._revenue(self.provider.price, outside)
        self.revenues[month % YEAR] = revenue
        mean = in_turn(self.revenues) / YEAR
        use = seats + outside
        everyone = in_turn(use)
        self.provider = self._provider_month(
            self.provider, self.fixed, climate, use, everyone - use, revenue, mean, self._passed_on(everyone)
        )
        self.hits_kept[month % self.interval] = self.tallies[ROW["hits"]]

    def _incidents(self, month, climate):
        """Draw provider incidents; firms and media see them from next month on."""
        draws = self.world.incidents[month, : self.world.providers, None]
        risk = market.objective_risk(self.provider.security, climate)
        shares = market.hit_share(risk, draws, self.measures.forced[month], climate)
        seats = self._provider_seats()
        turn = month % self.interval
        self.hit_shares[turn] = shares
        total = in_turn(seats)
        self.media_hits[turn] = np.where(total > 0.0, in_turn(seats * shares) / np.maximum(total, 1e-300), 0.0)

    def _pay(self, month, claims):
        """Close the treasury's month: claims of firms, and policies that spend by themselves.

        Returns
        -------
        ndarray, shape (policies, lanes)
            The part of what was due that was paid; 1 where nothing was due.
        """
        m = self.measures
        if not m.policies:
            return np.ones((0, len(self.world.lanes)))
        due = np.zeros((m.policies, len(CLASSES) + 1, len(self.world.lanes)), np.int64)
        for s, n in enumerate(m.supporting):
            due[n, : len(CLASSES)] = national(claims[s : s + 1], self.weights)[0]
        spending = m.charged[month] * self.active * in_turn(self.fixed.first_investment)
        due[:, len(CLASSES)] = national(whole(spending * MONEY_UNITS)[:, None], np.ones(1))[:, 0]
        paid, total = self.treasury.pay(due).sum(axis=1), due.sum(axis=1)
        for s, n in enumerate(m.supporting):
            self.grants[month % self.interval, s] = paid[n]
        return np.where(total > 0, paid / np.maximum(total, 1), 1.0)

    def _passed_on(self, everyone):
        """Average support per seat-month that ends in price, as an index: grants in force over all public seats."""
        total = np.zeros_like(everyone)
        for s in range(len(self.measures.supporting)):
            total = total + self.measures.incidence[s] * in_turn(self.grants[:, s])
        seats = np.maximum(everyone, 1e-300) * self.interval * MONEY_UNITS
        return total / seats / np.maximum(self.reference.mean_price, 1e-300)
