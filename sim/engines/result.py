"""What an engine returns."""

from dataclasses import dataclass

import numpy as np

from sim.engines.world import World


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
        Firms at the end by field of `world.State`, each of shape (firms,).
    """

    months: np.ndarray
    values: np.ndarray
    final: dict[str, np.ndarray]


def split(months: np.ndarray, values: np.ndarray, spent: np.ndarray, world: World) -> list[Result]:
    """One result a lane.

    Parameters
    ----------
    values
        Outcomes that every scenario has, shape (records, columns, lanes).
    spent
        Spending by policy, shape (records, policies, lanes); a lane keeps that of its own policies.
    """
    final = {name: np.ascontiguousarray(array.T) for name, array in vars(world.state).items()}
    places = {name: n for n, name in enumerate(world.measures.names[: world.measures.policies])}
    columns, found = values.shape[1], []
    widths = [columns + len(scenario.policies) for scenario in world.lanes]
    room = iter(np.split(np.empty(len(months) * sum(widths)), len(months) * np.cumsum(widths)[:-1]))  # in one piece
    for lane, scenario in enumerate(world.lanes):
        here = next(room).reshape(len(months), -1)
        here[:, :columns] = values[:, :, lane]
        for n, policy in enumerate(scenario.policies):
            here[:, columns + n] = spent[:, places[policy.name, policy.instrument], lane]
        found.append(Result(months, here, {name: array[lane] for name, array in final.items()}))
    return found
