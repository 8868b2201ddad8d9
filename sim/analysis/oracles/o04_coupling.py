"""O4: on the same draws, raising the value of one option moves firms to that option and to no other."""

import numpy as np

from sim.analysis.bench import Bench
from sim.analysis.judging import exactly, within_errors
from sim.analysis.mean_field import logit
from sim.analysis.oracle import Comparison, Oracle
from sim.experiments.tables import Outcomes
from sim.model.nouns import CLASSES, OPTIONS

SCENARIO = """\
extends = "neutral.toml"

[about]
title = "One firm of each class, whose choice its class's shares tell; four options, one review"

[run]
firms = 4

[population]
sample_mix = { micro = 0.25, small = 0.25, medium = 0.25, large = 0.25 }
national_mix = { micro = 0.25, small = 0.25, medium = 0.25, large = 0.25 }

[choice]
scale = 20

[constant]
private = 10
public = 5
hybrid = 3
"""

SCALE, VALUES, RISE = 20.0, np.array([0.0, 10.0, 5.0, 3.0]), 20.0
PRIVATE = 1


def compare(bench: Bench) -> Comparison:
    """Count the firms that moved to an option that was not raised."""
    size = f"run.replicates={bench.size(2500, 200)}"
    before = choices(bench.run(size))
    after = choices(bench.run(size, f"constant.private={VALUES[PRIVATE] + RISE}", *bench.planted))
    moved = before != after
    wrong = int((moved & (after != PRIVATE)).sum())
    p0, p1 = (logit(VALUES + rise * (np.arange(4) == PRIVATE), SCALE)[PRIVATE] for rise in (0.0, RISE))
    share = float(p1 - p0)
    error = np.sqrt(share * (1 - share) / before.size)
    return Comparison([
        exactly("moved to another option", 0, wrong, f"of {before.size:,} firms"),
        within_errors("moved at all", share, moved.mean(), error),
    ])  # fmt: skip


def choices(result: Outcomes) -> np.ndarray:
    """Option of each firm, (replicates, classes): the only firm of its class has a share of 1."""
    shares = [[result.of(f"share.firms.{option}", size)[:, 1] for size in CLASSES] for option in OPTIONS]
    return np.asarray(np.argmax(np.array(shares), axis=0))


ORACLE = Oracle(
    id="O4",
    title="Monotone coupling",
    reference="argmax of V + Gumbel",
    formula="raise V_k alone: nobody moves to j ≠ k; moved = P_k(V') − P_k(V)",
    scenario=SCENARIO,
    compare=compare,
    fault="public cloud raised as well, by a tenth of the rise",
    fault_settings=(f"constant.public={VALUES[2] + 0.1 * RISE}",),
    small=("run.replicates=5",),
)
