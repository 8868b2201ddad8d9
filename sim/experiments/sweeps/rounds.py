"""How many replicates each point gets: a fixed number, or batches until its interval is narrow enough."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.experiments.paired import t_quantile
from sim.experiments.sweeps.folder import SweepFolder
from sim.experiments.sweeps.items import gaps
from sim.experiments.sweeps.part import REDUCED
from sim.experiments.sweeps.sweep import Replicates, Sweep

Series = Mapping[int, npt.NDArray[np.float64]]
"""A reduction by point, shape (replicates,) each, NaN where a run failed or has none; points with a run that did not
fail."""


def rounds(sweep: Sweep, points: Sequence[int], folder: SweepFolder) -> Iterator[tuple[list[int], range]]:
    """Points and replicates to have next, until every point has enough.

    What comes next depends on the results kept alone, so that a sweep which was interrupted goes on as it would have.
    """
    rule = sweep.replicates
    if rule.number is not None:
        yield list(points), range(rule.number)
        return
    reference = rule.reference_point
    active = sorted(set(points) - {reference})
    for batch in rule.batches:
        both = active if reference is None else sorted({*active, reference})
        yield both, batch
        active = wide(active, outcome_by_point(folder, rule.outcome), rule, batch.stop)
        if not active:
            return


class Standing(NamedTuple):
    """Numbers of the points that a stopping rule has done with, or not, and the runs to come at least."""

    narrow: list[int]
    at_most: list[int]
    empty: list[int]
    going: list[int]
    missing: int


def standing(rule: Replicates, points: Sequence[int], folder: SweepFolder) -> Standing:
    """How far a stopping rule is, by the replicates kept: what `rounds` would do next, without asking for it.

    A point is narrow enough, or has as many replicates as it may have, or has come to its end without a value, or is
    still going.
    """
    done, series, reference = folder.done(), outcome_by_point(folder, rule.outcome), rule.reference_point
    widths = cache(lambda replicates: half_widths(series, rule, replicates))
    found = Standing([], [], [], [], 0)
    missing = set[tuple[int, int]]()
    for point in sorted(set(points) - {reference}):
        both, then = [point] if reference is None else [point, reference], found.at_most
        for batch in rule.batches:
            lacking = {(each, n) for each in both for gap in gaps(batch, done.get(each, ())) for n in gap}
            if lacking:
                missing |= lacking
                then = found.going
                break
            width = widths(batch.stop).get(point, np.nan)
            if not is_wide(width, rule):
                then = found.empty if np.isnan(width) else found.narrow
                break
        if then is found.at_most and not np.isfinite(_values(series, rule, point, rule.most)).any():
            then = found.empty
        then.append(point)
    return found._replace(missing=len(missing))


def wide(points: Sequence[int], series: Series, rule: Replicates, replicates: int) -> list[int]:
    """Of some points those whose interval over their first so many replicates is wider than the rule asks for."""
    widths = half_widths(series, rule, replicates)
    return [point for point in points if is_wide(widths.get(point, np.nan), rule)]


def is_wide(width: float, rule: Replicates) -> bool:
    """Whether half an interval is wider than the rule asks for; more replicates help no point whose runs fail."""
    return width > rule.half_width


def outcome_by_point(folder: SweepFolder, reduction: str) -> Series:
    """A reduction of all runs kept, by point, in order of replicate."""
    name = REDUCED + reduction
    found = {}
    for table in folder.runs(["point", "replicate", "stage", name]):
        if not table["stage"].null_count:
            continue
        replicates = np.asarray(table["replicate"].to_pylist())
        series = np.full(replicates.max() + 1, np.nan)
        series[replicates] = table[name].to_pylist()
        found[int(table["point"][0].as_py())] = series
    return found


def half_widths(series: Series, rule: Replicates, replicates: int | None = None) -> dict[int, float]:
    """Half the width of each point's 95 % interval by Student's t, over its first so many replicates.

    Of the paired difference to the reference where there is one. Infinite where fewer than two runs have a value: how
    rarely a threshold is met, the first batch cannot tell. NaN where all runs of the reference failed.
    """
    reference = rule.reference_point
    found = {}
    for point in series:
        if reference is not None and reference not in series:
            found[point] = np.nan
            continue
        values = _values(series, rule, point, replicates)
        sound = values[np.isfinite(values)]
        many = len(sound)
        found[point] = float(t_quantile(many) * sound.std(ddof=1) / np.sqrt(many)) if many > 1 else float("inf")
    return found


def _values(series: Series, rule: Replicates, point: int, replicates: int | None) -> npt.NDArray[np.float64]:
    """What a point's interval is of: its own values, or their differences to the reference."""
    values, reference = series[point][:replicates], rule.reference_point
    if reference is None or reference == point:
        return values
    return values - series[reference][: len(values)]
