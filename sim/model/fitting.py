"""Shifts of options for which average choice probabilities meet given shares: Newton's method, made safe.

Average probabilities are the slopes, by the shifts, of a convex function. So the shifts that give wanted shares lie
where another convex function, whose slopes are the gaps between shares and target, is lowest: one place, downhill.

Problems are solved side by side, each as if alone.
"""

from collections.abc import Callable

import numpy as np

from sim.model.arithmetic import total

TOLERANCE = 1e-10
"""Largest difference of a solved share from its target, usually."""

ROUNDS = 400
"""Evaluations after which shares count as out of reach; usual worlds take five."""

LEAST = 1e-300
"""Stands for a share of nothing where its logarithm is taken."""

Averages = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""From numbers of problems, (asked,), and shifts of their options, (asked, options), in the scale of the choice, to
average probabilities, same shape, and what these gain by each shift, (asked, options, options)."""


def fitted(
    averages: Averages, targets: np.ndarray, levels: np.ndarray, tolerance: float = TOLERANCE
) -> tuple[np.ndarray, np.ndarray]:
    """Shifts for which the averages meet the targets; 0 for the first option wanted and those not wanted.

    Parameters
    ----------
    targets
        Shares wanted, which sum to 1, or zeros for a problem to be left out; shape (problems, options).
    levels
        What options are worth on average, same shape: the search starts where all are worth the same, which may be far
        off, with no firm near a choice.
    tolerance
        Largest difference of a share from its target.

    Returns
    -------
    shifts, shares : ndarray, shape (problems, options)
        The nearest found; they are farther than the tolerance from targets that are out of reach.
    """
    wanted = targets > 0.0
    first = wanted.argmax(axis=1)
    free = wanted & (np.arange(targets.shape[1]) != first[:, None])
    tried = np.where(free, levels[np.arange(len(first)), first, None] - levels, 0.0)
    shifts, shares, moves = np.zeros(targets.shape), np.zeros(targets.shape), np.zeros(targets.shape)
    busy = np.flatnonzero(wanted.any(axis=1))
    for _ in range(ROUNDS):
        found, gains = averages(busy, tried[busy])
        move, gap = moves[busy], found - targets[busy]
        before = shares[busy] - targets[busy]
        beyond = _along(gap, move) > -0.5 * _along(before, move)  # far up again on the other side
        moves[busy[beyond]] *= 0.25
        nearer = busy[~beyond]
        shifts[nearer], shares[nearer] = tried[nearer], found[~beyond]
        missed = beyond | (np.abs(gap).max(axis=1) > tolerance)
        going = missed & ~beyond
        here = busy[going]
        moves[here] = _moves(found[going], gains[going], targets[here], first[here], free[here])
        busy = busy[missed]
        if not busy.size:
            break
        tried[busy] = shifts[busy] + moves[busy]
    return shifts, shares


def _along(gaps, moves):
    """Slopes along moves of the functions that are lowest where shares meet their targets."""
    return total((gaps * moves).T)


def _moves(shares, gains, targets, first, free):
    """Moves that give the logarithms of odds what they miss if they are linear, as they nearly are.

    Where these lead not downhill, or there is nothing to go by because shares are flat, towards what is missing.
    """
    least = np.maximum(shares, LEAST)
    behind = np.log(np.where(targets > 0.0, targets / least, 1.0))
    firsts, rates = (np.arange(len(first)), first), gains / least[..., None]
    missing = np.where(free, behind - behind[firsts][:, None], 0.0)
    rates = rates - rates[firsts][:, None]
    linear = free[:, :, None] & free[:, None, :]
    moves = _solved(np.where(linear, rates, np.eye(free.shape[1])), missing)
    with np.errstate(invalid="ignore", over="ignore"):
        down = _along(shares - targets, moves)
    return np.where(((down < 0.0) & (down > -np.inf))[:, None], moves, 0.5 * missing)


def _solved(systems, right):
    """Solutions of linear equations, shapes (n, options, options) and (n, options); NaN for those that have none."""
    try:
        return np.linalg.solve(systems, right[..., None])[..., 0]
    except np.linalg.LinAlgError:
        if len(systems) == 1:
            return np.full(right.shape, np.nan)
        return np.concatenate([_solved(systems[n : n + 1], right[n : n + 1]) for n in range(len(systems))])
