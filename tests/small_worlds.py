"""Small scenarios and how results are compared: shared by the tests of the model and the engines."""

import logging
from dataclasses import replace

import numpy as np

from sim.engines.result import Result
from sim.model import review as reviews
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.outcome_table import COLUMNS
from sim.model.scenario import Scenario, load

BUSY = (
    "run.months=48", "market.learning=0.4", "market.spillover=0", "market.history=0.3", "market.markup=[0.2, 0.4, 0.6]",
    "market.lag=60", "market.congestion_slope=2", "market.outside=0.3", "invest.boost=2", "benefit.quality=2",
    "switch.migration=300", "switch.portability=0.95", "awareness.innovation=0.3", "risk.incident=0.3",
    "risk.objective=0.2", "security.own_weight=6", "reach.on_premise=5", "reach.private=15", "agents.value=500",
    "policy.first.instrument=public_cloud_subsidy", "policy.first.start=4", "policy.first.rate=0.4",
    "policy.first.cap=2500", "policy.first.incidence=0.4", "policy.first.budget=6e8", "policy.first.reach=0.8",
    "policy.second.instrument=public_cloud_subsidy", "policy.second.start=10", "policy.second.end=40",
    "policy.second.rate=0.8", "policy.second.new_users=true", 'policy.second.classes=["small", "large"]',
    'policy.second.sectors=["trade", "ict", "services"]', "policy.second.ramp=12",
    "policy.guard.instrument=security_strengthening", "policy.guard.start=6", "policy.guard.budget=5e10",
    "event.breach.kind=provider_breach", "event.breach.start=16", "event.breach.end=18", "event.breach.provider=2",
    "event.war.kind=price_war", "event.war.start=20", "event.war.end=32",
    "event.shock.kind=demand_shock", "event.shock.start=8", "event.shock.end=14",
)  # fmt: skip
"""Settings of a world in which much happens in four years: policies, events, congestion, changes of all kinds."""


def everything() -> list[str]:
    """Settings of the busy world with every instrument and every kind of event, one after another, in force."""
    found = [each for each in BUSY if not each.startswith(("policy", "event"))]
    for n, (name, each) in enumerate(INSTRUMENTS.items()):
        found += [f"policy.p{n}.instrument={name}", f"policy.p{n}.start={2 + n}", f"policy.p{n}.ramp={n % 4}"]
        found += [f"policy.p{n}.budget=2e10"]
        found += [f'policy.p{n}.classes=["micro", "medium"]'] if "classes" in each.targets and n % 3 == 0 else []
        found += [f'policy.p{n}.sectors=["ict", "trade"]'] if "sectors" in each.targets and n % 2 == 0 else []
    for n, name in enumerate(EVENTS):
        found += [f"event.e{n}.kind={name}", f"event.e{n}.start={5 + 3 * n}", f"event.e{n}.end={12 + 3 * n}"]
    return found


def world(name: str = "baseline", *settings: str, firms: int = 300) -> Scenario:
    """A scenario of the library with few firms; later settings win."""
    return load(name, [f"run.firms={firms}", *settings])


def with_values(scenario: Scenario, **changed: object) -> Scenario:
    """The scenario with parameters changed in both worlds, unchecked; `cost__public_price` for cost.public_price."""
    new = {key.replace("__", "."): value for key, value in changed.items()}
    return replace(scenario, values={**scenario.values, **new}, base_values={**scenario.base_values, **new})


def column(result: Result, outcome: str, group: str = "total") -> np.ndarray:
    """One outcome over the recorded months."""
    return result.values[:, COLUMNS.index((outcome, group))]


def shared(result: Result) -> np.ndarray:
    """Outcomes that every scenario has, shape (months, columns)."""
    return result.values[:, : len(COLUMNS)]


def differences(first: Result, second: Result) -> list[str]:
    """Outcomes and firm states that are not equal to the bit; empty where the results are one.

    A policy that one of them lacks counts as one that spent nothing.
    """
    found = [] if np.array_equal(first.months, second.months) else ["months"]
    columns = max(first.values.shape[1], second.values.shape[1])
    ours, theirs = (np.pad(each.values, ((0, 0), (0, columns - each.values.shape[1]))) for each in (first, second))
    unequal = (ours != theirs) & ~(np.isnan(ours) & np.isnan(theirs))
    names = [f"{name}[{group}]" for name, group in COLUMNS]
    names += [f"spent[policy {n}]" for n in range(columns - len(COLUMNS))]
    found += [name for name, some in zip(names, unequal.any(axis=0), strict=True) if some]
    assert set(first.final) == set(second.final)
    for name, array in first.final.items():
        other = second.final[name]
        if array.dtype != other.dtype or not np.array_equal(array, other):
            found.append(f"final {name}")
    return found


def say(what: str, numbers, digits: int = 2) -> None:
    """Log figures that were found; `pytest --log-cli-level=INFO` shows them."""
    logging.getLogger("found").info("%s: %s", what, " ".join(f"{x:.{digits}f}" for x in np.ravel(numbers)))


def review(rules, firm, luck, tastes, standing, seen, t, offers, supports, months):
    """What firms know, decide and claim at a review, also unaware ones, whom engines let stay, asking less."""
    learnt = reviews.learn(rules, firm, luck, standing, seen, t, offers)
    return learnt, *reviews.choose(
        rules, firm, luck, tastes, standing, learnt, seen, t, offers, supports, months
    )
