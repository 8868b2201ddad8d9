"""What Python hands over: taken for what it means, or refused in a sentence."""

from datetime import UTC, date, datetime
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
import small_sweeps

import sim
from sim.experiments import arguments
from sim.experiments.results import load_results
from sim.model.errors import BadInput


def test_whole_numbers_of_numpy_are_numbers(tmp_path):
    ending = sim.sweep(small_sweeps.written(tmp_path), out=tmp_path / "sweep", workers=np.int64(1), limit=np.int64(1))
    assert ending.computed


def test_the_largest_number_allowed_is_allowed():
    assert arguments.count("workers", 1024, 1024) == 1024
    with pytest.raises(BadInput, match=r"workers, 1025: .* from 1 to 1,024, or None"):
        arguments.count("workers", 1025, 1024)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: sim.simulate("subsidy"), "scenario, 'subsidy': this is no scenario.* load_scenario"),
        (lambda: sim.simulate(sim.load_scenario("subsidy"), out=None), "out, None: this is no name or path"),
        (lambda: sim.load_scenario(None), "name_or_path, None: .* Allowed: a name that `sim scenarios` lists"),
        (lambda: sim.load_scenario("subsidy", ["run.firms=300"]), "settings, .* no dictionary.* {'run.firms': 500}"),
        (lambda: sim.load_scenario("subsidy", {3: 300}), "settings, 3: this is no setting"),
        (lambda: sim.load_scenario("subsidy", {("a", "b"): 300}), "settings, .*: this is no setting"),
        (lambda: sim.load_scenario("subsidy", {"cost.public_price": {0: 9}}), 'no class "0". Allowed: micro'),
        (lambda: sim.load_scenario("subsidy", {"cost.public_price": None}), "a NoneType is no value of a setting"),
        (lambda: sim.load_scenario("subsidy", {"cost.public_price": pd.Series([9])}), "a Series is no .* to_dict"),
        (lambda: sim.load_scenario("subsidy", {"run.start": pd.NaT}), "a NaTType is no value"),
        (lambda: sim.load_scenario("subsidy", {"cost.public_price": (9, 9)}), "a list does not say which class"),
        (lambda: sim.sweep(7), "name_or_path, 7: this is no name or path"),
        (lambda: sim.sweep("screening", dask=3), "dask, 3: this is no address.*tcp://HOST:PORT"),
        (lambda: load_results(".", outcomes=3), "outcomes, 3: this is no name.* a list of names"),
        (lambda: load_results(".", outcomes=["price", None]), "outcomes, .*: this is no name"),
        (lambda: load_results(None), "path, None: .* Allowed: the folder that simulate gave"),
    ],
)
def test_what_python_hands_over_in_its_place_is_refused_in_a_sentence(call, said):
    with pytest.raises(BadInput, match=said):
        call()


@pytest.mark.parametrize("given", [pd.Series(range(1000)), np.zeros((50, 50)), "a long text " * 1000])
def test_what_is_refused_is_repeated_on_one_short_line(given):
    with pytest.raises(BadInput) as refused:
        sim.simulate(given)
    (sentence,) = refused.value.args
    assert "\n" not in sentence
    assert len(sentence) < 200


def test_all_that_is_wrong_with_settings_is_said():
    with pytest.raises(BadInput) as refused:
        sim.load_scenario("subsidy", {"firms": 3, "cost.publc": 3, "price": 3, "run.firms": 0})
    keys = [each.removeprefix("settings, ").split(":")[0] for each in refused.value.args]
    assert keys == ["firms", "price", "cost.publc", "run.firms"]


@pytest.mark.parametrize(
    "day",
    [
        date(2027, 3, 1), datetime(2027, 3, 31, 12, tzinfo=UTC), pd.Timestamp("2027-03"), pd.Period("2027-03"),
        np.datetime64("2027-03"), pd.Series(pd.to_datetime(["2027-03-01"])).to_numpy()[0],
    ],
)  # fmt: skip
def test_dates_of_python_are_months(day):
    given = {"policy.subsidy.start": day, "run.start": day}
    months = {"policy.subsidy.start": "2027-03", "run.start": "2027-03"}
    assert sim.load_scenario("subsidy", given) == sim.load_scenario("subsidy", months)


def test_values_of_a_scenario_and_lists_of_numpy_are_settings():
    scenario = sim.load_scenario("subsidy", {"cost.public_price[micro]": 90})
    values = {key: value for key, value in scenario.values.items() if not key.startswith("constant.")}
    given = {"market.shares": np.array(values["market.shares"]), "policy.subsidy.classes": np.array(["micro"])}
    found = sim.load_scenario("subsidy", values | given)
    assert (found.values, found.policies[0].classes) == (scenario.values, ("micro",))


def test_numbers_of_numpy_may_stand_in_lists_and_by_class():
    price, shares = {"micro": np.int64(90)}, [np.float32(0.5), np.float32(0.25), np.float32(0.25)]
    given = MappingProxyType({"cost.public_price": price, "market.shares": shares})
    plain = {"cost.public_price": {"micro": 90}, "market.shares": [0.5, 0.25, 0.25]}
    assert sim.load_scenario("subsidy", given) == sim.load_scenario("subsidy", plain)


def test_what_is_left_out_of_a_scenario_is_warned_of():
    with pytest.warns(UserWarning, match=r"policy.subsidy .* lies outside of the run .* and is left out") as said:
        scenario = sim.load_scenario("subsidy", {"run.firms": 100, "run.months": 12})
    assert scenario.notes == tuple(str(each.message) for each in said)
    assert said[0].filename == __file__


def test_constants_are_held_unless_they_are_to_be_solved_again():
    """Of a base world with that price, what firms start with, and so what is solved for it, is another."""
    held, solved = (sim.load_scenario("baseline", {"cost.public_price": 60}, resolve) for resolve in (False, True))
    assert held.values["cost.public_price"] == solved.values["cost.public_price"]
    assert held.base_values == sim.load_scenario("baseline").base_values
    assert solved.base_values == solved.values


def test_scenarios_are_told_apart_in_sets_and_tables():
    one, same, other = (sim.load_scenario("subsidy", {"policy.subsidy.rate": rate}) for rate in (0.4, 0.4, 0.6))
    assert {one, same, other} == {one, other}
    assert pd.Series([one, same, other]).nunique() == 2
    with pytest.raises(TypeError, match="cannot be changed once they are checked"):
        one.settings["policy.subsidy.rate"] = 0.7


def test_type_checkers_are_told_of_the_functions_there_are(checkout):
    stub = (checkout / "sim" / "__init__.pyi").read_text(encoding="utf-8")
    assert f"__all__ = {sim.__all__}".replace("'", '"') in stub
    assert f"from {sim.simulate.__module__} import {', '.join(sim.__all__)}" in stub


def test_ones_own_folder_is_found_and_a_mistyped_one_is_not(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    folder = sim.simulate(sim.load_scenario("baseline", {"run.firms": 30, "run.months": 2}), out="~/kept")
    assert folder.is_relative_to(tmp_path / "kept")
    found = sim.load_results(f"~/{folder.relative_to(tmp_path)}", outcomes="price")
    assert list(found["outcome"].cat.categories) == ["price"]
    assert list(found.index) == list(range(len(found)))
    with pytest.raises(BadInput, match=r"^results.nothing holds no sweep\..* from Python that of a run as well"):
        sim.load_results("results/nothing")
