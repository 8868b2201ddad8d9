"""Very large populations: any number of threads gives the same, memory stays within bounds, too little is refused."""

import os
import resource
import subprocess
import sys
import time

import numpy as np
import pytest
from small_worlds import BUSY, differences, world

from sim import cli
from sim.engines import arrays, compiled_engine, memory, simulate, streams
from sim.engines.streams import CHUNK
from sim.engines.threads import in_threads
from sim.engines.world import build
from sim.model.errors import BadInput

SEVERAL_CHUNKS = 3 * CHUNK + 1000
GIB = 2**30


@pytest.fixture(scope="module")
def large():
    """Three chunks and a bit of the busy world, whose policies claim and whose providers are hit."""
    return world("baseline", *BUSY, "run.months=24", "review.interval=3", firms=SEVERAL_CHUNKS)


@pytest.fixture(scope="module")
def alone(large):
    """Its result with a single thread."""
    return simulate(large, 0)


@pytest.mark.parametrize("threads", [2, 3])
def test_the_number_of_threads_changes_nothing(threads, large, alone):
    assert differences(simulate(large, 0, threads=threads), alone) == []


def test_the_borders_at_which_firms_decide_change_nothing(large, alone, monkeypatch):
    block = build([large], 0, threads=2)
    cut = streams.pieces
    monkeypatch.setattr(streams, "pieces", lambda first, last, size=CHUNK: cut(first, last, min(size, CHUNK // 16)))
    (found,) = arrays.run(block, compiled_engine, 1)
    assert differences(found, alone) == []


def test_traits_worked_out_for_some_rows_are_those_of_all(large):
    block = build([large], 0)
    rows = slice(CHUNK - 10, 2 * CHUNK + 3)
    assert np.array_equal(block.columns(rows), block.traits.firm_columns()[:, rows])
    assert block.traits.seats.dtype == np.int32


def test_pieces_cover_all_rows_once_and_end_at_the_borders_of_chunks():
    for first, last in ((0, CHUNK), (0, CHUNK + 1), (5, 6), (CHUNK - 1, 3 * CHUNK), (CHUNK, 2 * CHUNK + 7), (3, 3)):
        found = streams.pieces(first, last)
        assert [row for piece in found for row in range(piece.start, piece.stop)] == list(range(first, last))
        assert all(piece.start // CHUNK == (piece.stop - 1) // CHUNK for piece in found)


def test_what_threads_find_comes_in_order_and_an_error_ends_them():
    begun = []

    def work(n):
        begun.append(n)
        if n == 3:
            raise ValueError("three")
        time.sleep(0.001)  # else threads may be through with all before who waits for them is awake
        return n * n

    assert list(in_threads(lambda n: n * n, range(40), 3)) == [n * n for n in range(40)]
    with pytest.raises(ValueError, match="three"):
        list(in_threads(work, range(10_000), 2))
    assert len(begun) < 10_000


def test_progress_tells_of_drawing_too(large):
    told = []
    build([large], 0, 2, told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 4


def test_fifty_million_firms_of_the_baseline_need_less_than_ten_gibibytes():
    nation = world("baseline", firms=50_000_000)
    assert nation.run.months == 120
    assert memory.needed([nation], "auto", threads=2) + 0.3e9 < 10 * GIB


MEASURE = """
import sys
from pathlib import Path
from sim.engines import memory, simulate
from sim.model.scenario import load
given = ("run.months=13", f"network.kind={sys.argv[1]}")
engine, firms = sys.argv[2], int(sys.argv[3])
few, many = (load("baseline", [f"run.firms={n}", *given]) for n in (2000, firms))
def peak():
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return 1024 * int(line.split()[1])
simulate(few, 0, engine)
before = peak()
simulate(many, 0, engine, threads=2)
print(peak() - before, memory.needed([many], engine, 2))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux tells a process its peak")
@pytest.mark.parametrize(
    ("kind", "engine", "firms"),
    [(kind, "auto", "1000000") for kind in ("random", "supply-chain", "communities", "ring")]
    + [("random", "mesa", "200000")],
)
def test_memory_at_the_peak_is_at_most_what_is_foreseen_and_most_of_it(kind, engine, firms):
    given = [sys.executable, "-c", MEASURE, kind, engine, firms]
    ran = subprocess.run(given, capture_output=True, text=True, check=True)
    used, needed = map(float, ran.stdout.split())
    assert 0.6 * needed < used <= 1.05 * needed


def nothing_may_be_drawn(*_arguments, **_named):
    raise AssertionError("drawn before memory was looked at")


@pytest.mark.parametrize("engine", ["compiled", "numpy", "mesa"])
def test_too_little_memory_is_refused_before_anything_is_drawn(engine, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(memory, "available", lambda: 3.2e9)
    monkeypatch.setattr(streams, "stream", nothing_may_be_drawn)
    folder = tmp_path / "results"
    asked = ["run", "baseline", "--firms", "50000000", "--replicates", "1", "--engine", engine, "--out", str(folder)]
    assert cli.exit_code(asked) == 2
    said = capsys.readouterr().err
    assert "run.firms: 50,000,000 firms need about" in said
    assert "3.2 GB are available" in said
    assert "Lower run.firms" in said
    assert not list(folder.rglob("*.json"))


@pytest.mark.parametrize("threads", [1, 30])
def test_as_many_firms_as_the_refusal_says_fit_and_a_tenth_more_do_not(threads, monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 1e9)
    with pytest.raises(BadInput, match=r"About ([\d,]+) firms fit") as refused:
        memory.check([world(firms=50_000_000)], "auto", threads)
    fit = int(str(refused.value).split("About ")[1].split(" ")[0].replace(",", ""))
    memory.check([world(firms=fit)], "auto", threads)
    with pytest.raises(BadInput):
        memory.check([world(firms=fit * 11 // 10)], "auto", threads)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit of the address space is Linux's")
def test_the_limit_of_the_process_counts():
    limit = 4 * GIB
    ran = subprocess.run(
        [sys.executable, "-m", "sim", "run", "baseline", "--firms", "50000000", "--replicates", "1"],
        capture_output=True, text=True, check=False, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )  # fmt: skip
    assert ran.returncode == 2
    assert "GB of memory, and" in ran.stderr


GROUPS = {
    "second version": {
        "/proc/self/cgroup": "0::/batch/job\n",
        "/sys/fs/cgroup/batch/job/memory.max": "max\n",
        "/sys/fs/cgroup/batch/memory.max": "5000000000\n",
        "/sys/fs/cgroup/batch/memory.current": "3000000000\n",
        "/sys/fs/cgroup/batch/memory.stat": "anon 5\ninactive_file 1000000000\n",
    },
    "first version": {
        "/proc/self/cgroup": "5:cpu:/\n4:memory:/job\n0::/\n",
        "/sys/fs/cgroup/memory/job/memory.limit_in_bytes": "5000000000\n",
        "/sys/fs/cgroup/memory/job/memory.usage_in_bytes": "3000000000\n",
        "/sys/fs/cgroup/memory/job/memory.stat": "inactive_file 1000000000\n",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        "/sys/fs/cgroup/memory/memory.usage_in_bytes": "6000000000\n",
    },
}


@pytest.mark.parametrize("version", GROUPS)
def test_the_limit_of_a_control_group_counts(version, monkeypatch):
    files = {"/proc/meminfo": "MemTotal: 20000000 kB\nMemAvailable: 9000000 kB\n", **GROUPS[version]}
    monkeypatch.setattr(memory, "_text", lambda path: files.get(str(path), ""))
    assert memory.available() == 3e9
    monkeypatch.setattr(memory, "_text", lambda path: files["/proc/meminfo"] if path.name == "meminfo" else "")
    assert memory.available() == 9_000_000 * 1024
