"""Computing an item: the work of one task on one worker, from a sweep to the bytes of a part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.engines import simulate_lanes
from sim.engines.result import Result
from sim.experiments.identity import model_version
from sim.experiments.sweeps.folder import SweepFolder
from sim.experiments.sweeps.items import Item
from sim.experiments.sweeps.part import Failure, columns_of, encoded, no_runs
from sim.experiments.sweeps.points import point_scenario
from sim.experiments.sweeps.summing_up import Picking, months_between
from sim.experiments.sweeps.sweep import Sweep
from sim.model.errors import BadInput, told
from sim.model.scenario import Scenario


@dataclass(frozen=True)
class Asked:
    """A sweep that is told from others by a hash of its own, since comparing it whole would take too long."""

    hash: str
    sweep: Sweep = field(compare=False)


@dataclass(frozen=True)
class Task:
    """An item and all that a worker needs to compute it, on whatever machine.

    Parameters
    ----------
    asked : Asked
        What is asked.
    item : Item
        What is computed.
    values : sequence of mappings
        Values of its points, in their order.
    engine : str
        Which engine computes it; results do not depend on it.
    model : str
        Version of the model that the worker must have.
    """

    asked: Asked
    item: Item
    values: Sequence[Mapping[str, Any]]
    engine: str
    model: str


class OtherModel(BadInput):
    """A worker has another version of the model than the process that asks it."""


def compute(task: Task) -> bytes:
    """The part of a task's item.

    A point that is no scenario, or a run that raises an error, becomes rows with stage and message; the rest goes on.

    Raises
    ------
    OtherModel
        If this process has another version of the model than the task asks for.
    """
    if model_version() != task.model:
        raise OtherModel(
            f"A worker has version {model_version()} of the model, not {task.model}, so their results must not be "
            "mixed. Install the same version for all workers and start them again."
        )
    sweep, item = task.asked.sweep, task.item
    columns = columns_of(sweep)
    runs = no_runs(item, columns)
    failures: dict[tuple[int, int], Failure] = {}
    lanes: dict[int, Scenario] = {}
    unsound: dict[int, BadInput] = {}
    for place, values in enumerate(task.values):
        try:
            lanes[place] = _scenario(task.asked, tuple(values.items()))
        except BadInput as error:
            unsound[place] = error
    unsound |= _unsolvable(lanes)
    for place, reason in unsound.items():
        lanes.pop(place, None)
        failure = Failure("scenario", _without_folders(str(reason), sweep))
        failures |= {(item.points[place], replicate): failure for replicate in item.replicates}
    of_lane = {place: _picking(task.asked, tuple(each.name for each in lane.policies)) for place, lane in lanes.items()}
    for turn, replicate in enumerate(item.replicates):
        for place, found in _one_replicate(lanes, replicate, task.engine, months_between(sweep)).items():
            if isinstance(found, Failure):
                failures[item.points[place], replicate] = found
            else:
                row = place * len(item.replicates) + turn
                runs.series[row] = of_lane[place].series(found.values)
                runs.reduced[row] = of_lane[place].reduced(found.values)
    return encoded(item, runs._replace(failures=failures), columns)


def compute_and_keep(folder: SweepFolder, task: Task) -> None:
    """Keep the part of a task's item in the sweep's folder, where a worker can reach it.

    A part is too long to be sent: of a worker that is killed amidst a long answer, its reader waits for the rest for
    ever.
    """
    folder.keep(task.item, compute(task))


def _without_folders(message: str, sweep: Sweep) -> str:
    """A message with the names of files alone, so that where they lie changes no byte of a part."""
    places = {sweep.where, *(document.where for layer in sweep.layers for document in layer.documents)}
    for place in sorted(places, key=len, reverse=True):
        message = message.replace(place, Path(place).name)
    return message


@lru_cache(maxsize=1024)
def _scenario(asked: Asked, values: tuple[tuple[str, Any], ...]) -> Scenario:
    """The scenario of a point; kept, since the next item often has the same points."""
    return point_scenario(asked.sweep, dict(values))


@lru_cache(maxsize=64)
def _picking(asked: Asked, policies: tuple[str, ...]) -> Picking:
    """Where what is kept of runs with such policies stands; mostly all points have the same."""
    return Picking(asked.sweep, policies)


def _unsolvable(lanes: Mapping[int, Scenario]) -> dict[int, BadInput]:
    """Scenarios without option constants, and why; those of the others are solved side by side, and kept."""
    from sim.engines.constants import constants  # here: who gives tasks to others does without

    try:
        constants(list(lanes.values()))
    except BadInput as error:
        if len(lanes) == 1:
            return {next(iter(lanes)): error}
        halves = np.array_split(list(lanes), 2)
        first, second = (_unsolvable({place: lanes[place] for place in half.tolist()}) for half in halves)
        return first | second
    return {}


def _one_replicate(
    lanes: Mapping[int, Scenario], replicate: int, engine: str, every: int
) -> dict[int, Result | Failure]:
    """One replicate of scenarios that run as lanes; where that fails, each half alone, so that one spoils no other."""
    stage = "start"

    def on_month(month: int) -> None:
        nonlocal stage
        stage = f"after month {month}"

    if not lanes:
        return {}
    try:
        results = simulate_lanes(list(lanes.values()), replicate, engine, every, on_month)
        return dict(zip(lanes, results, strict=True))
    except Exception as error:  # noqa: BLE001 - whatever one run raises must not lose the others
        if len(lanes) == 1:
            return {next(iter(lanes)): Failure(stage, told(error))}
    found: dict[int, Result | Failure] = {}
    for half in np.array_split(list(lanes), 2):
        found |= _one_replicate({place: lanes[place] for place in half.tolist()}, replicate, engine, every)
    return found
