"""Shifts of options for which average choice probabilities meet given shares: Newton's method, made safe.

Average probabilities are the slopes, by the shifts, of a convex function. So the shifts that give wanted shares lie
where another convex function, whose slopes are the gaps between shares and target, is lowest: one place, downhill.
"""

from collections.abc import Callable

import numpy as np

TOLERANCE = 1e-10
"""Largest difference of a solved share from its target."""

ROUNDS = 400
"""Evaluations after which shares count as out of reach; usual worlds take five."""

Averages = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""From shifts of the options, (4,), to their average probabilities, (4,), and what these gain by each shift, (4, 4)."""


class OutOfReach(Exception):
    """No shift gives the shares wanted; `shares` are the nearest found."""

    def __init__(self, shares: np.ndarray):
        super().__init__()
        self.shares = shares


def fitted(averages: Averages, target: np.ndarray, values: np.ndarray, scale: float) -> np.ndarray:
    """Shift of each option for which the averages meet the target; 0 for the first one wanted and those not wanted.

    Parameters
    ----------
    target
        Shares wanted, which sum to 1.
    values
        What is shifted, -inf where closed, shape (4, firms): the search starts where all options are worth the same
        on average, which may be far off, with no firm near a choice.
    scale
        What values are measured in: a shift by it about doubles the odds or more.

    Raises
    ------
    OutOfReach
        No shift gives the shares.
    """
    wanted = np.flatnonzero(target > 0.0)
    first, free = wanted[0], wanted[1:]
    there = values > -np.inf
    level = np.where(there, values, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    shift, move = np.zeros(len(target)), np.zeros(len(target))
    shift[free] = level[first] - level[free]
    shares, slope = averages(shift)
    for _ in range(ROUNDS):
        gap = shares - target
        if np.abs(gap).max() <= TOLERANCE:
            return shift
        if not move.any():
            least = np.maximum(shares, 1e-300)
            missing = np.log(target[free] / target[first]) - np.log(least[free] / least[first])
            move[free] = _newton(slope / least[:, None], missing, first, free)
            if not gap @ move < 0.0:  # not downhill, or nothing to go by: shares are flat here
                move[free] = 0.5 * scale * missing
        found = averages(shift + move)
        if (found[0] - target) @ move > -0.5 * (gap @ move):  # far up again on the other side
            move *= 0.25
            continue
        shift, move = shift + move, np.zeros(len(target))
        shares, slope = found
    raise OutOfReach(shares)


def _newton(rates, missing, first, free):
    """Move that gives the logarithms of odds what they miss if they are linear, as they nearly are; NaN if none does.

    `rates` are the gains of logarithms of the shares.
    """
    try:
        return np.linalg.solve((rates[free] - rates[first])[:, free], missing)
    except np.linalg.LinAlgError:
        return np.full(len(free), np.nan)
