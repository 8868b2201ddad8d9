"""Lanes to measure: of `whole.toml`, which differ in parameters and measures, and of the bare baseline."""

from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from scipy import stats

from sim.model.scenario import Event, Policy, Scenario, load

WHOLE = Path(__file__).with_name("whole.toml")

VARIED = {
    "cost.public_price": (85, 115),
    "cost.private": (155, 175),
    "cost.compliance": (3, 12),
    "reach.public": (25, 55),
    "choice.scale": (28, 40),
    "switch.migration": (300, 900),
    "switch.portability": (0.2, 0.8),
    "security.loss": (2000, 4000),
    "security.contagion": (0.2, 0.8),
    "awareness.imitation": (0.15, 0.35),
    "market.learning": (0.10, 0.20),
    "market.congestion_slope": (0.3, 1.0),
    "invest.growth": (0.1, 0.2),
    "policy.subsidy.rate": (0.2, 0.5),
    "policy.subsidy.budget": (20e9, 400e9),
    "policy.voucher.rate": (0.1, 0.4),
    "policy.voucher.agent_rate": (0.2, 0.6),
    "policy.voucher.reach": (0.2, 0.8),
    "policy.outreach.chance": (0.02, 0.1),
    "policy.training.gain": (0.05, 0.2),
    "policy.data.tasks": (0.05, 0.2),
    "policy.products.moving": (0.1, 0.4),
    "policy.open.agents": (0.1, 0.4),
    "policy.control.compliance": (10, 40),
    "policy.control.isolation": (0.1, 0.5),
    "policy.tiers.lighter": (0.3, 0.9),
    "policy.sandbox.relief": (0.3, 0.9),
    "policy.security.spending": (0.2, 0.8),
    "policy.demonstration.seats": (0.01, 0.05),
    "policy.network.saving": (0.02, 0.1),
    "policy.interconnection.opened": (0.1, 0.6),
    "policy.capital.spending": (0.1, 0.5),
    "event.recession.benefit": (0.1, 0.3),
    "event.price_war.cut": (0.1, 0.3),
    "event.warning.hits": (0.01, 0.03),
    "event.breach.share": (0.05, 0.10),
    "event.restriction.cost": (0.1, 0.4),
    "event.leap.leap": (0.3, 0.8),
    "event.demand.share": (0.05, 0.2),
}
"""Settings that differ between lanes, and between which values."""

KEPT = 0.75
"""Part of the lanes in which a policy or event of the scenario happens at all."""

DELAY = 12
"""Months by which a measure begins later in the last of these lanes than in the first."""

Measure = TypeVar("Measure", Policy, Event)


def lanes(count: int, firms: int) -> list[Scenario]:
    """Scenarios at evenly spread points of `VARIED`, each with about three quarters of the measures; the first has all.

    Option constants stay those of the base world, so all lanes share them.
    """
    size = f"run.firms={firms}"
    whole = load(WHOLE, [size])
    sequence = stats.qmc.Sobol(len(VARIED) + len(whole.policies) + len(whole.events), scramble=False)
    points = sequence.random_base2((count - 1).bit_length())[:count]
    made = []
    for point in points:
        settings, times = point[: len(VARIED)], point[len(VARIED) :].tolist()
        varied = zip(VARIED.items(), settings, strict=True)
        values = [f"{key}={low + u * (high - low)}" for (key, (low, high)), u in varied]
        lane = load(WHOLE, [size, *values])
        policies, events = times[: len(lane.policies)], times[len(lane.policies) :]
        made.append(replace(lane, policies=happening(lane.policies, policies), events=happening(lane.events, events)))
    return made


def happening(measures: tuple[Measure, ...], times: list[float]) -> tuple[Measure, ...]:
    """Those of the measures whose number is below `KEPT`, begun the later the larger it is."""
    both = zip(measures, times, strict=True)
    return tuple(replace(each, start=each.start + int(u / KEPT * (DELAY + 1))) for each, u in both if u < KEPT)


def baseline_lanes(count: int, firms: int) -> list[Scenario]:
    """The baseline, without policies or events, at list prices between those of `VARIED`."""
    key = "cost.public_price"
    low, high = VARIED[key]
    prices = [low + (lane + 0.5) / count * (high - low) for lane in range(count)]
    return [load("baseline", (f"run.firms={firms}", f"{key}={price}")) for price in prices]
