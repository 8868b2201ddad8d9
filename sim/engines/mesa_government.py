"""The government as a Mesa agent: policies, the treasury, and what everybody knows."""

import mesa
import numpy as np

from sim.engines.mesa_posted import Support
from sim.engines.placing import past_hit_share
from sim.model import terms
from sim.model.arithmetic import LITTLE, total
from sim.model.channels import FIRM_CHANNELS, Raised
from sim.model.market import Climate
from sim.model.market_outcomes import mean_price
from sim.model.nouns import CLASSES, SECTORS
from sim.model.rules import whole
from sim.model.tallies import ROW
from sim.model.treasury import Treasury, national, whole_units, withheld
from sim.model.units import MONEY_UNITS


class Government(mesa.Agent):
    """Policies, the treasury, and what is known to everybody.

    Attributes
    ----------
    treasury : Treasury
        Budgets, and what was spent.
    levels : dict of str to list of list of float
        Level of each channel that reaches firms, by class and sector (one entry where sectors do not differ).
    supports : list of list of list of Support
        What firms may be granted this month: by class, sector and price-supporting policy.
    raised : channels.Raised
        Level of each channel that reaches providers.
    climate_now : market.Climate
        What all providers share this month, policy included.
    support, passed_on : float
        Average support per public seat-month of contracts in force, and the part of it that ends in price; money.
    surplus : list of list of int
        By class, what contracts are worth since the start, and what experience adds: the objective risk, and support
        that was promised and not paid; whole money.
    profit : float
        Of the providers, since the start.
    media_hits : list of float
        Economy-wide share of public customers hit in each of the last months, one interval.
    hits_kept : list of list of int
        Firms hit since their last review, of those that reviewed in each of these months, by class.
    """

    def __init__(self, model):
        super().__init__(model)
        world = model.world
        self.measures = world.measures
        self.treasury = Treasury(self.measures.budgets, self.measures.limited)
        self._plain_climate = world.block.climate
        past = float(past_hit_share(world.values)[0]) if model.national(ROW["public_seats"]) > 0.0 else 0.0
        self.media_hits = [past] * world.interval
        self.hits_kept = world.past_hits()[:, :, 0].tolist()
        self.grants = [[0.0] * world.interval for _ in self.measures.supporting]
        self._aimed = world.firms_aimed_at()[:, 0].tolist()
        self.raised = Raised(*[0.0] * len(Raised._fields))
        self.surplus, self.profit, self.support = [[0, 0] for _ in CLASSES], 0.0, 0.0
        seats = [sum(counts[4:8]) for counts in model.tallies]
        self.mean_price = mean_price(model.prices, seats, model.weights)

    def climate(self, month: int) -> Climate:
        """Climate of a month, with what policies and events raise."""
        plain = Climate(*self._plain_climate[month, :, 0].tolist())
        return plain._replace(**terms.raised(plain.frontier, self.raised)._asdict())

    def interoperability(self) -> float:
        """Share of other providers' seats that work together with one's own, with what policies open."""
        return terms.opened(self.model.world.values[0]["reach.interoperability"], self.raised.opened)

    def resolve(self) -> None:
        """Find out which policies and events are in force, and what they raise, this month."""
        m = self.measures
        self.active = [float(each) for each in self.treasury.active()[:, 0]]
        self.levels = {channel: self._firm_level(channel) for _, channel in m.raises if channel in FIRM_CHANNELS}
        self.raise_providers([1.0] * m.policies)
        self.claims = [[0] * len(CLASSES) for _ in m.supporting]
        self.supports = [[self._supports(c, sector) for sector in range(len(SECTORS))] for c in range(len(CLASSES))]

    def raise_providers(self, covered: list[float]) -> None:
        """Work out what reaches providers, as far as it was paid for."""
        self.raised = Raised(*(self._provider_level(channel, covered) for channel in Raised._fields))
        self.climate_now = self.climate(self.model.month)

    def _firm_level(self, channel: str) -> list[list[float]]:
        """Sum of the active measures' levels of one channel that reaches firms, by class and sector."""
        m, sectors = self.measures, self.measures.sectors
        levels = [[0.0] * sectors for _ in CLASSES]
        for n, level in self._raising(channel):
            active, aimed = self.active[n] if n < m.policies else 1.0, m.targets[n, :, :sectors, 0].tolist()
            levels = [
                [so_far + level * target * active for so_far, target in zip(*each, strict=True)]
                for each in zip(levels, aimed, strict=True)
            ]
        return levels

    def _provider_level(self, channel: str, covered: list[float]) -> float:
        """Sum of the active measures' levels of one channel that reaches providers, as far as they were paid for."""
        policies = self.measures.policies
        return total(
            level * self.active[n] * covered[n] if n < policies else level for n, level in self._raising(channel)
        )

    def _raising(self, channel: str) -> list[tuple[int, float]]:
        """Numbers of the measures that raise a channel, and by how much this month if they go on."""
        levels = self.measures.levels[self.model.month, :, 0].tolist()
        return [(n, level) for (n, each), level in zip(self.measures.raises, levels, strict=True) if each == channel]

    def _supports(self, size_class: int, sector: int) -> list[Support]:
        """What a firm of a class and sector may be granted this month, one entry a price-supporting policy."""
        m, month = self.measures, self.model.month
        return [
            Support(
                float(m.rates[month, s, 0]) * self.active[n] * float(m.targets[n, size_class, sector, 0]),
                float(m.agent_rates[month, s, 0]) * self.active[n] * float(m.targets[n, size_class, sector, 0]),
                float(m.caps[s, 0]), float(m.reach[s, 0]), float(m.new_users[s, 0]),
            )
            for s, n in enumerate(m.supporting)
        ]  # fmt: skip

    def note_hits(self) -> None:
        """Note what media report of the month's incidents, and how many firms booked a hit."""
        model, turn = self.model, self.model.month % self.model.interval
        seats = [provider.seats() for provider in model.providers]
        hit = total(n * provider.hit_shares[turn] for n, provider in zip(seats, model.providers, strict=True))
        everybody = total(seats)
        self.media_hits[turn] = hit / everybody if everybody > 0.0 else 0.0
        self.hits_kept[turn] = [counts[ROW["hits"]] for counts in model.tallies]

    def pay(self) -> None:
        """Pay what is due this month while money lasts, and see what support that makes."""
        m, model = self.measures, self.model
        turn = model.month % model.interval
        due = np.zeros((m.policies, len(CLASSES) + 1, 1), np.int64)
        for s, n in enumerate(m.supporting):
            due[n, :-1] = national(np.array(self.claims[s])[None, :, None], model.world.layout.weights)[0]
        for n in range(m.policies):
            spending = float(m.charged[model.month, n, 0]) * self.active[n] * self._unit(n)
            due[n, -1] = whole_units(np.array(whole(spending * MONEY_UNITS)))
        payments = self.treasury.pay(due)
        for n in m.supporting:
            self._withhold(due[n, :-1, 0].tolist(), payments[n, :-1, 0].tolist())
        paid, owed = payments.sum(axis=1)[:, 0].tolist(), due.sum(axis=1)[:, 0].tolist()
        covered = [float(given) / float(asked) if asked > 0 else 1.0 for given, asked in zip(paid, owed, strict=True)]
        for s, n in enumerate(m.supporting):
            self.grants[s][turn] = float(paid[n])
        self.raise_providers(covered)
        for provider in model.providers:
            provider.anchored = self.raised.anchored * model.seats * provider.share
        self.look_at_support()

    def _withhold(self, due: list[int], paid: list[int]) -> None:
        """Take what firms of each class were promised and not paid from what contracts are worth in experience."""
        for so_far, *numbers in zip(self.surplus, due, paid, self.model.weights, strict=True):
            so_far[1] -= int(withheld(*numbers))

    def _unit(self, policy: int) -> float:
        """What a policy that spends by itself is charged per, in money or in firms a month (`declared.Charge`)."""
        model, per = self.model, self.measures.charged_per[policy]
        if per == "investment":
            return total(provider.fixed.first_investment for provider in model.providers)
        if per == "seat":
            priced = total(provider.state.price * provider.share for provider in model.providers)
            return model.seats * self.mean_price * priced
        return self._aimed[policy] if per == "firm" else 0.0

    def look_at_support(self) -> None:
        """Work out the average support per public seat-month of grants in force, and the part that ends in price."""
        shares = self.measures.incidence[:, 0].tolist()
        money = [total(grants) for grants in self.grants]
        passed_on = total(share * each for share, each in zip(shares, money, strict=True))
        seats = total(provider.use() for provider in self.model.providers)
        seat_months = max(seats, LITTLE) * self.model.interval * MONEY_UNITS
        self.support, self.passed_on = total(money) / seat_months, passed_on / seat_months

    def add_up(self) -> None:
        """Add the month's surplus of firms and profit of providers to those before."""
        for so_far, counts in zip(self.surplus, self.model.tallies, strict=True):
            so_far[0] += counts[ROW["surplus"]]
            so_far[1] += counts[ROW["overrated"]]
        self.profit = self.profit + total(provider.profit for provider in self.model.providers)
