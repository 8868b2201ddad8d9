"""What a rule may use besides + - * / and comparisons: functions exact or equal to the bit for every caller.

Each takes Python floats or NumPy arrays, `pro_rata` Python's whole numbers; the compiled engine has its own version of
`where`, `maximum`, `minimum`, `floor`, `split`, `scaled` and `pro_rata`, which are exact operations, so that what is
built from them is the same number in every engine.
"""

import math
from typing import Any, TypeAlias

import numpy as np

Number: TypeAlias = Any
"""A Python float or whole number, or a NumPy array of them: what every rule takes and gives."""

LN2_HIGH = 6.93147180369123816490e-01
"""Leading bits of ln 2: a whole number below 2^20 times it is exact."""
LN2_LOW = 1.90821492927058770002e-10
SQRT_HALF = 0.70710678118654752440

LITTLE = 1e-300
"""Divisor instead of zero, where the quotient is not used."""


def where(condition, yes, no):
    """Return `yes` where `condition` holds, else `no`; both are evaluated, so both must be finite."""
    if type(condition) is bool:  # Python floats compared: ten times faster than a NumPy call
        return yes if condition else no
    if _is_code(no) and (type(yes) is int or _is_code(yes)):  # four steps with bytes take half the time of one call
        return no ^ ((no ^ yes) & -condition.view(np.int8))
    return np.where(condition, yes, no)


def _is_code(x):
    """Whether these are codes of options or providers, kept in a byte each."""
    return type(x) is np.ndarray and x.dtype == np.int8


def both(first, second):
    """Whether two conditions hold; Python bools stay bools."""
    return first & second


def either(first, second):
    """Whether at least one of two conditions holds; Python bools stay bools."""
    return first | second


def maximum(x, y):
    """Return the larger of two numbers, neither NaN."""
    if type(x) is np.ndarray or type(y) is np.ndarray:
        return np.maximum(x, y)
    return where(x > y, x, y)


def minimum(x, y):
    """Return the smaller of two numbers, neither NaN."""
    if type(x) is np.ndarray or type(y) is np.ndarray:
        return np.minimum(x, y)
    return where(x < y, x, y)


def floor(x):
    """Return the largest whole number not above `x`, as a float."""
    if type(x) is float:
        return float(math.floor(x))
    return np.floor(x)


def split(x):
    """Return mantissa in [1/2, 1) and exponent (a float) of a positive number: x = mantissa · 2^exponent."""
    if type(x) is float:
        mantissa, exponent = math.frexp(x)
        return mantissa, float(exponent)
    mantissa, exponent = np.frexp(x)
    return mantissa, exponent.astype(np.float64)


def scaled(x, exponent):
    """Return x · 2^exponent for a whole exponent given as a float."""
    if type(x) is float:
        return math.ldexp(x, int(exponent))
    return np.ldexp(x, np.asarray(exponent).astype(np.int32))


def pro_rata(claim, left, due):
    """Return ⌊claim·left/due⌋ of whole numbers, 0 ≤ claim ≤ due, 0 ≤ left < due < 2^62; exact, unlike floats."""
    return claim * left // due


def total(numbers):
    """Return the sum, added up from left to right.

    The built-in `sum` does so for arrays, but since Python 3.12 it corrects the rounding of floats.
    """
    result = 0.0
    for number in numbers:
        result = result + number
    return result


def logarithm(x):
    """Return the natural logarithm of a positive number, within 1 unit in the last place; 1 gives exactly 0.

    The series is that of FreeBSD's `e_log.c`: ln (1 + f) by powers of s = f/(2 + f), off by less than 2^-58.
    """
    mantissa, exponent = split(x)
    small = mantissa < SQRT_HALF
    exponent = where(small, exponent - 1.0, exponent)
    f = where(small, mantissa + mantissa, mantissa) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z  # even and odd powers apart, so that neither waits for the other
    tail = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01)) + z * (
        6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01
        + w * 1.479819860511658591e-01)))  # fmt: skip
    half = 0.5 * f * f
    return exponent * LN2_HIGH - ((half - (s * (half + tail) + exponent * LN2_LOW)) - f)


def exponential(x):
    """Return e^x for |x| below 700, within 1 unit in the last place; 0 gives exactly 1.

    The series is that of FreeBSD's `e_exp.c`: r·coth (r/2) by powers of r², off by less than 2^-59.
    """
    k = floor(x * 1.44269504088896340736 + 0.5)
    high, low = x - k * LN2_HIGH, k * LN2_LOW
    r = high - low
    z = r * r
    c = r - z * (1.66666666666666019037e-01 + z * (-2.77777777770155933842e-03 + z * (6.61375632143793436117e-05
        + z * (-1.65339022054652515390e-06 + z * 4.13813679705723846039e-08))))  # fmt: skip
    return scaled(1.0 - ((low - r * c / (2.0 - c)) - high), k)


def power(x, y):
    """Return x^y for x ≥ 0; 0 for x = 0 whatever y (no investment, no quality). Exponents are clipped at e^±700."""
    positive = x > 0.0
    z = y * logarithm(where(positive, x, 1.0))
    z = maximum(minimum(z, 700.0), -700.0)
    return where(positive, exponential(z), 0.0)
