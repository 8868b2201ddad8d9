"""What is counted over firms, by size class and lane: whole numbers, exact in any order."""

from typing import NamedTuple

import numpy as np

from sim.engines.lifting import kernel, lift
from sim.engines.placing import State
from sim.engines.world import World
from sim.model import rules
from sim.model.arithmetic import Number
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.tallies import AGENT_SEATS, PROVIDER_SEATS, ROW, ROWS

SEATS = np.uint64(ROW["seats_on_premise"])
PUBLIC, AWARE, AGENTS, ISLANDS, RISK, SUPPORTED, SUPPORTED_SEATS = (
    ROW[name] for name in ("public_seats", "aware", "agents", "islands", "risk", "supported", "supported_seats")
)

lift(rules)


class Sized(NamedTuple):
    """All that counting needs of `facts.Firm`."""

    seats: Number


class Cells:
    """Where some rows of firms of one review phase are counted: by size class and lane.

    Attributes
    ----------
    lanes, providers
        How many there are.
    """

    def __init__(self, world: World, rows: slice):
        classes, self.lanes, self.providers = world.layout.classes[rows], len(world.lanes), world.providers
        self._places = classes[:, None].astype(np.intp) * self.lanes + np.arange(self.lanes)
        self._present = np.flatnonzero(np.bincount(classes))
        self._starts = np.searchsorted(classes, self._present)

    def sum(self, amounts: np.ndarray) -> np.ndarray:
        """Sums of whole numbers, (firms, lanes) → (classes, lanes), int64; of floats, they must stay below 2^53."""
        sums = np.zeros((len(CLASSES), self.lanes), np.int64)
        sums[self._present] = np.add.reduceat(amounts, self._starts, axis=0)
        return sums

    def number(self, which: np.ndarray) -> np.ndarray:
        """How many firms are meant, bool (firms, lanes) → (classes, lanes)."""
        found = np.bincount(self._places[which], minlength=len(CLASSES) * self.lanes)
        return found.reshape(len(CLASSES), self.lanes)

    def by_code(self, codes: np.ndarray, kinds: int, amounts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Firms by code, and sums of whole amounts by code; (firms, lanes) each → (kinds, classes, lanes) each."""
        shape = kinds, len(CLASSES), self.lanes
        places = (codes * np.intp(len(CLASSES) * self.lanes) + self._places).ravel()
        weights = np.broadcast_to(amounts, codes.shape).ravel()
        numbers, sums = (np.bincount(places, each, kinds * len(CLASSES) * self.lanes) for each in (None, weights))
        return numbers.reshape(shape), sums.astype(np.int64).reshape(shape)


def count_anew(world: World, rows: slice) -> np.ndarray:
    """`count_rows` of some rows of firms as they stand, in one pass over them: compiled, for both array engines."""
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
            tallies[PUBLIC, c, lane] += public
            tallies[AWARE, c, lane] += aware[i, lane]
            tallies[AGENTS, c, lane] += uses
            tallies[ISLANDS, c, lane] += private * private
            tallies[RISK, c, lane] += int(rules.whole(risk * rules.BELIEF_UNITS))
            tallies[SUPPORTED, c, lane] += supported[i, lane]
            tallies[SUPPORTED_SEATS, c, lane] += public * supported[i, lane]
            if j >= 0:
                tallies[PROVIDER_SEATS + j, c, lane] += public
                tallies[AGENT_SEATS + j, c, lane] += public * uses


def count_rows(state: State, seats: np.ndarray, cells: Cells, public: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """Counts over firms, int64, shape (rows, classes, lanes).

    Sums of seats and risk are of whole numbers and stay below 2^53; squared seats may be more and are integers.

    Parameters
    ----------
    seats
        Seats of the firms, (firms, 1).
    public, risk
        Their public seats and perceived risk, (firms, lanes).
    """
    k, result = cells.providers, np.zeros((ROWS, len(CLASSES), cells.lanes), np.int64)
    # Two codes hold most that is counted: option and awareness; provider (0 for none), agents and support.
    firms, sums = cells.by_code(state.option * np.int8(2) + state.aware, 2 * len(OPTIONS), seats)
    result[: len(OPTIONS)] = firms[::2] + firms[1::2]
    result[len(OPTIONS) : 2 * len(OPTIONS)] = sums[::2] + sums[1::2]
    result[ROW["aware"]] = firms[1::2].sum(axis=0)
    contract = state.agents * np.int8(2) + state.supported
    firms, sums = (
        each.reshape(k + 1, 2, 2, *each.shape[1:])
        for each in cells.by_code((state.provider + np.int8(1)) * np.int8(4) + contract, 4 * (k + 1), public)
    )
    result[ROW["public_seats"]] = sums.sum(axis=(0, 1, 2))
    result[ROW["agents"]], result[ROW["supported"]] = firms[:, 1].sum(axis=(0, 1)), firms[:, :, 1].sum(axis=(0, 1))
    result[ROW["supported_seats"]] = sums[:, :, 1].sum(axis=(0, 1))
    result[PROVIDER_SEATS : PROVIDER_SEATS + k] = sums[1:].sum(axis=(1, 2))
    result[AGENT_SEATS : AGENT_SEATS + k] = sums[1:, 1].sum(axis=1)
    private = ((seats - public) * (state.option > 0)).astype(np.int64)
    result[ROW["islands"]] = cells.sum(private * private)
    result[ROW["risk"]] = cells.sum(rules.whole(risk * rules.BELIEF_UNITS))
    return result
