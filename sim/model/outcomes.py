"""Outcomes as numbers: computed from counts and the market's state (`sim.model.outcome_table` declares them).

Every engine hands in the same whole counts and provider states. What is reported of a class (`ByClass`) and of the
market (`OfMarket`) is one text for all. It is written down by `values` for the Mesa model, a month at a time, and by
`sim.engines.outcome_kernels` for the array engines, compiled; a new field needs neither. Reported months run from 0
(the start) to the length of the run; month m is the state after m months.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from sim.model.arithmetic import Number, where
from sim.model.market_outcomes import NO_PROVIDER, OfMarket, nationwide, of_market, with_provider
from sim.model.nouns import CLASSES
from sim.model.outcome_table import COLUMNS, NATIONALLY, OUTCOMES, OVER_FIRMS, OVER_SEATS, Outcome
from sim.model.units import BELIEF_UNITS


class ByClass(NamedTuple):
    """Outcomes that are counts of a size class, by their names."""

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
    share_seats_on_premise: Number
    share_seats_private: Number
    share_seats_public: Number
    share_seats_hybrid: Number
    supported_seats: Number
    surplus_decision: Number
    surplus_experience: Number


DERIVED = "risk_gap", "welfare"
"""Outcomes that follow from others; the rest are `ByClass`, or `OfMarket` where they have no classes."""

ADDED_UP = NATIONALLY, OVER_SEATS, *OVER_FIRMS

DECLARED = {name.replace(".", "_"): outcome for name, outcome in OUTCOMES.items()}
"""Declared outcomes by the names they have here."""


def misfits(declared: Mapping[str, Outcome], by_class: Iterable[str], of_market: Iterable[str]) -> list[str]:
    """Sentences on outcomes that are declared and not computed, or the other way round, or in the wrong place."""
    places = {True: set(by_class), False: set(of_market)}
    unknown = sorted(places[True].union(places[False]) - set(declared))
    said = [f"{name} is computed, but not declared in outcome_table" for name in unknown]
    for name, outcome in declared.items():
        if name not in DERIVED and name not in places[outcome.by_class]:
            kind = "ByClass" if outcome.by_class else "OfMarket"
            said.append(f"{outcome.name} is declared, by_class={outcome.by_class}, but {kind} has no field {name}")
        elif name not in DERIVED and outcome.by_class and not outcome.summed.startswith(ADDED_UP):
            said.append(f"{outcome.name} is added up in a way that does not begin with one of {', '.join(ADDED_UP)}")
    return said


if wrong := misfits(DECLARED, ByClass._fields, OfMarket._fields):
    raise TypeError("outcomes do not fit: " + "; ".join(wrong))


def _added_up(how):
    return tuple(n for n, name in enumerate(ByClass._fields) if DECLARED[name].summed.startswith(how))


NATIONAL, OF_SEATS = _added_up(NATIONALLY), _added_up(OVER_SEATS)
"""Those that are national sums, and those that are shares of seats."""

OF_FIRMS = _added_up(OVER_FIRMS)
"""Those that are shares of firms."""

FIRST = {name: COLUMNS.index((outcome.name, outcome.groups[0])) for name, outcome in DECLARED.items()}
"""Column of an outcome's total; those of the classes follow where it is reported by class."""

CLASS_COLUMNS, MARKET_COLUMNS = (tuple(FIRST[name] for name in kind._fields) for kind in (ByClass, OfMarket))
PERCEIVED, OBJECTIVE, GAP = FIRST["risk_perceived"], FIRST["risk_objective"], FIRST["risk_gap"]
EXPERIENCE, PROFIT, FISCAL_COST, WELFARE = (
    FIRST[name] for name in ("surplus_experience", "profit", "fiscal_cost", "welfare")
)


def by_class(n, surplus, added):
    """Count what is reported of a class with counts n, what its contracts are worth, and what experience adds."""
    return ByClass(
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
        share_seats_on_premise=n.seats_on_premise,
        share_seats_private=n.seats_private,
        share_seats_public=n.seats_public,
        share_seats_hybrid=n.seats_hybrid,
        supported_seats=n.supported_seats,
        surplus_decision=surplus,
        surplus_experience=surplus + added,
    )


def firms(n):
    """All firms of a class with counts n."""
    return n.firms_on_premise + n.firms_private + n.firms_public + n.firms_hybrid


def seats(n):
    """All seats of a class with counts n."""
    return n.seats_on_premise + n.seats_private + n.seats_public + n.seats_hybrid


def share(count, base):
    """Share of a class, NaN where the class is empty."""
    return where(base > 0.0, count / where(base > 0.0, base, 1.0), np.nan)


def in_nation(count, firms, weight):
    """National count of a class of so many simulated firms, NaN where the class is empty."""
    return where(firms > 0.0, count * weight, np.nan)


def values(classes, own, providers, surplus, market, nation, out):
    """Compute all outcomes at the end of one month, from plain numbers (`sim.engines.recording` does it for lanes).

    Parameters
    ----------
    classes
        `tallies.Counts` of each size class.
    own
        Public seats by provider and class, shape (providers, classes).
    providers
        `market_outcomes.Offered` of each.
    surplus
        Surplus and overrated risk by class since the start, whole money, shape (2, classes).
    market, nation
        `Market` and `Nation`.
    out
        Where they are written, in the order of `outcome_table.COLUMNS`; NaN for a class without firms.
    """
    counted = list(zip(*(by_class(n, *worth) for n, *worth in zip(classes, *surplus, strict=True)), strict=True))
    all_firms, all_seats = [firms(n) for n in classes], [seats(n) for n in classes]
    for rows, base in ((OF_FIRMS, all_firms), (OF_SEATS, all_seats)):
        for n in rows:
            out[CLASS_COLUMNS[n]] = nationwide(counted[n], nation.weights) / nationwide(base, nation.weights)
            for c in range(len(CLASSES)):
                out[CLASS_COLUMNS[n] + 1 + c] = share(counted[n][c], base[c])
    for n in NATIONAL:
        out[CLASS_COLUMNS[n]] = nationwide(counted[n], nation.weights)
        for c in range(len(CLASSES)):
            out[CLASS_COLUMNS[n] + 1 + c] = in_nation(counted[n][c], all_firms[c], nation.weights[c])
    sums = NO_PROVIDER
    for seats_there, offered in zip(own, providers, strict=True):
        sums = with_provider(sums, seats_there, offered, nation.weights)
    for column, number in zip(MARKET_COLUMNS, of_market(classes, len(own), sums, market, nation), strict=True):
        out[column] = number
    for group in range(1 + len(CLASSES)):
        out[PERCEIVED + group] = perceived(out[PERCEIVED + group])
        out[GAP + group] = out[PERCEIVED + group] - out[OBJECTIVE]
    out[WELFARE] = welfare(out[EXPERIENCE], out[PROFIT], out[FISCAL_COST])


def perceived(risk):
    """Perceived risk, chance per year."""
    return risk / BELIEF_UNITS


def welfare(experience, profit, fiscal_cost):
    """National welfare, money; only differences at the same option constants mean anything."""
    return experience + profit - fiscal_cost
