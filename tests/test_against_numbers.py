"""What is printed, kept and drawn of two scenarios, number by number, against the outcomes of their runs."""

import dataclasses
import io
import re

import numpy as np
import pytest
from rich.console import Console

from sim.engines import simulate
from sim.experiments.adoption import BALANCE, Estimate, balance
from sim.experiments.paired import (
    check_pair,
    difference_table,
    differences,
    differing,
    matched,
    same_constants,
    t_interval,
)
from sim.experiments.tables import Outcomes, calendar_month
from sim.model.outcome_table import COLUMNS, OUTCOMES, UP_TO_CONSTANTS, columns
from sim.model.run import recorded
from sim.model.scenario import load
from sim.report import against
from sim.report.overlay import LEAST_RANGE, SHOWN, overlay

SMALL = ("run.firms=200", "run.months=24", "run.every=6")
REPLICATES = 5


def run(name: str, *settings: str):
    scenario = load(name, [*SMALL, *settings])
    months = np.array(recorded(scenario.run.months, scenario.run.every), np.int32)
    values = np.stack([simulate(scenario, each, "numpy").values[months] for each in range(REPLICATES)])
    names = columns([policy.name for policy in scenario.policies])
    return scenario, Outcomes(np.arange(REPLICATES, dtype=np.int32), months, tuple(names), values)


@pytest.fixture(scope="module")
def pair():
    (one, first), (other, second) = run("subsidy", "policy.subsidy.reach=1"), run("baseline")
    return (one, other), matched(first, second)


@pytest.fixture(scope="module")
def worlds():
    """Two that differ from the start."""
    (one, first), (other, second) = run("baseline", "cost.public_price=60"), run("baseline")
    return (one, other), matched(first, second)


def test_every_row_of_the_table_has_its_date_and_its_unit(pair):
    scenarios, tables = pair
    for row in difference_table(differences(*tables), scenarios[0]).to_pylist():
        assert row["date"] == calendar_month("2026-01", row["month"])
        assert row["unit"] == OUTCOMES[row["outcome"]].unit.replace("money", "CNY")


def printed(scenarios, paired) -> list[str]:
    console = Console(file=io.StringIO(), width=150)
    console.print(against.printed_differences(paired, scenarios, ("A", "B")))
    return console.file.getvalue().splitlines()


def test_shares_are_printed_in_percentage_points_with_their_interval(pair):
    scenarios, tables = pair
    paired = differences(*tables)
    found = 100 * np.array(t_interval(paired.of("share.firms.any_cloud")[:, -1])[:3])
    (line,) = [line for line in printed(scenarios, paired) if line.split()[:1] == ["any_cloud"]]
    numbers = [float(each) for each in re.findall(r"[+-][\d.]+", line)[-3:]]
    assert found[0] != 0.0
    np.testing.assert_allclose(numbers, found, atol=0.0051)


def test_the_start_is_printed_where_something_differs_there(pair, worlds):
    assert not any("start" in line for line in printed(pair[0], differences(*pair[1])))
    assert any("start" in line for line in printed(worlds[0], differences(*worlds[1])))


def test_decimals_are_those_of_the_widest_interval(pair):
    """Prices that differ by half a yuan in the mean, and by thousands at the ends of the interval."""
    scenarios, tables = pair
    paired = differences(*tables)
    price = paired.columns.index(("price", "total"))
    values = np.zeros_like(paired.values)
    values[:, :, price] = np.array([500.0, -499.0, 0.5, 0.5, 0.5])[:, None]
    changed = Outcomes(paired.replicates, paired.months, paired.columns, values)
    (line,) = [line for line in printed(scenarios, changed) if line.split()[:1] == ["price"]]
    assert "+0.50 [" in line


def test_each_part_of_the_balance_stands_under_its_name():
    money = {name: Estimate(n, n - 0.5, n + 0.5) for n, name in enumerate(BALANCE, start=1)}
    _, surplus, profit, cost, welfare, caveat = against.balance_lines(money, "CNY")
    assert "docs/model.md" in caveat
    for line, words, number in (
        (surplus, "consumer surplus", 1), (profit, "profit", 2), (cost, "fiscal cost", 3), (welfare, "welfare", 4),
    ):  # fmt: skip
        assert words in line
        assert f"+{number}.00 [" in line


def test_money_of_utility_is_not_compared_where_option_constants_differ():
    """All that a firm does without cloud is worth 20 more: the constants of the others take it back, and none moves."""
    (one, first), (other, second) = run("baseline", "cost.on_premise=200", "constants.solve=true"), run("baseline")
    assert same_constants(one, load("baseline", ["constants.solve=true", "cost.on_premise=200"]))
    assert not same_constants(one, other)
    (note,) = check_pair(one, other)
    assert "surplus.decision, surplus.experience, welfare have no common zero" in note
    paired = differences(*matched(first, second), same_constants(one, other))
    plain = differences(*matched(first, second))
    for outcome, group in COLUMNS:
        if outcome in UP_TO_CONSTANTS:
            assert np.isnan(paired.of(outcome, group)).all()
            assert plain.of(outcome)[:, -1].max() < -1e9
        else:
            assert paired.of(outcome, group) == pytest.approx(plain.of(outcome, group), nan_ok=True)
    _, surplus, profit, cost, welfare, _ = against.balance_lines(balance(paired), "CNY")
    assert "undefined: A and B have option constants of their own" in surplus
    assert "undefined: A and B have option constants of their own" in welfare
    assert {"CNY"} == {line.split()[-1] for line in (profit, cost)}


def test_constants_are_the_same_where_they_are_given_alike_or_solved_for_one_base_world():
    given = [load("baseline", ["constants.solve=false", f"constant.public={n}"]) for n in (0, 0, 5)]
    assert same_constants(given[0], given[1])
    assert not same_constants(given[0], given[2])
    assert not same_constants(given[0], load("baseline"))
    assert same_constants(load("subsidy"), load("baseline", ["cost.public_price=60"]))
    assert not same_constants(load("baseline", ["cost.public_price=60"], resolve=True), load("baseline"))


def band(collection) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper edge of a filled band, by point of time."""
    (path,) = collection.get_paths()
    x, y = path.vertices.T
    times = np.unique(x)
    edges = [[y[x == time].min(), y[x == time].max()] for time in times]
    low, high = np.array(edges).T
    return low, high


def test_bands_of_the_figure_are_what_its_caption_says(pair):
    scenarios, tables = pair
    figure = overlay(tables, scenarios, ("A", "B"))
    public = list(SHOWN).index("public")
    above, below = figure.axes[public], figure.axes[len(SHOWN) + public]
    for table, collection in zip(tables, above.collections, strict=True):
        low, high = 100 * np.quantile(table.of("share.firms.public"), (0.05, 0.95), axis=0)
        np.testing.assert_allclose(band(collection), (low, high))
    found = t_interval(100 * differences(*tables).of("share.firms.public"))
    np.testing.assert_allclose(band(below.collections[0]), (found.low, found.high), atol=1e-12)


def test_differences_of_next_to_nothing_do_not_fill_the_figure(worlds):
    (scenario, _), (table, _) = worlds
    noise = np.random.default_rng(1).normal(scale=1e-8, size=table.values.shape)
    almost = dataclasses.replace(table, values=table.values + noise)
    figure = overlay((almost, table), (scenario, scenario), ("A", "B"))
    low, high = figure.axes[len(SHOWN)].get_ylim()
    assert low <= -LEAST_RANGE < LEAST_RANGE <= high


def test_a_value_of_the_base_world_is_told_where_option_constants_are_solved():
    dearer = "cost.public_price=90"
    assert differing(load("baseline", [dearer, "constants.solve=true"]), load("baseline", [dearer])) == [
        "cost.public_price"
    ]
