"""Writing a scenario out whole brings the same back; the fingerprint holds all that decides results."""

import dataclasses
import json
import pickle

import hypothesis
import pytest
from hypothesis import strategies as st

from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.nouns import OPTIONS, SECTORS
from sim.model.parameters import PARAMETERS
from sim.model.quantities import CONSTANTS
from sim.model.scenario import Scenario, load, resolved_toml

SOLVED = {
    **{f"constant.{option}": (0.1, -1e-17, 1 / 3, -12345.678) for option in OPTIONS},
    "constant.appeal": (0.0, 2.5, -1 / 7),
}
"""Stand-ins for solved constants; the digits are awkward on purpose."""

COMPARED = [
    field.name for field in dataclasses.fields(Scenario) if field.name not in ("name", "chain", "notes", "settings")
]


def same(one: Scenario, other: Scenario, ignored: tuple[str, ...] = ()) -> None:
    for name in COMPARED:
        if name not in ignored:
            assert getattr(one, name) == getattr(other, name), name


@pytest.mark.parametrize(
    "name", ["baseline", "eu-2014", "subsidy", "strengthen-security", "price-war", "provider-breach"]
)
def test_a_resolved_scenario_is_the_same_world(loaded, name):
    scenario = load(name, ["about.says=I19: how", "cost.public_price[micro]=33.3", "run.firms=500", "run.seed=0"])
    text = resolved_toml(scenario, SOLVED)
    found = loaded(text)
    assert "extends" not in text
    assert found.constants_given
    assert {key: found.values[key] for key in CONSTANTS} == SOLVED
    assert {**scenario.values, **SOLVED} == found.values
    assert {**scenario.base_values, **SOLVED} == found.base_values != found.values
    same(scenario, found, ignored=("values", "base_values", "constants_given"))
    again = loaded(resolved_toml(found), name="again")
    same(found, again)
    assert resolved_toml(again) == resolved_toml(found) == text


def test_constants_by_which_firms_are_placed_are_written_where_others_are_given_over_them(loaded, tmp_path):
    (tmp_path / "given.toml").write_text("[constants]\nsolve = false\n[constant]\npublic = 12\n")
    found = loaded(resolved_toml(loaded('extends = "given.toml"\n[constant]\npublic = 13\n')), name="again")
    assert found.values["constant.public"] == (13.0,) * 4
    assert found.base_values["constant.public"] == (12.0,) * 4


def test_options_closed_with_the_constants_stay_closed(loaded):
    text = "[start]\non_premise = {micro = 0.898}\nhybrid = {micro = 0.0}\n"
    for solve, found in ("true", (1, 1, 1, 1)), ("false", (0, 1, 1, 1)):
        scenario = loaded(f"{text}[constants]\nsolve = {solve}\n")
        written = loaded(resolved_toml(scenario, {**SOLVED, "available.hybrid": found}))
        assert written.values["available.hybrid"] == (0, 1, 1, 1)


def test_a_resolved_scenario_needs_all_constants():
    with pytest.raises(ValueError, match=r"constant\.appeal"):
        resolved_toml(load("baseline"), {key: SOLVED[key] for key in CONSTANTS[:-1]})
    with pytest.raises(ValueError, match=r"cost\.private"):
        resolved_toml(load("baseline"), {**SOLVED, "cost.private": (1.0,) * 4})


@st.composite
def overrides(draw) -> list[str]:
    """Settings of any parameter without cross checks, and a policy and an event of any kind."""
    settings = []
    for key in draw(st.lists(st.sampled_from(sorted(PARAMETERS)), max_size=8, unique=True)):
        parameter = PARAMETERS[key]
        group = key.split(".")[0]
        if parameter.choices or group in (
            "population",
            "start",
            "available",
            "constant",
            "awareness",
            "network",
        ):
            continue
        if key != "market.shares":
            low, high = parameter.hard
            number = st.integers(int(low), int(high)) if parameter.integer else st.floats(low, high)
            settings.append(f"{key}={draw(number)!r}")
    for noun, decisive, declared in (("policy", "instrument", INSTRUMENTS), ("event", "kind", EVENTS)):
        kind = draw(st.sampled_from(sorted(declared)))
        first = draw(st.integers(1, 120))
        last = draw(st.integers(first, 300))
        settings += [f"{noun}.x-1.{decisive}={kind}", f"{noun}.x-1.start={first}", f"{noun}.x-1.end={last}"]
        for field in declared[kind].fields.values():
            if not field.integer:
                settings.append(f"{noun}.x-1.{field.name}={draw(st.floats(*field.hard))!r}")
    if draw(st.booleans()):
        targets = draw(st.lists(st.sampled_from(SECTORS), min_size=1, unique=True))
        settings.append("policy.x-1.budget=1e9")
        if "policy.x-1.instrument=public_cloud_subsidy" in settings:  # one that takes every target
            settings += [f"policy.x-1.sectors={json.dumps(targets)}", "policy.x-1.new_users=true"]
    return settings


@hypothesis.given(
    settings=overrides(),
    title=st.text(st.characters(exclude_categories=["Cs"])),
    constants=st.lists(st.floats(-1e5, 1e5), min_size=4, max_size=4),
)
@hypothesis.example(settings=[], title="\x7f", constants=[0.0] * 4)
@hypothesis.settings(max_examples=60)
def test_whatever_is_loaded_is_written_and_read_back_equal(settings, title, constants, tmp_path_factory):
    scenario = dataclasses.replace(load("baseline", settings), title=title, price_level=title)
    given = {key: tuple(constants[: len(SOLVED[key])]) for key in CONSTANTS}
    path = tmp_path_factory.mktemp("resolved") / "world.toml"
    path.write_text(resolved_toml(scenario, given), encoding="utf-8", newline="")
    found = load(path)
    same(scenario, found, ignored=("values", "base_values", "constants_given"))
    written = {key: tuple(each + 0.0 for each in given[key]) for key in given}
    assert found.values == {**scenario.values, **written}
    assert found.base_values == {**scenario.base_values, **written}


def fingerprint(scenario: Scenario) -> str:
    return json.dumps(scenario.fingerprint_fields(), allow_nan=False)


@pytest.mark.parametrize(
    "setting",
    [
        "cost.public_price=90",
        "run.firms=500",
        "run.seed=2",
        "run.months=60",
        "policy.subsidy.rate=.3",
        "policy.subsidy.budget=1",
        "policy.subsidy.end=2029-12",
        "constants.solve=true",
        "market.markup[3]=.31",
    ],
)
def test_the_fingerprint_changes_with_whatever_changes_results(setting):
    solved_elsewhere = ["cost.private[micro]=191"]  # so that solving again makes a difference
    before = load("subsidy", solved_elsewhere)
    assert fingerprint(before) != fingerprint(load("subsidy", [*solved_elsewhere, setting]))


def test_the_fingerprint_ignores_names_texts_sources_and_replicates(loaded):
    one = load("subsidy")
    other = loaded(
        'extends = "subsidy"\n[about]\ntitle = "another"\n[run]\nreplicates = 7\n'
        '[sources]\n"cost.private" = "assumption: x"\n[cost]\nprivate = 190\n'
    )
    assert fingerprint(one) == fingerprint(other)


def test_scenarios_travel_to_other_processes():
    scenario = load("subsidy")
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_loading_one_scenario_leaves_no_trace_in_the_next():
    before = load("baseline")
    load("baseline", ["cost.public_price=90", "event.e.kind=price_war", "event.e.start=1", "event.e.end=1"])
    assert load("baseline") == before
