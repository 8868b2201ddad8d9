"""The machine a benchmark ran on, and how quiet it was."""

import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

THREAD_SETTINGS = (
    "NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS",
)  # fmt: skip


def one_core() -> None:
    """Keep this process, and what it starts, to one thread on one core; call before NumPy is imported."""
    os.environ.update(dict.fromkeys(THREAD_SETTINGS, "1"))
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def described() -> str:
    """Processor model, operating system, and versions of what computes."""
    import numba
    import numpy as np

    versions = f"Python {platform.python_version()}, NumPy {np.__version__}, Numba {numba.__version__}"
    return f"{processor()}, {platform.system()} {platform.machine()}; {versions}"


def processor() -> str:
    """Model of the processor, as far as the system tells."""
    from llvmlite import binding

    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.processor()} ({binding.get_host_cpu_name()}, {os.cpu_count()} cores)"


def load() -> float:
    """Processes that ran or waited, averaged over the last minute."""
    return os.getloadavg()[0]


def wait_until_quiet(most: float, patience: float) -> None:
    """Wait up to `patience` seconds for a load below `most`."""
    end = time.monotonic() + patience
    while load() > most and time.monotonic() < end:
        print(f"load {load():.2f}, waiting for {most}", file=sys.stderr)
        time.sleep(10)


class Clock:
    """Processor time of calls, and how much of the elapsed time it was."""

    def __init__(self) -> None:
        self.wall = self.core = 0.0

    def seconds(self, work: Callable[[], Any]) -> float:
        """Processor time of one call: what it takes where nothing else runs."""
        wall, core = time.perf_counter(), time.process_time()
        work()
        wall, core = time.perf_counter() - wall, time.process_time() - core
        self.wall, self.core = self.wall + wall, self.core + core
        return core

    @property
    def undisturbed(self) -> float:
        """Share of the wall time so far in which this process ran."""
        return self.core / self.wall
