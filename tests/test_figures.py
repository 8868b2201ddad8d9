"""Figures and summary: every one drawn, captioned with units and sample, and readable in Chinese."""

import csv
import dataclasses
import doctest
import io
import logging
import struct
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from rich.console import Console

from sim.experiments.tables import Outcomes
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.outcome_table import COLUMNS
from sim.model.scenario import load
from sim.report import drawing, figures, numbers, panels, style, summary
from sim.report.bands import fan
from sim.report.figures import FIGURES, draw_all

TITLE = "中国企业云计算采用情景：公有云补贴与安全强化"


@pytest.fixture(scope="module")
def scenario():
    return dataclasses.replace(load("baseline"), title=TITLE)


@pytest.fixture(scope="module")
def outcomes() -> Outcomes:
    """Five replicates of ten years; the option shares of a group add up to one."""
    months = np.arange(121, dtype=np.int32)
    values = np.random.default_rng(3).uniform(0.2, 0.3, size=(5, 121, len(COLUMNS)))
    for of in ("firms", "seats"):
        for group in ("total", *CLASSES):
            where = [COLUMNS.index((f"share.{of}.{option}", group)) for option in OPTIONS]
            values[:, :, where] /= values[:, :, where].sum(axis=2, keepdims=True)
    return Outcomes(np.arange(5, dtype=np.int32), months, tuple(COLUMNS), values)


def cut(outcomes: Outcomes, replicates: int, months: int) -> Outcomes:
    values = outcomes.values[:replicates, :months]
    return Outcomes(outcomes.replicates[:replicates], outcomes.months[:months], outcomes.columns, values)


def words_of(figure: Figure) -> list[str]:
    found = [text.get_text() for text in figure.texts]
    for axes in figure.axes:
        found += [axes.get_title(), axes.get_ylabel(), axes.get_xlabel()]
    return [text for text in found if text]


@pytest.mark.parametrize("months", [1, 5, 23])
def test_a_short_run_has_its_months_labelled(months, outcomes, scenario):
    with style.house_style():
        figure = FIGURES["price"](cut(outcomes, 3, months + 1), scenario)
        figure.canvas.draw()
    for axes in figure.axes:
        labels = [tick.get_text() for tick in axes.get_xticklabels()]
        assert len(set(labels)) == len(labels) > 1
        assert set(map(len, labels)) == {len("2026-01")}


def without_large(outcomes):
    """Outcomes of a world that has no large firms."""
    values = outcomes.values.copy()
    for option in OPTIONS:
        values[:, :, COLUMNS.index((f"share.firms.{option}", "large"))] = np.nan
    return dataclasses.replace(outcomes, values=values)


def test_a_run_of_two_years_has_its_years_labelled(outcomes, scenario):
    with style.house_style():
        figure = FIGURES["price"](cut(outcomes, 3, 25), scenario)
        figure.canvas.draw()
    for axes in figure.axes:
        assert [tick.get_text() for tick in axes.get_xticklabels()] == ["2026", "2027", "2028"]


def test_a_class_without_firms_is_said_to_have_none(outcomes, scenario):
    with style.house_style():
        figure = FIGURES["shares-of-firms"](without_large(outcomes), scenario)
    empty = [axes for axes in figure.axes if "no firms" in [text.get_text() for text in axes.texts]]
    assert len(empty) == len(OPTIONS)


def test_a_class_without_firms_is_no_blank_where_shares_are_stacked(outcomes, scenario):
    with style.house_style():
        figure = FIGURES["shares-stacked"](without_large(outcomes), scenario)
    texts = [[text.get_text() for text in axes.texts] for axes in figure.axes]
    assert texts == [[]] * 5 + [["no firms"]]


def test_axes_hold_what_is_possible(outcomes, scenario):
    """Nobody on cloud, or everybody; a gap may be below 0."""
    for value in (0.0, 1.0):
        ends = dataclasses.replace(outcomes, values=np.full_like(outcomes.values, value))
        for name in ("fragmentation", "price", "risk", "shares-of-firms"):
            with style.house_style():
                figure = FIGURES[name](ends, scenario)
            for axes in figure.axes:
                low, high = axes.get_ylim()
                difference = axes.get_ylabel().startswith("%-points")
                assert low >= 0 or difference
                assert ("0 throughout" in [text.get_text() for text in axes.texts]) == (value == 0.0)
                assert high <= (1 if axes.get_ylabel().startswith("Herfindahl") else 101 if name != "price" else 200)
            if name == "shares-of-firms":
                assert max(axes.get_ylim()[1] for axes in figure.axes) <= 100


@pytest.mark.parametrize("name", FIGURES)
def test_few_recorded_dates_are_marked_and_many_are_not(name, outcomes, scenario):
    few = outcomes.months % 60 == 0
    thin = dataclasses.replace(outcomes, months=outcomes.months[few], values=outcomes.values[:, few])
    for table, marker in ((thin, "o"), (outcomes, "None")):
        with style.house_style():
            figure = FIGURES[name](table, scenario)
        found = {line.get_marker() for axes in figure.axes for line in axes.lines}
        assert found == ({marker} if marker == "o" or name != "shares-stacked" else set())
        assert ("Dots: recorded dates" in " ".join(words_of(figure)).replace("\n", " ")) == (marker == "o")


@pytest.mark.parametrize("name", FIGURES)
def test_a_caption_of_one_replicate_speaks_of_no_bands_and_no_median(name, outcomes, scenario):
    with style.house_style():
        text = " ".join(words_of(FIGURES[name](cut(outcomes, 1, 121), scenario))).replace("\n", " ")
    assert "One replicate, without bands" in text
    assert not any(word in text.lower() for word in ("median", "middle", "bands show"))


def test_ticks_are_whole_numbers_without_factor_or_offset(outcomes, scenario):
    for scale, word in ((4e9, " billion"), (4e6, " million"), (4e4, ",000")):
        with style.house_style():
            figure = FIGURES["price"](dataclasses.replace(outcomes, values=scale * outcomes.values), scenario)
            figure.canvas.draw()
        axis = figure.axes[0].yaxis
        assert axis.get_offset_text().get_text() == ""
        assert all(label.get_text().endswith(word) for label in axis.get_ticklabels())
    assert doctest.testmod(numbers).attempted >= 3
    assert doctest.testmod(numbers).failed == 0


@pytest.mark.parametrize("months", [1, 2, 9])
@pytest.mark.parametrize("name", FIGURES)
def test_months_of_neighbouring_panels_stay_apart(name, months, outcomes, scenario):
    with style.house_style():
        figure = FIGURES[name](cut(outcomes, 3, months + 1), scenario)
        figure.canvas.draw()
        shown = [axes for axes in figure.axes if axes.get_subplotspec().is_last_row()]
        labels = [(axes.get_xlim(), each) for axes in shown for each in axes.get_xticklabels()]
        seen = [each for (low, high), each in labels if low - 1e-6 <= each.get_position()[0] <= high + 1e-6]
        boxes = [each.get_window_extent() for each in seen]
    assert len(boxes) > len(shown)
    assert all(left.x1 + 24 < right.x0 for left, right in pairwise(boxes))


def test_a_title_may_speak_of_dollars(outcomes, scenario, tmp_path):
    """They are no formula, whole or broken."""
    priced = dataclasses.replace(scenario, title=r"From $5 to $10, $\frac{1}{2 of the price$")
    figures.save(tmp_path / "price.png", lambda: FIGURES["price"](outcomes, priced))
    assert (tmp_path / "price.png").exists()


@pytest.mark.parametrize("name", FIGURES)
def test_a_caption_says_units_scenario_replicates_and_what_bands_mean(name, outcomes, scenario):
    with style.house_style():
        words = words_of(FIGURES[name](outcomes, scenario))
    text = "\n".join(words).replace("\n", " ")
    assert TITLE in text.replace(" ", "")
    assert "5 replicates of 2,000 firms" in text
    assert "chance alone, with all parameters fixed" in text
    assert any(unit in text for unit in ("%", "CNY", "effective number"))
    if name != "shares-stacked":
        assert "middle 50 %" in text
        assert "middle 90 %" in text


@pytest.mark.parametrize("name", FIGURES)
def test_the_time_in_which_something_is_in_force_is_shaded(name, outcomes):
    """Not where areas hide it. From the month in which it begins to its last, on the axis of the states."""
    given = ["policy.subsidy.start=2027-01", "policy.subsidy.end=2028-06", "policy.subsidy.ramp=0"]
    with style.house_style():
        shaded, plain = (FIGURES[name](outcomes, each) for each in (load("subsidy", given), load("baseline")))
    for figure, there in ((shaded, name != "shares-stacked"), (plain, False)):
        spans = [[(p.get_x(), p.get_x() + p.get_width()) for p in axes.patches] for axes in figure.axes]
        assert all(each == ([pytest.approx((2027.0, 2028.5))] if there else []) for each in spans)
        assert ("Grey: months in which a policy" in figure.texts[-1].get_text().replace("\n", " ")) == there


def test_captions_and_the_printed_table_tell_what_was_set_over_the_scenario(outcomes):
    """The title knows nothing of it."""
    changed = load("subsidy", ["policy.subsidy.rate=0.1", "policy.subsidy.reach=1", "run.firms=500"])
    told = f"{changed.title}, with policy.subsidy.rate = 0.1, policy.subsidy.reach = 1"
    with style.house_style():
        captions = [draw(outcomes, changed).texts[-1].get_text().replace("\n", " ") for draw in FIGURES.values()]
    assert all(f"Scenario: subsidy, {told} (5 replicates of 500 firms" in caption for caption in captions)
    rows = summary.summary_rows(outcomes, changed)
    assert str(summary.summary_table(rows, changed, 5).title).startswith(f"{told}\n")


def test_of_many_settings_the_caption_tells_some_and_counts_the_others(outcomes):
    settings = [f"cost.{key}[{size}]={90 + n}" for key in ("public_price", "private") for n, size in enumerate(CLASSES)]
    with style.house_style():
        text = FIGURES["price"](outcomes, load("baseline", settings)).texts[-1].get_text().replace("\n", " ")
    assert "cost.private[small] = 91 and 2 more (5 replicates" in text


@pytest.mark.parametrize("name", FIGURES)
def test_a_caption_says_of_which_year_prices_are_where_there_is_money(name, outcomes, scenario):
    with style.house_style():
        text = "\n".join(words_of(FIGURES[name](outcomes, scenario))).replace("\n", " ")
    assert ("; money in CNY, 2026 prices" in text) == ("CNY" in text) == (name == "price")


@pytest.mark.parametrize("name", ["shares-of-firms", "shares-of-seats", "shares-stacked"])
def test_size_classes_are_headed_by_the_bounds_of_the_scenario(name, outcomes):
    """Those of the default, and others."""
    ends = {"smallest": (1, 20, 100, 400), "largest": (19, 99, 399, 2000)}
    changed = [f"population.{end}[{size}]={n}" for end, ns in ends.items() for size, n in zip(CLASSES, ns, strict=True)]
    for settings, spans in (([], "1–9 10–49 50–249 250+"), (changed, "1–19 20–99 100–399 400+")):
        with style.house_style():
            figure = FIGURES[name](outcomes, load("baseline", settings))
        titles = [axes.get_title().removeprefix("firms: ") for axes in figure.axes if "(" in axes.get_title()]
        headings = [f"{size} ({span})" for size, span in zip(CLASSES, spans.split(), strict=True)]
        assert [title for title in titles if "seats" not in title] == headings


def test_seats_are_explained_as_they_are_counted(outcomes, scenario):
    with style.house_style():
        text = FIGURES["shares-of-seats"](outcomes, scenario).texts[-1].get_text().replace("\n", " ")
    assert "as many seats as employees × the IT intensity of its sector, rounded up" in text


@pytest.mark.parametrize("name", FIGURES)
def test_no_character_is_missing_and_no_word_leaves_the_page(name, outcomes, scenario, caplog):
    """A missing glyph is a warning, which is an error here."""
    with style.house_style(), caplog.at_level(logging.WARNING):
        figure = FIGURES[name](outcomes, scenario)
        canvas, page = FigureCanvasAgg(figure), figure.bbox
        canvas.draw()
        renderer = canvas.get_renderer()
        for text in figure.texts:
            box = text.get_window_extent(renderer)
            assert page.x0 <= box.x0
            assert box.x1 <= page.x1, text.get_text()
            assert page.y0 <= box.y0
            assert box.y1 <= page.y1
        caption = figure.texts[-1].get_window_extent(renderer)
        panels = [axes.get_tightbbox(renderer) for axes in figure.axes]
        assert all(panel.y0 >= caption.y1 for panel in panels)
    assert not caplog.records


@pytest.fixture(scope="module")
def alone(tmp_path_factory, outcomes, scenario):
    """All figures, drawn by this process."""
    return draw_all(outcomes, scenario, tmp_path_factory.mktemp("alone"))


def test_every_figure_is_a_png_and_drawing_again_gives_the_same_bytes(tmp_path, alone, outcomes, scenario):
    assert [path.stem for path in alone] == list(FIGURES)
    again = draw_all(outcomes, scenario, tmp_path)
    for one, other in zip(alone, again, strict=True):
        content = one.read_bytes()
        assert content == other.read_bytes()
        width, height = struct.unpack(">II", content[16:24])
        assert width >= 1200
        assert height >= 600


def test_hands_draw_the_same_bytes(tmp_path, alone, outcomes, scenario, monkeypatch):
    monkeypatch.setattr(drawing, "cores", lambda: 2)
    with drawing.drawers(True) as hands:
        assert hands.workers > 1
        shared = drawing.begin_drawing(hands, outcomes, scenario, tmp_path, again=True)()
    assert [path.name for path in shared] == [path.name for path in alone]
    assert [path.read_bytes() for path in shared] == [path.read_bytes() for path in alone]


def test_panels_made_beforehand_are_drawn_on_and_change_no_byte(tmp_path, alone, outcomes, scenario, monkeypatch):
    kept: dict = {}
    monkeypatch.setattr(panels, "_SPARE", kept)
    figures.get_ready()
    assert sum(map(len, kept.values())) == len(FIGURES)
    drawn_on = draw_all(outcomes, scenario, tmp_path)
    assert not any(kept.values())
    assert [path.read_bytes() for path in drawn_on] == [path.read_bytes() for path in alone]


def test_figures_of_seats_show_shares_of_seats(outcomes, scenario):
    with style.house_style():
        fans, stacked = (FIGURES[name](outcomes, scenario) for name in ("shares-of-seats", "shares-stacked"))
    middle = [np.median(100 * outcomes.of(f"share.seats.{option}"), axis=0) for option in OPTIONS]
    np.testing.assert_allclose(fans.axes[0].lines[0].get_ydata(), middle[0])
    (workload,) = (axes for axes in stacked.axes if axes.get_title() == "all seats (workload)")
    upper_edge = workload.collections[0].get_paths()[0].vertices[:, 1].max()
    assert upper_edge == pytest.approx((100 * middle[0] / np.sum(middle, axis=0)).max())


@pytest.mark.parametrize(("name", "labels"), [
    ("price", {"price": "price", "unit cost": "unit_cost"}),
    ("risk", {"believed": "risk.perceived", "true": "risk.objective"}),
])  # fmt: skip
def test_lines_are_called_what_they_show(name, labels, outcomes, scenario):
    with style.house_style():
        axes = FIGURES[name](outcomes, scenario).axes[0]
    scale = 100.0 if name == "risk" else 1.0
    handles, called = axes.get_legend_handles_labels()
    assert called == list(labels)
    for line, outcome in zip(handles, labels.values(), strict=True):
        np.testing.assert_allclose(line.get_ydata(), scale * np.median(outcomes.of(outcome), axis=0))


@pytest.mark.parametrize(
    ("name", "headings"),
    [
        ("price", {"congestion": ("congestion", 100.0)}),
        ("risk", {"belief less truth": ("risk.gap", 100.0)}),
        ("fragmentation", {
            "separate infrastructures": ("infrastructures", 1.0), "interoperability": ("interoperability", 100.0),
            "provider concentration": ("concentration", 1.0),
        }),
    ],
)  # fmt: skip
def test_a_panel_of_one_line_is_headed_by_what_it_shows(name, headings, outcomes, scenario):
    with style.house_style():
        found = {axes.get_title(): axes.lines for axes in FIGURES[name](outcomes, scenario).axes}
    for heading, (outcome, scale) in headings.items():
        (line,) = found[heading]
        np.testing.assert_allclose(line.get_ydata(), scale * np.median(outcomes.of(outcome), axis=0))


def test_inner_panels_have_the_grid_of_the_outer_ones_without_ticks(outcomes, scenario):
    with style.house_style():
        figure = FIGURES["shares-of-firms"](outcomes, scenario)
    assert len(figure.axes) == len(OPTIONS) * len(figures.GROUPS)
    for axes in figure.axes:
        place = axes.get_subplotspec()
        assert axes.xaxis.get_visible() == place.is_last_row()
        assert axes.yaxis.get_visible() == place.is_first_col()
        drawn = axes.collections[-1].get_segments()
        across = [] if place.is_last_row() else [[(x, x), axes.get_ylim()] for x in axes.get_xticks()]
        up = [] if place.is_first_col() else [[axes.get_xlim(), (y, y)] for y in axes.get_yticks()]
        assert [[tuple(line[:, 0]), tuple(line[:, 1])] for line in drawn] == across + up


def test_figures_that_are_there_are_left_alone_unless_asked(tmp_path, outcomes, scenario, monkeypatch):
    monkeypatch.setattr(figures, "FIGURES", {name: FIGURES[name] for name in ("price", "risk")})
    mine = b"mine, as any PNG ends: IEND\xaeB`\x82"
    (tmp_path / "price.png").write_bytes(mine)
    draw_all(outcomes, scenario, tmp_path, again=False)
    assert (tmp_path / "price.png").read_bytes() == mine
    assert (tmp_path / "risk.png").exists()
    draw_all(outcomes, scenario, tmp_path, again=True)
    assert (tmp_path / "price.png").read_bytes() != mine


@pytest.mark.parametrize(("replicates", "months"), [(1, 2), (2, 3)])
def test_the_smallest_runs_can_be_drawn(tmp_path, outcomes, scenario, replicates, months):
    assert draw_all(cut(outcomes, replicates, months), scenario, tmp_path)


def test_a_class_without_firms_can_be_drawn_and_summarised(tmp_path, outcomes, scenario):
    values = outcomes.values.copy()
    for column, (_, group) in enumerate(outcomes.columns):
        if group == "large":
            values[:, :, column] = np.nan
    empty = dataclasses.replace(outcomes, values=values)
    assert draw_all(empty, scenario, tmp_path)
    rows = summary.summary_rows(empty, scenario)
    assert {np.isnan(row.median) for row in rows if row.group == "large"} == {True}
    cells = printed(rows, scenario, 5)
    assert cells["large"] == ["–"] * 3
    assert "–" not in cells["medium"]


def test_bands_hold_half_and_nine_tenths_of_the_replicates(scenario):
    """With replicates 0, 1, …, 100 the bands end at the percentiles of those names."""
    values = np.repeat(np.arange(101.0)[:, None, None], 3, axis=1)
    ladder = Outcomes(np.arange(101), np.arange(3), (("infrastructures", "total"),), values)
    axes = Figure().subplots()
    fan(axes, style.calendar_years(scenario.run.start, ladder.months), ladder.of("infrastructures"), "black")
    heights = [band.get_paths()[0].vertices[:, 1] for band in axes.collections]
    assert [(height.min(), height.max()) for height in heights] == [(5.0, 95.0), (25.0, 75.0)]
    assert axes.lines[0].get_ydata().tolist() == [50.0, 50.0, 50.0]
    assert axes.lines[0].get_xdata()[0] == 2026.0


def test_the_summary_gives_median_and_interval_at_start_five_years_and_end(tmp_path, outcomes, scenario):
    rows = summary.summary_rows(outcomes, scenario)
    assert {(row.month, row.date) for row in rows} == {(0, "2025-12"), (60, "2030-12"), (120, "2035-12")}
    (price,) = [row for row in rows if row.outcome == "price" and row.month == 60]
    series = outcomes.of("price")[:, 60]
    assert price.unit == "CNY per seat-month"
    assert price.median == np.median(series)
    assert price.p05 == np.quantile(series, 0.05)
    assert price.p95 == np.quantile(series, 0.95)

    path = tmp_path / "summary.csv"
    summary.write_summary(path, rows)
    with open(path, encoding="utf-8", newline="") as stream:
        read = list(csv.DictReader(stream))
    assert len(read) == 3 * len(COLUMNS)
    assert float(read[0]["median"]) == rows[0].median


def printed(rows, scenario, replicates) -> dict[str, list[str]]:
    """Cells of the printed table by the words of their row; of several rows, the last."""
    columns = [list(column.cells) for column in summary.summary_table(rows, scenario, replicates).columns]
    return {name.strip(): list(cells) for name, *cells in zip(*columns, strict=True)}


def test_a_single_replicate_has_no_bands(outcomes, scenario):
    single = summary.summary_rows(cut(outcomes, 1, 121), scenario)
    table = summary.summary_table(single, scenario, 1)
    assert str(table.title).endswith("\n1 replicate; money in CNY, 2026 prices")
    price = printed(single, scenario, 1)["price"]
    assert [float(cell) for cell in price] == [round(row.median, 2) for row in single if row.outcome == "price"]
    several = summary.summary_rows(outcomes, scenario)
    for level, words in (("2026 prices", "; money in CNY, 2026 prices"), ("", "")):
        world = dataclasses.replace(scenario, price_level=level)
        assert str(summary.summary_table(several, world, 5).title).endswith(f" of 5 replicates{words}")
    assert all("[" in cell for cell in printed(several, scenario, 5)["price"])


@pytest.mark.parametrize("width", [70, 118])
def test_the_printed_table_loses_no_number_on_a_narrow_screen(width, outcomes, scenario):
    rows = summary.summary_rows(outcomes, scenario)
    names = {"micro": "policy." + "long_name_" * 8}
    rows = [dataclasses.replace(row, group=names.get(row.group, row.group)) for row in rows]
    console = Console(width=width, file=io.StringIO())
    table = summary.summary_table(rows, scenario, 5)
    console.print(table)
    text = console.file.getvalue()
    assert "…" not in text
    assert all(part in text for column in table.columns[1:] for cell in column.cells for part in cell.split())


def test_what_a_small_programme_spends_is_no_nothing(outcomes, scenario):
    """Money is printed in billions, and a pilot costs some millions."""
    spends = {0.0: "0.00", 2.5e6: "0.0025", 1234.0: "0.0000012", 1e-3: "0.00", 2e7: "0.02", 3.21e9: "3.21"}
    rows = summary.summary_rows(cut(outcomes, 1, 121), scenario)
    for spent, cell in spends.items():
        paid = [dataclasses.replace(row, unit="CNY", median=spent, p95=spent) for row in rows if row.outcome == "price"]
        assert set(printed(paid, scenario, 1)["price"]) == {cell}


def test_what_policies_spend_is_printed_though_most_replicates_spend_nothing(outcomes, scenario):
    for high, there in ((0.0, False), (2e9, True)):
        rows = [
            dataclasses.replace(row, unit="CNY", median=0.0, p05=0.0, p95=high) if row.outcome == "spent" else row
            for row in summary.summary_rows(outcomes, scenario)
        ]
        assert ("spent" in printed(rows, scenario, 5)) == there


def test_a_chance_is_printed_per_year(outcomes, scenario):
    rows = printed(summary.summary_rows(outcomes, scenario), scenario, 5)
    assert {"[italic]share.firms, %[/]", "[italic]risk, % per year[/]"} <= set(rows)


def test_a_median_has_the_decimals_of_its_interval(outcomes, scenario):
    rows = summary.summary_rows(cut(outcomes, 1, 121), scenario)
    wide = [dataclasses.replace(row, median=4.0, p05=1.0, p95=250.0) for row in rows if row.outcome == "price"]
    assert set(printed(wide, scenario, 2)["price"]) == {"4 [1–250]"}


@pytest.mark.parametrize(
    ("month", "words"),
    [
        (0, "start"),
        (1, "after 1 month"),
        (2, "after 2 months"),
        (12, "after 1 year"),
        (31, "after 31 months"),
        (60, "after 5 years"),
    ],
)
def test_columns_say_years_where_they_are_whole_and_otherwise_months(month, words):
    assert summary.elapsed(month) == words


def test_a_caption_counts_in_the_singular(outcomes, scenario):
    one = dataclasses.replace(scenario, run=dataclasses.replace(scenario.run, firms=1, months=1))
    with style.house_style():
        text = " ".join(words_of(FIGURES["price"](cut(outcomes, 1, 2), one))).replace("\n", " ")
    assert "(1 replicate of 1 firm, 1 month from 2026-01" in text


def test_a_short_run_has_no_column_twice(outcomes):
    assert summary.shown_months(cut(outcomes, 5, 61)) == [0, 60]
    assert summary.shown_months(cut(outcomes, 5, 31)) == [0, 30]
    assert summary.shown_months(cut(outcomes, 5, 1)) == [0]


@pytest.mark.parametrize("wide", "云，：ク")
def test_a_long_chinese_line_is_broken_by_width(wide):
    lines = style.wrapped("Scenario: " + wide * 100, 50)
    assert "".join(lines) == "Scenario: " + wide * 100
    assert max(sum(2 if character == wide else 1 for character in line) for line in lines) <= 50
