"""What every benchmark gives: rows of a name, a unit and the values of its rounds, printed as JSON.

A script of this folder that measures takes `--rounds`, tells how far it is on standard error, and prints its rows.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Row = dict[str, Any]

STEP = "bytes of a vector, operations on vectors and on single numbers"
"""Unit of what a compiler made of a step of a loop."""

Measured = TypeVar("Measured")


def row(name: str, values: list[float], unit: str, **more: Any) -> Row:
    """What was measured under a name, by round, and what else the page says of it."""
    return {"name": name, "unit": unit, "values": values, **more}


def ratio(name: str, over: list[float], under: list[float]) -> Row:
    """One measurement over another, within each round."""
    return row(name, [a / b for a, b in zip(over, under, strict=True)], "times")


def in_turns(works: Mapping[Any, Callable[[int], Measured]], rounds: int) -> dict[Any, list[Measured]]:
    """What each piece of work measures in each round, after a round that does not count.

    What disturbs the machine disturbs all of them; ratios are taken within a round.
    """
    found: dict[Any, list[Measured]] = {name: [] for name in works}
    for turn in range(rounds + 1):
        print(f"round {turn} of {rounds}", file=sys.stderr)
        for name, work in works.items():
            measured = work(turn)
            if turn > 0:
                found[name].append(measured)
    return found


def last_words(said: str) -> str:
    """The last error in what a program said, or its last line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["it said nothing"]
    return next((line for line in reversed(lines) if "error" in line.lower()), lines[-1])


def options(text: str, rounds: int, **flags: str) -> argparse.Namespace:
    """Command line of a script: `--rounds`, and flags with what they do."""
    parser = argparse.ArgumentParser(description=text.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=rounds)
    for name, meaning in flags.items():
        parser.add_argument(f"--{name}", action="store_true", help=meaning)
    return parser.parse_args()


def emit(rows: list[Row]) -> None:
    """Print the rows."""
    json.dump(rows, sys.stdout)
