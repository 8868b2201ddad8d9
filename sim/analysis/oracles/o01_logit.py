"""O1: choice shares of a population with Gumbel noise are logit shares, and answer to value as these do."""

import numpy as np

from sim.analysis.bench import Bench
from sim.analysis.judging import within_errors
from sim.analysis.mean_field import logit
from sim.analysis.oracle import Comparison, Oracle
from sim.model.nouns import CLASSES, OPTIONS

SCENARIO = """\
extends = "neutral.toml"

[about]
title = "Four options, four classes with values and scales of their own, one review"

[population]
sample_mix = { micro = 0.25, small = 0.25, medium = 0.25, large = 0.25 }
national_mix = { micro = 0.25, small = 0.25, medium = 0.25, large = 0.25 }

[choice]
scale = { micro = 20, small = 10, medium = 40, large = 5 }

[constant]
private = { micro = 12, small = -12, medium = 3, large = 4 }
public = { micro = -9, small = 8, medium = 30, large = 1 }
hybrid = { micro = 5, small = 2, medium = -20, large = -6 }
"""

SCALES = np.array([20.0, 10.0, 40.0, 5.0])
VALUES = np.array([[0.0, 12, -9, 5], [0.0, -12, 8, 2], [0.0, 3, 30, -20], [0.0, 4, 1, -6]])
"""V of each option, (classes, options)."""

STEP = 1.0
"""By how much the value of public cloud is raised and lowered for its derivative."""


def compare(bench: Bench) -> Comparison:
    """Compare shares by class with the formula, and the difference between two values with the derivative."""
    firms = bench.size(400_000, 160_000)
    size = (f"run.firms={firms}", *bench.planted)
    result = bench.run(*size)
    found = np.array([[result.of(f"share.firms.{k}", c)[0, 1] for k in OPTIONS] for c in CLASSES])
    expected = logit(VALUES / SCALES[:, None])
    each = firms / len(CLASSES)
    shares = within_errors("shares by class", expected, found, np.sqrt(expected * (1 - expected) / each))
    raised, lowered = (bench.run(*size, *public(step)) for step in (STEP, -STEP))
    gap = np.array([(raised.of("share.firms.public", c) - lowered.of("share.firms.public", c))[0, 1] for c in CLASSES])
    slope = expected[:, 2] * (1 - expected[:, 2]) / SCALES
    error = np.sqrt(slope * 2 * STEP / each) / (2 * STEP)  # firms that move are a binomial number
    return Comparison([shares, within_errors("dP/dV of public", slope, gap / (2 * STEP), error)])


def public(step: float) -> list[str]:
    """Settings that add to the value of public cloud."""
    return [f"constant.public[{name}]={value + step}" for name, value in zip(CLASSES, VALUES[:, 2], strict=True)]


ORACLE = Oracle(
    id="O1",
    title="Logit shares",
    reference="McFadden 1974",
    formula="P_k = e^(V_k/μ)/Σe^(V_j/μ); dP_k/dV_k = P_k(1 − P_k)/μ",
    scenario=SCENARIO,
    compare=compare,
    fault="scale of choice 10 % higher for micro firms",
    fault_settings=("choice.scale[micro]=22",),
)
