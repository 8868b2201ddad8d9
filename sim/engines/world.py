"""What all engines start from: the firms, their network and their luck, and the starting state of every lane.

A block of lanes shares population, network and luck; lanes may differ in every parameter that is not marked shared,
in policies and in events. Built once per replicate by one piece of code, so that engines can only differ in how they
run the months.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from sim.engines import streams
from sim.engines.streams import Purpose
from sim.model import network, population
from sim.model.arithmetic import power, total
from sim.model.constants import constants, lane_values
from sim.model.errors import BadInput
from sim.model.measures import Measures, resolve
from sim.model.nouns import CLASSES, HYBRID, OPTIONS, SECTORS
from sim.model.parameters import PARAMETERS
from sim.model.population import TASTE_COLUMNS, TRAIT_COLUMNS, Layout, Traits, Values
from sim.model.scenario import Scenario
from sim.model.start import log_stationary, side_by_side, start_values
from sim.model.terms import by_lane

NEVER = np.int16(-32_768)
"""Month of the last hit of a firm that was never hit."""

PLACED_AT_ONCE = 16_384
"""Firms × lanes placed together: few enough to stay in the processor's cache."""


@dataclass
class State:
    """State of the firms, arrays of shape (firms, lanes)."""

    option: np.ndarray  # int8, code of nouns.OPTIONS
    provider: np.ndarray  # int8, -1 for none
    aware: np.ndarray  # bool
    agents: np.ndarray  # bool
    supported: np.ndarray  # bool, some policy pays for its contract
    hits: np.ndarray  # float64, a
    misses: np.ndarray  # float64, b
    last_hit: np.ndarray  # int16, month of the review at which the last hit was booked


@dataclass(frozen=True)
class World:
    """A block of lanes at the start of one replicate."""

    lanes: tuple[Scenario, ...]
    replicate: int
    values: tuple[Values, ...]
    layout: Layout
    traits: Traits
    columns: np.ndarray  # facts.Firm, shape (16, firms)
    tastes: np.ndarray  # for providers, shape (firms, providers)
    partners: np.ndarray  # int32, shape (firms, d)
    measures: Measures
    state: State
    incidents: np.ndarray  # uniforms, shape (months, MOST_PROVIDERS)

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
        firms = np.zeros((len(CLASSES), len(SECTORS)))
        np.add.at(firms, (self.layout.classes, self.traits.sector), 1.0)
        weighted = firms * self.layout.weights[:, None] / 12.0
        return np.array([
            total((target * weighted[..., None]).reshape(-1, len(self.lanes)))
            for target in self.measures.targets[: self.measures.policies]
        ]).reshape(self.measures.policies, len(self.lanes))  # fmt: skip

    def luck(self, month: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Draws of the review period of a month: awareness (firms,), hit (firms,), choice (firms, 4)."""
        run = self.lanes[0].run
        return _luck(run.seed, self.replicate, self.layout.firms, month // self.interval)


@lru_cache(maxsize=1)
def _luck(seed, replicate, firms, period):
    """Draws of one review period, kept until the next one is asked for."""
    aware = streams.uniforms(seed, replicate, Purpose.AWARENESS, firms, 1, period)[:, 0]
    hit = streams.uniforms(seed, replicate, Purpose.HIT, firms, 1, period)[:, 0]
    return aware, hit, streams.gumbels(seed, replicate, firms, len(OPTIONS), period)


def build(lanes: Sequence[Scenario], replicate: int) -> World:
    """Draw population, network and starting state of one replicate for scenarios that run as lanes.

    Raises
    ------
    BadInput
        If lanes differ in what makes the population or the network.
    """
    _check_block(lanes)
    found = [constants(scenario) for scenario in lanes]
    values = tuple(lane_values(scenario, each) for scenario, each in zip(lanes, found, strict=True))
    run, common = lanes[0].run, values[0]
    where = population.layout(run.firms, common)
    start_points = streams.stream(run.seed, replicate, Purpose.START).random((2, len(CLASSES)))
    reached = population.spread(where.ranks, start_points[0, where.classes], 0)
    uniforms = streams.uniforms(run.seed, replicate, Purpose.TRAITS, run.firms, len(TRAIT_COLUMNS))
    tastes = streams.normals(run.seed, replicate, Purpose.TASTES, run.firms, len(TASTE_COLUMNS))
    applies = reached < 1.0 - np.asarray(common["population.not_applicable"])[where.classes]
    exposure = streams.uniforms(run.seed, replicate, Purpose.EXPOSURE, run.firms, 1)[:, 0]
    firms = population.traits(uniforms, exposure, tastes, applies, where.classes, common)
    _check_seats(firms.seats)
    provider_tastes = streams.normals(
        run.seed, replicate, Purpose.PROVIDER_TASTES, run.firms, len(common["market.shares"])
    )
    pairs = streams.uniforms(run.seed, replicate, Purpose.PARTNERS, run.firms, 2 * common["network.partners"])
    placing = population.spread(where.ranks, start_points[1, where.classes], 1)
    columns = firms.firm_columns()
    state = _start(found, values, where, columns, provider_tastes, reached, placing)
    past = streams.uniforms(run.seed, replicate, Purpose.PAST_HIT, run.firms, 1)
    _hit_before_the_start(state, where, past, values)
    return World(
        lanes=tuple(lanes),
        replicate=replicate,
        values=values,
        layout=where,
        traits=firms,
        columns=columns,
        tastes=provider_tastes,
        partners=network.partners(common["network.kind"], pairs, where, firms, common),
        measures=resolve(lanes),
        state=state,
        incidents=streams.incidents(run.seed, replicate, run.months),
    )


def _check_seats(seats: np.ndarray) -> None:
    """Refuse populations whose squared seats, summed for concentration, 64 bits cannot hold."""
    if np.square(seats).sum() > 4e18:
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


def _start(found, values, where, columns, tastes, reached, placing) -> State:
    """Place firms at each lane's starting shares, by its base world's values; lanes that agree share the work."""
    first = {id(each): lane for lane, each in reversed(list(enumerate(found)))}
    lanes = sorted(first.values())
    twin = np.searchsorted(lanes, [first[id(each)] for each in found])
    starts = np.array([values[lane]["awareness.start"] for lane in lanes]).T
    aware = (reached[:, None] < starts[where.classes]) & (columns[7, :, None] > 0.0)
    option, provider = np.zeros(aware.shape, np.int8), np.full(aware.shape, -1, np.int8)
    agents = np.zeros(aware.shape, bool)
    world = side_by_side([found[lane].world for lane in lanes])
    tilt = np.stack([found[lane].tilt for lane in lanes], axis=-1)
    for c in range(len(CLASSES)):
        mine = np.flatnonzero((where.classes == c) & aware.any(axis=1))
        for start in range(0, mine.size, most := max(1, PLACED_AT_ONCE // len(lanes))):
            rows = mine[start : start + most]
            systematic, best_at, pays = start_values(columns[:, rows], tastes[rows], c, world)
            law = log_stationary(systematic, columns[:, rows], c, world) + tilt[c][:, None]
            option[rows] = np.where(aware[rows], _place(law, placing[rows, None]), 0)
            on_cloud = option[rows] >= HYBRID - 1
            provider[rows] = np.where(on_cloud, best_at, -1)
            agents[rows] = on_cloud & pays
    shape = (where.firms, len(found))
    return State(
        option=option[:, twin], provider=provider[:, twin], aware=aware[:, twin], agents=agents[:, twin],
        supported=np.zeros(shape, bool), last_hit=np.full(shape, NEVER),
        hits=np.tile(by_lane(values, "security.prior_hits"), (where.firms, 1)),
        misses=np.tile(by_lane(values, "security.prior_misses"), (where.firms, 1)),
    )  # fmt: skip


def past_hit_share(values: Sequence[Values]) -> np.ndarray:
    """Share of a provider's customers hit in each month before the start: the objective rate, evenly; (lanes,)."""
    return np.minimum(1.0, np.array([each["risk.objective"] for each in values])) / 12.0


def _hit_before_the_start(state: State, where: Layout, uniforms: np.ndarray, values: Sequence[Values]) -> None:
    """Let users of public cloud have been hit between their last two reviews, so that the first year sees hits too."""
    chance = 1.0 - power(1.0 - past_hit_share(values), float(where.phases))
    last_review = np.repeat(np.arange(where.phases) - where.phases, where.counts.sum(axis=1)).astype(np.int16)
    hit = (state.option >= HYBRID - 1) & (uniforms < chance)
    state.last_hit[:] = np.where(hit, last_review[:, None], NEVER)


def _place(logs: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Option codes whose cumulative probabilities enclose the points; on premise where all is closed.

    Logarithms of the probabilities, up to a constant, are of shape (4, firms, lanes), points of shape (firms, 1).
    """
    most = logs.max(axis=0)
    most[most == -np.inf] = 0.0
    below = np.cumsum(np.exp(logs - most), axis=0)
    return ((points * below[-1] >= below) & (below < below[-1])).sum(axis=0, dtype=np.int8)
