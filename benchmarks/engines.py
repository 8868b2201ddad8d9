"""How long a decision takes in each engine; `make bench` runs it and prints a table in Markdown.

A decision is one review of one firm in one lane. The time per decision is that of a whole run, everything that happens
once a month, recording and the outcomes included, over the number of decisions in it; only drawing the world and
solving its constants, which are done before the first month, are told apart. Engines take turns, so that what disturbs
the machine disturbs all of them; ratios are taken within a turn.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from machine import Clock, described, load, one_core, wait_until_quiet

one_core()

from whole import WHOLE, baseline_lanes, lanes  # noqa: E402

from sim.engines import arrays, compiled_engine, numpy_engine  # noqa: E402
from sim.engines.mesa_engine import CloudAdoption  # noqa: E402
from sim.engines.world import build  # noqa: E402
from sim.model.constants import constants  # noqa: E402
from sim.model.scenario import Scenario  # noqa: E402
from sim.model.scenario import load as load_scenario  # noqa: E402

LANES, FIRMS, MANY = 64, 2000, 20_000
ENGINES = {"compiled": compiled_engine, "NumPy": numpy_engine}

clock = Clock()


def array_run(
    engine: str, count: int, firms: int, made: Callable[[int, int], list[Scenario]] = lanes
) -> Callable[[int], float]:
    """How to time the decisions of an array engine, in lanes as `made`: replicate → nanoseconds per decision."""
    block = made(count, firms)

    def nanoseconds(replicate: int) -> float:
        world = build(block, replicate)
        seconds = clock.seconds(lambda: arrays.run(world, ENGINES[engine], every=1))
        return seconds * 1e9 / (count * firms * world.months / world.interval)

    return nanoseconds


def mesa_run(firms: int) -> Callable[[int], float]:
    """How to time the decisions of the Mesa model, one lane: replicate → nanoseconds per decision."""
    (lane,) = lanes(1, firms)

    def nanoseconds(replicate: int) -> float:
        model = CloudAdoption(lane, replicate)
        seconds = clock.seconds(lambda: [model.step() for _ in range(model.world.months)])
        return seconds * 1e9 / (firms * model.world.months / model.interval)

    return nanoseconds


def building(count: int, firms: int) -> Callable[[int], float]:
    """How to time the drawing of a world: replicate → milliseconds."""
    block = lanes(count, firms)
    return lambda replicate: clock.seconds(lambda: build(block, replicate)) * 1e3


def solving() -> Callable[[int], float]:
    """How to time the solution of the option constants of a world that was never met: number → milliseconds."""
    prices = iter(range(1, 10**6))

    def milliseconds(_: int) -> float:
        unmet = load_scenario(WHOLE, [f"cost.public_price={100 + next(prices) / 64}"], resolve=True)
        return clock.seconds(lambda: constants(unmet)) * 1e3

    return milliseconds


def agree(count: int) -> None:
    """Stop unless both array engines give the same results: a fast wrong engine is not worth timing."""
    world = lanes(count, 200)
    one, other = (arrays.run(build(world, 0), engine, every=1) for engine in ENGINES.values())
    if not all((a.values == b.values).all() for a, b in zip(one, other, strict=True)):
        sys.exit("The array engines disagree; run the tests before measuring.")


def in_turns(works: dict[str, Callable[[int], float]], rounds: int) -> dict[str, list[float]]:
    """What each piece of work measures in each round, after a round that does not count."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(rounds + 1):
        print(f"round {turn} of {rounds}", file=sys.stderr)
        for name, work in works.items():
            measured = work(turn)
            if turn > 0:
                found[name].append(measured)
    return found


def row(name: str, values: list[float], unit: str) -> str:
    """Row of the table: best, median and worst."""
    numbers = (f"{number:,.3g}" if number < 1000 else f"{number:,.0f}" for number in
               (min(values), statistics.median(values), max(values)))  # fmt: skip
    return f"| {name} | {' | '.join(numbers)} | {unit} |"


def first_months(rounds: int) -> tuple[list[float], list[float]]:
    """Seconds to the end of the first month in a new process: nothing compiled before, and all of it kept on disk."""
    cold, warm = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as cache:
            cold.append(float(_fresh("month", cache=cache)))
            warm.append(float(_fresh("month", cache=cache)))
    return cold, warm


def memory_per_firm(engine: str, fewer: int, more: int) -> float:
    """Bytes that one more firm takes: peak memory of a larger run less that of a smaller one."""
    peaks = [float(_fresh("memory", engine, str(firms))) for firms in (fewer, more)]
    return (peaks[1] - peaks[0]) / (more - fewer)


def _fresh(*arguments: str, cache: str | None = None) -> str:
    """What `fresh.py` prints in a new process, with compiled code kept in the folder `cache`."""
    script = Path(__file__).with_name("fresh.py")
    environment = os.environ | ({"XDG_CACHE_HOME": cache} if cache else {})
    command = [sys.executable, script, *arguments]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--patience", type=float, default=60, help="seconds to wait for a quiet machine")
    options = parser.parse_args()
    wait_until_quiet(0.5, options.patience)
    before = load()
    agree(LANES)
    compiled, numpy = (f"{name}, {LANES} lanes × {FIRMS:,} firms" for name in ENGINES)
    mesa = f"Mesa, one lane × {FIRMS:,} firms"
    found = in_turns(
        {
            compiled: array_run("compiled", LANES, FIRMS),
            numpy: array_run("NumPy", LANES, FIRMS),
            mesa: mesa_run(FIRMS),
            f"compiled, one lane × {FIRMS:,} firms": array_run("compiled", 1, FIRMS),
            f"compiled, one lane × {MANY:,} firms": array_run("compiled", 1, MANY),
            f"NumPy, one lane × {MANY:,} firms": array_run("NumPy", 1, MANY),
            f"{compiled}, baseline": array_run("compiled", LANES, FIRMS, baseline_lanes),
            f"{numpy}, baseline": array_run("NumPy", LANES, FIRMS, baseline_lanes),
        },
        options.rounds,
    )
    ratios = {f"{name} / compiled": [a / b for a, b in zip(found[each], found[compiled], strict=True)]
              for name, each in (("NumPy", numpy), ("Mesa", mesa))}  # fmt: skip
    before_months = in_turns(
        {
            f"drawing the world, {LANES} lanes × {FIRMS:,} firms": building(LANES, FIRMS),
            f"drawing the world, one lane × {FIRMS:,} firms": building(1, FIRMS),
            "solving the option constants, once a base world": solving(),
        },
        options.rounds,
    )
    cold, warm = first_months(min(options.rounds, 3))
    print(f"`make bench` on {date.today().isoformat()}: {described()}.")  # noqa: DTZ011
    print(f"Load of the machine {before:.2f} before, {load():.2f} after; while timed, this process ran "
          f"{clock.undisturbed:.1%} of the time. {options.rounds} rounds.\n")  # fmt: skip
    print("| what | best | median | worst | unit |\n|---|---:|---:|---:|---|")
    for name, values in found.items():
        print(row(name, values, "ns per decision"))
    for name, values in ratios.items():
        print(row(name, values, "times"))
    for name, values in before_months.items():
        print(row(name, values, "ms"))
    print(row("first month of a new process, nothing compiled before", cold, "s"))
    print(row("first month of a new process, compiled before", warm, "s"))
    for engine, fewer, more in (("compiled", 100_000, 300_000), ("numpy", 100_000, 300_000), ("mesa", 5000, 15_000)):
        print(row(f"memory, {engine}, one lane", [memory_per_firm(engine, fewer, more)], "bytes per firm"))


if __name__ == "__main__":
    main()
