"""Gumbel draws of the choice, made from uniforms by the model's own logarithm: the same numbers on every processor."""

import numpy as np

from sim.engines import streams
from sim.engines.lifting import kernel
from sim.engines.streams import LARGEST, Purpose
from sim.model.arithmetic import logarithm, minimum


def gumbels(seed: int, replicate: int, firms: int, options: int, period: int, chunk: int = 0) -> np.ndarray:
    """Standard Gumbel draws of the firms from a chunk on, shape (firms, options), all finite."""
    draws = streams.uniforms(seed, replicate, Purpose.CHOICE, firms, options, period, chunk)
    _from_uniforms(draws.reshape(-1))
    return draws


@kernel(in_place=True, nogil=True)
def _from_uniforms(u):
    """Turn uniforms in [0, 1) into Gumbel draws, in place; in two loops, since one would wait for its logarithms."""
    for i in range(np.uint64(u.size)):
        u[i] = -logarithm(minimum(1.0 - u[i], LARGEST))  # not of 1: its logarithm, 0, has none
    for i in range(np.uint64(u.size)):
        u[i] = -logarithm(u[i])
