"""What policies raise and cost in a block of lanes: levels of channels, the month's payments, support in force."""

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.engines import posting_kernels
from sim.engines.binding import bound
from sim.engines.economy_kernels import Duties
from sim.engines.terms_kernels import LANE_STRIP
from sim.engines.world import World
from sim.model.channels import PROVIDER_CHANNELS, Levels
from sim.model.facts import Offer, Support
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
    raised : ndarray, shape (channels, lanes)
        Sum of levels of each channel that reaches providers (`channels.Raised`), as far as it was paid for.
    duties : Duties
        What policies have to pay, and what of.
    supports : ndarray, shape (supporting, classes, groups of sectors, fields, lanes)
        What policies grant this month: `facts.Support`.
    """

    def __init__(self, world: World, investment: np.ndarray):
        m, lanes, targets = world.measures, len(world.lanes), world.block.targets
        supporting, active = np.array(m.supporting, np.intp), np.ones((len(m.names), lanes))
        units, per_seat = world.firms_aimed_at(), np.array([per == "seat" for per in m.charged_per], bool)
        for n, per in enumerate(m.charged_per):
            if per != "firm":
                units[n] = investment if per == "investment" else 0.0  # the price of a seat comes month by month
        self.treasury = t = Treasury(m.budgets, m.limited)
        self.raised = np.zeros((len(PROVIDER_CHANNELS), lanes))
        aims = targets[supporting]
        self.supports = np.zeros((*aims.shape[:3], len(Support._fields), lanes))
        for field, setting in (("cap", m.caps), ("reach", m.reach), ("new_users", m.new_users)):
            self.supports[:, :, :, Support._fields.index(field)] = setting[:, None, None]
        self.duties = Duties(
            supporting, m.charged, per_seat, units, active, t.limited, t.left, t.spent, t.over, m.levels
        )
        self._raising = world.block.to_firms, world.block.to_providers
        rates = np.stack([m.rates, m.agent_rates], axis=1)
        self._measures = m.levels, targets, (t.over, active), (rates, supporting, aims)
        self._room = np.ones_like(active), (
            np.empty((len(News._fields), lanes)), np.empty((len(Levels._fields), lanes)),
            np.empty((len(Moved._fields), LANE_STRIP)),
        ), np.empty((1 + len(Offer._fields), LANE_STRIP))  # fmt: skip

    def opening(
        self, over: np.ndarray, state: tuple[Any, ...], flows: tuple[np.ndarray, ...], result: tuple[np.ndarray, ...]
    ) -> Callable[[], None]:
        """How a month opens: which policies go on, and what firms face, is found out (`posting_kernels.posted`).

        Parameters
        ----------
        over, state, flows
            As the kernel has them.
        result
            Where climate, terms and offers are written.
        """
        result = self.raised, *result, self.supports
        return bound(
            posting_kernels.posted, over, self._raising, *self._measures, state, self._room, flows, result
        )
