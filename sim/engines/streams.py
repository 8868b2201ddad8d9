"""Chance: where all random streams begin; `sim.engines.luck` draws those of reviews itself, faster.

A stream's key is (seed, replicate, purpose, period, chunk), never the scenario, the lane, the engine or the worker.
Firm i reads entry i of its chunk whether it needs it or not, so scenarios share their luck, and adding replicates,
months or firms changes nothing that was drawn before.
"""

from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

import numpy as np

from sim.model.nouns import MOST_PROVIDERS

CHUNK = 65_536
"""Firms per stream; part of what defines the draws."""


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


@dataclass(frozen=True)
class Chance:
    """Draws of one replicate for firms of a chunk, whose rows are given."""

    seed: int
    replicate: int

    def uniforms(self, purpose: Purpose, rows: slice, columns: int) -> np.ndarray:
        """Uniform draws in [0, 1), shape (rows, columns)."""
        return self._stream(purpose, rows).random((rows.stop - rows.start, columns))

    def normals(self, purpose: Purpose, rows: slice, columns: int) -> np.ndarray:
        """Standard normal draws, shape (rows, columns): a stream for each column, so that more columns change none."""
        size = rows.stop - rows.start
        return np.stack([self._stream(purpose, rows, n).standard_normal(size) for n in range(columns)], axis=1)

    def _stream(self, purpose, rows, period=0):
        return stream(self.seed, self.replicate, purpose, period, rows.start // CHUNK)


def incidents(seed, replicate, months):
    """Uniform draws of provider incidents, shape (months, MOST_PROVIDERS), the same whatever happens."""
    return stream(seed, replicate, Purpose.INCIDENT).random((months, MOST_PROVIDERS))
