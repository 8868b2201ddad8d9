"""What a sweep would do, how long and with how much memory; nothing is written."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sim.engines import memory
from sim.experiments import identity
from sim.experiments.estimate import BYTES_OF_PACKAGES
from sim.experiments.sweeps.asking import numbered, refuse_changes
from sim.experiments.sweeps.carrying_out import Order, asked_by, chosen_points
from sim.experiments.sweeps.computing import Task, compute
from sim.experiments.sweeps.folder import Point, SweepFolder
from sim.experiments.sweeps.items import MOST_BYTES, Item, firms, items
from sim.experiments.sweeps.points import point_scenario, spread
from sim.experiments.sweeps.sweep import BASE_POINT, Sweep
from sim.model.complaints import counted, duration
from sim.model.errors import BadInput


def dry_run(order: Order, workers: int) -> list[str]:
    """Lines that say what a sweep would do.

    The time is that of one replicate of the first block, computed now after one that compiles, for all firms of the
    blocks and replicates still to be computed.

    Raises
    ------
    BadInput
        If the folder holds another sweep.
    """
    sweep, folder = order.sweep, SweepFolder(order.path)
    if folder.manifest():
        refuse_changes(sweep, folder)
        folder.look()
    chosen = chosen_points(order, numbered(sweep, folder))
    rule = sweep.replicates
    most = rule.limit
    missing = [item for each in rule.batches for item in items(sweep, chosen, each, folder.done())]
    left = sum(item.runs for item in missing)
    at_once = max(1, min(workers, len(missing)))  # an item is of one worker
    how_many = f"{most:,}" if rule.number is not None else f"{rule.batch:,} at a time, at most {most:,}"
    sized = f"{counted(sweep.base.run.firms, 'firm')}, {counted(sweep.base.run.months, 'month')}"
    return [
        f"sweep      {sweep.name}: {sweep.title}",
        f"scenario   {sweep.base.name}, {sized}",
        f"points     {len(chosen):,}, design {sweep.design.kind}, "
        + counted(len(sweep.quantities), "quantity", "quantities")
        + (", the base scenario among them" if BASE_POINT in chosen else ""),
        *_unsound(sweep, list(chosen.values())),
        f"replicates {how_many} of each point",
        f"folder     {order.path}",
        f"state      {counted(len(chosen) * most - left, 'run')} kept, {left:,} to compute in "
        f"{counted(len(missing), 'item')}" + ("" if rule.number is not None else " at most"),
        f"time       about {duration(_seconds(order, chosen, missing) / at_once)} with {counted(workers, 'worker')} "
        "(an estimate, from one replicate measured now)",
        f"memory     about {_bytes(order, chosen, missing, workers) / 1e9:.1f} GB (an estimate)",
    ]


def _unsound(sweep: Sweep, points: Sequence[Point]) -> list[str]:
    """A line about points that can be no scenario, whose runs would fail; so many are tried that it takes seconds."""
    tried, refused = spread(points), []
    for values in tried:
        try:
            point_scenario(sweep, values)
        except BadInput as error:
            refused.append(f"{', '.join(f'{key} = {value}' for key, value in values.items())}: {error}")
    if not refused:
        return []
    return [f"unsound    {len(refused):,} of {counted(len(tried), 'point')} tried: their runs fail. First {refused[0]}"]


def _seconds(order: Order, points: Mapping[int, Point], missing: list[Item]) -> float:
    """Time of all items on one worker."""
    if not missing:
        return 0.0
    first = Item(missing[0].points, missing[0].replicates[:1])
    values = [points[number] for number in first.points]
    task = Task(asked_by(order.sweep), first, values, order.engine, identity.model_version())
    compute(task)
    begun = time.perf_counter()
    compute(task)
    seconds = time.perf_counter() - begun
    sizes = [item.runs * _firms(order, points, item) for item in (first, *missing)]
    return seconds * sum(sizes[1:]) / sizes[0]


def _firms(order: Order, points: Mapping[int, Point], item: Item) -> int:
    """Number of firms of each run of an item."""
    return firms(order.sweep, points[item.points[0]])


def _bytes(order: Order, points: Mapping[int, Point], missing: list[Item], workers: int) -> float:
    """Memory of all processes together, while each has the block that takes most."""
    sizes = {(len(item.points), _firms(order, points, item)) for item in missing}
    base = order.sweep.base
    worlds = {number: replace(base, run=replace(base.run, firms=number)) for _, number in sizes}
    block = max((memory.needed([worlds[number]] * lanes, order.engine, 1) for lanes, number in sizes), default=0.0)
    return (workers + (workers > 1)) * BYTES_OF_PACKAGES + workers * (block + 3 * MOST_BYTES)
