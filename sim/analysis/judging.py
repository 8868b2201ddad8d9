"""The statistical tests by which oracles compare: z scores, chi-square, the interval of a variance, equality."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from sim.analysis.oracle import Check

MOST_Z = 4.0
"""Standard errors within which a finding agrees; two-sided, chance exceeds it once in 16,000."""

LEAST_P = 0.001
"""Least p of a chi-square test that agrees."""

FEWEST = 5.0
"""Expected count below which cells of a chi-square test are pooled."""

MOST_ERROR = 1e-12
"""Relative error within which two ways of computing agree: what rounding leaves."""

COVERAGE = 0.99
"""Coverage of the interval of a variance."""

Numbers = npt.ArrayLike


def within_errors(what: str, expected: Numbers, found: Numbers, errors: Numbers) -> Check:
    """Whether every finding lies within 4 standard errors of what is expected.

    Parameters
    ----------
    expected, found, errors
        Of one shape; the standard errors follow from the expectation, not from the finding, or from replicates.
    """
    wanted, got, error = np.broadcast_arrays(*(np.asarray(each, np.float64) for each in (expected, found, errors)))
    gap = np.abs(got - wanted)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(gap == 0.0, 0.0, gap / error)  # not a number stays one, and fails
    worst = int(np.argmax(np.where(np.isnan(z), np.inf, z)))
    most = float(z.flat[worst])
    label = f"largest |z| of {z.size}: {most:.2f}" if z.size > 1 else f"|z| = {most:.2f}"
    return Check(what, _printed(wanted, worst), _printed(got, worst), label, bool(most <= MOST_Z))


def same_law(what: str, counts: Sequence[float] | np.ndarray, law: np.ndarray) -> Check:
    """Whether counts of states follow a law: Pearson's chi-square, the rarest states pooled, none that is impossible.

    Parameters
    ----------
    counts, law
        How often each state was found, and its probability.
    """
    observed, expected = np.asarray(counts, np.float64), np.asarray(law) * np.sum(counts)
    order = np.argsort(expected, kind="stable")
    pooled = np.cumsum(expected[order]) < FEWEST
    cut = int(pooled.sum()) + 1  # the pool itself is to expect enough
    seen = np.concatenate([[observed[order[:cut]].sum()], observed[order[cut:]]])
    wanted = np.concatenate([[expected[order[:cut]].sum()], expected[order[cut:]]])
    statistic = float(((seen - wanted) ** 2 / wanted).sum())
    impossible = bool((observed[expected == 0.0] > 0.0).any())
    p = 0.0 if impossible else float(stats.chi2.sf(statistic, len(wanted) - 1))
    label = f"chi-square({len(wanted) - 1}) = {statistic:.1f}, p = {p:.2g}"
    return Check(what, f"law of {len(law)} states", f"{int(observed.sum()):,} draws", label, p > LEAST_P)


def same_variance(what: str, expected: float, sample: np.ndarray) -> Check:
    """Whether a variance lies in the 99 % interval of the sample variance."""
    freedom, found = len(sample) - 1, float(np.var(sample, ddof=1))
    tail = (1.0 - COVERAGE) / 2.0
    low, high = (freedom * found / stats.chi2.ppf(q, freedom) for q in (1.0 - tail, tail))
    label = f"99 % interval {low:.4g} to {high:.4g}"
    return Check(what, f"{expected:.4g}", f"{found:.4g}", label, bool(low <= expected <= high))


def identity(what: str, expected: Numbers, found: Numbers) -> Check:
    """Whether two ways of computing agree but for rounding, in all their entries."""
    wanted, got = np.broadcast_arrays(np.asarray(expected, np.float64), np.asarray(found, np.float64))
    gap = np.abs(got - wanted) / np.maximum(np.abs(wanted), 1e-300)
    gap = np.where(got == wanted, 0.0, gap)
    worst = int(np.argmax(np.where(np.isnan(gap), np.inf, gap)))
    most = float(gap.flat[worst])
    label = f"relative error {most:.1g}, at most {MOST_ERROR:g}"
    return Check(what, _printed(wanted, worst), _printed(got, worst), label, bool(most <= MOST_ERROR))


def exactly(what: str, expected: object, found: object, statistic: str = "exact") -> Check:
    """Whether a finding is what is expected, without any tolerance."""
    return Check(what, str(expected), str(found), statistic, bool(expected == found))


def mean_error(sample: np.ndarray) -> np.ndarray:
    """Standard error of the mean over replicates; (replicates, …) → (…)."""
    return np.asarray(np.std(sample, axis=0, ddof=1) / np.sqrt(len(sample)))


def _printed(numbers: np.ndarray, worst: int) -> str:
    """Up to four numbers as a reader wants them; of more, the one that fits worst."""
    shown = numbers.ravel() if numbers.size <= 4 else numbers.ravel()[worst : worst + 1]
    return " ".join(f"{number:.5g}" for number in shown)
