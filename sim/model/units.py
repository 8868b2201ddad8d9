"""Units in which numbers are whole, so that they may be summed over firms in any order; and their bounds."""

MONEY_UNITS = 10_000.0
"""Smallest units per unit of currency: money summed over firms is whole in these."""

BELIEF_UNITS = 1e9
"""Perceived risk summed over firms is whole in these."""

SURPLUS_MOST = 68_719_476_736.0
"""Bound of a firm's surplus in one contract, money: 2^36, so that sums over 65,536 firms stay exact."""

LARGEST_SUM = 4.0e18
"""Most that whole numbers may come to, payments of a lane or squared seats say: twice as much fits into 64 bits."""
