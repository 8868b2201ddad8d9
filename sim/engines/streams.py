"""Chance: the only place where random numbers are drawn.

A stream's key is (seed, replicate, purpose, period, chunk), never the scenario, the lane, the engine or the worker.
Firm i reads entry i of its chunk whether it needs it or not, so scenarios share their luck, and adding replicates,
months or firms changes nothing that was drawn before.
"""

from enum import IntEnum
from itertools import pairwise

import numpy as np

from sim.model.nouns import MOST_PROVIDERS

CHUNK = 65_536
"""Firms per stream; part of what defines the draws."""

LARGEST = 1.0 - 2.0**-53
"""The largest uniform that is drawn."""


class Purpose(IntEnum):
    """What a draw is for. Append only: the number is part of the key."""

    TRAITS = 0
    TASTES = 1
    PROVIDER_TASTES = 2
    PARTNERS = 3
    START = 4
    AWARENESS = 5
    HIT = 6
    CHOICE = 7
    INCIDENT = 8
    PAST_HIT = 9
    EXPOSURE = 10


def stream(seed, replicate, purpose, period=0, chunk=0):
    """Return the generator of one key."""
    key = np.random.SeedSequence(entropy=seed, spawn_key=(replicate, int(purpose), period, chunk))
    return np.random.Generator(np.random.SFC64(key))


def of_design(seed):
    """Return the generator that shuffles and scrambles the points of a sweep; runs draw nothing from it."""
    return np.random.default_rng(seed)


def pieces(first, last, size=CHUNK):
    """Cut rows first to last at the borders of chunks, or of even parts of chunks."""
    borders = [first, *range(first - first % size + size, last, size), last]
    return [slice(start, stop) for start, stop in pairwise(borders)] if first < last else []


def _by_chunk(draw, firms, first):
    """Stack what `draw(chunk, size)` gives for each chunk of firms, one row a firm, from chunk `first` on."""
    drawn = [draw(first + n, min(CHUNK, firms - start)) for n, start in enumerate(range(0, firms, CHUNK))]
    return drawn[0] if len(drawn) == 1 else np.concatenate(drawn)


def uniforms(seed, replicate, purpose, firms, columns, period=0, chunk=0):
    """Uniform draws in [0, 1) of the firms from a chunk on, shape (firms, columns)."""
    return _by_chunk(lambda n, size: stream(seed, replicate, purpose, period, n).random((size, columns)), firms, chunk)


def normals(seed, replicate, purpose, firms, columns, chunk=0):
    """Standard normal draws, shape (firms, columns): a stream for each column, so that more columns change none."""

    def draw(n, size):
        return np.stack(
            [stream(seed, replicate, purpose, column, n).standard_normal(size) for column in range(columns)], axis=1
        )

    return _by_chunk(draw, firms, chunk)


def incidents(seed, replicate, months):
    """Uniform draws of provider incidents, shape (months, MOST_PROVIDERS), the same whatever happens."""
    return stream(seed, replicate, Purpose.INCIDENT).random((months, MOST_PROVIDERS))
