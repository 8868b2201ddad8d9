"""Beta quantiles are those of SciPy, by whichever way they are found."""

import numpy as np
import pytest
from scipy import special

from sim.model.quantiles import BENT, beta_quantiles

RNG = np.random.default_rng(20261130)
SMALLEST, LARGEST = 2.0**-54, 1.0 - 2.0**-53
TAILS = 10.0 ** RNG.uniform(-16, -2, 500)
PROBABILITIES = np.clip(
    np.concatenate([RNG.random(2000), TAILS, 1.0 - TAILS, [0.0, 1e-300, 0.5, 1.0]]), SMALLEST, LARGEST
)  # fmt: skip


def quantiles(a, b):
    """Quantiles of a single class of firms."""
    return beta_quantiles(PROBABILITIES, np.zeros(PROBABILITIES.size, np.int8), [a / (a + b)], a + b)


@pytest.mark.parametrize(
    ("a", "b"),
    [(2.4, 5.6), (4.8, 3.2), (BENT, BENT), (BENT, 3.0), (BENT, 1e6), (1e6, BENT), (5e5, 5e5), (1.9, 30.0), (0.3, 0.7),
     (0.001, 0.099)],
)  # fmt: skip
def test_quantiles_are_those_of_an_exact_inversion(a, b):
    assert np.abs(quantiles(a, b) - special.betaincinv(a, b, PROBABILITIES)).max() < 1e-12


def test_random_counts_have_their_quantiles():
    for a, b in BENT * 10.0 ** RNG.uniform(0, 5, (40, 2)):
        assert np.abs(quantiles(a, b) - special.betaincinv(a, b, PROBABILITIES)).max() < 1e-12


def test_small_quantiles_are_relatively_exact():
    lowest = np.abs(quantiles(2.4, 5.6) / special.betaincinv(2.4, 5.6, PROBABILITIES) - 1.0)
    assert lowest.max() < 1e-11


def test_they_rise_with_their_probability():
    probabilities = np.linspace(0.001, 0.999, 100_001)
    assert (np.diff(beta_quantiles(probabilities, np.zeros(100_001, np.int8), [0.4], 8.0)) > 0).all()


def test_each_class_has_its_own():
    classes = np.array([3, 0, 1, 2, 0], np.int8)
    means, half = [0.3, 0.4, 0.5, 0.6], np.full(5, 0.5)
    expected = [special.betaincinv(means[c] * 8.0, (1.0 - means[c]) * 8.0, 0.5) for c in classes]
    assert beta_quantiles(half, classes, means, 8.0) == pytest.approx(expected, abs=1e-12)
