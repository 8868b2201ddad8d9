"""Executors: every task is answered once, whatever happens to workers."""

import os
import signal
import time
from contextlib import closing
from pathlib import Path

import pytest

from sim.engines import ahead, compiling
from sim.experiments import first
from sim.experiments.sweeps.executors import InProcess, Lost, answers
from sim.experiments.sweeps.processes import Processes


def doubled(number: int) -> int:
    if number == 13:
        raise ValueError("thirteen")
    return 2 * number


def fatal(task: tuple[int, str]) -> int:
    """Dies whenever it is asked for number 3, once for number 5."""
    number, folder = task
    seen = Path(folder) / f"{number}-{time.monotonic_ns()}"
    seen.touch()
    if number == 3 or (number == 5 and len(list(Path(folder).glob("5-*"))) == 1):
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.parametrize("executors", [InProcess(), Processes(2)], ids=["serial", "processes"])
def test_every_task_is_answered_once(executors):
    with closing(executors):
        found = list(answers(executors, doubled, range(40)))
    assert sorted(task for task, _, _ in found) == list(range(40))
    assert all(answer == 2 * task for task, answer, _ in found if task != 13)
    (error,) = (error for _, _, error in found if error)
    assert isinstance(error, ValueError)


def test_a_task_that_kills_its_worker_takes_no_other_with_it(tmp_path):
    executors = Processes(2)
    with closing(executors):
        found = list(answers(executors, fatal, [(number, str(tmp_path)) for number in range(10)]))
    assert sorted(task[0] for task, _, _ in found) == list(range(10))
    assert {task[0] for task, _, error in found if error} == {3}
    assert all(isinstance(error, Lost) for _, _, error in found if error)


@pytest.mark.parametrize(
    ("kept", "cores", "compiled"), [(False, 2, ["decisions"]), (True, 2, []), (False, 1, [])],
    ids=["nothing kept", "the review kept", "one core"],
)  # fmt: skip
def test_a_first_run_compiles_half_of_it_whatever_becomes_of_the_other_process(monkeypatch, kept, cores, compiled):
    found = []
    monkeypatch.setattr(compiling, "is_kept", lambda _kernel: kept)
    monkeypatch.setattr(first, "cores", lambda: cores)
    monkeypatch.setattr(ahead, "compile_all_but_decisions", os._exit)
    monkeypatch.setattr(ahead, "compile_decisions", lambda _scenario: found.append("decisions"))
    first.compile_beside(1)
    assert found == compiled
