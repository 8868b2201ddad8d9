"""Two runs on the same draws: their differences, replicate by replicate, with intervals by Student's t."""

import dataclasses
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sim.experiments.tables import WORDS, Outcomes, calendar_month, normal, number_column, word_column
from sim.model.complaints import Complaints, Refused, listed, shown
from sim.model.outcome_table import OUTCOMES, UP_TO_CONSTANTS
from sim.model.parameters import PARAMETERS
from sim.model.quantities import CONSTANTS
from sim.model.scenario import Scenario

LEVEL = 0.95
"""Confidence of every interval."""

WITH_OPTION = ("firms", "months", "seed", "every")
"""Settings of a run that an option of the command sets for both scenarios; two runs agree in them or share no draws,
no months or no firms."""

INTERVAL = "review.interval"
"""Draws belong to review periods: with another interval the same number decides in another month."""

SCHEMA = pa.schema(
    [
        ("month", pa.int32()),
        *((name, WORDS) for name in ("date", "outcome", "group", "unit")),
        *((name, pa.float64()) for name in ("difference", "low", "high", "standard_error")),
        ("pairs", pa.int32()),
    ]
)
"""Columns of the table of differences; rows are sorted by month and the declared order of outcomes."""


class Interval(NamedTuple):
    """A mean over replicates and its 95 % interval, numbers or arrays of one shape.

    `low`, `high` and `error` (the standard error) are NaN where a single replicate leaves them unknown.
    """

    mean: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    error: npt.NDArray[np.float64]


def check_pair(first: Scenario, second: Scenario) -> list[str]:
    """Refuse two scenarios that share no draws, calendar or money; notes on what else a reader should know.

    Parameters differ as they like. Those that shape the population may, too: each replicate still draws the same
    numbers, and differences of replicates that are independent of each other have a valid interval, if a wider one.

    Raises
    ------
    BadInput
        With everything in which the two differ and must not.
    """
    complaints = Complaints()
    where = f"--against {second.name}"
    for name in WITH_OPTION:
        here, there = getattr(first.run, name), getattr(second.run, name)
        remedy = f"Give --{name} {here}, which holds for both."
        _agree(complaints, where, f"run.{name}", first.name, (here, there), remedy)
    fixed = {
        "run.start": (first.run.start, second.run.start),
        INTERVAL: (first.values[INTERVAL], second.values[INTERVAL]),
        "world.currency": (first.currency, second.currency),
        "world.price_level": (first.price_level, second.price_level),
    }
    for key, pair in fixed.items():
        remedy = "Set it alike in both files, or compare two scenarios of one base world."
        _agree(complaints, where, key, first.name, pair, remedy)
    complaints.stop_if_any()
    notes, apart = [], shaping(first, second)
    if apart:
        notes.append(
            f"{first.name} and {second.name} differ in {listed(apart)}: the same draws may make other firms or "
            "partners, so that runs are paired in part only and intervals wider; that difference is part of the result."
        )
    if not same_constants(first, second):
        notes.append(
            f"{first.name} and {second.name} have option constants of their own, those of on premise being 0 in both, "
            f"so that {listed(UP_TO_CONSTANTS)} have no common zero: their differences are left out."
        )
    return notes


def shaping(first: Scenario, second: Scenario) -> list[str]:
    """In which parameters two scenarios differ that shape firms and partners, so that the same draws make others."""
    return [key for key in differing(first, second) if key in PARAMETERS and PARAMETERS[key].shared]


def same_constants(first: Scenario, second: Scenario) -> bool:
    """Whether two scenarios have the same option constants: the same given, or solved for the same base world."""
    if first.constants_given and second.constants_given:
        return all(first.values[key] == second.values[key] for key in CONSTANTS)
    return (first.constants_given, first.base_values) == (second.constants_given, second.base_values)


def differing(first: Scenario, second: Scenario) -> list[str]:
    """What two scenarios of equal run settings differ in: parameters, policies and events; empty for equal ones."""
    one, other = _contents(first), _contents(second)
    found = [key for key in {**one, **other} if one.get(key) != other.get(key)]
    if not found and first.fingerprint_fields() != second.fingerprint_fields():
        return ["the order of policies, or whether option constants are given or solved"]
    return found


def matched(first: Outcomes, second: Outcomes) -> tuple[Outcomes, Outcomes]:
    """The two tables with the replicates that are finished in both; a policy that one lacks has spent nothing in it.

    Raises
    ------
    ValueError
        If the tables record different months.
    """
    if not np.array_equal(first.months, second.months):
        raise ValueError("the two runs record different months")
    both = np.intersect1d(first.replicates, second.replicates)
    columns = tuple(dict.fromkeys([*first.columns, *second.columns]))

    def cut(table: Outcomes) -> Outcomes:
        values = np.zeros((len(both), len(table.months), len(columns)))
        places = [columns.index(column) for column in table.columns]
        values[:, :, places] = table.values[np.isin(table.replicates, both)]
        return Outcomes(both, table.months, columns, values)

    return cut(first), cut(second)


def differences(first: Outcomes, second: Outcomes, of_one_zero: bool = True) -> Outcomes:
    """Outcomes of the first table less those of the second, replicate by replicate; the two are `matched`.

    Parameters
    ----------
    of_one_zero : bool
        Whether both have the `same_constants`; else outcomes that are up to these are NaN.
    """
    values = first.values - second.values
    if not of_one_zero:
        values[:, :, [outcome in UP_TO_CONSTANTS for outcome, _ in first.columns]] = np.nan
    return dataclasses.replace(first, values=values)


def t_interval(values: npt.NDArray[np.float64]) -> Interval:
    """Mean and interval over the first axis, by Student's t with one degree of freedom less than replicates.

    mean ± t₀.₉₇₅(R − 1) · s/√R, s the standard deviation with divisor R − 1. Values that are all 0 give [0, 0].
    """
    count = len(values)
    mean = values.mean(axis=0)
    if count < 2:
        unknown = np.full_like(mean, np.nan)
        return Interval(mean, unknown, unknown, unknown)
    error = values.std(axis=0, ddof=1) / np.sqrt(count)
    half = t_quantile(count) * error
    return Interval(mean, mean - half, mean + half, error)


def t_quantile(count: float) -> float:
    """How many standard errors the interval over `count` replicates, more than 1, reaches to each side."""
    from scipy import special  # takes a tenth of a second to import, and who only reads what is kept does without

    return float(special.stdtrit(count - 1, (1.0 + LEVEL) / 2.0))


def difference_table(paired: Outcomes, scenario: Scenario) -> pa.Table:
    """The tidy table of `SCHEMA`: every outcome, group and recorded month, in the unit of the outcome.

    Parameters
    ----------
    paired : Outcomes
        What `differences` gives.
    scenario : Scenario
        Whose dates and currency the table shows; both scenarios have the same.
    """
    found = t_interval(paired.values)
    months, columns = found.mean.shape
    dates = [calendar_month(scenario.run.start, int(month)) for month in paired.months]
    units = [OUTCOMES[outcome].unit.replace("money", scenario.currency) for outcome, _ in paired.columns]
    rows = months * columns
    return pa.Table.from_arrays(
        [
            number_column(np.repeat(paired.months.astype(np.int32), columns), pa.int32()),
            word_column([date for date in dates for _ in range(columns)]),
            word_column([outcome for outcome, _ in paired.columns] * months),
            word_column([group for _, group in paired.columns] * months),
            word_column(units * months),
            *(number_column(normal(each), pa.float64()) for each in found),
            number_column(np.full(rows, len(paired.replicates), np.int32), pa.int32()),
        ],
        schema=SCHEMA,
    )


def _contents(scenario: Scenario) -> dict[str, object]:
    """Parameters with the values of the base world beside them, policies and events by name."""
    found: dict[str, object] = {key: (each, scenario.base_values[key]) for key, each in scenario.values.items()}
    found |= {f"policy.{policy.name}": policy for policy in scenario.policies}
    return found | {f"event.{event.name}": event for event in scenario.events}


def _agree(complaints: Complaints, where: str, key: str, name: str, pair: tuple[object, object], remedy: str) -> None:
    """Note that the two values of a setting differ, if they do."""
    here, there = pair
    if here != there:
        problem = f"it is {shown(there)}, and {shown(here)} in {name}, so the two cannot be paired"
        complaints.add(where, key, Refused(problem, "the same in both", remedy))
