"""O18: results do not depend on names, the unit of money, how often they are recorded, or who computes them."""

import os
import subprocess
import sys
from collections.abc import Iterator

import numpy as np

from sim.analysis import repeated
from sim.analysis.bench import Bench, Broken
from sim.analysis.judging import exactly, within_errors
from sim.analysis.oracle import Check, Comparison, Oracle
from sim.experiments.store import file_hash
from sim.model.instruments import INSTRUMENTS
from sim.model.nouns import CLASSES
from sim.model.outcome_table import COLUMNS, OUTCOMES
from sim.model.parameters import PARAMETERS
from sim.model.scenario import Scenario, load

SCENARIO = """\
extends = "baseline"

[about]
title = "The baseline with policies that pay, control and run short"

[run]
start = "2026-01"
firms = 400
months = 48
replicates = 3

[constants]
solve = true

[policy.subsidy]
instrument = "public_cloud_subsidy"
start = "2026-06"
rate = 0.5
cap = 3000
budget = 20e9

[policy.control]
instrument = "tight_control"
start = "2027-01"
"""

WORTH = """\
extends = "neutral.toml"

[about]
title = "Three options, one review"

[run]
firms = 200000

[choice]
scale = 20

[available]
hybrid = 0
"""

VALUES = (12.0, -9.0)
"""V of private and of public cloud, and of public and of private where they are relabelled."""

MORE = 4
"""Money is counted in a quarter of the unit: a power of two, so that no digit is lost."""


def compare(bench: Bench) -> Comparison:
    """Compare runs that must agree."""
    usual = bench.run(*bench.planted)
    checks = [_relabelled(bench), _scaled(bench)]
    yearly = bench.run("run.every=12", *bench.planted)
    checks.append(_equal("recorded every year and every month", usual.values[:, ::12], yearly.values))
    if not bench.planted:
        checks += [_processes(bench), *repeated.checks(bench)]
    return Comparison(checks)


def _relabelled(bench: Bench) -> Check:
    """Private and public with each other's values, each world with draws of its own."""
    file, firms = bench.written("O18-relabelled.toml", WORTH), bench.size(400_000, 100_000)
    shares = []
    for seed, (private, public) in enumerate((VALUES, VALUES[::-1]), start=1):
        values = f"constant.private={private}", f"constant.public={public}"
        result = bench.run(f"run.firms={firms}", f"run.seed={seed}", *values, file=file)
        shares.append([result.of(f"share.firms.{k}")[0, 1] for k in ("on_premise", "private", "public")])
    first, second = np.array(shares[0]), np.array(shares[1])[[0, 2, 1]]
    mean = (first + second) / 2
    error = np.sqrt(2 * mean * (1 - mean) / firms)
    return within_errors("options relabelled", first, second, error)


def _scaled(bench: Bench) -> Check:
    """All money four times as much: everything that is not money is equal to the bit."""
    usual, other = bench.run(), bench.run(*_in_quarters(load(bench.file)), *bench.planted)
    places = [n for n, (name, _) in enumerate(COLUMNS) if "money" not in OUTCOMES[name].unit]
    return _equal(f"money times {MORE}: what is not money", usual.values[:, :, places], other.values[:, :, places])


def _in_quarters(scenario: Scenario) -> Iterator[str]:
    """Settings that multiply all amounts of money, those of policies too, and solve the constants for them."""
    yield "constants.solve=true"
    for key, parameter in PARAMETERS.items():
        if parameter.unit.startswith("money") and not key.startswith(("constant.", "welfare.")):
            value = scenario.values[key]
            if isinstance(value, tuple):
                yield from (f"{key}[{size}]={MORE * each}" for size, each in zip(CLASSES, value, strict=True))
            else:
                yield f"{key}={MORE * float(value)}"
    for policy in scenario.policies:
        amounts = {"budget": policy.budget} if policy.budget is not None else {}
        amounts |= {name: policy.fields[name] for name, each in INSTRUMENTS[policy.instrument].fields.items()
                    if each.unit.startswith("money")}  # fmt: skip
        yield from (f"policy.{policy.name}.{name}={MORE * amount}" for name, amount in amounts.items())


def _processes(bench: Bench) -> Check:
    """The command in processes of their own that shuffle their sets and dictionaries differently."""
    hashes = []
    for seed in ("0", "1"):
        out = bench.folder / f"hash-seed-{seed}"
        command = [sys.executable, "-m", "sim", "run", str(bench.file), "--no-figures", "--fresh", "--out", str(out)]
        done = subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, encoding="utf-8")
        if done.returncode:
            raise Broken(f"{' '.join(command[2:])} ended with {done.returncode}: {done.stderr.strip()}")
        (table,) = out.glob("*/*/outcomes.parquet")
        hashes.append(file_hash(table)[:12])
    return exactly("PYTHONHASHSEED 0 and 1", hashes[0], hashes[1], "to the byte")


def _equal(what: str, expected: np.ndarray, found: np.ndarray) -> Check:
    """Whether all numbers are equal to the bit."""
    differing = int(((expected != found) & ~(np.isnan(expected) & np.isnan(found))).sum())
    return exactly(what, "0 of them differ", f"{differing} of them differ", f"exact, {expected.size:,} numbers")


ORACLE = Oracle(
    id="O18",
    title="Metamorphic relations",
    reference="invariance",
    formula="relabel, rescale money, record less often; other processes, engines, blocks, workers; kill: the same",
    scenario=SCENARIO,
    compare=compare,
    fault="one price 10 % off where all money is scaled",
    fault_settings=("cost.public_price=440",),
    small=("run.firms=60", "run.months=36", "run.replicates=1"),
)
