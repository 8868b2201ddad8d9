"""Shifts of options for which average choice probabilities meet given shares: Newton's method, made safe.

The probabilities are the slopes of a convex function of the shifts (docs/model.md, "Initialization"), so a move that
lowers it does so until it meets the slope 0, and the solution is one.
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


def fitted(averages: Averages, target: np.ndarray, scale: float) -> np.ndarray:
    """Shift of each option for which the averages meet the target; 0 for the first one wanted and those not wanted.

    Parameters
    ----------
    target
        Shares wanted, which sum to 1.
    scale
        What a shift is measured in: one of it about doubles the odds.

    Raises
    ------
    OutOfReach
        No shift gives the shares.
    """
    wanted = np.flatnonzero(target > 0.0)
    shift = np.zeros(len(target))
    shares, slope = averages(shift)
    move = _move(shares, slope, target, wanted, scale)
    for _ in range(ROUNDS):
        gap = shares - target
        if np.abs(gap).max() <= TOLERANCE:
            return shift
        found = averages(shift + move)
        # Along the move the function falls at first; it may rise in the end, at half the rate.
        if (found[0] - target) @ move > -0.5 * (gap @ move):
            move *= 0.25
            continue
        shift = shift + move
        shares, slope = found
        move = _move(shares, slope, target, wanted, scale)
    raise OutOfReach(shares)


def _move(shares, slope, target, wanted, scale):
    """The next move: Newton's for the logarithms of odds, in which averages are nearly linear.

    Where they are flat, or the move would raise the convex function, the odds themselves tell where to go.
    """
    first, free = wanted[0], wanted[1:]
    least = np.maximum(shares, 1e-300)
    missing = np.log(target[free] / target[first]) - np.log(least[free] / least[first])
    rates = slope / least[:, None]
    move = np.zeros(len(target))
    try:
        move[free] = np.linalg.solve((rates[free] - rates[first])[:, free], missing)
    except np.linalg.LinAlgError:
        move[free] = np.nan
    if not (shares - target) @ move < 0.0:
        move[free] = 0.5 * scale * missing
    return move
