"""What an engine returns."""

from dataclasses import dataclass

import numpy as np

from sim.engines.world import State


@dataclass(frozen=True)
class Result:
    """Recorded outcomes and final state of one replicate of one scenario.

    Attributes
    ----------
    months
        Recorded months, 0 for the start; shape (records,).
    values
        Outcomes in the order of `outcomes.COLUMNS`, shape (records, columns).
    final
        Firms at the end by field of `world.State`, each of shape (firms,).
    """

    months: np.ndarray
    values: np.ndarray
    final: dict[str, np.ndarray]


def split(months: np.ndarray, values: np.ndarray, state: State) -> list[Result]:
    """One result a lane from values of shape (records, columns, lanes)."""
    by_lane = np.moveaxis(values, 2, 0).copy()
    final = {name: array.T.copy() for name, array in vars(state).items()}
    return [
        Result(months, by_lane[lane], {name: array[lane] for name, array in final.items()})
        for lane in range(len(by_lane))
    ]
