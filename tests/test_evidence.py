"""Every default rests on what it says it rests on; the evidence shipped is whole and repeats its series."""

import re
import tomllib
from collections import Counter
from dataclasses import replace

import pytest
from cited import READ, figures_printed, figures_used, series, worked_out

from sim.model.errors import BadInput
from sim.model.evidence import RECALLED, Claim, Row, evidence, source
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.parameters import PARAMETERS, Grade

BOILERPLATE = re.compile(r"better data|more data|further research|future work|a survey$|an estimate$")

def evidence_faults(each):
    """What a parameter claims without being entitled to."""
    cited = [evidence().get(identifier) for identifier in each.sources]
    if not cited or None in cited:
        yield "no source, or one that does not exist"
        return
    if any(isinstance(found, Row) and found.status.startswith(RECALLED) for found in cited):
        yield "rests on a recalled row"
    if each.grade == Grade.STATISTIC or each.arithmetic:
        yield from arithmetic_faults(each, cited)
    if each.arithmetic and each.grade not in (Grade.STATISTIC, Grade.LITERATURE):
        yield "arithmetic without being a published figure"
    if each.grade == Grade.SEED and not all(isinstance(found, Claim) for found in cited):
        yield "seed document without a claim"
    if each.grade == Grade.LITERATURE and not all(isinstance(found, Row) for found in cited):
        yield "literature without a row"
    uncertain = each.grade in (Grade.ASSUMPTION, Grade.CALIBRATED)
    if uncertain != bool(each.replaced_by):
        yield "replaced by nothing, or needs no replacement"
    if uncertain and (len(each.replaced_by.split()) < 7 or BOILERPLATE.search(each.replaced_by)):
        yield "replaced by something vague"


def arithmetic_faults(each, cited):
    read = [found for found in cited if isinstance(found, Row) and found.status == READ]
    if not each.arithmetic or worked_out(each.arithmetic) != pytest.approx(each.default, rel=1e-12):
        yield "arithmetic gives another value"
    if not figures_used(each.arithmetic) <= set().union(*map(figures_printed, read)):
        yield "arithmetic uses a figure that no row read in its source gives"


@pytest.mark.parametrize("each", PARAMETERS.values(), ids=lambda each: each.key)
def test_grade_is_earned(each):
    assert list(evidence_faults(each)) == []


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("risk.objective", {"default": 0.03}),
        ("risk.objective", {"arithmetic": "3.2 / 100"}),
        ("population.national_firms", {"arithmetic": ""}),
        ("risk.objective", {"grade": Grade.ASSUMPTION}),
        ("risk.objective", {"sources": ("I7",)}),
        ("risk.objective", {"sources": ("N1",), "arithmetic": "48 * 1000000", "default": 48e6}),
        ("risk.objective", {"sources": ("S66",)}),
        ("population.national_mix", {"sources": ("N6",)}),
        ("market.utilisation", {"sources": ("C6", "C7")}),
        ("population.region_mix", {"sources": ("I20",)}),
        ("available.private", {"sources": ("A10",)}),
        ("cost.private", {"replaced_by": ""}),
        ("cost.private", {"replaced_by": "better data on all costs of private clouds in China"}),
        ("cost.private", {"sources": ()}),
    ],
)
def test_unearned_grades_are_found(key, fault):
    assert list(evidence_faults(replace(PARAMETERS[key], **fault)))


def test_no_two_parameters_wait_for_the_same_words():
    waiting = Counter(each.replaced_by for each in PARAMETERS.values() if each.replaced_by)
    assert [words for words, times in waiting.items() if times > 1] == []


def test_instruments_and_scenarios_cite_what_exists(checkout):
    cited = {identifier for each in (*INSTRUMENTS.values(), *EVENTS.values()) for identifier in each.sources}
    for path in (checkout / "scenarios").glob("*.toml"):
        sources = tomllib.loads(path.read_text(encoding="utf-8")).get("sources", {})
        cited |= set(re.findall(r"\b[A-Z]\d+\b", str(sources)))
    assert len(cited) > 10
    found = [source(identifier) for identifier in cited]
    assert not [each for each in found if isinstance(each, Row) and each.status.startswith(RECALLED)]


def test_evidence_is_whole():
    rows = [each for each in evidence().values() if isinstance(each, Row)]
    claims = [each for each in evidence().values() if isinstance(each, Claim)]
    assert Counter(each.identifier[0] for each in rows) == {
        "A": 36, "C": 15, "S": 13, "P": 11, "L": 13, "N": 9, "M": 9,
    }  # fmt: skip
    assert Counter(each.identifier[0] for each in claims) == {"I": 20, "D": 26}
    assert {each.identifier for each in rows if each.status.startswith(RECALLED)} == {"C6", "N6"}
    for row in rows:
        assert all((row.figure, row.unit, row.year, row.population, row.source, row.status, row.informs))
        for address in filter(None, row.addresses.split(" ; ")):
            assert address.startswith(("http://", "https://")), row.identifier
            assert "..." not in address
            assert " " not in address
    assert all((each.statement and each.document and each.kind) for each in claims)


def test_series_repeat_the_figures_of_their_rows():
    own = [point for point in series() if point.geography.startswith("EU")]
    assert len(own) == 44
    for point in own:
        row = source(point.row)
        assert isinstance(row, Row)
        assert point.value in figures_printed(row), point


def test_eu_starting_shares_follow_from_the_series(checkout):
    """Any cloud of 2014 (A1-A3), split like shared and reserved servers (A8-A10); both is hybrid."""
    value = {(point.row, point.size_class): point.value for point in series() if point.year == 2014}
    start = tomllib.loads((checkout / "scenarios" / "eu-2014.toml").read_text(encoding="utf-8"))["start"]
    for size, staff, row in (("small", "10-49", "A1"), ("medium", "50-249", "A2"), ("large", "250+", "A3")):
        any_cloud = value[row, staff] / 100
        shared, reserved, both = (value[row, staff] for row in ("A8", "A9", "A10"))
        kinds = {"private": reserved - both, "public": shared - both, "hybrid": both}
        assert start["on_premise"][size] == pytest.approx(1 - any_cloud, abs=1e-6)
        for option, part in kinds.items():
            assert start[option][size] == pytest.approx(any_cloud * part / sum(kinds.values()), abs=1e-6)


@pytest.mark.parametrize(
    ("text", "value"),
    [("(2.1 + 1.1) / 100", 0.032), ("830 / 1377", 830 / 1377), ("1 - 2 * .25", 0.5), ("7", 7)],
)
def test_arithmetic_is_worked_out(text, value):
    assert worked_out(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    ["", "2 ** 3", "abs(1)", "x", "-1", "1 if 1 else 2", "'a'", "True", "1 / 0", "1; 2", "(1, 2)", "1j"],
)
def test_arithmetic_understands_nothing_else(text):
    with pytest.raises(BadInput, match=r"arithmetic|numbers"):
        worked_out(text)


def test_figures_with_thousands_apart_are_read():
    row = source("L7")
    assert isinstance(row, Row)
    assert figures_used("830 / 1377 * 100") == {830, 1377} <= figures_printed(row)
    assert 831 not in figures_printed(row)


@pytest.mark.parametrize("written", ["A6", "a6", "X1", "", "37"])
def test_unknown_source_says_which_exist(written):
    with pytest.raises(BadInput, match="There is no source"):
        source(written)


def test_a_source_is_found_however_it_is_written_and_its_fellows_are_offered():
    assert source(" a37 ").identifier == "A37"
    with pytest.raises(BadInput, match="those with A are A1, "):
        source("a6000")
