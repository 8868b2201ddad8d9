"""The rules as Mesa's firms call them: operations written out, everything else as it stands in the file."""

import inspect
import itertools
import sys
import traceback
from importlib.util import module_from_spec, spec_from_file_location

import numpy as np
import pytest

from sim.engines.mesa_floats import ARGUMENTS, on_floats
from sim.model import arithmetic, review, rules

OWN = '''
from sim.model.arithmetic import both, either, floor, maximum, minimum, where

asked = []


def ask(x):
    asked.append(x)
    return x


def nested(x, y):
    return maximum(minimum(x + y, x * y), where(both(x > y, either(x > 0.0, y > 1.0)), floor(x - y), minimum(x, y)))


def many(numbers):
    return [where(number < 1.0, maximum(ask(number), 0.5), floor(number)) for number in numbers]


def level(x):
    return floor(x)


def named(x):
    return where(x > 0.0, yes=x, no=-x)


def broken(x):
    return where(
        x > 0.0,
        maximum(x, 1.0 / (x - 1.0)),
        x,
    )
'''
"""Rules of one's own: operations within operations, in a loop, with named arguments, and one that may fail."""

SHADOWED = '''
def maximum(x, y):
    return x - y


def most(x, y):
    return maximum(x, y)
'''
"""A function that shares its name with an operation, and nothing else."""

NUMBERS = (-1e300, -2.5, -1.5, -0.5, -0.0, 0.0, 0.25, 0.5, 1.0, 1.5, 2.5, 1e15 + 0.5, 2.0**53, 1e300)


@pytest.fixture
def imported(tmp_path):
    """A function that writes a text to a file and imports it as it stands."""

    def load(text):
        path = tmp_path / "own_rules.py"
        path.write_text(text, encoding="utf-8")
        spec = spec_from_file_location("own_rules", path)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


def names_used(code):
    """Names that compiled code looks up, in what is nested in it too."""
    inner = (names_used(each) for each in code.co_consts if inspect.iscode(each))
    return set(code.co_names).union(*inner)


@pytest.mark.parametrize("module", [rules, review], ids=lambda module: module.__name__)
def test_no_operation_is_left_to_call(module):
    functions = {name: each for name, each in vars(on_floats(module)).items() if inspect.isfunction(each)}
    own = [name for name, each in functions.items() if each.__module__ == module.__name__]
    assert len(own) > 3
    for name in own:
        assert not names_used(functions[name].__code__) & ARGUMENTS.keys(), name
    assert any(names_used(getattr(module, name).__code__) & ARGUMENTS.keys() for name in own)


def test_numbers_are_the_same_to_the_bit(imported):
    plain = imported(OWN)
    written = on_floats(plain)
    for x, y in itertools.product(NUMBERS, repeat=2):
        assert written.nested(x, y).hex() == plain.nested(x, y).hex(), (x, y)
    assert [written.level(x).hex() for x in NUMBERS] == [np.floor(x).item().hex() for x in NUMBERS]
    assert list(map(float.hex, written.many(NUMBERS))) == list(map(float.hex, plain.many(NUMBERS)))
    assert written.named(-2.0) == plain.named(-2.0) == 2.0


def test_what_is_kept_is_worked_out_once_and_only_where_it_is_chosen(imported):
    written = on_floats(imported(OWN))
    written.many((0.25, 3.0, 0.75))
    assert written.asked == [0.25, 0.75]


def test_an_error_names_the_line_of_the_rule(imported):
    plain = imported(OWN)
    places = []
    for module in (plain, on_floats(plain)):
        with pytest.raises(ZeroDivisionError) as raised:
            module.broken(1.0)
        places.append([(each.filename, each.lineno) for each in traceback.extract_tb(raised.value.__traceback__)][-1])
    assert places[0] == places[1]


def test_a_function_that_only_shares_its_name_with_an_operation_is_called(imported):
    assert on_floats(imported(SHADOWED)).most(5.0, 2.0) == 3.0


def test_the_plain_module_and_its_compiled_file_stay_as_they_are(imported, tmp_path):
    plain = imported(OWN)
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    written = on_floats(plain)
    assert written is not plain
    assert "maximum" in plain.nested.__code__.co_names
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == files
    assert sys.modules["sim.model.rules"] is rules
    assert rules.maximum is arithmetic.maximum
