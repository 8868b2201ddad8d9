"""Nothing finished is lost or computed twice, whatever moment a sweep is stopped at; KILLS=1000 for more."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import small_sweeps

KILLS = int(os.environ.get("KILLS", "30"))


class Served:
    """A process that forks a sweep for every request; starting Python anew would take most of the time."""

    def __init__(self) -> None:
        command = [sys.executable, Path(__file__).with_name("crashing.py")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(
        self, harm: str, moment: int, draw: int, file: Path, out: Path
    ) -> tuple[list[str], dict[str, str], int]:
        """Names of the items kept, what else was said by its first word, and the exit code."""
        self.process.stdin.write(f"{harm}\t{moment}\t{draw}\t{file}\t{out}\n")
        self.process.stdin.flush()
        said = []
        while not said or not said[-1].startswith("ended"):
            said.append(self.process.stdout.readline().rstrip("\n"))
        kept = [line.split(" ")[1] for line in said if line.startswith("kept ")]
        return kept, dict(line.split(" ", 1) for line in said), int(said[-1].split(" ")[1])


@pytest.fixture(scope="module")
def served():
    server = Served()
    yield server
    server.process.stdin.close()
    server.process.stdout.close()
    server.process.wait()


@pytest.fixture(scope="module")
def whole(served, tmp_path_factory):
    """File, folder and number of moments of a sweep that nobody disturbed."""
    out = tmp_path_factory.mktemp("whole")
    file = small_sweeps.written(out)
    kept, said, code = served("none", -1, 0, file, out / "sweep")
    assert code == 0
    assert len(kept) == small_sweeps.POINTS // 2 * small_sweeps.REPLICATES // 2
    return file, out / "sweep", int(said["moments"])


def moments_of(harm: str, moments: int, many: int) -> list[int]:
    """So many moments in an order by chance; all of them before one comes again."""
    chance = random.Random(harm)
    return [moment for _ in range(0, many, moments) for moment in chance.sample(range(moments), moments)][:many]


@pytest.mark.parametrize("harm", ["kill", "power"])
def test_whatever_moment_it_dies_at_nothing_finished_is_lost_or_repeated(harm, served, whole, tmp_path):
    file, reference, moments = whole
    runs = small_sweeps.POINTS * small_sweeps.REPLICATES
    for draw, moment in enumerate(moments_of(harm, moments, KILLS)):
        out = tmp_path / str(draw)
        kept, _, code = served(harm, moment, draw, file, out)
        assert code == -signal.SIGKILL, moment
        again, said, code = served("none", -1, 0, file, out)
        assert code == 0, moment
        assert not set(kept) & set(again), moment
        assert int(said["kept-runs"]) == runs, moment
        assert int(said["computed"]) <= runs - 4 * len(kept), moment
        assert small_sweeps.parts(out) == small_sweeps.parts(reference), moment
        assert not list(out.rglob(".*.tmp")), moment


def test_a_full_disk_is_said_and_what_is_finished_goes_on(served, whole, tmp_path):
    file, reference, moments = whole
    for draw, moment in enumerate(moments_of("full", moments, KILLS // 2)):
        out = tmp_path / str(draw)
        kept, said, code = served("full", moment, draw, file, out)
        assert code == 0
        assert "The disk is full: free some space" in said["refused"], moment
        again, _, _ = served("none", -1, 0, file, out)
        assert not set(kept) & set(again)
        assert small_sweeps.parts(out) == small_sweeps.parts(reference)
