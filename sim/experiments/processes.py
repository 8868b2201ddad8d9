"""Processes of this machine that compute or draw beside this one."""

import gc
import importlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

MOST_WORKERS = 1024
"""Processes at most."""

POOLS_END = sys.version_info >= (3, 11, 6)
"""Whether the pools of this Python notice the end of their workers whatever they were given."""


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Processes:
    """Processes of this machine, started anew (not forked), whether or not the caller's script is guarded.

    Parameters
    ----------
    workers : int
        How many.
    modules : str
        Names of modules that they import before their first task.
    """

    share_disk = True

    def __init__(self, workers: int, *modules: str) -> None:
        self.workers, self._modules = workers, modules
        self._pool: Any = None

    def current(self) -> Executor:
        """The pool there is, or a new one."""
        return self._pool or self.fresh()

    def fresh(self) -> Executor:
        """A pool of new processes."""
        self.close()
        self._pool = self._made()
        return self._pool

    def missing(self) -> str:
        """Nothing: processes that end are told by themselves."""
        return ""

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._end()
            self._pool = None

    def _made(self) -> Executor:
        from loky import ProcessPoolExecutor

        settled = {"initializer": _settle_worker, "initargs": (os.getpid(), self._modules)}
        return ProcessPoolExecutor(max_workers=self.workers, env=_same_modules(), **settled)

    def _end(self) -> None:
        self._pool.shutdown(wait=True, kill_workers=True)


class Forked(Processes):
    """Processes that share what they import: forked from one that imports it meanwhile, once.

    Only for commands of this package: the main module is imported there too, and all of the caller's processes that
    `multiprocessing` starts end with these.

    Parameters
    ----------
    workers : int
        How many.
    modules : str
        Names of modules to import.

    Raises
    ------
    ValueError, OSError
        If the system cannot fork, or make a socket in the folder for temporary files (its path may be too long).
    """

    def __init__(self, workers: int, *modules: str) -> None:
        super().__init__(workers, *modules)
        self._context = multiprocessing.get_context("forkserver")
        from multiprocessing import forkserver

        self._context.set_forkserver_preload(list(modules))
        before = dict(os.environ)
        heeded = signal.signal(signal.SIGINT, signal.SIG_IGN)  # all of them leave Ctrl-C to this process
        os.environ.update(_same_modules())
        try:
            forkserver.ensure_running()
        finally:
            os.environ.clear()
            os.environ.update(before)
            signal.signal(signal.SIGINT, heeded)

    def _made(self) -> Executor:
        """A pool; who gives it a first task waits until modules are imported."""
        from concurrent.futures import ProcessPoolExecutor

        return ProcessPoolExecutor(self.workers, self._context, _settle_forked)

    def _end(self) -> None:
        for each in multiprocessing.active_children():
            each.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _same_modules() -> dict[str, str]:
    """Environment in which a new Python finds modules where this one does, not in the working directory first."""
    return {"PYTHONPATH": os.pathsep.join(each or str(Path.cwd()) for each in sys.path), "PYTHONSAFEPATH": "1"}


def of_command(workers: int, *modules: str) -> Processes:
    """Processes for a command of this package: forked, or started anew where that cannot be.

    Pools of Python before 3.11.6 wait for ever when workers are killed while tasks wait that their pipe does not hold,
    and at times when many are given out (python/cpython#94777, #105829); those of Loky do not.
    """
    if not POOLS_END:
        return Processes(workers, *modules)
    try:
        return Forked(workers, *modules, "sim.cli")  # which they import anyway, as their main module
    except (ValueError, OSError):
        return Processes(workers, *modules)


def _settle_forked() -> None:
    """End when the parent is gone, however it ended."""
    threading.Thread(target=_end_after, args=(multiprocessing.parent_process(),), daemon=True).start()


def _end_after(parent: Any) -> None:
    parent.join()
    os._exit(1)


def _settle_worker(parent: int, modules: tuple[str, ...]) -> None:
    """Leave Ctrl-C to the parent, end when the parent is gone, however it ended, and import modules beforehand."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    for each in modules:
        importlib.import_module(each)
    gc.freeze()  # what is imported stays, and need not be gone through again and again


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
