"""The treasury: what policies pay, to the smallest unit (docs/model.md, "Treasury").

Claims of firms are summed by size class in whole units, scaled to the nation, and paid while money lasts; in the month
a budget runs short they are paid pro rata, by floor, and the remainder stays. Spent + left = budget, exactly.
"""

import numpy as np

from sim.model.errors import BadInput
from sim.model.rules import whole

LARGEST = 4.0e18
"""Most that a policy's payments may sum to, in smallest units; beyond it int64 would overflow."""


class Treasury:
    """Budgets of the policies of a block of lanes.

    Parameters
    ----------
    budgets
        Smallest units, int64, shape (policies, lanes).
    limited
        Whether a policy has a budget at all; shape (policies, lanes).

    Attributes
    ----------
    left, spent
        Smallest units, int64, shape (policies, lanes).
    """

    def __init__(self, budgets: np.ndarray, limited: np.ndarray):
        self.left = budgets.copy()
        self.limited = limited
        self.spent = np.zeros_like(budgets)
        self._over = limited & (budgets == 0)

    def active(self) -> np.ndarray:
        """Whether each policy goes on, shape (policies, lanes): one whose money once ran short is over."""
        return ~self._over

    def pay(self, claims: np.ndarray) -> np.ndarray:
        """Pay a month's claims and return what was paid: the claims themselves where money lasts.

        Both are int64, of shape (policies, groups, lanes).
        """
        if claims.size:
            _check((claims.sum(axis=1, dtype=float) + self.spent).max())
        total = month = claims.sum(axis=1)
        paid = claims
        short = self.limited & (total > self.left)
        if short.any():
            paid = claims.copy()
            for policy, lane in np.argwhere(short):
                left, due = int(self.left[policy, lane]), int(total[policy, lane])
                paid[policy, :, lane] = [int(claim) * left // due for claim in claims[policy, :, lane]]
            month = paid.sum(axis=1)
        self.left -= np.where(self.limited, month, 0)
        self.spent += month
        self._over |= self.limited & (short | (self.left == 0))
        return paid


def national(claims: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Claims of simulated firms scaled to the nation, in whole units; shapes (policies, classes, lanes), (classes,)."""
    return whole_units(whole(claims * weights[:, None]))


def whole_units(claims: np.ndarray) -> np.ndarray:
    """Whole numbers held as floats, as int64."""
    if claims.size:
        _check(claims.max())
    return claims.astype(np.int64)


def _check(units: float) -> None:
    """Refuse sums that 64 bits cannot hold."""
    if units > LARGEST:
        raise BadInput(
            f"the payments of one policy come to {units:.3g} ten-thousandths of the currency unit, more than the "
            f"{LARGEST:.1g} the treasury can count: lower the policy's rate or cap, its spending or its months"
        )
