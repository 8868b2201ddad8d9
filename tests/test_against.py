"""`sim run A --against B`: two ordinary runs on the same draws, and their differences kept beside the first."""

import csv
import dataclasses
import json
import logging
import math
import signal
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from sim import cli
from sim.engines import simulate
from sim.experiments import runner
from sim.experiments.adoption import Estimate, Takers
from sim.experiments.interruption import Interrupted
from sim.experiments.paired import differences, matched
from sim.experiments.tables import Outcomes, read_outcomes
from sim.model.nouns import OPTIONS
from sim.model.outcome_table import COLUMNS
from sim.model.scenario import load
from sim.report import figures, style
from sim.report.against import BEYOND, taker_lines
from sim.report.overlay import overlay

SMALL = ("--firms", "200", "--months", "24", "--engine", "numpy", "--no-figures")
HEARD = ("--set", "policy.subsidy.reach=1")
BEFORE = 12
"""Months before the subsidy of the library starts."""

BUDGETS = "budget_left"
"""The one outcome in which a policy shows before it starts: its budget is there."""

DEAR = 'extends = "baseline"\n[about]\ntitle = "Dear"\n[cost]\non_premise = 200\n[constants]\nsolve = true\n'


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch) -> Path:
    """Every test runs where ./results is its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def compare(first: str, second: str, *options: str, replicates: int = 4) -> int:
    return cli.exit_code(["run", first, "--against", second, *SMALL, "--replicates", str(replicates), *options])


def kept(name: str) -> Path:
    """The one file or folder of this name or pattern among the differences."""
    (path,) = Path().glob(f"results/*/*/against/*/{name}")
    return path


def printed_words(capsys) -> str:
    """What was printed, in one line: titles are wrapped to the width of their table."""
    return " ".join(capsys.readouterr().out.split())


def rows() -> list[dict]:
    return pq.read_table(kept("differences.parquet")).to_pylist()


def outcomes(scenario: str) -> Outcomes:
    (path,) = Path().glob(f"results/{scenario}/*/outcomes.parquet")
    return read_outcomes(path)


def manifest(scenario: str) -> dict:
    (path,) = Path().glob(f"results/{scenario}/*/manifest.json")
    return json.loads(path.read_text())


def failing(number: int, title: str, error: BaseException):
    """An engine that raises an error in one replicate of the scenario whose title begins like this."""

    def broken(scenario, replicate, *others):
        if replicate == number and scenario.title.startswith(title):
            raise error
        return simulate(scenario, replicate, *others)

    return broken


def test_equal_scenarios_differ_by_exactly_zero_and_gaps_stay_gaps(own_folder):
    """Two files of one content, without large firms; a policy, so that there is something to be equal in."""
    for name in ("one", "two"):
        mix = "sample_mix = {micro = 0.4, small = 0.3, medium = 0.3, large = 0}"
        text = f'extends = "subsidy"\n[population]\n{mix}\n[policy.subsidy]\nreach = 1.0\n'
        (own_folder / f"{name}.toml").write_text(text)
    assert compare("one.toml", "two.toml") == 0
    found = rows()
    assert len(found) == 25 * (len(COLUMNS) + 1)  # and what the policy spent
    for row in found:
        numbers = [row[name] for name in ("difference", "low", "high", "standard_error")]
        if row["group"] == "large":
            assert np.isnan(numbers).all()
        else:
            assert numbers == [0.0] * 4, row
    paired = differences(*matched(outcomes("one"), outcomes("two")))
    assert set(paired.values[~np.isnan(paired.values)]) == {0.0}
    assert np.ptp(outcomes("one").of("share.firms.public")[0]) > 0


def test_a_scenario_against_itself_differs_by_exactly_zero(capsys):
    assert compare("baseline", "baseline", "--every", "12", replicates=2) == 0
    printed = printed_words(capsys)
    assert (
        "replicates on the same draws; money in CNY, 2026 prices Each interval stands alone, at these parameters: "
        "where nothing differs, one in twenty excludes 0. They differ in nothing."
    ) in printed
    assert "undefined: the interval of additional adopters contains 0" in printed
    assert {row["difference"] for row in rows()} == {0.0}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("push", "free riders: supported less additional undefined: A and B differ in more than support of the price"),
        ("provider-breach", "spent in addition per additional year undefined: "),
    ],
)
def test_what_is_undefined_is_said(name, words, capsys):
    assert compare(name, "baseline", "--every", "12", "--set", "run.months=48", replicates=3) == 0
    assert words in printed_words(capsys)


@pytest.mark.parametrize(("riders", "clipped"), [(60.0, False), (64.0, True)])
def test_free_riders_that_are_no_plain_difference_say_why(riders, clipped):
    supported, additional = Estimate(100.0, 90.0, 110.0), Estimate(40.0, 30.0, 50.0)
    more = Takers(12, supported, additional, Estimate(riders, riders - 10.0, riders + 10.0), "")
    assert taker_lines(more, load("subsidy"))[-1].endswith("or more" + ", clipped in some replicates" * clipped)


def test_differences_are_those_of_two_separate_runs_and_begin_with_the_policy():
    assert compare("subsidy", "baseline", *HEARD, "--out", "together") == 0
    for name, extra in (("subsidy", HEARD), ("baseline", ())):
        assert cli.exit_code(["run", name, *SMALL, "--replicates", "4", *extra, "--out", "apart"]) == 0
    (first,) = Path("apart").glob("subsidy/*/outcomes.parquet")
    (second,) = Path("apart").glob("baseline/*/outcomes.parquet")
    for path in (first, second):
        assert (Path("together") / path.relative_to("apart")).read_bytes() == path.read_bytes()
    one, other = read_outcomes(first), read_outcomes(second)

    (table,) = Path("together").glob("subsidy/*/against/baseline-*/differences.parquet")
    assert table.parent.name == f"baseline-{second.parent.name}"
    moved = set()
    for row in pq.read_table(table).to_pylist():
        column, month = (row["outcome"], row["group"]), row["month"]
        without = np.zeros((4, 49)) if row["group"] == "policy.subsidy" else other.of(*column)
        expected = [one.of(*column)[r, month] - without[r, month] for r in range(4)]
        assert row["difference"] == pytest.approx(np.mean(expected), rel=1e-12, abs=1e-15)
        assert row["standard_error"] == pytest.approx(np.std(expected, ddof=1) / 2, rel=1e-9, abs=1e-15)
        assert row["pairs"] == 4
        if row["outcome"] != BUDGETS and month <= BEFORE:
            assert row["difference"] == row["low"] == row["high"] == 0.0
        elif row["difference"]:
            moved.add(row["outcome"])
    assert {"share.firms.public", "share.firms.any_cloud", "share.seats.public", "price", "spent"} <= moved


def test_settings_change_the_first_and_run_options_change_both():
    options = ("--set", "cost.public_price=60", "--seed", "0", "--every", "6")
    assert compare("baseline", "baseline", *options, replicates=2) == 0
    prices = {}
    for path in Path().glob("results/baseline/*/outcomes.parquet"):
        content = json.loads((path.parent / "manifest.json").read_text())
        assert {"firms": 200, "months": 24, "seed": 0, "every": 6}.items() <= content["run_settings"].items()
        prices[(path.parent / "against").is_dir()] = read_outcomes(path).of("price")[0, 0]
    assert prices[True] == pytest.approx(0.6 * prices[False], rel=1e-9)


def test_constants_are_solved_again_for_the_first_of_two_alone(own_folder, monkeypatch):
    (own_folder / "held.toml").write_text('extends = "baseline"\n[cost]\non_premise = 200\n')
    compared = []
    monkeypatch.setattr("sim.experiments.estimate.dry_run", lambda job: compared.append(job.scenario) or [])
    assert compare("held.toml", "held.toml", "--resolve", "--dry-run") == 0
    assert [each.base_values["cost.on_premise"][0] for each in compared] == [200, 180]


def test_two_runs_of_one_name_are_told_apart_in_print(capsys):
    assert compare("baseline", "baseline", "--set", "network.partners=5", replicates=2) == 0
    printed, said = (" ".join(each.split()) for each in capsys.readouterr())
    names = [path.name for path in Path().glob("results/baseline/*")]
    assert len(names) == 2
    assert any(f"baseline {one} less baseline {other}" in printed for one in names for other in names if one != other)
    assert "They differ in network.partners." in printed
    assert "note: baseline and baseline differ in network.partners" in said


def test_what_was_set_over_a_scenario_is_said_where_two_are_compared(capsys):
    assert compare("subsidy", "baseline", *HEARD, replicates=2) == 0
    told = f"{load('subsidy').title}, with policy.subsidy.reach = 1"
    printed = printed_words(capsys)
    assert f"{told} median" in printed
    assert f"subsidy: {told} They differ in policy.subsidy" in printed
    assert "baseline: " not in printed
    assert cli.exit_code(["run", "subsidy", *HEARD, "--dry-run"]) == 0
    assert f"subsidy: {told} run " in printed_words(capsys)
    changed = load("subsidy", ["policy.subsidy.reach=1"])
    with style.house_style():
        caption = overlay(tables(2), (changed, load("baseline")), ("subsidy", "baseline")).texts[-1].get_text()
    assert f"A: subsidy, {told}. B: baseline, {load('baseline').title}." in caption.replace("\n", " ")


def test_brackets_in_names_and_titles_are_printed_as_they_are(own_folder, capsys):
    (own_folder / "[red].toml").write_text('extends = "baseline"\n[about]\ntitle = "with [/brackets]"\n')
    assert compare("[red].toml", "baseline", "--every", "24", replicates=2) == 0
    printed = printed_words(capsys)
    assert "with [/brackets]" in printed
    assert "[red] less baseline" in printed


def test_one_replicate_has_no_interval(capsys):
    assert compare("subsidy", "baseline", *HEARD, replicates=1) == 0
    printed = printed_words(capsys)
    assert "difference, without an interval, of 1 pair of replicates" in printed
    assert "undefined: one replicate has no interval" in printed
    found = rows()
    assert any(row["difference"] for row in found)
    assert np.isnan([row[name] for row in found for name in ("low", "high", "standard_error")]).all()


def test_what_is_written_can_be_read_as_text_and_names_its_units(capsys):
    assert compare("subsidy", "baseline", *HEARD, "--format", "csv") == 0
    printed = [line for line in capsys.readouterr().out.splitlines() if "against" in line]
    assert printed == [
        str(path) for path in (kept(""), *(kept(n) for n in ("differences.parquet", "adoption.csv", "differences.csv")))
    ]
    with open(kept("differences.csv"), encoding="utf-8", newline="") as stream:
        text = list(csv.DictReader(stream))
    for row, line in zip(rows(), text, strict=True):
        assert {
            key: float(each) if isinstance(row[key], float) else type(row[key])(each) for key, each in line.items()
        } == row
    with open(kept("adoption.csv"), encoding="utf-8", newline="") as stream:
        gained = {row["quantity"]: row for row in csv.DictReader(stream)}
    units = ["firms", "CNY", "CNY per firm", "firm-years", "CNY per firm-year", *["firms"] * 3, *["CNY"] * 4]
    assert [row["unit"] for row in gained.values()] == units
    parts = {name: float(gained[name]["value"]) for name in ("surplus.experience", "profit", "fiscal_cost", "welfare")}
    assert parts["surplus.experience"] + parts["profit"] - parts["fiscal_cost"] == pytest.approx(parts["welfare"])
    assert parts["fiscal_cost"] == pytest.approx(1.2 * float(gained["additional_spending"]["value"]))
    one, other = outcomes("subsidy"), outcomes("baseline")
    paid = (one.of("spent") - other.of("spent"))[:, -1].mean()
    assert float(gained["additional_spending"]["value"]) == pytest.approx(paid, rel=1e-12)
    share = sum((one.of(f"share.firms.{k}") - other.of(f"share.firms.{k}"))[:, -1].mean() for k in ("public", "hybrid"))
    adopters = share * load("baseline").values["population.national_firms"]
    names = ("supported", "additional", "free_riders")
    supported, additional, riders = (gained[each] for name in names for each in gained if each.startswith(f"{name}_in"))
    paid_for = one.of("share.supported").mean(axis=0).max() * load("baseline").values["population.national_firms"]
    assert float(supported["value"]) == pytest.approx(paid_for, rel=1e-9)
    assert float(supported["value"]) - float(additional["value"]) == pytest.approx(float(riders["value"]))
    assert float(gained["additional_adopters"]["value"]) == pytest.approx(adopters, rel=1e-9)
    assert float(gained["spending_per_adopter"]["value"]) == pytest.approx(paid / adopters, rel=1e-9)
    years = float(gained["additional_years"]["value"])
    assert float(gained["spending_per_year"]["value"]) == pytest.approx(paid / years, rel=1e-9)


def test_it_is_said_that_support_goes_on_at_the_end(capsys):
    """Its contracts are paid whole, and the years that they bring are counted up to there."""
    for end, said in ((3, False), (30, True)):
        policy = ("policy.s.instrument=public_cloud_subsidy", "policy.s.start=2", f"policy.s.end={end}")
        settings = [each for one in policy for each in ("--set", one)]
        assert compare("baseline", "baseline", *settings, "--months", "30") == 0
        assert (BEYOND in capsys.readouterr().out.splitlines()) is said
    assert compare("baseline", "subsidy", "--months", "30") == 0  # in B alone
    assert BEYOND in capsys.readouterr().out.splitlines()


def test_the_same_command_reuses_and_fresh_gives_the_same_bytes(capsys):
    options = (*HEARD, "--format", "csv")
    assert compare("subsidy", "baseline", *options) == 0
    before = {path: path.read_bytes() for path in kept("").iterdir()}
    written = kept("differences.parquet").stat().st_mtime_ns
    first = capsys.readouterr()
    assert first.err.count("4 replicates computed") == 2
    assert compare("subsidy", "baseline", *options) == 0
    again = capsys.readouterr()
    assert again.err.count("finished before, reused") == 2
    assert again.out == first.out
    assert kept("differences.parquet").stat().st_mtime_ns == written
    assert compare("subsidy", "baseline", *options, "--fresh") == 0
    assert capsys.readouterr().err.count("computed again, identical to the byte") == 2
    assert {path: path.read_bytes() for path in kept("").iterdir()} == before


def test_a_failed_replicate_of_one_run_is_left_out_until_it_is_finished(capsys, monkeypatch):
    monkeypatch.setattr(runner, "simulate", failing(2, "China", ZeroDivisionError("no seats left")))
    assert compare("subsidy", "baseline", *HEARD) == 3
    printed, said = capsys.readouterr()
    assert "compared: 3 replicates, all that are finished in both runs" in said
    assert "failed: baseline, replicate 2, start: ZeroDivisionError: no seats left" in said
    assert "baseline: 1 replicate failed;" in said
    assert "of 3 pairs of replicates" in " ".join(printed.split())
    assert {row["pairs"] for row in rows()} == {3}
    assert outcomes("baseline").replicates.tolist() == [0, 1, 3]
    one, other = (outcomes(name).of("share.firms.public")[:, -1] for name in ("subsidy", "baseline"))
    (last,) = [row for row in rows() if (row["outcome"], row["group"]) == ("share.firms.public", "total")][-1:]
    assert last["difference"] == pytest.approx((one[[0, 1, 3]] - other).mean(), rel=1e-12)

    stale = kept("").joinpath("against.png")
    stale.write_bytes(b"of three pairs")
    monkeypatch.setattr(runner, "simulate", simulate)
    assert compare("subsidy", "baseline", *HEARD) == 0
    assert {row["pairs"] for row in rows()} == {4}
    assert not stale.exists()


def test_nothing_is_compared_where_nothing_is_finished_in_both(capsys, monkeypatch):
    monkeypatch.setattr(runner, "simulate", failing(0, "China", ZeroDivisionError("no seats left")))
    assert compare("subsidy", "baseline", replicates=1) == 3
    assert "compared: 0 replicates" in capsys.readouterr().err
    assert not list(Path().glob("results/*/*/against"))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_comparison_goes_on_to_the_same_bytes(monkeypatch, number, code):
    assert compare("subsidy", "baseline", *HEARD) == 0
    whole = kept("differences.parquet").read_bytes()
    monkeypatch.setattr(runner, "simulate", failing(2, "China", Interrupted(number)))
    Path("elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    assert compare("subsidy", "baseline", *HEARD) == code
    assert manifest("subsidy")["status"] == "finished"
    assert manifest("baseline")["status"] == "partial"
    assert manifest("baseline")["replicates_finished"] == 2
    assert not list(Path().glob("results/*/*/against"))
    monkeypatch.setattr(runner, "simulate", simulate)
    assert compare("subsidy", "baseline", *HEARD) == 0
    assert kept("differences.parquet").read_bytes() == whole


def test_a_run_of_fewer_replicates_is_compared_as_far_as_it_goes(own_folder, capsys):
    (own_folder / "few.toml").write_text('extends = "baseline"\n[run]\nreplicates = 2\nfirms = 200\nmonths = 24\n')
    (own_folder / "more.toml").write_text('extends = "subsidy"\n[run]\nreplicates = 3\nfirms = 200\nmonths = 24\n')
    command = ["run", "more.toml", "--against", "few.toml", "--engine", "numpy", "--no-figures"]
    assert cli.exit_code(command) == 0
    assert "compared: 2 replicates" in capsys.readouterr().err
    assert {row["pairs"] for row in rows()} == {2}


def test_a_dry_run_says_what_both_would_do_and_writes_nothing(own_folder, capsys):
    assert compare("subsidy", "baseline", "--dry-run") == 0
    printed = capsys.readouterr().out
    for name in ("subsidy", "baseline"):
        assert f"scenario   {name}: " in printed
    assert printed.count("4 to compute") == 2
    assert not list(own_folder.iterdir())


@pytest.mark.parametrize(
    ("second", "options", "words"),
    [
        ("baselin", (), "Did you mean 'baseline'"),
        ("", (), "scenario: the name is empty"),
        ("eu-2014", (), "--against eu-2014, world.currency"),
        ("baseline", ("--set", "run.firms=150", "--set", "review.interval=6"), "review.interval: it is 12, and 6 in"),
    ],
)
def test_a_scenario_that_cannot_be_compared_is_refused_before_anything_runs(own_folder, capsys, second, options, words):
    assert compare("subsidy", second, *options) == 2
    printed, said = capsys.readouterr()
    assert words in said
    assert not printed
    assert not list(own_folder.iterdir())


@pytest.mark.parametrize("name", ["differences.parquet", "adoption.csv"])
def test_differences_that_cannot_be_written_say_so(own_folder, capsys, name):
    """A folder stands in the way of a file."""
    assert compare("baseline", "baseline", "--every", "24", replicates=2) == 0
    for path in kept("").iterdir():
        path.unlink()
    kept("").joinpath(name).mkdir()
    assert compare("baseline", "baseline", "--every", "24", replicates=2) == 2
    assert "Cannot write" in capsys.readouterr().err
    assert not list(own_folder.rglob(".*.tmp"))


def test_the_figure_is_drawn_once_and_again_when_asked(monkeypatch):
    monkeypatch.setattr(figures, "FIGURES", {})
    drawn = ("run", "subsidy", "--against", "baseline", *SMALL[:-1], "--replicates", "2")
    assert cli.exit_code([*drawn]) == 0
    picture = kept("against.png")
    content = picture.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    picture.write_bytes(b"mine")
    assert cli.exit_code([*drawn]) == 0
    assert picture.read_bytes() == b"mine"
    assert cli.exit_code([*drawn, "--fresh"]) == 0
    assert picture.read_bytes() == content


TITLE = "中国企业云计算采用情景：公有云补贴与安全强化，" * 3


def tables(replicates: int) -> tuple[Outcomes, Outcomes]:
    """Two runs of ten years in which the second is the first plus one to two percentage points."""
    generator = np.random.default_rng(5)
    first = generator.uniform(0.2, 0.3, size=(replicates, 121, len(COLUMNS)))
    second = first - generator.uniform(0.01, 0.02, size=(replicates, 1, 1))
    labels = np.arange(replicates, dtype=np.int32), np.arange(121, dtype=np.int32), tuple(COLUMNS)
    return Outcomes(*labels, first), Outcomes(*labels, second)


@pytest.mark.parametrize("replicates", [1, 5])
def test_the_caption_says_what_is_drawn_and_nothing_overlaps(replicates, caplog):
    """A missing glyph is a warning, which is an error here."""
    plain = dataclasses.replace(load("baseline"), title=TITLE)
    with style.house_style(), caplog.at_level(logging.WARNING):
        figure = overlay(tables(replicates), (load("subsidy"), plain), ("subsidy", "我的情景"))
        canvas, page = FigureCanvasAgg(figure), figure.bbox
        canvas.draw()
        renderer = canvas.get_renderer()
        caption = figure.texts[-1].get_window_extent(renderer)
        assert page.x0 <= caption.x0
        assert caption.x1 <= page.x1
        assert all(axes.get_tightbbox(renderer).y0 >= caption.y1 for axes in figure.axes)
        legend, heading = (each.get_window_extent(renderer) for each in (figure.legends[0], figure.texts[0]))
        assert legend.x0 > heading.x1
    assert not caplog.records
    text = " ".join(each.get_text() for each in figure.texts).replace("\n", " ")
    assert TITLE in text.replace(" ", "")
    for words in (
        "same draws",
        "chance alone, with all parameters fixed",
        "differ in policy.subsidy",
        f"{replicates} rep",
    ):
        assert words in text
    assert ("95 % interval" in text) == (replicates > 1)
    assert [each.get_text() for each in figure.legends[0].get_texts()] == ["A: subsidy", "B: 我的情景"]
    above, below = figure.axes[0], figure.axes[4]
    assert above.get_ylabel() == "% of firms"
    assert "%-points" in below.get_ylabel()


def captioned(pair, first, second) -> str:
    with style.house_style():
        return overlay(pair, (first, second), ("a", "b")).texts[-1].get_text().replace("\n", " ")


def test_a_caption_claims_shared_luck_only_where_firms_and_partners_are_the_same():
    ring = captioned(tables(5), load("baseline", ['network.kind="ring"']), load("baseline"))
    assert "network.kind may turn the same draws into other firms or partners" in ring
    same = "Both runs use the same draws"
    assert same not in ring
    assert same in captioned(tables(5), load("baseline", ["cost.public_price=90"]), load("baseline"))


def test_a_caption_of_one_replicate_speaks_of_no_bands():
    one, five = (captioned(tables(many), load("subsidy"), load("baseline")) for many in (1, 5))
    assert "Bands show chance alone" in five
    assert not any(word in one for word in ("Bands", "band:", "median"))


def test_few_recorded_dates_are_marked_in_the_figure_of_two_runs():
    thin = [dataclasses.replace(each, months=each.months[::60], values=each.values[:, ::60]) for each in tables(5)]
    for pair, marker in ((thin, "o"), (tables(5), "None")):
        with style.house_style():
            figure = overlay(tuple(pair), (load("subsidy"), load("baseline")), ("a", "b"))
        lines = [line for axes in figure.axes for line in axes.lines if len(line.get_xdata()) == len(pair[0].months)]
        assert {line.get_marker() for line in lines} == {marker}
        assert ("Dots: recorded dates" in figure.texts[-1].get_text().replace("\n", " ")) == (marker == "o")


def test_the_figure_shows_medians_above_and_the_paired_mean_below():
    pair = tables(5)
    with style.house_style():
        figure = overlay(pair, (load("subsidy"), load("baseline")), ("a", "b"))
    for place, option in enumerate(("any_cloud", *OPTIONS[1:])):
        above, below = figure.axes[place], figure.axes[4 + place]
        assert above.get_title() == style.OPTION_NAMES.get(option, "any cloud")
        for line, run in zip(above.lines, pair, strict=True):
            np.testing.assert_allclose(line.get_ydata(), 100 * np.median(run.of(f"share.firms.{option}"), axis=0))
        zero, mean = below.lines
        assert set(zero.get_ydata()) == {0.0}
        gap = 100 * (pair[0].of(f"share.firms.{option}") - pair[1].of(f"share.firms.{option}")).mean(axis=0)
        np.testing.assert_allclose(mean.get_ydata(), gap)
        assert below.get_ylim() == figure.axes[4].get_ylim()


def test_what_is_in_force_in_one_of_the_two_is_shaded():
    given = ["policy.subsidy.start=2027-01", "policy.subsidy.end=2028-06"]
    both = load("subsidy", given), load("baseline")
    for scenarios in (both, both[::-1]):
        with style.house_style():
            figure = overlay(tables(2), scenarios, ("a", "b"))
        for axes in figure.axes:
            assert [(each.get_x(), each.get_x() + each.get_width()) for each in axes.patches] == [(2027.0, 2028.5)]


@pytest.mark.parametrize("every", ["1", "2"])
def test_it_is_said_where_years_are_counted_by_records_of_several_months(every, capsys):
    assert compare("subsidy", "baseline", "--every", every, replicates=2) == 0
    assert ("(by records every 2 months)" in printed_words(capsys)) == (every == "2")


def test_no_difference_of_money_of_utility_is_kept_or_printed_where_constants_differ(capsys):
    Path("dear.toml").write_text(DEAR)
    assert compare("dear.toml", "baseline") == 0, capsys.readouterr().err
    assert printed_words(capsys).count("undefined: A and B have option constants of their own") == 2
    kept = [row["difference"] for row in rows() if row["outcome"] == "welfare"]
    assert kept
    assert all(each is None or math.isnan(each) for each in kept)
