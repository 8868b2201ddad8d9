"""Powers and logarithms are accurate, exact where a rule leans on it, and the same number for every caller."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from numba import njit

from sim.engines import lifting
from sim.model import arithmetic

exponential, logarithm, power = arithmetic.exponential, arithmetic.logarithm, arithmetic.power

RNG = np.random.Generator(np.random.SFC64(20260101))
POSITIVE = np.concatenate([
    10.0 ** RNG.uniform(-300, 300, 4000), RNG.uniform(0.5, 2.0, 4000), 1.0 + RNG.uniform(-1e-9, 1e-9, 500),
    2.0 ** np.arange(-1000.0, 1000.0, 37.0),
    [5e-324, 2.2e-308, 1.7e308, math.sqrt(0.5), np.nextafter(math.sqrt(0.5), 0)],
])  # fmt: skip
EXPONENTS = np.concatenate([RNG.uniform(-700, 700, 4000), RNG.uniform(-1, 1, 4000), [0.0, 700.0, -700.0, 1e-300]])


@njit
def compiled_logarithm(x):
    return logarithm(x)


@njit
def compiled_exponential(x):
    return exponential(x)


@njit
def compiled_power(x, y):
    return power(x, y)


def test_logarithm_is_within_a_unit_in_the_last_place():
    with localcontext(prec=60):
        for x in POSITIVE.tolist():
            error = abs(Decimal(logarithm(x)) - Decimal(x).ln())
            assert error <= Decimal(math.ulp(logarithm(x)))


def test_exponential_is_within_a_unit_in_the_last_place():
    with localcontext(prec=60):
        for x in EXPONENTS.tolist():
            error = abs(Decimal(exponential(x)) - Decimal(x).exp())
            assert error <= Decimal(math.ulp(exponential(x)))


def test_power_is_accurate():
    for x, y in zip(RNG.uniform(1e-3, 1e3, 4000).tolist(), RNG.uniform(-1, 1, 4000).tolist(), strict=True):
        assert power(x, y) == pytest.approx(x**y, rel=1e-14)


def test_exact_cases():
    assert logarithm(1.0) == 0.0
    assert exponential(0.0) == 1.0
    for y in (-3.0, 0.0, 0.15, 1e300):
        assert power(1.0, y) == 1.0
        assert power(0.0, y) == 0.0
    assert power(7.3, 0.0) == 1.0
    assert power(1e300, 1e10) == exponential(700.0)


def test_edges_stay_finite():
    for x in (0.0, 5e-324, 1e-308, 1.0, 1.7e308):
        for y in (-1e6, -1.0, 0.0, 1.0, 1e6):
            assert math.isfinite(power(x, y))


@pytest.mark.parametrize(
    ("function", "compiled", "numbers"),
    [(logarithm, compiled_logarithm, POSITIVE), (exponential, compiled_exponential, EXPONENTS)],
    ids=["logarithm", "exponential"],
)
def test_floats_arrays_and_compiled_code_agree_to_the_bit(function, compiled, numbers):
    arrays = function(numbers)
    assert np.array_equal(arrays, [function(x) for x in numbers.tolist()])
    assert np.array_equal(arrays, [compiled(x) for x in numbers.tolist()])


def test_powers_agree_to_the_bit():
    x = np.concatenate([POSITIVE, np.zeros(10)])
    y = RNG.uniform(-2, 2, x.size)
    arrays = power(x, y)
    assert np.array_equal(arrays, [power(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)])
    assert np.array_equal(arrays, [compiled_power(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)])


@pytest.mark.parametrize("x", [-2.5, -1.0, -0.0, 0.0, 0.49999999999999994, 0.5, 2.0, 1e17])
def test_floor_agrees(x):
    assert arithmetic.floor(x) == float(np.floor(x)) == arithmetic.floor(np.array([x]))[0]


def test_where_takes_either_kind_of_condition():
    assert arithmetic.where(True, 1.0, 2.0) == 1.0
    assert arithmetic.where(np.array([True, False]), 1.0, 2.0).tolist() == [1.0, 2.0]
    assert arithmetic.maximum(2.0, 3.0) == arithmetic.minimum(4.0, 3.0) == 3.0
    assert arithmetic.both(True, False) is False
    assert arithmetic.either(True, False) is True
    assert lifting.lift(arithmetic) is arithmetic
