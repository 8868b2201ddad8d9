"""Where firms stand at the start: the state of some rows of firms, in all lanes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.engines.block import Block
from sim.engines.placing_kernels import placed
from sim.engines.state import NEVER, State
from sim.model.arithmetic import power
from sim.model.facts import Firm
from sim.model.nouns import CLASSES, PUBLIC
from sim.model.population import Values
from sim.model.start import side_by_side
from sim.model.terms import over_lanes


def place(state: State, block: Block, firms: "Drawn") -> None:
    """Fill the state of some firms at each lane's starting shares, by its base world's values.

    Lanes that agree in their constants share the work.
    """
    constants, values = block.constants, block.values
    first = {id(each): lane for lane, each in reversed(list(enumerate(constants)))}
    lanes = sorted(first.values())
    twin = np.searchsorted(lanes, [first[id(each)] for each in constants])
    starts = np.array([values[lane]["awareness.start"] for lane in lanes]).T
    aware = (firms.reached[:, None] < starts[firms.classes]) & (Firm(*firms.columns).applies[:, None] > 0.0)
    option, provider = np.zeros(aware.shape, np.int8), np.full(aware.shape, -1, np.int8)
    agents = np.zeros(aware.shape, bool)
    world = side_by_side([constants[lane].world for lane in lanes])
    tilt = np.stack([constants[lane].tilt for lane in lanes], axis=-1)
    anywhere = aware.any(axis=1)
    for c in range(len(CLASSES)):
        rows = np.flatnonzero((firms.classes == c) & anywhere)
        if rows.size:
            theirs = placed(firms.columns, firms.tastes, firms.placing, rows, c, world, tilt)
            known = aware[rows]
            option[rows], agents[rows] = theirs[0] * known, theirs[2] & known
            provider[rows] = np.where(known, theirs[1], -1)
    state.option[:], state.provider[:] = option[:, twin], provider[:, twin]
    state.aware[:], state.agents[:], state.supported[:] = aware[:, twin], agents[:, twin], False
    state.hits[:] = over_lanes(values, "security.prior_hits")
    state.misses[:] = over_lanes(values, "security.prior_misses")
    _hit_before_the_start(state, firms, values)


@dataclass(frozen=True)
class Drawn:
    """What places some firms: who they are and their draws.

    Attributes
    ----------
    columns
        `facts.Firm`, shape (fields, firms).
    tastes
        For providers, shape (firms, providers).
    reached, placing, past
        Points in [0, 1): who is aware, at which option, and hit before the start; shape (firms,).
    last_review
        Month of the last review before the start, int16, shape (firms,).
    interval
        Months between two reviews.
    """

    classes: np.ndarray
    columns: np.ndarray
    tastes: np.ndarray
    reached: np.ndarray
    placing: np.ndarray
    past: np.ndarray
    last_review: np.ndarray
    interval: int


def past_hit_share(values: Sequence[Values]) -> np.ndarray:
    """Share of a provider's customers hit in each month before the start: the objective rate, evenly; (lanes,)."""
    return np.minimum(1.0, np.array([each["risk.objective"] for each in values])) / 12.0


def _hit_before_the_start(state: State, firms: Drawn, values: Sequence[Values]) -> None:
    """Let users of public cloud have been hit between their last two reviews, so that the first year sees hits too."""
    chance = 1.0 - power(1.0 - past_hit_share(values), float(firms.interval))
    hit = (state.option >= PUBLIC) & (firms.past[:, None] < chance)
    state.last_hit[:] = np.where(hit, firms.last_review[:, None], NEVER)
