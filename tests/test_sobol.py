"""Sobol points: those of SciPy, to the bit, for as many columns as a scenario can need."""

import numpy as np
import pytest
from scipy.stats import qmc

from sim.model.nouns import MOST_PROVIDERS
from sim.model.reference import DRAWS, POINTS
from sim.model.sobol import DIRECTIONS, sobol


def test_there_are_columns_for_all_that_is_drawn():
    assert len(DIRECTIONS) >= len(DRAWS) + MOST_PROVIDERS


@pytest.mark.parametrize("columns", range(1, len(DIRECTIONS) + 1))
def test_points_are_those_of_scipy_to_the_bit(columns):
    assert np.array_equal(sobol(columns), qmc.Sobol(columns, scramble=False).random(POINTS))


def test_more_columns_than_there_are_numbers_for_are_refused():
    wanted = len(DIRECTIONS) + 1
    said = f"{wanted} columns of Sobol's points are wanted, and DIRECTIONS has {len(DIRECTIONS)}: add those that scipy"
    with pytest.raises(ValueError, match=said):
        sobol(wanted)
