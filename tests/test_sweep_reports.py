"""What is said, exported and drawn of a sweep, all of one small sweep some of whose runs fail."""

import csv
import dataclasses
import hashlib
import io
import json
import logging
import math
import re
import shutil
import struct
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from scipy import stats

import sim
from sim import cli
from sim.experiments import identity
from sim.experiments.paired import t_interval
from sim.experiments.results import load_results
from sim.experiments.sweeps.folder import SweepFolder
from sim.model.errors import BadInput
from sim.model.outcome_table import OUTCOMES
from sim.model.scenario import load
from sim.report import style
from sim.report.sweeps import charts, export, levels, plot, stata
from sim.report.sweeps.drawn import Drawn, _read, number_of_runs
from sim.report.sweeps.status import status, status_lines
from sim.report.sweeps.words import Words, outcome_words, quantity_words, reduction_words

looked = SweepFolder.looked

TEXT = """\
[about]
title = "Rate and start of a subsidy: 补贴"
question = "What does it keep?"

[base]
scenario = "subsidy"
set = {{ "run.firms" = 60, "run.months" = 6, "policy.subsidy.start" = "2026-02", "policy.subsidy.end" = "2026-05" }}

[design]
kind = "sobol"
points = {points}

[vary."policy.subsidy.rate"]
role = "counterfactual"
[vary."policy.subsidy.start"]                    # those that start after the end fail
role = "counterfactual"
range = ["2026-01", "2026-06"]
[vary."network.kind"]
role = "counterfactual"
values = ["ring", "random"]
[vary."security.loss"]
role = "uncertain"

[replicates]
{replicates}

[record]
outcomes = ["share.firms.public", "share.firms.public[micro]", "price", "spent", "spent[policy.subsidy]"]
every = 2

[reduce.public_at_end]
outcome = "share.firms.public"
take = "final"
[reduce.months_to_tenth]
outcome = "share.firms.public[micro]"
take = "time-to"
above = 0.1
[reduce.returned]
outcome = "returns"
take = "cumulative"
"""

POINTS, REPLICATES = 32, 3
RULE = 'batch = 8\nmost = 16\noutcome = "public_at_end"\nhalf_width = {}'


def written(folder, points=POINTS, replicates=f"number = {REPLICATES}"):
    path = folder / "subsidies.toml"
    path.write_text(TEXT.format(points=points, replicates=replicates), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """The folder of the sweep, which nobody changes."""
    folder = tmp_path_factory.mktemp("reports")
    return sim.sweep(written(folder), out=folder / "sweep", workers=1, engine="numpy").path


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory):
    """The same sweep with half of its points."""
    other = tmp_path_factory.mktemp("interrupted")
    return sim.sweep(written(other), out=other / "sweep", workers=1, engine="numpy", limit=POINTS // 2).path


def hashes(folder):
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in sorted(folder.iterdir())}


def run(*arguments) -> int:
    return cli.exit_code([str(each) for each in arguments])


# The state


def test_the_state_of_a_complete_sweep_says_what_it_is_and_what_failed(path, capsys):
    failed = load_results(path)["stage"].notna().sum()
    assert 0 < failed < POINTS * REPLICATES
    assert run("status", path) == 0
    text = capsys.readouterr().out
    for words in (
        "Rate and start of a subsidy: 补贴", "What does it keep?", "sobol, 32 points", "network.kind (counterfactual)",
        "complete: 96 runs kept", f"failed     {failed} runs:", f"  {failed} runs, first point",
        "scenario: point, policy.subsidy.start: the end lies before the start", identity.model_version(),
        f"`sim export {path} --format csv` writes a row with stage and message for each",
    ):  # fmt: skip
        assert words in text
    assert "go on" not in text


def test_the_state_as_json_is_that_of_the_folder(interrupted, capsys):
    assert run("status", interrupted, "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    kept = len(load_results(interrupted))
    assert found["state"] == "incomplete"
    assert found["runs"]["kept"] == kept == POINTS // 2 * REPLICATES
    assert found["runs"]["missing"] == POINTS * REPLICATES - kept
    assert found["size"]["parts"] == len(list(interrupted.glob("parts/*")))
    assert "go on" in "\n".join(status_lines(found))
    found["command"] = "sim sweep two.toml --workers 1 --limit 1 --out=two --every 5"
    (line,) = (line for line in status_lines(found) if line.startswith("go on"))
    assert f"sim sweep two.toml --workers 1 --every 5 --out {interrupted} " in line


def test_a_sweep_with_failures_says_how_to_list_them(tmp_path, capsys):
    assert run("sweep", written(tmp_path, 8, "number = 1"), "--out", tmp_path / "sweep", "--workers", 1) == 3
    assert f"failed; `sim export {tmp_path / 'sweep'} --format csv` lists every failure." in capsys.readouterr().err


def test_failures_for_reasons_that_are_not_named_are_counted(path):
    found = status(looked(path))
    assert not any("other reasons" in line for line in status_lines(found))
    found["runs"]["failed"] += 2
    assert any(line.endswith("  and 2 runs for other reasons") for line in status_lines(found))


def test_a_sweep_that_a_process_computes_is_said_to_be_computing(path):
    with SweepFolder(path).held():
        assert status(looked(path))["state"] == "computing"
    assert status(looked(path))["state"] == "complete"


def test_the_state_says_that_the_model_has_changed(path, monkeypatch):
    monkeypatch.setattr(identity, "model_version", lambda: "another")
    assert "can export and plot, not go on" in "\n".join(status_lines(status(looked(path))))


@pytest.mark.parametrize(
    ("rule", "runs", "expected", "words"),
    [
        (RULE.format(0.9) + '\nreference = "base"', 5 * 8, {"narrow": 4, "at_most": 0, "going": 0, "reference": "base"},
         ", less that of the base scenario, is ±0.9, at most 16; other points narrow enough 4"),
        (RULE.format(1e-12), 4 * 16, {"narrow": 0, "at_most": 4, "going": 0, "reference": None},
         " is ±1e-12, at most 16; points narrow enough 0"),
    ],
)  # fmt: skip
def test_a_stopping_rule_counts_its_points(tmp_path, rule, runs, expected, words):
    ending = sim.sweep(written(tmp_path, 4, rule), out=tmp_path / "sweep", workers=1, engine="numpy")
    found = status(looked(ending.path))
    assert {key: found["replicates"][key] for key in expected} == expected
    assert (found["state"], found["runs"]) == ("complete", {"kept": runs, "missing": 0, "failed": 0})
    assert words in "\n".join(status_lines(found))
    assert "money" not in str(found["quantities"])
    for part in (ending.path / "parts").glob("*replicates-000000*"):
        part.unlink()
    assert status(looked(ending.path))["replicates"]["going"] == 4
    assert "at least" in "\n".join(status_lines(status(looked(ending.path))))



@pytest.mark.parametrize("command", [["export", "--format", "csv"], ["plot", "--outcome", "price"]])
def test_what_is_said_of_a_sweep_is_of_the_runs_that_are_shown(path, tmp_path, command, monkeypatch):
    """While it computes there are more whenever its folder is looked at again."""
    looks, real = [], SweepFolder.look
    monkeypatch.setattr(SweepFolder, "look", lambda folder: (looks.append(folder), real(folder)))
    assert run(*command, "--out", tmp_path, path) == 0
    assert len(looks) == 1


@pytest.mark.parametrize("command", [["status"], ["export", "--format", "csv"], ["plot", "--outcome", "price"]])
def test_a_folder_without_a_sweep_is_refused(tmp_path, command, capsys):
    assert run(*command, tmp_path) == 2
    assert "holds no sweep" in capsys.readouterr().err
    (tmp_path / "outcomes.parquet").touch()
    assert run(*command, tmp_path) == 2
    assert "a single run, not a sweep" in capsys.readouterr().err


# Tables


@pytest.mark.parametrize(("form", "read"), [("csv", pd.read_csv), ("parquet", pd.read_parquet)])
def test_tables_read_back_are_the_results(path, tmp_path, form, read):
    runs, series, _ = export.export(path, form, tmp_path)
    for file, expected in ((runs, load_results(path)), (series, load_results(path, series=True))):
        found = read(file)
        texts = expected.select_dtypes(exclude="number").columns
        found[texts] = found[texts].astype(expected[texts].dtypes)
        pd.testing.assert_frame_equal(found, expected, check_exact=True, check_dtype=False)
    assert (load_results(path)["months_to_tenth"].isna() & load_results(path)["stage"].isna()).any()


def test_a_stata_file_has_the_results_under_legal_names_with_labels_and_dates(path, tmp_path):
    runs, series, codebook = export.export(path, "stata", tmp_path)
    book = pd.read_csv(codebook)
    for file, expected in ((runs, load_results(path)), (series, load_results(path, series=True))):
        names = book[book["table"] == file.stem].set_index("column")["variable"]
        found = pd.read_stata(file)
        assert list(found.columns) == names.tolist()
        assert all(re.fullmatch(r"[A-Za-z_]\w{0,31}", name) for name in names)
        for column in expected.select_dtypes("number").columns:
            np.testing.assert_array_equal(found[names[column]], expected[column])
        for column in {"date", "policy.subsidy.start"} & set(expected.columns):
            assert found[names[column]].dt.strftime("%Y-%m").tolist() == expected[column].tolist()
        with pd.io.stata.StataReader(file) as reader:
            labels = reader.variable_labels()
        assert all(labels[name].startswith(column[:80]) for column, name in names.items())
    failed = pd.read_stata(runs)["message"]
    assert failed.tolist() == load_results(path)["message"].fillna("").tolist()


def test_a_number_that_is_infinite_is_missing_for_stata():
    table = pa.table({"x": [1.5, float("inf"), float("-inf"), float("nan")]})
    stream = io.BytesIO()
    stata.write_stata(stream, export.Export("x", [Words("x", "x", "", "")], table.schema, iter([table]), []))
    found = pd.read_stata(io.BytesIO(stream.getvalue()))["x"]
    assert found.tolist() == pytest.approx([1.5, math.nan, math.nan, math.nan], nan_ok=True)


def test_names_for_stata_are_legal_and_all_different():
    long = "share.firms.any_cloud.of.medium.enterprises"
    names = stata.variable_names([f"{long}[a]", f"{long}[b]", f"{long}-c", "end", "str5", "1st", "a.b", "a-b"])
    assert len({*names}) == 8
    assert max(map(len, stata.variable_names([f"{long}{n}" for n in range(101)]))) == 32
    assert all(re.fullmatch(r"[A-Za-z_]\w{0,31}", name) for name in names)
    assert not stata.RESERVED & {*names, *stata.variable_names(stata.RESERVED)}
    frame = pd.DataFrame({name: [1.0] for name in stata.variable_names([*stata.RESERVED, long])})
    frame.to_stata("/dev/null", version=118)  # a name that pandas would change is a warning, which is an error here


def test_the_codebook_has_unit_and_meaning_of_every_column(path, tmp_path):
    runs, series, codebook = export.export(path, "csv", tmp_path)
    rows = list(csv.DictReader(codebook.read_text(encoding="utf-8").splitlines()))
    summed = {row["column"]: row["summed up"] for row in rows}
    assert summed["public_at_end"] == OUTCOMES["share.firms.public"].summed
    assert summed["point"] == ""
    for file in (runs, series):
        heading = next(csv.reader(file.read_text(encoding="utf-8").splitlines()))
        assert [row["column"] for row in rows if row["table"] == file.stem] == heading
    assert all(row["meaning"] for row in rows)
    units = {row["column"]: row["unit"] for row in rows}
    assert units["price"] == "CNY per seat-month, 2026 prices"
    assert units["months_to_tenth"] == "months"
    assert units["returned"] == "share of firms, summed over 6 months"
    assert units["security.loss"] == "CNY per seat and hit, 2026 prices"
    spent = outcome_words("spent", SweepFolder(path).manifest()).meaning
    assert spent == "Paid by all policies; national sum since the start."


@pytest.fixture(scope="module")
def cut_otherwise(path, tmp_path_factory):
    """Folders of the same sweep: by two workers, and with points and replicates that came later."""
    folder = tmp_path_factory.mktemp("otherwise")
    sim.sweep(written(path.parent, 16, "number = 2"), out=folder / "longer", workers=1, engine="numpy")
    sim.sweep(written(path.parent), out=folder / "longer", workers=1, engine="numpy")
    sim.sweep(written(path.parent), out=folder / "two", workers=2, engine="numpy")
    assert len(list(folder.glob("longer/parts/*"))) > len(list(path.glob("parts/*")))
    return folder / "two", folder / "longer"


@pytest.mark.parametrize("form", export.EXTENSIONS)
def test_an_export_does_not_depend_on_how_the_sweep_was_cut(path, cut_otherwise, tmp_path, form, monkeypatch):
    """Row groups of a few rows, so that their ends fall anywhere."""
    monkeypatch.setattr(export, "ROWS_PER_GROUP", 50)
    export.export(path, form, tmp_path / "once")
    for other in cut_otherwise:
        export.export(other, form, tmp_path / other.name)
        assert hashes(tmp_path / other.name) == hashes(tmp_path / "once")
    if form == "parquet":
        file = pq.ParquetFile(tmp_path / "once/series.parquet")
        assert file.schema_arrow.metadata is None
        assert {file.metadata.row_group(group).num_rows for group in range(file.num_row_groups - 1)} == {50}


def test_what_is_kept_of_an_interrupted_sweep_is_exported_and_said_to_be_incomplete(interrupted, tmp_path, capsys):
    assert run("export", interrupted, "--format", "csv", "--out", tmp_path) == 0
    printed = capsys.readouterr()
    assert "the sweep is incomplete" in printed.err
    assert "48 runs kept, 48 missing" in printed.err
    assert printed.out.splitlines() == [str(tmp_path / f"{name}.csv") for name in ("runs", "series", "codebook")]
    assert len(pd.read_csv(tmp_path / "runs.csv")) == 48


def test_a_sweep_without_finished_runs_has_nothing_to_export(path, tmp_path):
    empty = tmp_path / "empty"
    shutil.copytree(path, empty, ignore=shutil.ignore_patterns("parts"))
    assert status(looked(empty))["runs"] == {"kept": 0, "missing": POINTS * REPLICATES, "failed": 0}
    with pytest.raises(BadInput, match="no finished runs"):
        export.export(empty, "csv")
    with pytest.raises(BadInput, match="no run that came to its end"):
        plot.plot(empty, "price", [])


# Means and their intervals


def drawn(points, replicates, values) -> Drawn:
    labels = (np.array(each, np.int32) for each in (points, replicates))
    return Drawn(Words("x", "x", "", ""), *labels, np.array(values, float), 0)


def test_the_interval_of_one_point_is_that_of_its_replicates():
    values = np.random.default_rng(1).normal(size=12)
    found = levels.estimates(drawn([1] * 12, range(12), values), [0] * 12, 1, 1)
    expected = t_interval(values)
    np.testing.assert_allclose([found.mean[0], found.half[0]], [expected.mean, expected.high - expected.mean])


def test_points_that_share_their_luck_do_not_narrow_an_interval():
    """Three points that differ by constants: the interval of their mean is that of one of them."""
    luck = np.random.default_rng(2).normal(size=10)
    every = drawn(np.repeat([1, 2, 3], 10), np.tile(range(10), 3), np.concatenate([luck, luck + 5, luck - 2]))
    held, taken = (levels.estimates(every, [0] * 30, 1, together) for together in (0, 1))
    one = t_interval(luck)
    np.testing.assert_allclose(held.half[0], one.high - one.mean)
    np.testing.assert_allclose(held.mean[0], luck.mean() + 1)
    assert taken.half[0] > held.half[0]
    assert held.points[0] == 3


def test_an_interval_of_points_with_unequal_replicates_by_hand():
    """Deviations from means 2 and 12, -1, 1 and -2, -1, 3, each by twice the root of its point's runs times one less.

    Squared standard errors of the points are 1 and 7/3, of 1 and 2 degrees of freedom.
    """
    sample = drawn([1, 1, 2, 2, 2], [0, 1, 0, 1, 2], [1.0, 3.0, 10.0, 11.0, 15.0])
    found = levels.estimates(sample, [0] * 5, 1, 0)
    one, other = 1 / 8**0.5, 1 / 24**0.5
    variance = (one + 2 * other) ** 2 + (one - other) ** 2 + (3 * other) ** 2
    assert found.mean[0] == pytest.approx(7.0)
    freedom = (1 + 7 / 3) / (1 / 1 + 7 / 3 / 2)
    assert found.half[0] == pytest.approx(stats.t.ppf(0.975, freedom) * variance**0.5)


def test_a_point_with_a_single_value_leaves_its_group_without_an_interval():
    """Of its luck nothing is known: seven values alone have one, and two single runs beside them make it no surer."""
    seven = [1] * 7 + [2, 3], [*range(7), 0, 1], [30.0, 35.0, 38.0, 41.0, 44.0, 49.0, 52.0, 40.0, 60.0]
    assert np.isnan(levels.estimates(drawn(*seven), [0] * 9, 1, 0).half[0])
    assert levels.estimates(drawn(*(each[:7] for each in seven)), [0] * 7, 1, 0).half[0] > 0.0
    assert levels.estimates(drawn(*seven), [0] * 9, 1, 1).half[0] > 0.0, "where points are draws, they tell it"


def test_intervals_of_means_over_drawn_points_and_replicates_cover_the_truth():
    """1,000 times 6 points and 8 replicates of y = a + b + e: at least 95 % of intervals hold 0, by a binomial test."""
    rng, hits = np.random.default_rng(3), 0
    for _ in range(1000):
        values = rng.normal(size=(6, 1)) + rng.normal(size=(1, 8)) + rng.normal(size=(6, 8))
        sample = drawn(np.repeat(range(6), 8), np.tile(range(8), 6), values.ravel())
        found = levels.estimates(sample, [0] * 48, 1, 1)
        hits += abs(found.mean[0]) <= found.half[0]
    assert hits >= stats.binom.ppf(0.01, 1000, 0.95)


def test_runs_without_a_value_are_counted_and_left_out():
    found = levels.estimates(drawn([1, 1, 2, 2], [0, 1, 0, 1], [1.0, 3.0, np.nan, 7.0]), [0, 0, 0, 0], 2, 0)
    assert (found.mean[0], found.sound[0], found.without[0]) == (4.5, 4, 1)
    assert np.isnan(found.mean[1])


def test_quantities_become_levels_or_bins_of_about_equally_many_points(path):
    manifest, points = SweepFolder(path).manifest(), SweepFolder(path).points()
    rate, start, kind = (levels.axis(quantity_words(key, manifest), points, manifest, 4)
                         for key in ("policy.subsidy.rate", "policy.subsidy.start", "network.kind"))  # fmt: skip
    assert (rate.kind, start.kind, kind.kind) == ("number", "date", "word")
    assert np.bincount(list(rate.group.values())).tolist() == [8, 8, 8, 8]
    assert start.edges is None
    assert start.labels == tuple(f"2026-0{month}" for month in range(1, 7))
    assert kind.labels == ("ring", "random"), "in the order of the file"
    for number, group in rate.group.items():
        assert rate.edges[group] <= points[number]["policy.subsidy.rate"] <= rate.edges[group + 1]


def test_levels_are_labelled_as_a_reader_writes_them(path):
    manifest = SweepFolder(path).manifest()
    caps = [0.125, 900.0, 1000.0, 30000.0]
    points = {number: {"security.loss": cap} for number, cap in enumerate(caps, start=1)}
    found = levels.axis(quantity_words("security.loss", manifest), points, manifest | {"design": "grid"}, 4)
    assert found.labels == ("0.125", "900", "1,000", "30,000")


def test_large_levels_of_one_axis_are_written_alike(path):
    manifest = SweepFolder(path).manifest()
    points = {number: {"security.loss": 10.0**number} for number in (3, 6, 7, 9)}
    found = levels.axis(quantity_words("security.loss", manifest), points, manifest | {"design": "grid"}, 4)
    assert found.labels == ("1,000", "1 million", "10 million", "1 billion")


def test_few_values_and_values_of_several_points_are_levels(path):
    manifest, key = SweepFolder(path).manifest(), "security.loss"
    shared = {n: {key: 900.0 + n % 2, "cost.public_price": 90.0 + n} for n in range(2 * levels.PER_LEVEL)}
    apart = dict(list(shared.items())[1:])
    many = {n: {key: 900.0 + n} for n in range(levels.MOST_LEVELS)}
    more = many | {len(many): {key: 100.0}}
    found = [levels.axis(quantity_words(key, manifest), points, manifest | {"design": design}, 4).edges is None
             for points, design in ((shared, "sobol"), (apart, "sobol"), (many, "grid"), (more, "grid"))]  # fmt: skip
    assert found == [True, False, True, False]


@pytest.mark.parametrize("design", ["grid", "lhs", "sobol"])
def test_one_value_is_one_level(design, path):
    """A sweep that has done one point so far, or that varies a quantity over one value."""
    manifest = SweepFolder(path).manifest() | {"design": design}
    points = {number: {"security.loss": 900.0, "cost.public_price": 90.0 + number} for number in range(3)}
    found = levels.axis(quantity_words("security.loss", manifest), points, manifest, 4)
    assert (found.labels, found.edges, set(found.group.values())) == (("900",), None, {0})


def test_columns_are_called_by_what_is_declared(path):
    manifest = SweepFolder(path).manifest()
    assert quantity_words("security.loss", manifest).name == "loss when hit L"
    assert quantity_words("policy.subsidy.rate", manifest).name == "rate of subsidy"
    entry = {"quantities": {"security.loss[micro]": manifest["quantities"]["security.loss"]}}
    assert quantity_words("security.loss[micro]", manifest | entry).name == "loss when hit L (micro)"
    assert "solved again" in quantity_words("security.loss", manifest).meaning
    assert "held" in quantity_words("network.kind", manifest).meaning
    assert outcome_words("spent[policy.subsidy]", manifest).name == "Paid by policy subsidy"
    assert outcome_words("spent", manifest).shown == "billion CNY"
    assert "at least 10 % of firms" in reduction_words("months_to_tenth", manifest).name
    assert reduction_words("public_at_end", manifest).name.endswith("end of 2026-06")


# Figures

ASKED = {
    "fan": ("share.firms.public[micro]", [], None),
    "bins": ("public_at_end", ["policy.subsidy.rate"], None),
    "dates": ("months_to_tenth", ["policy.subsidy.start"], None),
    "words": ("returned", ["network.kind"], None),
    "month": ("price", ["security.loss"], "2026-04"),
    "map": ("public_at_end", ["policy.subsidy.rate", "security.loss"], None),
    "map of a date and words": ("months_to_tenth", ["policy.subsidy.start", "network.kind"], None),
}


def words_of(figure) -> str:
    axes = [text for each in figure.axes for text in (each.get_xlabel(), each.get_ylabel())]
    return " ".join([*axes, *(text.get_text() for text in figure.texts)]).replace("\n", " ")


def test_dates_near_each_other_have_no_labels_over_each_other(path):
    manifest, dates = SweepFolder(path).manifest(), ["2027-01", "2027-02", "2027-03", "2027-04", "2030-12"]
    points = {n: {"policy.subsidy.start": date} for n, date in enumerate(dates)}
    along = levels.axis(quantity_words("policy.subsidy.start", manifest), points, manifest | {"design": "grid"}, 5)
    figure = Figure(figsize=(6, 3))
    axes = figure.add_subplot()
    axes.plot(along.places, along.places)
    charts._ticks(axes.xaxis, along)
    FigureCanvasAgg(figure).draw()
    boxes = [each.get_window_extent() for each in axes.get_xticklabels()]
    assert len(boxes) > 1
    assert not any(one.overlaps(other) for one, other in pairwise(boxes))


@pytest.mark.parametrize("kind", ASKED)
def test_a_figure_says_what_it_shows_and_no_word_leaves_the_page(path, tmp_path, kind, figures, caplog):
    outcome, by, at = ASKED[kind]
    with caplog.at_level(logging.WARNING):
        target = plot.plot(path, outcome, by, at, tmp_path)
    content = target.read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    assert width >= 1000
    assert height >= 600
    assert plot.plot(path, outcome, by, at, tmp_path / "again").read_bytes() == content
    text = words_of(figures[0])
    failed = status(looked(path))["runs"]["failed"]
    for words in (
        "Scenario: subsidy", "60 firms, 6 months from 2026-01, seed 1", "sobol design", "3 replicates of each",
        f"{failed} runs failed and are left out", "security.loss (uncertain: option constants solved again)",
        "(counterfactual: option constants held)",
    ):  # fmt: skip
        assert words in text
    assert ("95 %" in text) == bool(by)
    assert ("as well as chance" in text) == (not by)
    with style.house_style():
        canvas, page = FigureCanvasAgg(figures[0]), figures[0].bbox
        canvas.draw()
        for each in figures[0].texts:
            box = each.get_window_extent(canvas.get_renderer())
            assert page.x0 <= box.x0
            assert box.x1 <= page.x1, each.get_text()
        caption = figures[0].texts[-1].get_window_extent(canvas.get_renderer())
        assert all(axes.get_tightbbox(canvas.get_renderer()).y0 >= caption.y1 for axes in figures[0].axes)
        assert np.asarray(canvas.buffer_rgba()).std() > 5
    assert not caplog.records


def test_captions_tell_what_the_sweep_sets_over_its_scenario_but_not_what_it_varies(path, tmp_path, figures):
    title = load("subsidy").title
    told = f'{title}, with policy.subsidy.end = "2026-05"'
    plot.plot(path, "public_at_end", ["network.kind"], None, tmp_path)
    assert f"Scenario: subsidy, {told} (60 firms" in words_of(figures[0])
    assert f"scenario   subsidy: {told}" in status_lines(status(looked(path)))
    older = shutil.copytree(path, tmp_path / "older")
    manifest = json.loads((older / "manifest.json").read_text())
    del manifest["scenario"]["settings"], manifest["price_level"]
    (older / "manifest.json").write_text(json.dumps(manifest))
    plot.plot(older, "price", ["network.kind"], None, tmp_path)
    assert f"Scenario: subsidy, {title} (60 firms, 6 months from 2026-01, seed 1). " in words_of(figures[1])
    *_, codebook = export.export(older, "csv", tmp_path)
    assert "CNY per seat-month," in codebook.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("outcome", "by", "money"),
    [
        ("price", [], True),
        ("spent", ["network.kind"], True),
        ("public_at_end", ["network.kind"], False),
        ("public_at_end", ["network.kind", "security.loss"], True),
    ],
)
def test_a_caption_says_of_which_year_prices_are_where_an_axis_has_money(path, tmp_path, outcome, by, money, figures):
    plot.plot(path, outcome, by, None, tmp_path)
    assert ("seed 1; money in CNY, 2026 prices)" in words_of(figures[0])) == money


def test_a_dry_run_says_how_many_points_can_be_no_scenario(path, capsys):
    file = path.parent / "subsidies.toml"
    assert cli.exit_code(["sweep", str(file), "--dry-run", "--workers", "1", "--out", str(path.parent / "new")]) == 0
    unsound = load_results(path)[lambda frame: frame["stage"] == "scenario"]["point"].nunique()
    assert unsound
    line = rf"^unsound    {unsound} of {POINTS} points tried: their runs fail\. First policy.subsidy.rate = .*before"
    assert re.search(line, capsys.readouterr().out, re.MULTILINE)
    assert not (path.parent / "new").exists()


def test_a_figure_without_any_value_is_refused(path, tmp_path, monkeypatch):
    found = number_of_runs(looked(path), "months_to_tenth", None)
    monkeypatch.setattr(plot, "number_of_runs", lambda *_: dataclasses.replace(found, values=found.values * np.nan))
    with pytest.raises(BadInput, match="months_to_tenth: no run has a value"):
        plot.plot(path, "months_to_tenth", ["network.kind"], None, tmp_path)


def test_thresholds_that_are_never_met_are_counted_in_the_caption(path, tmp_path, figures):
    plot.plot(path, "months_to_tenth", ["network.kind"], None, tmp_path)
    frame = load_results(path)
    never = (frame["stage"].isna() & frame["months_to_tenth"].isna()).sum()
    assert never
    sound = frame["stage"].isna().sum()
    assert f"{never} of {sound} runs have no value (the threshold is not met)" in words_of(figures[0])


def test_a_line_shows_the_means_of_the_results(path, tmp_path, figures):
    plot.plot(path, "public_at_end", ["network.kind"], None, tmp_path)
    frame = load_results(path)
    own = frame[frame["stage"].isna()].groupby(["network.kind", "point"], sort=False)["public_at_end"].mean()
    means = own.groupby("network.kind").mean()
    axes = figures[0].axes[0]
    labels = [tick.get_text() for tick in axes.get_xticklabels()]
    heights = axes.containers[0].lines[0].get_ydata()
    np.testing.assert_allclose(heights, [100 * means[label] for label in labels])


def test_points_of_a_stopping_rule_are_drawn_by_the_replicates_that_all_have(tmp_path, figures):
    """As where a sweep is under way: the first point has twice as many here."""
    vary = '[vary."policy.subsidy.start"]\nrole = "counterfactual"\nvalues = ["2026-04", "2026-05"]'
    file = written(tmp_path, 2)
    text = file.read_text().replace("sobol", "grid").replace("points = 2", "")
    text = text[: text.index("[vary")] + vary + text[text.index("\n[replicates]"):]
    file.write_text(text)
    folder = sim.sweep(file, out=tmp_path / "sweep", workers=1, engine="numpy").path
    file.write_text(text.replace(f"number = {REPLICATES}", f"number = {2 * REPLICATES}"))
    sim.sweep(file, out=folder, workers=1, engine="numpy", limit=1)
    found = number_of_runs(looked(folder), "public_at_end", None)
    assert set(found.replicates.tolist()) == set(range(REPLICATES))
    assert found.uncommon == REPLICATES
    plot.plot(folder, "public_at_end", ["policy.subsidy.start"], None, tmp_path)
    assert f"{REPLICATES} runs of replicates that not all points have are left out" in words_of(figures[0])


def test_a_heat_map_shows_the_means_of_its_cells_and_marks_those_without_points(path, tmp_path, figures):
    plot.plot(path, "public_at_end", ["policy.subsidy.start", "network.kind"], None, tmp_path)
    frame, keys = load_results(path), ["network.kind", "policy.subsidy.start"]
    own = frame[frame["stage"].isna()].groupby([*keys, "point"])["public_at_end"].mean()
    means = own.groupby(keys).mean()
    axes = figures[0].axes[0]
    across, up = ([tick.get_text() for tick in axis.get_ticklabels()] for axis in (axes.xaxis, axes.yaxis))
    assert "2026-06" not in across, "none of its runs came to an end"
    colours = axes.collections[0].get_array()
    for row, kind in enumerate(up):
        for column, start in enumerate(across):
            np.testing.assert_allclose(colours[row, column], 100 * means[kind, start])
    assert figures[0].axes[1].get_ylabel().endswith("% of firms")
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Start of subsidy", "Kind of partner network")


def test_a_level_of_a_grid_none_of_whose_runs_came_to_an_end_keeps_its_place(tmp_path, figures):
    starts = '[vary."policy.subsidy.start"]\nrole = "counterfactual"\nvalues = ["2026-04", "2026-06"]\n'
    rates = '[vary."policy.subsidy.rate"]\nrole = "counterfactual"\nvalues = [0.1, 0.3]\n'
    file = written(tmp_path, 2)
    text = file.read_text().replace("sobol", "grid").replace("points = 2", "")
    file.write_text(text[: text.index("[vary")] + starts + rates + text[text.index("\n[replicates]"):])
    folder = sim.sweep(file, out=tmp_path / "sweep", workers=1, engine="numpy").path
    plot.plot(folder, "public_at_end", ["policy.subsidy.start"], None, tmp_path)
    plot.plot(folder, "public_at_end", ["policy.subsidy.start", "policy.subsidy.rate"], None, tmp_path)
    line, cells = (figure.axes[0] for figure in figures)
    for axes in (line, cells):
        assert [tick.get_text() for tick in axes.get_xticklabels()] == ["2026-04", "2026-06"]
    assert np.isnan(line.containers[0].lines[0].get_ydata()).tolist() == [False, True]
    assert cells.collections[0].get_array().mask.tolist() == [[False, True], [False, True]]
    assert all("6 runs failed and are left out" in words_of(figure) for figure in figures)


def test_cells_without_a_point_are_hatched_and_explained(path):
    manifest, keys = SweepFolder(path).manifest(), ("policy.subsidy.rate", "network.kind")
    points = {1: dict(zip(keys, (0.1, "ring"), strict=True)), 2: dict(zip(keys, (0.2, "random"), strict=True))}
    along, up = (levels.axis(quantity_words(key, manifest), points, manifest | {"design": "list"}, 3) for key in keys)
    found = levels.estimates(drawn([1, 1, 2, 2], [0, 1, 0, 1], [1.0, 2.0, 3.0, 4.0]), [0, 0, 3, 3], 4, 0)
    axes = charts.heat_map(along, up, found, outcome_words("price", manifest)).axes[0]
    assert axes.collections[0].get_array().mask.tolist() == [[False, True], [True, False]]
    assert axes.patch.get_hatch()
    assert axes.get_legend().get_texts()[0].get_text() == "no value"


def test_the_course_of_a_share_is_drawn_between_none_and_all(path):
    share = outcome_words("share.firms.public", SweepFolder(path).manifest())
    for value in (0.0, 100.0):
        low, high = charts.fan_chart(np.arange(20.0), np.full((3, 20), value), share).axes[0].get_ylim()
        assert 0 <= low < high <= 100


def test_numbers_of_a_heat_map_stand_in_their_cells(path):
    manifest, keys = SweepFolder(path).manifest(), ("policy.subsidy.rate", "network.kind")
    points = {1: (0.1, "ring"), 2: (0.2, "ring"), 3: (0.1, "random")}
    named = {point: dict(zip(keys, values, strict=True)) for point, values in points.items()}
    along, up = (levels.axis(quantity_words(key, manifest), named, manifest | {"design": "list"}, 3) for key in keys)
    cells = [along.group[point] * up.size + up.group[point] for point in points]
    found = levels.estimates(drawn([1, 2, 3], [0] * 3, np.array([10.0, 20.0, 30.0])), cells, 4, 0)
    axes = charts.heat_map(along, up, found, outcome_words("price", manifest)).axes[0]
    kinds = {tick.get_text(): place for place, tick in zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)}
    assert {each.get_position(): each.get_text() for each in axes.texts} == {
        (0, kinds["ring"]): "10.0", (1, kinds["ring"]): "20.0", (0, kinds["random"]): "30.0",
    }  # fmt: skip
    colours = {each.get_text(): each.get_color() for each in axes.texts}
    assert (colours["10.0"], colours["30.0"]) == (style.PAPER, style.INK), "light on dark, dark on light"


@pytest.mark.parametrize(("largest", "labels"), [(200.0, "1 2 5 10 20 50 100 200"), (1e4, "1 10 100 1,000 10,000")])
def test_an_axis_of_logarithms_has_labels_between_powers_of_ten_where_they_are_few(path, largest, labels):
    words = quantity_words("security.loss", SweepFolder(path).manifest())
    axes = Figure().add_subplot()
    axes.set(xscale="log", xlim=(1.0, largest))
    charts._ticks(axes.xaxis, levels.Axis(words, "number", ("1", "x"), np.array([1.0, largest]), None, {}, log=True))
    seen = [each.get_text() for each in axes.get_xticklabels() if 1.0 <= each.get_position()[0] <= largest * 1.001]
    assert seen == labels.split()


def line_of(levels_drawn, points, manifest):
    """A line chart over levels with names, of groups of so many points."""
    names, places = tuple(f"level {n}" for n in range(levels_drawn)), np.arange(float(levels_drawn))
    along = levels.Axis(quantity_words("network.kind", manifest), "word", names, places, None, {})
    found = levels.Estimates(*[places] * 4, *[np.full(levels_drawn, points)] * 3)
    return charts.line_chart(along, found, outcome_words("price", manifest)).axes[0]


def test_where_not_all_levels_have_room_those_labelled_have_their_own_names(path):
    axes = line_of(14, 1, SweepFolder(path).manifest())
    assert axes.get_xticks().tolist() == [0, 2, 4, 6, 8, 10, 12]
    assert [each.get_text() for each in axes.get_xticklabels()] == [f"level {n}" for n in range(0, 14, 2)]


@pytest.mark.parametrize(("points", "bands"), [(charts.BAND - 1, False), (charts.BAND, True)])
def test_groups_of_enough_points_have_bands(path, points, bands):
    axes = line_of(3, points, SweepFolder(path).manifest())
    assert any(9 in each.get_linewidth() for each in axes.collections) is bands


def test_the_base_scenario_is_no_point_of_a_figure(tmp_path):
    rule = RULE.format(0.9) + '\nreference = "base"'
    folder = sim.sweep(written(tmp_path, 2, rule), out=tmp_path / "sweep", workers=1, engine="numpy").path
    assert 0 in load_results(folder)["point"].tolist()
    assert 0 not in number_of_runs(looked(folder), "price", None).points


def test_runs_of_the_base_scenario_that_failed_are_none_of_those_left_out_of_a_figure():
    def runs(_columns):
        for point, stages in ((0, ["start", "start"]), (1, [None, "start"])):
            shown = {"point": [point] * 2, "replicate": [0, 1], "stage": pa.array(stages, pa.string()), "x": [1.0, 2.0]}
            yield pa.table(shown)

    found = _read(SimpleNamespace(points=lambda: {1: {}}, runs=runs), "x", Words("x", "x", "", ""), 1)
    assert (found.points.tolist(), found.values.tolist(), found.failed) == ([1], [1.0], 1)


def test_figures_of_two_months_are_two_files_and_some_twenty_points_make_three_bins(path, tmp_path, figures):
    drawn_in = [plot.plot(path, "price", ["security.loss"], month, tmp_path).name for month in ("2026-04", None)]
    assert drawn_in == ["price-at-2026-04-by-security.loss.png", "price-by-security.loss.png"]
    assert [len(each.axes[0].containers[0].lines[0].get_ydata()) for each in figures] == [3, 3]


@pytest.mark.parametrize("least", [1e-12, 0.02, 700.0, -3e4])
def test_cells_that_differ_in_colour_differ_in_what_is_written(path, least):
    """Also where one is small beside the others, or all are."""
    manifest, keys = SweepFolder(path).manifest(), ("policy.subsidy.rate", "network.kind")
    points = {n: dict(zip(keys, (0.1 * n, "ring"), strict=True)) for n in range(1, 6)}
    along, up = (levels.axis(quantity_words(key, manifest), points, manifest | {"design": "list"}, 3) for key in keys)
    size = abs(least)
    values = least + size * np.array([0.0, 1e-3, 0.01, 0.011, 0.03])
    found = levels.estimates(drawn(list(points), [0] * 5, values), range(5), 5, 0)
    axes = charts.heat_map(along, up, found, outcome_words("price", manifest)).axes[0]
    texts = [each.get_text() for each in axes.texts]
    assert len({*texts}) == 5
    np.testing.assert_allclose([float(t.replace(",", "").replace("−", "-")) for t in texts], values, atol=3e-4 * size)
    assert not any("-" in text for text in texts)


def test_a_heat_map_says_which_sides_are_in_bins(path, tmp_path, figures):
    plot.plot(path, "public_at_end", ["policy.subsidy.rate", "security.loss"], None, tmp_path)
    plot.plot(path, "public_at_end", ["policy.subsidy.rate", "network.kind"], None, tmp_path)
    plot.plot(path, "public_at_end", ["policy.subsidy.start", "network.kind"], None, tmp_path)
    both, one, none = map(words_of, figures)
    assert " Cells: policy.subsidy.rate in 3 bins, security.loss in 3 bins." in both
    assert " Cells: policy.subsidy.rate in 3 bins." in one
    assert " bins" not in none


def test_a_quantity_drawn_log_uniformly_has_an_axis_of_logarithms(path, tmp_path, figures):
    logs = shutil.copytree(path, tmp_path / "logs")
    manifest = json.loads((logs / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["quantities"]["security.loss"]["distribution"] == "uniform"
    manifest["quantities"]["security.loss"]["distribution"] = "log-uniform"
    (logs / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for by in (["security.loss"], ["security.loss", "policy.subsidy.rate"], ["policy.subsidy.rate", "security.loss"]):
        plot.plot(logs, "public_at_end", by, None, tmp_path)
        plot.plot(path, "public_at_end", by, None, tmp_path)
    scales = [(figure.axes[0].get_xscale(), figure.axes[0].get_yscale()) for figure in figures]
    linear = ("linear", "linear")
    assert scales == [("log", "linear"), linear, ("log", "linear"), linear, ("linear", "log"), linear]
    axes, middles = figures[2].axes[0], sorted({text.get_position()[0] for text in figures[2].axes[0].texts})
    manifest, sound = SweepFolder(logs).manifest(), number_of_runs(looked(logs), "public_at_end", None).points
    points = {number: each for number, each in SweepFolder(logs).points().items() if number in sound}
    edges = levels.axis(quantity_words("security.loss", manifest), points, manifest, 3).edges
    assert axes.get_xlim() == (edges[0], edges[-1])
    np.testing.assert_allclose(middles, np.sqrt(edges[1:] * edges[:-1]))


def test_levels_that_are_logarithms_have_equal_cells_and_dates_are_none(path):
    manifest, keys = SweepFolder(path).manifest(), ("security.loss", "policy.subsidy.start")
    logs = {key: about | {"distribution": "log-uniform"} for key, about in manifest["quantities"].items()}
    said = manifest | {"design": "grid", "quantities": logs}
    points = {1: dict(zip(keys, (10.0, "2026-01"), strict=True)), 2: dict(zip(keys, (1e3, "2026-02"), strict=True))}
    along, up = (levels.axis(quantity_words(key, said), points, said, 3) for key in keys)
    assert (along.log, up.log) == (True, False)
    found = levels.estimates(drawn([1, 2], [0, 0], [1.0, 2.0]), [0, 3], 4, 0)
    axes = charts.heat_map(along, up, found, outcome_words("price", manifest)).axes[0]
    assert [each.get_position() for each in axes.texts] == [(0, 0), (1, 1)]


def test_an_interrupted_sweep_can_be_drawn_and_is_said_to_be_incomplete(interrupted, tmp_path, figures):
    plot.plot(interrupted, "price", ["policy.subsidy.rate", "network.kind"], None, tmp_path)
    assert "The sweep is incomplete" in words_of(figures[0])
    assert "48 runs kept, 48 missing" in words_of(figures[0])


def test_a_single_replicate_is_drawn_without_intervals(tmp_path, figures):
    one = sim.sweep(written(tmp_path, 8, "number = 1"), out=tmp_path / "one", workers=1, engine="numpy").path
    for by in (["policy.subsidy.rate"], ["policy.subsidy.rate", "security.loss"], []):
        plot.plot(one, "price", by)
    texts = [words_of(figure) for figure in figures]
    assert "One replicate has no interval" in texts[0]
    assert not any("95 %" in text for text in texts)
    assert "mean over the 2 to 3 points of each of 3 bins (drawn at their median), one replicate each" in texts[0]
    assert "one replicate each" in texts[1]
    assert "runs, one of each point, so that bands hold what the varied quantities do, at one draw of" in texts[2]
    assert "Dots: recorded dates" in texts[2]
    assert not any("replicates" in text for text in texts)
    bars = figures[0].axes[0].containers[0].lines[2][0].get_segments()
    assert not any(len(bar) and np.isfinite(bar).all() for bar in bars)
    assert len(list((one / "figures").glob("*.png"))) == 3


def test_one_run_is_drawn_without_a_line_a_bar_or_a_band(tmp_path, figures):
    text = written(tmp_path, 2, "number = 1").read_text().replace("sobol", "grid").replace("points = 2", "")
    vary = '[vary."policy.subsidy.rate"]\nrole = "counterfactual"\nvalues = [0.3]\n'
    (tmp_path / "one.toml").write_text(text[: text.index("[vary")] + vary + text[text.index("\n[replicates]"):])
    one = sim.sweep(tmp_path / "one.toml", out=tmp_path / "one", workers=1, engine="numpy").path
    plot.plot(one, "price", ["policy.subsidy.rate"])
    plot.plot(one, "price", [])
    along, course = map(words_of, figures)
    assert "Dots: the one replicate of each value. One replicate has no interval." in along
    assert figures[0].axes[0].containers[0].lines[0].get_linestyle() == "None"
    assert "Line: the one run." in course
    assert not any(word in along + course for word in ("median", "band", "Bars", "chance"))


def test_a_recorded_outcome_at_its_last_month_is_the_reduction(path):
    folder = looked(path)
    final = number_of_runs(folder, "public_at_end", None)
    last = number_of_runs(folder, "share.firms.public", None)
    np.testing.assert_array_equal(final.values, last.values)
    np.testing.assert_array_equal(
        number_of_runs(folder, "price", "4").values, number_of_runs(folder, "price", "2026-04").values
    )


@pytest.mark.parametrize(
    "given",
    [
        ["DIR", "--outcome", "price", "--by", "security.loss", "network.kind"],
        ["--outcome", "price", "--by", "security.loss", "network.kind", "DIR"],
        ["DIR", "--by", "security.loss", "--by", "network.kind", "--outcome", "price"],
        ["--by", "security.loss", "network.kind", "--outcome", "price", "DIR"],
    ],
)
def test_two_quantities_follow_one_by_or_two(path, tmp_path, given, capsys):
    arguments = [str(path) if each == "DIR" else each for each in given]
    assert run("plot", *arguments, "--out", tmp_path) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "price-by-security.loss-by-network.kind.png")


def test_the_folder_may_follow_one_quantity(path, tmp_path, capsys):
    assert run("plot", "--outcome", "price", "--out", tmp_path, "--by", "security.loss", path) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "price-by-security.loss.png")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--outcome", "public_at_ent", "--by", "security.loss"], "Did you mean 'public_at_end'?"),
        (["--outcome", "prices"], "Did you mean 'price'?"),
        (["--outcome", "public_at_ent"], "the reductions public_at_end, "),
        (["--outcome", "public_at_end"], "no course over time"),
        (["--outcome", "price", "--by", "subsidy.rate"], "Did you mean 'policy.subsidy.rate'?"),
        (["--outcome", "price", "--by", "security.loss,network.kind"], "Write --by security.loss network.kind, with a"),
        (["--outcome", "price", "--by", "security.loss", "security.loss"], "two different ones"),
        (["--outcome", "price", "--by", "security.loss", "--at", "2026-03"], "2026-02, 2026-04"),
        (["--outcome", "public_at_end", "--by", "security.loss", "--at", "4"], "Leave --at out"),
        (["--outcome", "price", "--at", "4"], "without --by"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_what_can(path, options, words, capsys):
    assert run("plot", path, *options) == 2
    assert words in capsys.readouterr().err
