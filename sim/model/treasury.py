"""The treasury: what policies pay, to the smallest unit (docs/model.md, section 6).

Claims of firms are summed by size class in whole units, scaled to the nation, and paid while money lasts; in the month
a budget runs short they are paid pro rata, by floor, and the remainder stays. Spent + left = budget, exactly.
"""

import numpy as np

from sim.model.errors import BadInput

LARGEST = 4.0e18
"""Most that claims of one class may sum to in a month, in smallest units; beyond it int64 would overflow."""


class Treasury:
    """Budgets of the policies of a block of lanes.

    Parameters
    ----------
    budgets
        Smallest units, int64, shape (policies, lanes).
    limited
        Whether a policy has a budget at all; shape (policies, lanes).
    """

    def __init__(self, budgets: np.ndarray, limited: np.ndarray):
        self.left = budgets.copy()
        self.limited = limited
        self.spent = np.zeros_like(budgets)

    def active(self) -> np.ndarray:
        """Whether each policy still has money, shape (policies, lanes)."""
        return ~self.limited | (self.left > 0)

    def pay(self, claims: np.ndarray) -> np.ndarray:
        """Pay a month's claims and return what was paid; both int64, shape (policies, groups, lanes)."""
        total = claims.sum(axis=1)
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
        return paid


def national(claims: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Claims of simulated firms scaled to the nation, in whole units; shapes (policies, classes, lanes), (classes,)."""
    scaled = np.floor(claims * weights[:, None] + 0.5)
    if scaled.size and scaled.max() > LARGEST:
        raise BadInput(
            f"the claims of one month come to {scaled.max():.3g} ten-thousandths of the currency unit for one size "
            f"class, more than the {LARGEST:.1g} the treasury can count: lower the policy's rate or cap"
        )
    return scaled.astype(np.int64)
