"""Parameters are declared once, with defaults inside their ranges, and are found by name."""

import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest

from sim.model.errors import BadInput
from sim.model.nouns import OPTIONS
from sim.model.parameters import (
    BY,
    GROUPS,
    PARAMETERS,
    UnknownName,
    beliefs,
    benefits,
    choices,
    costs,
    firms,
    parameter,
    providers,
)

ENTRIES = {name: len(nouns) for name, nouns in BY.items()}
MIXES = [*(key for key in PARAMETERS if key.endswith("_mix")), "market.shares"]
HEAVY = {"numpy", "pandas", "pyarrow", "matplotlib", "numba", "mesa", "rich", "scipy"}



def range_faults(each):
    values = each.default if isinstance(each.default, tuple) else (each.default,)
    if each.choices:
        yield from () if each.default in each.choices else ["default is no choice"]
        return
    if isinstance(each.default, tuple) and len(values) != ENTRIES.get(each.by, len(values)):
        yield "number of values"
    if each.by in ENTRIES and not isinstance(each.default, tuple):
        yield "one value for several"
    if not all(each.hard[0] <= value <= each.hard[1] for value in values):
        yield "default outside of what is accepted"
    if each.integer and not all(isinstance(value, int) for value in values):
        yield "not whole"
    if each.plausible is not None:
        if not each.hard[0] <= each.plausible[0] < each.plausible[1] <= each.hard[1]:
            yield "plausible range outside of what is accepted"
        if not all(each.plausible[0] <= value <= each.plausible[1] for value in values):
            yield "default is not plausible"


@pytest.mark.parametrize("each", PARAMETERS.values(), ids=lambda each: each.key)
def test_default_and_ranges_fit(each):
    assert list(range_faults(each)) == []


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("choice.taste_option", {"default": -1.0}),
        ("choice.taste_option", {"default": 41.0}),
        ("choice.taste_option", {"plausible": (-1, 40)}),
        ("choice.scale", {"default": (30.0,) * 3}),
        ("choice.scale", {"default": 30.0}),
        ("network.partners", {"default": 8.0}),
        ("network.kind", {"default": "rings"}),
    ],
)
def test_range_faults_are_found(key, fault):
    assert list(range_faults(replace(PARAMETERS[key], **fault)))


def test_keys_are_declared_once_and_complete():
    files = (firms, choices, costs, benefits, beliefs, providers)
    declared = [each.key for file in files for each in file.DECLARED]
    assert len(GROUPS) == len({key.split(".")[0] for key in declared})
    assert Counter(declared).most_common(1)[0][1] == 1
    assert list(PARAMETERS) == declared
    for each in PARAMETERS.values():
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", each.key)
        assert all((each.symbol, each.name, each.unit, each.sentence))
        assert each.sentence.endswith((".", ").")), each.key
        assert each.by in ("", "provider", *BY)


@pytest.mark.parametrize("key", MIXES)
def test_shares_of_a_whole_sum_to_one(key):
    assert sum(PARAMETERS[key].default) == pytest.approx(1, abs=1e-12)


def test_starting_shares_sum_to_one_in_every_class():
    for shares in zip(*(PARAMETERS[f"start.{option}"].default for option in OPTIONS), strict=True):
        assert sum(shares) == pytest.approx(1, abs=1e-12)




@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("cost.public_prise", "cost.public_price"),
        ("markup", "market.markup"),
        ("security.amplificaton", "security.amplification"),
    ],
)
def test_unknown_name_offers_the_nearest(written, meant):
    with pytest.raises(UnknownName, match=f"'{written}'.*Did you mean '{meant}'") as raised:
        parameter(written)
    assert isinstance(raised.value, BadInput)
    assert isinstance(raised.value, KeyError)


def test_known_name_gives_its_declaration():
    assert parameter("cost.public_price") is PARAMETERS["cost.public_price"]


def test_parameters_import_nothing_heavy(checkout):
    """The command line imports them on every call, also to print its help."""
    program = "import sys, sim.model.parameters, sim.model.evidence; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=checkout, capture_output=True, text=True, check=True
    )
    loaded = set(ran.stdout.split())
    assert "sim.model.parameters" in loaded
    assert HEAVY & loaded == set()
