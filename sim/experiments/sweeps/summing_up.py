"""What is kept of a run: some outcomes at the months recorded, and numbers that sum it up."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sim.experiments.sweeps.items import recorded_months
from sim.experiments.sweeps.sweep import Reduction, Sweep
from sim.model.outcome_table import columns
from sim.model.run import recorded

EVERY_MONTH = ("peak", "time-to", "cumulative")
"""Reductions that look at every month."""


def months_between(sweep: Sweep) -> int:
    """Every how many months the engines must record for all that is asked."""
    if any(each.take in EVERY_MONTH for each in sweep.reductions):
        return 1
    return math.gcd(sweep.every, *(each.month for each in sweep.reductions if each.month))


class Picking:
    """Where what is kept of runs stands among their outcomes.

    A policy that a point leaves out, because it is dated outside of the run, has spent nothing in it.

    Parameters
    ----------
    sweep : Sweep
        What is asked.
    policies : sequence of str
        Names of those that the scenario of a point has.
    """

    def __init__(self, sweep: Sweep, policies: Sequence[str]) -> None:
        places = {column: n for n, column in enumerate(columns(policies))}
        self._seen = np.array(recorded(sweep.base.run.months, months_between(sweep)))
        series = [places.get(column) for column in sweep.record]
        self._missing = np.array([place is None for place in series], bool)
        months = np.flatnonzero(np.isin(self._seen, recorded_months(sweep)))
        self._series = np.ix_(months, np.array([place or 0 for place in series], np.intp))
        self._reductions = [(each, places.get((each.outcome, each.group))) for each in sweep.reductions]

    def series(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Recorded outcomes of a run, shape (outcomes, records), of `Result.values`."""
        found = values[self._series].T
        found[self._missing] = 0.0
        return found

    def reduced(self, values: npt.NDArray[np.float64]) -> list[float]:
        """Reductions of a run."""
        return [
            reduction(how, self._seen, np.zeros(len(values)) if place is None else values[:, place])
            for how, place in self._reductions
        ]


def reduction(how: Reduction, months: npt.NDArray[np.int_], series: npt.NDArray[np.float64]) -> float:
    """One number that sums up a series of a run.

    Parameters
    ----------
    months, series
        Months seen and the outcome then, shape (months,) each; the start is month 0.

    Returns
    -------
    float
        In the unit of the outcome; in months for `time-to`, NaN where the threshold is not met; the sum over the
        months after the start for `cumulative`.
    """
    if how.take == "final":
        return float(series[-1])
    if how.take == "at":
        return float(series[months == how.month][0])
    if how.take == "peak":
        return float(series.max())
    if how.take == "cumulative":
        return float(series[1:].sum())
    met = series >= how.above if how.above is not None else series <= (how.below or 0.0)
    return float(months[met][0]) if met.any() else float("nan")
