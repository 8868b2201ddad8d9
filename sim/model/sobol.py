"""Sobol's evenly spread points, the first 1,024 of few columns.

SciPy has them too, equal to the bit (`tests/test_sobol.py`), but to import its statistics takes a quarter of a second,
which every command would pay.
"""

import numpy as np

BITS = 10

DIRECTIONS = np.array([
    [512, 256, 128, 64, 32, 16, 8, 4, 2, 1],
    [512, 768, 640, 960, 544, 816, 680, 1020, 514, 771],
    [512, 768, 384, 576, 928, 368, 568, 788, 418, 627],
    [512, 768, 128, 320, 992, 464, 648, 588, 866, 149],
    [512, 256, 128, 704, 992, 880, 488, 628, 362, 191],
    [512, 256, 384, 192, 800, 144, 344, 1004, 898, 449],
    [512, 768, 640, 832, 352, 592, 248, 908, 762, 143],
    [512, 256, 640, 320, 544, 144, 72, 180, 474, 633],
    [512, 256, 640, 320, 160, 848, 424, 452, 226, 353],
    [512, 256, 896, 704, 608, 592, 552, 364, 206, 871],
    [512, 256, 640, 64, 32, 432, 632, 140, 350, 695],
    [512, 256, 128, 192, 352, 688, 600, 172, 850, 37],
    [512, 768, 640, 320, 992, 560, 904, 204, 62, 133],
    [512, 768, 384, 576, 224, 784, 264, 652, 966, 681],
    [512, 256, 128, 960, 672, 336, 616, 628, 122, 371],
    [512, 768, 128, 832, 864, 784, 280, 532, 662, 475],
    [512, 256, 128, 960, 224, 80, 984, 412, 574, 321],
    [512, 768, 128, 960, 416, 400, 216, 436, 262, 897],
    [512, 256, 640, 320, 608, 976, 696, 748, 926, 599],
    [512, 768, 896, 704, 736, 240, 824, 260, 134, 327],
])  # fmt: skip
"""Direction numbers of each column, in 1,024ths (Joe and Kuo 2008, new-joe-kuo-6)."""


def sobol(columns: int) -> np.ndarray:
    """The first 1,024 points in the order of the Gray code, unscrambled; shape (1024, columns).

    Raises
    ------
    ValueError
        If more columns are wanted than there are direction numbers.
    """
    if columns > len(DIRECTIONS):
        raise ValueError(
            f"{columns} columns of Sobol's points are wanted, and DIRECTIONS has {len(DIRECTIONS)}: add those that "
            f"scipy.stats.qmc.Sobol({columns}, scramble=False, bits={BITS}) has as _sv"
        )
    places = np.arange(2**BITS)
    chosen = ((places ^ places >> 1)[:, None] >> np.arange(BITS) & 1).astype(bool)
    numbers = np.where(chosen[:, None, :], DIRECTIONS[:columns], 0)
    return np.bitwise_xor.reduce(numbers, axis=2) / 2**BITS
