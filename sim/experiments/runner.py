"""Runs the replicates of one scenario and keeps them as they finish."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.engines import simulate
from sim.experiments.durable import write_text
from sim.experiments.first import compile_beside
from sim.experiments.identity import Differs
from sim.experiments.job import Job, Tally, manifest
from sim.experiments.store import AGAIN, RunFolder
from sim.experiments.tables import tidy
from sim.model.complaints import counted
from sim.model.errors import BadInput, told
from sim.model.writing import resolved_toml

SECONDS_BETWEEN_PARTS = 1.0
"""A kill loses at most the replicates finished in this time; shorter means more files."""

DRAWING = 80
"""Months that take about as long as drawing the population."""

Progress = Callable[[float, int], None]
"""Called with the replicates done, in part or whole, and the replicates wanted."""


def obtain(job: Job, fresh: bool, progress: Progress) -> tuple[Tally, str]:
    """The replicates of a run: those that are kept, and the missing ones computed.

    Parameters
    ----------
    job : Job
        The run.
    fresh : bool
        Compute everything even where replicates are kept, and compare: of a run that is not finished, after that.
    progress : Progress
        Told how far the run is.

    Returns
    -------
    Tally, str
        How far the run is now, and a sentence on what was done.

    Raises
    ------
    BadInput
        If the scenario cannot be simulated or the results not be written.
    Differs
        If a finished run, computed again, gives other outcomes.
    """
    folder, wanted = job.folder, job.scenario.run.replicates
    found = None if folder.is_finished() else _completed(job, progress)
    if found is None:
        folder.remove_parts()  # still there where the process was killed between the last two steps
        if fresh:
            return compute_again(job, progress), f"{counted(wanted, 'replicate')} computed again, identical to the byte"
        return Tally(set(range(wanted))), "finished before, reused (--fresh computes it again)"
    tally, before = found
    how = f"{counted(len(tally.finished) - before, 'replicate')} computed"
    if not before:
        return tally, how
    how += f", {before} kept from before"
    if fresh and not tally.failures:
        tally, how = compute_again(job, progress), f"{how}; all computed again, identical to the byte"
    return tally, how


def _completed(job: Job, progress: Progress) -> tuple[Tally, int] | None:
    """How far a run is now, and how many of its replicates were there; None where another process has finished it."""
    with job.folder.held():
        if job.folder.is_finished():
            return None
        before = len(job.folder.finished_replicates(job.layout))
        return compute(job, job.folder, progress), before


def compute(job: Job, folder: RunFolder, progress: Progress) -> Tally:
    """Compute the replicates that `folder` lacks, merge them and write the manifest.

    Raises
    ------
    BadInput
        If the scenario cannot be simulated or the folder not be written.
    """
    begun, earlier = time.monotonic(), 0.0
    if folder.parts.is_dir():
        earlier = float(folder.manifest().get("wall_seconds", 0.0))
    tally = Tally(folder.finished_replicates(job.layout))
    nothing = not folder.path.is_dir() or not any(folder.path.iterdir())

    def record(status: str, outcomes: Mapping[str, Any] | None = None) -> None:
        seconds = earlier + time.monotonic() - begun
        folder.write_manifest(manifest(job, tally, status, seconds, outcomes))

    try:
        record("partial")
        solved = {key: each for key, each in job.constants.items() if key.startswith("constant.")}
        write_text(folder.path / "scenario.toml", resolved_toml(job.scenario, solved))
        _compute_missing(job, folder, tally, progress)
    except Exception:
        if nothing and not tally.finished:
            folder.remove()
        raise
    finally:
        if folder.path.is_dir():
            record("partial")
    outcomes = folder.merge(job.layout) if tally.finished else None
    record("failed" if tally.failures else "finished", outcomes)
    if not tally.failures:
        folder.remove_parts()
    return tally


def compute_again(job: Job, progress: Progress) -> Tally:
    """Compute a finished run once more beside it; what is kept stays, what was computed goes if equal.

    Raises
    ------
    Differs
        If the outcome tables are not equal to the byte; both folders are kept.
    """
    kept = job.folder
    again = RunFolder(kept.path.with_name(f"{job.id}{AGAIN}"))
    with again.held():
        again.remove_parts()
        try:
            tally = compute(job, again, progress)
        except BaseException:
            again.remove()  # nothing of it is new
            raise
        if not tally.failures and again.manifest()["outcomes"]["sha256"] == kept.manifest()["outcomes"]["sha256"]:
            again.remove()
            return tally
    reason = "some replicates failed" if tally.failures else "the outcomes differ"
    raise Differs(
        f"Computed again, the run is not equal to the one kept: {reason}. "
        f"Kept: {kept.path}; computed again: {again.path}. Compare the versions, machine and engine in their "
        "manifests; if these are equal, or differ in the engine alone, the results depend on something they should not."
    )


def _compute_missing(job: Job, folder: RunFolder, tally: Tally, progress: Progress) -> None:
    """Compute every missing replicate, keeping unbroken stretches of them together."""
    wanted = job.scenario.run.replicates
    held: list[tuple[int, npt.NDArray[np.float64]]] = []
    if job.engine in ("auto", "compiled"):
        compile_beside(job.scenario)
    last_kept = time.monotonic()

    def keep() -> None:
        if not held:
            return
        numbers = [number for number, _ in held]
        values = np.stack([values for _, values in held])
        folder.keep(tidy(values, numbers, job.layout), numbers[0], numbers[-1])
        tally.finished.update(numbers)
        held.clear()

    try:
        for replicate in range(wanted):
            done = len(tally.finished) + len(held)
            progress(done, wanted)
            if replicate in tally.finished:
                keep()
                continue
            values = _one(job, replicate, tally, partial(_further, progress, wanted, done))
            if values is None:
                keep()
                continue
            held.append((replicate, values))
            if time.monotonic() - last_kept >= SECONDS_BETWEEN_PARTS:
                keep()
                last_kept = time.monotonic()
    finally:
        keep()
    progress(len(tally.finished), wanted)


def _further(progress: Progress, wanted: int, done: int, part: float) -> None:
    """Tell `progress` of the part of a replicate that is done, beyond those done before."""
    progress(done + part, wanted)


def _one(job: Job, replicate: int, tally: Tally, progress: Callable[[float], None]) -> npt.NDArray[np.float64] | None:
    """Outcomes of one replicate, shape (months, columns); None, with a failure noted, on an error.

    `progress` is told the part of the work that is done.
    """
    run, stage = job.scenario.run, "start"

    def on_month(month: int) -> None:
        nonlocal stage
        stage = f"after month {month}"
        progress((DRAWING + month) / (DRAWING + run.months))

    def on_drawn(part: float) -> None:
        progress(DRAWING * part / (DRAWING + run.months))

    try:
        result = simulate(job.scenario, replicate, job.engine, run.every, on_month, job.threads, on_drawn)
        if tuple(result.months.tolist()) != job.layout.months:
            raise ValueError(f"months {result.months.tolist()} were recorded, not {list(job.layout.months)}")
        return np.asarray(result.values, dtype=np.float64)
    except (BadInput, BrokenPipeError):  # no fault of the replicate
        raise
    except Exception as error:  # noqa: BLE001 - whatever one replicate raises must not lose the others
        tally.failures.append({"replicate": replicate, "stage": stage, "message": told(error)})
        return None
