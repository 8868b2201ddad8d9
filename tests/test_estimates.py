"""What a run or a sweep is expected to take follows from the small piece that is measured; what it took adds up."""

import json
from pathlib import Path

import pytest
from small_sweeps import carried_out, written

from sim.experiments import estimate
from sim.experiments.job import Job
from sim.experiments.sweeps import forecast
from sim.experiments.sweeps.carrying_out import Order
from sim.experiments.sweeps.designs import design
from sim.experiments.sweeps.file import read
from sim.experiments.sweeps.plan import Item
from sim.model.scenario import load


def job(**run):
    settings = (f"run.{name}={value}" for name, value in run.items() if name != "threads")
    return Job(load("baseline", tuple(settings)), {}, "compiled", Path(), "", run.get("threads", 1))


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ({"firms": 2_000, "months": 24}, 3 * (2.0 + 23 * 0.5)),
        ({"firms": 2_000, "months": 6}, 3 * (2.0 + 5 * 0.5)),
        ({"firms": 2_000, "months": 1}, 3 * 2.0),
        ({"firms": 500_000, "months": 24}, 3 * 10 * (2.0 + 23 * 0.5)),
        ({"firms": 500_000, "months": 24, "threads": 2}, 3 * 5 * (2.0 + 23 * 0.5)),
        ({"firms": 50_000, "months": 24, "threads": 2}, 3 * (2.0 + 23 * 0.5)),
    ],
)
def test_the_time_of_a_run_is_that_of_a_piece_for_all_firms_months_and_replicates(run, expected, monkeypatch):
    measured = []

    def seconds(_job, firms, months):
        measured.append((firms, months))
        return 2.0 + (months - 1) * 0.5

    monkeypatch.setattr(estimate, "_seconds", seconds)
    assert estimate.estimate(job(**run), 3).seconds == pytest.approx(expected)
    firms, months = min(run["firms"], 50_000), min(run["months"], 12)
    assert measured == [(firms, 1), (firms, 1), (firms, months)]  # the first compiles


def test_a_year_that_took_no_longer_than_a_month_is_no_negative_time(monkeypatch):
    monkeypatch.setattr(estimate, "_seconds", lambda _job, _firms, months: 3.0 - months / 12)
    assert estimate.estimate(job(firms=100, months=120), 1).seconds == pytest.approx(3.0 - 1 / 12)


def test_the_piece_that_is_measured_has_so_many_firms_and_months(monkeypatch):
    asked = []
    monkeypatch.setattr(estimate, "simulate", lambda scenario, *_: asked.append(scenario.run))
    assert estimate._seconds(job(firms=3_000, months=24), 500, 12) >= 0.0
    assert [(run.firms, run.months) for run in asked] == [(500, 12)]


def test_the_time_of_a_sweep_is_that_of_one_replicate_for_all_that_is_missing(tmp_path, monkeypatch):
    clock, computed = iter([10.0, 14.0]), []
    monkeypatch.setattr(forecast, "compute", lambda task: computed.append(task.item))
    monkeypatch.setattr(forecast.time, "perf_counter", lambda: next(clock))
    sweep = read(written(tmp_path))
    points = dict(enumerate(design(sweep), start=1))
    missing = [Item((2, 3), range(1, 4)), Item((4, 5, 6), range(4))]
    assert forecast._seconds(Order(sweep, tmp_path, "numpy"), points, missing) == pytest.approx(4.0 / 2 * (6 + 12))
    assert computed == [Item((2, 3), range(1, 2))] * 2  # the first compiles
    assert forecast._seconds(Order(sweep, tmp_path, "numpy"), points, []) == 0.0


def test_the_memory_of_a_sweep_is_that_of_all_its_processes(tmp_path):
    order, missing = Order(read(written(tmp_path)), tmp_path, "numpy"), [Item((1, 2), range(3))]
    alone, two, three = (forecast._bytes(order, missing, workers) for workers in (1, 2, 3))
    worker = three - two
    assert worker > estimate.BYTES_OF_PACKAGES
    assert alone == pytest.approx(worker)
    assert two == pytest.approx(2 * worker + estimate.BYTES_OF_PACKAGES)  # the command itself


def test_the_time_a_sweep_took_goes_on_where_it_was(tmp_path):
    file, out = written(tmp_path), tmp_path / "out"
    carried_out(file, out)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert 0.0 < manifest["wall_seconds"] < 600.0
    (out / "manifest.json").write_text(json.dumps({**manifest, "wall_seconds": 5000.0}), encoding="utf-8")
    carried_out(file, out)
    assert 5000.0 <= json.loads((out / "manifest.json").read_text(encoding="utf-8"))["wall_seconds"] < 5600.0
