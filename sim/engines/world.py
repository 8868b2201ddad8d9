"""What all engines start from: the firms, their network and their luck, and the starting state of every lane.

A block of lanes shares population, network and luck; lanes may differ in every parameter that is not marked shared,
in policies and in events. Built once per replicate by one piece of code, so that engines can only differ in how they
run the months.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache, partial

import numpy as np

from sim.engines import streams
from sim.engines.block import Block, block_of
from sim.engines.drawing import OnDrawn, draw_firms, draw_partners
from sim.engines.luck import luck, states
from sim.engines.state import NEVER, State
from sim.model import network, population
from sim.model.arithmetic import total
from sim.model.measures import Measures
from sim.model.nouns import CLASSES, SECTORS
from sim.model.population import Layout, Traits, Values
from sim.model.scenario import Scenario


@dataclass(frozen=True)
class World:
    """A block of lanes at the start of one replicate."""

    block: Block
    replicate: int
    threads: int  # chunks of firms worked on at once
    layout: Layout
    traits: Traits
    tastes: np.ndarray  # for providers, shape (firms, providers)
    partners: np.ndarray  # int32, shape (firms, d)
    state: State
    incidents: np.ndarray  # uniforms, shape (months, MOST_PROVIDERS)
    all_columns: np.ndarray | None  # of `facts.Firm`, shape (fields, firms); kept of a small world only
    _columns: dict[tuple[int, int], np.ndarray] = field(default_factory=dict)

    @property
    def lanes(self) -> tuple[Scenario, ...]:
        """Scenarios of the lanes."""
        return self.block.lanes

    @property
    def values(self) -> tuple[Values, ...]:
        """Parameter values of each lane."""
        return self.block.values

    @property
    def measures(self) -> Measures:
        """Policies and events of all lanes."""
        return self.block.measures

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

    @cached_property
    def mean_field(self) -> bool:
        """Whether firms listen to the whole economy instead of partners."""
        return self.values[0]["network.kind"] == network.MEAN_FIELD

    @cached_property
    def hybrid_share(self) -> np.ndarray:
        """Share of a hybrid's seats on public cloud, φ, (lanes,)."""
        return np.array([values["cost.hybrid_share"] for values in self.values])

    def past_hits(self) -> np.ndarray:
        """Firms hit before the start, by the review phase in which it was booked; int64, (phases, classes, lanes)."""
        hits, counts = np.zeros((self.interval * len(CLASSES), len(self.lanes)), np.int64), self.layout.counts.ravel()
        starts = self.layout.bounds[:-1][counts > 0]
        hits[counts > 0] = np.add.reduceat(self.state.last_hit > NEVER, starts, axis=0, dtype=np.int64)
        return hits.reshape(self.interval, len(CLASSES), -1)

    def firms_aimed_at(self) -> np.ndarray:
        """A twelfth of the national firms of classes and sectors that each policy is aimed at, (policies, lanes)."""
        firms, cells = np.zeros((len(CLASSES), len(SECTORS))), len(CLASSES) * len(SECTORS)
        for rows in streams.pieces(0, self.layout.firms):
            cell = self.layout.classes[rows] * np.int8(len(SECTORS)) + self.traits.sector[rows]
            firms += np.bincount(cell, minlength=cells).reshape(firms.shape)
        weighted = firms * self.layout.weights[:, None] / 12.0
        targets = self.measures.targets[: self.measures.policies]
        by_cell = (targets * weighted[..., None]).reshape(len(targets), cells, len(self.lanes))
        return total(by_cell.swapaxes(0, 1))

    def columns(self, rows: slice) -> np.ndarray:
        """Columns of `facts.Firm` of some rows, shape (fields, rows)."""
        if self.all_columns is None:
            return self.traits.part(rows).firm_columns()
        key = rows.start, rows.stop
        if key not in self._columns:
            self._columns[key] = self.all_columns[:, rows].copy()
        return self._columns[key]

    def luck(self, month: int, rows: slice) -> list[np.ndarray]:
        """Draws of some rows for the review period of a month: awareness (rows,), hit (rows,), gumbels (rows, 4)."""
        first = rows.start // streams.CHUNK
        if rows.stop <= (first + 1) * streams.CHUNK:
            return self._luck_of(month, first, rows)
        pieces = streams.pieces(rows.start, rows.stop)
        found = [self._luck_of(month, each.start // streams.CHUNK, each) for each in pieces]
        return [np.concatenate(each) for each in zip(*found, strict=True)]

    def _luck_of(self, month, chunk, rows):
        """Draws of some rows of a chunk."""
        start = chunk * streams.CHUNK
        firms = min(streams.CHUNK, self.layout.firms - start)
        drawn = self._drawn(month // self.interval, chunk, firms)
        return [each[rows.start - start : rows.stop - start] for each in drawn]

    @cached_property
    def _drawn(self):
        """Draws of a period for a chunk, kept for the months that share them; no more, or memory is never in cache."""
        periods = math.ceil(self.months / self.interval)
        generators = cache(partial(states, self.lanes[0].run.seed, self.replicate, periods))
        return lru_cache(maxsize=self.threads)(lambda period, chunk, firms: luck(generators(chunk)[period], firms))


def build(
    lanes: Sequence[Scenario], replicate: int, threads: int = 1, on_drawn: OnDrawn = lambda _part: None
) -> World:
    """Draw population, network and starting state of one replicate for scenarios that run as lanes.

    Parameters
    ----------
    threads
        How many chunks of firms are worked on at once, now and in the months of the world.
    on_drawn
        Called with the part of the population that is drawn.

    Raises
    ------
    BadInput
        If lanes differ in what makes the population or the network, or firms are too large to be counted.
    """
    block = block_of(lanes)
    values, run = block.values[0], block.lanes[0].run
    chance, layout = streams.Chance(run.seed, replicate), population.layout(run.firms, values)
    firms, tastes, state, columns = draw_firms(chance, layout, block, threads, on_drawn)
    return World(
        block=block,
        replicate=replicate,
        threads=threads,
        layout=layout,
        traits=firms,
        tastes=tastes,
        partners=draw_partners(chance, layout, firms, threads, on_drawn),
        state=state,
        incidents=streams.incidents(run.seed, replicate, run.months),
        all_columns=columns,
    )
