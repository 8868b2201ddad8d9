"""What a run or a sweep is expected to take follows from the small piece that is measured; what it took adds up."""

import json
from pathlib import Path

import numpy as np
import pytest
from small_sweeps import carried_out, written

from sim.engines import memory
from sim.experiments import estimate
from sim.experiments.job import Job
from sim.experiments.sweeps import forecast
from sim.experiments.sweeps.carrying_out import Order
from sim.experiments.sweeps.file import read
from sim.experiments.sweeps.items import MOST_BYTES, Item, items
from sim.experiments.sweeps.sampling import design_points
from sim.experiments.tables import tidy
from sim.model.complaints import duration
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
        ({"firms": 500_000, "months": 24}, 3 * 2 * (2.0 + 23 * 0.5)),
        ({"firms": 375_000, "months": 24}, 3 * 1.5 * (2.0 + 23 * 0.5)),
        ({"firms": 500_000, "months": 24, "threads": 2}, 3 * 2 * (2.0 / 2 + 23 * 0.5)),
        ({"firms": 50_000, "months": 24, "threads": 2}, 3 * (2.0 + 23 * 0.5)),
        ({"firms": 100_000, "months": 24, "threads": 16}, 3 * (2.0 / 2 + 23 * 0.5)),
        ({"firms": 2_000_000, "months": 24, "threads": 16}, 3 * 8 * (2.0 / 16 + 23 * 0.5 / 3)),
    ],
)
def test_the_time_of_a_run_is_that_of_a_piece_for_all_firms_months_and_replicates(run, expected, monkeypatch):
    measured = []

    def seconds(piece, _engine):
        measured.append((piece.run.firms, piece.run.months))
        return 2.0 + (piece.run.months - 1) * 0.5

    monkeypatch.setattr(estimate, "_seconds", seconds)
    assert estimate.needs(job(**run), 3)[0] == pytest.approx(expected)
    firms, months = min(run["firms"], 250_000), min(run["months"], 12)
    assert measured == [(firms, 1), (firms, 1), (firms, months)]  # the first compiles


@pytest.mark.parametrize(
    ("engine", "firms", "said"),
    [("compiled", 2_000_000, "about 8 s"), ("compiled", 50_000_000, "about 200 s to 400 s"), ("mesa", 500_000, "10 s")],
)
def test_large_populations_are_given_a_range_and_a_small_piece_of_mesa_is_measured(engine, firms, said, monkeypatch):
    monkeypatch.setattr(estimate, "_seconds", lambda _piece, _engine: 1.0)
    monkeypatch.setattr(estimate, "duration", lambda seconds: f"{seconds:.0f} s")
    asked = Job(job(firms=firms, replicates=1).scenario, {}, engine, Path(), "", 1)
    (line,) = (each for each in estimate.dry_run(asked) if each.startswith("time "))
    assert f"{said} (an estimate" in line


@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        *((engine, 8 * (2.0 / 8 + 0.5 / 3)) for engine in ("auto", "compiled")),
        ("numpy", 8 * (2.0 / 8 + 0.5)),
        ("mesa", 40 * (2.0 + 0.5)),
    ],
)
def test_threads_draw_firms_for_array_engines_and_decide_for_the_compiled_one_alone(engine, expected, monkeypatch):
    monkeypatch.setattr(estimate, "_seconds", lambda piece, _engine: 2.0 + (piece.run.months - 1) * 0.5)
    asked = Job(job(firms=2_000_000, months=2).scenario, {}, engine, Path(), "", 8)
    assert estimate.needs(asked, 1)[0] == pytest.approx(expected)


def test_a_year_that_took_no_longer_than_a_month_is_no_negative_time(monkeypatch):
    monkeypatch.setattr(estimate, "_seconds", lambda piece, _engine: 3.0 - piece.run.months / 12)
    assert estimate.needs(job(firms=100, months=120), 1)[0] == pytest.approx(3.0 - 1 / 12)


def test_the_piece_that_is_measured_has_so_many_firms_and_months(monkeypatch):
    asked = []
    clock = iter([10.0, 14.0])
    monkeypatch.setattr(estimate.time, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(estimate, "simulate", lambda scenario, *others: asked.append((scenario.run, *others)))
    assert estimate._seconds(job(firms=500, months=12).scenario, "numpy") == 4.0
    assert [(run.firms, run.months, *others) for run, *others in asked] == [(500, 12, 0, "numpy")]


def test_the_time_of_a_sweep_is_that_of_one_replicate_for_all_that_is_missing(tmp_path, monkeypatch):
    clock, computed = iter([10.0, 14.0]), []
    monkeypatch.setattr(forecast, "compute", lambda task: computed.append(task.item))
    monkeypatch.setattr(forecast.time, "perf_counter", lambda: next(clock))
    sweep = read(written(tmp_path))
    points = dict(enumerate(design_points(sweep), start=1))
    missing = [Item((2, 3), range(1, 4)), Item((4, 5, 6), range(4))]
    assert forecast._seconds(Order(sweep, tmp_path, "numpy"), points, missing) == pytest.approx(4.0 / 2 * (6 + 12))
    assert computed == [Item((2, 3), range(1, 2))] * 2  # the first compiles
    assert forecast._seconds(Order(sweep, tmp_path, "numpy"), points, []) == 0.0


def test_replicates_take_memory_for_one_group_of_rows_only_and_threads_for_what_they_work_on(monkeypatch):
    monkeypatch.setattr(estimate, "_seconds", lambda _piece, _engine: 1.0)
    many, more = (estimate.needs(job(firms=100, months=12), count)[1] for count in (10**5, 10**6))
    assert many == more
    asked = []
    monkeypatch.setattr(memory, "needed", lambda _lanes, *others: asked.append(others) or 0.0)
    estimate.needs(job(firms=100, months=12, threads=3), 1)
    assert asked == [("compiled", 3)]


def test_the_memory_of_a_run_is_that_of_packages_of_a_replicate_and_of_rows_that_are_written_at_once(monkeypatch):
    monkeypatch.setattr(estimate, "_seconds", lambda _piece, _engine: 1.0)
    monkeypatch.setattr(memory, "needed", lambda *_: 3e8)
    asked = job(firms=100, months=12)
    rows, layout = asked.layout.rows, asked.layout
    table = tidy(np.zeros((1, len(layout.months), len(layout.columns))), [0], layout)
    assert 2 * table.nbytes / rows == pytest.approx(estimate.BYTES_PER_ROW, rel=0.25)
    for replicates, group, at_once in ((0, 10**6, rows), (3, 10**6, 3 * rows), (3, 2 * rows, 2 * rows), (3, 1, rows)):
        monkeypatch.setattr(estimate, "ROWS_PER_GROUP", group)
        expected = estimate.BYTES_OF_PACKAGES + 3e8 + estimate.BYTES_PER_ROW * at_once
        assert estimate.needs(asked, replicates)[1] == pytest.approx(expected)


def test_a_forecast_tells_what_is_kept_and_shares_the_time_among_workers(tmp_path, monkeypatch):
    """As far as there are items for them."""
    file = written(tmp_path)
    order = Order(read(file), tmp_path / "sweep", "numpy")
    monkeypatch.setattr(forecast, "_seconds", lambda *_: 14400.0)
    said = "\n".join(forecast.dry_run(order, 2))
    assert "0 runs kept, 24 to compute in 1 item\n" in said
    assert f"about {duration(14400.0)} with 2 workers" in said
    with monkeypatch.context() as patched:
        patched.setattr(forecast, "items", lambda *given: [Item((n,), given[2]) for n in given[1]])
        assert f"about {duration(7200.0)} with 2 workers" in "\n".join(forecast.dry_run(order, 2))
    carried_out(file, tmp_path / "sweep")
    assert "24 runs kept, 0 to compute in 0 items" in "\n".join(forecast.dry_run(order, 2))


def test_a_forecast_counts_the_items_of_all_batches(tmp_path, monkeypatch):
    file = written(tmp_path)
    rule = 'batch = 8\nmost = 24\noutcome = "public_at_end"\nhalf_width = 1e-9\n'
    file.write_text(file.read_text().replace("number = 4\n", rule))
    order = Order(read(file), tmp_path / "sweep", "numpy")
    monkeypatch.setattr(forecast, "_seconds", lambda *_: 1.0)
    (line,) = (each for each in forecast.dry_run(order, 1) if each.startswith("state"))
    carried_out(file, order.path)
    kept = len(list((order.path / "parts").iterdir()))
    assert kept > 1
    assert line.endswith(f"0 runs kept, {24 * 6} to compute in {kept} items at most")


FIRMS = """
[base]
scenario = "baseline"

[design]
kind = "grid"

[vary."run.firms"]
role = "counterfactual"
values = [200, 2_000_000]

[vary."cost.public_price"]
role = "counterfactual"
values = [91.0, 92.0, 93.0, 94.0, 95.0, 96.0]

[replicates]
number = 4

[record]
outcomes = ["share.firms.public"]

[reduce.public]
outcome = "share.firms.public"
take = "final"
"""


def test_a_sweep_over_the_number_of_firms_is_cut_and_foreseen_by_what_each_point_has(tmp_path, monkeypatch):
    file = tmp_path / "firms.toml"
    file.write_text(FIRMS, encoding="utf-8")
    order = Order(read(file), tmp_path, "numpy")
    points = dict(enumerate(design_points(order.sweep), start=1))
    few, many = ([n for n, values in points.items() if values["run.firms"] == firms] for firms in (200, 2_000_000))
    missing = items(order.sweep, points, range(4), {})
    assert {item.points for item in missing} == {tuple(few), *(tuple(many[n : n + 2]) for n in (0, 2, 4))}
    largest = memory.needed([load("baseline", ["run.firms=2000000"])] * 2, "numpy", 1)
    around = estimate.BYTES_OF_PACKAGES + 3 * MOST_BYTES
    assert forecast._bytes(order, points, missing, 1) == pytest.approx(around + largest)
    clock = iter([10.0, 11.0])
    monkeypatch.setattr(forecast, "compute", lambda _task: None)
    monkeypatch.setattr(forecast.time, "perf_counter", lambda: next(clock))
    in_all = 4 * 6 * (200 + 2_000_000) / (6 * 200)
    assert forecast._seconds(order, points, missing) == pytest.approx(in_all)


def test_the_memory_of_a_sweep_is_that_of_all_its_processes(tmp_path):
    order, missing = Order(read(written(tmp_path)), tmp_path, "numpy"), [Item((1, 2), range(3))]
    points = dict(enumerate(design_points(order.sweep), start=1))
    alone, two, three = (forecast._bytes(order, points, missing, workers) for workers in (1, 2, 3))
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
