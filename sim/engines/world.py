"""What all engines start from: the firms, their network and their luck, and the starting state of every lane.

A block of lanes shares population, network and luck; lanes may differ in every parameter that is not marked shared,
in policies and in events. Built once per replicate by one piece of code, so that engines can only differ in how they
run the months.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from sim.engines import streams
from sim.engines.placing import NEVER, Drawn, State, place
from sim.engines.streams import Purpose
from sim.engines.threads import each
from sim.model import network, population
from sim.model.arithmetic import total
from sim.model.constants import constants, lane_values
from sim.model.errors import BadInput
from sim.model.measures import Measures, resolve
from sim.model.nouns import CLASSES, OPTIONS, SECTORS
from sim.model.parameters import PARAMETERS
from sim.model.population import TASTE_COLUMNS, TRAIT_COLUMNS, Layout, Traits, Values
from sim.model.scenario import Scenario

LINKED_AT_ONCE = 16_384
"""Firms whose partners are found together: few enough to stay in the processor's cache."""


@dataclass(frozen=True)
class World:
    """A block of lanes at the start of one replicate."""

    lanes: tuple[Scenario, ...]
    replicate: int
    threads: int  # chunks of firms worked on at once
    values: tuple[Values, ...]
    layout: Layout
    traits: Traits
    tastes: np.ndarray  # for providers, shape (firms, providers)
    partners: np.ndarray  # int32, shape (firms, d)
    measures: Measures
    state: State
    incidents: np.ndarray  # uniforms, shape (months, MOST_PROVIDERS)
    _columns: dict[tuple[int, int], np.ndarray] = field(default_factory=dict)

    @cached_property
    def months(self) -> int:
        """Length of the run."""
        return self.lanes[0].run.months

    @cached_property
    def interval(self) -> int:
        """Months between two reviews."""
        return self.layout.phases

    @cached_property
    def providers(self) -> int:
        """Number of public providers."""
        return self.tastes.shape[1]

    @property
    def mean_field(self) -> bool:
        """Whether firms listen to the whole economy instead of partners."""
        return self.values[0]["network.kind"] == network.MEAN_FIELD

    @cached_property
    def hybrid_share(self) -> np.ndarray:
        """Share of a hybrid's seats on public cloud, φ, (lanes,)."""
        return np.array([values["cost.hybrid_share"] for values in self.values])

    def past_hits(self) -> np.ndarray:
        """Firms hit before the start, by the review phase in which it was booked; int64, (phases, classes, lanes)."""
        hit = self.state.last_hit > NEVER
        stretches = [[self.layout.stretch(phase, c) for c in range(len(CLASSES))] for phase in range(self.interval)]
        return np.array([[hit[stretch].sum(axis=0) for stretch in row] for row in stretches])

    def firms_aimed_at(self) -> np.ndarray:
        """A twelfth of the national firms of classes and sectors that each policy is aimed at, (policies, lanes)."""
        firms, cells = np.zeros((len(CLASSES), len(SECTORS))), len(CLASSES) * len(SECTORS)
        for rows in streams.pieces(0, self.layout.firms):
            cell = self.layout.classes[rows] * np.int8(len(SECTORS)) + self.traits.sector[rows]
            firms += np.bincount(cell, minlength=cells).reshape(firms.shape)
        weighted = firms * self.layout.weights[:, None] / 12.0
        return np.array([
            total((target * weighted[..., None]).reshape(-1, len(self.lanes)))
            for target in self.measures.targets[: self.measures.policies]
        ]).reshape(self.measures.policies, len(self.lanes))  # fmt: skip

    def columns(self, rows: slice) -> np.ndarray:
        """Columns of `facts.Firm` of some rows, shape (16, rows); those of a small world are worked out once."""
        if self.layout.firms > streams.CHUNK:
            return self.traits.part(rows).firm_columns()
        key = rows.start, rows.stop
        if key not in self._columns:
            self._columns[key] = self.traits.part(rows).firm_columns()
        return self._columns[key]

    def luck(self, month: int, rows: slice) -> list[np.ndarray]:
        """Draws of some rows for the review period of a month: awareness (rows,), hit (rows,), choice (rows, 4)."""
        run, chunk, found = self.lanes[0].run, streams.CHUNK, []
        for piece in streams.pieces(rows.start, rows.stop):
            n, start = piece.start // chunk, piece.start % chunk
            firms = min(chunk, self.layout.firms - n * chunk)
            drawn = _luck(run.seed, self.replicate, month // self.interval, n, firms)
            found.append([each[start : start + piece.stop - piece.start] for each in drawn])
        return found[0] if len(found) == 1 else [np.concatenate(each) for each in zip(*found, strict=True)]


@lru_cache(maxsize=8)
def _luck(seed, replicate, period, chunk, firms):
    """Draws of one review period for the firms of one chunk, kept for the months that share it."""
    aware = streams.uniforms(seed, replicate, Purpose.AWARENESS, firms, 1, period, chunk)[:, 0]
    hit = streams.uniforms(seed, replicate, Purpose.HIT, firms, 1, period, chunk)[:, 0]
    return aware, hit, streams.gumbels(seed, replicate, firms, len(OPTIONS), period, chunk)


def build(lanes: Sequence[Scenario], replicate: int, threads: int = 1) -> World:
    """Draw population, network and starting state of one replicate for scenarios that run as lanes.

    Parameters
    ----------
    threads
        How many chunks of firms are worked on at once, now and in the months of the world.

    Raises
    ------
    BadInput
        If lanes differ in what makes the population or the network, or memory does not suffice.
    """
    _check_block(lanes)
    found = [constants(scenario) for scenario in lanes]
    values = tuple(lane_values(scenario, each) for scenario, each in zip(lanes, found, strict=True))
    run, common = lanes[0].run, values[0]
    where = population.layout(run.firms, common)
    firms, state = Traits.room(where.firms, common), State.room(where.firms, len(lanes))
    tastes = np.empty((where.firms, len(common["market.shares"])))
    points = streams.stream(run.seed, replicate, Purpose.START).random((2, len(CLASSES)))

    def draw(rows: slice) -> None:
        count, chunk, classes = rows.stop - rows.start, rows.start // streams.CHUNK, where.classes[rows]

        def uniforms(purpose: Purpose, columns: int) -> np.ndarray:
            return streams.uniforms(run.seed, replicate, purpose, count, columns, chunk=chunk)

        def normals(purpose: Purpose, columns: int) -> np.ndarray:
            return streams.normals(run.seed, replicate, purpose, count, columns, chunk=chunk)

        ranks = where.ranks(rows)
        reached, placing = (population.spread(ranks, points[n, classes], n) for n in range(2))
        drawn = population.traits(
            uniforms(Purpose.TRAITS, len(TRAIT_COLUMNS)), uniforms(Purpose.EXPOSURE, 1)[:, 0],
            normals(Purpose.TASTES, len(TASTE_COLUMNS)),
            reached < 1.0 - np.asarray(common["population.not_applicable"])[classes], classes, common,
        )  # fmt: skip
        tastes[rows] = normals(Purpose.PROVIDER_TASTES, tastes.shape[1])
        for whole, part in zip(firms.arrays(), drawn.arrays(), strict=True):
            whole[rows] = part
        last_review = np.searchsorted(where.bounds[:: len(CLASSES)], np.arange(rows.start, rows.stop), side="right")
        place(state.part(rows), found, values, Drawn(
            classes, drawn.firm_columns(), tastes[rows], reached, placing, uniforms(Purpose.PAST_HIT, 1)[:, 0],
            (last_review - 1 - where.phases).astype(np.int16), where.phases,
        ))  # fmt: skip

    each(draw, streams.pieces(0, where.firms), threads)
    _check_seats(firms.seats)
    return World(
        lanes=tuple(lanes),
        replicate=replicate,
        threads=threads,
        values=values,
        layout=where,
        traits=firms,
        tastes=tastes,
        partners=_partners(run.seed, replicate, where, firms, threads),
        measures=resolve(lanes),
        state=state,
        incidents=streams.incidents(run.seed, replicate, run.months),
    )


def _partners(seed: int, replicate: int, where: Layout, firms: Traits, threads: int) -> np.ndarray:
    """Rows of each firm's partners, int32, shape (firms, d)."""
    kind, d = firms.values["network.kind"], firms.values["network.partners"]
    result = network.arranged(kind, where, firms.values)
    if result is None:
        result, partners = np.empty((where.firms, d), np.int32), network.drawn(kind, where, firms, firms.values)

        def draw(rows: slice) -> None:
            count, chunk = rows.stop - rows.start, rows.start // streams.CHUNK
            pairs = streams.uniforms(seed, replicate, Purpose.PARTNERS, count, 2 * d, chunk=chunk)
            for few in streams.pieces(rows.start, rows.stop, LINKED_AT_ONCE):
                result[few] = partners(few, pairs[few.start - rows.start : few.stop - rows.start])

        each(draw, streams.pieces(0, where.firms), threads)
    return result


def _check_seats(seats: np.ndarray) -> None:
    """Refuse populations whose squared seats, summed for concentration, 64 bits cannot hold."""
    pieces = streams.pieces(0, len(seats))
    if sum(np.square(seats[rows], dtype=np.float64).sum() for rows in pieces) > 4e18:
        raise BadInput(
            f"{len(seats):,} firms of up to {seats.max():,.0f} seats: their squared seats are more than can be counted "
            "for concentration; lower population.largest, sector.intensity or run.firms"
        )


def _check_block(lanes: Sequence[Scenario]) -> None:
    """Refuse lanes that cannot share one population and one calendar."""
    first = lanes[0]
    for other in lanes[1:]:
        differing = [
            key
            for key, parameter in PARAMETERS.items()
            if parameter.shared and other.values[key] != first.values[key]
        ]
        settings = ("firms", "months", "seed")
        differing += [f"run.{name}" for name in settings if getattr(other.run, name) != getattr(first.run, name)]
        if len(other.values["market.shares"]) != len(first.values["market.shares"]):
            differing.append("market.shares (number of providers)")
        if differing:
            raise BadInput(
                f"scenarios {first.name} and {other.name} cannot run side by side: they differ in "
                f"{', '.join(differing)}, which make the population; run them one by one"
            )
