"""The simulation from Python: load a scenario, simulate it, sweep over many, and read results as tables.

The command line calls the same functions; docs/python.md shows them in a notebook.
"""

import os
import warnings
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from sim.engines import check_engine
from sim.experiments import arguments
from sim.experiments.job import Job, Tally
from sim.experiments.processes import MOST_WORKERS, cores
from sim.experiments.results import load_results
from sim.experiments.runner import Progress as RunProgress
from sim.experiments.runner import obtain
from sim.experiments.sweeps import file as sweep_file
from sim.experiments.sweeps.carrying_out import Ending, Order, Progress, carry_out
from sim.experiments.sweeps.executors import executors
from sim.model.complaints import Complaints, counted
from sim.model.errors import BadInput
from sim.model.reading import chain, settings_layer
from sim.model.scenario import Scenario, from_layers

__all__ = ["load_results", "load_scenario", "simulate", "sweep"]

SHOWN = 5
"""Numbers of failed replicates that are told."""

SWEEPS = "sweeps"
"""Folder of sweeps within that of all results."""


def load_scenario(
    name_or_path: str | os.PathLike[str], settings: Mapping[str, Any] | None = None, resolve: bool = False
) -> Scenario:
    """A scenario of the library or of a file, checked whole.

    Parameters
    ----------
    name_or_path
        A name that `sim scenarios` lists, or a TOML file.
    settings
        What to change, by key as in `sim run --set`: {"run.firms": 500, "cost.public_price[micro]": 90}. Values may
        be NumPy's, those of a `Scenario`, and for months dates of any kind.
    resolve
        Solve the option constants again for the scenario as changed; else they are held (a counterfactual).

    Raises
    ------
    BadInput
        With everything that is wrong: what, where, what is allowed, what to do.

    Warns
    -----
    UserWarning
        Of what is left out, a policy beyond the last month, say; the sentences are `notes` of the scenario.
    """
    layers = chain(arguments.path("name_or_path", name_or_path, "a name that `sim scenarios` lists, or a TOML file"))
    name, complaints = layers[-1].name, Complaints()
    given = arguments.settings(complaints, {} if settings is None else settings)
    if given:
        layers.append(settings_layer("settings", "settings", given))
    try:
        found = from_layers(name, layers, resolve)
    except BadInput as error:
        raise BadInput(*complaints.sentences, *error.args) from None
    complaints.stop_if_any()
    for note in found.notes:
        warnings.warn(note, stacklevel=2)
    return found


def simulate(
    scenario: Scenario,
    *,
    engine: str = "auto",
    out: str | os.PathLike[str] = "results",
    fresh: bool = False,
    progress: RunProgress = lambda _done, _wanted: None,
) -> Path:
    """Run all replicates of a scenario, or find them where they were run before.

    Parameters
    ----------
    scenario
        From `load_scenario`; replicates, firms, months and seed are settings of it.
    engine
        "auto", "numpy", "compiled" or "mesa"; results do not depend on it.
    out
        Folder of all results.
    fresh
        Compute even what is finished; the results must be equal.
    progress
        Called with the replicates done, a fraction for those under way, and the replicates wanted.

    Returns
    -------
    Path
        Folder of the run, for `load_results`.

    Raises
    ------
    BadInput
        If the scenario cannot be simulated, its results not be written, or there is no such engine.
    RuntimeError
        If all replicates failed.
    identity.Differs
        If `fresh` gave other results than those kept; both are.

    Warns
    -----
    RuntimeWarning
        If some replicates failed: results are those of the others.
    """
    from sim.engines.constants import solve  # here: who only plans sweeps does without the engines

    if not isinstance(scenario, Scenario):
        raise arguments.wrong(
            "scenario", scenario, "scenario", "what load_scenario gives", 'Write sim.load_scenario("subsidy"), say.'
        )
    _check(engine, progress)
    folder = arguments.folder("out", out)
    job = Job(scenario, solve(scenario), engine, folder, "sim.simulate", cores())
    tally, _ = obtain(job, fresh, progress)
    if tally.failures:
        told = _failed(job, tally)
        if not tally.finished:
            raise RuntimeError(told)
        warnings.warn(told, RuntimeWarning, stacklevel=2)
    return job.folder.path


def _failed(job: Job, tally: Tally) -> str:
    """Which replicates of a run failed, the first with its reason."""
    failed, first = [str(each["replicate"]) for each in tally.failures], tally.failures[0]
    numbers = ", ".join(failed[:SHOWN]) + ", ..." * (len(failed) > SHOWN)
    return (
        f"{len(failed)} of {counted(job.scenario.run.replicates, 'replicate')} failed, numbers {numbers}; "
        f"{len(tally.finished)} are kept. The first: {first['stage']}: {first['message']}. "
        f"{job.folder.path / 'manifest.json'} lists all; simulated again, those that failed are computed anew"
    )


def sweep(
    name_or_path: str | os.PathLike[str],
    *,
    out: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    dask: str | None = None,
    engine: str = "auto",
    limit: int | None = None,
    resume: bool = False,
    progress: Progress = lambda _done, _wanted: None,
) -> Ending:
    """Carry out a sweep, or what is missing of it.

    Parameters
    ----------
    name_or_path
        A sweep that comes with the project, or a TOML file (docs/sweeps.md).
    out
        The sweep's folder; results/sweeps/NAME where None.
    workers
        Processes of this machine; 1 computes in this one, None takes as many as there are cores.
    dask
        Address of a running Dask scheduler, in place of `workers`.
    engine
        As for `simulate`.
    limit
        Compute the first so many points only.
    resume
        Refuse to begin: there must be something to go on with.
    progress
        Called with runs kept and wanted.

    Returns
    -------
    Ending
        The folder, for `load_results`, and how many runs are kept, computed now and failed.

    Raises
    ------
    BadInput
        If the file is not a sweep, the folder holds another one or cannot be written, or an argument is none of those
        allowed.
    """
    _check(engine, progress)
    arguments.address("dask", dask)
    workers = arguments.count("workers", workers, MOST_WORKERS)
    arguments.path("name_or_path", name_or_path, "a sweep that comes with the project, or a TOML file")
    order = ordered(name_or_path, out, engine, arguments.count("limit", limit), resume)
    with closing(executors(workers, dask)) as these:
        return carry_out(order, these, progress)


def ordered(
    name_or_path: str | os.PathLike[str],
    out: str | os.PathLike[str] | None,
    engine: str,
    limit: int | None,
    resume: bool,
    command: str = "sim.sweep",
) -> Order:
    """What `sweep` would carry out."""
    asked = sweep_file.read(name_or_path)
    path = arguments.folder("out", out) if out is not None else Path("results") / SWEEPS / asked.name
    return Order(asked, path, engine, limit, resume, command)


def _check(engine: str, progress: object) -> None:
    """Refuse an engine that there is not, and progress that cannot be told."""
    check_engine(engine)
    arguments.function("progress", progress)
