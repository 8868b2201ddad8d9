"""Quantiles of Beta distributions, for many probabilities at once."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

import numpy as np
from numpy.polynomial import Chebyshev
from scipy import special

BENT = 2.0
"""Counts below bend the log odds of quantiles too much for a polynomial."""

NORMAL = 8.3
"""Normal quantiles of the probabilities that are asked for lie between minus this and this."""


def beta_quantiles(
    probabilities: np.ndarray, classes: np.ndarray, means: Sequence[float], count: float
) -> np.ndarray:  # fmt: skip
    """Return quantiles of each firm's class, within 1e-12, shape (firms,).

    Parameters
    ----------
    probabilities
        From 2^-54 to 1 - 2^-53, shape (firms,).
    classes
        Class code of each firm.
    means, count
        Mean of each class's Beta distribution, and the sum of its two counts.
    """
    found = np.empty_like(probabilities)
    for code, mean in enumerate(means):
        mine = classes == code
        found[mine] = _quantile(mean * count, (1.0 - mean) * count)(probabilities[mine])
    return found


@lru_cache(maxsize=64)
def _quantile(a: float, b: float) -> Callable[[np.ndarray], np.ndarray]:
    """Quantile function of the Beta distribution of these counts.

    To invert it number by number took most of the time of drawing a population. Unless a count is small, the log odds
    of a quantile are nearly a straight line over the normal quantile of the same probability, and a polynomial does.
    """
    if min(a, b) < BENT:
        return partial(special.betaincinv, a, b)
    odds = Chebyshev.interpolate(partial(_log_odds, a, b), 64, domain=[-NORMAL, NORMAL]).trim(1e-13)
    return lambda probabilities: special.expit(odds(special.ndtri(probabilities)))


def _log_odds(a, b, normal):
    """Log odds of Beta quantiles; those above the median from the other end, where probabilities are exact."""
    tail, upper = special.ndtr(-abs(normal)), normal > 0.0
    odds = special.logit(special.betaincinv(np.where(upper, b, a), np.where(upper, a, b), tail))
    return np.where(upper, -odds, odds)
