"""Elementary effects of a Morris design: those of SALib, whatever quantities are, from trajectories that are whole."""

import dataclasses
import re
import shutil
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from SALib.analyze import morris
from test_sweep_reports import words_of

import sim
from sim import cli
from sim.experiments.paired import t_interval
from sim.experiments.sweeps.file import read
from sim.experiments.sweeps.folder import SweepFolder
from sim.experiments.sweeps.part import Failure, failed_part
from sim.experiments.sweeps.sampling import problem, unit_points
from sim.model.errors import BadInput
from sim.report import style
from sim.report.sweeps import charts, plot
from sim.report.sweeps.drawn import number_of_runs
from sim.report.sweeps.effects import effects, effects_table, trajectories

looked = SweepFolder.looked

TEXT = """\
[about]
title = "Screened"

[base]
scenario = "subsidy"
set = { "run.firms" = 400, "run.months" = 18, "policy.subsidy.start" = "2026-02" }

[design]
kind = "morris"
trajectories = 6
levels = 6

[vary."policy.subsidy.rate"]
role = "counterfactual"
[vary."policy.subsidy.start"]
role = "counterfactual"
range = ["2026-01", "2026-06"]
[vary."network.kind"]
role = "counterfactual"
values = ["ring", "mean-field", "random", "groups"]
[vary."security.loss"]
role = "uncertain"
[vary."review.interval"]
role = "counterfactual"
range = [6, 8]

[replicates]
number = 2

[record]
outcomes = ["share.firms.public", "price"]
every = 3

[reduce.public_at_end]
outcome = "share.firms.public"
take = "final"
[reduce.paid]
outcome = "spent"
take = "final"
[reduce.months_to_most]
outcome = "share.firms.public[micro]"
take = "time-to"
above = 0.99
[reduce.welfare]
outcome = "welfare"
take = "final"
"""

TRAJECTORIES, STEPS = 6, 6
"""Points of a trajectory: one more than quantities."""

EVEN = [0, 1, 3]
"""Quantities whose values lie as the design's levels do: a rate, six months, a loss."""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("screened") / "screened.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def path(file):
    return sim.sweep(file, out=file.parent / "sweep", workers=1, engine="numpy").path



def means(path, name):
    return sim.load_results(path).groupby("point")[name].mean().to_numpy()


def test_they_are_those_of_salib_where_values_lie_as_levels_do(file, path):
    names, drawn = [each.key for each in read(file).quantities], number_of_runs(looked(path), "paid", None)
    expected = morris.analyze(problem(names), unit_points(read(file)), means(path, "paid"), num_levels=6)
    found = effects(drawn, trajectories(looked(path)))
    assert list(found.names) == names
    for mine, theirs in (("size", "mu_star"), ("mean", "mu"), ("spread", "sigma")):
        np.testing.assert_allclose(
            getattr(found, mine)[EVEN], drawn.words.scale * np.asarray(expected[theirs], float)[EVEN]
        )
    assert (found.size > 0).all()
    assert found.mean[0] == found.size[0], "a higher rate always costs more"
    assert found.mean[1] == -found.size[1], "a later start always less"
    assert (found.trajectories, found.left_out) == (TRAJECTORIES, 0)


def test_the_interval_is_that_of_the_mean_of_their_sizes(file, path):
    """Of effects taken by the definition: what a step changes, over the part of the range that it crosses.

    That is three fifths; but of four words one to three thirds, in the order of the file, and of 6, 7, 8 one or two
    halves.
    """
    units = unit_points(read(file)).reshape(TRAJECTORIES, STEPS, -1)
    units[..., 2] = np.minimum(np.floor(4 * units[..., 2]), 3) / 3
    units[..., 4] = np.floor(3 * units[..., 4] - 1e-9).clip(0, 2) / 2
    changes = 100 * np.diff(means(path, "public_at_end").reshape(TRAJECTORIES, STEPS), axis=1)
    crossed = np.diff(units, axis=1)
    which = np.abs(crossed).argmax(axis=2)
    crossed = np.take_along_axis(crossed, which[..., None], 2)[..., 0]
    assert {round(abs(each), 9) for each in crossed[which == 2]} == {round(2 / 3, 9), 1.0}
    assert {round(abs(each), 9) for each in crossed[which == 4]} == {0.5, 1.0}
    sizes = np.array([np.abs(changes / crossed)[which == each] for each in range(STEPS - 1)])
    expected = t_interval(sizes.T)
    found = effects(number_of_runs(looked(path), "public_at_end", None), trajectories(looked(path)))
    np.testing.assert_allclose(found.size, expected.mean)
    np.testing.assert_allclose(found.half, expected.high - expected.mean)


def test_given_numbers_and_months_are_divided_by_the_distance_between_them(tmp_path):
    prices, months = [50, 60, 200], ["2026-01", "2026-02", "2026-06"]
    text = TEXT.replace('[vary."policy.subsidy.rate"]', f'[vary."cost.public_price"]\nvalues = {prices}')
    text = text.replace('range = ["2026-01", "2026-06"]', f"values = {months}")
    (tmp_path / "apart.toml").write_text(text, encoding="utf-8")
    apart = sim.sweep(tmp_path / "apart.toml", out=tmp_path / "sweep", workers=1, engine="numpy").path
    found = effects(number_of_runs(looked(apart), "public_at_end", None), trajectories(looked(apart)))
    points = sim.load_results(apart).groupby("point").first()
    columns = points["cost.public_price"].astype(float), points["policy.subsidy.start"].map(months.index)
    changes = 100 * np.diff(means(apart, "public_at_end").reshape(TRAJECTORIES, STEPS), axis=1)
    for n, (column, places) in enumerate(zip(columns, ({50: 0, 60: 1 / 15, 200: 1}, [0, 0.2, 1]), strict=True)):
        crossed = np.diff(np.array([places[each] for each in column]).reshape(TRAJECTORIES, STEPS), axis=1)
        sizes = [np.abs(change[part != 0] / part[part != 0]) for change, part in zip(changes, crossed, strict=True)]
        assert found.size[n] == pytest.approx(np.mean(sizes))


def test_the_figure_has_a_row_a_quantity_the_largest_on_top(path, tmp_path, figures):
    plot.plot(path, "public_at_end", [], None, tmp_path, effects=True)
    found = effects(number_of_runs(looked(path), "public_at_end", None), trajectories(looked(path)))
    rows = [tick.get_text() for tick in figures[0].axes[0].get_yticklabels()]
    assert rows == [found.names[each] for each in np.argsort(found.size)]
    assert "public_at_end by each quantity" in words_of(figures[0])
    assert "effects of 6 trajectories (Morris, μ*)" in words_of(figures[0])
    assert "percentage points of firms" in words_of(figures[0])


@pytest.mark.parametrize("longer", ["", "_for_micro_and_small_firms_in_all_of_the_regions_that_have_no_programme"])
def test_the_legend_covers_nothing_and_long_names_leave_room(path, longer):
    drawn = number_of_runs(looked(path), "public_at_end", None)
    found = effects(drawn, trajectories(looked(path)))
    names = tuple(name.replace("subsidy", f"subsidy{longer}") for name in found.names)
    with style.house_style():
        figure = charts.framed(charts.effects_chart(found._replace(names=names), drawn.words), ["x"], "")
        axes, renderer = figure.axes[0], FigureCanvasAgg(figure).get_renderer()
        panel, legend = axes.get_window_extent(renderer), axes.get_legend().get_window_extent(renderer)
        assert legend.y0 >= panel.y1
        assert panel.width > figure.bbox.width / 2
        label, *rows = (text.get_window_extent(renderer) for text in (axes.xaxis.label, *axes.get_yticklabels()))
    assert panel.x0 <= label.x0 < label.x1 <= panel.x1
    assert all(row.x0 >= 0 for row in rows)
    assert all(lower.y1 <= upper.y0 for lower, upper in pairwise(rows))
    assert {row.get_text().replace("\n", "") for row in axes.get_yticklabels()} == set(names)


def test_no_interval_of_a_mean_size_is_drawn_below_zero(path, tmp_path, figures):
    """By Student's t it may reach there; above, it is drawn as it is."""
    drawn = number_of_runs(looked(path), "public_at_end", None)
    found = effects(drawn, trajectories(looked(path)))
    wide = found._replace(half=1.5 * found.half)
    assert {*(wide.half > wide.size)} == {True, False}
    axes = charts.effects_chart(wide, drawn.words).axes[0]
    order = np.argsort(wide.size, kind="stable")
    ends = np.array([line[:, 0] for line in axes.containers[0].lines[2][0].get_segments()])
    np.testing.assert_allclose(ends[:, 0], np.maximum(wide.size - wide.half, 0)[order], atol=1e-12)
    np.testing.assert_allclose(ends[:, 1], (wide.size + wide.half)[order])
    plot.plot(path, "public_at_end", [], None, tmp_path, effects=True)
    assert "95 % interval (Student's t, cut at 0)" in words_of(figures[0])


def test_each_row_has_the_mean_and_the_deviation_of_its_quantity(path):
    drawn = number_of_runs(looked(path), "public_at_end", None)
    found = effects(drawn, trajectories(looked(path)))
    axes = charts.effects_chart(found, drawn.words).axes[0]
    order, called = np.argsort(found.size), dict(zip(*axes.get_legend_handles_labels()[::-1], strict=True))
    shown = {"standard deviation": found.spread, "mean, with its sign": found.mean}
    for label, numbers in shown.items():
        assert called[label].get_xdata().tolist() == numbers[order].tolist()
        assert called[label].get_ydata().tolist() == [0, 1, 2, 3, 4]
    dots, *_ = called["mean size, 95 % interval"].lines
    assert dots.get_xdata().tolist() == found.size[order].tolist()


def test_a_recorded_outcome_is_taken_at_a_month(path, tmp_path, figures):
    plot.plot(path, "price", [], "2026-03", tmp_path, effects=True)
    assert "end of 2026-03" in words_of(figures[0])


def test_trajectories_without_a_value_somewhere_are_left_out(path, tmp_path, monkeypatch, figures):
    drawn = number_of_runs(looked(path), "public_at_end", None)
    values = np.where((drawn.points == STEPS + 1) & (drawn.replicates == 1), np.nan, drawn.values)
    found = effects(dataclasses.replace(drawn, values=values), trajectories(looked(path)))
    assert (found.trajectories, found.left_out) == (TRAJECTORIES - 1, 1)
    monkeypatch.setattr(plot, "number_of_runs", lambda *_: dataclasses.replace(drawn, values=values))
    plot.plot(path, "public_at_end", [], None, tmp_path, effects=True)
    assert "1 trajectory without a value at some point left out" in words_of(figures[0])


def test_what_never_moves_has_no_effect(path):
    """As a whole number of a law so narrow that only one is drawn."""
    among = trajectories(looked(path))
    still = among._replace(places=among.places * [1, 1, 1, 0, 1], counted=among.counted & [1, 1, 1, 0, 1])
    drawn = number_of_runs(looked(path), "public_at_end", None)
    found, expected = effects(drawn, still), effects(drawn, among)
    assert (found.size[3], found.half[3], found.spread[3]) == (0, 0, 0)
    np.testing.assert_array_equal(np.delete(found.size, 3), np.delete(expected.size, 3))


def test_a_design_of_two_levels_has_effects_and_a_single_value_has_none(tmp_path):
    text = TEXT.replace("levels = 6", "levels = 2").replace("range = [6, 8]", "values = [6]")
    text = text.replace('values = ["ring", "mean-field", "random", "groups"]', 'values = ["ring"]')
    (tmp_path / "narrow.toml").write_text(text, encoding="utf-8")
    narrow = sim.sweep(tmp_path / "narrow.toml", out=tmp_path / "sweep", workers=1, engine="numpy").path
    found = effects(number_of_runs(looked(narrow), "paid", None), trajectories(looked(narrow)))
    assert (found.size > 0).tolist() == [True, True, False, True, False]


def test_of_a_sweep_under_way_whole_trajectories_are_taken(file, tmp_path):
    part = sim.sweep(file, out=tmp_path / "sweep", workers=1, engine="numpy", limit=2 * STEPS + 3).path
    found = effects(number_of_runs(looked(part), "public_at_end", None), trajectories(looked(part)))
    assert (found.trajectories, found.left_out) == (2, TRAJECTORIES - 2)
    small = sim.sweep(file, out=tmp_path / "small", workers=1, engine="numpy", limit=STEPS + 1).path
    with pytest.raises(BadInput, match=r"--effects: 1 of 6 trajectories have a value of public_at_end at every point"):
        plot.plot(small, "public_at_end", [], None, tmp_path, effects=True)


@pytest.mark.parametrize("form", ["csv", "stata"])
def test_they_are_exported_in_the_unit_of_the_reduction(path, tmp_path, form, capsys):
    assert cli.exit_code(["export", str(path), "--format", form, "--out", str(tmp_path)]) == 0
    table = pd.read_csv(tmp_path / "effects.csv") if form == "csv" else pd.read_stata(tmp_path / "effects.dta")
    found = effects(number_of_runs(looked(path), "public_at_end", None), trajectories(looked(path)))
    mine = table[table["reduction"] == "public_at_end"]
    assert mine["quantity"].tolist() == list(found.names)
    for column, name in {"mu_star": "size", "half_width": "half", "mu": "mean", "sigma": "spread"}.items():
        np.testing.assert_allclose(mine[column], getattr(found, name) / 100)
    assert set(mine["trajectories"]) == {TRAJECTORIES}
    without = table[table[["mu_star", "half_width", "mu", "sigma"]].isna().all(axis=1)]
    assert without[["reduction", "quantity"]].to_numpy().tolist() == [["welfare", "security.loss"]], "no common zero"
    assert not table.drop(without.index).isna().any(axis=None)
    assert not (table["reduction"] == "months_to_most").any()
    assert "the table of effects has none of months_to_most: fewer than 2 trajectories" in capsys.readouterr().err
    codebook = pd.read_csv(tmp_path / ("codebook.csv" if form == "csv" else "codebook-stata.csv"))
    assert list(codebook[codebook["table"] == "effects"]["column"]) == list(table.columns)


def test_a_damaged_part_is_not_taken_for_too_few_trajectories(path, tmp_path):
    copied = shutil.copytree(path, tmp_path / "sweep")
    first = min((copied / "parts").iterdir())
    first.write_bytes(first.read_bytes()[:-1])
    with pytest.raises(BadInput, match=f"{first.name} is damaged"):
        effects_table(looked(copied))


def test_other_designs_and_single_quantities_have_none(path, capsys):
    assert cli.exit_code(["plot", str(path), "--outcome", "price", "--effects", "--by", "security.loss"]) == 2
    assert "--effects: with --by security.loss. Allowed: without --by" in capsys.readouterr().err
    manifest = path / "manifest.json"
    whole = manifest.read_text()
    manifest.write_text(re.sub('"design": "morris"', '"design": "sobol"', whole))
    assert cli.exit_code(["plot", str(path), "--outcome", "price", "--effects"]) == 2
    assert "--effects: this sweep has a sobol design" in capsys.readouterr().err
    manifest.write_text(whole)


def test_where_no_run_came_to_its_end_the_failures_are_exported_all_the_same(path, tmp_path, capsys):
    shutil.copytree(path, tmp_path / "sweep")
    folder = looked(tmp_path / "sweep")
    nothing = Failure("start", "nothing works")
    for item in folder.parts.values():
        folder.keep(item, failed_part(item, nothing, folder.columns()))
    assert cli.exit_code(["export", str(folder.path), "--format", "csv"]) == 0
    assert set(pd.read_csv(folder.path / "export" / "runs.csv")["message"]) == {nothing.message}
    assert pd.read_csv(folder.path / "export" / "effects.csv").empty
    err = capsys.readouterr().err
    assert "note: the table of effects has none of months_to_most, paid, public_at_end, welfare: fewer" in err


def test_effects_do_not_depend_on_the_copy_of_the_sweep_file(path, tmp_path):
    folder = tmp_path / "copied"
    shutil.copytree(path, folder)
    copy = folder / "sweep.toml"
    copy.write_text(copy.read_text(encoding="utf-8").replace("levels = 6", "levels = 20"), encoding="utf-8")
    assert trajectories(looked(folder)).step == trajectories(looked(path)).step == 6 / (2 * (6 - 1))


@pytest.mark.parametrize("levels", ['"other": 6', '"levels": 1', '"levels": "6"'])
def test_effects_are_refused_where_the_manifest_does_not_say_how_long_a_step_is(path, tmp_path, capsys, levels):
    folder = tmp_path / "copied"
    shutil.copytree(path, folder)
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"levels": 6', levels), encoding="utf-8")
    assert cli.exit_code(["plot", str(folder), "--outcome", "public_at_end", "--effects"]) == 2
    assert "manifest.json does not say how many levels the design has" in capsys.readouterr().err
    assert cli.exit_code(["plot", str(folder), "--outcome", "public_at_end"]) == 2, "a reduction has no course"
    assert cli.exit_code(["plot", str(folder), "--outcome", "price"]) == 0, "what needs no levels is drawn"
