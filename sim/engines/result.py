"""What an engine returns."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Result:
    """Recorded outcomes and final state of one replicate of one scenario.

    Attributes
    ----------
    months
        Recorded months, 0 for the start; shape (records,).
    values
        Outcomes in the order of `outcome_table.columns` of the scenario's policies, shape (records, columns).
    final
        Firms at the end by field of `state.State`, each of shape (firms,).
    """

    months: np.ndarray
    values: np.ndarray
    final: dict[str, np.ndarray]
