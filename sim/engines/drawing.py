"""Drawing a population: who the firms are, where they stand and whom they know, chunk by chunk and by threads.

What is drawn for a chunk depends on nothing but its number, and is written where it belongs: the result is the same
for any number of threads, and beside it only as many chunks take memory as there are threads.
"""

from collections.abc import Callable

import numpy as np

from sim.engines import streams
from sim.engines.block import Block
from sim.engines.placing import Drawn, place
from sim.engines.state import State
from sim.engines.streams import Chance, Purpose
from sim.engines.threads import in_threads
from sim.model import network, population
from sim.model.errors import BadInput
from sim.model.nouns import CLASSES
from sim.model.population import TASTE_COLUMNS, TRAIT_COLUMNS, Layout, Traits
from sim.model.units import LARGEST_SUM

OnDrawn = Callable[[float], None]
"""Called with the part of a population that is drawn."""

OF_FIRMS = 0.8
"""Part of the time of drawing that is over when only partners are missing."""

LINKED_AT_ONCE = 16_384
"""Firms whose partners are found together: few enough to stay in the processor's cache."""


def draw_firms(
    chance: Chance, layout: Layout, block: Block, threads: int, on_drawn: OnDrawn
) -> tuple[Traits, np.ndarray, State, np.ndarray | None]:
    """Draw the firms' traits, their tastes for providers, (firms, providers), and their state at the start.

    Columns of `facts.Firm`, (fields, firms), come with them where all firms are of one chunk.

    Raises
    ------
    BadInput
        If the firms are too large to be counted.
    """
    common = block.values[0]
    traits, state = Traits.room(layout.firms, common), State.room(layout.firms, len(block.lanes))
    tastes = np.empty((layout.firms, len(common["market.shares"])))
    points, columns = streams.stream(chance.seed, chance.replicate, Purpose.START).random((2, len(CLASSES))), None

    def draw(rows: slice) -> float:
        nonlocal columns
        classes, ranks = layout.classes[rows], layout.ranks(rows)
        reached, placing = (population.spread(ranks, points[n, classes], n) for n in range(2))
        firms = population.traits(
            chance.uniforms(Purpose.TRAITS, rows, len(TRAIT_COLUMNS)),
            exposure=chance.uniforms(Purpose.EXPOSURE, rows, 1)[:, 0],
            tastes=chance.normals(Purpose.TASTES, rows, len(TASTE_COLUMNS)),
            applies=reached < 1.0 - np.asarray(common["population.not_applicable"])[classes],
            classes=classes,
            values=common,
        )
        tastes[rows] = chance.normals(Purpose.PROVIDER_TASTES, rows, tastes.shape[1])
        for whole, part in zip(traits.arrays(), firms.arrays(), strict=True):
            whole[rows] = part
        past, mine = chance.uniforms(Purpose.PAST_HIT, rows, 1)[:, 0], firms.firm_columns()
        drawn = Drawn(classes, mine, tastes[rows], reached, placing, past, layout.last_reviews(rows), layout.phases)
        place(state.part(rows), block, drawn)
        columns = mine if len(pieces) == 1 else None
        return float(np.square(firms.seats, dtype=np.float64).sum())

    squares, pieces = 0.0, streams.pieces(0, layout.firms)
    for n, more in enumerate(in_threads(draw, pieces, threads)):
        squares += more
        on_drawn(OF_FIRMS * (n + 1) / len(pieces))
    if squares > LARGEST_SUM:
        raise BadInput(
            f"{layout.firms:,} firms of up to {traits.seats.max():,} seats: their squared seats are more than can be "
            "counted for concentration; lower population.largest, sector.intensity or run.firms"
        )
    return traits, tastes, state, columns


def draw_partners(chance: Chance, layout: Layout, traits: Traits, threads: int, on_drawn: OnDrawn) -> np.ndarray:
    """Draw the rows of each firm's partners, int32, shape (firms, d)."""
    arranged, d = network.arranged(layout, traits.values), traits.values["network.partners"]
    if arranged is not None:
        return arranged
    result, partners = np.empty((layout.firms, d), np.int32), network.drawn(layout, traits)

    def draw(rows: slice) -> None:
        pairs = chance.uniforms(Purpose.PARTNERS, rows, 2 * d)
        for few in streams.pieces(rows.start, rows.stop, LINKED_AT_ONCE):
            result[few] = partners(few, pairs[few.start - rows.start : few.stop - rows.start])

    pieces = streams.pieces(0, layout.firms)
    for n, _ in enumerate(in_threads(draw, pieces, threads)):
        on_drawn(OF_FIRMS + (1.0 - OF_FIRMS) * (n + 1) / len(pieces))
    return result
