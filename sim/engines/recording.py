"""Recording: the outcomes of every lane, month by month (`sim.engines.outcome_kernels` computes them)."""

import numpy as np

from sim.engines import outcome_kernels
from sim.engines.binding import bound
from sim.engines.economy import Economy
from sim.engines.outcome_kernels import COLUMN_COUNT
from sim.engines.result import Result


class Record:
    """Outcomes of the months recorded.

    Parameters
    ----------
    economy
        The block's.
    months
        Recorded months.
    """

    def __init__(self, economy: Economy, months: np.ndarray):
        world = economy.world
        self._economy, self._months = economy, months
        own = world.block.own_policies
        widths = COLUMN_COUNT + (own >= 0).sum(axis=1)
        self._ends = np.cumsum(widths * len(months))
        self._values = np.empty(self._ends[-1])  # in one piece: lane by lane, in each record by record
        self._starts, treasury = self._ends - widths * len(months), economy.fiscal.treasury
        self._add = bound(
            outcome_kernels.record, economy.over, np.zeros(1, np.int64), economy.tallies, economy.weights,
            (economy.providers, economy.hit_shares, economy.fiscal.raised), economy.plain_climate, economy.climate,
            economy.exogenous, (treasury.spent, treasury.left, economy.support, economy.surplus, economy.profit),
            own, self._starts, widths, outcome_kernels.strip_room(), self._values,
        )  # fmt: skip

    def add(self) -> None:
        """Record the state as it is, after one of these months."""
        self._add()

    def results(self) -> list[Result]:
        """One result a lane."""
        state = vars(self._economy.world.state)
        found = []
        for lane, (start, end) in enumerate(zip(self._starts, self._ends, strict=True)):
            values = self._values[start:end].reshape(len(self._months), -1)
            found.append(Result(self._months, values, {name: array[:, lane] for name, array in state.items()}))
        return found
