"""What `sim parameters` and `sim instruments` print and export: tables, Markdown, the schema of a scenario file."""

import copy
import dataclasses
import io
import json
import re
import tomllib

import pytest
from rich.console import Console

from sim.cli import exit_code
from sim.model.evidence import Row, evidence
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.outcome_table import OUTCOMES
from sim.model.parameters import PARAMETERS, UnknownName
from sim.model.policy_settings import EVENT_SETTINGS, IN_WORDS, POLICY_FIELDS, POLICY_SETTINGS
from sim.report.instruments import instruments_view
from sim.report.outcomes import outcomes_view
from sim.report.parameters import (
    MARKDOWN_COLUMNS,
    default,
    grade_counts,
    markdown,
    matching,
    parameters_view,
    source_view,
    written,
)
from sim.report.scenario_schema import scenario_schema, schema_text


def printed(renderable, width=400):
    text = io.StringIO()
    Console(file=text, width=width).print(renderable)
    return text.getvalue()


def squeezed(text):
    """Words alone, so that neither line breaks nor frames of a table matter."""
    return " ".join(re.sub(r"[│┃]", " ", text).split())


def test_every_parameter_is_printed_with_all_that_is_declared():
    shown = printed(parameters_view())
    for each in PARAMETERS.values():
        for words in (each.key, each.symbol, each.name, each.unit, each.arithmetic, each.replaced_by):
            assert words in shown, (each.key, words)
        assert each.sentence in shown
    assert shown.splitlines()[-1] == grade_counts(PARAMETERS.values())


@pytest.mark.parametrize(
    ("number", "text"),
    [(1e14, "100,000,000,000,000"), (2**63 - 1, "9,223,372,036,854,775,807"), (0.05, "0.05"), (1234.5, "1,234.5")],
)
def test_numbers_are_written_out(number, text):
    assert written(number) == text


def test_no_number_of_the_schema_is_explained_in_powers_of_ten():
    descriptions = re.findall(r'"description": "(.*)"', schema_text())
    assert any("0 to 1,000,000,000,000." in each for each in descriptions)
    assert [each for each in descriptions if re.search(r"\de[+]\d", each)] == []


def test_nothing_is_lost_on_a_narrow_terminal():
    each = PARAMETERS["population.capability_concentration"]
    shown = printed(parameters_view(each.key), width=80)
    assert max(map(len, shown.splitlines())) <= 80
    cells = zip(*(line.split("│")[1:4] for line in shown.splitlines() if line.startswith("│")), strict=True)
    names, values, meaning = (squeezed(" ".join(column)) for column in cells)
    assert each.key in names.replace(" ", "")
    assert "plausible 3 to 30" in values
    assert each.replaced_by in meaning


def test_every_instrument_and_kind_of_event_is_printed_with_all_its_settings():
    text = printed(instruments_view())
    for name, each in {**INSTRUMENTS, **EVENTS}.items():
        assert f" {name} " in text
        assert set(each.fields) <= set(re.findall(r"(\w+) = ", text))
    assert {*POLICY_SETTINGS, *EVENT_SETTINGS} == {*POLICY_FIELDS, *IN_WORDS}
    for name in (*POLICY_FIELDS, *IN_WORDS):
        assert re.search(rf"^{name}(:| =) ", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("pattern", "there", "absent"),
    [("redempt", "redemption = 1 (0 to 1, plausible 0.5 to 1", "recession"), ("RECESSION", "funds = 0.3", "budget")],
)
def test_instruments_are_found_by_name_and_setting(pattern, there, absent):
    text = printed(instruments_view(pattern))
    assert there in text
    assert absent not in text


def test_instruments_and_events_are_found_by_what_they_are():
    assert set(EVENTS) <= set(printed(instruments_view("event")).split())
    assert set(INSTRUMENTS) <= set(printed(instruments_view("policy")).split())


def test_a_setting_that_nothing_has_is_refused(capsys):
    assert exit_code(["instruments", "redemtion"]) == 2
    refused = capsys.readouterr().err
    assert 'matches "redemtion". Allowed: a part of a name' in refused
    assert "Did you mean 'redemption'?" in refused


def test_every_outcome_is_printed_with_its_unit_and_how_it_is_summed_up():
    text = printed(outcomes_view(), width=400)
    for name, each in OUTCOMES.items():
        assert all(f" {part} " in text for part in (name, each.unit, each.sentence, each.summed))
    some = printed(outcomes_view("HERFINDAHL"), width=400)
    assert "concentration" in some
    assert "welfare" not in some


def test_an_outcome_that_does_not_exist_is_refused(capsys):
    assert exit_code(["outcomes", "concentraton"]) == 2
    assert "Did you mean 'concentration'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("values", "written"),
    [((5, 5, 5, 5), "5 for every class"), ((5, 5, 7, 5), "micro 5, small 5, medium 7, large 5")],
)
def test_a_default_is_told_by_class_where_classes_differ(values, written):
    assert default(dataclasses.replace(PARAMETERS["cost.public_price"], default=values)) == written


def test_counts_per_grade_add_up():
    sentence = grade_counts(PARAMETERS.values())
    total, *counts = map(int, re.findall(r"\d+", sentence))
    assert total == len(PARAMETERS) == sum(counts)
    assert len(counts) == 5
    single = grade_counts([PARAMETERS["population.national_firms"]])
    assert single.startswith("1 parameter by evidence grade: 1 statistic, 0 ")


@pytest.mark.parametrize(
    ("pattern", "keys"),
    [
        ("risk.objective", {"risk.objective"}),
        ("φ", {"cost.hybrid_share"}),
        ("start.*", {"start.on_premise", "start.private", "start.public", "start.hybrid"}),
        ("STATISTIC", {"population.national_firms"}),
        ("loss when hit", {"security.loss"}),
        ("annual", set()),
    ],
)
def test_patterns_find_keys_symbols_names_and_grades(pattern, keys):
    if keys:
        assert {each.key for each in matching(pattern)} == keys
    else:
        with pytest.raises(UnknownName, match=f"No parameter matches '{pattern}'"):
            matching(pattern)


def test_a_row_is_printed_with_publisher_status_address_and_who_cites_it():
    row = evidence()["S6"]
    assert isinstance(row, Row)
    shown = squeezed(printed(source_view("s6")))
    for words in (row.figure, row.unit, row.year, row.source, row.addresses, row.status, "risk.objective"):
        assert words in shown
    assert "no parameter" in printed(source_view("A35"))
    assert "none of the library" in printed(source_view("A35"))
    assert re.search("no parameter.*eu-2014", squeezed(printed(source_view("A5"))))
    assert "eu-2014" not in printed(source_view("A4"))  # it cites A48
    assert evidence()["I5"].statement in squeezed(printed(source_view("I5")))


def test_long_addresses_are_not_cut():
    shown = printed(source_view("N1"), width=80)
    joined = "".join(line.split("│")[2].strip() for line in shown.splitlines() if line.startswith("│"))
    assert evidence()["N1"].addresses in joined


def test_markdown_has_a_row_per_parameter_and_as_many_cells_as_columns():
    *table, blank, counts = markdown().splitlines()
    assert (blank, counts) == ("", grade_counts(PARAMETERS.values()))
    assert len(table) == len(PARAMETERS) + 2
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {len(MARKDOWN_COLUMNS) + 1}
    assert table[2].startswith("| `population.national_firms` | N | 48,420,000 |")
    for row, each in zip(table[2:], PARAMETERS.values(), strict=True):
        assert f" | {each.grade.value}{f': {each.arithmetic}' * bool(each.arithmetic)} | " in row.replace("\\", "")


# --- the schema of a scenario file ---


@pytest.fixture(scope="module")
def validator():
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(scenario_schema())
    return jsonschema.Draft202012Validator(scenario_schema())


def test_schema_explains_every_parameter():
    schema = json.loads(schema_text())
    for key, each in PARAMETERS.items():
        group, name = key.split(".")
        entry = schema["properties"][group]["properties"][name]
        assert each.sentence in entry["description"]
        assert each.unit in entry["description"]
    assert schema == scenario_schema()


def test_schema_takes_the_library_and_every_default(validator, checkout):
    paths = list((checkout / "scenarios").glob("*.toml"))
    assert len(paths) > 3
    for path in paths:
        assert list(validator.iter_errors(tomllib.loads(path.read_text(encoding="utf-8")))) == [], path
    for key in PARAMETERS:
        group, name = key.split(".")
        default = copy.deepcopy(scenario_schema()["properties"][group]["properties"][name]["default"])
        assert validator.is_valid({group: {name: default}}), key


@pytest.mark.parametrize(
    "text",
    [
        "[cost]\npublic_price = {micro = 90}",
        "[market]\nshares = [0.5, 0.5]\nmarkup = 0.2",
        "[market.markup]\n2 = 0.1",
        '[policy.x]\ninstrument = "public_cloud_subsidy"\nstart = 3\nend = "2027-12"\nrate = 0.5',
        "[policy.subsidy]\nrate = 0.5",
        "[constants]\nsolve = true",
        "[base.cost]\npublic_price = {micro = 100}",
        '[sources]\nstart.private = "A1"\n"start.public" = "A2"',
    ],
)
def test_schema_takes(validator, text):
    assert validator.is_valid(tomllib.loads(text))


@pytest.mark.parametrize(
    "text",
    [
        "[cost]\npublic_price = {mirco = 90}",
        "[cost]\npublic_prise = 90",
        "[cost]\npublic_price = -1",
        '[cost]\npublic_price = "90"',
        "[market]\nshares = 0.5",
        "[market]\nshares = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2]",
        "[network]\npartners = 3.5",
        '[network]\nkind = "rnig"',
        "[run]\nfirms = 0",
        '[run]\nstart = "2026-13"',
        '[policy.x]\ninstrument = "public_cloud_subsidy"\nspending = 1',
        '[policy.x]\ninstrument = "public_cloud_subsidy"\nrate = 1.5',
        '[policy.x]\ninstrument = "public_cloud_subsidy"\nstart = 0',
        '[policy.x]\ninstrument = "subsidy"',
        '[policy.x]\nclasses = ["micro", "micro"]',
        '[event.x]\nkind = "price_war"\nbudget = 1',
        "colour = 1",
    ],
)
def test_schema_refuses(validator, text):
    assert not validator.is_valid(tomllib.loads(text))


def test_outcomes_are_found_by_name_and_tell_their_groups():
    for name, groups in (("share.firms.hybrid", "in total and by size class"), ("unit_cost", "in total")):
        rows = printed(outcomes_view(name))
        assert name in rows
        assert f" {groups} " in rows
        assert ("by size class" in rows) == OUTCOMES[name].by_class
