"""O10: with strong social interaction there are two equilibria between two folds, and shares tip only beyond them."""

from typing import Any

import numpy as np
from scipy.special import logit

from sim.analysis.bench import Bench
from sim.analysis.judging import within_errors
from sim.analysis.mean_field import path
from sim.analysis.oracle import Check, Comparison, Oracle

SCENARIO = """\
extends = "neutral.toml"

[about]
title = "Two options; public cloud is worth a + b·s, s its share, b = 6"

[run]
firms = 20000
months = 150
every = 150

[available]
private = 0
hybrid = 0

[reach]
public = 6
"""

B, MONTHS = 6.0, 150
LOW, HIGH = 0.02, 0.98
ROOTS = (1 + np.array([-1, 1]) * np.sqrt(1 - 4 / B)) / 2
FOLDS = logit(ROOTS) - B * ROOTS
"""Values of a at which the lower equilibrium ends, −2.58491, and the upper one, −3.41509."""

CASES = ((-2.595, LOW), (-2.575, LOW), (-3.405, HIGH), (-3.425, HIGH), (-3.2, LOW), (-3.2, HIGH))
"""a and the share at the start: just within and beyond both folds, and between them from both sides."""


def settings(a: float, b: float, start: float) -> tuple[str, ...]:
    """Settings of one case."""
    return (f"constant.public={a}", f"reach.public={b}", f"start.public={start}", f"start.on_premise={1 - start:.10g}")


def equilibrium(a: float, b: float, start: float) -> tuple[float, float]:
    """Share of the mean field at the end, an equilibrium by then, and the standard deviation about it times √N."""
    shares, noise = path(np.array([0.0, a]), np.array([0.0, b]), np.array([1 - start, start]), MONTHS)
    return float(shares[-1, 1]), float(np.sqrt(noise[-1, 1, 1]))


def compare(bench: Bench) -> Comparison:
    """Compare where shares go near both folds, without several equilibria, and along the loop."""
    replicates, firms = bench.size(5, 1), bench.size(20_000, 5_000)
    size = (f"run.replicates={replicates}", f"run.firms={firms}")
    cases = [(a, B, start) for a, start in (CASES[:2] if bench.planted else CASES)]
    error = 1 / np.sqrt(replicates * firms)
    checks = [_reached(bench, "b = 6, either side of both folds", cases, size, error)]
    if bench.quick or bench.planted:
        return Comparison(checks, {} if bench.planted else _loop(bench))
    either = [(-b / 2, b, start) for b in (3.5, 4.5) for start in (0.2, 0.8)]
    checks.append(_reached(bench, "one equilibrium at b = 3.5, two at 4.5", either, size, error))
    return Comparison(checks, _loop(bench))


def _loop(bench: Bench) -> dict[str, Any]:
    """Shares at the end for many a, from a low and from a high start, and the curve of equilibria."""
    grid = np.round(np.linspace(-3.8, -2.2, bench.size(33, 7)), 3)
    loop = {name: [_final(bench, (a, B, start), ("run.firms=2000",)) for a in grid] for name, start in
            {"up": LOW, "down": HIGH}.items()}  # fmt: skip
    curve = np.linspace(0.01, 0.99, 400)
    return {"a": grid, **loop, "curve_a": logit(curve) - B * curve, "curve_s": curve, "folds": FOLDS, "roots": ROOTS}


def _reached(
    bench: Bench, what: str, cases: list[tuple[float, float, float]], size: tuple[str, ...], error: float
) -> Check:
    """Compare the shares in which some cases end with their equilibria; `error` is 1/√N."""
    shares, deviations = np.transpose([equilibrium(*case) for case in cases])
    return within_errors(what, shares, [_final(bench, case, size) for case in cases], error * deviations)


def _final(bench: Bench, case: tuple[float, float, float], size: tuple[str, ...]) -> float:
    """Mean share of public cloud at the end of one case."""
    return float(bench.run(*settings(*case), *size, *bench.planted).of("share.firms.public")[:, -1].mean())


ORACLE = Oracle(
    id="O10",
    title="Social interactions",
    reference="Brock & Durlauf 2001",
    formula="s = logistic(a + b·s); folds at s± = (1 ± √(1 − 4/b))/2, a = logit(s) − b·s",
    scenario=SCENARIO,
    compare=compare,
    fault="reach of public cloud 10 % higher",
    fault_settings=("reach.public=6.6",),
    small=("run.firms=40", "run.months=24", "run.every=24", "run.replicates=1", *settings(-3.0, B, 0.4)),
)
