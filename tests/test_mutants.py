"""Faults are made of every kind, each is one, and the runner tells who catches it."""

import ast
from collections import Counter

import planted
import pytest
from mutants import mutants

EXAMPLE = '''"""Not 1 of these numbers."""
LEAST: float = 2.5
def f(x, t):
    total = x - t.cost * 3
    total += either(x < 1, x == 2)
    return where(-x > 0, total, maximum(x, LEAST))  # in (0, 1]
'''

EXPECTED = {
    "2.5 → (3.5)", "2.5 → (2.75)", "2.5 → (0.0)",
    "x - t.cost * 3 → ((x) + (t.cost * 3))", "x - t.cost * 3 → (x)", "x - t.cost * 3 → (-(t.cost * 3))",
    "t.cost * 3 → ((t.cost) / (3))", "t.cost * 3 → (t.cost)", "t.cost * 3 → (3)",
    "t.cost → (1.1 * t.cost)", "3 → (4)", "3 → (0)",
    "total += either(x < 1, x == 2) → pass", "total += either(x < 1, x == 2) → total -= either(x < 1, x == 2)",
    "either(x < 1, x == 2) → both(x < 1, x == 2)",
    "x < 1 → ((x) <= (1))", "x < 1 → ((x) > (1))", "1 → (2)", "1 → (0)", "x == 2 → ((x) != (2))", "2 → (3)", "2 → (0)",
    "where(-x > 0, total, maximum(x, LEAST)) → where(-x > 0, maximum(x, LEAST), total)",
    "-x > 0 → ((-x) >= (0))", "-x > 0 → ((-x) < (0))", "-x → (x)", "0 → (1)",
    "maximum(x, LEAST) → minimum(x, LEAST)",
}  # fmt: skip


def test_every_kind_of_fault_is_made_once():
    assert Counter(map(str, mutants("example.py", EXAMPLE))) == Counter(EXPECTED)


@pytest.mark.parametrize("place", planted.DRAWN)
def test_every_fault_parses_and_is_one(place, checkout):
    text = (checkout / "sim" / place).read_text(encoding="utf-8")
    found = mutants(place, text)
    assert len(found) > 3 * planted.DRAWN[place], "which are drawn from them"
    for fault in found:
        ast.parse(fault.of(text))
        assert text[fault.start : fault.end] == fault.before
        before, after = (" ".join(each.split()) for each in (fault.before, fault.after))
        assert ast.dump(ast.parse(before)) != ast.dump(ast.parse(after)), str(fault)


def test_a_seed_draws_the_same_hundred_and_another_seed_another():
    first, again, other = planted.drawn(1), planted.drawn(1), planted.drawn(2)
    assert first == again != other
    assert len(set(first)) == sum(planted.DRAWN.values()) == 100
    assert Counter(mutant.place for mutant in first) == planted.DRAWN


def test_a_known_fault_is_caught_by_its_test_and_none_by_no_fault(checkout):
    stage = planted.Stage(("tests/test_market.py", "-k", "strength or capacity"), 120)
    place = "model/market.py"
    faults = mutants(place, (checkout / "sim" / place).read_text(encoding="utf-8"))
    (fault,) = (each for each in faults if str(each) == "level + climate.frontier → ((level) - (climate.frontier))")
    assert planted.caught_by(fault, (stage,)) == "test_market.py::test_strength_is_relative_to_the_rival"
    assert planted.caught_by(None, (stage,)) == ""


def test_a_run_without_a_verdict_is_an_error_and_no_catch():
    with pytest.raises(RuntimeError, match="named no test"):
        planted.caught_by(None, (planted.Stage(("tests/test_market.py", "-k", "no_such_test"), 120),))


def test_verdicts_are_kept_for_the_same_sources_alone(tmp_path, monkeypatch):
    tried = []
    monkeypatch.setattr(planted, "caught_by", lambda mutant, _: tried.append(mutant) or "test_x.py::test_y")
    fault = planted.drawn(1)[0]
    for key in ("one", "one", "two"):
        assert planted.Verdicts(tmp_path / "kept", key).of(fault) == "test_x.py::test_y"
    assert tried == [fault, fault]


def test_the_count_leaves_out_what_frozen_numbers_alone_catch():
    found = zip(planted.drawn(1)[:3], ("test_a.py::test_b", "", "tests/test_frozen.py"), strict=True)
    *rows, missed, count = planted.table(list(found))
    ends = [row.rpartition("  ")[2] for row in rows]
    assert ends == ["caught by test_a.py::test_b", "SURVIVED", "caught by tests/test_frozen.py"]
    assert missed == "Missed, by file: {'model/rules.py': 2}"
    assert count == "1 of 3 planted faults caught, 1 more by frozen numbers alone."
