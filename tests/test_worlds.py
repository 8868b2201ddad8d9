"""The scenarios that come with the project: that all load, and what the two base worlds rest on."""

import re
import subprocess
import sys

import numpy as np
import pytest
from small_worlds import column, world

from sim import cli
from sim.engines import simulate
from sim.model import reading
from sim.model.evidence import evidence
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.parameters import GROUPS, PARAMETERS
from sim.model.scenario import library, load
from sim.model.texts import read_toml
from sim.report import listing


def test_library_scenarios_load_without_complaint_or_note():
    assert {"baseline", "eu-2014", "subsidy", "strengthen-security", "price-war", "provider-breach"} <= set(
        library()
    )
    for name in library():
        scenario = load(name)
        assert scenario.notes == ()
        assert scenario.title != name
        assert scenario.question.endswith("?")
        assert ": " in scenario.says
        assert scenario.chain[-1] == name
        assert scenario.name == name


def test_every_scenario_is_listed_once_with_its_title_and_question_and_at_length_with_what_the_sources_say(capsys):
    for arguments in (["scenarios"], ["scenarios", "--long"]):
        assert cli.exit_code(arguments) == 0
        lines = capsys.readouterr().out.splitlines()
        assert max(map(len, lines)) <= listing.WIDEST
        assert [line for line in lines if line in listing.GROUPS] == list(listing.GROUPS)
        starts = [line.split()[0] for line in lines if line.strip() and line[0] != " " and line not in listing.GROUPS]
        assert sorted(starts) == sorted(library())
        printed = " ".join(" ".join(lines).split())
        for name in library():
            scenario = load(name)
            assert f"{name} {scenario.title} {scenario.question}" in printed
            assert (f"{scenario.question} Sources: {scenario.says}" in printed) == ("--long" in arguments)


@pytest.mark.parametrize("name", library())
def test_everything_a_scenario_of_the_library_sets_has_a_source(name):
    tables = read_toml(library()[name])
    sources = tables.get("sources", {})
    policies, events = tables.get("policy", {}), tables.get("event", {})
    own = {*(f"policy.{each}" for each in policies), *(f"event.{each}" for each in events)}
    own |= {f"{group}.{key}" for group in GROUPS if group in tables for key in tables[group]}
    assert own - set(sources) == set()
    assert all(" assumption" in f" {text}" or re.match(r"[A-Z]\d", text) for text in sources.values())


def test_the_pair_of_equal_cost_costs_the_same():
    """Within 5 % of each other by the end, on average over 8 replicates of 1,000 firms; see equal-cost-security."""
    spent = []
    for name in ("equal-cost-security", "equal-cost-control"):
        scenario = world(name, firms=1000)
        spent.append(np.mean([column(simulate(scenario, each, every=120), "spent")[-1] for each in range(8)]))
    assert spent[0] == pytest.approx(spent[1], rel=0.05)
    assert load("equal-cost-security").policies[0].instrument != load("equal-cost-control").policies[0].instrument


def test_library_is_inside_the_package_when_installed_and_beside_it_in_a_clone(tmp_path, monkeypatch):
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "beside.toml").write_text("")
    (tmp_path / "sim" / "model").mkdir(parents=True)
    monkeypatch.setattr(reading, "__file__", str(tmp_path / "sim" / "model" / "reading.py"))
    assert list(library()) == ["beside"]
    (tmp_path / "sim" / "scenarios").mkdir()
    (tmp_path / "sim" / "scenarios" / "inside.toml").write_text("")
    assert list(library()) == ["inside"]


def test_baseline_is_the_defaults():
    baseline = load("baseline")
    assert set(baseline.values) == set(PARAMETERS)
    assert baseline.currency == "CNY"
    assert (baseline.run.start, baseline.run.months, baseline.run.firms) == ("2026-01", 120, 2000)
    for key, parameter in PARAMETERS.items():
        value = baseline.values[key]
        assert value == parameter.default or set(value) == {parameter.default}, key


def test_baseline_labels_its_starting_shares_as_assumption_with_the_bracketing_rows():
    for option in OPTIONS:
        text = load("baseline").sources[f"start.{option}"]
        assert text.startswith("A37, A38, A43, A46: assumption")


def test_loading_is_light():
    """No NumPy: `sim scenarios` and `sim check` answer at once."""
    code = "import sys; from sim.model.scenario import load; load('eu-2014'); print('numpy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def printed(row: str, size_class: str) -> float:
    """A figure of 2014 of rows A8 to A10, by size class, in per cent."""
    figures = {
        "A8": {"small": "10-49: 11 ", "medium": "50-249: 16 ", "large": "250+: 24 "},
        "A9": {"small": "10-49: 6 ", "medium": "50-249: 10 ", "large": "250+: 17 "},
        "A10": {"small": "2 (10-49)", "medium": "4 (50-249)", "large": "8 (250+)"},
    }
    text = figures[row][size_class]
    assert text in evidence()[row].figure
    return float(text.split()[0 if row == "A10" else 1])


@pytest.mark.parametrize(
    ("size", "row"), [("micro", None), ("small", "A1"), ("medium", "A2"), ("large", "A3")]
)
def test_eu_starting_shares_follow_from_the_survey(size, row):
    """Any cloud (A1-A3), split in the proportions of A8-A10; micro: 10 %, split like small (assumption)."""
    like = size if row else "small"
    shared, reserved, both = (printed(each, like) for each in ("A8", "A9", "A10"))
    anything = shared + reserved - both
    cloud = float(evidence()[row].figure.split(",")[0]) / 100 if row else 0.10
    expected = {
        "on_premise": 1 - cloud,
        "public": cloud * (shared - both) / anything,
        "private": cloud * (reserved - both) / anything,
        "hybrid": cloud * both / anything,
    }
    values = load("eu-2014").values
    for option, share in expected.items():
        assert values[f"start.{option}"][CLASSES.index(size)] == pytest.approx(share, abs=6e-7), option


def test_eu_private_is_hosted_at_the_premium_of_c4():
    eu = load("eu-2014")
    assert eu.values["cost.private"] == (28.75,) * 4 == pytest.approx((1.15 * 25,) * 4)
    assert eu.values["cost.public_price"] == (25.0,) * 4
    assert eu.values["cost.upfront_fixed"] == eu.values["cost.upfront_seat"] == (0.0,) * 4
    assert eu.sources["cost.private"].startswith("C4: ")
    assert "15 %" in evidence()["C4"].figure


def test_eu_is_a_base_world_in_euros_with_the_pandemic():
    eu = load("eu-2014")
    assert eu.chain == ("eu-2014",)
    assert eu.currency == "EUR"
    assert eu.base_values == eu.values
    (pandemic,) = eu.events
    assert (pandemic.kind, pandemic.start, pandemic.end) == ("demand_shock", 6 * 12 + 2, 8 * 12 + 2)
    assert pandemic.fields == {"share": 0.316}


def test_every_value_the_eu_world_changes_has_a_source():
    """And every default that it takes from the other world, and says so of, is the other world's."""
    baseline, eu = load("baseline"), load("eu-2014")
    changed = {key for key in PARAMETERS if baseline.values[key] != eu.values[key]}
    assert changed <= set(eu.sources)
    taken = set(eu.sources) - changed - {"event.pandemic"}
    assert all(eu.sources[key].startswith("assumption: the default of the CN world, ") for key in taken)
    assert {key for key in eu.sources if "the default of the CN world" in eu.sources[key]} == taken
