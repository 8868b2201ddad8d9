"""What holds in every valid scenario whatever its settings; more with EXAMPLES=5000 before pytest."""

import os
from collections import Counter
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from small_worlds import column, differences, world
from strategies import faulty_scenarios, overrides, scenarios

from sim.engines import simulate
from sim.model.errors import BadInput
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.outcome_table import COLUMNS, OUTCOMES
from sim.model.parameters import PARAMETERS
from sim.model.scenario import load

EXAMPLES = int(os.environ.get("EXAMPLES", "200"))

HARMLESS = (
    "the treasury can count", "no option constant makes", "can afford", "no appeals split",
    "nothing then splits customers by market.shares",
)  # fmt: skip
"""What may be refused of a scenario that is valid by itself: money beyond counting, shares out of reach."""


def refused_with_reason(error: BadInput) -> None:
    assert any(words in str(error) for words in HARMLESS), error


@given(scenarios())
@settings(max_examples=EXAMPLES)
def test_every_valid_scenario_runs_and_holds_together(drawn):
    """No NaN but of classes without firms, shares sum to one, seats whole, prices positive, books balanced."""
    try:
        scenario = load("baseline", overrides(drawn))
        result = simulate(scenario, 0, "compiled")
    except BadInput as error:
        refused_with_reason(error)
        return
    empty = [size for size in CLASSES if np.isnan(column(result, "share.aware", size)).any()]
    for (name, group), series in zip(COLUMNS, result.values.T, strict=False):
        assert np.isnan(series).all() if group in empty else np.isfinite(series).all(), (name, group)
    for of in ("firms", "seats"):
        for group in ("total", *(size for size in CLASSES if size not in empty)):
            parts = [column(result, f"share.{of}.{option}", group) for option in OPTIONS]
            assert np.sum(parts, axis=0) == pytest.approx(1.0, abs=1e-12)
            assert min(each.min() for each in parts) >= 0.0
    assert (column(result, "price") >= 0.0).all()
    for name in ("risk.perceived", "risk.objective", "interoperability", "concentration", "ecosystem", "incidents"):
        assert column(result, name).min() >= 0.0
        assert column(result, name).max() <= 1.0 + 1e-12, name
    assert (column(result, "share.agents") <= column(result, "share.firms.any_cloud") + 1e-12).all()
    spent, paid = column(result, "spent"), result.values[:, len(COLUMNS) :]
    assert (np.diff(spent) >= 0.0).all()
    assert paid.sum(axis=1) == pytest.approx(spent, rel=1e-9, abs=1e-3)
    for policy, series in zip(scenario.policies, paid.T, strict=True):
        assert policy.budget is None or series[-1] <= round(policy.budget * 1e4) / 1e4 + 1e-3
    final = result.final
    assert ((final["provider"] >= 0) == (final["option"] >= 2)).all()
    assert not (final["agents"] & (final["option"] < 2)).any()
    assert not (final["supported"] & (final["option"] < 2)).any()
    assert (final["aware"] | (final["option"] == 0)).all()


def test_the_scenarios_drawn_vary_everything_declared():
    """Counted over examples that are drawn, not run: every parameter, instrument, event and setting of theirs."""
    varied: Counter[str] = Counter()

    @given(scenarios())
    @settings(max_examples=500)
    def draw(drawn):
        kinds = {key.rpartition(".")[0]: each for key, each in drawn.items() if key.endswith((".instrument", ".kind"))}
        varied.update(key for key in drawn if not key.startswith(("policy.", "event.")))
        varied.update(kinds.values())
        for stem, _, name in (key.rpartition(".") for key in drawn):
            varied.update([f"{kinds[stem]}.{name}"] if stem in kinds else [])

    draw()
    known = INSTRUMENTS | EVENTS
    names = {*PARAMETERS, *known, *(f"{name}.{key}" for name, each in known.items() for key in each.fields)}
    never = {name for name in names if not varied[name]}
    assert never == {"available.on_premise"}  # everybody needs somewhere to stay


@given(faulty_scenarios())
@settings(max_examples=EXAMPLES)
def test_one_thing_wrong_is_refused_by_its_name(drawn):
    """Never another exception, never a silent run: the sentence says where, what is allowed and what to do."""
    given, key = drawn
    with pytest.raises(BadInput) as refused:
        load("baseline", overrides(given))
    message = str(refused.value)
    named = (key, key.rpartition(".")[0], "run.months", "market.shares")
    assert any(name in message for name in named), message
    assert "Allowed: " in message


@given(scenarios())
@settings(max_examples=EXAMPLES // 4)
def test_engines_agree_in_every_valid_scenario(drawn):
    with suppress(BadInput):
        scenario = load("baseline", overrides(drawn))
        compiled = simulate(scenario, 1, "compiled")
        assert differences(compiled, simulate(scenario, 1, "numpy")) == []
        assert differences(compiled, simulate(scenario, 1, "mesa")) == []


LINKLESS = (
    "run.months=6", "review.interval=6", "reach.public=0", "awareness.imitation=0", "security.learning=0",
    "market.pass_through=0", "market.congestion_slope=0", "benefit.quality=0", "agents.available=0",
)  # fmt: skip
"""One review, nothing that links firms: theory then says who may move where."""


@pytest.mark.parametrize("seed", range(5))
def test_more_support_moves_firms_to_public_and_hybrid_only(seed):
    """Same draws: with each step of the rate, whoever was on public or hybrid cloud stays there (O4)."""
    given = ("instrument=public_cloud_subsidy", "start=1", "cap=1e9")
    policy = tuple(f"policy.s.{each}" for each in given)
    before = None
    for rate in (0.0, 0.1, 0.3, 0.6, 0.9):
        run = simulate(world("baseline", *LINKLESS, *policy, f"policy.s.rate={rate}", firms=800), seed, "compiled")
        option = run.final["option"]
        if before is not None:
            assert (option[before >= 2] >= 2).all()
            assert (option[option != before] >= 2).all()
        before = option


@pytest.mark.parametrize("seed", range(5))
def test_more_outreach_makes_no_firm_less_aware(seed):
    policy = ("policy.o.instrument=outreach", "policy.o.start=1")
    before = None
    for chance in (0.0, 0.1, 0.5, 2.0):
        settings = (*LINKLESS, *policy, f"policy.o.chance={chance}", "run.months=30")
        aware = simulate(world("baseline", *settings, firms=800), seed, "compiled").final["aware"]
        assert before is None or (aware | ~before).all()
        before = aware


@pytest.mark.parametrize("name", OUTCOMES)
def test_outcomes_of_a_world_of_one_class_are_those_of_the_class(name):
    one = world("baseline", "population.sample_mix={micro=0, small=1, medium=0, large=0}", "run.months=8", firms=60)
    if OUTCOMES[name].by_class:
        result = simulate(one, 0, "compiled")
        assert column(result, name, "small") == pytest.approx(column(result, name), rel=1e-12)
