"""Which runs are computed together: items of some points and some replicates, the same however often it is asked."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.experiments.sweeps.sweep import Sweep
from sim.model.run import recorded

LANES, MOST_LANES = 64, 256
"""Points that run as lanes of one block: what firms do is fastest from 64 on, what a month does once gains by more."""

FIRMS_IN_BLOCK, MOST_FIRMS_IN_BLOCK = 256_000, 4_000_000
"""Firms of all lanes of a block that has more than 64 lanes, and of any, which bounds its memory."""

LEAST_DECISIONS, MOST_DECISIONS = 1_000_000, 20_000_000
"""Reviews of an item: fewer would be all overhead, more would lose too much to a kill (some seconds of work)."""

SOLVED_DECISIONS = 50_000_000
"""The same where a point's option constants are solved: then its replicates stay together, to solve them once."""

ITEMS = 64
"""Items that a sweep is cut into where those bounds allow, so that workers end together."""

MOST_BYTES = 32_000_000
"""Recorded numbers of an item while it is computed."""


@dataclass(frozen=True)
class Item:
    """Runs that are computed and kept together.

    Parameters
    ----------
    points : tuple of int
        Numbers of the points, ascending.
    replicates : range
        Replicates of each of them.
    """

    points: tuple[int, ...]
    replicates: range

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.points) * len(self.replicates)

    @property
    def name(self) -> str:
        """Name of its file; no other item of the folder shares its first point and its first replicate."""
        first, last = self.replicates[0], self.replicates[-1]
        return f"points-{self.points[0]:06d}-{self.points[-1]:06d}.replicates-{first:06d}-{last:06d}.parquet"


def items(
    sweep: Sweep,
    points: Mapping[int, Mapping[str, Any]],
    replicates: range,
    done: Mapping[int, Sequence[range]],
) -> list[Item]:
    """What is missing of some replicates of some points, in items.

    Items are cells of a fixed grid, blocks of points × groups of replicates, less what is done; so a sweep that was
    interrupted is cut as one that was not.

    Parameters
    ----------
    points : mapping of int to values
        Points wanted, by number.
    replicates : range
        Replicates wanted of each.
    done : mapping of int to ranges
        Replicates that are kept already, by point.
    """
    total = sum(_decisions(sweep, values) for values in points.values()) * len(replicates)
    most, most_lanes = min(max(total / ITEMS, LEAST_DECISIONS), MOST_DECISIONS), MOST_LANES
    if any(quantity.uncertain for quantity in sweep.quantities):
        most, most_lanes = SOLVED_DECISIONS, 2 * LANES
    found = []
    for block in blocks(sweep, points, most_lanes):
        size = len(block) * len(recorded_months(sweep)) * len(sweep.record) * 8
        decisions = _decisions(sweep, points[block[0]]) * len(block)
        group = _power_of_two(min(most / decisions, MOST_BYTES / size, len(replicates)))
        for first in range(replicates.start, replicates.stop, group):
            found += _missing(block, range(first, min(first + group, replicates.stop)), done)
    return found


def recorded_months(sweep: Sweep) -> list[int]:
    """Months recorded of each run: 0 for the start, every n-th and the last."""
    return recorded(sweep.base.run.months, sweep.every)


def firms(sweep: Sweep, values: Mapping[str, Any]) -> int:
    """Number of firms of a point."""
    return int(values.get("run.firms", sweep.base.run.firms))


def _decisions(sweep: Sweep, values: Mapping[str, Any]) -> float:
    """Number of reviews in a run of a point."""
    interval = values.get("review.interval", sweep.base.values["review.interval"])
    return firms(sweep, values) * max(1.0, sweep.base.run.months / float(interval))


def lanes(firms: int) -> int:
    """How many points run together, by the number of firms of each.

    >>> lanes(500), lanes(2_000), lanes(20_000), lanes(1_000_000)
    (256, 128, 64, 4)
    """
    many = min(max(LANES, FIRMS_IN_BLOCK // firms), MOST_LANES)
    return max(1, min(many, MOST_FIRMS_IN_BLOCK // firms))


def blocks(sweep: Sweep, points: Mapping[int, Mapping[str, Any]], most: int) -> list[tuple[int, ...]]:
    """Points that run as lanes: so many at most, alike in what makes the population, the network and the calendar."""
    shared = [quantity.key for quantity in sweep.quantities if quantity.shared]
    groups: dict[tuple, list[int]] = {}
    for number in sorted(points):
        groups.setdefault(tuple(points[number].get(key) for key in shared), []).append(number)
    found = []
    for group in groups.values():
        many = min(most, lanes(firms(sweep, points[group[0]])))
        found += [tuple(group[n : n + many]) for n in range(0, len(group), many)]
    return found


def _missing(block: Iterable[int], replicates: range, done: Mapping[int, Sequence[range]]) -> list[Item]:
    """What is missing of a cell, as rectangles of points that lack the same replicates."""
    lacking: dict[tuple[int, int], list[int]] = {}
    for number in block:
        for gap in gaps(replicates, done.get(number, ())):
            lacking.setdefault((gap.start, gap.stop), []).append(number)
    return [Item(tuple(numbers), range(*span)) for span, numbers in lacking.items()]


def gaps(wanted: range, done: Iterable[range]) -> list[range]:
    """Stretches of `wanted` that none of `done` covers, ascending.

    >>> gaps(range(0, 10), [range(2, 4), range(6, 10)])
    [range(0, 2), range(4, 6)]
    """
    found, first = [], wanted.start
    for span in sorted(done, key=lambda span: span.start):
        if span.start > first:
            found.append(range(first, min(span.start, wanted.stop)))
        first = max(first, span.stop)
    found.append(range(first, wanted.stop))
    return [span for span in found if len(span)]


def _power_of_two(most: float) -> int:
    """Largest power of two up to a number, at least 1."""
    return 1 << max(0, math.floor(math.log2(max(1.0, most))))
