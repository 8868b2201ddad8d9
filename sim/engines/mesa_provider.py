"""Public providers as Mesa agents."""

import mesa
import numpy as np

from sim.engines.placing import past_hit_share
from sim.model import market
from sim.model.arithmetic import LITTLE, exponential, total
from sim.model.facts import Offer
from sim.model.market import YEAR, Demand, Fixed, Provider
from sim.model.tallies import AGENT_SEATS, PROVIDER_SEATS, ROW


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
    offer : Offer
        What it posts this month.
    """

    def __init__(self, model, number: int):
        super().__init__(model)
        self.number = number
        values = model.world.values[0]
        self.values = values
        self.share = values["market.shares"][number]
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
        self.anchored = 0.0
        use = self.use()
        others = total(p.seats() + outside[p.number][0] for p in model.providers) - use
        first_use = 12.0 * values["market.history"] * (use + values["market.spillover"] * others)
        revenue = self.volumes()[1]
        self.fixed = Fixed(values["market.markup"][self.number], first_use, values["invest.share"] * revenue)
        self.revenues = [revenue] * YEAR
        cost = market.unit_cost(first_use, self.fixed, climate)
        self.state = Provider(1.0, cost, use / climate.utilisation, first_use, 1.0, climate.first_security, 0.0, 0.0)

    def seats(self) -> float:
        """National public seats it serves of the modelled firms."""
        return self.model.national(PROVIDER_SEATS + self.number)

    def others(self) -> float:
        """Seats of outside demand, and of state bodies that lead the way (D7)."""
        return self.outside[self.model.month] + self.anchored

    def use(self) -> float:
        """Seats it serves, outside demand included."""
        return self.seats() + self.others()

    def volumes(self) -> tuple[float, float]:
        """Money a month at list prices, of modelled firms and of everybody; only the paying use of agents (I18)."""
        model = self.model
        seats = [counts[PROVIDER_SEATS + self.number] for counts in model.tallies]
        agents = [counts[AGENT_SEATS + self.number] for counts in model.tallies]
        own = total(w * (n * p) for w, n, p in zip(model.weights, seats, model.prices, strict=True))
        paid = total(w * (n * c) for w, n, c in zip(model.weights, agents, self.agent_cost, strict=True))
        firms = own + self.values["agents.paying_share"] * paid
        return firms, firms + self.others() * model.government.mean_price

    def post(self) -> None:
        """Post price, quality, congestion and reach from last month's state."""
        model, state, government = self.model, self.state, self.model.government
        presence = self.seats() / model.seats
        public = model.national(ROW["public_seats"]) / model.seats
        missed = 1.0
        for past in self.hit_shares:
            missed = missed * (1.0 - past)
        self.offer = Offer(
            price=state.price,
            congestion=state.congestion,
            quality=1.0 + self.values["benefit.quality"] * (state.quality - 1.0),
            strength=market.strength(state.quality, government.climate_now),
            presence=presence + government.interoperability() * (public - presence),
            appeal=self.appeal,
            hit_chance=1.0 - missed,
            risk=market.objective_risk(state.security, government.climate_now),
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
        firms, volume = self.volumes()
        self.earned = self.state.price * volume
        self.revenues[self.model.month % YEAR] = self.earned
        climate = self.model.government.climate_now
        invested = market.own_investment(self.earned, self.mean_revenue(), climate)
        self.profit = market.profit(self.state, firms, volume, invested)

    def mean_revenue(self) -> float:
        """Mean of the last year's revenue."""
        return total(self.revenues) / YEAR

    def invest(self) -> None:
        """Learn, invest, expand and set the next price."""
        government, use = self.model.government, self.use()
        everyone = total(provider.use() for provider in self.model.providers)
        passed_on = government.passed_on / max(government.mean_price, LITTLE)
        demand = Demand(seats=use, others=everyone - use, revenue=self.earned, mean_revenue=self.mean_revenue())
        self.state = market.month(self.state, self.fixed, government.climate_now, demand, passed_on)
