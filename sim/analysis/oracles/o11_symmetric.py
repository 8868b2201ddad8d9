"""O11: three like options with imitation: one prevails beyond a fold, and must beyond the point of bifurcation."""

from typing import Any

import numpy as np

from sim.analysis.bench import Bench
from sim.analysis.judging import within_errors
from sim.analysis.mean_field import path
from sim.analysis.oracle import Comparison, Oracle

SCENARIO = """\
extends = "neutral.toml"

[about]
title = "Three options of equal value, each worth b times its share more"

[run]
firms = 100000
months = 300
every = 300

[available]
hybrid = 0

[reach]
on_premise = 2.76
private = 2.76
public = 2.76
"""

OPTIONS = ("on_premise", "private", "public")
MONTHS = 300
ONE_AHEAD, NEAR_UNIFORM = (0.9, 0.05, 0.05), (0.36, 0.32, 0.32)
CASES = ((2.76, ONE_AHEAD), (2.70, ONE_AHEAD), (3.1, NEAR_UNIFORM), (2.85, NEAR_UNIFORM))
"""b and the shares at the start: above and below the fold at 2.74564, above and below the bifurcation at 3."""


def compare(bench: Bench) -> Comparison:
    """Compare shares at the end with those of the mean field, and which shares there are along b."""
    firms, replicates = bench.size(100_000, 10_000), bench.size(4, 1)
    size = (f"run.firms={firms}", f"run.replicates={replicates}")
    checks = []
    for b, start in CASES[:1] if bench.planted else CASES[::2] if bench.quick else CASES:
        shares, noise = path(np.zeros(3), np.full(3, b), np.array(start), MONTHS)
        found = final(bench, b, start, size)
        error = np.sqrt(np.diag(noise[-1]) / (firms * replicates))
        checks.append(within_errors(f"b = {b} from {' '.join(f'{s:g}' for s in start)}", shares[-1], found, error))
    return Comparison(checks, {} if bench.planted else _along(bench))


def _along(bench: Bench) -> dict[str, Any]:
    """Share of the first option at the end for many b, from two starts, and the curve of equilibria."""
    grid = np.round(np.linspace(2.5, 3.4, bench.size(19, 4)), 3)
    few = ("run.firms=5000", "run.replicates=1")
    ends = {name: [final(bench, b, start, few)[0] for b in grid] for name, start in
            {"ahead": ONE_AHEAD, "even": NEAR_UNIFORM}.items()}  # fmt: skip
    return {"b": grid, **ends} | branches()


def final(bench: Bench, b: float, start: tuple[float, float, float], size: tuple[str, ...]) -> np.ndarray:
    """Mean shares at the end."""
    settings = [f"{part}.{k}={x}" for part, xs in {"reach": (b,) * 3, "start": start}.items()
                for k, x in zip(OPTIONS, xs, strict=True)]  # fmt: skip
    result = bench.run(*settings, *size, *bench.planted)
    return np.array([result.of(f"share.firms.{k}")[:, -1].mean() for k in OPTIONS])


def branches() -> dict[str, np.ndarray]:
    """Equilibria with two equal shares: of the share of the first option s, b = 2·ln(2s/(1 − s))/(3s − 1)."""
    s = np.linspace(0.34, 0.97, 600)
    return {"curve_s": s, "curve_b": 2 * np.log(2 * s / (1 - s)) / (3 * s - 1)}


ORACLE = Oracle(
    id="O11",
    title="Three options, symmetric",
    reference="Brock & Durlauf 2002",
    formula="s = softmax(b·s): non-uniform from b = 2.74564, uniform unstable from b = 3",
    scenario=SCENARIO,
    compare=compare,
    fault="reach of on-premise IT 10 % lower",
    fault_settings=("reach.on_premise=2.484",),
    small=("run.firms=40", "run.months=24", "run.every=24", "run.replicates=1"),
)
