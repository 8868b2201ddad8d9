"""The terms that change from month to month: what policies and events raise, media report, and the economy shows.

Each formula gives the parameter itself, to the bit, where the level is zero. Like the rules they are formulas only:
arrays in NumPy, floats inside the compiled engine's loops.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.model.arithmetic import Number, exponential, minimum
from sim.model.channels import FIRM_CHANNELS, Levels
from sim.model.population import Values
from sim.model.terms import TERM_ROW, class_terms, over_lanes


class Own(NamedTuple):
    """What the terms of a class that change are made of: parameters, the same all through a run."""

    interval: Number  # between two reviews, years
    innovation: Number  # chance per year
    media: Number  # years of use per year
    learning: Number  # weight of uneventful years
    private_cost: Number  # at the start
    reach_on_premise: Number  # ρ_k·(1-ω)
    reach_private: Number
    price: Number  # list price at the start
    agent_value: Number  # γ
    task_share: Number
    compliance: Number  # the others as `facts.Terms` has them at the start
    agent_cost: Number
    migration: Number
    funds: Number
    private_benefit: Number
    public_benefit: Number
    portability: Number


class News(NamedTuple):
    """What the month brings to everybody."""

    decline: Number  # of the cost of private cloud, index
    hits: Number  # economy-wide hit share, summed over the last interval
    on_premise: Number  # economy-wide share of seats
    private: Number


class Moved(NamedTuple):
    """Terms of `facts.Terms` that change, by their names."""

    innovation: Number
    certified: Number
    media_years: Number
    media_hits: Number
    private_cost: Number
    presence_on_premise: Number
    presence_private: Number
    compliance: Number
    isolation: Number
    lightened: Number
    demand: Number
    training: Number
    agent_value: Number
    agent_cost: Number
    migration: Number
    funds: Number
    private_benefit: Number
    public_benefit: Number
    portability: Number


MOVED = tuple(TERM_ROW[term] for term in Moved._fields)
"""Rows of the terms that change."""


def moved(own, levels, news):
    """Return the terms that change, from parameters, sums of levels and the month's news; shares count as 1 at most."""
    weight = own.media + levels.shown
    bound = 1.0 - minimum(1.0, levels.waived)
    benefit = 1.0 - minimum(1.0, levels.benefit_lost)
    return Moved(
        innovation=(own.innovation + levels.outreach) * own.interval,
        certified=levels.certified * own.interval * own.learning,
        media_years=weight * own.interval,
        media_hits=weight * news.hits + levels.warned,
        private_cost=own.private_cost * news.decline,
        presence_on_premise=own.reach_on_premise * news.on_premise,
        presence_private=own.reach_private * news.private,
        compliance=(own.compliance + levels.control) * bound,
        isolation=minimum(1.0, levels.isolated) * bound,
        lightened=minimum(1.0, levels.lightened),
        demand=levels.demand * own.price,
        training=minimum(1.0, levels.training),
        agent_value=own.agent_value * minimum(1.0, own.task_share + levels.data),
        agent_cost=own.agent_cost * (1.0 - minimum(1.0, levels.agent_saving)),
        migration=own.migration * (1.0 - minimum(1.0, levels.moving_saving)),
        funds=own.funds * (1.0 - minimum(1.0, levels.funds_lost)),
        private_benefit=own.private_benefit * benefit,
        public_benefit=own.public_benefit * benefit,
        portability=own.portability + (1.0 - own.portability) * minimum(1.0, levels.free_to_change),
    )


class MonthlyTerms:
    """What the terms that change are made of, for some lanes.

    Parameters
    ----------
    lanes
        Parameter values of each lane.
    months
        Length of the run.

    Attributes
    ----------
    first
        Terms at the start, as `terms.class_terms` has them, shape (classes, 1, fields, lanes).
    own
        `Own` as an array, shape (fields, classes, lanes).
    decline
        Of the cost of private cloud, index by month 0…months, shape (months + 1, lanes).
    """

    def __init__(self, lanes: Sequence[Values], months: int):
        time = np.arange(months + 1)[:, None] / 12.0
        outside_reach = 1.0 - over_lanes(lanes, "reach.network_weight")
        self.first = class_terms(lanes)
        self.decline = exponential(-time * over_lanes(lanes, "cost.private_decline"))
        own = {
            "interval": over_lanes(lanes, "review.interval") / 12.0,
            "innovation": over_lanes(lanes, "awareness.innovation"),
            "media": over_lanes(lanes, "security.media_weight"),
            "learning": over_lanes(lanes, "security.learning"),
            "private_cost": over_lanes(lanes, "cost.private"),
            "reach_on_premise": over_lanes(lanes, "reach.on_premise") * outside_reach,
            "reach_private": over_lanes(lanes, "reach.private") * outside_reach,
            "price": over_lanes(lanes, "cost.public_price"),
            "agent_value": over_lanes(lanes, "agents.value"),
            "task_share": over_lanes(lanes, "agents.task_share"),
        }  # fmt: skip
        as_before = {term: self.first[:, 0, TERM_ROW[term]] for term in Own._fields if term not in own}
        self.own = np.empty((len(Own._fields), *self.first[:, 0, 0].shape))
        for n, each in enumerate(Own(**own, **as_before)):
            self.own[n] = each

    def write(self, terms, month, levels: Mapping[str, np.ndarray], hits, shares):
        """Update `terms` in place.

        Parameters
        ----------
        terms
            Shape (classes, sectors, fields, lanes).
        month
            Months since the start.
        levels
            Sum of levels of each channel that reaches firms, shape (classes, sectors, lanes); zero where it is missing.
        hits
            Economy-wide hit share summed over the last interval, shape (lanes,).
        shares
            Economy-wide share of seats on premise and in private clouds, shape (2, lanes).
        """
        raised = Levels(*(levels.get(channel, 0.0) for channel in FIRM_CHANNELS))
        found = moved(Own(*self.own[:, :, None]), raised, News(self.decline[month], hits, *shares))
        for row, value in zip(MOVED, found, strict=True):
            terms[:, :, row] = value
