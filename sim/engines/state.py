"""State of the firms, as arrays, and what others see of it."""

import math
from dataclasses import dataclass

import numpy as np

from sim.model.nouns import PUBLIC

NEVER = np.int16(-32_768)
"""Month of the last hit of a firm that was never hit."""

LINE = 64
"""Bytes that the processor reads from memory at once."""


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

    @classmethod
    def room(cls, *shape: int) -> "State":
        """Room for so many firms and lanes, to be filled."""
        kinds = (np.int8, np.int8, bool, bool, bool, np.float64, np.float64, np.int16)
        return cls(*(lined_up(shape, np.dtype(kind)) for kind in kinds))

    def part(self, rows: slice) -> "State":
        """State of some rows; shares their memory."""
        return State(*(each[rows] for each in vars(self).values()))


def seen_of(option: np.ndarray, hit: np.ndarray) -> np.ndarray:
    """What others see of firms, int8: 0 on premise, 1 private, 2 on cloud, 3 if hit there besides.

    A firm sees who was hit at their own last review: what they booked then stays until they review again, so that
    nobody need look at the month of a hit.
    """
    codes = np.minimum(option, np.int8(PUBLIC))
    codes += hit & (option >= PUBLIC)
    return codes


def lined_up(shape: tuple[int, ...], kind: np.dtype) -> np.ndarray:
    """Room for an array that begins where a line of the cache does: no vector of a firm's lanes then lies in two."""
    size = math.prod(shape) * kind.itemsize
    piece = np.empty(size + LINE, np.uint8)
    start = -piece.ctypes.data % LINE
    return piece[start : start + size].view(kind).reshape(shape)
