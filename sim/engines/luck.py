"""Luck: what firms draw for a review, made by compiled code from NumPy's streams; the same bits on every processor."""

import numpy as np

from sim.engines import streams
from sim.engines.lifting import kernel
from sim.engines.streams import Purpose
from sim.model.arithmetic import logarithm, minimum
from sim.model.nouns import OPTIONS

LARGEST_UNIFORM = 1.0 - 2.0**-53
"""The largest uniform that is drawn."""


def luck(seed: int, replicate: int, period: int, chunk: int, firms: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draws of one review period for the firms of one chunk: awareness (firms,), hit (firms,), choice (firms, 4)."""
    key = seed, replicate, period, chunk
    return (
        uniforms(*key, Purpose.AWARENESS, (firms,)),
        uniforms(*key, Purpose.HIT, (firms,)),
        gumbels(*key, (firms, len(OPTIONS))),
    )


def gumbels(seed: int, replicate: int, period: int, chunk: int, shape: tuple[int, ...]) -> np.ndarray:
    """Standard Gumbel draws of the choice, all finite, made from uniforms by the model's own logarithm."""
    draws = uniforms(seed, replicate, period, chunk, Purpose.CHOICE, shape)
    _to_gumbels(draws.reshape(-1))
    return draws


def uniforms(
    seed: int, replicate: int, period: int, chunk: int, purpose: Purpose, shape: tuple[int, ...]
) -> np.ndarray:
    """Uniform draws in [0, 1): what `Generator.random` returns, a quarter faster, since it makes a call for each."""
    draws = np.empty(shape)
    stream = streams.stream(seed, replicate, purpose, period, chunk)
    _draw(stream.bit_generator.state["state"]["state"], draws.reshape(-1))
    return draws


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
