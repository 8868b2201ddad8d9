"""What is counted over firms, by size class and lane: whole numbers, exact in any order."""

from typing import NamedTuple

import numpy as np

from sim.engines.placing import State
from sim.engines.world import World
from sim.model import rules
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.tallies import AGENT_SEATS, PROVIDER_SEATS, ROW, ROWS

Rows = slice | np.ndarray
"""Rows of firms in the order of their classes: of one review phase, or numbers of rows."""


class Sized(NamedTuple):
    """All that counting needs of `facts.Firm`."""

    seats: np.ndarray


class Cells:
    """Where some rows of firms are counted: by size class and lane.

    Attributes
    ----------
    lanes, providers
        How many there are.
    """

    def __init__(self, world: World, rows: Rows):
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


def count_anew(world: World, rows: Rows) -> np.ndarray:
    """`count_rows` of some rows of firms as they stand."""
    state, seats = world.state.part(rows), world.traits.seats[rows, None].astype(np.float64)
    public = rules.public_seats(state.option, Sized(seats), world.hybrid_share)
    return count_rows(state, seats, Cells(world, rows), public, rules.perceived_risk(state.hits, state.misses))


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
