"""Who is there: size classes, review months and the fixed traits of firms.

Nothing is drawn here: functions turn uniforms and normals they are handed into traits. Firms are stored by review
phase, then by size class, so that a month touches one stretch of rows and parameters of a class are constant over
a stretch (docs/model.md, "Initialization").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import special

from sim.model.facts import Firm
from sim.model.nouns import CLASSES
from sim.model.quantiles import beta_quantiles

Values = Mapping[str, Any]

TRAIT_COLUMNS = ("employees", "sector", "region", "sensitivity", "capability", "funds", "attention")
"""Columns of the uniforms that `traits` takes."""

TASTE_COLUMNS = ("on_premise", "private", "public", "hybrid", "agents")
"""Columns of the standard normals that `traits` takes."""

TINY = 2.0**-54
"""Keeps uniforms inside (0, 1) where a quantile would be infinite."""


@dataclass(frozen=True)
class Layout:
    """Where firms are stored.

    Attributes
    ----------
    counts
        Firms by review phase and class, shape (phases, classes).
    bounds
        First row of each (phase, class) stretch in storage order, and the total; shape (phases · classes + 1,).
    classes
        Class code of each row, int8.
    weights
        National firms that one simulated firm of the class stands for, shape (classes,).
    """

    counts: np.ndarray
    bounds: np.ndarray
    classes: np.ndarray
    weights: np.ndarray

    @cached_property
    def firms(self) -> int:
        """Number of simulated firms."""
        return int(self.bounds[-1])

    @property
    def phases(self) -> int:
        """Number of review phases: months between two reviews."""
        return len(self.counts)

    @cached_property
    def largest_phase(self) -> int:
        """Most firms that review in one month."""
        return int(self.counts.sum(axis=1).max())

    def phase_bounds(self, phase: int) -> np.ndarray:
        """First row of each class that reviews in one phase, and the row after the last; (classes + 1,)."""
        return self.bounds[phase * len(CLASSES) : (phase + 1) * len(CLASSES) + 1]

    def ranks(self, rows: slice) -> np.ndarray:
        """Running number of each of some rows within its class, int64."""
        before = np.cumsum(self.counts, axis=0) - self.counts
        repeats = np.diff(np.clip(self.bounds, rows.start, rows.stop))
        return np.arange(rows.start, rows.stop) - np.repeat(self.bounds[:-1] - before.ravel(), repeats)

    def last_reviews(self, rows: slice) -> np.ndarray:
        """Month of the last review of some rows before the start, int16."""
        repeats = np.diff(np.clip(self.bounds[:: len(CLASSES)], rows.start, rows.stop))
        return np.repeat(np.arange(-self.phases, 0, dtype=np.int16), repeats)

    def row(self, size_class: np.ndarray, rank: np.ndarray) -> np.ndarray:
        """Row of the firm with the given class and rank within it, for arrays of one shape."""
        counts, starts = self.counts.T.ravel(), self.bounds[:-1].reshape(self.counts.shape).T.ravel()
        after = np.cumsum(counts)  # running numbers, class by class and in each phase by phase
        number = (after[self.phases - 1 :: self.phases] - self.counts.sum(axis=0))[size_class] + rank
        return number + (starts - after + counts)[np.searchsorted(after, number, side="right")]


def class_counts(firms: int, mix: tuple[float, ...]) -> np.ndarray:
    """Whole numbers of firms by class that sum to `firms` and are nearest to the mix (largest remainders)."""
    exact = np.asarray(mix) * firms
    counts = np.floor(exact).astype(np.int64)
    order = np.argsort(counts - exact, kind="stable")
    counts[order[: firms - counts.sum()]] += 1
    return counts


def layout(firms: int, values: Values) -> Layout:
    """Lay firms out by review phase and class; phases are equal to within one firm, in total and by class."""
    phases = values["review.interval"]
    totals = class_counts(firms, values["population.sample_mix"])
    first = np.cumsum(totals) - totals  # classes are dealt out one after the other, a firm to each phase in turn
    turn = np.arange(phases)[:, None]
    counts = (first + totals - 1 - turn) // phases - (first - 1 - turn) // phases
    bounds = np.concatenate([[0], np.cumsum(counts.ravel())])
    classes = np.repeat(np.tile(np.arange(len(CLASSES), dtype=np.int8), phases), counts.ravel())
    national = values["population.national_firms"] * np.asarray(values["population.national_mix"])
    weights = np.where(totals > 0, national / np.maximum(totals, 1), 0.0)
    return Layout(counts, bounds, classes, weights)


@dataclass(frozen=True)
class Traits:
    """Fixed traits, one entry a firm.

    Kept is what cannot be worked out from the rest, as narrow as is exact: most of a very large population is this.
    """

    values: Values
    seats: np.ndarray  # int32
    capability: np.ndarray
    sensitivity: np.ndarray
    funds: np.ndarray
    applies: np.ndarray  # bool
    attention: np.ndarray
    exposure: np.ndarray
    tastes: np.ndarray  # (firms, 5): options, then agents
    sector: np.ndarray  # int8
    region: np.ndarray  # int8

    @property
    def per_seat(self) -> np.ndarray:
        """Inverse of the seats."""
        return 1.0 / self.seats

    @property
    def size_scale(self) -> np.ndarray:
        """Economies of scale of a private cloud."""
        return self.seats.astype(np.float64) ** -self.values["cost.private_scale"]

    @property
    def attack_scale(self) -> np.ndarray:
        """How much more often small firms are hit behind their own walls."""
        return (self.seats / 50.0) ** -self.values["risk.private_size"]

    @property
    def tier(self) -> np.ndarray:
        """Part of the top tier's compliance cost that the firm's sector bears."""
        return np.asarray(self.values["sector.compliance_tier"])[self.sector]

    @classmethod
    def room(cls, firms: int, values: Values) -> "Traits":
        """Room for so many firms, to be filled."""
        seats, applies, sector, region = (np.empty(firms, kind) for kind in (np.int32, bool, np.int8, np.int8))
        capability, sensitivity, funds, attention, exposure = np.empty((5, firms))
        tastes = np.empty((firms, len(TASTE_COLUMNS)))
        return cls(values, seats, capability, sensitivity, funds, applies, attention, exposure, tastes, sector, region)

    def arrays(self) -> list[np.ndarray]:
        """All that is kept of firms, in order."""
        return list(vars(self).values())[1:]

    def part(self, rows: slice) -> "Traits":
        """Traits of some rows; shares their memory."""
        return Traits(self.values, *(each[rows] for each in self.arrays()))

    def firm_columns(self) -> np.ndarray:
        """Columns of `facts.Firm` as one array of floats, shape (fields, firms)."""
        columns = Firm(
            seats=self.seats, per_seat=self.per_seat, size_scale=self.size_scale, capability=self.capability,
            sensitivity=self.sensitivity, tier=self.tier, funds=self.funds, applies=self.applies,
            attention=self.attention, exposure=self.exposure, attack_scale=self.attack_scale,
            **{f"taste_{name}": taste for name, taste in zip(TASTE_COLUMNS, self.tastes.T, strict=True)},
        )  # fmt: skip
        return np.stack(columns, dtype=np.float64, casting="safe")


def traits(
    uniforms: np.ndarray,
    *,
    exposure: np.ndarray,
    tastes: np.ndarray,
    applies: np.ndarray,
    classes: np.ndarray,
    values: Values,
) -> Traits:
    """Turn draws into traits.

    Parameters
    ----------
    uniforms
        Shape (firms, 7), columns `TRAIT_COLUMNS`.
    exposure
        Uniforms, shape (firms,): who is isolated first where public cloud is forbidden to part of a tier.
    tastes
        Standard normals, shape (firms, 5), columns `TASTE_COLUMNS`.
    applies
        Whether cloud applies to the firm at all (S3).
    classes
        Class code of each firm.
    """
    u = dict(zip(TRAIT_COLUMNS, np.clip(uniforms.T, TINY, 1.0 - 2.0**-53), strict=True))
    sector = _category(u["sector"], values["population.sector_mix"])
    employees = _employees(u["employees"], classes, values)
    exactly = employees * np.asarray(values["sector.intensity"])[sector]
    seats = np.ceil(exactly * (1.0 - 1e-12))  # 100 · .55 is a little more than 55 in binary numbers
    level = np.asarray(values["sector.sensitivity"])[sector]
    return Traits(
        values=values,
        seats=seats.astype(np.int32),
        capability=beta_quantiles(
            u["capability"], classes, values["population.capability"], values["population.capability_concentration"]
        ),
        sensitivity=level * np.exp(_centred(values["population.sensitivity_sd"], u["sensitivity"])),
        funds=np.exp(values["population.liquid_sd"] * special.ndtri(u["funds"])),
        applies=applies,
        attention=u["attention"],
        exposure=exposure,
        tastes=tastes,
        sector=sector,
        region=_category(u["region"], values["population.region_mix"]),
    )


def _category(u, mix):
    """Category codes from uniforms and shares (int8)."""
    return np.minimum(np.searchsorted(np.cumsum(mix), u, side="right"), len(mix) - 1).astype(np.int8)


def _employees(u, classes, values):
    """Employees, log-uniform over the whole numbers of the class."""
    low = np.asarray(values["population.smallest"], float)[classes]
    high = np.asarray(values["population.largest"], float)[classes] + 1.0
    return np.minimum(np.floor(low * (high / low) ** u), high - 1.0)


def _centred(sd, u):
    """Normal with a mean such that its exponential has mean 1."""
    return sd * special.ndtri(u) - 0.5 * sd * sd


PLASTIC = (0.7548776662466927, 0.5698402909980532)
"""Steps of the two-dimensional additive recurrence (powers of the inverse plastic number): evenly spread pairs."""


def spread(ranks: np.ndarray, shift: np.ndarray, step: int) -> np.ndarray:
    """Evenly spread points in [0, 1) for firms numbered within their class, shifted by a draw per class."""
    return (shift + ranks * PLASTIC[step]) % 1.0
