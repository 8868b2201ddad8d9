"""Executors: every task is answered once, whatever happens to workers."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.engines import ahead, compiling
from sim.experiments import first
from sim.experiments.processes import POOLS_END, Forked, Processes
from sim.experiments.sweeps import cluster
from sim.experiments.sweeps import executors as giving_out
from sim.experiments.sweeps.cluster import Cluster
from sim.experiments.sweeps.executors import InProcess, Lost, answers
from sim.model.errors import BadInput


def doubled(number: int) -> int:
    if number == 13:
        raise ValueError("thirteen")
    return 2 * number


def fatal(task: tuple[int, str, bytes]) -> int:
    """Dies whenever it is asked for number 3, once for number 5."""
    number, folder, _ = task
    seen = Path(folder) / f"{number}-{time.monotonic_ns()}"
    seen.touch()
    if number == 3 or (number == 5 and len(list(Path(folder).glob("5-*"))) == 1):
        os.kill(os.getpid(), signal.SIGKILL)
    return number


KILLED = """
import os, signal
from sim.experiments.processes import Forked
forked = Forked(2, "sim.cli")
print(sorted(forked.current().map(eval, ["2 + 2", "'sim.cli' in __import__('sys').modules"])), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""

INTERRUPTED = """
import os, signal, time
from contextlib import closing
from sim.experiments.processes import Forked
signal.signal(signal.SIGINT, signal.default_int_handler)  # tests that run in the background are started to ignore it
with closing(Forked(2, "sim.report.ahead")) as forked:
    try:
        time.sleep(0.3)  # amidst imports
        os.killpg(0, signal.SIGINT)
        signal.pause()
    except KeyboardInterrupt:
        print(list(forked.current().map(abs, [-4, -5])))
"""


WHEREVER = """
from contextlib import closing
from sim.experiments.processes import of_command
with closing(of_command(2, "sim.cli")) as processes:
    print(type(processes).__name__, sorted(processes.current().map(abs, [-4, -5])))
"""


@pytest.mark.parametrize(
    "made", [InProcess, partial(Processes, 2), partial(Forked, 2)], ids=["serial", "processes", "forked"]
)
def test_every_task_is_answered_once(made):
    with closing(made()) as executors:
        found = list(answers(executors, doubled, range(40)))
    assert sorted(task for task, _, _ in found) == list(range(40))
    assert all(answer == 2 * task for task, answer, _ in found if task != 13)
    (error,) = (error for _, _, error in found if error)
    assert isinstance(error, ValueError)


@pytest.mark.parametrize("size", [0, 200_000], ids=["small tasks", "tasks that no pipe holds"])
@pytest.mark.parametrize("made", [Processes, Forked])
def test_a_task_that_kills_its_worker_takes_no_other_with_it(made, size, tmp_path):
    """Nor does anybody wait for it to read those that wait, for ever."""
    with closing(made(2)) as executors:
        found = list(answers(executors, fatal, [(number, str(tmp_path), bytes(size)) for number in range(10)]))
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


def test_a_first_run_goes_on_where_no_other_process_can_be_started(monkeypatch):
    def refused(*_given):
        raise BlockingIOError("Resource temporarily unavailable")

    found = []
    monkeypatch.setattr(compiling, "is_kept", lambda _kernel: False)
    monkeypatch.setattr(first, "cores", lambda: 2)
    monkeypatch.setattr(ahead, "compile_decisions", lambda _scenario: found.append("decisions"))
    monkeypatch.setattr("loky.process_executor.ProcessPoolExecutor._adjust_process_count", refused)
    first.compile_beside(1)
    assert found == ["decisions"]


def test_forked_processes_have_the_modules_and_end_with_one_that_is_killed():
    """They hold its output open as long as they live."""
    done = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "[True, 4]\n")


def test_forked_processes_leave_ctrl_c_to_their_parent():
    command = [sys.executable, "-c", INTERRUPTED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, start_new_session=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[4, 5]\n", "")


@pytest.mark.parametrize(("folder", "kind"), [(None, "Forked" if POOLS_END else "Processes"), ("x" * 120, "Processes")])
def test_a_command_has_processes_though_the_path_of_temporary_files_is_too_long_for_a_socket(folder, kind, tmp_path):
    environment = dict(os.environ)
    if folder:
        (tmp_path / folder).mkdir()
        environment["TMPDIR"] = str(tmp_path / folder)
    command = [sys.executable, "-c", WHEREVER]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{kind} [4, 5]\n", "")


@pytest.mark.parametrize("kind", ["Forked", "Processes"])
def test_processes_find_modules_where_their_parent_does_not_in_the_working_directory(kind, tmp_path):
    for module in ("queue", "random", "sim"):
        (tmp_path / f"{module}.py").write_text("raise SystemExit(7)")
    command = [sys.executable, "-P", "-c", WHEREVER.replace("of_command", kind)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{kind} [4, 5]\n", "")


class Unable:
    """Workers that end as they start."""

    workers = 2

    def current(self):
        return self

    fresh = current

    def submit(self, *_given):
        raise EOFError


def test_where_no_worker_can_be_started_no_task_is_blamed():
    with pytest.raises(BadInput, match="Workers end before they compute anything"):
        list(answers(Unable(), doubled, range(3)))


@pytest.fixture
def scheduler():
    """Address of a Dask scheduler, its process, and that of its worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, dask = f"tcp://127.0.0.1:{port}", (sys.executable, "-m", "dask")
    commands = (
        (*dask, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"),
        (*dask, "worker", address, "--no-nanny", "--no-dashboard", "--nthreads", "1"),
    )
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for command in commands]
    yield address, *both
    for process in both:
        process.kill()
        process.wait()


def test_it_is_said_when_no_worker_is_left_and_when_the_scheduler_is_gone(scheduler, monkeypatch, caplog):
    """Nobody waits for ever, and no task is blamed."""
    address, leader, worker = scheduler
    monkeypatch.setattr(giving_out, "PATIENCE", 0.2)
    log = logging.getLogger("sim")
    monkeypatch.setattr(log, "handlers", [caplog.handler])  # not what a command left behind

    def harm():
        if "No worker is left at" in caplog.text:
            leader.kill()
        else:
            worker.kill()

    with closing(Cluster(address)) as cluster:
        assert sorted(answer.found for answer in answers(cluster, abs, [-4, -5])) == [4, 5]
        with pytest.raises(BadInput, match=rf"The Dask scheduler at {address} is gone. What is finished is kept"):
            list(answers(cluster, time.sleep, [3600.0, 3600.0], harm))
    assert "this package has to be installed there" in caplog.text


def test_a_task_that_is_computed_again_waits_no_more_silently_than_others(monkeypatch, caplog):
    """Its worker was lost, and the next one does not answer."""
    said = []

    class Silent:
        """The first task's worker is lost; who computes it again says nothing until somebody has asked why."""

        workers, share_disk, waiting = 1, True, []

        def current(self):
            return self

        fresh = current

        def missing(self):
            said.append("no worker")
            self.waiting[-1].set_result(4)
            return "no worker is left"

        def submit(self, *_given):
            self.waiting.append(Future())
            if len(self.waiting) == 1:
                self.waiting[0].set_exception(BrokenProcessPool())
            return self.waiting[-1]

    monkeypatch.setattr(giving_out, "PATIENCE", 0.1)
    monkeypatch.setattr(logging.getLogger("sim"), "handlers", [caplog.handler])
    assert [answer.found for answer in answers(Silent(), abs, [-4])] == [4]
    assert said == ["no worker"]


def test_a_schedulers_file_that_does_not_appear_is_not_waited_for_for_ever(monkeypatch, tmp_path):
    monkeypatch.setattr(cluster, "ANSWERED_WITHIN", 0.2)
    with pytest.raises(BadInput, match=r"no Dask scheduler answers there \(there is no such file\)"):
        Cluster(str(tmp_path / "nothing.json"))


def test_who_no_longer_waits_for_a_worker_has_left_the_cluster(monkeypatch):
    class Client:
        closed = False

        def __init__(self, **_settings):
            pass

        def nthreads(self):
            return {}

        def wait_for_workers(self, _number):
            raise KeyboardInterrupt

        def close(self):
            Client.closed = True

    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=Client))
    monkeypatch.setattr(logging.getLogger("sim"), "handlers", [])  # one of a command before may write to what is closed
    with pytest.raises(KeyboardInterrupt):
        Cluster("tcp://nowhere:1")
    assert Client.closed
