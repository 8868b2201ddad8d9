"""Policies and events resolved, before a run, to arrays of levels (months × measures × lanes).

A *measure* is a policy or an event; lanes may differ in all of them. What depends on money left is decided month by
month (`sim.model.treasury`); everything else is settled here, and no rule knows which instrument moved it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.model.instruments import CHANNELS, EVENTS, INSTRUMENTS
from sim.model.nouns import CLASSES, SECTORS
from sim.model.rules import MONEY_UNITS
from sim.model.scenario import Event, Policy, Scenario


@dataclass(frozen=True)
class Measures:
    """Resolved measures of a block of lanes; a lane without a measure has it at level zero.

    Attributes
    ----------
    names
        Policies first, in the order of the files, then events; (name, instrument or kind).
    policies
        How many of them are policies; they come first and have a budget.
    levels
        Channel levels at full activity, shape (months, measures, channels, lanes).
    targets
        1 where the measure applies to the class, shape (measures, classes, lanes).
    charged
        Cost per month in multiples of the providers' starting investment, shape (months, policies, lanes).
    budgets
        Smallest units of money, int64, shape (policies, lanes); 0 where unlimited.
    limited
        Whether there is a budget, shape (policies, lanes).
    supporting
        Index among policies of each price-supporting one.
    rates
        Support rates, shape (months, supporting, lanes).
    caps, reach, new_users, incidence
        Shape (supporting, lanes).
    sectors
        1 where a supporting policy applies to the sector, shape (supporting, sectors, lanes).
    forced
        Share of a provider's customers hit by force, shape (months, providers, lanes).
    """

    names: tuple[tuple[str, str], ...]
    policies: int
    levels: np.ndarray
    targets: np.ndarray
    charged: np.ndarray
    budgets: np.ndarray
    limited: np.ndarray
    supporting: tuple[int, ...]
    rates: np.ndarray
    caps: np.ndarray
    reach: np.ndarray
    new_users: np.ndarray
    incidence: np.ndarray
    sectors: np.ndarray
    forced: np.ndarray


def course(start: int, end: int, ramp: int, months: int) -> np.ndarray:
    """Strength in each month: 0 outside [start, end), rising in equal steps over `ramp` months, then 1."""
    month = np.arange(months)
    rising = np.minimum(1.0, (month - start + 1) / max(ramp, 1))
    return np.where((month >= start) & (month < end), rising, 0.0)


def resolve(lanes: Sequence[Scenario]) -> Measures:
    """Resolve the policies and events of scenarios that will run as lanes."""
    months, count = lanes[0].run.months, len(lanes)
    policies = list(dict.fromkeys((p.name, p.instrument) for s in lanes for p in s.policies))
    events = list(dict.fromkeys((e.name, e.kind) for s in lanes for e in s.events))
    supporting = tuple(n for n, (_, kind) in enumerate(policies) if INSTRUMENTS[kind].supports_price)
    total, n, s = len(policies) + len(events), len(policies), len(supporting)
    providers = len(lanes[0].values["market.shares"])
    result = Measures(
        names=(*policies, *events),
        policies=n,
        levels=np.zeros((months, total, len(CHANNELS), count)),
        targets=np.zeros((total, len(CLASSES), count)),
        charged=np.zeros((months, n, count)),
        budgets=np.zeros((n, count), np.int64),
        limited=np.zeros((n, count), bool),
        supporting=supporting,
        rates=np.zeros((months, s, count)),
        caps=np.zeros((s, count)),
        reach=np.zeros((s, count)),
        new_users=np.zeros((s, count)),
        incidence=np.zeros((s, count)),
        sectors=np.zeros((s, len(SECTORS), count)),
        forced=np.zeros((months, providers, count)),
    )
    for lane, scenario in enumerate(lanes):
        for policy in scenario.policies:
            _place_policy(result, policies.index((policy.name, policy.instrument)), policy, months, lane)
        for event in scenario.events:
            _place_event(result, n + events.index((event.name, event.kind)), event, months, lane)
    return result


def _place_policy(result: Measures, n: int, policy: Policy, months: int, lane: int) -> None:
    """Write one policy of one lane."""
    instrument = INSTRUMENTS[policy.instrument]
    level = policy.strength * course(policy.start, policy.end, policy.ramp, months)
    for channel, name in instrument.raises.items():
        result.levels[:, n, CHANNELS.index(channel), lane] = level * policy.fields[name]
    result.targets[n, :, lane] = [c in policy.classes for c in CLASSES]
    if instrument.charged:
        result.charged[:, n, lane] = level * policy.fields[instrument.charged]
    if policy.budget is not None:
        result.limited[n, lane] = True
        result.budgets[n, lane] = round(policy.budget * MONEY_UNITS)
    if instrument.supports_price:
        s = result.supporting.index(n)
        result.rates[:, s, lane] = level * policy.fields["rate"]
        result.caps[s, lane] = policy.fields["cap"]
        result.reach[s, lane] = policy.reach * policy.redemption
        result.new_users[s, lane] = policy.new_users
        result.incidence[s, lane] = policy.fields["incidence"]
        result.sectors[s, :, lane] = [sector in policy.sectors for sector in SECTORS]


def _place_event(result: Measures, n: int, event: Event, months: int, lane: int) -> None:
    """Write one event of one lane."""
    in_force = course(event.start, event.end, 0, months)
    for channel, name in EVENTS[event.kind].raises.items():
        result.levels[:, n, CHANNELS.index(channel), lane] = in_force * event.fields[name]
    result.targets[n, :, lane] = 1.0
    if event.kind == "provider_breach":
        provider = int(event.fields["provider"]) - 1
        forced = result.forced[:, provider, lane]
        np.maximum(forced, in_force * event.fields["share"], out=forced)
