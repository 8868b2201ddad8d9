"""The mean field of a logit choice: where shares go when all firms see the economy and decide at once."""

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]


def logit(values: npt.ArrayLike, scale: float = 1.0) -> Floats:
    """Choice probabilities e^(V/μ)/Σe^(V/μ) along the last axis (McFadden 1974)."""
    return np.asarray(special.softmax(np.asarray(values, np.float64) / scale, axis=-1))


def path(values: Floats, reach: Floats, start: Floats, months: int) -> tuple[Floats, Floats]:
    """Shares s ← softmax(V + J·s) month by month, and the covariance that chance adds, times the number of firms.

    Each month's counts are multinomial, so deviations follow Σ ← AΣAᵀ + diag(p) − ppᵀ with A the derivative of the
    map (linear noise).

    Parameters
    ----------
    values, reach, start
        V, J and the shares at the start, shape (options,); Gumbel scale 1.
    months
        How many steps.

    Returns
    -------
    shares, shape (months + 1, options), and covariances, shape (months + 1, options, options)
    """
    shares, covariance = np.asarray(start, np.float64), np.zeros((len(start), len(start)))
    found, noise = [shares], [covariance]
    for _ in range(months):
        p = logit(values + reach * shares)
        spread = np.diag(p) - np.outer(p, p)
        slope = spread * reach
        covariance = slope @ covariance @ slope.T + spread
        shares = p
        found.append(shares)
        noise.append(covariance)
    return np.array(found), np.array(noise)
