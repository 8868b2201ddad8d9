"""A small sweep for tests: a grid of counterfactual settings that need no constants of their own."""

from pathlib import Path

from sim.experiments.sweeps import items
from sim.experiments.sweeps.carrying_out import Ending, Order, carry_out
from sim.experiments.sweeps.executors import InProcess
from sim.experiments.sweeps.file import read

TEXT = """\
[about]
title = "Small"

[base]
scenario = "subsidy"
set = {{ "run.firms" = {firms}, "run.months" = {months}, "policy.subsidy.start" = 1 }}

[design]
kind = "grid"

[vary."policy.subsidy.rate"]
role = "counterfactual"
values = [{rates}]

[vary."market.pass_through"]
role = "counterfactual"
values = [{passes}]

[replicates]
number = {replicates}

[record]
outcomes = ["share.firms.public", "share.firms.public[micro]", "price", "spent"]
every = 2

[reduce.public_at_end]
outcome = "share.firms.public"
take = "final"

[reduce.peak_price]
outcome = "price"
take = "peak"
"""

POINTS, REPLICATES = 6, 4


def text(firms=60, months=4, rates="0.1, 0.3, 0.5", passes="0.1, 0.2", replicates=REPLICATES) -> str:
    return TEXT.format(firms=firms, months=months, rates=rates, passes=passes, replicates=replicates)


def written(folder: Path, **settings) -> Path:
    """The file of a small sweep."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "small.toml"
    path.write_text(text(**settings), encoding="utf-8")
    return path


def cut_small() -> None:
    """Cut sweeps of this process into items of two points and two replicates."""
    items.LANES, items.MOST_LANES, items.ITEMS, items.LEAST_DECISIONS, items.MOST_DECISIONS = 2, 2, 1, 1, 240


def carried_out(file: Path, out: Path, **settings) -> Ending:
    """The sweep of a file carried out in this process."""
    return carry_out(Order(read(file), out, "numpy", **settings), InProcess(), lambda _done, _wanted: None)


def parts(out: Path) -> dict[str, bytes]:
    """Bytes of all parts of a folder, by name."""
    return {path.name: path.read_bytes() for path in sorted((out / "parts").iterdir())}
