"""Sliders of the page: a handful of parameters and one policy, and the scenario that their positions make."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.model.instruments import INSTRUMENTS
from sim.model.parameters import PARAMETERS
from sim.model.scenario import Scenario, load

FIRMS = 300
"""Few enough that a month takes no longer than a blink."""

START = "2026-01"
"""First month of the run and of the subsidy."""


@dataclass(frozen=True)
class Slider:
    """A setting that the reader may move.

    Parameters
    ----------
    setting
        What the command line would call it, for example `cost.public_price`.
    label, unit
        In words.
    low, high, step, start
        Range, finest change and position at the start.
    """

    setting: str
    label: str
    unit: str
    low: float
    high: float
    step: float
    start: float


def _of_parameter(key: str, step: float) -> Slider:
    """Slider over the plausible range of a parameter; one position for all size classes."""
    declared = PARAMETERS[key]
    start: Any = declared.default[0] if isinstance(declared.default, tuple) else declared.default
    assert declared.plausible is not None, f"{key} has no plausible range"
    label = f"{declared.name} {declared.symbol}"
    return Slider(key, label, declared.unit, *declared.plausible, step, float(start))


def _of_subsidy(step: float) -> Slider:
    """Slider of the support for the public price: none at the start."""
    rate = INSTRUMENTS["public_cloud_subsidy"].fields["rate"]
    return Slider("policy.subsidy.rate", "subsidy of public cloud", rate.unit, *rate.plausible, step, 0.0)


SLIDERS = {
    "public_price": _of_parameter("cost.public_price", 5),
    "subsidy_rate": _of_subsidy(0.05),
    "reach": _of_parameter("reach.public", 5),
    "agent_value": _of_parameter("agents.value", 20),
    "loss": _of_parameter("security.loss", 250),
    "chance": _of_parameter("choice.scale", 1),
}
"""By the name of the argument of the page's model."""


def scenario(positions: Mapping[str, float]) -> Scenario:
    """The baseline with the sliders at these positions.

    Option constants stay those of the baseline, and so do the starting shares: a slider changes what happens from the
    first month on.
    """
    subsidy = [f"policy.subsidy.{setting}" for setting in ("instrument=public_cloud_subsidy", f"start={START}")]
    moved = [f"{SLIDERS[name].setting}={position!r}" for name, position in positions.items()]
    return load("baseline", [f"run.firms={FIRMS}", f"run.start={START}", *subsidy, *moved])
