"""Carrying out a sweep in its folder: what is missing is computed and kept, item by item."""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sim.experiments import identity
from sim.experiments.sweeps.asking import asked_of, prepare
from sim.experiments.sweeps.computing import Asked, Task, compute, compute_and_keep
from sim.experiments.sweeps.executors import Executors, Lost, answers
from sim.experiments.sweeps.folder import Point, SweepFolder
from sim.experiments.sweeps.items import items
from sim.experiments.sweeps.part import Failure, columns_of, failed_part
from sim.experiments.sweeps.rounds import rounds
from sim.experiments.sweeps.sweep import Sweep
from sim.model.errors import BadInput

Progress = Callable[[int, int], None]
"""Called with the runs that are kept and the runs wanted so far."""


@dataclass(frozen=True)
class Order:
    """A sweep to be carried out.

    Parameters
    ----------
    sweep : Sweep
        What is asked.
    path : Path
        Its folder.
    engine : str
        Which engine computes it; results do not depend on it.
    limit : int or None
        Compute the first so many points only.
    resume : bool
        Refuse to begin: there must be something to go on with.
    command : str
        The command that asked for it, for the manifest.
    """

    sweep: Sweep
    path: Path
    engine: str = "auto"
    limit: int | None = None
    resume: bool = False
    command: str = ""


@dataclass
class Ending:
    """How far a sweep is.

    Parameters
    ----------
    path : Path
        Its folder.
    kept : int
        Runs in the folder.
    computed : int
        Of them, those computed now.
    failed : int
        Of them, those that came to no end, computed now or before.
    """

    path: Path
    kept: int = 0
    computed: int = 0
    failed: int = 0


def carry_out(order: Order, executors: Executors, progress: Progress) -> Ending:
    """Compute what is missing of a sweep and keep it, item by item; the executors are closed in the end.

    Raises
    ------
    BadInput
        If the folder holds another sweep, is used by another process, or cannot be written; what is kept stays.
    """
    folder, begun = SweepFolder(order.path), time.monotonic()
    if order.resume and not folder.manifest():
        raise BadInput(
            f"There is no sweep in {order.path} to go on with. Leave --resume out to begin one, or name the folder of "
            "one with --out."
        )
    with folder.held():
        every = prepare(order.sweep, folder, order.command)
        folder.look(verify=True)
        known = folder.manifest()
        ending = Ending(order.path, kept=sum(item.runs for item in folder.parts.values()))
        status = "partial"
        try:
            _rounds(order, folder, executors, chosen_points(order, every), ending, progress)
            ending.failed = len(folder.failures())
            status = "failed" if ending.failed else "finished"
        finally:
            executors.close()  # who lets go of the folder leaves nobody writing there
            folder.write_manifest({
                **known,
                "status": status,
                "runs": ending.kept,
                "wall_seconds": round(known["wall_seconds"] + time.monotonic() - begun, 3),
                "written": datetime.now(UTC).isoformat(timespec="seconds"),
            })  # fmt: skip
    return ending


def _rounds(
    order: Order,
    folder: SweepFolder,
    executors: Executors,
    points: Mapping[int, Point],
    ending: Ending,
    progress: Progress,
) -> None:
    """Compute what every round lacks."""

    def tell() -> None:
        progress(ending.kept, wanted)

    sweep, columns, model = order.sweep, columns_of(order.sweep), identity.model_version()
    asked = asked_by(sweep)
    work = partial(compute_and_keep, replace(folder, parts={})) if executors.share_disk else compute
    for numbers, replicates in rounds(sweep, list(points), folder):
        missing = items(sweep, {number: points[number] for number in numbers}, replicates, folder.done())
        wanted = ending.kept + sum(item.runs for item in missing)
        tell()
        tasks = [Task(asked, each, [points[n] for n in each.points], order.engine, model) for each in missing]
        for task, found, error in answers(executors, work, tasks, tell):
            if isinstance(error, Lost) and folder.holds(task.item):
                found = None
            elif isinstance(error, Lost | MemoryError):
                found = failed_part(task.item, Failure("worker", f"{type(error).__name__}: {error}"), columns)
            elif error is not None:
                raise error
            if found is not None:
                folder.keep(task.item, found)
            folder.parts[task.item.name] = task.item
            ending.kept += task.item.runs
            ending.computed += task.item.runs
            tell()


def asked_by(sweep: Sweep) -> Asked:
    """A sweep with the hash by which workers tell it from others."""
    told = asked_of(sweep), sweep.layers, sweep.base_step, sweep.quantities  # all that scenarios of points are made of
    return Asked(hashlib.sha256(repr(told).encode()).hexdigest(), sweep)


def chosen_points(order: Order, points: Mapping[int, Point]) -> dict[int, Point]:
    """The points to compute: all or the first so many, and the one that they are compared with."""
    chosen = dict(list(points.items())[: order.limit])
    reference = order.sweep.replicates.reference_point
    if reference is not None:
        chosen[reference] = points.get(reference, {})
    return dict(sorted(chosen.items()))
