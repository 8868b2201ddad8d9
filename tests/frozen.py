"""A frozen numeric baseline of both base worlds, and the command that freezes them anew: `make refreeze`."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np

from sim.engines import simulate
from sim.experiments.identity import machine, versions
from sim.model.outcome_table import COLUMNS
from sim.model.scenario import load

FILE = Path(__file__).with_name("frozen.json")

WORLDS = ("baseline", "eu-2014")
SETTINGS = ("run.firms=500", "run.months=120", "run.every=60")
REPLICATES = 2

Numbers = dict[str, dict[str, list[list[float]]]]
"""By world and outcome: a list for each replicate, of one number for each recorded month."""


def computed() -> Numbers:
    """The numbers as the program has them now."""
    found: Numbers = {}
    for name in WORLDS:
        scenario = load(name, SETTINGS)
        values = np.stack([simulate(scenario, replicate, every=60).values for replicate in range(REPLICATES)])
        found[name] = {f"{o}[{group}]": values[:, :, n].tolist() for n, (o, group) in enumerate(COLUMNS)}
    return found


def on() -> dict[str, str]:
    """What may change the last bit of a number: the processor, and the libraries that compute."""
    return machine() | {name: versions()[name] for name in ("numpy", "numba", "scipy")}


def kept() -> tuple[Numbers, dict[str, str]]:
    """The frozen numbers, and what they were computed on."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return content["numbers"], content["on"]


def differences(old: Numbers, new: Numbers, tolerance: float = 0.0) -> list[str]:
    """One line for each outcome whose numbers differ by more than a relative tolerance, or that one of both lacks."""
    found = []
    for world in sorted({*old, *new}):
        ours, theirs = old.get(world, {}), new.get(world, {})
        for outcome in dict.fromkeys([*ours, *theirs]):
            before, after = ours.get(outcome), theirs.get(outcome)
            both = before is not None and after is not None
            if not both or not np.allclose(before, after, rtol=tolerance, atol=0.0, equal_nan=True):
                found.append(f"{world} {outcome}: {before} -> {after}")
    return found


def refreeze() -> None:
    """Print what changed, and keep the new numbers."""
    new = computed()
    old = kept()[0] if FILE.exists() else {}
    changed = differences(old, new)
    FILE.write_text("\n".join(_lines(new)) + "\n", encoding="utf-8")
    for line in changed:
        click.echo(line)
    click.echo(f"{len(changed)} outcomes changed; {FILE.name} holds the new numbers.")


def _lines(numbers: Numbers) -> Iterator[str]:
    """JSON with a line for each outcome, so that a difference reads well."""
    yield f'{{"on": {json.dumps(on())},'
    yield '"numbers": {'
    for world, outcomes in numbers.items():
        yield f"{json.dumps(world)}: {{"
        rows = [f"  {json.dumps(name)}: {json.dumps(values)}" for name, values in outcomes.items()]
        yield ",\n".join(rows) + ("\n}" if world == list(numbers)[-1] else "\n},")
    yield "}}"


if __name__ == "__main__":
    refreeze()
