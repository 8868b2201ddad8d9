"""The terms that change from month to month: what policies and events raise, media report, and the economy shows.

Each formula gives the parameter itself, to the bit, where the level is zero.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from sim.model.arithmetic import exponential
from sim.model.population import Values
from sim.model.terms import ROW, by_class, by_lane, class_terms

Levels = Mapping[str, np.ndarray]
"""Sum of levels by channel, shape (classes, sectors, lanes); a channel that nothing ever raises may be missing."""

LOWERED = {
    "agent_saving": ("agent_cost",),
    "moving_saving": ("migration",),
    "funds_lost": ("funds",),
    "benefit_lost": ("private_benefit", "public_benefit"),
}
"""Channels that take a share off terms."""

SHARES = {*LOWERED, "training", "free_to_change"}
"""Channels whose levels together count as 1 at most."""


class MonthlyTerms:
    """Writes the terms that change from month to month into an array of terms.

    Parameters
    ----------
    lanes
        Parameter values of each lane.
    months
        Length of the run.

    Attributes
    ----------
    first
        Terms at the start, as `terms.class_terms` has them for all sectors together, shape (classes, 1, fields, lanes).
    """

    def __init__(self, lanes: Sequence[Values], months: int):
        time = np.arange(months + 1)[:, None] / 12.0
        self._decline = exponential(-time * by_lane(lanes, "cost.private_decline"))
        self._media = by_lane(lanes, "security.media_weight")
        self._learning = by_lane(lanes, "security.learning")
        outside_reach = 1.0 - by_lane(lanes, "reach.network_weight")
        self._reach = {name: by_class(lanes, f"reach.{name}") * outside_reach for name in ("on_premise", "private")}
        self._private = by_class(lanes, "cost.private")
        self._innovation = by_class(lanes, "awareness.innovation")
        self._price = by_class(lanes, "cost.public_price")
        self._agents = by_class(lanes, "agents.value"), by_class(lanes, "agents.task_share")
        self._year = lanes[0]["review.interval"] / 12.0
        self.first = class_terms(lanes)

    def write(self, terms, month, levels: Levels, hits, shares):
        """Update `terms` in place.

        Parameters
        ----------
        terms
            Shape (classes, sectors, fields, lanes).
        month
            Months since the start.
        levels
            Levels of the channels that reach firms.
        hits
            Economy-wide hit share summed over the last interval, shape (lanes,).
        shares
            Economy-wide share of seats on premise and in private clouds, shape (2, lanes).
        """
        moved = {
            "media_hits": self._media * hits,
            "private_cost": (self._private * self._decline[month])[:, None],
            "presence_on_premise": (self._reach["on_premise"] * shares[0])[:, None],
            "presence_private": (self._reach["private"] * shares[1])[:, None],
        }
        if levels:
            moved |= self._moved_belief(levels, hits) | self._moved_rules(levels) | self._moved_worth(levels)
        for term, value in moved.items():
            terms[:, :, ROW[term]] = value

    def _moved_belief(self, levels, hits):
        """Terms of awareness and belief that the levels move."""
        found = {}
        if "outreach" in levels:
            found["innovation"] = (self._innovation[:, None] + levels["outreach"]) * self._year
        if "certified" in levels:
            found["certified"] = levels["certified"] * self._year * self._learning
        if "shown" in levels or "warned" in levels:
            weight = self._media + levels.get("shown", 0.0)
            found["media_years"] = weight * self._year
            found["media_hits"] = weight * hits + levels.get("warned", 0.0)
        return found

    def _moved_rules(self, levels):
        """Terms of compliance and isolation that the levels move."""
        found: dict[str, np.ndarray] = {}
        bound = 1.0 - np.minimum(1.0, levels.get("waived", 0.0))
        if "control" in levels or "waived" in levels:
            found["compliance"] = (self._base("compliance") + levels.get("control", 0.0)) * bound
        if "isolated" in levels:
            found["isolation"] = levels["isolated"] * bound
        if "lightened" in levels:
            found["lightened"] = np.minimum(1.0, levels["lightened"])
        return found

    def _moved_worth(self, levels):
        """Terms of costs and benefits that the levels move."""
        found: dict[str, np.ndarray] = {}
        most = {channel: np.minimum(1.0, level) for channel, level in levels.items() if channel in SHARES}
        for channel, terms in LOWERED.items():
            if channel in most:
                found |= {term: self._base(term) * (1.0 - most[channel]) for term in terms}
        if "demand" in levels:
            found["demand"] = levels["demand"] * self._price[:, None]
        if "training" in most:
            found["training"] = most["training"]
        if "data" in levels:
            value, tasks = self._agents
            found["agent_value"] = value[:, None] * np.minimum(1.0, tasks[:, None] + levels["data"])
        if "free_to_change" in most:
            own = self._base("portability")
            found["portability"] = own + (1.0 - own) * most["free_to_change"]
        return found

    def _base(self, term):
        """A term as parameters have it, shape (classes, 1, lanes)."""
        return self.first[:, :, ROW[term]]
