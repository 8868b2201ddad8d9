"""Where firms stand at the start, compiled: drawn from the stationary law of their choices.

Formulas are those of the model, lifted; boards are those of `start_kernels`, and its parts serve here, too.
"""

import numpy as np

from sim.engines.lifting import compiled, gathered, kernel, scattered
from sim.engines.start_kernels import FOUR, SEEN_FIELDS, TERM_FIELDS, ByOption, seek
from sim.model import rules, stationary
from sim.model.arithmetic import where
from sim.model.facts import Firm, Seen, Terms
from sim.model.nouns import PUBLIC
from sim.model.start import StartWorld

STRIP = 32
"""Firms worked on at once: more than on the boards of the reference firms."""

AHEAD, ENTERING, BEHIND, LEVEL, ROWS = 3, 7, 11, 15, 19
"""Rows of a strip's board behind those that `seek` writes, four each by option: `stationary.exponents`, later their
weights, and how many rows there are."""


def placed(
    columns: np.ndarray, tastes: np.ndarray, points: np.ndarray, rows: np.ndarray, size_class: int, world: StartWorld,
    tilt: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Options at which firms of one class start if they are aware, their providers, and whether agents work there.

    Parameters
    ----------
    columns
        Traits of firms, shape (fields, firms).
    tastes
        For providers, shape (firms, providers).
    points
        In [0, 1), shape (firms,).
    rows
        Which of these firms, all of the class.
    tilt
        Log multipliers of the law by class and option, shape (classes, 4, lanes).

    Returns
    -------
    ndarray of int8, shape (3, rows, lanes)
        Providers are -1 where there is none.
    """
    lanes = tilt.shape[-1]
    whole = np.pad(rows, (0, -rows.size % STRIP), mode="edge")  # the last strip is filled up
    found = np.empty((3, lanes, whole.size), np.int8)
    inputs = columns[:, whole], tastes[whole].T, points[whole], *world, tilt
    _place(*(np.ravel(each) for each in inputs), size_class, lanes, np.empty(ROWS * STRIP), *found.reshape(3, -1))
    return found[..., : rows.size].swapaxes(1, 2)


@kernel(in_place=True, nogil=True)
def _place(people, tastes, points, terms, seen, offers, tilts, c, lanes, room, option, provider, agents):
    firms = len(points)
    for lane in range(lanes):
        t = gathered(Terms, terms, c * TERM_FIELDS, lanes, lane)
        sees = gathered(Seen, seen, c * SEEN_FIELDS, lanes, lane)
        tilt, start = gathered(ByOption, tilts, c * FOUR, lanes, lane), np.uint64(lane * firms)
        for first in range(np.uint64(0), np.uint64(firms), np.uint64(STRIP)):
            seek(people, firms, first, tastes, firms, first, offers, lanes, lane, t, np.uint64(STRIP), room)
            consider(people, firms, first, sees, t, tilt, room)
            put(points, first, start + first, room, option, provider, agents)


@compiled(stationary)
def consider(people, firms, first, sees, t, tilt, room):
    """Write what a strip's firms choose by."""
    row = np.uint64(STRIP)
    for i in range(row):
        firm, best = gathered(Firm, people, 0, firms, first + i), room[i]
        values = rules.option_values(t.prior_risk, best, best, 0.0, sees, firm, t)
        moving, entry, is_open = stationary.hurdles(firm, t)
        entering, ahead, level = stationary.exponents(values, moving, entry, is_open, t.scale, tilt)
        scattered(entering, room, ENTERING, row, i)
        scattered(ahead, room, AHEAD, row, i)
        scattered(level, room, LEVEL, row, i)
        for k in range(np.uint64(FOUR)):
            room[(BEHIND + k) * row + i] = -abs(ahead[k])
    for i in range(row * np.uint64(ENTERING), row * np.uint64(ROWS)):
        room[i] = stationary.weight(room[i])


@compiled(stationary)
def put(points, first, start, room, option, provider, agents):
    """Put a strip's firms where the law encloses their points."""
    row = np.uint64(STRIP)
    for i in range(row):
        entering, ahead = gathered(ByOption, room, ENTERING, row, i), gathered(ByOption, room, AHEAD, row, i)
        behind, level = gathered(ByOption, room, BEHIND, row, i), gathered(ByOption, room, LEVEL, row, i)
        found = stationary.enclosing(stationary.likelihoods(entering, ahead, behind, level), points[first + i])
        on_cloud = found >= PUBLIC
        option[start + i] = np.int8(found)
        provider[start + i] = np.int8(where(on_cloud, room[row + i], -1.0))
        agents[start + i] = on_cloud & (room[row + row + i] > 0.0)
