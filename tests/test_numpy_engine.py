"""What the NumPy engine does to be fast changes no number: terms narrowed, rules that remember, codes in bytes."""

from types import FunctionType, ModuleType

import numpy as np
import pytest

from sim.engines.narrowing import Narrow, narrowed
from sim.engines.once import remembering
from sim.model import rules
from sim.model.arithmetic import maximum, minimum, where
from sim.model.facts import Firm

RNG = np.random.Generator(np.random.SFC64(20260102))
CLASSES, GROUPS = RNG.integers(0, 4, 30), RNG.integers(0, 5, 30)


@pytest.mark.parametrize("groups", [1, 5])
@pytest.mark.parametrize("lanes", [1, 3])
def test_narrowed_fields_are_those_of_each_firm_and_lane(groups, lanes):
    """One field the same everywhere, one that differs by lane, one by class and group of sectors, and one by all."""
    table = np.empty((4, groups, 4, lanes))
    for field, shape in enumerate([(1, 1, 1), (1, 1, lanes), (4, groups, 1), (4, groups, lanes)]):
        table[:, :, field] = RNG.random(shape)
    fields = Narrow(narrowed(table)).of(CLASSES * groups + GROUPS % groups)
    whole = table[CLASSES, GROUPS % groups]
    for field, found in enumerate(fields):
        assert np.array_equal(np.broadcast_to(found, (30, lanes)), whole[:, field])
    by_lane = float if lanes == 1 else (lanes,)
    expected = [float, by_lane, (30, 1), (30, lanes)]
    assert [float if type(found) is float else found.shape for found in fields] == expected


def test_a_rule_is_worked_out_once_for_the_same_firm_and_terms():
    asked = 0

    class Terms:
        relief = migration = 0.5

        @property
        def training(self) -> float:
            nonlocal asked
            asked += 1
            return 0.25

    view, person, t = remembering(rules), Firm(*np.full((len(Firm._fields), 1), 0.4)), Terms()
    cost = view.migration_cost(person, t)
    assert view.capability(person, t) == rules.capability(person, Terms())
    assert cost == view.migration_cost(person, t) == rules.migration_cost(person, Terms())
    assert asked == 3, "one for the view, two for the rules themselves"
    view.migration_cost(person, Terms())
    view.migration_cost(person._replace(capability=0.5), t)
    assert asked == 5


def test_a_function_from_elsewhere_in_a_rules_place_is_the_one_that_is_asked():
    altered = ModuleType(rules.__name__)
    vars(altered).update(vars(rules) | {"capability": lambda *_asked: 7.0})
    assert remembering(altered).capability(None, None) == 7.0
    assert isinstance(remembering(altered).choice, FunctionType)


def test_codes_and_extremes_of_arrays_are_those_of_numbers():
    condition = RNG.random((6, 5)) < 0.5
    codes, others = (RNG.integers(-1, 8, (6, 5)).astype(np.int8) for _ in range(2))
    for yes in (others, 3, -1, others[:, :1], 0.5):
        found = where(condition, yes, codes)
        assert np.array_equal(found, np.where(condition, yes, codes))
        assert found.dtype == np.where(condition, yes, codes).dtype
    x, y = RNG.normal(size=(2, 6, 5))
    for a, b in ((x, y), (x, 0.2), (0.2, y), (x, y[0]), (x[:, :1], y), (x, 1)):
        pairs = [pair.tolist() for pair in np.broadcast_arrays(a, b)]
        for function in (maximum, minimum):
            numbers = [[function(*pair) for pair in zip(*rows, strict=True)] for rows in zip(*pairs, strict=True)]
            assert np.array_equal(function(a, b), numbers)
