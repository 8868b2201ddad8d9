"""What firms see of their partners, and the moment everybody's move comes into force, compiled."""

from typing import Any

import numpy as np

from sim.engines.compiled_boards import LINE, SEEN
from sim.engines.lifting import compiled, fetched, kernel

NEAR = 65_536
"""Firms whose last hits lie near, in the processor's caches."""

FETCHED = 16
"""Firms whose partners are fetched together."""


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


@kernel(nogil=True)
def look(first, partners, option, last_hit, since, counts):
    """Count the partners of the firms from row `first` on, into `counts`, int16, shape (firms, 4, lanes).

    Those on premise, private and on cloud, and those on cloud that were hit since month `since`.
    """
    counts[:] = 0
    lanes, options, last_hits = option.shape[1], option.reshape(-1), last_hit.reshape(-1)
    for place in range(counts.shape[0]):
        later = first + min(place + 2, counts.shape[0] - 1)
        for n in range(partners.shape[1]):
            for lane in range(0, lanes, LINE):
                fetched(options, partners[later, n] * lanes + lane)
            for lane in range(0, lanes, LINE // 2):
                fetched(last_hits, partners[later, n] * lanes + lane)
            other = partners[first + place, n]
            for lane in range(lanes):
                at = option[other, lane]
                cloud = np.int16(at >= 2)
                counts[place, 0, lane] += np.int16(at == 0)
                counts[place, 1, lane] += np.int16(at == 1)
                counts[place, 2, lane] += cloud
                counts[place, 3, lane] += cloud & np.int16(last_hit[other, lane] >= since)


@kernel(nogil=True)
def look_alone(first, partners, option, last_hit, since, counts):
    """`look` for a single lane.

    In a large population nearly every partner is a wait for memory. Options of a few firms' partners are fetched
    together, so that the waits overlap, and the month of the last hit only of those on cloud. What is near is read
    without asking: to guess the answer wrongly takes longer.
    """
    near = option.shape[0] <= NEAR
    lane, d, fetched = np.uint64(0), partners.shape[1], np.empty(FETCHED * partners.shape[1], np.int8)
    for start in range(0, counts.shape[0], FETCHED):
        together = min(FETCHED, counts.shape[0] - start)
        for k in range(together):
            for n in range(d):
                fetched[k * d + n] = option[np.uint64(partners[first + start + k, n]), lane]
        for k in range(together):
            on_premise = private = cloud = hit = 0
            for n in range(d):
                at = fetched[k * d + n]
                on_premise += at == 0
                private += at == 1
                cloud += at >= 2
                if near or at >= 2:
                    hit += (at >= 2) & (last_hit[np.uint64(partners[first + start + k, n]), lane] >= since)
            counts[start + k, 0, lane], counts[start + k, 1, lane] = on_premise, private
            counts[start + k, 2, lane], counts[start + k, 3, lane] = cloud, hit


@kernel(nogil=True)
def move(first, month, new_option, new_hit, option, last_hit):
    """Put the firms' new options into force, after everybody has decided."""
    for place in range(new_option.shape[0]):
        for lane in range(new_option.shape[1]):
            option[first + place, lane] = new_option[place, lane]
            if new_hit[place, lane]:
                last_hit[first + place, lane] = month
