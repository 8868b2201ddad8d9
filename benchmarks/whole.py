"""Lanes to measure: of `whole.toml`, which differ in parameters and policies, and of the bare baseline."""

from dataclasses import replace
from pathlib import Path

from scipy import stats

from sim.model.scenario import Scenario, load

WHOLE = Path(__file__).with_name("whole.toml")

VARIED = {
    "cost.public_price": (85, 115),
    "cost.private": (175, 205),
    "reach.public": (25, 55),
    "choice.scale": (25, 40),
    "switch.migration": (900, 1500),
    "security.loss": (2000, 4000),
    "awareness.imitation": (0.15, 0.35),
    "market.learning": (0.10, 0.20),
    "policy.subsidy.rate": (0.2, 0.5),
    "policy.subsidy.budget": (20e9, 400e9),
    "policy.security.spending": (0.2, 0.8),
    "event.price_war.cut": (0.1, 0.4),
}
"""Settings that differ between lanes, and between which values."""

KEPT = 0.75
"""Part of the lanes in which a policy or event of the scenario happens at all."""


def lanes(count: int, firms: int, months: int = 120) -> list[Scenario]:
    """Scenarios at evenly spread points of `VARIED`, each with about three quarters of the measures.

    Option constants stay those of the base world, so all lanes share them.
    """
    size = (f"run.firms={firms}", f"run.months={months}")
    whole = load(WHOLE, size)
    sequence = stats.qmc.Sobol(len(VARIED) + len(whole.policies) + len(whole.events), scramble=False)
    points = sequence.random_base2((count - 1).bit_length())[:count]
    made = []
    for point in points:
        settings, kept = point[: len(VARIED)], (point[len(VARIED) :] < KEPT).tolist()
        varied = zip(VARIED.items(), settings, strict=True)
        values = [f"{key}={low + u * (high - low)}" for (key, (low, high)), u in varied]
        lane = load(WHOLE, (*size, *values))
        policies = tuple(policy for policy in lane.policies if kept.pop(0))
        made.append(replace(lane, policies=policies, events=tuple(event for event in lane.events if kept.pop(0))))
    return made


def baseline_lanes(count: int, firms: int) -> list[Scenario]:
    """The baseline, without policies or events, at list prices between those of `VARIED`."""
    key = "cost.public_price"
    low, high = VARIED[key]
    prices = [low + (lane + 0.5) / count * (high - low) for lane in range(count)]
    return [load("baseline", (f"run.firms={firms}", f"{key}={price}")) for price in prices]
