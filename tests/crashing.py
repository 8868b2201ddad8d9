"""A disk that fails at a chosen moment, and a process that dies there as of SIGKILL or of a loss of power.

Every write, sync and rename of results counts as a moment. What was written and not forced to the disk is lost in part
when the power goes; a rename whose folder was not forced may never have been.
"""

import builtins
import errno
import os
import random
import signal
import sys
from contextlib import suppress
from pathlib import Path

from sim.experiments import durable


class Disk:
    """Counts moments; at the chosen one it does harm.

    Parameters
    ----------
    harm
        "none", "kill", "power" or "full".
    moment
        Which write, sync or rename it happens at, from 0.
    draw
        Decides how much of a write is done, and what a loss of power spares.
    """

    def __init__(self, harm: str = "none", moment: int = -1, draw: int = 0) -> None:
        self.harm, self.moment, self.count = harm, moment, 0
        self.unsynced: set[str] = set()
        self.renamed: list[tuple[str, str, str | None]] = []
        self.random = random.Random(draw)

    def put_in(self) -> None:
        """From now on this process writes its results to this disk."""
        self._fsync, self._replace = os.fsync, os.replace
        durable.open = lambda path, mode: Stream(self, path) if mode == "wb" else builtins.open(path, mode)
        os.fsync, os.replace = self.fsync, self.replace

    def now(self) -> bool:
        """Whether the moment has come."""
        self.count += 1
        return self.harm != "none" and self.count > self.moment

    def fsync(self, descriptor: int) -> None:
        if self.now():
            self.strike()
        self._fsync(descriptor)
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        self.unsynced.discard(path)
        if os.path.isdir(path):
            self._forget_renames()

    def replace(self, source: Path, target: Path) -> None:
        if self.now():
            self.strike()
        before = f"{target}.before" if os.path.exists(target) else None
        if before:
            os.link(target, before)
        self._replace(source, target)
        self.renamed.append((str(source), str(target), before))

    def _forget_renames(self) -> None:
        for _, _, before in self.renamed:
            if before:
                os.unlink(before)
        self.renamed.clear()

    def strike(self) -> None:
        """Do the harm."""
        if self.harm == "full":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if self.harm == "power":
            for path in self.unsynced:
                with suppress(FileNotFoundError):
                    self._lose_some(path)
            for source, target, before in reversed(self.renamed):
                if self.random.random() < 0.5:
                    os.rename(target, source)
                    if before:
                        os.rename(before, target)
        for _, _, before in self.renamed:
            if before:
                with suppress(FileNotFoundError):
                    os.unlink(before)
        os.kill(os.getpid(), signal.SIGKILL)

    def _lose_some(self, path: str) -> None:
        size = os.path.getsize(path)
        with builtins.open(path, "r+b") as stream:
            if self.random.random() < 0.5:
                stream.truncate(self.random.randrange(size + 1))
            else:
                stream.write(bytes(size))


class Stream:
    """A file opened for writing on such a disk, without a buffer, so that every write counts."""

    def __init__(self, disk: Disk, path: Path) -> None:
        self.disk, self.path = disk, os.path.realpath(path)
        self.file = builtins.open(path, "wb", buffering=0)
        disk.unsynced.add(self.path)

    def write(self, content: bytes) -> int:
        if self.disk.now():
            self.file.write(memoryview(content)[: self.disk.random.randrange(len(content) + 1)])
            self.disk.strike()
        self.disk.unsynced.add(self.path)
        return self.file.write(content)

    def flush(self) -> None:
        self.file.flush()

    def fileno(self) -> int:
        return self.file.fileno()

    def close(self) -> None:
        self.file.close()

    @property
    def closed(self) -> bool:
        return self.file.closed

    def tell(self) -> int:
        return self.file.tell()

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()


def carry_out_on(disk: Disk, file: Path, out: Path) -> None:
    """Carry out a small sweep on a disk, and print a line for every item that was kept, then moments and runs."""
    import small_sweeps

    from sim.experiments.sweeps.folder import SweepFolder
    from sim.model.errors import BadInput

    small_sweeps.cut_small()
    keep = SweepFolder.keep

    def kept(self, item, content):
        keep(self, item, content)
        os.write(1, f"kept {item.name}\n".encode())

    SweepFolder.keep = kept
    disk.put_in()
    try:
        ending = small_sweeps.carried_out(file, out)
    except BadInput as error:
        os.write(1, f"refused {error}\n".encode())
        return
    os.write(1, f"moments {disk.count}\ncomputed {ending.computed}\nkept-runs {ending.kept}\n".encode())


def forked() -> None:
    """Serve requests "harm moment draw file out" on standard input: each in a process forked from this one."""
    import small_sweeps  # noqa: F401 - imported before anything is forked
    from small_worlds import world

    from sim.engines import simulate

    simulate(world("subsidy", "run.months=1"), 0, "numpy")  # compiled code is read once, not in every process
    for line in sys.stdin:
        harm, moment, draw, file, out = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            with suppress(Exception):
                carry_out_on(Disk(harm, int(moment), int(draw)), Path(file), Path(out))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        os.write(1, f"ended {os.waitstatus_to_exitcode(status)}\n".encode())


if __name__ == "__main__":
    forked()
