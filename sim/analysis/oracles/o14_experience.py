"""O14: unit cost falls by λ·ln 2 in logarithm with each doubling of cumulative use."""

import numpy as np

from sim.analysis.bench import Bench
from sim.analysis.judging import identity
from sim.analysis.oracle import Comparison, Oracle

SCENARIO = """\
extends = "neutral.toml"

[about]
title = "Demand that stands still, cost that falls by learning alone"

[run]
firms = 200
months = 180

[constants]
solve = true

[start]
on_premise = 0
public = 1

[cost]
public_price = 100

[market]
shares = [0.5, 0.3, 0.2]
cost_decline = 0
learning = 0.15
history = 1
spillover = 0.5

[choice]
taste_provider = 12
"""

LEARNING, HISTORY = 0.15, 12
"""λ, and the months of use before the start."""

DOUBLINGS = [12, 36, 84, 180]
"""Months after which cumulative use has doubled once to four times."""


def compare(bench: Bench) -> Comparison:
    """Compare the logarithm of unit cost with the experience curve, in every month and at each doubling."""
    cost = bench.run(*bench.planted).of("unit_cost")[0]
    fall = np.log(cost / cost[0])
    months = np.arange(1, len(cost))
    curve = -LEARNING * np.log1p(months / HISTORY)
    doublings = np.diff(fall[[0, *DOUBLINGS]])
    return Comparison([
        identity("ln c at each doubling", np.full(4, -LEARNING * np.log(2)), doublings),
        identity("ln(c/c₀) in 180 months", curve, fall[1:]),
    ])  # fmt: skip


ORACLE = Oracle(
    id="O14",
    title="Experience curve",
    reference="Wright 1936",
    formula="ln c falls by λ·ln 2 at each doubling of cumulative use",
    scenario=SCENARIO,
    compare=compare,
    fault="λ 10 % higher",
    fault_settings=("market.learning=0.165",),
    small=("run.firms=40", "run.months=24"),
)
