"""How long sweeps take and what of it is not the engines; `make bench-sweeps` prints a table in Markdown.

All is timed in turns, so that what disturbs the machine disturbs all of it, and ratios are taken within a turn. What
is "bare" is `simulate_lanes` alone over the same points and replicates, in one process or two.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import wait
from contextlib import contextmanager
from pathlib import Path

from machine import described, load

from sim.engines import simulate_lanes
from sim.engines.constants import constants
from sim.experiments.processes import Processes
from sim.experiments.sweeps.file import read
from sim.experiments.sweeps.items import items
from sim.experiments.sweeps.points import point_scenario
from sim.experiments.sweeps.sampling import design_points

FILE = Path(__file__).with_name("sweep.toml")


def swept(out: str, *options: str) -> float:
    """Seconds of the command, from its start to its end."""
    command = [sys.executable, "-m", "sim", "sweep", str(FILE), "--out", out, *options]
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


@contextmanager
def cluster() -> Iterator[str]:
    """Address of a scheduler on loopback with two workers that have started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, quiet = f"tcp://127.0.0.1:{port}", {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "dask"]
    scheduler = [*dask, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    worker = [*dask, "worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    started = [subprocess.Popen(command, **quiet) for command in (scheduler, worker, worker)]
    try:
        from distributed import Client

        with Client(address, timeout="30s") as client:
            client.wait_for_workers(2)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


def blocks() -> list[tuple[list[dict], range]]:
    """Points and replicates of every item of the sweep."""
    sweep = read(FILE)
    points = dict(enumerate(design_points(sweep), start=1))
    return [([points[n] for n in item.points], item.replicates) for item in items(sweep, points, range(32), {})]


def bare(points: list[dict], replicates: range) -> float:
    """Seconds of the engines over one item, its scenarios made and solved before."""
    sweep = read(FILE)
    scenarios = [point_scenario(sweep, values) for values in points]
    constants(scenarios)
    begun = time.perf_counter()
    for replicate in replicates:
        simulate_lanes(scenarios, replicate, "compiled", 12)
    return time.perf_counter() - begun


def bare_in(workers: int, work: list[tuple[list[dict], range]]) -> float:
    """Seconds of the bare engines over all items, spread over processes: the longest sum of one."""
    pools = [Processes(1) for _ in range(workers)]
    shares = [work[n::workers] for n in range(workers)]
    futures = [pool.fresh().submit(bare_share, share) for pool, share in zip(pools, shares, strict=True)]
    wait(futures)
    for pool in pools:
        pool.close()
    return max(future.result() for future in futures)


def bare_share(share: list[tuple[list[dict], range]]) -> float:
    """Seconds of the bare engines over some items."""
    bare(share[0][0][:2], range(1))  # compiled kernels read from disk
    return sum(bare(*item) for item in share)


def measured(rounds: int) -> dict[str, list[float]]:
    """What each round measures, by name."""
    work, found = blocks(), {}
    with tempfile.TemporaryDirectory() as out:  # what is compiled on first use is kept on disk from then on
        swept(f"{out}/first", "--workers", "1", "--limit", "256")
    for turn in range(rounds):
        print(f"round {turn + 1} of {rounds}", file=sys.stderr)
        with tempfile.TemporaryDirectory() as out:
            now = {"two": swept(f"{out}/two", "--workers", "2")}
            now["one"] = swept(f"{out}/one", "--workers", "1")
            with cluster() as address:
                now["dask"] = swept(f"{out}/dask", "--dask", address)
            now["again"] = swept(f"{out}/two", "--workers", "2")
        now["bare one"], now["bare two"] = bare_in(1, work), bare_in(2, work)
        now["outside"] = now["two"] - now["bare two"]
        now["more on dask"] = now["dask"] - now["two"]
        now["gain"], now["bare gain"] = now["one"] / now["two"], now["bare one"] / now["bare two"]
        now["share of the gain"] = now["gain"] / now["bare gain"]
        for name, value in now.items():
            found.setdefault(name, []).append(value)
    return found


ROWS = {
    "two": ("two workers", "s"),
    "bare two": ("of it the engines, in two processes", "s"),
    "outside": ("of it everything else", "s"),
    "one": ("one worker", "s"),
    "bare one": ("of it the engines, in one process", "s"),
    "gain": ("two workers against one", "×"),
    "bare gain": ("the same of the bare engines", "×"),
    "share of the gain": ("share of that gain", "×"),
    "dask": ("Dask with two workers that have started", "s"),
    "more on dask": ("Dask less two workers", "s"),
    "again": ("the same command when all is done", "s"),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    found = measured(parser.parse_args().rounds)
    print(f"{described()}; load {load()} at the end; {len(found['two'])} rounds\n")
    print("| what | best | median | worst | |\n|---|---|---|---|---|")
    for name, (text, unit) in ROWS.items():
        values = found[name]
        numbers = " | ".join(f"{each:.3g}" for each in (min(values), statistics.median(values), max(values)))
        print(f"| {text} | {numbers} | {unit} |")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).parents[1]))
    main()
