"""Sweeps: every run is the run of its scenario, whoever computes it and however it is cut; folders only grow."""

import dataclasses
import json
import math
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.stats
import small_sweeps
from small_sweeps import POINTS, carried_out, parts, written

import sim
from sim.engines import simulate
from sim.experiments import identity, runner
from sim.experiments.results import load_results
from sim.experiments.sweeps import asking, computing, items, rounds
from sim.experiments.sweeps.carrying_out import Order, carry_out, chosen_points
from sim.experiments.sweeps.executors import executors
from sim.experiments.sweeps.file import read
from sim.experiments.sweeps.folder import SweepFolder
from sim.experiments.sweeps.points import point_scenario
from sim.experiments.sweeps.rounds import half_widths, outcome_by_point, standing
from sim.experiments.sweeps.sampling import design_points
from sim.experiments.sweeps.sweep import Replicates
from sim.model.errors import BadInput
from sim.model.outcome_table import columns
from sim.report.sweeps.plot import plot
from sim.report.sweeps.status import status, status_lines

looked = SweepFolder.looked

RUNS = small_sweeps.POINTS * small_sweeps.REPLICATES


@pytest.fixture
def small_items(monkeypatch):
    """Items of two points and two replicates."""
    for name in ("LANES", "MOST_LANES", "ITEMS", "LEAST_DECISIONS", "MOST_DECISIONS"):
        monkeypatch.setattr(items, name, getattr(items, name))
    small_sweeps.cut_small()


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """File and folder of a small sweep."""
    folder = tmp_path_factory.mktemp("done")
    file = written(folder)
    ending = carried_out(file, folder / "sweep")
    assert (ending.kept, ending.computed, ending.failed) == (RUNS, RUNS, 0)
    return file, folder / "sweep"



def test_every_run_is_the_run_of_its_scenario(done):
    file, path = done
    sweep, frame = read(file), load_results(path, series=True)
    assert len(frame) == RUNS * 3
    for point, values in enumerate(design_points(sweep), start=1):
        scenario = point_scenario(sweep, values)
        places = {column: n for n, column in enumerate(columns(each.name for each in scenario.policies))}
        for replicate in range(small_sweeps.REPLICATES):
            alone = simulate(scenario, replicate, "compiled")
            rows = frame[(frame["point"] == point) & (frame["replicate"] == replicate)]
            assert rows["month"].tolist() == [0, 2, 4]
            assert all((rows[key] == value).all() for key, value in values.items())
            for outcome, group in sweep.record:
                name = outcome if group == "total" else f"{outcome}[{group}]"
                assert rows[name].tolist() == alone.values[[0, 2, 4], places[outcome, group]].tolist()


def test_reductions_look_at_every_month(tmp_path):
    reduce = """
[reduce.peak]
outcome = "price"
take = "peak"
[reduce.then]
outcome = "share.firms.public"
take = "at"
date = "2026-03"
[reduce.sum]
outcome = "incidents"
take = "cumulative"
[reduce.risen]
outcome = "price"
take = "time-to"
above = 1e6
[reduce.fallen]
outcome = "price"
take = "time-to"
below = 100
"""
    file = tmp_path / "sums.toml"
    file.write_text(small_sweeps.text(months=6).partition("[reduce.")[0] + reduce)
    carried_out(file, tmp_path / "sweep")
    sweep, frame = read(file), load_results(tmp_path / "sweep")
    for point, values in enumerate(design_points(sweep), start=1):
        scenario = point_scenario(sweep, values)
        places = {column: n for n, column in enumerate(columns(each.name for each in scenario.policies))}
        series = simulate(scenario, 1, "numpy").values.T
        row = frame[(frame["point"] == point) & (frame["replicate"] == 1)].iloc[0]
        price = series[places["price", "total"]]
        assert row["peak"] == price.max()
        assert row["then"] == series[places["share.firms.public", "total"]][3]
        assert row["sum"] == series[places["incidents", "total"]][1:].sum()
        assert math.isnan(row["risen"])
        assert row["fallen"] == np.flatnonzero(price <= 100)[0]


@pytest.mark.usefixtures("small_items")
@pytest.mark.parametrize("workers", [2, 3])
def test_workers_change_no_byte(workers, done, tmp_path):
    file, _ = done
    alone = carried_out(file, tmp_path / "alone")
    together = sim.sweep(file, out=tmp_path / "together", workers=workers)
    assert together.computed == alone.computed == RUNS
    frames = [load_results(tmp_path / name, series=True) for name in ("alone", "together")]
    assert frames[0].equals(frames[1])


def test_only_replicates_that_are_missing_between_others_are_computed(done):
    sweep = read(done[0])
    points = dict(enumerate(design_points(sweep), start=1))
    missing = items.items(sweep, points, range(4), {1: [range(1), range(2, 4)], 2: [range(4)]})
    assert {(each.points, each.replicates) for each in missing} == {((1,), range(1, 2)), ((3, 4, 5, 6), range(4))}


@pytest.mark.usefixtures("small_items")
def test_blocks_change_no_result(done, tmp_path):
    file, path = done
    carried_out(file, tmp_path / "cut")
    assert len(parts(tmp_path / "cut")) == 6
    assert len(parts(path)) == 1
    for series in (False, True):
        assert load_results(tmp_path / "cut", series=series).equals(load_results(path, series=series))


@pytest.mark.usefixtures("small_items")
def test_more_replicates_and_more_points_run_only_what_is_new(done, tmp_path):
    small, _ = done
    carried_out(small, tmp_path / "sweep")
    before = parts(tmp_path / "sweep")
    grown = written(tmp_path / "a", replicates=7)
    assert carried_out(grown, tmp_path / "sweep").computed == 3 * small_sweeps.POINTS
    grown = written(tmp_path / "b", replicates=7, rates="0.1, 0.2, 0.3, 0.5")
    assert carried_out(grown, tmp_path / "sweep").computed == 7 * 2
    assert before.items() <= parts(tmp_path / "sweep").items()
    assert carried_out(grown, tmp_path / "sweep").computed == 0
    frame, at_once = load_results(tmp_path / "sweep"), tmp_path / "at once"
    carried_out(grown, at_once)
    by = ["policy.subsidy.rate", "market.pass_through", "replicate"]
    both = [each.drop(columns="point").sort_values(by, ignore_index=True) for each in (frame, load_results(at_once))]
    assert both[0].equals(both[1])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"firms": 61}, "base scenario run firms: 60 there, 61 now"),
        ({"rates": "0.1, 0.3"}, "2 points that this sweep file no longer has"),
    ],
)
def test_a_changed_sweep_is_refused_on_its_old_folder(settings, said, done, tmp_path):
    _, path = done
    before = parts(path)
    with pytest.raises(BadInput, match=said) as refused:
        carried_out(written(tmp_path, **settings), path)
    assert "Allowed in one folder: " in str(refused.value)
    assert parts(path) == before


def test_of_many_differences_to_an_older_sweep_some_are_told_and_the_others_counted(done, tmp_path, monkeypatch):
    file, said = written(tmp_path, firms=61, months=6, rates="0.1, 0.3, 0.5"), []
    for shown in (100, 1):
        monkeypatch.setattr(asking, "SHOWN", shown)
        with pytest.raises(BadInput, match="differs from this one") as refused:
            carried_out(file, done[1])
        said.append(str(refused.value))
    every = said[0].count(" there, ")
    assert every > 1
    assert said[1].count(" there, ") == 1
    assert f" now; and {every - 1} more. Allowed" in said[1]


def test_another_way_to_sum_runs_up_is_refused_on_an_old_folder(done, monkeypatch):
    file, path = done
    monkeypatch.setattr(identity, "source_version", lambda name: f"another {name}")
    with pytest.raises(BadInput, match=r"program of reduce: .* there, .*another experiments/sweeps/summing_up\.py"):
        carried_out(file, path)


def test_a_policy_that_only_points_have_is_the_same_in_one_folder(tmp_path):
    """Dated after the run of the base scenario, which knows nothing of it."""
    text = small_sweeps.text().replace('"policy.subsidy.start" = 1', '"policy.subsidy.cap" = {}')
    text = text.replace("subsidy.rate", "subsidy.start").replace("0.1, 0.3, 0.5", '"2026-02"')
    file = tmp_path / "late.toml"
    file.write_text(text.replace("{}", "60000"))
    assert carried_out(file, tmp_path / "sweep").failed == 0
    file.write_text(text.replace("{}", "70000"))
    with pytest.raises(BadInput, match=r"left out policy subsidy cap: 60,?000\S* there, 70,?000\S* now"):
        carried_out(file, tmp_path / "sweep")


def test_another_version_of_the_model_is_refused_on_an_old_folder(done, monkeypatch):
    file, path = done
    monkeypatch.setattr(identity, "model_version", lambda: "0.1.0+changed")
    with pytest.raises(BadInput, match=r"model version: .* now"):
        carried_out(file, path)


def test_a_worker_with_another_version_of_the_model_is_refused(done, tmp_path, monkeypatch):
    file, _ = done
    monkeypatch.setattr(computing, "model_version", lambda: "0.1.0+older")
    with pytest.raises(BadInput, match="Install the same version for all workers"):
        carried_out(file, tmp_path / "sweep")


def test_two_processes_exclude_each_other(done):
    file, path = done
    with SweepFolder(path).held(), pytest.raises(BadInput, match="Another process is computing this sweep"):
        carried_out(file, path)


def test_a_folder_that_is_free_says_so(done):
    _, path = done
    assert SweepFolder(path).is_free()
    with SweepFolder(path).held():
        assert not SweepFolder(path).is_free()


def test_a_point_that_is_no_scenario_becomes_rows_and_the_rest_goes_on(tmp_path):
    file = tmp_path / "fails.toml"
    text = small_sweeps.text().replace('[vary."market.pass_through"]', '[vary."choice.taste_provider"]')
    file.write_text(text.replace("values = [0.1, 0.2]", "values = [0, 5]").replace("counterfactual", "uncertain"))
    ending = carried_out(file, tmp_path / "sweep")
    assert (ending.kept, ending.failed) == (RUNS, RUNS // 2)
    frame = load_results(tmp_path / "sweep")
    failed = frame[frame["stage"].notna()]
    assert set(failed["choice.taste_provider"]) == {0}
    assert set(failed["stage"]) == {"scenario"}
    assert failed["message"].str.contains("several providers: nothing then splits customers").all()
    assert not failed["message"].str.contains(str(tmp_path)).any()
    assert failed["public_at_end"].isna().all()
    assert frame[frame["stage"].isna()]["public_at_end"].notna().all()
    assert len(load_results(tmp_path / "sweep", series=True)) == RUNS // 2 * 3
    again = carried_out(file, tmp_path / "sweep")
    assert (again.computed, again.failed) == (0, RUNS // 2), "none is computed again, and none forgotten"


def test_a_run_that_raises_spoils_no_other(done, tmp_path, monkeypatch):
    file, path = done
    real = computing.simulate_lanes

    def faulty(lanes, replicate, engine, every, on_month):
        if replicate == 1 and any(lane.policies[0].fields["rate"] == 0.3 for lane in lanes):
            on_month(2)
            raise FloatingPointError("a planted fault")
        return real(lanes, replicate, engine, every, on_month)

    monkeypatch.setattr(computing, "simulate_lanes", faulty)
    ending = carried_out(file, tmp_path / "sweep")
    assert ending.failed == 2
    failed = looked(tmp_path / "sweep").failures()
    assert [each["replicate"] for each in failed] == [1, 1]
    assert {each["stage"] for each in failed} == {"after month 2"}
    assert {each["message"] for each in failed} == {"FloatingPointError: a planted fault"}
    frame, sound = load_results(tmp_path / "sweep"), load_results(path)
    good = frame["stage"].isna()
    assert frame[good].drop(columns=["stage", "message"]).equals(sound[good].drop(columns=["stage", "message"]))


RULE = """\
batch = 8
most = 32
outcome = "public_at_end"
half_width = {width}
"""


def ruled(folder, width: float, more: str = ""):
    path = written(folder, firms=200, months=36)
    path.write_text(path.read_text().replace("number = 4\n", RULE.format(width=width) + more))
    return path


def test_a_point_gets_batches_until_its_interval_is_narrow(tmp_path):
    file = ruled(tmp_path, 0.02)
    carried_out(file, tmp_path / "sweep")
    rule, series = read(file).replicates, outcome_by_point(looked(tmp_path / "sweep"), "public_at_end")
    counts = {point: len(values) for point, values in series.items()}
    assert set(counts.values()) <= {8, 16, 24, 32}
    assert len(set(counts.values())) > 1
    for point, count in counts.items():
        assert count == 32 or half_widths(series, rule)[point] <= 0.02
        assert all(half_widths(series, rule, fewer)[point] > 0.02 for fewer in range(8, count, 8))
    found = standing(rule, list(counts), looked(tmp_path / "sweep"))
    assert sorted(found.narrow) == sorted(set(counts) - set(found.at_most))
    assert found.at_most == [point for point in counts if half_widths(series, rule)[point] > 0.02]
    assert (found.going, found.empty, found.missing) == ([], [], 0)
    assert carried_out(file, tmp_path / "sweep").computed == 0


@pytest.mark.usefixtures("small_items")
def test_how_far_a_rule_is_is_told_point_by_point(tmp_path):
    """Two points are through while the others have not begun; what is computed next is what is missing at least."""
    file = ruled(tmp_path, 0.9)
    carried_out(file, tmp_path / "sweep")
    for part in (tmp_path / "sweep" / "parts").iterdir():
        if not part.name.startswith("points-000001-000002"):
            part.unlink()
    rule, numbers = read(file).replicates, list(range(1, POINTS + 1))
    found = standing(rule, numbers, looked(tmp_path / "sweep"))
    assert (found.narrow, found.going, found.missing) == ([1, 2], numbers[2:], 8 * len(numbers[2:]))
    assert carried_out(file, tmp_path / "sweep").computed == found.missing


def test_points_without_a_value_go_on_and_are_counted_apart(tmp_path):
    """A share that no run reaches: the first batch cannot tell how rarely one does, and nothing is narrow."""
    file = ruled(tmp_path, 0.9, '[reduce.never]\noutcome = "share.aware"\ntake = "time-to"\nabove = 0.9999\n')
    file.write_text(file.read_text().replace('outcome = "public_at_end"', 'outcome = "never"'))
    assert carried_out(file, tmp_path / "sweep").computed == 32 * POINTS
    found = status(looked(tmp_path / "sweep"))
    rule = found["replicates"]
    assert (rule["narrow"], rule["at_most"], rule["without a value"], rule["going"]) == (0, 0, POINTS, 0)
    assert f"in no run with a value {POINTS}, still going 0" in "\n".join(status_lines(found))
    assert found["state"] == "complete"


def test_half_an_interval_is_of_the_runs_that_have_a_value():
    """Of 1, 2, 4: t of 2 degrees of freedom 4.302653 times √(7/9); wide with one or none."""
    nan = math.nan
    series = {each: np.array(values) for each, values in enumerate(
        ([nan, 1.0, 2.0, 4.0, nan], [nan, nan, 5.0, nan, nan], [nan] * 5, [1.0, 1.0, 2.0, nan, 7.0])
    )}  # fmt: skip
    by_hand = 4.302652729911275 * math.sqrt(7 / 9)
    assert half_widths(series, Replicates(None)) == pytest.approx({
        0: by_hand, 1: math.inf, 2: math.inf, 3: scipy.stats.t.ppf(0.975, 3) * math.sqrt((4 * 55 - 121) / 48)
    }, nan_ok=True)
    paired = half_widths(series, Replicates(None, reference=3), 4)
    assert paired[3] == pytest.approx(4.302652729911275 * math.sqrt(1 / 9)), "of the reference itself its own"
    assert (paired[0], paired[1]) == (pytest.approx(0.0), math.inf), "differences 0 and 0; one is left"
    assert np.isnan(half_widths(series, Replicates(None, reference=9))[0]), "all runs of the reference failed"


def test_replicates_keep_their_places_where_earlier_ones_are_missing(tmp_path):
    file = ruled(tmp_path, 1e-9)
    carried_out(file, tmp_path / "sweep")
    whole = outcome_by_point(looked(tmp_path / "sweep"), "public_at_end")
    for path in (tmp_path / "sweep" / "parts").glob("*.replicates-000000-*"):
        path.unlink()
    rest = outcome_by_point(looked(tmp_path / "sweep"), "public_at_end")
    for point, values in rest.items():
        gone = np.isnan(values)
        assert gone[0]
        assert 0 < gone.sum() < len(values) == len(whole[point])
        assert (values[~gone] == whole[point][~gone]).all()


def test_paired_differences_to_the_base_scenario_need_fewer(tmp_path):
    alone, paired = ruled(tmp_path / "a", 0.01), ruled(tmp_path / "b", 0.01, 'reference = "base"\n')
    counts = []
    for file in (alone, paired):
        carried_out(file, file.parent / "sweep")
        series = outcome_by_point(looked(file.parent / "sweep"), "public_at_end")
        counts.append({point: len(values) for point, values in series.items()})
    assert set(counts[1]) == {0, *counts[0]}
    assert counts[1][0] == max(counts[1].values())
    assert sum(counts[1].values()) < sum(counts[0].values())
    frame = load_results(tmp_path / "b" / "sweep")
    assert frame[frame["point"] == 0]["policy.subsidy.rate"].isna().all()


def test_only_so_many_points_where_it_is_said(done, tmp_path):
    file, path = done
    assert carried_out(file, tmp_path / "sweep", limit=2).kept == 2 * small_sweeps.REPLICATES
    assert carried_out(file, tmp_path / "sweep").computed == 4 * small_sweeps.REPLICATES
    assert load_results(tmp_path / "sweep").equals(load_results(path))


def test_there_must_be_something_to_go_on_with(done, tmp_path):
    file, path = done
    with pytest.raises(BadInput, match=r"no sweep in .* to go on with"):
        carried_out(file, tmp_path / "sweep", resume=True)
    assert not (tmp_path / "sweep").exists()
    assert carried_out(file, path, resume=True).computed == 0


def test_points_that_make_other_populations_run_in_blocks_of_their_own(tmp_path):
    file = tmp_path / "shared.toml"
    text = small_sweeps.text().replace('[vary."market.pass_through"]', '[vary."network.partners"]')
    file.write_text(text.replace("values = [0.1, 0.2]", "values = [4, 8]"))
    carried_out(file, tmp_path / "sweep")
    sweep = read(file)
    held = looked(tmp_path / "sweep")
    assert sorted(item.points for item in held.parts.values()) == [(1, 3, 5), (2, 4, 6)]
    frame = load_results(tmp_path / "sweep")
    assert frame["point"].tolist() == sorted(frame["point"])
    last = simulate(point_scenario(sweep, design_points(sweep)[5]), 3, "numpy")
    place = columns(["subsidy"]).index(("share.firms.public", "total"))
    assert frame["public_at_end"].iloc[-1] == last.values[-1, place]


@pytest.mark.usefixtures("small_items")
def test_a_torn_part_counts_for_nothing(done, tmp_path):
    file, _ = done
    carried_out(file, tmp_path / "sweep")
    whole = parts(tmp_path / "sweep")
    for n, (name, content) in enumerate(whole.items()):
        middle = bytearray(content)
        middle[200:260] = bytes(60)
        torn = (content[: len(content) // 2], b"", content[:-1], bytes(len(content)), bytes(middle), content)[n]
        (tmp_path / "sweep" / "parts" / name).write_bytes(torn)
    (tmp_path / "sweep" / "parts" / "points-000009-000009.replicates-000000-000001.parquet").write_bytes(content)
    assert carried_out(file, tmp_path / "sweep").computed == 5 * 4
    assert parts(tmp_path / "sweep") == whole


def test_the_manifest_says_what_was_asked_and_how_far_it_is(done):
    file, path = done
    found = json.loads((path / "manifest.json").read_text())
    assert found["status"] == "finished"
    assert (found["runs"], found["points"]) == (RUNS, small_sweeps.POINTS)
    assert found["asked"]["model version"] == identity.model_version()
    assert (path / "sweep.toml").read_text() == file.read_text()


def test_the_engine_changes_nothing(done, tmp_path):
    file, path = done
    order = Order(read(file), tmp_path / "sweep", "mesa", limit=2)
    carry_out(order, executors(1, None), lambda _done, _wanted: None)
    some = load_results(tmp_path / "sweep")
    assert some.equals(load_results(path).head(len(some)))


def test_a_scenario_from_python_is_the_one_of_the_command_line(tmp_path):
    scenario = sim.load_scenario("baseline", {"run.firms": 60, "run.replicates": 2, "cost.public_price[micro]": 90})
    assert scenario.values["cost.public_price"][0] == 90
    folder = sim.simulate(dataclasses.replace(scenario, run=dataclasses.replace(scenario.run, months=3)), out=tmp_path)
    frame = load_results(folder, outcomes=["price"])
    assert frame["month"].tolist() == [0, 1, 2, 3] * 2
    with pytest.raises(BadInput, match="this is no setting"):
        sim.load_scenario("baseline", {"price": 3})


def test_settings_may_be_numbers_of_numpy_and_tuples():
    given = {"run.firms": np.int64(50), "cost.public_price": np.float64(90.0), "market.shares": (0.5, 0.3, 0.2)}
    assert sim.load_scenario("subsidy", given) == sim.load_scenario(
        "subsidy", {"run.firms": 50, "cost.public_price": 90.0, "market.shares": [0.5, 0.3, 0.2]}
    )
    assert "load_scenario" in dir(sim)


def test_a_policy_that_a_point_dates_after_the_run_has_spent_nothing(tmp_path):
    text = small_sweeps.text(months=24).replace('[vary."market.pass_through"]', '[vary."policy.subsidy.start"]')
    text = text.replace("values = [0.1, 0.2]", 'values = ["2026-02", "2027-12"]')
    text = text.replace('"spent"', '"spent[policy.subsidy]"')
    file = tmp_path / "late.toml"
    file.write_text(text.replace('"policy.subsidy.start" = 1', '"policy.subsidy.end" = "2028-12"'))
    carried_out(file, tmp_path / "sweep")
    frame = load_results(tmp_path / "sweep", series=True)
    spent = frame[frame["month"] == 24].groupby("policy.subsidy.start")["spent[policy.subsidy]"].sum()
    assert spent["2027-12"] == 0 < spent["2026-02"]


def test_a_point_can_be_the_reference(tmp_path):
    file = ruled(tmp_path, 0.01, "reference = 1\n")
    carried_out(file, tmp_path / "sweep", limit=3)
    series = outcome_by_point(looked(tmp_path / "sweep"), "public_at_end")
    widths = half_widths(series, read(file).replicates)
    differences = series[2] - series[1][: len(series[2])]
    spread = differences.std(ddof=1) / math.sqrt(len(differences))
    assert widths[2] == pytest.approx(scipy.stats.t.ppf(0.975, len(differences) - 1) * spread)
    assert widths[2] < half_widths({2: series[2]}, dataclasses.replace(read(file).replicates, reference=None))[2]


def test_a_reference_beyond_the_first_points_keeps_its_values(tmp_path):
    order = Order(read(ruled(tmp_path, 0.02, "reference = 5\n")), tmp_path, limit=2)
    points = dict(enumerate(design_points(order.sweep), start=1))
    assert chosen_points(order, points) == {number: points[number] for number in (1, 2, 5)}


def test_a_reference_is_one_of_the_points(tmp_path):
    last = small_sweeps.POINTS
    assert read(ruled(tmp_path, 0.01, f"reference = {last}\n")).replicates.reference == last
    for point in (0, last + 1):
        with pytest.raises(BadInput, match=f"there is no point {point}"):
            read(ruled(tmp_path, 0.01, f"reference = {point}\n"))


def test_the_folder_of_a_run_is_refused(done, tmp_path):
    file, _ = done
    scenario = sim.load_scenario("baseline", {"run.firms": 40, "run.months": 2, "run.replicates": 1})
    folder = sim.simulate(scenario, engine="numpy", out=tmp_path)
    with pytest.raises(BadInput, match="is of a run"):
        carried_out(file, folder)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"engine": "Mesa"}, "engine, 'Mesa'.* Allowed: auto, numpy, compiled, mesa"),
        ({"workers": 0}, "workers, 0.* Allowed: whole numbers from 1 to 1,024"), ({"workers": 2.5}, "workers, 2.5"),
        ({"workers": True}, "workers, True"), ({"workers": 100_000}, "workers, 100000"),
        ({"limit": -3}, "limit, -3"), ({"limit": 0}, "limit, 0.* Allowed: whole numbers from 1 on"),
        ({"progress": None}, "progress, None.* Allowed: a function.* Or leave it out"),
        ({"out": ""}, "out, ''.* Allowed: the path"),
    ],
)  # fmt: skip
def test_what_python_hands_over_is_checked(given, said, tmp_path):
    file = small_sweeps.written(tmp_path)
    with pytest.raises(BadInput, match=said):
        sim.sweep(file, **({"out": tmp_path / "sweep"} | given))
    assert not (tmp_path / "sweep").exists()


def test_a_reduction_is_no_recorded_outcome(done):
    _, out = done
    with pytest.raises(BadInput, match=r"outcome public_at_end: it is a reduction.*comes without `outcomes`"):
        load_results(out, outcomes=["public_at_end"])


def test_a_recorded_outcome_that_shares_its_name_with_a_reduction_has_its_course(tmp_path):
    file = small_sweeps.written(tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("reduce.peak_price", "reduce.price"), encoding="utf-8")
    out = sim.sweep(file, out=tmp_path / "sweep", workers=1, limit=1).path
    course, peak = load_results(out, series=True, outcomes=["price"]), load_results(out)["price"]
    assert course.groupby("replicate")["price"].max().tolist() == peak.tolist()
    assert plot(out, "price", [], None, tmp_path)


def test_python_is_warned_of_replicates_that_failed(tmp_path, monkeypatch):
    def broken(scenario, replicate, *others):
        if replicate in failing:
            raise MemoryError("no room")
        return simulate(scenario, replicate, *others)

    monkeypatch.setattr(runner, "simulate", broken)
    scenario = sim.load_scenario("baseline", {"run.firms": 40, "run.months": 2, "run.replicates": 7})
    failing = range(7)
    with pytest.raises(RuntimeError, match=r"^7 of 7 replicates failed, numbers 0, 1, 2, 3, 4, \.\.\.; 0 are kept"):
        sim.simulate(scenario, engine="numpy", out=tmp_path)
    (folder,) = tmp_path.glob("baseline/*")
    unfinished = r"a run that is not finished: 0 of 7 replicates are kept \(first failure: MemoryError: no room\)"
    with pytest.raises(BadInput, match=unfinished):
        sim.load_results(folder)
    with pytest.raises(BadInput, match=f"no sweep itself. Allowed: folders in it, {folder.name}. Name one"):
        sim.load_results(folder.parent)
    failing = (1, 3)
    said = r"^2 of 7 replicates failed, numbers 1, 3; 5 are kept\. The first: start: MemoryError: no room\. "
    with pytest.warns(RuntimeWarning, match=said):
        assert sim.simulate(scenario, engine="numpy", out=tmp_path) == folder
    assert set(sim.load_results(folder)["replicate"]) == {0, 2, 4, 5, 6}
    failing = ()
    assert sim.simulate(scenario, engine="numpy", out=tmp_path) == folder
    assert set(sim.load_results(folder)["replicate"]) == set(range(7))


def test_no_engine_of_another_name_runs(tmp_path):
    with pytest.raises(BadInput, match="engine, 'fast'"):
        sim.simulate(sim.load_scenario("baseline"), engine="fast", out=tmp_path)
    with pytest.raises(BadInput, match="engine, 'nmpy'"):
        simulate(sim.load_scenario("baseline"), 0, "nmpy")
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("small_items")
@pytest.mark.parametrize("gone", ["", "replicates-000007"])
def test_a_status_is_told_before_the_reference_is_there(tmp_path, gone):
    """Points are computed in order: those before the reference have runs while it has fewer, or none."""
    file = ruled(tmp_path, 0.9, f"reference = {POINTS}\n")
    carried_out(file, tmp_path / "sweep")
    for part in (tmp_path / "sweep" / "parts").iterdir():
        if part.name.startswith("points-000005-000006") and gone in part.name:
            part.unlink()
    assert status(looked(tmp_path / "sweep"))["replicates"]["going"] == POINTS - 1


def standing_of(monkeypatch, done, series, points, **settings):
    rule = Replicates(None, **({"batch": 2, "most": 4, "outcome": "x", "half_width": 1.0} | settings))
    monkeypatch.setattr(rounds, "outcome_by_point", lambda *_: {n: np.array(v) for n, v in series.items()})
    return rounds.standing(rule, points, SimpleNamespace(done=lambda: done))


def test_runs_of_a_reference_that_are_missing_hold_all_points_up_and_count_once(monkeypatch):
    nan, both = np.nan, [range(2)]
    found = standing_of(
        monkeypatch, {0: [range(1, 2)], 1: both, 2: both}, {0: [nan, 1.0], 1: [1.0, 2.0], 2: [1.0, 1.0]}, [0, 1, 2],
        reference="base",
    )
    assert found == rounds.Standing([], [], [], [1, 2], 1)


def test_a_point_all_of_whose_runs_failed_is_empty_and_a_width_that_is_met_is_narrow(monkeypatch):
    exact = rounds.half_widths({1: np.array([0.0, 2.0])}, Replicates(None))[1]
    done = {1: [range(2)], 2: [range(2)]}
    found = standing_of(monkeypatch, done, {1: [0.0, 2.0]}, [1, 2], half_width=exact)
    assert found == rounds.Standing([1], [], [2], [], 0)
    rule = Replicates(None, 2, 4, "x", exact)
    assert rounds.wide([1, 2], {1: np.array([0.0, 2.0])}, rule, 2) == []


def test_a_point_that_has_its_first_values_late_is_not_empty(monkeypatch):
    """Its last batch has some, and they lie too far apart."""
    late = [np.nan, np.nan, 1.0, 5.0]
    assert standing_of(monkeypatch, {1: [range(4)]}, {1: late}, [1]) == rounds.Standing([], [1], [], [], 0)


@pytest.mark.usefixtures("small_items")
@pytest.mark.parametrize(("reference", "beside"), [('"base"', " and the base scenario"), ("1", "")])
def test_status_counts_the_points_of_the_design(tmp_path, reference, beside):
    carried_out(ruled(tmp_path, 0.9, f"reference = {reference}\n"), tmp_path / "sweep")
    found = status(looked(tmp_path / "sweep"))
    assert found["points"] == POINTS
    lines = status_lines(found)
    (line,) = (each for each in lines if each.startswith("design"))
    assert line.endswith(f"grid, {POINTS} points{beside}")
    assert "in no run with a value" not in "\n".join(lines)
