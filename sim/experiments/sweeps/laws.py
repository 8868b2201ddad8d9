"""Laws of varied quantities: the unit interval mapped onto a range."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.model.complaints import Refused, unknown

NEEDS = {"uniform": (), "log-uniform": (), "triangular": ("mode",), "normal": ("mean", "sd")}
"""The laws by name, and what else each is given by; all are cut to the range."""


@dataclass(frozen=True)
class Law:
    """A law over a range.

    Parameters
    ----------
    name
        One of `NEEDS`.
    low, high
        The range; no value lies outside.
    mode, mean, sd
        Of the triangular and the normal law, in the unit of the quantity.
    """

    name: str
    low: float
    high: float
    mode: float = 0.0
    mean: float = 0.0
    sd: float = 1.0

    def quantiles(self, u: np.ndarray) -> np.ndarray:
        """Values at points of the unit interval, non-decreasing from `low` at 0 to `high` at 1; any shape."""
        return np.clip(_QUANTILES[self.name](self, np.asarray(u, float)), self.low, self.high)

    def check(self, shown: Callable[[float], str]) -> None:
        """Refuse what the law cannot have.

        Parameters
        ----------
        shown
            How a value of the range is written.

        Raises
        ------
        Refused
            The mode lies outside of the range, the deviation is not above 0, or a logarithm of 0 is needed.
        """
        span = f"{shown(self.low)} to {shown(self.high)}"
        if self.name == "log-uniform" and self.low <= 0:
            raise Refused(
                f"a log-uniform law over {span}", "a range above 0", "Raise its lower end, or take another law."
            )
        if self.name == "triangular" and not self.low <= self.mode <= self.high:
            raise Refused(f"mode = {shown(self.mode)} lies outside of the range", span, "Move the mode or the range.")
        if self.name == "normal" and self.sd <= 0:
            raise Refused(f"sd = {self.sd:g}", "a standard deviation above 0", "Give one.")
        if self.name == "normal" and not self.low - 8 * self.sd < self.mean < self.high + 8 * self.sd:
            raise Refused(
                f"mean = {shown(self.mean)} lies more than eight deviations outside of the range",
                f"a mean near {span}",
                "Move the mean or the range.",
            )

    def widened(self, by: float) -> "Law":
        """The same law with both ends further out."""
        return Law(self.name, self.low - by, self.high + by, self.mode, self.mean, self.sd)


def law_named(name: object) -> str:
    """The name of a law, or a refusal that offers the nearest."""
    if not isinstance(name, str) or name not in NEEDS:
        raise unknown("distribution", str(name), tuple(NEEDS))
    return name


def _uniform(law: Law, u: np.ndarray) -> np.ndarray:
    return law.low + u * (law.high - law.low)


def _log_uniform(law: Law, u: np.ndarray) -> np.ndarray:
    return law.low * (law.high / law.low) ** u


def _triangular(law: Law, u: np.ndarray) -> np.ndarray:
    from scipy import stats  # takes a third of a second to import, and the other laws do without

    width = law.high - law.low
    return stats.triang.ppf(u, (law.mode - law.low) / width, law.low, width)


def _normal(law: Law, u: np.ndarray) -> np.ndarray:
    from scipy import stats

    ends = (law.low - law.mean) / law.sd, (law.high - law.mean) / law.sd
    return stats.truncnorm.ppf(u, *ends, law.mean, law.sd)


_QUANTILES: dict[str, Callable[[Law, np.ndarray], np.ndarray]] = {
    "uniform": _uniform,
    "log-uniform": _log_uniform,
    "triangular": _triangular,
    "normal": _normal,
}
