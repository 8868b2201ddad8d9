"""Sobol points: those of SciPy, to the bit, for as many columns as a scenario can need."""

import numpy as np
import pytest
from scipy.stats import qmc

from sim.model.nouns import MOST_PROVIDERS
from sim.model.population import TASTE_COLUMNS, TRAIT_COLUMNS
from sim.model.reference import POINTS
from sim.model.sobol import sobol

MOST = len(TRAIT_COLUMNS) + len(TASTE_COLUMNS) + MOST_PROVIDERS


@pytest.mark.parametrize("columns", range(1, MOST + 1))
def test_points_are_those_of_scipy_to_the_bit(columns):
    assert np.array_equal(sobol(columns), qmc.Sobol(columns, scramble=False).random(POINTS))


def test_more_columns_than_there_are_numbers_for_are_refused():
    with pytest.raises(ValueError, match="21 columns of Sobol's points are wanted, and DIRECTIONS has 20"):
        sobol(21)
