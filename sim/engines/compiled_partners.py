"""What firms see of their partners, and the moment everybody's move comes into force, compiled."""

import numpy as np
from numba import njit


@njit(error_model="numpy", cache=True)
def look(first, partners, option, last_hit, since, seen):
    """What the firms from row `first` on see of their partners; `seen` has shape (firms, 5, lanes).

    Shares on premise, private and on cloud, the number on cloud, and the number of those hit since month `since`.
    """
    d, lanes = partners.shape[1], option.shape[1]
    counts = np.zeros((4, lanes), np.int16)
    share = 1.0 / max(d, 1)
    for place in range(seen.shape[0]):
        counts[:] = 0
        for n in range(d):
            other = partners[first + place, n]
            for lane in range(lanes):
                at = option[other, lane]
                cloud = np.int16(at >= 2)
                counts[0, lane] += np.int16(at == 0)
                counts[1, lane] += np.int16(at == 1)
                counts[2, lane] += cloud
                counts[3, lane] += cloud & np.int16(last_hit[other, lane] >= since)
        for lane in range(lanes):
            seen[place, 0, lane] = counts[0, lane] * share
            seen[place, 1, lane] = counts[1, lane] * share
            seen[place, 2, lane] = counts[2, lane] * share
            seen[place, 3, lane] = counts[2, lane]
            seen[place, 4, lane] = counts[3, lane]


@njit(error_model="numpy", cache=True)
def move(first, month, new_option, new_hit, option, last_hit):
    """Put the firms' new options into force, after everybody has decided."""
    for place in range(new_option.shape[0]):
        for lane in range(new_option.shape[1]):
            option[first + place, lane] = new_option[place, lane]
            if new_hit[place, lane]:
                last_hit[first + place, lane] = month
