"""The treasury: what policies pay, to the smallest unit (docs/model.md, "Treasury").

Claims of firms are summed by size class in whole units, scaled to the nation, and paid while money lasts; in the month
a budget runs short they are paid pro rata, by floor, and the remainder stays. Spent + left = budget, exactly.
"""

import numpy as np

from sim.model.arithmetic import LITTLE, maximum, pro_rata
from sim.model.errors import BadInput
from sim.model.rules import whole
from sim.model.units import LARGEST_SUM, MONEY_UNITS


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
        check(budgets.sum(axis=0, dtype=float).max(initial=0.0), "budgets")
        self.left = budgets.copy()
        self.limited = limited
        self.spent = np.zeros_like(budgets)
        self.over = limited & (budgets == 0)

    def active(self) -> np.ndarray:
        """Whether each policy goes on, shape (policies, lanes): one whose money once ran short is over."""
        return ~self.over

    def pay(self, claims: np.ndarray) -> np.ndarray:
        """Pay a month's claims and return what was paid; both are int64, of shape (policies, groups, lanes)."""
        paid = claims.copy()
        for place in np.ndindex(self.left.shape):
            asked, had, mine = claims[place[0], :, place[1]].tolist(), int(self.left[place]), bool(self.limited[place])
            due, spent = sum(asked), int(self.spent[place])
            check(float(due) + float(spent))
            if short := runs_short(mine, had, due):
                paid[place[0], :, place[1]] = [pro_rata(claim, had, due) for claim in asked]
            given = int(paid[place[0], :, place[1]].sum())
            self.left[place], self.spent[place] = remains(mine, had, given), spent + given
            self.over[place] |= is_over(mine, short, had, given)
        check(self.spent.sum(axis=0, dtype=float).max(initial=0.0))
        return paid


def runs_short(limited, left, due):
    """Whether the money left does not suffice for what is due."""
    return limited & (due > left)


def remains(limited, left, given):
    """What is left of a budget after a payment; nothing where there is none."""
    return left - given * limited


def is_over(limited, short, left, given):
    """Whether a policy is over after a payment out of what was left."""
    return limited & (short | (left == given))


def withheld(due, paid, weight):
    """Whole money that the simulated firms of a class were promised and not paid; a firm stands for `weight` firms."""
    return whole((due - paid) / maximum(weight * MONEY_UNITS, LITTLE))


def national(claims: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Claims of simulated firms scaled to the nation, in whole units; shapes (policies, classes, lanes), (classes,)."""
    return whole_units(whole(claims * weights[:, None]))


def whole_units(claims: np.ndarray) -> np.ndarray:
    """Whole numbers held as floats, as int64."""
    if claims.size:
        check(claims.max())
    return claims.astype(np.int64)


def check(units: float, what: str = "payments") -> None:
    """Refuse sums that 64 bits cannot hold."""
    if units > LARGEST_SUM:
        raise BadInput(
            f"the {what} of policies come to {units:.3g} ten-thousandths of the currency unit, more than the "
            f"{LARGEST_SUM:.1g} the treasury can count: lower a policy's rate or cap, its spending, budget or months"
        )
