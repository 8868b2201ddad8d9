"""Outcomes as numbers: computed from counts and the market's state (`sim.model.outcome_table` declares them).

Every engine hands in the same whole counts and provider states, and one text computes the numbers, a lane and a month
at a time: with plain numbers for the Mesa model, compiled for the array engines. Reported months run from 0 (the start)
to the length of the run; month m is the state after m months.
"""

from typing import NamedTuple

import numpy as np

from sim.model.arithmetic import Number, where
from sim.model.market_outcomes import OfMarket, nationwide, of_market
from sim.model.nouns import CLASSES
from sim.model.outcome_table import COLUMNS, OUTCOMES
from sim.model.rules import BELIEF_UNITS, MONEY_UNITS


class OfFirms(NamedTuple):
    """Outcomes that are counts over firms, by their names."""

    share_firms_on_premise: Number
    share_firms_private: Number
    share_firms_public: Number
    share_firms_hybrid: Number
    share_firms_any_cloud: Number
    share_aware: Number
    share_agents: Number
    risk_perceived: Number
    returns: Number
    provider_changes: Number
    capped: Number
    share_supported: Number


class OfSeats(NamedTuple):
    """Outcomes that are counts over seats, by their names."""

    share_seats_on_premise: Number
    share_seats_private: Number
    share_seats_public: Number
    share_seats_hybrid: Number


FIRST = {name.replace(".", "_"): COLUMNS.index((name, outcome.groups[0])) for name, outcome in OUTCOMES.items()}
"""Column of an outcome's total; those of the classes follow where it is reported by class."""

FIRM_COLUMNS, SEAT_COLUMNS, MARKET_COLUMNS = (
    tuple(FIRST[name] for name in kind._fields) for kind in (OfFirms, OfSeats, OfMarket)
)
PERCEIVED, OBJECTIVE, GAP = FIRST["risk_perceived"], FIRST["risk_objective"], FIRST["risk_gap"]
DECISION, EXPERIENCE = FIRST["surplus_decision"], FIRST["surplus_experience"]
SUPPORTED_SEATS, WELFARE = FIRST["supported_seats"], FIRST["welfare"]


def of_firms(n):
    """Count what is reported over firms, of a class with counts n."""
    return OfFirms(
        share_firms_on_premise=n.firms_on_premise,
        share_firms_private=n.firms_private,
        share_firms_public=n.firms_public,
        share_firms_hybrid=n.firms_hybrid,
        share_firms_any_cloud=firms(n) - n.firms_on_premise,
        share_aware=n.aware,
        share_agents=n.agents,
        risk_perceived=n.risk,
        returns=n.returns,
        provider_changes=n.provider_changes,
        capped=n.capped,
        share_supported=n.supported,
    )


def of_seats(n):
    """Count what is reported over seats, of a class with counts n."""
    return OfSeats(n.seats_on_premise, n.seats_private, n.seats_public, n.seats_hybrid)


def firms(n):
    """All firms of a class with counts n."""
    return n.firms_on_premise + n.firms_private + n.firms_public + n.firms_hybrid


def seats(n):
    """All seats of a class with counts n."""
    return n.seats_on_premise + n.seats_private + n.seats_public + n.seats_hybrid


def values(classes, own, market, nation, out):
    """Compute all outcomes of one lane at the end of one month.

    Parameters
    ----------
    classes
        `tallies.Counts` of each size class.
    own
        Public seats by provider and class, shape (providers, classes).
    market, nation
        `Market` and `Nation`.
    out
        Where they are written, in the order of `outcome_table.COLUMNS`; NaN for a class without firms.
    """
    micro, small, medium, large = classes
    all_firms = firms(micro), firms(small), firms(medium), firms(large)
    all_seats = seats(micro), seats(small), seats(medium), seats(large)
    _put_class(out, 1, micro, market.surplus)
    _put_class(out, 2, small, market.surplus)
    _put_class(out, 3, medium, market.surplus)
    _put_class(out, 4, large, market.surplus)
    _divide(out, FIRM_COLUMNS, all_firms, nation.weights)
    _divide(out, SEAT_COLUMNS, all_seats, nation.weights)
    _scale(out, (SUPPORTED_SEATS, DECISION, EXPERIENCE), all_firms, nation.weights)
    _put(out, MARKET_COLUMNS, 0, of_market(classes, own, market, nation))
    for group in range(1 + len(CLASSES)):
        out[PERCEIVED + group] = out[PERCEIVED + group] / BELIEF_UNITS
        out[GAP + group] = out[PERCEIVED + group] - out[OBJECTIVE]
    out[WELFARE] = out[EXPERIENCE] + market.profit - market.paid / MONEY_UNITS * nation.cost_of_funds


def _put_class(out, group, n, surplus):
    """Put what is counted of a class into the columns of its group."""
    _put(out, FIRM_COLUMNS, group, of_firms(n))
    _put(out, SEAT_COLUMNS, group, of_seats(n))
    out[SUPPORTED_SEATS + group] = n.supported_seats
    out[DECISION + group] = surplus[0][group - 1]
    out[EXPERIENCE + group] = surplus[0][group - 1] + surplus[1][group - 1]


def _put(out, columns, group, numbers):
    """Put numbers into the columns of a group: 0 for the total, then the classes."""
    for n in range(len(columns)):
        out[columns[n] + group] = numbers[n]


def _divide(out, columns, base, weights):
    """Turn counts by class into shares of a base, in total and by class."""
    everybody = nationwide(base, weights)
    for first in columns:
        out[first] = nationwide(out[first + 1 :], weights) / everybody
        for c in range(len(CLASSES)):
            some = base[c] > 0.0
            out[first + 1 + c] = where(some, out[first + 1 + c] / where(some, base[c], 1.0), np.nan)


def _scale(out, columns, base, weights):
    """Turn counts by class into national ones, in total and by class."""
    for first in columns:
        out[first] = nationwide(out[first + 1 :], weights)
        for c in range(len(CLASSES)):
            out[first + 1 + c] = where(base[c] > 0.0, out[first + 1 + c] * weights[c], np.nan)
