"""Both base worlds give the numbers that were frozen; `make refreeze` prints what changed, and keeps it."""

import json

import frozen
import pytest

LAST_BITS = 1e-9
"""Relative tolerance on another processor or with other libraries, whose logarithms differ in the last bit."""


@pytest.fixture(scope="module")
def now():
    return frozen.computed()


def test_the_numbers_are_those_frozen(now):
    numbers, on = frozen.kept()
    tolerance = 0.0 if on == frozen.on() else LAST_BITS
    assert frozen.differences(numbers, now, tolerance) == []


def test_both_worlds_are_frozen_with_all_outcomes():
    numbers, _ = frozen.kept()
    assert list(numbers) == list(frozen.WORLDS)
    assert all(len(each) > 100 for each in numbers.values())


def test_freezing_prints_what_changed_and_keeps_it(now, tmp_path, monkeypatch, capsys):
    numbers, on = frozen.kept()
    old = json.loads(json.dumps(numbers))
    old["baseline"]["price[total]"][1][2] += 1e-12
    path = tmp_path / "frozen.json"
    path.write_text(json.dumps({"numbers": old, "on": on}), encoding="utf-8")
    monkeypatch.setattr(frozen, "FILE", path)
    monkeypatch.setattr(frozen, "computed", lambda: now)
    frozen.refreeze()
    printed = capsys.readouterr().out.splitlines()
    assert any(line.startswith("baseline price[total]: ") for line in printed)
    assert printed[-1].endswith("frozen.json holds the new numbers.")
    assert frozen.differences(frozen.kept()[0], now) == []
    frozen.refreeze()
    assert capsys.readouterr().out.startswith("0 outcomes changed")
