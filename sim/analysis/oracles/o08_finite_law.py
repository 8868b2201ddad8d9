"""O8: in an economy of twenty firms the number of adopters follows its exact law, chance and all."""

import numpy as np
from scipy import stats

from sim.analysis.bench import Bench
from sim.analysis.judging import same_law, within_errors
from sim.analysis.oracle import Comparison, Oracle

SCENARIO = """\
extends = "neutral.toml"

[about]
title = "Twenty firms; whoever hears of public cloud takes it; p = .03 and q = .38 a month"

[run]
firms = 20
months = 10
every = 10

[available]
private = 0
hybrid = 0

[constant]
public = 1000

[awareness]
start = 0
innovation = 0.36
imitation = 4.56
"""

P, Q, FIRMS, MONTHS = 0.03, 0.38, 20, 10


def law() -> np.ndarray:
    """Law of the number of adopters after ten months, e₀Pᵗ, from Binomial(M − n, min(1, p + q·n/M)) a month."""
    step = np.zeros((FIRMS + 1, FIRMS + 1))
    for n in range(FIRMS + 1):
        more = np.arange(FIRMS + 1 - n)
        step[n, n:] = stats.binom.pmf(more, FIRMS - n, min(1.0, P + Q * n / FIRMS))
    return np.asarray(np.linalg.matrix_power(step, MONTHS)[0])


def compare(bench: Bench) -> Comparison:
    """Compare counts over replicates with the law, and complete groups of twenty, a world each, with its mean."""
    result = bench.run(f"run.replicates={bench.size(10_000, 400)}", *bench.planted)
    adopters = np.rint(FIRMS * result.of("share.firms.public")[:, -1]).astype(int)
    expected, numbers = law(), np.arange(FIRMS + 1)
    mean = float(expected @ numbers) / FIRMS
    sd = float(np.sqrt(expected @ numbers**2 / FIRMS**2 - mean**2))
    groups = bench.size(20_000, 4_000)
    together = ("network.kind=groups", f"network.partners={FIRMS}", f"run.firms={groups * FIRMS}", "run.replicates=1")
    share = bench.run(*together, *bench.planted).of("share.firms.public")[0, -1]
    errors = [sd / np.sqrt(len(adopters)), sd / np.sqrt(groups)]
    return Comparison([
        same_law("adopters after 10 months", np.bincount(adopters, minlength=FIRMS + 1), expected),
        within_errors("mean share: replicates, groups", [mean, mean], [adopters.mean() / FIRMS, share], errors),
    ])  # fmt: skip


ORACLE = Oracle(
    id="O8",
    title="Finite law of diffusion",
    reference="Markov chain, computed",
    formula="n' − n ~ Binomial(M − n, min(1, p + q·n/M)); law after t months e₀Pᵗ",
    scenario=SCENARIO,
    compare=compare,
    fault="p and q 10 % higher",
    fault_settings=("awareness.innovation=0.396", "awareness.imitation=5.016"),
    small=("run.replicates=3",),
)
