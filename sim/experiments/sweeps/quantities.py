"""A varied quantity: what it is called, in which role, and which values it takes over the unit interval."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.experiments.sweeps.laws import Law
from sim.model.parameters import BY, PARAMETERS
from sim.model.run import month_date

UNCERTAIN, COUNTERFACTUAL = "uncertain", "counterfactual"
ROLES = (UNCERTAIN, COUNTERFACTUAL)
"""Constants are solved again for each value, or held as in the base scenario."""

DIGITS = 12
"""Significant digits of a drawn value: so many that nothing is lost, and so few that all machines draw the same."""

Level = float | int | str


def parameter_of(steps: Sequence[str]) -> str:
    """Key of the parameter that a setting is, or is part of; "" for a policy, an event or the run."""
    key = ".".join(steps[:2])
    return key if key in PARAMETERS else ""


def entry_names(key: str, entries: Sequence[Any]) -> tuple[str, ...]:
    """Names of the entries of a parameter: classes and the like, providers by number."""
    return BY.get(PARAMETERS[key].by) or tuple(str(place + 1) for place in range(len(entries)))


def solves_constants(role: str, steps: Sequence[str]) -> bool:
    """Whether constants are solved again for values of a setting: they depend on parameters alone."""
    return role == UNCERTAIN and bool(parameter_of(steps))


def shapes_population(steps: Sequence[str]) -> bool:
    """Whether values of a setting make other firms or partners."""
    parameter = parameter_of(steps)
    return tuple(steps) == ("run", "firms") or (bool(parameter) and PARAMETERS[parameter].shared)


@dataclass(frozen=True)
class Quantity:
    """A varied quantity.

    Parameters
    ----------
    key
        As the file spells it, `cost.public_price[micro]`.
    role
        "uncertain" or "counterfactual".
    unit
        Of its values; of the factor where it is one.
    kind
        "number", "date" (months, "YYYY-MM") or "word".
    steps
        Tables down to the setting, class or provider last: ("cost", "public_price", "micro").
    integer
        Whole numbers only.
    law
        Over numbers, or over dates as months since the year 0; None where `values` or a list gives the values.
    values
        The values themselves, where the file gives them.
    count
        How many levels of the law a grid takes.
    factor_of
        What values multiply: the base's own entries, by class and the like, ("", x) where there is one; () where
        values stand for themselves.
    """

    key: str
    role: str
    unit: str
    kind: str
    steps: tuple[str, ...]
    integer: bool = False
    law: Law | None = None
    values: tuple[Level, ...] = ()
    count: int = 0
    factor_of: tuple[tuple[str, float], ...] = ()

    @property
    def parameter(self) -> str:
        """Key of the parameter it is, or is part of; "" for a policy, an event or the run."""
        return parameter_of(self.steps)

    @property
    def uncertain(self) -> bool:
        """Whether constants are solved again for its values."""
        return solves_constants(self.role, self.steps)

    @property
    def shared(self) -> bool:
        """Whether points that differ in it cannot share population or network."""
        return shapes_population(self.steps)

    @property
    def countable(self) -> list[Level]:
        """Values that can be counted, from one end of the range to the other; none of numbers that cannot.

        All that are given; of whole numbers and dates that are equally likely, the two ends.
        """
        if self.values:
            return list(self.values) if self.kind == "word" else sorted(self.values)
        equal = self.law is not None and self.law.name == "uniform"
        return [self.at(0.0), self.at(1.0)] if equal and self._whole else []

    @property
    def _whole(self) -> bool:
        return self.kind == "date" or (self.integer and not self.factor_of)

    def at(self, u: float) -> Level:
        """Value at a point of the unit interval; given values share it equally, in their order."""
        return self.along([u])[0]

    def along(self, units: Sequence[float]) -> list[Level]:
        """Values at points of the unit interval."""
        if self.values:
            last = len(self.values) - 1
            return [self.values[min(int(u * len(self.values)), last)] for u in units]
        assert self.law is not None
        # Half a step more at both ends of whole numbers gives the ends the same chance as all others.
        law = self.law.widened(0.5) if self._whole else self.law
        return [self._rounded(float(value)) for value in law.quantiles(np.asarray(units))]

    def _rounded(self, value: float) -> Level:
        assert self.law is not None
        low, high = self.law.low, self.law.high
        if not self._whole:
            return min(max(float(f"{value:.{DIGITS}g}"), low), high)
        number = min(max(math.floor(value + 0.5), int(low)), int(high))  # `round` would prefer even ones
        return month_date(number) if self.kind == "date" else number

    def levels(self) -> list[Level]:
        """Values of a grid, those that rounding makes equal once."""
        if self.values:
            return list(self.values)
        steps = [0.5] if self.count == 1 else [n / (self.count - 1) for n in range(self.count)]
        return list(dict.fromkeys(self.along(steps)))

    def raw(self, value: Level) -> Any:
        """A value as a scenario file would give it."""
        if isinstance(value, np.generic):  # out of a table of results
            value = value.item()
        if not self.factor_of:
            return value
        assert not isinstance(value, str)
        entries = {name: self._multiplied(number, value) for name, number in self.factor_of}
        return entries.get("", entries)

    def _multiplied(self, number: float, factor: float) -> float:
        return round(number * factor) if self.integer else number * factor
