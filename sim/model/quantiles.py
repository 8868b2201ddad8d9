"""Quantiles of Beta distributions, for many probabilities at once."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.polynomial.chebyshev import chebpts1
from scipy import special

BENT = 0.5
"""Counts below bend the log odds of quantiles too much for the polynomials."""

NORMAL = 8.3
"""Normal quantiles of the probabilities that are asked for lie between minus this and this."""

PIECES, DEGREE = 16, 12
"""Polynomials over that range, of equal length, and their degree."""


def beta_quantiles(probabilities: np.ndarray, classes: np.ndarray, means: Sequence[float], count: float) -> np.ndarray:
    """Return quantiles of each firm's class, within 1e-12, shape (firms,).

    To invert the distribution for each firm took most of the time of drawing a population. Unless a count is small, the
    log odds of a quantile are nearly a straight line over the normal quantile of the same probability, so that a few
    polynomials are as exact.

    Parameters
    ----------
    probabilities
        From 2^-54 to 1 - 2^-53, shape (firms,).
    classes
        Class code of each firm.
    means, count
        Mean of each class's Beta distribution, and the sum of its two counts.
    """
    counts = tuple((mean * count, (1.0 - mean) * count) for mean in means)
    curves = np.concatenate([_log_odds_curve(a, b) for a, b in counts], axis=1)
    along = (special.ndtri(probabilities) + NORMAL) * (PIECES / (2.0 * NORMAL))
    piece = along.astype(np.intp)
    along = 2.0 * (along - piece) - 1.0
    piece += classes.astype(np.intp) * PIECES
    odds = curves[DEGREE].take(piece)
    for power in reversed(range(DEGREE)):
        odds *= along
        odds += curves[power].take(piece)
    found = special.expit(odds)
    for code, (a, b) in enumerate(counts):
        if min(a, b) < BENT:
            found[classes == code] = special.betaincinv(a, b, probabilities[classes == code])
    return found


@lru_cache(maxsize=64)
def _log_odds_curve(a: float, b: float) -> np.ndarray:
    """Coefficients of the polynomials in -1 to 1 through log odds of quantiles; (DEGREE + 1, PIECES)."""
    if min(a, b) < BENT:
        return np.zeros((DEGREE + 1, PIECES))
    along = chebpts1(DEGREE + 1)
    normal = (np.arange(PIECES) + 0.5 * (along[:, None] + 1.0)) * (2.0 * NORMAL / PIECES) - NORMAL
    tail, upper = special.ndtr(-abs(normal)), normal > 0.0  # from the end where probabilities are exact
    odds = special.logit(special.betaincinv(np.where(upper, b, a), np.where(upper, a, b), tail))
    return np.linalg.solve(np.vander(along, increasing=True), np.where(upper, -odds, odds))
