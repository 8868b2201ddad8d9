"""How figures write numbers: levels, ticks of one axis alike, and cells of a heat map so that different ones differ."""

from collections.abc import Sequence

import numpy as np

LARGE = ((1e9, " billion"), (1e6, " million"), (1.0, ""))
"""Words for large numbers, from the largest."""

FEWEST_DIGITS = 3
"""Significant digits of a cell at least."""

MOST_DECIMALS = 6
"""Smaller numbers are written with a power of ten."""


def level(number: float) -> str:
    """A number that stands for itself, as a reader writes it.

    >>> level(30000.0), level(0.125), level(1e6), level(2.5e10)
    ('30,000', '0.125', '1 million', '25 billion')
    """
    scale, word = _unit(number)
    scaled = number / scale
    return signed(f"{scaled:,.0f}" if abs(scaled) >= 1000 else f"{scaled:.4g}") + word


def alike(numbers: Sequence[float]) -> list[str]:
    """Ticks of one axis, all in one unit and with as many decimals as their distances need.

    >>> alike([0.0, 0.5, 1.0]), alike([-2e9, 0.0, 2e9]), alike([0.0, 1000.0])
    (['0.0', '0.5', '1.0'], ['−2 billion', '0', '2 billion'], ['0', '1,000'])
    """
    scale, word = _unit(max(map(abs, numbers), default=0.0))
    scaled = np.asarray(numbers, float) / scale
    gaps = np.diff(np.unique(scaled))
    slack = 1e-3 * (gaps.min() if len(gaps) else np.abs(scaled).max(initial=0.0))
    for decimals in range(MOST_DECIMALS + 1):
        if (np.abs(scaled - scaled.round(decimals)) <= slack).all():
            return [signed(f"{each:,.{decimals}f}") + word * bool(each) for each in scaled]
    return [signed(f"{each:.4g}") + word for each in scaled]


def apart(number: float, most: float, spread: float) -> str:
    """A number among others whose largest size is `most`, in digits enough to tell apart what a colour does.

    >>> apart(37.21, 42.0, 20.0), apart(1000.123, 1001.0, 0.5), apart(-1.234e-9, 3e-9, 2e-9), apart(12345.0, 2e4, 1e4)
    ('37.2', '1,000.123', '−1.23e−09', '12,345')
    """
    if not number:
        return "0"
    wanted = FEWEST_DIGITS + max(0, _power(most) - _power(spread)) if spread else FEWEST_DIGITS
    decimals = max(0, wanted - 1 - _power(number))
    fixed = decimals <= max(MOST_DECIMALS, wanted)
    return signed(f"{number:,.{decimals}f}" if fixed else f"{number:.{wanted - 1}e}")


def signed(text: str) -> str:
    """A number with the minus sign that axes have."""
    return text.replace("-", "−")


def _unit(most: float) -> tuple[float, str]:
    return next((scale, word) for scale, word in LARGE if abs(most) >= scale or not word)


def _power(number: float) -> int:
    return int(np.floor(np.log10(abs(number))))
