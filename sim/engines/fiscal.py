"""What policies raise and cost in a block of lanes: levels of channels, the month's payments, support in force."""

from typing import Any

import numpy as np

from sim.engines import economy_kernels, posting_kernels
from sim.engines.world import World
from sim.model.channels import FIRM_CHANNELS, PROVIDER_CHANNELS
from sim.model.facts import Support
from sim.model.nouns import CLASSES
from sim.model.treasury import Treasury, whole_units


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
    active : ndarray, shape (measures, lanes)
        1 for policies that go on this month and for events, else 0.
    levels : ndarray, shape (channels, classes, 1 or sectors, lanes)
        Sum of levels of each channel that reaches firms (`channels.Levels`) this month.
    raised : ndarray, shape (channels, lanes)
        Sum of levels of each channel that reaches providers (`channels.Raised`), as far as it was paid for.
    supports : ndarray, shape (supporting, classes, 1 or sectors, fields, lanes)
        What policies grant this month: `facts.Support`.
    """

    def __init__(self, world: World, investment: np.ndarray):
        self.measures, self._interval, lanes = world.measures, world.interval, len(world.lanes)
        m = self.measures
        self.treasury = Treasury(m.budgets, m.limited)
        self.active = np.ones((len(m.names), lanes))
        self.grants = np.zeros((self._interval, len(m.supporting), lanes))
        self._weights, self._supporting = world.layout.weights, np.array(m.supporting, np.intp)
        self._units, self._per_seat = world.firms_aimed_at(), [per == "seat" for per in m.charged_per]
        for n, per in enumerate(m.charged_per):
            if per != "firm":
                self._units[n] = investment if per == "investment" else 0.0  # the price of a seat comes month by month
        self._to_firms, self._to_providers = (_raising(m, tuple(reach)) for reach in (FIRM_CHANNELS, PROVIDER_CHANNELS))
        self.levels = np.zeros((len(FIRM_CHANNELS), len(CLASSES), m.sectors, lanes))
        self.raised = np.zeros((len(PROVIDER_CHANNELS), lanes))
        supporting = m.targets[self._supporting]
        self._aims = supporting if (supporting != supporting[:, :, :1]).any() else supporting[:, :, :1]
        self._rates = np.stack([m.rates, m.agent_rates], axis=1)
        self.supports = np.zeros((*self._aims.shape[:3], len(Support._fields), lanes))
        for field, setting in (("cap", m.caps), ("reach", m.reach), ("new_users", m.new_users)):
            self.supports[:, :, :, Support._fields.index(field)] = setting[:, None, None]

    def open(self, month: int, state: tuple[Any, ...], result: tuple[np.ndarray, ...]) -> None:
        """Find out which policies go on this month, and post what firms face (`posting_kernels.posted`).

        Parameters
        ----------
        state
            The economy as it stands.
        result
            Where climate, terms and offers are written.
        """
        m = self.measures
        self.active[: m.policies] = self.treasury.active()
        posting_kernels.posted(
            (self._to_firms[month], self._to_providers[month]), m.levels[month], m.targets, self.active,
            (self._rates[month], self._supporting, self._aims), state,
            (self.levels, self.raised, *result, self.supports),
        )  # fmt: skip

    def pay(self, month: int, claims: np.ndarray, seat_money: np.ndarray) -> None:
        """Close the treasury's month: claims of firms, and policies that spend by themselves.

        What reaches providers is worked out anew, as far as it was paid for.

        Parameters
        ----------
        claims
            Claims of firms in smallest units, int64, (supporting, classes, lanes).
        seat_money
            What all firms' seats would cost on public cloud this month, money, (lanes,).
        """
        m = self.measures
        if not m.policies:
            return
        self._units[self._per_seat] = seat_money
        due = whole_units(
            economy_kernels.due(claims, self._supporting, m.charged[month], self.active, self._units, self._weights)
        )
        paid = self.treasury.pay(due)
        given = paid.sum(axis=1)
        self.grants[month % self._interval] = given[self._supporting]
        if paid is due:
            return
        total, covered = due.sum(axis=1), np.ones_like(self.active)
        covered[: m.policies] = np.where(total > 0, given / np.maximum(total, 1), 1.0)
        posting_kernels.provider_levels(
            self._to_providers[month], m.levels[month], self.active, covered, self.raised
        )


def _raising(measures, reach):
    """What is raised in each month: its place in `levels`, number of the measure, and the channel's row in `reach`."""
    kinds = [(k, n, reach.index(name)) for k, (n, name) in enumerate(measures.raises) if name in reach]
    found = np.array(kinds, np.intp).reshape(-1, 3)
    return [found[month] for month in measures.levels[:, found[:, 0]].any(axis=-1)]
