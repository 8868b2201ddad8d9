"""O7: awareness from outside and from those who use it, in a large economy, spreads as Bass has it."""

from typing import Any

import numpy as np

from sim.analysis.bench import Bench
from sim.analysis.judging import mean_error, within_errors
from sim.analysis.oracle import Comparison, Oracle

SCENARIO = """\
extends = "neutral.toml"

[about]
title = "Whoever hears of public cloud takes it; p = .03 and q = .38 a unit of time, which is {steps} months"

[run]
firms = 5000
months = {months}
every = {every}

[available]
private = 0
hybrid = 0

[constant]
public = 1000

[awareness]
start = 0
innovation = {innovation}
imitation = {imitation}
"""

P, Q, UNITS = 0.03, 0.38, 10
COARSE, FINE = 10, 100
"""Months, which are reviews, to a unit of time."""


def text(steps: int) -> str:
    """Scenario in which a unit of time has so many reviews; rates are per year."""
    rates = (round(12 * rate / steps, 10) for rate in (P, Q))
    innovation, imitation = rates
    return SCENARIO.format(
        steps=steps, months=UNITS * steps, every=steps // 10, innovation=innovation, imitation=imitation
    )


def bass(time: np.ndarray) -> np.ndarray:
    """F(t) = (1 − e^(−(p+q)t))/(1 + (q/p)e^(−(p+q)t))."""
    decay = np.exp(-(P + Q) * time)
    return np.asarray((1 - decay) / (1 + Q / P * decay))


def synchronous(steps: int) -> np.ndarray:
    """Share of adopters after each review of the rule that is simulated, s ← s + (1 − s)·min(1, (p + q·s)·dt)."""
    shares = [0.0]
    for _ in range(UNITS * steps):
        s = shares[-1]
        shares.append(s + (1 - s) * min(1.0, (P + Q * s) / steps))
    return np.array(shares)


PEAK = np.log(Q / P) / (P + Q)
"""t*, when most adopt: by then F = 1/2 − p/(2q)."""


def compare(bench: Bench) -> Comparison:
    """Compare with the curve where reviews are frequent, and with the synchronous rule where they are not."""
    size = f"run.replicates={bench.size(40, 8)}"
    coarse = bench.run(size, *bench.planted)
    found = coarse.of("share.firms.public")
    when = [10, 20, 50, 62, 80, 100]
    rule = synchronous(COARSE)
    checks = [within_errors("synchronous rule, dt = .1", rule[when], found.mean(axis=0)[when], mean_error(found)[when])]
    series: dict[str, Any] = {"time": coarse.months / COARSE, "found": found, "steps": COARSE}
    if not (bench.quick or bench.planted):
        fine = bench.written("O7-fine.toml", text(FINE))
        result = bench.run("run.replicates=10", file=fine)
        found, time = result.of("share.firms.public"), result.months / FINE
        places = [int(np.argmin(np.abs(time - t))) for t in (PEAK, UNITS)]
        expected = [0.5 - P / (2 * Q), float(bass(np.array(10.0)))]
        errors = mean_error(found)[places]
        checks.append(within_errors("F(t*) and F(10), dt = .01", expected, found.mean(axis=0)[places], errors))
        series = {"time": time, "found": found, "steps": FINE}
    return Comparison(checks, series | {"curve": bass(series["time"])})


ORACLE = Oracle(
    id="O7",
    title="Bass diffusion",
    reference="Bass 1969",
    formula="F(t) = (1 − e^(−(p+q)t))/(1 + (q/p)e^(−(p+q)t)); t* = ln(q/p)/(p+q)",
    scenario=text(COARSE),
    compare=compare,
    fault="q 10 % higher",
    fault_settings=(f"awareness.imitation={12 * 1.1 * Q / COARSE:.10g}",),
    small=("run.firms=40", "run.months=40", "run.replicates=1"),
)
