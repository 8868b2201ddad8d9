"""O2: mean utility of the best option is the logsum, and a subsidy raises consumer surplus by its difference."""

import numpy as np
from scipy import integrate

from sim.analysis.bench import Bench
from sim.analysis.judging import within_errors
from sim.analysis.mean_field import logit
from sim.analysis.oracle import Comparison, Oracle

SCENARIO = """\
extends = "neutral.toml"

[about]
title = "Four options, one review, half of the public price paid"

[run]
start = "2026-01"

[population]
smallest = 100
largest = 100

[choice]
scale = 20

[constant]
private = 12
public = 21
hybrid = 10

[cost]
public_price = 30

[policy.subsidy]
instrument = "public_cloud_subsidy"
start = "2026-01"
rate = 0.5
cap = 1e9
"""

SCALE, EULER, NATION = 20.0, 0.5772156649015329, 48.42e6
SUPPORT = 15.0
WITHOUT = np.array([0.0, 12.0, 21.0 - 30.0, 10.0 - 0.5 * 30.0])
WITH = WITHOUT + np.array([0.0, 0.0, SUPPORT, 0.5 * SUPPORT])
"""V of each option without and with the subsidy; a hybrid has half of public's price and half of its support."""

SEATS = 100.0
ROUNDING = 1 / (12 * SEATS**2)
"""Variance that counting each contract in whole money adds, per seat-month."""


def compare(bench: Bench) -> Comparison:
    """Compare mean utility, and its difference on the same draws, with the logsum."""
    firms = bench.size(400_000, 100_000)
    size = f"run.firms={firms}"
    utility = {}
    for name, settings in {"without": ("policy.subsidy.rate=0",), "with": bench.planted}.items():
        surplus = bench.run(size, *settings).of("surplus.decision")[0, 1]
        utility[name] = surplus / NATION / SEATS
    logsums = {"without": logsum(WITHOUT), "with": logsum(WITH)}
    alone = np.sqrt((np.pi**2 / 6 * SCALE**2 + ROUNDING) / firms)  # a maximum of Gumbels is a Gumbel
    gain = logsums["with"] - logsums["without"]
    return Comparison([
        within_errors("mean utility", list(logsums.values()), list(utility.values()), alone),
        within_errors("ΔCS", gain, utility["with"] - utility["without"], gain_error(gain, firms)),
    ])  # fmt: skip


def logsum(values: np.ndarray) -> float:
    """Expected utility of the best option, μ(ln Σe^(V/μ) + γ)."""
    return float(SCALE * (np.log(np.exp(values / SCALE).sum()) + EULER))


def gain_error(gain: float, firms: int) -> float:
    """Standard error of the mean gain on the same draws.

    A firm gains more than x exactly where it takes an option whose support exceeds x, were each such option's support
    lower by x: so E[gain²] = ∫ 2x·P(gain > x) dx.
    """
    support = WITH - WITHOUT

    def exceeds(x: float) -> float:
        some = support > x
        values = np.where(some, WITH - x, WITHOUT)
        return float(logit(values, SCALE)[some].sum())

    square, _ = integrate.quad(lambda x: 2 * x * exceeds(x), 0, SUPPORT, points=[SUPPORT / 2])
    return float(np.sqrt((square - gain**2 + 2 * ROUNDING) / firms))


ORACLE = Oracle(
    id="O2",
    title="Logsum",
    reference="Small & Rosen 1981",
    formula="E max = μ(ln Σe^(V/μ) + γ); ΔCS = μ ln[Σe^(V₁/μ)/Σe^(V₀/μ)]",
    scenario=SCENARIO,
    compare=compare,
    fault="rate of the subsidy 10 % higher",
    fault_settings=("policy.subsidy.rate=0.55",),
)
