"""O3: what a subsidy that everybody hears of buys: additional adopters, free riders, cost of each."""

import numpy as np

from sim.analysis.bench import Bench
from sim.analysis.judging import identity, mean_error, within_errors
from sim.analysis.mean_field import logit
from sim.analysis.oracle import Comparison, Oracle
from sim.experiments.adoption import adoption, takers
from sim.model.scenario import load

SCENARIO = """\
extends = "neutral.toml"

[about]
title = "Two options, one review, half of the public price paid to everybody"

[choice]
scale = 20

[available]
private = 0
hybrid = 0

[constant]
public = 20

[cost]
public_price = 40

[policy.subsidy]
instrument = "public_cloud_subsidy"
start = "2026-01"
rate = 0.5
cap = 1e9
"""

SCALE, SUPPORT, NATION = 20.0, 20.0, 48.42e6
BEFORE, AFTER = (float(logit(np.array([0.0, value]), SCALE)[1]) for value in (20.0 - 40.0, 20.0 - 40.0 + SUPPORT))
"""P₀ and P₁, choice probability of public cloud without and with the subsidy."""


def compare(bench: Bench) -> Comparison:
    """Compare what `sim run --against` accounts for with the formulas, on average and as identities."""
    size = (f"run.replicates={bench.size(100, 40)}", f"run.firms={bench.size(10_000, 5_000)}")
    given, none = (*size, *bench.planted), (*size, "policy.subsidy.rate=0")
    with_it, without = bench.run(*given), bench.run(*none)
    scenarios = load(bench.file, given), load(bench.file, none)
    served, bill = takers(with_it, without, scenarios), adoption(with_it, without, scenarios)
    first, last = without.of("share.firms.public")[:, 1], with_it.of("share.firms.public")[:, 1]
    more, spent = last - first, with_it.of("spent")[:, 1] / NATION
    riders, cost = first / last, spent / more
    expected = [AFTER - BEFORE, BEFORE / AFTER, SUPPORT * AFTER / (AFTER - BEFORE)]
    found = [more.mean(), first.sum() / last.sum(), bill.cost.estimate.value]
    errors = [mean_error(more), mean_error(riders), mean_error(cost)]
    checks = [within_errors("additional; free riders; cost of each additional", expected, found, errors)]
    counted = [np.nan] * 2 if served is None else [served.supported.value, served.free_riders.value]
    firms = NATION * np.array([last.mean(), first.mean()])
    checks.append(identity("supported; free riders, firms", firms, counted))
    checks.append(identity("spent = s·P₁·N", SUPPORT * last, spent))
    return Comparison(checks)


ORACLE = Oracle(
    id="O3",
    title="Subsidy accounting",
    reference="identities of O1 and O4",
    formula="additional P₁ − P₀; free riders P₀/P₁ of takers; cost of each additional s·P₁/(P₁ − P₀)",
    scenario=SCENARIO,
    compare=compare,
    fault="rate of the subsidy 10 % higher",
    fault_settings=("policy.subsidy.rate=0.55",),
)
