"""What policies raise and cost in a block of lanes: levels of channels, the month's payments, support in force."""

from typing import Any

import numpy as np

from sim.engines import posting_kernels
from sim.engines.economy_kernels import Duties
from sim.engines.settling import Settled
from sim.engines.terms_kernels import STRIP
from sim.engines.world import World
from sim.model.channels import PROVIDER_CHANNELS, Levels
from sim.model.facts import Support
from sim.model.monthly_terms import Moved, News
from sim.model.treasury import Treasury


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
    raised : ndarray, shape (channels, lanes)
        Sum of levels of each channel that reaches providers (`channels.Raised`), as far as it was paid for.
    supports : ndarray, shape (supporting, classes, 1 or sectors, fields, lanes)
        What policies grant this month: `facts.Support`.
    """

    def __init__(self, world: World, investment: np.ndarray):
        self.measures, lanes = world.measures, len(world.lanes)
        m = self.measures
        self.treasury = Treasury(m.budgets, m.limited)
        self.active = np.ones((len(m.names), lanes))
        self._ones = np.ones_like(self.active)
        self._supporting = np.array(m.supporting, np.intp)
        self._units, self._per_seat = world.firms_aimed_at(), np.array([per == "seat" for per in m.charged_per], bool)
        for n, per in enumerate(m.charged_per):
            if per != "firm":
                self._units[n] = investment if per == "investment" else 0.0  # the price of a seat comes month by month
        self._to_firms, self._to_providers = world.block.to_firms, world.block.to_providers
        self.raised = np.zeros((len(PROVIDER_CHANNELS), lanes))
        supporting = m.targets[self._supporting]
        self._aims = supporting if (supporting != supporting[:, :, :1]).any() else supporting[:, :, :1]
        self._rates = np.stack([m.rates, m.agent_rates], axis=1)
        self.supports = np.zeros((*self._aims.shape[:3], len(Support._fields), lanes))
        for field, setting in (("cap", m.caps), ("reach", m.reach), ("new_users", m.new_users)):
            self.supports[:, :, :, Support._fields.index(field)] = setting[:, None, None]
        self._twins = world.block.twins
        self._room = (
            np.empty((len(News._fields), lanes)), np.empty((len(Levels._fields), lanes)),
            np.empty((len(Moved._fields), STRIP)),
        )  # fmt: skip
        self._posted = Settled(posting_kernels.posted)

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
        self._posted(
            (self._to_firms[month], self._to_providers[month]), m.levels[month], m.targets, self._twins,
            (self.treasury.over, self.active), (self._rates[month], self._supporting, self._aims), state,
            (self._ones, self._room), (self.raised, *result, self.supports),
        )  # fmt: skip

    def duties(self, month: int, claims: np.ndarray) -> Duties:
        """What policies have to pay this month, and what of.

        Parameters
        ----------
        claims
            Claims of firms in smallest units, int64, (supporting, classes, lanes).
        """
        m, t = self.measures, self.treasury
        return Duties(
            claims, self._supporting, m.charged[month], self._per_seat, self._units, self.active, t.limited, t.left,
            t.spent, t.over, self._to_providers[month], m.levels[month],
        )  # fmt: skip
