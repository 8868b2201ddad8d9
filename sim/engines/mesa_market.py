"""Public providers and the government as Mesa agents."""

import mesa
import numpy as np

from sim.engines.world import past_hit_share
from sim.model import market, terms
from sim.model.arithmetic import exponential, total
from sim.model.facts import Offer, Support
from sim.model.instruments import CHANNELS, DEEPEST_CUT, FIRM_CHANNELS
from sim.model.market import YEAR, Climate, Fixed, Provider
from sim.model.nouns import CLASSES, SECTORS
from sim.model.rules import MONEY_UNITS, whole
from sim.model.tallies import AGENT_SEATS, PROVIDER_SEATS, ROW
from sim.model.treasury import Treasury, national


class PublicProvider(mesa.Agent):
    """A public cloud provider.

    Attributes
    ----------
    number : int
        Position among the providers.
    state : market.Provider
        Price, unit cost, capacity, cumulative use, quality, security and congestion.
    fixed : market.Fixed
        Mark-up and starting values.
    offer : facts.Offer
        What it posts this month.
    """

    def __init__(self, model, number: int):
        super().__init__(model)
        self.number = number
        values = model.world.values[0]
        self.values = values
        self.appeal = values["constant.appeal"][number]
        self.hit_shares = [float(past_hit_share(model.world.values)[0])] * model.interval
        self.agent_cost = [float(cost) for cost in values["agents.cost"]]

    def settle(self) -> None:
        """Take its place at the start, once all providers are there."""
        model, values, climate = self.model, self.values, self.model.government.climate(0)
        time = np.arange(model.world.months + 1) / 12.0
        growth = exponential(time * values["market.outside_growth"]).tolist()
        public = total(provider.seats() for provider in model.providers)
        start = values["market.outside"] * public
        outside = [[g * start * share for g in growth] for share in values["market.shares"]]
        self.outside = outside[self.number]
        use = self.use(0)
        others = total(p.seats() + outside[p.number][0] for p in model.providers) - use
        first_use = 12.0 * values["market.history"] * (use + values["market.spillover"] * others)
        revenue = self.revenue(1.0, 0)
        self.fixed = Fixed(values["market.markup"][self.number], first_use, values["invest.share"] * revenue)
        self.revenues = [revenue] * YEAR
        cost = market.unit_cost(first_use, self.fixed, climate)
        self.state = Provider(1.0, cost, use / climate.utilisation, first_use, 1.0, climate.first_security, 0.0)

    def seats(self) -> float:
        """National public seats it serves of the modelled firms."""
        return self.model.national(PROVIDER_SEATS + self.number)

    def use(self, month: int) -> float:
        """Seats it serves, outside demand included."""
        return self.seats() + self.outside[month]

    def revenue(self, price: float, month: int) -> float:
        """Money a month: seats at the class's list price, paying agent users, outside demand (I18)."""
        model = self.model
        seats = [counts[PROVIDER_SEATS + self.number] for counts in model.tallies]
        agents = [counts[AGENT_SEATS + self.number] for counts in model.tallies]
        own = total(w * (n * p) for w, n, p in zip(model.weights, seats, model.prices, strict=True))
        paid = total(w * (n * c) for w, n, c in zip(model.weights, agents, self.agent_cost, strict=True))
        others = self.outside[month] * model.government.mean_price
        return price * (own + self.values["agents.paying_share"] * paid + others)

    def post(self) -> None:
        """Post price, quality, congestion and reach from last month's state."""
        model, state = self.model, self.state
        presence = self.seats() / model.seats
        public = model.national(ROW["public_seats"]) / model.seats
        missed = 1.0
        for past in self.hit_shares:
            missed = missed * (1.0 - past)
        self.offer = Offer(
            price=state.price,
            congestion=state.congestion,
            quality=1.0 + self.values["benefit.quality"] * (state.quality - 1.0),
            strength=market.strength(state.quality, model.government.climate_now),
            presence=presence + self.values["reach.interoperability"] * (public - presence),
            appeal=self.appeal,
            hit_chance=1.0 - missed,
        )

    def suffer_incidents(self) -> None:
        """Have an incident or not; firms and media see it from next month on."""
        model, month = self.model, self.model.month
        climate = model.government.climate_now
        risk = market.objective_risk(self.state.security, climate)
        draw = float(model.world.incidents[month, self.number])
        forced = float(model.world.measures.forced[month, self.number, 0])
        self.hit_shares[month % model.interval] = market.hit_share(risk, draw, forced, climate)

    def book(self) -> None:
        """Book the month's revenue at the price posted."""
        self.earned = self.revenue(self.state.price, self.model.month)
        self.revenues[self.model.month % YEAR] = self.earned

    def invest(self) -> None:
        """Learn, invest, expand and set the next price."""
        model, month = self.model, self.model.month
        everyone = total(provider.use(month) for provider in model.providers)
        use, mean = self.use(month), total(self.revenues) / YEAR
        passed_on = model.government.passed_on(everyone)
        self.state = market.month(
            self.state, self.fixed, model.government.climate_now, use, everyone - use, self.earned, mean, passed_on
        )


class Government(mesa.Agent):
    """Policies, the treasury, and what is known to everybody.

    Attributes
    ----------
    treasury : Treasury
        Budgets, and what was spent.
    levels : dict of str to list of float
        Level of each channel this month, by class.
    supports : list of list of list of Support
        What firms may be granted this month: by class, sector and price-supporting policy.
    climate_now : market.Climate
        What all providers share this month, policy included.
    media_hits : list of float
        Economy-wide share of public customers hit in each of the last months, one interval.
    """

    def __init__(self, model):
        super().__init__(model)
        world = model.world
        self.measures = world.measures
        self.treasury = Treasury(self.measures.budgets, self.measures.limited)
        self.years = terms.climate(world.values, world.months)
        past = float(past_hit_share(world.values)[0]) if model.national(ROW["public_seats"]) > 0.0 else 0.0
        self.media_hits = [past] * world.interval
        self.hits_kept = world.past_hits()[:, :, 0].tolist()
        self.grants = [[0.0] * world.interval for _ in self.measures.supporting]
        seats = [sum(counts[4:8]) for counts in model.tallies]
        priced = (w * (n * p) for w, n, p in zip(model.weights, seats, model.prices, strict=True))
        self.mean_price = total(priced) / model.seats

    def climate_arrays(self, month: int) -> Climate:
        """Climate of a month without policy, arrays of one lane."""
        return Climate(*self.years[month])

    def climate(self, month: int) -> Climate:
        """The same as floats."""
        return Climate(*self.years[month, :, 0].tolist())

    def resolve(self) -> None:
        """Find out which policies and events are in force, and what they raise, this month."""
        m, month = self.measures, self.model.month
        self.active = [float(each) for each in self.treasury.active()[:, 0]]
        self.levels = {channel: self._firm_level(n) for n, channel in enumerate(CHANNELS[:FIRM_CHANNELS])}
        self.climate_now = self.climate(month)
        self.claims = [[0] * len(CLASSES) for _ in m.supporting]
        self.supports = [[self._supports(c, sector) for sector in range(len(SECTORS))] for c in range(len(CLASSES))]

    def _firm_level(self, channel: int) -> list[float]:
        """Sum of the active measures' levels of one channel that reaches firms, by class."""
        m, levels = self.measures, [0.0] * len(CLASSES)
        for n in range(len(m.names)):
            level, active = float(m.levels[self.model.month, n, channel, 0]), self.active[n] if n < m.policies else 1.0
            reached = m.targets[n, :, 0].tolist()
            levels = [so_far + level * target * active for so_far, target in zip(levels, reached, strict=True)]
        return levels

    def _provider_level(self, channel: str, covered: list[float]) -> float:
        """Sum of the active measures' levels of one channel that reaches providers, as far as they were paid for."""
        m, place = self.measures, CHANNELS.index(channel)
        levels = (float(each) for each in m.levels[self.model.month, :, place, 0])
        return total(
            level * self.active[n] * covered[n] if n < m.policies else level for n, level in enumerate(levels)
        )

    def _supports(self, size_class: int, sector: int) -> list[Support]:
        """What a firm of a class and sector may be granted this month, one entry a price-supporting policy."""
        m, month = self.measures, self.model.month
        return [
            Support(
                float(m.rates[month, s, 0]) * self.active[n] * float(m.targets[n, size_class, 0])
                * float(m.sectors[s, sector, 0]),
                float(m.caps[s, 0]), float(m.reach[s, 0]), float(m.new_users[s, 0]),
            )
            for s, n in enumerate(m.supporting)
        ]  # fmt: skip

    def pay(self) -> None:
        """Close the treasury's month, and note what media report."""
        m, model = self.measures, self.model
        turn = model.month % model.interval
        due = np.zeros((m.policies, len(CLASSES) + 1, 1), np.int64)
        for s, n in enumerate(m.supporting):
            due[n, :-1] = national(np.array(self.claims[s])[None, :, None], model.world.layout.weights)[0]
        first = total(provider.fixed.first_investment for provider in model.providers)
        for n in range(m.policies):
            spending = float(m.charged[model.month, n, 0]) * self.active[n] * first
            due[n, -1] = national(np.array([[[whole(spending * MONEY_UNITS)]]]), np.ones(1))[0, 0]
        paid, owed = self.treasury.pay(due).sum(axis=1)[:, 0].tolist(), due.sum(axis=1)[:, 0].tolist()
        covered = [float(given) / float(asked) if asked > 0 else 1.0 for given, asked in zip(paid, owed, strict=True)]
        for s, n in enumerate(m.supporting):
            self.grants[s][turn] = float(paid[n])
        self.climate_now = self.climate_now._replace(
            price_cut=min(DEEPEST_CUT, self._provider_level("price_cut", covered)),
            public_security=self._provider_level("public_security", covered),
        )
        seats = [provider.seats() for provider in model.providers]
        hit = total(n * provider.hit_shares[turn] for n, provider in zip(seats, model.providers, strict=True))
        everybody = total(seats)
        self.media_hits[turn] = hit / everybody if everybody > 0.0 else 0.0
        self.hits_kept[turn] = [counts[ROW["hits"]] for counts in model.tallies]

    def passed_on(self, everyone: float) -> float:
        """Average support per seat-month that ends in price, as an index: grants in force over all public seats."""
        shares = self.measures.incidence[:, 0].tolist()
        ends = total(share * total(grants) for share, grants in zip(shares, self.grants, strict=True))
        return ends / (max(everyone, 1e-300) * self.model.interval * MONEY_UNITS) / max(self.mean_price, 1e-300)
