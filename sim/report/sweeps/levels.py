"""Along a varied quantity: its levels, or bins with equally many points, and the mean at each with its interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.experiments.paired import t_quantile
from sim.model.run import month_date, month_index
from sim.report.numbers import level
from sim.report.sweeps.drawn import Drawn, Numbers
from sim.report.sweeps.words import MONTH, Manifest, Words

MOST_LEVELS = 30
"""Different values that are shown each by itself."""

SAMPLED = ("lhs", "sobol", "morris")
"""Designs whose points are draws from what the quantities may be."""

PER_LEVEL = 4
"""Points of a sampled design that a value needs to be shown by itself."""


@dataclass(frozen=True)
class Axis:
    """A varied quantity as an axis of a figure.

    Parameters
    ----------
    words : Words
        What it is called.
    kind : str
        "number", "date" or "word".
    labels : tuple of str
        Of its levels or bins.
    places : array, shape (groups,)
        Where each is drawn: its number, its date in years, its turn; the median of a bin's points, or its middle.
    edges : array, shape (groups + 1,), or None
        Of bins.
    group : dict of int to int
        Level or bin by number of point.
    log : bool
        Whether distances on it are those of logarithms.
    """

    words: Words
    kind: str
    labels: tuple[str, ...]
    places: Numbers
    edges: Numbers | None
    group: Mapping[int, int]
    log: bool = False

    @property
    def size(self) -> int:
        """Number of levels or bins."""
        return len(self.labels)

    @property
    def joined(self) -> bool:
        """Whether a line goes from one to the next: not from word to word, and not where there is but one."""
        return self.kind != "word" and self.size > 1


class Estimates(NamedTuple):
    """Means of groups of points, shape (groups,) each.

    Attributes
    ----------
    mean
        Of the points' own means, each over its replicates.
    half
        Half the 95 % interval; NaN where it is unknown.
    low, high
        Middle 90 % of the points' own means.
    points
        Number of points with a value.
    sound, without
        Runs, and of them those without a value.
    """

    mean: Numbers
    half: Numbers
    low: Numbers
    high: Numbers
    points: Numbers
    sound: Numbers
    without: Numbers


def axis(words: Words, points: Mapping[int, Mapping[str, Any]], manifest: Manifest, bins: int) -> Axis:
    """A quantity as an axis, in levels where they are few enough, otherwise in about so many bins.

    Words stand in the order of the sweep's file. Numbers drawn log-uniformly are on an axis of logarithms.
    """
    raw = {number: values[words.key] for number, values in points.items()}
    some = next(iter(raw.values()))
    kind = "number" if not isinstance(some, str) else "date" if words.unit == MONTH else "word"
    if kind == "word":
        given = manifest["quantities"][words.key].get("countable", ())
        different = [each for each in dict.fromkeys((*given, *raw.values())) if each in raw.values()]
        turns = {value: turn for turn, value in enumerate(different)}
        group = {number: turns[value] for number, value in raw.items()}
        return Axis(words, kind, tuple(different), np.arange(len(different), dtype=float), None, group)
    numbers = {number: _number(value) * words.scale for number, value in raw.items()}
    distinct = sorted(set(numbers.values()))
    law = manifest["quantities"][words.key].get("distribution")
    log = law == "log-uniform" and kind == "number" and distinct[0] > 0
    several = len(next(iter(points.values()))) > 1 and len(distinct) > 1
    lonely = manifest["design"] in SAMPLED and several and len(points) < PER_LEVEL * len(distinct)
    edges = np.array(distinct)
    if len(distinct) <= MOST_LEVELS and not lonely:
        group = {number: distinct.index(value) for number, value in numbers.items()}
        return Axis(words, kind, tuple(_label(each, kind) for each in distinct), edges, None, group, log)
    every = np.array(list(numbers.values()))
    edges = np.unique(np.quantile(every, np.linspace(0.0, 1.0, bins + 1)))
    places = np.clip(np.searchsorted(edges, every, side="right") - 1, 0, len(edges) - 2)
    middles = (edges[:-1] + edges[1:]) / 2  # of bins without a point, which ties may leave
    medians = np.array([np.median(every[places == n]) if n in places else each for n, each in enumerate(middles)])
    labels = tuple(f"{_label(a, kind)} to {_label(b, kind)}" for a, b in pairwise(edges))
    return Axis(words, kind, labels, medians, edges, dict(zip(numbers, places.tolist(), strict=True)), log)


def points_of_draw(manifest: Manifest) -> int:
    """How many points are drawn together: a trajectory of Morris' design, one elsewhere; 0 where points are held."""
    if manifest["design"] not in SAMPLED:
        return 0
    return len(manifest["quantities"]) + 1 if manifest["design"] == "morris" else 1


def estimates(drawn: Drawn, groups: Sequence[int] | npt.NDArray[np.int_], many: int, together: int) -> Estimates:
    """Means of groups of runs.

    Parameters
    ----------
    groups : shape (runs,)
        Group of each run, from 0.
    many : int
        Number of groups.
    together : int
        `points_of_draw`: where points are draws, the interval counts them as such; where 0, it holds them.
    """
    of = np.asarray(groups)
    rows = []
    for each in range(many):
        mine = of == each
        rows.append(_estimate(drawn.points[mine], drawn.replicates[mine], drawn.values[mine], together))
    found = Estimates(*np.array(rows, float).reshape(many, len(Estimates._fields)).T)
    if together and found.points.max() > 1:
        found.half[found.points == 1] = np.nan  # what other points of this group would give is not known
    return found


def _estimate(points: npt.NDArray, replicates: npt.NDArray, values: Numbers, together: int) -> tuple[float, ...]:
    """The mean of one group.

    A replicate is the same luck at all points, so its deviations are added up over points before they are squared
    (the variance clustered by replicate), each larger by what its point's few runs make deviations too small. Degrees
    of freedom are those of the points, by their parts of the variance; a point with a single run tells nothing of its
    luck, and there is no interval. Where points are draws, their own variance comes on top, clustered by draw; what
    both count makes the interval a little too wide rather than too narrow.
    """
    there = np.isfinite(values)
    sound, without = len(values), int(len(values) - there.sum())
    if not there.any():
        return (np.nan, np.nan, np.nan, np.nan, 0, sound, without)
    numbers, point = np.unique(points[there], return_inverse=True)
    _, replicate = np.unique(replicates[there], return_inverse=True)
    value = values[there]
    runs = np.bincount(point)
    own = np.bincount(point, value) / runs
    many, luck = len(own), int(replicate.max()) + 1
    low, high = np.quantile(own, (0.05, 0.95))
    half = np.nan
    if luck > 1:
        free, deviation = runs - 1.0, value - own[point]
        with np.errstate(divide="ignore", invalid="ignore"):  # of single runs
            errors = np.bincount(point, deviation**2) / (runs * free)
            freedom = errors.sum() / (errors / free).sum() if errors.any() else luck - 1.0
        added = np.bincount(replicate, deviation / (many * np.sqrt(runs * np.maximum(free, 1.0))[point]))
        variance, least = (added**2).sum(), luck if together else 1.0 + freedom
        if together and many > 1:
            _, draw = np.unique((numbers - 1) // together, return_inverse=True)
            apart, draws = np.bincount(draw, (own - own.mean()) / many), int(draw.max()) + 1
            variance, least = variance + draws / max(1, draws - 1) * (apart**2).sum(), min(luck, draws)
        half = t_quantile(least) * float(np.sqrt(variance)) if least > 1 else np.nan  # nor where that is unknown
    return (float(own.mean()), half, float(low), float(high), many, sound, without)


def _number(value: float | str) -> float:
    """A value on an axis of numbers; a date in years, so that January 2027 is 2027."""
    return month_index(value) / 12 if isinstance(value, str) else float(value)


def _label(number: float, kind: str) -> str:
    return month_date(round(12 * number)) if kind == "date" else level(number)
