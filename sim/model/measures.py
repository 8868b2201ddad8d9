"""Policies and events resolved, before a run, to arrays of levels (months × what they raise × lanes).

A *measure* is a policy or an event; lanes may differ in all of them. What depends on money left is decided month by
month (`sim.model.treasury`); everything else is settled here, and no rule knows which instrument moved it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from graphlib import CycleError, TopologicalSorter

import numpy as np

from sim.model.channels import FIRM_CHANNELS
from sim.model.errors import BadInput
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.nouns import CLASSES, SECTORS
from sim.model.scenario import Event, Policy, Scenario
from sim.model.units import MONEY_UNITS


@dataclass(frozen=True)
class Measures:
    """Resolved measures of a block of lanes; a lane without a measure has it at level zero.

    Attributes
    ----------
    names
        Policies first, in the order of the files, then events; (name, instrument or kind).
    policies
        How many of them are policies; they come first and have a budget.
    raises
        What they raise, in their order: (number of the measure, channel).
    levels
        Level of each of these at full activity, shape (months, raises, lanes).
    targets
        1 where the measure applies to firms of the class and sector, shape (measures, classes, sectors, lanes).
    charged
        What is charged per month for each unit of what it is charged per, shape (months, policies, lanes).
    charged_per
        What that is, by policy: "investment", "firm", "seat", or "" (`declared.Charge`).
    budgets
        Smallest units of money, int64, shape (policies, lanes); 0 where unlimited.
    limited
        Whether there is a budget, shape (policies, lanes).
    supporting
        Index among policies of each price-supporting one.
    rates, agent_rates
        Support rates on the price and on the cost of agents, shape (months, supporting, lanes).
    caps, reach, new_users, incidence
        Shape (supporting, lanes).
    forced
        Share of a provider's customers hit by force, shape (months, providers, lanes).
    """

    names: tuple[tuple[str, str], ...]
    policies: int
    raises: tuple[tuple[int, str], ...]
    levels: np.ndarray
    targets: np.ndarray
    charged: np.ndarray
    charged_per: tuple[str, ...]
    budgets: np.ndarray
    limited: np.ndarray
    supporting: tuple[int, ...]
    rates: np.ndarray
    agent_rates: np.ndarray
    caps: np.ndarray
    reach: np.ndarray
    new_users: np.ndarray
    incidence: np.ndarray
    forced: np.ndarray

    @cached_property
    def at_work(self) -> np.ndarray:
        """Whether something is raised in a month in some lane, shape (months, raises)."""
        return np.any(self.levels, axis=2)

    @cached_property
    def sectors(self) -> int:
        """Entries that terms need: one for all sectors unless some measure that raises them tells sectors apart."""
        at_work = np.flatnonzero(self.at_work.any(axis=0))
        raising = [n for k, (n, channel) in enumerate(self.raises) if channel in FIRM_CHANNELS and k in at_work]
        return len(SECTORS) if (self.targets[raising] != self.targets[raising][:, :, :1]).any() else 1


@lru_cache(maxsize=1024)
def course(start: int, end: int, ramp: int, months: int) -> np.ndarray:
    """Strength in each month: 0 outside [start, end), rising in equal steps over `ramp` months, then 1.

    Kept, and not to be written to: lanes mostly have the same dates.
    """
    month = np.arange(months)
    rising = np.minimum(1.0, (month - start + 1) / max(ramp, 1))
    found = np.where((month >= start) & (month < end), rising, 0.0)
    found.flags.writeable = False
    return found


@lru_cache(maxsize=1024)
def _aimed(classes: tuple[str, ...], sectors: tuple[str, ...]) -> np.ndarray:
    """Whether a policy is aimed at a class and sector, (classes, sectors); kept, as `course` is."""
    found = np.array([[c in classes and sector in sectors for sector in SECTORS] for c in CLASSES])
    found.flags.writeable = False
    return found


def resolve(lanes: Sequence[Scenario]) -> Measures:
    """Resolve the policies and events of scenarios that will run as lanes."""
    months, count = lanes[0].run.months, len(lanes)
    own_policies = [{(p.name, p.instrument): p for p in s.policies} for s in lanes]
    own_events = [{(e.name, e.kind): e for e in s.events} for s in lanes]
    policies, events = in_order(map(tuple, own_policies)), in_order(map(tuple, own_events))
    kinds = [INSTRUMENTS[instrument] for _, instrument in policies]
    supporting = tuple(n for n, kind in enumerate(kinds) if kind.supports_price)
    raising = (*kinds, *(EVENTS[kind] for _, kind in events))
    raises = tuple((n, channel) for n, kind in enumerate(raising) for channel in kind.raises)
    total, n, s = len(policies) + len(events), len(policies), len(supporting)
    providers = len(lanes[0].values["market.shares"])
    result = Measures(
        names=(*policies, *events),
        policies=n,
        raises=raises,
        levels=np.zeros((months, len(raises), count)),
        targets=np.zeros((total, len(CLASSES), len(SECTORS), count)),
        charged=np.zeros((months, n, count)),
        charged_per=tuple(kind.charged.per if kind.charged else "" for kind in kinds),
        budgets=np.zeros((n, count), np.int64),
        limited=np.zeros((n, count), bool),
        supporting=supporting,
        rates=np.zeros((months, s, count)),
        agent_rates=np.zeros((months, s, count)),
        caps=np.zeros((s, count)),
        reach=np.zeros((s, count)),
        new_users=np.zeros((s, count)),
        incidence=np.zeros((s, count)),
        forced=np.zeros((months, providers, count)),
    )
    for number, name in enumerate(policies):
        _place_policy(result, number, {k: own[name] for k, own in enumerate(own_policies) if name in own}, months)
    for number, name in enumerate(events):
        _place_event(result, n + number, {k: own[name] for k, own in enumerate(own_events) if name in own}, lanes)
    return result


def in_order(lists: Iterable[tuple[tuple[str, str], ...]]) -> list[tuple[str, str]]:
    """Everything that is in some list once, in an order that all lists agree with.

    Raises
    ------
    BadInput
        Two lists disagree: supports are granted, and levels added up, in the order of the files.
    """
    order: TopologicalSorter[tuple[str, str]] = TopologicalSorter()
    for each in dict.fromkeys(lists):
        for n, name in enumerate(each):
            order.add(name, *each[max(n - 1, 0) : n])
    try:
        return list(order.static_order())
    except CycleError as error:
        names = ", ".join(dict.fromkeys(name for name, _ in error.args[1]))
        raise BadInput(
            f"scenarios that are to run side by side name {names} in another order; put them in the same order in all "
            "of their files, or run them one by one"
        ) from None


def _place_policy(result: Measures, n: int, lanes: dict[int, Policy], months: int) -> None:
    """Write a policy of all lanes that have it."""
    at, policies = list(lanes), list(lanes.values())
    instrument, field = INSTRUMENTS[policies[0].instrument], _fields(policies)
    level = np.array([p.strength * course(p.start, p.end, p.ramp, months) for p in policies]).T
    for channel, name in instrument.raises.items():
        result.levels[:, result.raises.index((n, channel)), at] = level * field(name)
    result.targets[n, ..., at] = [_aimed(p.classes, p.sectors) for p in policies]
    if instrument.charged:
        seats = field("seats") if instrument.charged.per == "seat" else 1.0
        result.charged[:, n, at] = level * field(instrument.charged.field) * seats
    result.limited[n, at] = [p.budget is not None for p in policies]
    result.budgets[n, at] = [round((p.budget or 0.0) * MONEY_UNITS) for p in policies]
    if instrument.supports_price:
        s = result.supporting.index(n)
        result.rates[:, s, at] = level * field("rate")
        if "agent_rate" in instrument.fields:
            result.agent_rates[:, s, at] = level * field("agent_rate")
        result.caps[s, at] = field("cap")
        result.reach[s, at] = [p.reach * p.redemption for p in policies]
        result.new_users[s, at] = [p.new_users for p in policies]
        result.incidence[s, at] = field("incidence")


def _place_event(result: Measures, n: int, lanes: dict[int, Event], scenarios: Sequence[Scenario]) -> None:
    """Write an event of all lanes that have it."""
    at, events, months = list(lanes), list(lanes.values()), scenarios[0].run.months
    kind, field = EVENTS[events[0].kind], _fields(events)
    in_force = np.array([course(e.start, e.end, 0, months) for e in events]).T
    if kind.dampened_by:
        in_force = in_force * [1.0 - scenarios[lane].values[kind.dampened_by] for lane in at]
    for channel, name in kind.raises.items():
        level = in_force * field(name)
        if channel == "warned":
            level = heard(level, scenarios[0].values["review.interval"])
        result.levels[:, result.raises.index((n, channel)), at] = level
    result.targets[n, ..., at] = 1.0
    if events[0].kind == "provider_breach":
        for k, event in enumerate(events):
            forced = result.forced[:, int(event.fields["provider"]) - 1, at[k]]
            np.maximum(forced, in_force[:, k] * event.fields["share"], out=forced)


def _fields(measures: Sequence[Policy | Event]) -> Callable[[str], np.ndarray]:
    """What gives a field of each of some measures, (measures,)."""
    return lambda name: np.array([each.fields[name] for each in measures], float)


def heard(said: np.ndarray, interval: int) -> np.ndarray:
    """What a firm that reviews in a month has heard since its last review: a sum over the interval, (months, …).

    Added up afresh each month, so that it is exactly zero once everybody has heard.
    """
    result = np.zeros_like(said)
    for ago in range(min(interval, len(said))):
        result[ago:] += said[: len(said) - ago]
    return result
