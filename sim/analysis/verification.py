"""Running the oracles: which there are, and what comes of each."""

import importlib
import pkgutil
import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

from sim.analysis import oracles
from sim.analysis.bench import Bench, Broken
from sim.analysis.judging import exactly
from sim.analysis.oracle import Check, Comparison, Oracle, Verdict
from sim.experiments.durable import CannotWrite
from sim.experiments.processes import Processes
from sim.model.complaints import listed, shown
from sim.model.errors import BadInput


def known() -> dict[str, Oracle]:
    """Every oracle by id, in the order of their files."""
    names = sorted(each.name for each in pkgutil.iter_modules(oracles.__path__))
    modules = [importlib.import_module(f"{oracles.__name__}.{name}") for name in names]
    return {module.ORACLE.id: module.ORACLE for module in modules}


def chosen(only: str | None) -> list[Oracle]:
    """The oracles of a list of ids such as "O7,O10", in their own order; all without one.

    Raises
    ------
    BadInput
        If an id is none.
    """
    every = known()
    if only is None:
        return list(every.values())
    wanted = [each.strip().upper() for each in only.split(",")]
    for each in wanted:
        if each not in every:
            allowed = f"Allowed: {', '.join(every)}, with commas between"
            raise BadInput(f"--only: {shown(each)} is no oracle. {allowed}. Mend the list.")
    return [oracle for each, oracle in every.items() if each in wanted]


def verify_all(chosen: Sequence[Oracle], out: Path, quick: bool, workers: int) -> Iterator[Verdict]:
    """Run oracles, as many at a time as there are workers, and give what came of each in their order.

    Raises
    ------
    BadInput
        If results cannot be written, or a process is killed.
    """
    task = partial(verify, out=out, quick=quick)
    if min(workers, len(chosen)) < 2:
        yield from map(task, chosen)
        return
    with closing(Processes(min(workers, len(chosen)))) as processes:
        try:
            yield from processes.current().map(task, chosen)
        except BrokenExecutor as error:
            raise BadInput(
                "A process that ran oracles was killed; out of memory, perhaps. Free some, or give the command with "
                "--workers 1, which runs one oracle at a time."
            ) from error


def verify(oracle: Oracle, out: Path, quick: bool) -> Verdict:
    """Run one oracle in the sound world, with its fault, and on every engine; nothing kept from before is used."""
    begun, folder = time.monotonic(), out / "verify" / oracle.id
    shutil.rmtree(folder, ignore_errors=True)
    found = _compared(oracle, folder, quick, ())
    faulty = _compared(oracle, folder, quick, oracle.fault_settings)  # shares the runs without the fault
    caught = next((check for check in faulty.checks if not check.holds), None)
    broken = caught is not None and caught.what == BROKEN
    checks = [*found.checks, _engines(oracle, folder, quick)]
    return Verdict(oracle, checks, None if broken else caught, found.series, folder, time.monotonic() - begun)


BROKEN = "run"
"""What a check is about where the run itself failed."""


def _compared(oracle: Oracle, folder: Path, quick: bool, planted: tuple[str, ...]) -> Comparison:
    try:
        return oracle.compare(Bench(oracle, folder, quick, planted))
    except CannotWrite:
        raise
    except (Broken, BadInput) as error:
        return Comparison([Check(BROKEN, "a finished run", str(error), "", False)])


def _engines(oracle: Oracle, folder: Path, quick: bool) -> Check:
    """Whether a small run is the same to the byte on all engines."""
    try:
        hashes = Bench(oracle, folder, quick).hashes(oracle.small)
    except CannotWrite:
        raise
    except (Broken, BadInput) as error:
        return Check("engines", "equal", str(error), "", False)
    differing = [engine for engine, each in hashes.items() if each != hashes["compiled"]]
    return exactly("engines", "equal", "equal" if not differing else f"differing: {listed(differing)}", "to the byte")


def passed(verdicts: Sequence[Verdict]) -> bool:
    """Whether every oracle holds and found its fault."""
    return all(verdict.holds for verdict in verdicts)
