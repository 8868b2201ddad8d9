"""The treasury: what policies pay, to the smallest unit (docs/model.md, "Treasury").

Claims of firms are summed by size class in whole units, scaled to the nation, and paid while money lasts; in the month
a budget runs short they are paid pro rata, by floor, and the remainder stays. Spent + left = budget, exactly.
"""

import numpy as np

from sim.model.arithmetic import pro_rata
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
    over
        Whether its money once ran short, shape (policies, lanes).
    """

    def __init__(self, budgets: np.ndarray, limited: np.ndarray):
        self.left = budgets.copy()
        self.limited = limited
        self.spent = np.zeros_like(budgets)
        self.over = limited & (budgets == 0)

    def active(self) -> np.ndarray:
        """Whether each policy goes on, shape (policies, lanes): one whose money once ran short is over."""
        return ~self.over

    def pay(self, claims: np.ndarray) -> np.ndarray:
        """Pay a month's claims and return what was paid; both are int64, of shape (policies, groups, lanes)."""
        paid = np.empty_like(claims)
        for n, policy in enumerate(claims):
            for lane in range(claims.shape[2]):
                due = policy[:, lane].tolist()
                check(pay(due, self.limited, self.left, self.spent, self.over, n, lane, paid[n, :, lane]))
        return paid


def pay(claims, limited, left, spent, over, n, lane, paid):
    """Pay what is claimed of a policy in a lane, into `paid`, and keep the books; both are whole, shape (groups,).

    Returns
    -------
    float
        What the policy's payments come to if all of it is paid; where that is more than can be counted, nothing is.
    """
    due, all_of_it = 0, 0.0
    for claim in claims:
        due, all_of_it = due + int(claim), all_of_it + float(claim)
    all_of_it += float(spent[n, lane])
    if all_of_it > LARGEST:
        return all_of_it
    had, given = int(left[n, lane]), 0
    short = limited[n, lane] and due > had
    for group in range(len(claims)):
        part = pro_rata(int(claims[group]), had, due) if short else int(claims[group])
        paid[group] = part
        given = given + part
    spent[n, lane] += given
    if limited[n, lane]:
        left[n, lane] -= given
        over[n, lane] |= short or given == had
    return all_of_it


def national(claims: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Claims of simulated firms scaled to the nation, in whole units; shapes (policies, classes, lanes), (classes,)."""
    return whole_units(whole(claims * weights[:, None]))


def whole_units(claims: np.ndarray) -> np.ndarray:
    """Whole numbers held as floats, as int64."""
    if claims.size:
        check(claims.max())
    return claims.astype(np.int64)


def check(units: float) -> None:
    """Refuse sums that 64 bits cannot hold."""
    if units > LARGEST:
        raise BadInput(
            f"the payments of one policy come to {units:.3g} ten-thousandths of the currency unit, more than the "
            f"{LARGEST:.1g} the treasury can count: lower the policy's rate or cap, its spending or its months"
        )
