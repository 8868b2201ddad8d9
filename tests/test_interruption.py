"""Requests to stop: none is lost, and none disturbs what is on its way out."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.experiments import interruption
from sim.experiments.interruption import Interrupted, interruptible


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(interruption, "AGAIN", 0.05)


def ask(number=signal.SIGTERM):
    os.kill(os.getpid(), number)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("drops", [1, 3])
def test_a_request_that_a_library_drops_is_made_again(drops):
    """As while LLVM calls back into Python to keep compiled code."""

    def work():
        ctypes.CFUNCTYPE(None)(ask)()
        for _ in range(drops - 1):
            ctypes.CFUNCTYPE(None)(lambda: time.sleep(5.0))()
        time.sleep(5.0)

    with pytest.raises(Interrupted, match="SIGTERM"), interruptible():
        work()


def test_further_requests_do_not_disturb_what_is_on_its_way_out():
    steps = []

    def work():
        try:
            ask()
        finally:
            for step in range(4):
                try:
                    ask(signal.SIGINT)
                    time.sleep(0.05)
                    raise ValueError
                except ValueError:
                    ask()
                    steps.append(step)

    with pytest.raises(Interrupted, match="SIGTERM"), interruptible():
        work()
    assert steps == [0, 1, 2, 3]


def test_afterwards_signals_mean_what_they_meant_before():
    def own(_number, _frame):
        """What somebody else does."""

    before = [(each, signal.signal(each, own)) for each in interruption.SIGNALS]
    try:
        with pytest.raises(Interrupted), interruptible():
            ask()
        after = [signal.getsignal(each) for each in interruption.SIGNALS]
    finally:
        for each, handler in before:
            signal.signal(each, handler)
    assert after == [own, own]


@pytest.mark.parametrize("victim", ["one that draws", "what they are forked from"])
def test_a_run_whose_drawing_processes_are_killed_has_all_its_figures(victim, tmp_path):
    command = [sys.executable, "-m", "sim", "run", "baseline", "--firms=300", "--months=12", "--replicates=2"]
    process = subprocess.Popen(
        [*command, "--engine=numpy", "--out", str(tmp_path)], text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    while not list(tmp_path.glob("*/*/figures")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    server = min(children(process.pid), key=lambda each: "forkserver" not in command_of(each))
    victims = [server] if victim != "one that draws" else children(server)[:1]
    for each in victims:
        os.kill(each, signal.SIGKILL)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    (figures,) = tmp_path.glob("*/*/figures")
    assert len(list(figures.glob("*.png"))) == 6
    assert not list(figures.glob(".*"))


def children(process: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def command_of(process: int) -> str:
    return Path(f"/proc/{process}/cmdline").read_text()
