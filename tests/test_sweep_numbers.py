"""What is kept, exported and said of a sweep, number by number."""

import dataclasses
import math
import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from small_worlds import column
from test_sweep_reports import drawn, words_of

import sim
from sim.engines import simulate
from sim.experiments.results import load_results
from sim.experiments.sweeps.file import read
from sim.experiments.sweeps.folder import SweepFolder
from sim.experiments.sweeps.summing_up import reduction
from sim.experiments.sweeps.sweep import Reduction
from sim.model.errors import BadInput
from sim.model.scenario import load
from sim.report.sweeps import captions, export, levels, plot
from sim.report.sweeps.effects import Effects
from sim.report.sweeps.words import base_title, outcome_words, quantity_words, reduction_words, role_words

TEXT = """\
[about]
title = "A rate and a kind"
[base]
scenario = "subsidy"
set = { "run.firms" = 60, "run.months" = 18, "policy.subsidy.start" = "2026-02" }
[design]
kind = "grid"
[vary."policy.subsidy.rate"]
role = "counterfactual"
values = [0.1, 0.5]
[vary."policy.subsidy.start"]
role = "counterfactual"
values = ["2026-02", "2026-04"]
[replicates]
number = 3
[record]
outcomes = ["returns", "price"]
every = 6
[reduce.most]
outcome = "returns"
take = "peak"
"""
AT = '[reduce.early]\noutcome = "price"\ntake = "at"\ndate = "2026-06"\n'


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return swept(tmp_path_factory.mktemp("numbers"), TEXT + AT)


def swept(folder, text):
    file = folder / "numbers.toml"
    file.write_text(text, encoding="utf-8")
    return sim.sweep(file, out=folder / "sweep", workers=1, engine="numpy").path


def test_a_peak_alone_is_that_of_all_months(tmp_path):
    """Of incidents, which fall in few months, though every sixth is recorded."""
    text = TEXT.replace('outcomes = ["returns", "price"]', 'outcomes = ["incidents"]')
    found = load_results(swept(tmp_path, text.replace('outcome = "returns"', 'outcome = "incidents"')))
    settings = ["run.firms=60", "run.months=18", "policy.subsidy.start=2026-02", "policy.subsidy.rate=0.1"]
    missed = 0
    for row in found[found["point"] == 1].itertuples():
        series = column(simulate(load("subsidy", settings), row.replicate, "numpy"), "incidents")
        assert row.most == pytest.approx(series.max())
        missed += series.max() > series[::6].max()
    assert missed


@pytest.mark.parametrize(("how", "month"), [({"above": 0.1}, 6.0), ({"below": 0.1}, 0.0), ({"below": 0.05}, math.nan)])
def test_a_threshold_is_met_where_it_is_reached(how, month):
    found = reduction(Reduction("", "", "", "time-to", **how), np.array([0, 6, 12]), np.array([0.06, 0.1, 0.2]))
    assert found == pytest.approx(month, nan_ok=True)


def test_outcomes_of_a_sweep_are_its_series(path):
    found = load_results(path, outcomes=["price"])
    assert "price" in found
    assert "returns" not in found
    assert sorted(found["month"].unique()) == [0, 6, 12, 18]


def test_reductions_and_settings_are_called_by_their_month(path):
    manifest = SweepFolder(path).manifest()
    assert reduction_words("early", manifest).name.endswith("end of 2026-06")
    assert quantity_words("policy.subsidy.start", manifest).meaning.startswith("First month in force.")


def test_stata_has_units_and_monthly_dates(path, tmp_path):
    _, series, _ = export.export(path, "stata", tmp_path)
    with pd.read_stata(series, iterator=True) as reader:
        labels = reader.variable_labels()
        frame = reader.read(convert_dates=False)
    assert labels["price"] == "price, CNY per seat-month"
    assert set(frame[frame["month"] == 0]["date"]) == {(2025 - 1960) * 12 + 11}


def test_bands_and_intervals_of_points_that_are_draws_by_hand():
    """Of twenty points with two replicates each."""
    own, luck = np.random.default_rng(5).normal(size=(20, 1)), np.array([[-0.2, 0.4]])
    values = own + luck
    sample = drawn(np.repeat(range(20), 2), np.tile([0, 1], 20), values.ravel())
    found = levels.estimates(sample, [0] * 40, 1, 1)
    means = values.mean(axis=1)
    np.testing.assert_allclose((found.low[0], found.high[0]), np.quantile(means, (0.05, 0.95)))
    variance = luck.var(ddof=1) / 2 + means.var(ddof=1) / 20
    np.testing.assert_allclose(found.half[0], stats.t.ppf(0.975, 1) * np.sqrt(variance))


def test_bins_stand_at_their_median(path):
    values = [0.01, 0.02, 0.03, 0.2, 0.21, 0.25, 0.5, 0.9, 0.91, 0.92]
    points = {n: {"policy.subsidy.rate": each, "network.kind": "ring"} for n, each in enumerate(values)}
    manifest = SweepFolder(path).manifest() | {"design": "sobol"}
    found = levels.axis(quantity_words("policy.subsidy.rate", manifest), points, manifest, 3)
    assert found.edges is not None
    for group in range(found.size):
        inside = [values[number] for number, each in found.group.items() if each == group]
        assert found.places[group] == pytest.approx(np.median(inside))


def test_a_course_begins_when_the_run_does(path, tmp_path, figures):
    plot.plot(path, "price", [], None, tmp_path)
    assert figures[0].axes[0].lines[0].get_xdata()[0] == pytest.approx(2026.0)


def test_a_grid_holds_its_points_and_says_so(path, tmp_path, figures):
    plot.plot(path, "price", ["policy.subsidy.rate"], None, tmp_path)
    assert "chance alone, the points held" in words_of(figures[0])


def estimate(**columns) -> levels.Estimates:
    many = len(next(iter(columns.values())))
    return levels.Estimates(**{name: np.array(columns.get(name, [1.0] * many)) for name in levels.Estimates._fields})


def test_of_points_that_are_draws_one_alone_has_no_interval():
    """What other points would give there is not known; where every value has one point, replicates tell chance."""
    sample = drawn([1, 1, 2, 2, 3, 3], [0, 1] * 3, [1.0, 2.0, 4.0, 5.0, 9.0, 9.5])
    found = levels.estimates(sample, [0, 0, 0, 0, 1, 1], 2, 1)
    assert np.isfinite(found.half).tolist() == [True, False]
    assert np.isfinite(levels.estimates(sample, [0, 0, 0, 0, 1, 1], 2, 0).half).all()
    assert np.isfinite(levels.estimates(sample, [0, 0, 1, 1, 2, 2], 3, 1).half).all()


def test_luck_is_the_same_only_where_the_same_replicates_have_a_value(path):
    manifest = SweepFolder(path).manifest()
    key = "policy.subsidy.rate"
    along = levels.axis(quantity_words(key, manifest), SweepFolder(path).points(), manifest, 3)
    found = estimate(mean=[1.0, 2.0], half=[0.5, 0.25], points=[1, 1], sound=[2, 2], without=[0, 1])
    some = drawn([1, 1, 2, 2], [0, 1, 0, 1], [1.0, 2.0, 3.0, np.nan])
    assert captions.SAME_LUCK not in captions.along_caption(some, along, found, manifest)
    none = drawn([1, 1, 2, 2], [0, 1, 0, 1], [1.0, np.nan, 3.0, np.nan])
    assert captions.SAME_LUCK in captions.along_caption(none, along, found, manifest)
    months = dataclasses.replace(some, words=dataclasses.replace(some.words, unit="months"))
    assert "the quickest: do not compare groups" in captions.without_caption(months, found)
    assert "do not compare" not in captions.without_caption(some, found)


def test_money_of_utility_is_not_compared_where_constants_are_solved_again(tmp_path):
    rate = '[vary."policy.subsidy.rate"]\nrole = "counterfactual"\nvalues = [0.1, 0.5]'
    text = TEXT.replace('outcomes = ["returns", "price"]', 'outcomes = ["welfare", "price"]')
    for role, solved in (("uncertain", True), ("counterfactual", False)):
        file = tmp_path / f"{role}.toml"
        dear = f'[vary."cost.on_premise"]\nrole = "{role}"\nvalues = [160, 200]'
        file.write_text(text.replace(rate, dear), encoding="utf-8")
        notes = " ".join(read(file).notes)
        assert ("Constants are solved again for cost.on_premise" in notes) == solved
        manifest = SweepFolder(sim.sweep(file, out=tmp_path / role, workers=1, engine="numpy").path).manifest()
        assert outcome_words("welfare", manifest).of_one_zero == (not solved)
        assert outcome_words("price", manifest).of_one_zero
        sample = drawn([1, 1, 2, 2], [0, 1, 0, 1], [1.0] * 4)
        of = dataclasses.replace(sample, words=outcome_words("welfare", manifest))
        points = SweepFolder(tmp_path / role).points()
        along = levels.axis(quantity_words("cost.on_premise", manifest), points, manifest, 3)
        found = estimate(mean=[1.0, 2.0], half=[0.5, 0.25], points=[1, 1])
        said = captions.along_caption(of, along, found, manifest)
        assert ("do not compare points" in said) == solved
        assert (captions.SAME_LUCK in said) == (not solved)


def test_a_caption_tells_what_the_points_have(path):
    """Firms that are varied, and settings of entries whose parameter is varied whole."""
    manifest = SweepFolder(path).manifest()
    settings = {"cost.public_price[micro]": 50, "risk.threat": 0.1}
    asked = manifest["asked"]
    said = manifest | {"scenario": manifest["scenario"] | {"settings": settings}}
    assert "cost.public_price[micro] = 50, risk.threat = 0.1" in base_title(said)
    varied = {"role": "counterfactual", "unit": "", "countable": []}
    whole = said | {"quantities": {"cost.public_price": varied, "run.firms": varied}}
    assert base_title(whole).endswith(", with risk.threat = 0.1")
    factor = whole | {"asked": asked | {"factor": {"cost.public_price": [["micro", 50.0]]}}}
    assert "cost.public_price[micro] = 50" in base_title(factor)
    some = drawn([1, 1, 2], [0, 1, 0], [1.0, 2.0, 3.0])
    assert "(60 firms, 18 months" in captions.source_caption(some, manifest, "")
    assert "(firms as varied, 18 months" in captions.source_caption(some, whole, "")


def test_captions_count_what_they_count(path):
    manifest = SweepFolder(path).manifest()
    some = drawn([1, 1, 2], [0, 1, 0], [1.0, 2.0, 3.0])
    assert "(grid design, 2 of 4 points, 1 to 2 replicates of each)" in captions.source_caption(some, manifest, "")
    assert "Points with more replicates weigh more." in captions.course_caption(some, 3, manifest)
    even = drawn([1, 1, 2, 2], [0, 1, 0, 1], [1.0] * 4)
    assert "weigh more" not in captions.course_caption(even, 4, manifest)
    left = dataclasses.replace(drawn([1, 2], [0, 0], [1.0, 2.0]), uncommon=2)
    said = captions.source_caption(left, manifest, "")
    assert said.endswith("2 runs of replicates that not all points have are left out.")
    apart = drawn([1, 2], [0, 1], [1.0, 2.0])
    sides = [levels.axis(quantity_words(key, manifest), SweepFolder(path).points(), manifest, 3)
             for key in ("policy.subsidy.rate", "policy.subsidy.start")]  # fmt: skip
    found = estimate(mean=[1.0, 2.0], half=[0.5, 0.25], points=[1, 1], sound=[10, 10], without=[1, 4])
    said = captions.over_caption(apart, sides, found, manifest)
    assert "reach at most 0.5 " in said
    assert captions.SAME_LUCK not in said
    assert captions.SAME_LUCK in captions.over_caption(even, sides, found, manifest)
    assert "60 to 90 % of the runs of a group" in captions.without_caption(apart, found)
    assert re.search(r"5 of 20 runs have no value", captions.without_caption(apart, found))


def test_months_that_a_reduction_asks_for_move_none_of_those_recorded(tmp_path):
    path = swept(tmp_path, TEXT.replace('take = "peak"', 'take = "final"') + AT.replace("2026-06", "2026-04"))
    assert SweepFolder(path).manifest()["months"] == [0, 6, 12, 18]
    frame = load_results(path, series=True)
    assert sorted(set(frame["month"])) == [0, 6, 12, 18]


def test_a_caption_says_which_values_have_no_interval(path):
    manifest = SweepFolder(path).manifest()
    along = levels.axis(quantity_words("policy.subsidy.rate", manifest), SweepFolder(path).points(), manifest, 3)
    some = drawn([1, 1, 2, 2, 3, 3], [0, 1] * 3, [1.0] * 6)
    for design, points, there in (("lhs", [1, 2], True), ("grid", [1, 2], False), ("lhs", [2, 2], False)):
        found = estimate(mean=[1.0, 2.0], half=[np.nan, 0.25], points=points)
        said = captions.along_caption(some, along, found, manifest | {"design": design})
        assert ("A value of one point has none." in said) == there
        assert ("There is none where a point has a single value." in said) != there


def test_a_caption_says_what_else_differs_where_one_point_a_value_has_a_value(path):
    """Two thirds of the points never meet a threshold, say: what is drawn is of the others alone."""
    manifest = SweepFolder(path).manifest()
    along = levels.axis(quantity_words("policy.subsidy.rate", manifest), SweepFolder(path).points(), manifest, 3)
    some = drawn([1, 1, 2, 2, 3, 3], [0, 1] * 3, [1.0, 2.0, 1.0, 2.0, np.nan, np.nan])
    said = captions.along_caption(some, along, levels.estimates(some, [0, 0, 1, 1, 1, 1], 2, 0), manifest)
    assert "Points averaged together also differ in policy.subsidy.start" in said
    each = drawn([1, 1, 2, 2], [0, 1] * 2, [1.0, 2.0] * 2)
    said = captions.along_caption(each, along, levels.estimates(each, [0, 0, 1, 1], 2, 0), manifest)
    assert "also differ" not in said


def test_words_of_reductions_keep_the_scale_but_those_of_months(path):
    manifest = SweepFolder(path).manifest()
    how = {"outcome": "share.aware", "group": "total", "above": 0.5, "below": None, "month": None}
    asked = {"reduce": {take: how | {"take": take} for take in ("time-to", "cumulative", "final")}}
    said = manifest | {"asked": manifest["asked"] | asked}
    scales = {take: reduction_words(take, said).scale for take in asked["reduce"]}
    assert scales == {"time-to": 1.0, "cumulative": 100.0, "final": 100.0}


@pytest.mark.parametrize(("how", "words"), [({"above": 0.5}, "at least 50 %"), ({"below": 0.5}, "at most 50 %")])
def test_a_threshold_is_called_by_the_side_from_which_it_is_met(path, how, words):
    manifest = SweepFolder(path).manifest()
    settings = {"outcome": "share.aware", "group": "total", "take": "time-to", "above": None, "below": None} | how
    said = reduction_words("met", manifest | {"asked": manifest["asked"] | {"reduce": {"met": settings}}})
    assert f", {words} of firms" in said.name
    assert f"months until it is {words.replace('50 %', '0.5')} (share of firms)" in said.meaning


def test_an_entry_of_an_uncertain_parameter_solves_constants_again(path):
    manifest = SweepFolder(path).manifest()
    varied = {"cost.public_price[micro]": {"role": "uncertain", "unit": "", "countable": []}}
    assert role_words("cost.public_price[micro]", manifest | {"quantities": varied}).endswith("solved again")


def test_money_of_utility_that_is_only_reduced_is_noted(tmp_path):
    dear = '[vary."cost.on_premise"]\nrole = "uncertain"\nvalues = [160, 200]'
    rate = '[vary."policy.subsidy.rate"]\nrole = "counterfactual"\nvalues = [0.1, 0.5]'
    file = tmp_path / "reduced.toml"
    file.write_text(TEXT.replace(rate, dear) + '[reduce.good]\noutcome = "welfare"\ntake = "final"\n')
    assert "there is no common zero of welfare" in " ".join(read(file).notes)


@pytest.mark.parametrize(("outcome", "refused"), [("surplus.decision", True), ("supported_seats", False)])
def test_only_sums_of_all_months_so_far_cannot_be_summed_up(tmp_path, outcome, refused):
    file = tmp_path / "sum.toml"
    file.write_text(TEXT + f'[reduce.x]\noutcome = "{outcome}"\ntake = "cumulative"\n')
    if refused:
        with pytest.raises(BadInput, match="cannot be summed up again"):
            read(file)
    else:
        assert read(file).reductions[-1].take == "cumulative"


def test_points_of_one_trajectory_are_one_draw():
    """Four points of two trajectories, 1 and 3 in the one and 5 and 7 in the other: means that differ by 4."""
    sample = drawn([2, 2, 3, 3, 4, 4, 5, 5], [0, 1] * 4, [1.0, 1.0, 3.0, 3.0, 5.0, 5.0, 7.0, 7.0])
    one, three = (levels.estimates(sample, [0] * 8, 1, together).half[0] for together in (1, 3))
    assert one == pytest.approx(stats.t.ppf(0.975, 1) * np.sqrt(np.var([1, 3, 5, 7], ddof=1) / 4))
    assert three == pytest.approx(stats.t.ppf(0.975, 1) * np.sqrt(np.var([2, 6], ddof=1) / 2))
    alone = levels.estimates(drawn([2, 2, 3, 3], [0, 1] * 2, [1.0, 1.1, 3.0, 3.2]), [0] * 4, 1, 3)
    assert np.isnan(alone.half[0]), "what another trajectory would give is not known"


def test_luck_is_said_to_be_shared_only_along_all_that_is_varied(path):
    """In drawn designs points of two values differ in all else; and other firms or partners have other luck."""
    manifest = SweepFolder(path).manifest()
    both, one = ["policy.subsidy.rate", "policy.subsidy.start"], ["policy.subsidy.rate"]
    even = drawn([1, 1, 2, 2], [0, 1, 0, 1], [1.0] * 4)
    sides = [levels.axis(quantity_words(key, manifest), SweepFolder(path).points(), manifest, 3) for key in both]
    found = estimate(mean=[1.0, 2.0], half=[0.5, 0.25], points=[1, 1])
    said = {design: (captions.along_caption(even, sides[0], found, manifest | {"design": design}),
                     captions.over_caption(even, sides, found, manifest | {"design": design}))
            for design in ("grid", "lhs")}  # fmt: skip
    assert [[captions.SAME_LUCK in each for each in said[design]] for design in said] == [[True, True], [False, True]]
    kinds = manifest | {"quantities": manifest["quantities"] | {"network.kind": manifest["quantities"][one[0]]}}
    assert captions.SAME_LUCK not in captions.along_caption(even, sides[0], found, kinds)


def test_a_bin_without_points_is_drawn_at_its_middle(path):
    """Two points of many: three bins between them, of which the middle one is empty."""
    manifest = SweepFolder(path).manifest() | {"design": "lhs"}
    key, other = "policy.subsidy.rate", "security.loss"
    points = {1: {key: 0.2, other: 1.0}, 2: {key: 0.5, other: 2.0}}
    found = levels.axis(quantity_words(key, manifest), points, manifest, 3)
    np.testing.assert_allclose(found.places, [0.2, 0.35, 0.5])


def test_effects_on_money_of_utility_are_said_to_mean_nothing_where_constants_are_solved_again(path):
    manifest = SweepFolder(path).manifest()
    uncertain = {"role": "uncertain", "unit": "", "countable": []}
    varied = {"cost.on_premise": uncertain} | manifest["quantities"]
    solved = manifest | {"quantities": varied}
    found = Effects(tuple(varied), *(np.zeros(len(varied)) for _ in range(4)), 2, 0)
    for outcome, there in (("welfare", True), ("price", False)):
        sample = dataclasses.replace(drawn([1], [0], [1.0]), words=outcome_words(outcome, solved))
        said = captions.effects_caption(sample, found, solved)
        assert ("Those of cost.on_premise mean nothing" in said) == there
        assert (captions.NO_ZERO in captions.course_caption(sample, 1, solved)) == there


@pytest.mark.parametrize(
    ("laws", "said"),
    [
        ((None, "uniform"), "the whole range of the quantity. Dots"),
        (("normal", "uniform"), "the quantity (of policy.subsidy.rate in quantiles of their distributions). Dots"),
    ],
)
def test_effects_are_said_to_be_in_quantiles_where_values_are_not_equally_likely(path, laws, said):
    manifest = SweepFolder(path).manifest()
    pairs = zip(manifest["quantities"].items(), laws, strict=True)
    varied = {key: about | {"distribution": law} for (key, about), law in pairs}
    found = Effects(tuple(varied), *(np.zeros(2) for _ in range(4)), 2, 0)
    sample = dataclasses.replace(drawn([1], [0], [1.0]), words=outcome_words("price", manifest))
    assert said in captions.effects_caption(sample, found, manifest | {"quantities": varied})


def test_budgets_stand_on_an_axis_in_billions_as_what_is_spent_of_them_does(path):
    budget = {"role": "counterfactual", "unit": "money", "countable": []}
    manifest = SweepFolder(path).manifest() | {"quantities": {"policy.subsidy.budget": budget}}
    words = quantity_words("policy.subsidy.budget", manifest)
    assert (words.unit, words.shown) == ("CNY", "billion CNY")
    points = {1: {"policy.subsidy.budget": 5e8}, 2: {"policy.subsidy.budget": 2e10}}
    found = levels.axis(words, points, manifest, 3)
    assert found.labels == ("0.5", "20")
    assert found.places.tolist() == pytest.approx([0.5, 20.0])
