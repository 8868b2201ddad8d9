"""O13: without memory loss, amplification and media, belief is Bayes' posterior, and it finds the objective rate."""

import numpy as np

from sim.analysis.bench import Bench
from sim.analysis.judging import exactly, mean_error, within_errors
from sim.analysis.oracle import Check, Comparison, Oracle

SCENARIO = """\
extends = "neutral.toml"

[about]
title = "All firms on public cloud for good; they count their partners' years and hits"

[run]
firms = 1000
months = 240

[available]
on_premise = 0
private = 0
hybrid = 0

[start]
on_premise = 0
public = 1

[network]
partners = 8

[security]
learning = 1
amplification = 1
memory = 1
media_weight = 0
own_weight = 0
prior_hits = 1
prior_misses = 9

[risk]
objective = 0.03
threat = 0
incident = 0.5
"""

A, B, RATE, PARTNERS, FIRMS = 1.0, 9.0, 0.03, 8, 1000
YEARLY = (
    "review.interval=12", "network.kind=ring", "network.partners=1", "security.own_weight=1", "run.firms=600",
    "run.months=480", "run.every=480",
)  # fmt: skip
"""Yearly reviews, one's own year and that of one partner: two observations a year, each a hit or none."""


def compare(bench: Bench) -> Comparison:
    """Compare beliefs with the posterior of what was seen, in an economy seen whole and among neighbours."""
    found = bench.run(f"run.replicates={bench.size(20, 4)}", *bench.planted)
    theta, incidents = found.of("risk.perceived"), found.of("incidents")
    months = found.months
    evidence = A + B + PARTNERS * months / 12
    hits = (theta * evidence - A) * FIRMS / PARTNERS  # of all firms, since a year's use of each partner is counted
    checks = [_whole(hits)]
    law = _expected_hits(incidents)
    checks.append(within_errors("hits counted, given incidents", law[0][:, -1], hits[:, -1], np.sqrt(law[1][:, -1])))
    if bench.planted:
        return Comparison(checks)
    yearly = bench.run(f"run.replicates={bench.size(60, 8)}", *YEARLY).of("risk.perceived")[:, -1]
    years = 480 / 12
    chance = 1 - (1 - RATE / 12) ** 12  # of at least one hit in a year
    posterior = (A + 2 * years * chance) / (A + B + 2 * years)
    checks.append(within_errors("yearly reviews, after 80 observations", posterior, yearly.mean(), mean_error(yearly)))
    checks.append(_consistent(bench))
    return Comparison(checks)


def _whole(hits: np.ndarray) -> Check:
    """Whether the hits that belief implies, (θ(a + b) − a₀)·N/d, are whole numbers that never fall."""
    off, falls = np.abs(hits - np.rint(hits)).max(), (np.diff(np.rint(hits), axis=1) < 0).sum()
    label = f"largest distance to a whole number {off:.1g}, at most 0.001"
    return exactly("implied hits", "whole, none forgotten", "whole, none forgotten" if off < 1e-3 and falls == 0 else
                   f"{off:.3g} from whole, {falls} times fewer than before", label)  # fmt: skip


def _expected_hits(incidents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of all hits counted by each month, given the share of customers hit in each.

    A month's hits strike at reviews of the next month and are seen in the one after it; before the start each month
    had the objective rate.
    """
    shares = np.full_like(incidents, RATE / 12)
    shares[:, 0] = 0.0
    shares[:, 3:] = incidents[:, 1:-2]
    return np.cumsum(FIRMS * shares, axis=1), np.cumsum(FIRMS * shares * (1 - shares), axis=1)


def _consistent(bench: Bench) -> Check:
    """Whether belief meets the objective rate in the end, when what is seen drowns the prior."""
    settings = ("network.partners=1000", "run.firms=1001", "run.months=1200", "run.every=1200")
    size = f"run.replicates={bench.size(20, 4)}"
    theta = bench.run(size, *settings).of("risk.perceived")[:, -1]
    return within_errors("after 100,000 observations", RATE, theta.mean(), mean_error(theta))


ORACLE = Oracle(
    id="O13",
    title="Bayesian learning",
    reference="Beta-Bernoulli posterior",
    formula="θ = (a₀ + x)/(a₀ + b₀ + m) after m observations with x hits; θ → objective rate",
    scenario=SCENARIO,
    compare=compare,
    fault="a hit counts 10 % more",
    fault_settings=("security.amplification=1.1",),
    small=("run.firms=40", "run.months=24", "run.replicates=1"),
)
