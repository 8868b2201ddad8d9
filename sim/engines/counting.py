"""What is counted over firms, by size class and lane: whole numbers, exact in any order."""

from typing import NamedTuple

import numpy as np

from sim.engines.lifting import kernel, lift
from sim.engines.world import World
from sim.model import rules
from sim.model.arithmetic import Number
from sim.model.nouns import CLASSES
from sim.model.tallies import AGENT_SEATS, PROVIDER_SEATS, ROW, ROWS
from sim.model.units import BELIEF_UNITS

SEATS = np.uint64(ROW["seats_on_premise"])
PUBLIC_SEATS, AWARE, AGENTS, ISLANDS, RISK, SUPPORTED, SUPPORTED_SEATS = (
    ROW[name] for name in ("public_seats", "aware", "agents", "islands", "risk", "supported", "supported_seats")
)
lift(rules)


class Sized(NamedTuple):
    """All that counting needs of `facts.Firm`."""

    seats: Number


class Cells:
    """Where some firms of one review phase are counted: by size class and lane.

    Parameters
    ----------
    classes
        Size classes of the firms, ascending, shape (firms,).
    lanes
        How many there are.
    """

    def __init__(self, classes: np.ndarray, lanes: int):
        self.lanes, self._classes = lanes, classes
        self._present = np.flatnonzero(np.bincount(classes))
        self._starts = np.searchsorted(classes, self._present)

    def sum(self, amounts: np.ndarray) -> np.ndarray:
        """Sums of whole numbers, (firms, lanes) → (classes, lanes), int64; of floats, they must stay below 2^53."""
        sums = np.zeros((len(CLASSES), self.lanes), np.int64)
        sums[self._present] = np.add.reduceat(amounts, self._starts, axis=0)
        return sums

    def number(self, which: np.ndarray) -> np.ndarray:
        """How many firms are meant, bool (firms, lanes) → (classes, lanes)."""
        found = np.zeros((len(CLASSES), self.lanes), np.int64)
        found[self._present] = np.add.reduceat(which, self._starts, axis=0, dtype=np.int64)
        return found


def count_anew(world: World, rows: slice) -> np.ndarray:
    """Count some rows of firms as they stand, int64, shape (rows, classes, lanes); compiled, for both array engines."""
    s, tallies = world.state, np.zeros((ROWS, len(CLASSES), len(world.lanes)), np.int64)
    state = s.option, s.provider, s.aware, s.agents, s.supported, s.hits, s.misses
    _count(rows.start, rows.stop, world.layout.classes, world.traits.seats, state, world.hybrid_share, tallies)
    return tallies


@kernel(in_place=True, nogil=True)
def _count(first, last, classes, seats, state, hybrid_share, tallies):
    option, provider, aware, agents, supported, hits, misses = state
    for i in range(np.uint64(first), np.uint64(last)):
        c, own = np.uint64(classes[i]), float(seats[i])
        for lane in range(np.uint64(tallies.shape[2])):
            k, j, uses = np.uint64(option[i, lane]), provider[i, lane], agents[i, lane]
            public = int(rules.public_seats(option[i, lane], Sized(own), hybrid_share[lane]))
            private = int(own) - public if option[i, lane] > 0 else 0
            risk = rules.perceived_risk(hits[i, lane], misses[i, lane])
            tallies[k, c, lane] += 1
            tallies[SEATS + k, c, lane] += int(own)
            tallies[PUBLIC_SEATS, c, lane] += public
            tallies[AWARE, c, lane] += aware[i, lane]
            tallies[AGENTS, c, lane] += uses
            tallies[ISLANDS, c, lane] += private * private
            tallies[RISK, c, lane] += int(rules.whole(risk * BELIEF_UNITS))
            tallies[SUPPORTED, c, lane] += supported[i, lane]
            tallies[SUPPORTED_SEATS, c, lane] += public * supported[i, lane]
            if j >= 0:
                tallies[PROVIDER_SEATS + j, c, lane] += public
                tallies[AGENT_SEATS + j, c, lane] += public * uses
