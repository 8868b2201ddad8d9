"""`sim sweep` as a user runs it: killed, interrupted, workers killed, on a cluster; nothing is lost or left over."""

import json
import os
import random
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import small_sweeps

from sim import cli
from sim.experiments.processes import POOLS_END

LARGE = {"firms": 6000, "months": 120, "replicates": 64}
"""Some seconds of work in eight items."""


def started(file: Path, out: Path, *options: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "sim", "sweep", str(file), "--out", str(out), *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True)


def finished(file: Path, out: Path, *options: str, code: int = 0) -> str:
    process = started(file, out, *options)
    _, said = process.communicate(timeout=300)
    assert process.returncode == code, said
    return said


def wait_for_parts(out: Path, least: int, process: subprocess.Popen) -> None:
    while len(list((out / "parts").glob("*.parquet"))) < least:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


def group(process: subprocess.Popen) -> list[int]:
    """Processes of the same session that are alive."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == process.pid and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def wait_for_workers_to_end(process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 30
    while group(process):
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """File and folder of a sweep that nobody disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    file = small_sweeps.written(folder, **LARGE)
    finished(file, folder / "sweep", "--workers", "2")
    assert len(small_sweeps.parts(folder / "sweep")) == 32
    return file, folder / "sweep"


def test_one_worker_gives_the_same_parts(whole, tmp_path):
    file, path = whole
    finished(file, tmp_path / "sweep", "--workers", "1")
    assert small_sweeps.parts(tmp_path / "sweep") == small_sweeps.parts(path)


def test_killed_at_any_moment_it_goes_on_and_leaves_no_worker(whole, tmp_path):
    file, path = whole
    chance = random.Random(5)
    for least in (0, 1, 4):
        process = started(file, tmp_path / "sweep", "--workers", "2")
        wait_for_parts(tmp_path / "sweep", least, process)
        time.sleep(chance.uniform(0.0, 1.0) if least == 0 else chance.uniform(0.0, 0.2))
        process.kill()
        process.communicate()
        wait_for_workers_to_end(process)
    finished(file, tmp_path / "sweep", "--workers", "2", "--resume")
    assert small_sweeps.parts(tmp_path / "sweep") == small_sweeps.parts(path)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_it_cleanly(number, code, whole, tmp_path):
    file, path = whole
    process = started(file, tmp_path / "sweep", "--workers", "2")
    wait_for_parts(tmp_path / "sweep", 1, process)
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code, said
    assert "the same command continues" in said
    assert "Traceback" not in said
    wait_for_workers_to_end(process)
    assert json.loads((tmp_path / "sweep" / "manifest.json").read_text())["status"] == "partial"
    assert not list(tmp_path.glob("sweep/**/.*"))
    finished(file, tmp_path / "sweep")
    assert small_sweeps.parts(tmp_path / "sweep") == small_sweeps.parts(path)


def parent(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


@pytest.mark.parametrize("victim", ["a worker", *["what workers are forked from"] * POOLS_END])
def test_what_is_killed_is_replaced(victim, whole, tmp_path):
    file, path = whole
    process = started(file, tmp_path / "sweep", "--workers", "2")
    wait_for_parts(tmp_path / "sweep", 1, process)
    kind = b"multiprocessing.forkserver" if POOLS_END else b"popen_loky"
    forks = [each for each in group(process) if kind in Path(f"/proc/{each}/cmdline").read_bytes()]
    servers = [each for each in forks if parent(each) == process.pid]
    assert (len(forks), len(servers)) == ((3, 1) if POOLS_END else (2, 2))
    os.kill(max(forks) if victim == "a worker" else servers[0], signal.SIGKILL)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert small_sweeps.parts(tmp_path / "sweep") == small_sweeps.parts(path)


SPEECHLESS = """
import os, signal, sys
from pathlib import Path
from sim.cli import main
from sim.experiments.sweeps import carrying_out

compute_and_keep, once = carrying_out.compute_and_keep, Path(sys.argv[1]).with_name("once")
sent = []

def die_amidst_it(frame, event, _given):
    if event == "call" and frame.f_code.co_name == "_send":
        sent.append(frame)
    if len(sent) == 2 or (event, frame.f_code.co_name) == ("return", "_send_bytes"):
        os.kill(os.getpid(), signal.SIGKILL)

def speechless(*given):
    found = compute_and_keep(*given)
    if not once.exists():
        once.touch()
        sys.setprofile(die_amidst_it)
    return found

if __name__ == "__main__":
    carrying_out.compute_and_keep = speechless
    main(["sweep", *sys.argv[2:], "--out", sys.argv[1], "--workers", "2"])
"""


def test_a_worker_killed_amidst_its_answer_is_replaced(whole, tmp_path):
    """A long answer is sent in two pieces or more, and the rest of one would be waited for for ever."""
    file, path = whole
    (tmp_path / "script.py").write_text(SPEECHLESS)
    command = [sys.executable, str(tmp_path / "script.py"), str(tmp_path / "sweep"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "once").exists()
    assert small_sweeps.parts(tmp_path / "sweep") == small_sweeps.parts(path)


UNGUARDED = """
import sys
from sim.cli import main
main(["sweep", *sys.argv[1:], "--workers", "2"])
"""


def test_a_script_without_a_guard_is_told_so_and_no_run_is_blamed(tmp_path):
    script, file = tmp_path / "script.py", small_sweeps.written(tmp_path)
    script.write_text(UNGUARDED)
    command = [sys.executable, str(script), str(file), "--out", str(tmp_path / "sweep")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2, done.stderr
    assert 'call it under `if __name__ == "__main__":`' in done.stderr
    assert not list((tmp_path / "sweep").glob("parts/*"))
    finished(file, tmp_path / "sweep", "--workers", "2")


def test_without_standard_error_it_computes_all_the_same(tmp_path):
    file = small_sweeps.written(tmp_path)
    words = [sys.executable, "-m", "sim", "sweep", str(file), "--out", str(tmp_path / "sweep"), "--workers", "1"]
    done = subprocess.run(["sh", "-c", f"{shlex.join(words)} 2>&-"], timeout=120, check=False)
    assert done.returncode == 0
    assert small_sweeps.parts(tmp_path / "sweep")


def test_a_second_process_on_the_folder_is_told_so(whole, tmp_path):
    file, _ = whole
    process = started(file, tmp_path / "sweep", "--workers", "1")
    wait_for_parts(tmp_path / "sweep", 1, process)
    assert "Another process is computing this sweep" in finished(file, tmp_path / "sweep", code=2)
    process.kill()
    process.communicate()


def test_what_is_said_can_be_read_by_a_machine(whole, tmp_path):
    file, path = whole
    said = [json.loads(line) for line in finished(file, path, "--log", "json").splitlines()]
    assert [each["event"] for each in said] == ["finished"]
    assert said[0]["computed"] == 0
    (error,) = finished(tmp_path / "none.toml", path, "--log", "json", code=2).splitlines()
    assert json.loads(error)["level"] == "ERROR"


@pytest.fixture
def cluster(tmp_path):
    """Address of a real scheduler on loopback, and its two workers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, processes = f"tcp://127.0.0.1:{port}", []
    common = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port)]
    processes.append(subprocess.Popen([*scheduler, "--no-dashboard"], **common))
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--host", "127.0.0.1", "--nthreads", "1"]
    processes += [subprocess.Popen([*worker, "--no-dashboard", "--no-nanny"], **common) for _ in range(2)]
    yield address, processes[1:]
    for process in processes:
        process.kill()
        process.wait()


def test_a_cluster_gives_the_same_parts_though_a_worker_is_killed(cluster, whole, tmp_path):
    address, workers = cluster
    file, path = whole
    process = started(file, tmp_path / "sweep", "--dask", address)
    wait_for_parts(tmp_path / "sweep", 2, process)
    workers[0].kill()
    _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert small_sweeps.parts(tmp_path / "sweep") == small_sweeps.parts(path)


def test_no_scheduler_is_said(whole, tmp_path, monkeypatch, capsys):
    file, _ = whole
    monkeypatch.setattr("sim.experiments.sweeps.cluster.ANSWERED_WITHIN", 1.0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address, out = f"tcp://127.0.0.1:{free.getsockname()[1]}", str(tmp_path / "sweep")
        assert cli.exit_code(["sweep", str(file), "--out", out, "--dask", address]) == 2
    assert "no Dask scheduler answers there" in capsys.readouterr().err
    assert not (tmp_path / "sweep").exists()
