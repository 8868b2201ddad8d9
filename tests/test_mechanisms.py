"""Each mechanism of docs/mechanisms.md does what it is there for, and stops when its switch is set."""

import numpy as np
import pytest
from mechanisms import CASES, at_defaults, final, rows, switch

SMALL = ["run.firms=600", "run.months=60"]
REPLICATES = 8
CLEAR = 4.0
"""Standard errors of a mean over paired replicates."""

IDLE = 0.5
"""Percentage points in any cloud share below which a mechanism is idle."""

MEASURED = {name: cells[2] for name, cells in rows().items() if "firms" in cells[2] or "seats" in cells[2]}


@pytest.mark.parametrize("name", CASES)
def test_a_mechanism_does_what_it_is_there_for(name):
    """With less without, on the same draws: the sign is right and clear of chance."""
    case = CASES[name]
    setting, resolve = switch(rows()[name][1])
    outcome = [(case.outcome, case.group)]
    on, off = (final((*SMALL, *case.settings, *more), resolve, REPLICATES, outcome)[:, 0] for more in ((), setting))
    change = on - off
    assert case.sign * change.mean() > CLEAR * change.std(ddof=1) / np.sqrt(REPLICATES)


@pytest.mark.parametrize("name", MEASURED)
def test_the_page_says_what_is_idle_at_the_defaults(name):
    """By fewer replicates than the page's figures, so with room of half the bound."""
    largest = abs(at_defaults(rows()[name][1], 10)[0])
    assert (largest < 1.5 * IDLE) if MEASURED[name].startswith("idle") else (largest > 0.5 * IDLE)


@pytest.mark.parametrize("name", MEASURED)
def test_the_figure_of_the_page_agrees_with_its_word(name):
    figure = abs(float(MEASURED[name].removeprefix("idle: ").split()[0].replace("−", "-")))
    assert (figure < IDLE) == MEASURED[name].startswith("idle")
