"""O5: on common draws the difference of two scenarios has the variance of the firms that move, and no other."""

import numpy as np

from sim.analysis.bench import Bench
from sim.analysis.judging import exactly, same_variance, within_errors
from sim.analysis.mean_field import logit
from sim.analysis.oracle import Comparison, Oracle

SCENARIO = """\
extends = "neutral.toml"

[about]
title = "Two options, one review, nobody influences anybody"

[run]
firms = 200

[choice]
scale = 20

[available]
private = 0
hybrid = 0

[constant]
public = -10
"""

SCALE, FIRMS = 20.0, 200
RAISED = 0.0
MOVED = float(logit(np.array([0.0, RAISED]), SCALE)[1] - logit(np.array([0.0, -10.0]), SCALE)[1])
"""d, the chance that a firm moves."""


def compare(bench: Bench) -> Comparison:
    """Compare the variance over replicates of a difference, and of a difference that has no cause."""
    size = f"run.replicates={bench.size(2000, 200)}"
    without = bench.run(size).of("share.firms.public")[:, 1]
    raised = bench.run(size, f"constant.public={RAISED}", *bench.planted).of("share.firms.public")[:, 1]
    difference, law = raised - without, MOVED * (1 - MOVED) / FIRMS
    checks = [
        same_variance("variance of the difference", law, difference),
        within_errors("mean difference", MOVED, difference.mean(), np.sqrt(law / len(difference))),
    ]
    if not bench.planted:
        idle = bench.run(size, "constant.private=5", "cost.integration=7").of("share.firms.public")[:, 1]
        checks.append(exactly("largest difference without a cause", 0, float(np.abs(idle - without).max())))
    return Comparison(checks)


ORACLE = Oracle(
    id="O5",
    title="Variance under common draws",
    reference="binomial law",
    formula="var(difference) = d(1 − d)/n; d = 0: the difference is 0",
    scenario=SCENARIO,
    compare=compare,
    fault="the second scenario draws from another seed",
    fault_settings=("run.seed=2",),
)
