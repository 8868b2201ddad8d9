"""What policies raise and cost in a block of lanes: levels of channels, the month's payments, support in force."""

import numpy as np

from sim.engines import economy_kernels as kernels
from sim.engines.world import World
from sim.model.facts import Support
from sim.model.nouns import CLASSES
from sim.model.rules import MONEY_UNITS, whole
from sim.model.treasury import Treasury, national

RATES = (Support._fields.index("rate"), Support._fields.index("agent_rate"))
"""Rows of `facts.Support` that say how much a policy pays; where both are zero it pays nothing."""


class Fiscal:
    """Policies and events of a block, and the treasury that pays for them.

    Parameters
    ----------
    world
        The block.
    investment
        Money per month that all providers together invested at the start, shape (lanes,).

    Attributes
    ----------
    treasury : Treasury
        Budgets, and what was spent.
    active : ndarray of bool, shape (policies, lanes)
        Policies that go on this month.
    """

    def __init__(self, world: World, investment: np.ndarray):
        self.measures, self._interval, self._lanes = world.measures, world.interval, len(world.lanes)
        m = self.measures
        self.treasury = Treasury(m.budgets, m.limited)
        self.sectors = m.sectors
        self.grants = np.zeros((self._interval, len(m.supporting), self._lanes))
        self._weights = np.append(world.layout.weights, 1.0)  # of firms' claims by class, and of what is not theirs
        self._units = world.firms_aimed_at()
        for n, per in enumerate(m.charged_per):
            if per != "firm":
                self._units[n] = investment if per == "investment" else 0.0  # the price of a seat comes month by month
        self._in_force = [np.flatnonzero(levels.any(axis=(1, 2))).tolist() for levels in m.levels]
        self._supporting, self._all = list(m.supporting), np.ones((m.policies, self._lanes))
        supporting = m.targets[self._supporting]
        self._aims = supporting if (supporting != supporting[:, :, :1]).any() else supporting[:, :, :1]
        self._supports = np.zeros((*self._aims.shape[:3], len(Support._fields), self._lanes))
        for field, setting in (("cap", m.caps), ("reach", m.reach), ("new_users", m.new_users)):
            self._supports[:, :, :, Support._fields.index(field)] = setting[:, None, None]
        self._firm_channels = m.firm_channels
        self._provider_channels = m.channels[len(m.firm_channels) :]

    def open(self) -> None:
        """Find out which policies go on this month."""
        self.active = self.treasury.active()

    def firm_levels(self, month: int) -> dict[str, np.ndarray]:
        """Sum of levels of every channel that reaches firms, (classes, sectors, lanes) each."""
        m, channels = self.measures, self._firm_channels
        total = np.zeros((len(channels), len(CLASSES), self.sectors, self._lanes))
        for n in self._in_force[month] if channels else ():
            level = m.levels[month, n, : len(channels), None, None] * m.targets[n, :, : self.sectors]
            total += level * self.active[n] if n < m.policies else level
        return dict(zip(channels, total, strict=True))

    def provider_levels(self, month: int, covered: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """Sum of levels of every channel that reaches providers, (lanes,) each.

        Parameters
        ----------
        covered
            The part of what was due that was paid, (policies, lanes); all of it if left out.
        """
        m, channels = self.measures, self._provider_channels
        total = np.zeros((len(channels), self._lanes))
        for n in self._in_force[month] if channels else ():
            level = m.levels[month, n, len(self._firm_channels) :]
            if n < m.policies:
                level = level * self.active[n]
                level = level if covered is None else level * covered[n]
            total += level
        return dict(zip(channels, total, strict=True))

    def supports(self, month: int) -> np.ndarray:
        """What policies grant this month: `facts.Support`, shape (supporting, classes, 1 or sectors, fields, lanes)."""
        m = self.measures
        if m.supporting:
            active = self.active[self._supporting]
            for field, rates in zip(RATES, (m.rates, m.agent_rates), strict=True):
                self._supports[:, :, :, field] = (rates[month] * active)[:, None, None] * self._aims
        return self._supports

    def pay(self, month: int, claims: np.ndarray, seat_money: np.ndarray) -> np.ndarray:
        """Close the treasury's month: claims of firms, and policies that spend by themselves.

        Parameters
        ----------
        claims
            Claims of firms in smallest units, int64, (supporting, classes, lanes).
        seat_money
            What all firms' seats would cost on public cloud this month, money, (lanes,).

        Returns
        -------
        ndarray, shape (policies, lanes)
            The part of what was due that was paid; 1 where nothing was due.
        """
        m = self.measures
        if not m.policies:
            return self._all
        for n, per in enumerate(m.charged_per):
            if per == "seat":
                self._units[n] = seat_money
        asked = np.zeros((m.policies, len(CLASSES) + 1, self._lanes))
        asked[self._supporting, : len(CLASSES)] = claims
        asked[:, len(CLASSES)] = whole(m.charged[month] * self.active * self._units * MONEY_UNITS)
        due = national(asked, self._weights)
        paid, total = self.treasury.pay(due), due.sum(axis=1)
        given = total if paid is due else paid.sum(axis=1)
        self.grants[month % self._interval] = given[self._supporting]
        return self._all if paid is due else np.where(total > 0, given / np.maximum(total, 1), 1.0)

    def support(self, seats: np.ndarray, granted: np.ndarray) -> np.ndarray:
        """Write average support per seat-month of grants in force, money; return the part of it that ends in price.

        Parameters
        ----------
        seats
            All public seats, outside demand included, (lanes,).
        granted
            Result, (lanes,).
        """
        passed_on = np.zeros(self._lanes)
        if self.measures.supporting:
            kernels.support(self.grants, self.measures.incidence, seats, granted, passed_on)
        return passed_on
