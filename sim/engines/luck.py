"""Luck: what firms draw for a review, made by compiled code from NumPy's streams; the same bits on every processor."""

import numpy as np

from sim.engines import streams
from sim.engines.lifting import kernel
from sim.engines.streams import Purpose
from sim.model.arithmetic import logarithm, minimum
from sim.model.nouns import OPTIONS

LARGEST_UNIFORM = 1.0 - 2.0**-53
"""The largest uniform that is drawn."""

PURPOSES = Purpose.AWARENESS, Purpose.HIT, Purpose.CHOICE
"""What a review is drawn for."""


def states(seed: int, replicate: int, periods: int, chunk: int) -> np.ndarray:
    """Generators of a chunk's firms where they begin, by review period and purpose; uint64, (periods, 3, words).

    All are made at once: one by one, what makes them would have left the processor's cache each time.
    """

    def words(period: int, purpose: Purpose) -> np.ndarray:
        return streams.stream(seed, replicate, purpose, period, chunk).bit_generator.state["state"]["state"]

    return np.array([[words(period, purpose) for purpose in PURPOSES] for period in range(periods)])


def luck(generators: np.ndarray, firms: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draws of a review period for the firms of a chunk: awareness (firms,), hit (firms,), gumbels (firms, 4).

    Awareness and hit are uniform in [0, 1), the numbers that `Generator.random` would return by a call for each; the
    others are standard Gumbel, finite, by the model's own logarithm.

    Parameters
    ----------
    generators
        Of `states`, those of the period, (3, words).
    """
    aware, hit, gumbels = np.empty(firms), np.empty(firms), np.empty((firms, len(OPTIONS)))
    for words, draws in zip(generators, (aware, hit, gumbels), strict=True):
        _draw(words, draws.reshape(-1))
    _to_gumbels(gumbels.reshape(-1))
    return aware, hit, gumbels


@kernel(in_place=True, nogil=True)
def _draw(words, u):
    """Fill `u` from the state of an SFC64 generator; numbers stand in it as bits until all can be converted at once."""
    a, b, c, count = words[0], words[1], words[2], words[3]
    for i in range(np.uint64(u.size)):
        drawn = a + b + count
        a, b, count = b ^ (b >> np.uint64(11)), c + (c << np.uint64(3)), count + np.uint64(1)
        c = (c << np.uint64(24) | c >> np.uint64(40)) + drawn
        u[i] = np.uint64(drawn >> np.uint64(11)).view(np.float64)
    for i in range(np.uint64(u.size)):
        u[i] = float(np.float64(u[i]).view(np.int64)) * 2.0**-53


@kernel(in_place=True, nogil=True)
def _to_gumbels(u):
    """Turn uniforms in [0, 1) into Gumbel draws, in place; in two loops, since one would wait for its logarithms."""
    for i in range(np.uint64(u.size)):
        u[i] = -logarithm(minimum(1.0 - u[i], LARGEST_UNIFORM))  # not of 1: its logarithm, 0, has none
    for i in range(np.uint64(u.size)):
        u[i] = -logarithm(u[i])
