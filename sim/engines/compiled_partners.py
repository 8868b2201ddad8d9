"""What firms see of their partners, and the moment everybody's move comes into force, compiled."""

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.engines.binding import bound
from sim.engines.compiled_boards import SEEN
from sim.engines.lifting import compiled, kernel, prefetched
from sim.engines.state import LINE, NEVER, seen_of
from sim.model.nouns import OPTIONS
from sim.model.tallies import AGENT_SEATS, FIRST_FLOW, PROVIDER_SEATS, ROW

FIRMS, SEATS, PUBLIC_SEATS = (ROW[name] for name in ("firms_on_premise", "seats_on_premise", "public_seats"))

FIELD = 16
"""Bits of a count of partners; times 0, 1, 2 and 3 what is seen of one on premise, private, on cloud, and hit there."""


def compile_seen(rules: Any, width: int) -> Any:
    """Compile how counts of partners become what a firm sees, in a strip of lanes."""

    @compiled(rules, width)
    def seen(board, partners, counts, begin, strip, firms, lanes):
        """Put on the board what firms with so many partners see; places beyond the last are left as they are.

        `counts` are of shape (firms, 4, lanes); those of the first firm lie at `begin`.
        """
        share = 1.0 / max(partners, 1)
        if lanes == 1:
            for firm in range(np.uint64(firms)):
                here = counts[np.uint64(begin) + firm]
                board[np.uint64(SEEN * width) + firm] = here[0, strip] * share
                board[np.uint64((SEEN + 1) * width) + firm] = here[1, strip] * share
                board[np.uint64((SEEN + 2) * width) + firm] = here[2, strip] * share
                board[np.uint64((SEEN + 3) * width) + firm] = here[2, strip]
                board[np.uint64((SEEN + 4) * width) + firm] = here[3, strip]
            return
        for firm in range(firms):
            for n in range(3):
                place, first = np.uint64((SEEN + n) * width + firm * lanes), np.uint64(strip)
                for lane in range(np.uint64(lanes)):
                    board[place + lane] = counts[begin + firm, n, first + lane] * share
            for n in range(2, 4):
                place, first = np.uint64((SEEN + 1 + n) * width + firm * lanes), np.uint64(strip)
                for lane in range(np.uint64(lanes)):
                    board[place + lane] = counts[begin + firm, n, first + lane]

    return seen


class Partners:
    """What others see of the firms of a run (`state.seen_of`), kept firm by firm and lane by lane, a byte each.

    Parameters
    ----------
    partners
        Rows of each firm's partners, (firms, d).
    option, last_hit
        State of all firms at the start, (firms, lanes).
    """

    def __init__(self, partners: np.ndarray, option: np.ndarray, last_hit: np.ndarray):
        self._partners, self._option, self._last_hit = partners, option, last_hit
        self._codes = seen_of(option, last_hit > NEVER)
        self._codes *= FIELD

    def room(self, firms: int) -> np.ndarray:
        """Room for the counts of so many firms, (firms, 4, lanes): of bytes, most vectors at once, where they do."""
        return np.empty((firms, 4, self._codes.shape[1]), np.min_scalar_type(self._partners.shape[1]))

    def looking(self, first: int, counts: np.ndarray) -> Callable[[], None]:
        """How the partners of the firms from row `first` on are counted, into `counts`, shape (firms, 4, lanes).

        Those on premise, private and on cloud, and those on cloud that were hit.
        """
        return bound(_look_alone if counts.shape[2] == 1 else _look, first, self._partners, self._codes, counts)

    def finishing(self, first: int, over: np.ndarray, moved: tuple[np.ndarray, ...], *counted) -> Callable[[], None]:
        """How what the firms from row `first` on have decided comes into force, when all have.

        Parameters
        ----------
        over
            How many months are over, (1,).
        moved
            New options and hits, (firms, lanes) each.
        counted
            Arguments of `recount`.
        """
        state = self._option, self._last_hit, self._codes
        return bound(_finish, first, over, moved, state, *counted)


@kernel(in_place=True, nogil=True)
def _look(first, partners, codes, counts):
    counts[:] = 0
    lanes, flat = np.uint64(codes.shape[1]), codes.reshape(-1)
    for place in range(counts.shape[0]):
        later = first + min(place + 2, counts.shape[0] - 1)
        for n in range(partners.shape[1]):
            for lane in range(0, codes.shape[1], LINE):
                prefetched(flat, partners[later, n] * codes.shape[1] + lane)
            other = np.uint64(partners[first + place, n])
            for lane in range(lanes):
                code = codes[other, lane]
                counts[place, 0, lane] += code == 0
                counts[place, 1, lane] += code == FIELD
                counts[place, 2, lane] += code >= 2 * FIELD
                counts[place, 3, lane] += code == 3 * FIELD


@kernel(in_place=True, nogil=True)
def _look_alone(first, partners, codes, counts):
    """`_look` for a single lane: all four counts are fields of one number, which a partner adds to in one step."""
    alone, mask = np.uint64(0), np.uint64(2**FIELD - 1)
    for place in range(np.uint64(counts.shape[0])):
        seen, row = np.uint64(0), np.uint64(first) + place
        for n in range(np.uint64(partners.shape[1])):
            seen += np.uint64(1) << np.uint64(codes[np.uint64(partners[row, n]), alone])
        hit = seen >> np.uint64(3 * FIELD)
        counts[place, 0, alone] = seen & mask
        counts[place, 1, alone] = (seen >> np.uint64(FIELD)) & mask
        counts[place, 2, alone] = ((seen >> np.uint64(2 * FIELD)) & mask) + hit
        counts[place, 3, alone] = hit


@kernel(in_place=True)
def _finish(first, over, moved, state, providers, counts, counted, tallies):
    move(first, over[0], moved, state)
    recount(providers, counts, counted, tallies)


@compiled(None, often=False)
def move(first, month, moved, state):
    """Put new options and hits into force; firms are contiguous, so that all their lanes are one row."""
    (new_option, new_hit), (option, last_hit, codes) = moved, state
    begin, size, month = np.uint64(first * option.shape[1]), np.uint64(new_option.size), np.int16(month)
    now, hit = new_option.reshape(-1), new_hit.reshape(-1)
    options, hits, seen = option.reshape(-1), last_hit.reshape(-1), codes.reshape(-1)
    for place in range(size):
        options[begin + place] = now[place]
    for place in range(size):
        hits[begin + place] = month if hit[place] else hits[begin + place]
    for place in range(size):
        seen[begin + place] = (min(now[place], 2) + (hit[place] & (now[place] >= 2))) * FIELD


@compiled(None, often=False)
def recount(providers, counts, counted, tallies):
    """Put what was counted of the firms of a review phase in the place of what was counted of them before.

    Parameters
    ----------
    counts
        As `compiled_booking` leaves them, of all firms of the phase, (rows, classes, lanes); zero afterwards.
    counted
        Of the same firms after their last review, (rows, classes, lanes); `counts` take its place.
    tallies
        Of all firms, same shape.
    """
    complete(providers, counts, counted)
    for row in range(np.uint64(counts.shape[0])):
        if AGENT_SEATS > row >= PROVIDER_SEATS + providers or row >= AGENT_SEATS + providers:
            continue
        stock = 0 if FIRST_FLOW <= row < PROVIDER_SEATS else 1
        for c in range(np.uint64(counts.shape[1])):
            for lane in range(np.uint64(counts.shape[2])):
                now = counts[row, c, lane]
                tallies[row, c, lane] += now - stock * counted[row, c, lane]
                counted[row, c, lane] = now
                counts[row, c, lane] = 0


@compiled(None, often=False)
def complete(providers, counts, counted):
    """Count firms and seats without cloud, who are left of all, and public seats, those at all providers."""
    firms, seats, public = np.uint64(FIRMS), np.uint64(SEATS), np.uint64(PUBLIC_SEATS)
    for c in range(np.uint64(counts.shape[1])):
        for first in (firms, seats):
            for lane in range(np.uint64(counts.shape[2])):
                total = counted[first, c, lane]
                for k in range(np.uint64(1), np.uint64(len(OPTIONS))):
                    total += counted[first + k, c, lane] - counts[first + k, c, lane]
                counts[first, c, lane] = total
        for j in range(np.uint64(PROVIDER_SEATS), np.uint64(PROVIDER_SEATS + providers)):
            for lane in range(np.uint64(counts.shape[2])):
                counts[public, c, lane] += counts[j, c, lane]
