"""docs/mechanisms.md: every source has its place, and every name on the page is the model's."""

import re

import pytest
from mechanisms import CASES, PAGE, rows

from sim.model import market, rules
from sim.model.citing import ASSUMPTION
from sim.model.evidence import evidence
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.outcome_table import OUTCOMES
from sim.model.parameters import PARAMETERS
from sim.model.scenario import library

IDENTIFIERS = [*(f"I{n}" for n in range(1, 21)), *(f"D{n}" for n in range(1, 27))]
CONTEXT = "context only: "
CITING = {"parameter": PARAMETERS, "instrument": INSTRUMENTS, "event": EVENTS}
NAMES = {
    **{kind: set(declared) for kind, declared in CITING.items()},
    "outcome": set(OUTCOMES),
    "scenario": set(library()),
    "mechanism": set(CASES),
    "rule": {name for module in (rules, market) for name in vars(module) if callable(getattr(module, name))},
}


@pytest.fixture(scope="module")
def page():
    return PAGE.read_text(encoding="utf-8")


def faults(page: str) -> list[str]:
    """What is wrong with the table of sources, a sentence each."""
    part = page.split("| source |", 1)[1].split("\n\n", 1)[0]
    table = [[cell.strip() for cell in line.split("|")[1:-1]] for line in part.splitlines()[2:]]
    found = [] if [row[0] for row in table] == IDENTIFIERS else ["the sources are not I1 to I20 and D1 to D26"]
    for identifier, said, places in table:
        named = [each.split(" ", 1) for each in re.findall(r"`([^`]+)`", places)]
        if not named and not said.startswith(CONTEXT):
            found.append(f"{identifier}: has no place and is not called context")
        if said.startswith(CONTEXT) and (named or cited(identifier)):
            found.append(f"{identifier}: is called context, but the model cites it")
        for kind, name in named:
            if name not in NAMES.get(kind, ()):
                found.append(f"{identifier}: there is no {kind} {name}")
            elif kind in CITING and identifier not in CITING[kind][name].sources:
                found.append(f"{identifier}: {kind} {name} does not cite it")
    return found


def cited(identifier: str) -> bool:
    return any(identifier in each.sources for declared in CITING.values() for each in declared.values())


def test_every_source_has_its_place_and_every_name_exists(page):
    assert faults(page) == []


def test_the_sources_are_those_of_the_evidence():
    assert [each for each in evidence() if each[0] in "ID"] == IDENTIFIERS


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("| I2 |", "| I3 |", "the sources are not"),
        ("`parameter security.loss`", "`parameter security.losses`", "no parameter security.losses"),
        ("`rule affordable`", "`rule payable`", "no rule payable"),
        ("`scenario push`", "`scenario pull`", "no scenario pull"),
        ("`instrument compute_voucher`", "`instrument training`", "D17: instrument training does not cite it"),
        (f"| {CONTEXT}the model counts", "| the model counts", "D10: has no place"),
        ("more of a firm's tasks within", f"{CONTEXT}more of a firm's tasks within", "D5: is called context"),
    ],
)
def test_a_fault_is_noticed(page, before, after, fault):
    assert before in page
    found = faults(page.replace(before, after))
    assert any(fault in each for each in found)


def test_every_mechanism_has_its_row_its_test_and_its_sources():
    table = rows()
    assert list(table) == list(CASES)
    for name, (equation, switch, idle, sources, test) in table.items():
        assert test == f"`test_mechanisms.py[{name}]`"
        assert sources == ASSUMPTION or set(sources.split(", ")) <= set(evidence())
        assert all((equation, switch, idle))
