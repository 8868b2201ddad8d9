"""O15: what was paid and what is left make up every budget, and no budget is overdrawn."""

import numpy as np

from sim.analysis.bench import Bench
from sim.analysis.judging import exactly
from sim.analysis.oracle import Comparison, Oracle
from sim.model.nouns import CLASSES
from sim.model.units import MONEY_UNITS

SCENARIO = """\
extends = "baseline"

[about]
title = "Six policies whose money runs short one after another"

[run]
start = "2026-01"
firms = 600
months = 60
replicates = 5

[policy.subsidy]
instrument = "public_cloud_subsidy"
start = "2026-02"
rate = 0.5
budget = 20e9

[policy.second]
instrument = "public_cloud_subsidy"
start = "2026-06"
rate = 0.9
incidence = 0.3
classes = ["small", "large"]
budget = 7e9

[policy.voucher]
instrument = "compute_voucher"
start = "2027-01"
ramp = 12
budget = 9e9

[policy.outreach]
instrument = "outreach"
start = "2026-01"
budget = 3e9

[policy.guard]
instrument = "security_strengthening"
start = "2026-01"
budget = 5e9

[policy.control]
instrument = "tight_control"
start = "2028-01"
sectors = ["ict", "finance_health"]
budget = 1e8
"""

BUDGETS = {"subsidy": 20e9, "second": 7e9, "voucher": 9e9, "outreach": 3e9, "guard": 5e9, "control": 1e8}


def compare(bench: Bench) -> Comparison:
    """Compare sums of whole units, ten-thousandths of the currency unit, in every month and replicate."""
    result = bench.run(f"run.replicates={bench.size(50, 5)}", *bench.planted)
    spent = np.stack([_units(result.of("spent", f"policy.{name}")) for name in BUDGETS])
    left, budgets = _units(result.of("budget_left")), np.array([round(each * MONEY_UNITS) for each in BUDGETS.values()])
    unbalanced = int((spent.sum(axis=0) + left != budgets.sum()).sum())
    over = int((spent > budgets[:, None, None]).sum()) + int((left < 0).sum())
    back = int((np.diff(spent, axis=2) < 0).sum())
    remainder = budgets[:, None] - spent[:, :, -1]
    exhausted = int((remainder < len(CLASSES)).sum())
    return Comparison([
        exactly("months in which spent + left ≠ budgets", 0, unbalanced, f"whole units, {left.size:,} months"),
        exactly("budgets overdrawn; payments taken back", "0; 0", f"{over}; {back}"),
        exactly("budgets short, all but less than a unit a class paid", remainder.size, exhausted),
    ])  # fmt: skip


def _units(money: np.ndarray) -> np.ndarray:
    """Money in whole units."""
    return np.rint(money * MONEY_UNITS).astype(np.int64)


ORACLE = Oracle(
    id="O15",
    title="Treasury",
    reference="accounting identity",
    formula="Σ payments + left = budget; left ≥ 0; pro rata when short",
    scenario=SCENARIO,
    compare=compare,
    fault="the subsidy's budget 10 % smaller than stated",
    fault_settings=("policy.subsidy.budget=18e9",),
    small=("run.firms=60", "run.months=40", "run.replicates=1"),
)
