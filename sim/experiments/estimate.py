"""How long a run will take, measured on a small piece of it, and how much memory it needs."""

import math
import time

from sim.engines import memory, simulate
from sim.engines.streams import CHUNK
from sim.experiments.job import Job
from sim.experiments.tables import ROWS_PER_GROUP
from sim.model.complaints import counted, duration
from sim.model.scenario import Scenario

MOST_FIRMS, MOST_OF_MESA, MOST_MONTHS = 250_000, 50_000, 12
"""Size of the piece that is measured; the Mesa model takes fifty times as long for a firm."""

OUT_OF_CACHE = 2_000_000
"""Firms beyond which one takes up to twice as long as in the piece: most of what is read is far away then."""

BYTES_PER_ROW = 40
"""Memory of a row of the outcome table while it is written (its columns, twice)."""

BYTES_OF_PACKAGES = 250e6
"""Memory of the interpreter with the numerical packages, before anything is simulated."""


def dry_run(job: Job) -> list[str]:
    """Lines that say what a run would do; nothing is written."""
    run, folder = job.scenario.run, job.folder
    size = f"{counted(run.replicates, 'replicate')} of {counted(run.firms, 'firm')}"
    every = "every month" if run.every == 1 else f"every {run.every} months"
    kept = len(folder.finished_replicates(job.layout))
    lines = [
        f"scenario   {job.scenario.name}: {job.scenario.described}",
        f"run        {job.id}, engine {job.engine}, seed {run.seed}",
        f"size       {size}, {counted(run.months, 'month')} from {run.start}",
        f"outcomes   {run.replicates * job.layout.rows:,} rows, {every}",
        f"folder     {folder.path}",
    ]
    if folder.is_finished():
        kept = run.replicates
        state = "finished; would be reused, --fresh computes it again"
    else:
        state = f"{counted(kept, 'replicate')} kept, {run.replicates - kept:,} to compute"
    (seconds, needed), free = needs(job, run.replicates - kept), memory.available()
    there = "an unknown amount" if math.isinf(free) else f"{free / 1e9:.1f} GB"
    time_needed = duration(seconds)
    if run.firms > OUT_OF_CACHE:
        time_needed += f" to {duration(2 * seconds)}"
    return [
        *lines,
        f"state      {state}",
        f"time       about {time_needed} (an estimate, from one small replicate measured now)",
        f"memory     about {needed / 1e9:.1f} GB (an estimate), {there} available",
    ]


def needs(job: Job, replicates: int) -> tuple[float, float]:
    """Seconds that some replicates take, extrapolated from a small one, and bytes of memory at the peak.

    The first month is measured apart, because it bears what a replicate does once (drawing the
    population). A run before all measurements compiles what has to be compiled.
    """
    run = job.scenario.run
    most = MOST_OF_MESA if job.engine == "mesa" else MOST_FIRMS
    pieces = [job.scenario.smaller(most, months) for months in (1, min(run.months, MOST_MONTHS))]
    _seconds(pieces[0], job.engine)
    setup, year = (_seconds(piece, job.engine) for piece in pieces)
    monthly = max(0.0, year - setup) / max(1, pieces[1].run.months - 1)
    drawing, deciding = _at_once(job)
    seconds = setup / drawing + (run.months - 1) * monthly / deciding
    seconds *= replicates * run.firms / pieces[0].run.firms
    rows = min(max(1, replicates) * job.layout.rows, max(ROWS_PER_GROUP, job.layout.rows))
    needed = memory.needed([job.scenario], job.engine, job.threads)
    return seconds, BYTES_OF_PACKAGES + needed + BYTES_PER_ROW * rows


def _at_once(job: Job) -> tuple[int, int]:
    """Threads that draw firms at once, and that let those of a month decide; each takes a chunk of them."""
    firms = job.scenario.run.firms
    drawing, deciding = (
        min(job.threads, math.ceil(some / CHUNK)) for some in (firms, firms / job.scenario.values["review.interval"])
    )
    return (1 if job.engine == "mesa" else drawing), (1 if job.engine in ("numpy", "mesa") else deciding)


def _seconds(piece: Scenario, engine: str) -> float:
    """Time of replicate 0."""
    begun = time.perf_counter()
    simulate(piece, 0, engine)
    return time.perf_counter() - begun
