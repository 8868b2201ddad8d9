"""O9: six firms that imitate each other among three options follow the chain over all their states."""

from itertools import product

import numpy as np
from scipy import stats

from sim.analysis.bench import Bench
from sim.analysis.judging import same_law, within_errors
from sim.analysis.mean_field import logit
from sim.analysis.oracle import Comparison, Oracle
from sim.experiments.tables import Outcomes

SCENARIO = """\
extends = "neutral.toml"

[about]
title = "Six firms, three options, each worth more the more are on it"

[run]
firms = 6
months = 6
every = 6

[available]
hybrid = 0

[constant]
private = 0.3
public = -0.2

[reach]
on_premise = 2.0
private = 1.5
public = 2.5
"""

FIRMS, MONTHS = 6, 6
VALUES, REACH = np.array([0.0, 0.3, -0.2]), np.array([2.0, 1.5, 2.5])
STATES = [state for state in product(range(FIRMS + 1), repeat=3) if sum(state) == FIRMS]
"""Firms on each option."""


def law() -> np.ndarray:
    """Law over the states after six months, from all firms on premise."""
    step = np.array([
        stats.multinomial.pmf(STATES, FIRMS, logit(VALUES + REACH * np.array(state) / FIRMS)) for state in STATES
    ])  # fmt: skip
    return np.asarray(np.linalg.matrix_power(step, MONTHS)[STATES.index((FIRMS, 0, 0))])


def compare(bench: Bench) -> Comparison:
    """Compare how often each state is found with its probability."""
    result = bench.run(f"run.replicates={bench.size(10_000, 300)}", *bench.planted)
    found = [tuple(state) for state in np.rint(FIRMS * _shares(result)).astype(int).tolist()]
    counts = [found.count(state) for state in STATES]
    expected, states = law(), np.array(STATES) / FIRMS
    mean = expected @ states
    groups = bench.size(20_000, 10_000)
    together = ("network.kind=groups", f"network.partners={FIRMS}", f"run.firms={groups * FIRMS}", "run.replicates=1")
    share = _shares(bench.run(*together, *bench.planted))[0]
    error = np.sqrt((expected @ states**2 - mean**2) / groups)
    return Comparison([
        same_law("state after 6 months", counts, expected),
        within_errors("mean shares over complete groups of six", mean, share, error),
    ])  # fmt: skip


def _shares(result: Outcomes) -> np.ndarray:
    """Shares of the three options at the end, (replicates, 3)."""
    return np.stack([result.of(f"share.firms.{option}")[:, -1] for option in ("on_premise", "private", "public")], 1)


ORACLE = Oracle(
    id="O9",
    title="Finite law of three options",
    reference="Markov chain, computed",
    formula="counts ~ Multinomial(N, softmax(V + J·n/N)) each month",
    scenario=SCENARIO,
    compare=compare,
    fault="reach of public cloud 10 % higher",
    fault_settings=("reach.public=2.75",),
    small=("run.replicates=3",),
)
