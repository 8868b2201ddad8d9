"""What firms see of their partners, and the moment everybody's move comes into force, compiled."""

from typing import Any

import numpy as np
from numba import njit

from sim.engines.compiled_boards import LINE, SEEN
from sim.engines.lifting import compiled, fetched


def compile_seen(rules: Any, width: int) -> Any:
    """Compile how counts of partners become what a firm sees, in a strip of lanes."""

    @compiled(rules, width)
    def seen(board, partners, counts, strip, real):
        """Put on the board what a firm with so many partners sees; lanes beyond the last are left as they are."""
        share, first = 1.0 / max(partners, 1), np.uint64(strip)
        for n in range(3):
            for lane in range(np.uint64(real)):
                board[np.uint64((SEEN + n) * width) + lane] = counts[n, first + lane] * share
        for n in range(2, 4):
            for lane in range(np.uint64(real)):
                board[np.uint64((SEEN + 1 + n) * width) + lane] = counts[n, first + lane]

    return seen


@njit(error_model="numpy", cache=True)
def look(first, partners, option, last_hit, since, counts):
    """Count the partners of the firms from row `first` on, into `counts`, int16, shape (firms, 4, lanes).

    Those on premise, private and on cloud, and those on cloud that were hit since month `since`.
    """
    counts[:] = 0
    for place in range(counts.shape[0]):
        later = first + min(place + 2, counts.shape[0] - 1)
        for n in range(partners.shape[1]):
            for lane in range(0, option.shape[1], LINE):
                fetched(option, partners[later, n], lane)
            for lane in range(0, option.shape[1], LINE // 2):
                fetched(last_hit, partners[later, n], lane)
            other = partners[first + place, n]
            for lane in range(option.shape[1]):
                at = option[other, lane]
                cloud = np.int16(at >= 2)
                counts[place, 0, lane] += np.int16(at == 0)
                counts[place, 1, lane] += np.int16(at == 1)
                counts[place, 2, lane] += cloud
                counts[place, 3, lane] += cloud & np.int16(last_hit[other, lane] >= since)


@njit(error_model="numpy", cache=True)
def move(first, month, new_option, new_hit, option, last_hit):
    """Put the firms' new options into force, after everybody has decided."""
    for place in range(new_option.shape[0]):
        for lane in range(new_option.shape[1]):
            option[first + place, lane] = new_option[place, lane]
            if new_hit[place, lane]:
                last_hit[first + place, lane] = month
