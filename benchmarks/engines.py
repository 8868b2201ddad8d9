"""How long a decision of the whole scenario takes in each engine.

A decision is one review of one firm in one lane. The time per decision is that of a whole run, everything that happens
once a month, recording and the outcomes included, over the number of decisions in it; only drawing the world and
solving its constants, which are done before the first month, are told apart (`before.py`).
"""

import sys
from collections.abc import Callable

from machine import Clock, one_core
from rows import emit, in_turns, options, ratio, row

if __name__ == "__main__":
    one_core()

from whole import baseline_lanes, lanes

from sim.engines import arrays, compiled_engine, numpy_engine
from sim.engines.mesa_engine import CloudAdoption
from sim.engines.world import build
from sim.model.scenario import Scenario

LANES, FIRMS, MANY = 64, 2000, 20_000
ENGINES = {"compiled": compiled_engine, "NumPy": numpy_engine}

clock = Clock()


def array_run(
    engine: str, count: int, firms: int, made: Callable[[int, int], list[Scenario]] = lanes, first: bool = False
) -> Callable[[int], float]:
    """How to time the decisions of an array engine, in lanes as `made`: round → nanoseconds per decision.

    Of the `first` replicate of its scenarios; otherwise of one that follows another, which is not timed.
    """
    known = made(count, firms)

    def run(scenarios: list[Scenario], replicate: int) -> float:
        world = build(scenarios, replicate)
        seconds = clock.seconds(lambda: arrays.run(world, ENGINES[engine], every=1))
        return seconds * 1e9 / (count * firms * world.months / world.interval)

    def nanoseconds(turn: int) -> float:
        if first:
            return run(made(count, firms), turn)
        run(known, 2 * turn)
        return run(known, 2 * turn + 1)

    return nanoseconds


def mesa_run(firms: int) -> Callable[[int], float]:
    """How to time the decisions of the Mesa model, one lane: replicate → nanoseconds per decision."""
    (lane,) = lanes(1, firms)

    def nanoseconds(replicate: int) -> float:
        model = CloudAdoption(lane, replicate)
        seconds = clock.seconds(lambda: [model.step() for _ in range(model.world.months)])
        return seconds * 1e9 / (firms * model.world.months / model.interval)

    return nanoseconds


def agree(count: int) -> None:
    """Stop unless both array engines give the same results: a fast wrong engine is not worth timing."""
    world = lanes(count, 200)
    one, other = (arrays.run(build(world, 0), engine, every=1) for engine in ENGINES.values())
    if not all((a.values == b.values).all() for a, b in zip(one, other, strict=True)):
        sys.exit("The array engines disagree; run the tests before measuring.")


def main() -> None:
    """Measure."""
    rounds = options(__doc__, 7).rounds
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
            f"{compiled}, first replicate": array_run("compiled", LANES, FIRMS, first=True),
        },
        rounds,
    )
    emit([
        *(row(name, values, "ns per decision") for name, values in found.items()),
        ratio("NumPy / compiled", found[numpy], found[compiled]),
        ratio("Mesa / compiled", found[mesa], found[compiled]),
        row("share of the time in which the process ran", [clock.undisturbed], ""),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
