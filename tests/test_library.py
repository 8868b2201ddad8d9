"""The scenarios of the library move what they are about in the direction the sources say, clear of chance."""

from functools import cache

import numpy as np
import pytest
from small_worlds import column, world

from sim.engines import simulate
from sim.model.scenario import library, load
from sim.report.listing import world_before

REPLICATES = 8
CLEAR = 4.0
"""Standard errors of a mean over paired replicates."""

PUBLIC = "share.seats.public"
FIVE_YEARS, TEN_YEARS = 60, 120

MOVES = {
    "agent-wave": (+1, "share.agents", FIVE_YEARS),
    "computing-network": (-1, "price", FIVE_YEARS),
    "control-tightly": (-1, PUBLIC, FIVE_YEARS),
    "data-supply": (+1, "share.agents", FIVE_YEARS),
    "demonstration": (-1, "price", FIVE_YEARS),
    "equal-cost-control": (+1, "share.seats.private", FIVE_YEARS),
    "equal-cost-security": (+1, PUBLIC, FIVE_YEARS),
    "increasing-returns-early": (+1, PUBLIC, TEN_YEARS),
    "increasing-returns-late": (+1, PUBLIC, TEN_YEARS),
    "no-network": (-1, PUBLIC, TEN_YEARS),
    "open-source": (+1, "share.agents", FIVE_YEARS),
    "outreach": (+1, "share.aware", FIVE_YEARS),
    "patient-capital": (+1, "ecosystem", FIVE_YEARS),
    "price-war": (+1, PUBLIC, 36),
    "provider-breach": (-1, PUBLIC, FIVE_YEARS),
    "push": (+1, PUBLIC, FIVE_YEARS),
    "push-later": (+1, PUBLIC, TEN_YEARS),
    "recession": (-1, PUBLIC, 36),
    "risk-warning": (-1, PUBLIC, FIVE_YEARS),
    "rival-leap": (-1, "share.agents", FIVE_YEARS),
    "sandbox": (-1, "risk.perceived", FIVE_YEARS),
    "standard-products": (+1, "share.agents", FIVE_YEARS),
    "strengthen-security": (+1, PUBLIC, FIVE_YEARS),
    "subsidy": (+1, "share.supported", 48),
    "three-phases": (+1, PUBLIC, FIVE_YEARS),
    "tiered-regulation": (-1, "risk.perceived", FIVE_YEARS),
    "trade-restriction": (-1, PUBLIC, 48),
    "training": (+1, "share.agents", FIVE_YEARS),
    "voucher": (+1, "share.supported", 48),
}
"""Sign, outcome and month of each; `mean-field` and `ring` change little, and say so in their questions."""

WITHOUT = {"mean-field", "ring", "increasing-returns"}  # the last is a world of its own: pattern check 7 is about it


@cache
def paths(name: str, outcome: str) -> np.ndarray:
    """One outcome by month, shape (replicates, months)."""
    scenario = world(name, firms=1000)
    return np.array([column(simulate(scenario, each, every=12), outcome) for each in range(REPLICATES)])


@pytest.mark.parametrize("name", MOVES)
def test_a_scenario_moves_what_it_is_about(name):
    sign, outcome, month = MOVES[name]
    change = (paths(name, outcome) - paths(world_before(load(name)), outcome))[:, month // 12]
    assert sign * change.mean() > CLEAR * change.std(ddof=1) / np.sqrt(REPLICATES)


def test_no_scenario_is_left_out():
    bases = {name for name in library() if len(load(name).chain) == 1}
    assert set(MOVES) | WITHOUT | bases == set(library())


def test_waiting_with_the_push_costs_little_in_the_base_world():
    """At the end the two pushes lie within one percentage point of public seats of each other."""
    early, late = (paths(name, PUBLIC)[:, -1].mean() for name in ("push", "push-later"))
    assert early == pytest.approx(late, abs=0.01)


def test_security_brings_use_where_control_at_the_same_cost_costs_use():
    """The contrast of I7: by ten years the two differ in public seats, clear of chance."""
    change = (paths("equal-cost-security", PUBLIC) - paths("equal-cost-control", PUBLIC))[:, -1]
    assert change.mean() > CLEAR * change.std(ddof=1) / np.sqrt(REPLICATES)
