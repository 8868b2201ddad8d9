"""O12: with a cost of changing, shares follow a Markov chain to its stationary law."""

import numpy as np

from sim.analysis.bench import Bench
from sim.analysis.judging import within_errors
from sim.analysis.mean_field import logit
from sim.analysis.oracle import Comparison, Oracle
from sim.model.nouns import OPTIONS

SCENARIO = """\
extends = "neutral.toml"

[about]
title = "Four options, a cost of changing, and an upfront cost of private and hybrid cloud"

[run]
months = 36

[population]
liquid_funds = 1e6

[choice]
scale = 20

[start]
on_premise = 0.7
private = 0.2
public = 0.1

[constant]
private = 10
public = 15
hybrid = 5

[cost]
interest = 0
life = 60
upfront_seat = 600
hybrid_share = 0.5

[switch]
migration = 720
capability_relief = 0
horizon = 36
"""

SCALE, FIRMS, MONTHS = 20.0, 50_000, 36
VALUES, START = np.array([0.0, 10.0, 15.0, 5.0]), np.array([0.7, 0.2, 0.1, 0.0])
ENTRY = 720 / 36 + np.array([0.0, 600 / 60, 0.0, 600 * 0.5 / 60])
"""Cost of changing to each option: migration over the horizon, and the annuity of what private seats cost."""

STEP = logit(VALUES - ENTRY * (1 - np.eye(4)), SCALE)
"""P, from option (row) to option."""


def compare(bench: Bench) -> Comparison:
    """Compare shares with the chain's in every month, and at the end with its stationary law."""
    replicates = bench.size(10, 1)
    result = bench.run(f"run.firms={FIRMS}", f"run.replicates={replicates}", *bench.planted)
    found = np.stack([result.of(f"share.firms.{option}").mean(axis=0) for option in OPTIONS], axis=1)
    expected, errors = [], []
    for month in range(1, MONTHS + 1):
        chances = np.linalg.matrix_power(STEP, month)
        expected.append(START @ chances)
        errors.append(np.sqrt(START @ (chances * (1 - chances)) / (FIRMS * replicates)))
    pi = stationary()
    late = np.sqrt(pi * (1 - pi) / (FIRMS * replicates))
    return Comparison([
        within_errors("shares s₀Pᵗ, months 1 to 36", expected, found[1:], errors),
        within_errors("stationary law after 36", pi, found[-1], late),
    ])  # fmt: skip


def stationary() -> np.ndarray:
    """π = πP."""
    equations = np.vstack([(STEP.T - np.eye(4))[:-1], np.ones(4)])
    return np.linalg.solve(equations, np.array([0.0, 0.0, 0.0, 1.0]))


ORACLE = Oracle(
    id="O12",
    title="Switching costs",
    reference="Markov chain, computed",
    formula="P_ij = softmax_j(V_j − cost of changing from i to j); shares s₀Pᵗ; π = πP",
    scenario=SCENARIO,
    compare=compare,
    fault="cost of migration 10 % higher",
    fault_settings=("switch.migration=792",),
)
