"""Chance is drawn by purpose: what is added never moves what was there."""

import numpy as np
import pytest
from small_worlds import BUSY, column, differences, shared, world

from sim.engines import simulate, streams
from sim.engines.luck import luck, states
from sim.engines.streams import CHUNK, Chance, Purpose
from sim.engines.world import build
from sim.model.arithmetic import logarithm
from sim.model.outcome_table import COLUMNS, columns

YEARLY = ("run.months=48", "review.interval=12")


def test_more_firms_change_no_earlier_draw():
    """Also beyond the border of a chunk, which has a stream of its own."""
    chance, starts = Chance(1, 0), (0, CHUNK)
    for kind, purpose in ((chance.uniforms, Purpose.TRAITS), (chance.normals, Purpose.TASTES)):
        few, many = ([kind(purpose, slice(start, start + n), 5) for start in starts] for n in (100, 500))
        for fewer, more in zip(few, many, strict=True):
            assert (more[:100] == fewer).all()
        assert not (few[0] == few[1]).any()
    for more, fewer in zip(*(luck(states(1, 0, 4, 0)[3], firms) for firms in (500, 100)), strict=True):
        assert (more[:100] == fewer).all()


def test_a_chunk_is_65536_firms_and_what_has_no_period_is_of_period_0():
    assert streams.pieces(0, 65_537) == [slice(0, 65_536), slice(65_536, 65_537)]
    for chunk, first in enumerate((0, 65_536)):
        draws = Chance(1, 0).uniforms(Purpose.TRAITS, slice(first, first + 5), 3)
        assert (draws == streams.stream(1, 0, Purpose.TRAITS, period=0, chunk=chunk).random((5, 3))).all()


def test_more_providers_change_no_earlier_taste():
    few, many = (Chance(5, 2).normals(Purpose.PROVIDER_TASTES, slice(0, 300), k) for k in (2, 8))
    assert (many[:, :2] == few).all()


def test_more_months_change_no_earlier_incident():
    short, long = (streams.incidents(5, 2, months) for months in (12, 240))
    assert (long[:12] == short).all()


def test_a_provider_s_incidents_say_nothing_of_another_s():
    draws = streams.incidents(1, 0, 20_000)
    assert np.abs(np.corrcoef(draws.T) - np.eye(draws.shape[1])).max() < 5 / np.sqrt(20_000)


def test_purposes_periods_replicates_seeds_and_chunks_are_unrelated():
    keys = [
        (1, 0, Purpose.HIT, 0, 0), (1, 0, Purpose.AWARENESS, 0, 0), (1, 0, Purpose.HIT, 1, 0),
        (1, 0, Purpose.HIT, 0, 1), (1, 1, Purpose.HIT, 0, 0), (2, 0, Purpose.HIT, 0, 0), (0, 0, Purpose.HIT, 0, 0),
        (2**63 - 1, 0, Purpose.HIT, 0, 0),
    ]  # fmt: skip
    draws = np.array([streams.stream(*key).random(20_000) for key in keys])
    assert np.abs(np.corrcoef(draws) - np.eye(len(keys))).max() < 5 / np.sqrt(20_000)


def test_no_two_draws_of_a_world_come_from_one_stream(monkeypatch):
    """All that a month needs, each from a stream of its own; and every purpose is one."""
    asked, stream = [], streams.stream

    def noted(seed, replicate, purpose, period=0, chunk=0):
        asked.append((purpose, period, chunk))
        return stream(seed, replicate, purpose, period, chunk)

    monkeypatch.setattr(streams, "stream", noted)
    build([world("baseline", "run.seed=987654321", firms=CHUNK + 10)], 0).luck(0, slice(0, CHUNK + 10))
    assert len(asked) == len(set(asked))
    assert {purpose for purpose, _, _ in asked} == set(Purpose)


@pytest.mark.parametrize("interval", [1, 5, 12])
def test_luck_lasts_from_review_to_review(interval):
    block = build([world("baseline", "run.months=48", f"review.interval={interval}", "run.seed=5")], 0)
    draws = [block.luck(month, slice(0, 1))[0][0] for month in range(36)]
    assert [draws.index(each) // interval for each in draws] == [month // interval for month in range(36)]


def test_purposes_keep_their_numbers():
    """Part of every stream's key: a change changes all results."""
    assert [purpose.value for purpose in Purpose] == list(range(len(Purpose)))
    assert [p.name for p in Purpose][:11] == [
        "TRAITS", "TASTES", "PROVIDER_TASTES", "PARTNERS", "START", "AWARENESS", "HIT", "CHOICE", "INCIDENT",
        "PAST_HIT", "EXPOSURE",
    ]  # fmt: skip
    assert streams.stream(1, 0, Purpose.TRAITS).random() == pytest.approx(FIRST_DRAW, abs=1e-15)


FIRST_DRAW = 0.23681806782999248
"""First uniform of seed 1, replicate 0: results of another version are comparable only while it stays."""


def test_rows_are_cut_at_the_borders_of_chunks_and_none_are_no_piece():
    assert streams.pieces(5, 5) == streams.pieces(0, 0) == []
    assert streams.pieces(3, 25, 10) == [slice(3, 10), slice(10, 20), slice(20, 25)]
    assert streams.pieces(10, 20, 10) == [slice(10, 20)]


def test_luck_is_what_numpy_draws_from_the_same_streams_to_the_bit():
    """Compiled code knows how the generator goes on; of the choice, it takes the model's own logarithm twice."""
    aware, hit, choice = luck(states(3, 1, 4, 5)[2], 301)
    for draws, purpose in ((aware, Purpose.AWARENESS), (hit, Purpose.HIT)):
        assert draws.tolist() == streams.stream(3, 1, purpose, 2, 5).random(301).tolist()
    uniforms = streams.stream(3, 1, Purpose.CHOICE, 2, 5).random((301, 4)).tolist()
    assert choice.tolist() == [[-logarithm(-logarithm(1.0 - u)) for u in row] for row in uniforms]


def test_gumbels_are_finite_and_standard():
    draws = luck(states(1, 0, 1, 0)[0], 200_000)[2]
    assert np.isfinite(draws).all()
    assert draws.mean() == pytest.approx(0.5772157, abs=4 * 1.2825 / np.sqrt(draws.size))
    assert draws.var() == pytest.approx(np.pi**2 / 6, rel=0.01)


def test_gumbels_survive_the_smallest_and_the_largest_uniform():
    """Of a generator that gives 0 and then all bits: the sum of its first two words and its count, now and next."""
    extreme, ninth = np.random.SFC64(), pow(9, -1, 2**64)
    words = np.array([2**64 - 1, 0, (2**64 - 3) * ninth % 2**64, 1], np.uint64)
    extreme.state = extreme.state | {"state": {"state": words}}
    assert np.random.Generator(extreme).random(2).tolist() == [0.0, 1.0 - 2.0**-53]
    expected = pytest.approx([53 * np.log(2), -np.log(53 * np.log(2))])
    assert luck(np.stack([words] * 3), 1)[2][0, :2] == expected


def test_draws_of_a_review_period_are_uniform():
    block = build([world("baseline", *YEARLY, firms=5000)], 0)
    everybody = slice(0, 5000)
    first, second = block.luck(0, everybody), block.luck(11, everybody)
    assert all((a == b).all() for a, b in zip(first, second, strict=True))
    assert not any((a == b).any() for a, b in zip(first, block.luck(12, everybody), strict=True))


def test_more_replicates_change_no_earlier_one():
    scenario = world("baseline", *YEARLY)
    more = world("baseline", *YEARLY, "run.replicates=500")
    assert differences(simulate(scenario, 3, "numpy"), simulate(more, 3, "numpy")) == []
    assert differences(simulate(scenario, 3, "numpy"), simulate(scenario, 4, "numpy"))


def test_a_longer_run_begins_like_a_shorter_one():
    short, long = (simulate(world("baseline", *BUSY, f"run.months={n}"), 0, "numpy") for n in (20, 48))
    assert np.array_equal(short.values, long.values[:21], equal_nan=True)


def test_a_scenario_shares_the_luck_of_its_base():
    base, cheap = (build([world("baseline", *YEARLY, f"cost.public_price={price}")], 0) for price in (100, 60))
    for name in ("tastes", "partners", "incidents"):
        assert (getattr(base, name) == getattr(cheap, name)).all()
    everybody = slice(0, base.layout.firms)
    assert (base.columns(everybody) == cheap.columns(everybody)).all()
    assert all((a == b).all() for a, b in zip(base.luck(30, everybody), cheap.luck(30, everybody), strict=True))


PAIRS = {
    "subsidy": ("policy.x.instrument=public_cloud_subsidy", "policy.x.rate=0.9"),
    "security": ("policy.x.instrument=security_strengthening", "policy.x.spending=5", "policy.x.certification=9"),
    "war": ("event.x.kind=price_war", "event.x.cut=0.5", "event.x.end=40"),
    "breach": ("event.x.kind=provider_breach", "event.x.share=1", "event.x.end=30"),
    "shock": ("event.x.kind=demand_shock", "event.x.share=3", "event.x.end=40"),
}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_nothing_differs_before_the_first_month_in_force(engine, name):
    """Oracle O6: the start in month 25 of the run leaves 24 months equal to the bit, and the next ones not."""
    usual = simulate(world("baseline", *YEARLY), 0, engine)
    start = f"{PAIRS[name][0].rpartition('.')[0]}.start=25"
    other = simulate(world("baseline", *YEARLY, *PAIRS[name], start), 0, engine)
    assert np.array_equal(shared(usual)[:25], shared(other)[:25])
    assert not np.array_equal(shared(usual)[25:29], shared(other)[25:29])
    assert not other.values[:25, len(COLUMNS) :].any()


@pytest.mark.parametrize("strength", ["0", "1e-300"])
@pytest.mark.parametrize("engine", ["numpy", "compiled", "mesa"])
def test_policies_without_strength_are_the_baseline_to_the_bit(engine, strength):
    """Pattern check 9."""
    given = ("start=2", f"strength={strength}")
    settings = [*PAIRS["subsidy"], *(f"policy.x.{each}" for each in given)]
    settings += [each.replace(".x.", ".y.") for each in (*PAIRS["security"], *(f"policy.x.{each}" for each in given))]
    usual = simulate(world("baseline", *YEARLY), 0, engine)
    without = simulate(world("baseline", *YEARLY, *settings), 0, engine)
    assert differences(usual, without) == []


@pytest.mark.parametrize("engine", ["numpy", "compiled", "mesa"])
@pytest.mark.parametrize("every", [5, 12, 48])
def test_recording_less_often_records_the_same(engine, every):
    scenario = world("baseline", *BUSY, firms=150)
    full, some = simulate(scenario, 0, engine, every=1), simulate(scenario, 0, engine, every=every)
    expected = sorted({*range(0, 49, every), 48})
    assert some.months.tolist() == expected
    assert np.array_equal(full.values[expected], some.values)
    assert all(np.array_equal(full.final[name], array) for name, array in some.final.items())


def test_progress_is_told_month_by_month():
    for engine in ("numpy", "compiled", "mesa"):
        told: list[int] = []
        simulate(world("baseline", "run.months=5", firms=40), 0, engine, on_month=told.append)
        assert told == [1, 2, 3, 4, 5]


def test_a_run_leaves_no_trace_in_the_next():
    """The same run twice, with another between, in one process."""
    scenario = world("baseline", *BUSY, firms=100)
    first = simulate(scenario, 0, "compiled")
    simulate(world("eu-2014", "run.months=6", firms=100), 1, "compiled")
    assert differences(first, simulate(scenario, 0, "compiled")) == []
    assert len(columns(policy.name for policy in scenario.policies)) == first.values.shape[1] > len(COLUMNS)
    assert column(first, "price").shape == first.months.shape
