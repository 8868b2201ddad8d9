"""How far something is and what is logged reach people and machines, whatever becomes of standard error."""

import doctest
import json
import logging
import subprocess
import sys

import pytest
from test_store import SETTINGS, manifest, only_run

from sim.experiments import interruption
from sim.report import log, progress


@pytest.fixture
def lines(monkeypatch):
    """What progress says, with its fields, and a clock that is set by hand."""
    found, clock = [], [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(progress, "say", lambda _event, sentence, _level, **fields: found.append((sentence, fields)))
    return found, clock


def test_a_line_a_minute_says_how_many_how_fast_and_how_long(lines):
    found, clock = lines
    show = progress._lines("push", "run")
    show(40, 100)
    clock[0] += 59.0
    show(69, 100)
    assert found == []
    clock[0] += 1.0
    show(70, 100)
    clock[0] += 30.0
    show(90, 100)
    clock[0] += 30.0
    show(100, 100)
    assert [sentence for sentence, _ in found] == [
        "push: 70 of 100 runs (70%), 30/min, about 60 s left", "push: 100 of 100 runs (100%), 30/min, about 0 s left"
    ]  # fmt: skip
    assert found[0][1] == {"done": 70, "wanted": 100, "per_second": 0.5}


def test_nothing_done_has_no_end(lines):
    found, clock = lines
    show = progress._lines("push", "run")
    show(0, 3)
    clock[0] += 61.0
    show(0, 3)
    assert found[0][0] == "push: 0 of 3 runs (0%), 0/h"


def test_the_examples_of_rates_hold():
    assert doctest.testmod(progress).attempted >= 1
    assert doctest.testmod(progress).failed == 0


def test_a_signal_that_was_lost_is_soon_sent_again():
    """A person who presses Ctrl-C waits; other tests take less than is shipped."""
    shipped = subprocess.run(
        [sys.executable, "-c", "from sim.experiments.interruption import AGAIN; print(AGAIN)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert 0.0 < interruption.AGAIN <= float(shipped.stdout) <= 2.0


@pytest.mark.parametrize("away", ["2>/dev/full", "2>&-"])
def test_a_log_that_can_be_written_nowhere_ends_no_run(away, tmp_path):
    asked = f'"{sys.executable}" -m sim run baseline --out "{tmp_path}" --replicates 2 {" ".join(SETTINGS)} {away}'
    done = subprocess.run(asked, shell=True, stdout=subprocess.PIPE, check=False)
    assert done.returncode == 0
    assert b"share" in done.stdout
    assert manifest(only_run(tmp_path))["status"] == "finished"


def test_every_line_of_a_log_for_machines_is_json(tmp_path):
    asked = [sys.executable, "-m", "sim", "run", "baseline", "--out", str(tmp_path), "--replicates", "2", *SETTINGS]
    done = subprocess.run([*asked, "--log", "json"], capture_output=True, text=True, check=True)
    found = [json.loads(line) for line in done.stderr.splitlines()]
    assert "finished" in {each["event"] for each in found}
    assert all({"time", "level", "event", "message"} <= each.keys() for each in found)


def test_a_line_for_machines_has_the_level_and_keeps_all_characters(capsys):
    log.speak(as_json=True)
    for level in (logging.INFO, logging.WARNING, logging.ERROR):
        log.say("note", "情景", level)
    lines = capsys.readouterr().err.splitlines()
    log.speak()
    assert [json.loads(line)["level"] for line in lines] == ["INFO", "WARNING", "ERROR"]
    assert all("情景" in line for line in lines)


def test_a_reader_who_has_left_ends_what_is_printed():
    handler = log._Handler(stream=None)
    record = logging.LogRecord("sim", logging.INFO, "", 0, "", (), None)
    for error, raised in ((OSError("no space left"), False), (BrokenPipeError(), True), (ValueError(), True)):
        try:
            raise error
        except type(error):
            if raised:
                with pytest.raises(type(error)):
                    handler.handleError(record)
            else:
                handler.handleError(record)
