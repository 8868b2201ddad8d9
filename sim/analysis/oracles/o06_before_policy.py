"""O6: nothing happens before its date: trajectories are equal to the bit until a policy or an event begins."""

import numpy as np

from sim.analysis.bench import Bench
from sim.analysis.judging import exactly
from sim.analysis.oracle import Check, Comparison, Oracle
from sim.experiments.tables import Outcomes
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.outcome_table import COLUMNS

SCENARIO = """\
extends = "baseline"

[about]
title = "The baseline with one policy or event from January 2028"

[run]
start = "2026-01"
firms = 300
months = 60
replicates = 2
"""

BEFORE = 24
"""Months from the start to the policy date: the state after so many months is the last that may not differ."""


def compare(bench: Bench) -> Comparison:
    """Find the first month in which each instrument and each kind of event makes a difference."""
    usual = bench.run()
    moments = {}
    for kind, names in {"policy.p.instrument": INSTRUMENTS, "event.e.kind": EVENTS}.items():
        part = kind.rpartition(".")[0]
        for name in names:
            begin = bench.planted or ("start=2028-01", "end=2029-06")
            settings = [f"{part}.{each}" for each in begin]
            moments[name] = first_difference(usual, bench.run(f"{kind}={name}", *settings))
    return Comparison([_early(moments), _idle(moments)])


def first_difference(usual: Outcomes, other: Outcomes) -> float:
    """First month recorded in which any outcome differs; infinite where none does."""
    ours, theirs = (each.values[:, :, : len(COLUMNS)] for each in (usual, other))
    unequal = ((ours != theirs) & ~(np.isnan(ours) & np.isnan(theirs))).any(axis=(0, 2))
    return float(usual.months[np.argmax(unequal)]) if unequal.any() else np.inf


def _early(moments: dict[str, float]) -> Check:
    first = min(moments, key=lambda name: moments[name])
    what = f"first difference of {len(moments)} instruments and events"
    return exactly(what, f"month {BEFORE + 1}", f"month {moments[first]:g}", f"exact; earliest: {first}")


def _idle(moments: dict[str, float]) -> Check:
    idle = [name for name, month in moments.items() if month == np.inf]
    return exactly("without any effect", "none", ", ".join(idle) or "none")


ORACLE = Oracle(
    id="O6",
    title="Nothing before its date",
    reference="causality",
    formula="equal to the bit for every month before the start",
    scenario=SCENARIO,
    compare=compare,
    fault="every policy and event a month early",
    fault_settings=("start=2027-12", "end=2029-06"),
    small=("run.firms=40", "run.months=30", "run.replicates=1"),
)
