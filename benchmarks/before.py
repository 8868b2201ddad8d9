"""What is done before the first month: drawing the world, and solving the option constants of its base world.

Constants are solved once a base world, however many lanes and replicates share it. Where every lane is a base world of
its own, as in a sweep over what is uncertain, each solves its own.
"""

from collections.abc import Callable
from itertools import count

from machine import Clock, one_core
from rows import emit, in_turns, options, ratio, row

if __name__ == "__main__":
    one_core()

from whole import WHOLE, lanes

from sim.engines import arrays, compiled_engine
from sim.engines.constants import constants
from sim.engines.world import build
from sim.model.scenario import Scenario, load

LANES, FIRMS = 64, 2000

clock = Clock()
fresh = count()


def unmet(lanes: int) -> list[Scenario]:
    """Base worlds that were never met, each with constants of its own."""
    settings = (f"run.firms={FIRMS}", "cost.public_price={}")
    prices = (100 + next(fresh) / 1024 for _ in range(lanes))
    return [load(WHOLE, [each.format(price) for each in settings], resolve=True) for price in prices]


def building(lanes: list[Scenario]) -> Callable[[int], float]:
    """How to time the drawing of a world: replicate → milliseconds."""
    return lambda replicate: clock.seconds(lambda: build(lanes, replicate)) * 1e3


def solving(worlds: Callable[[], list[Scenario]]) -> Callable[[int], float]:
    """How to time the solution of the constants of some lanes: number of the round → milliseconds."""

    def milliseconds(_: int) -> float:
        made = worlds()
        return clock.seconds(lambda: constants(made)) * 1e3

    return milliseconds


def running(block: list[Scenario]) -> Callable[[int], float]:
    """How to time a run, all months and the drawing of the world: replicate → milliseconds."""
    return lambda replicate: clock.seconds(lambda: arrays.run(build(block, replicate), compiled_engine, every=1)) * 1e3


def running_first(replicate: int) -> float:
    """Time of the first run of lanes whose constants have just been solved, milliseconds."""
    own = unmet(LANES)
    constants(own)
    return running(own)(replicate)


def main() -> None:
    """Measure."""
    rounds = options(__doc__, 7).rounds
    shared, alone, own = lanes(LANES, FIRMS), lanes(1, FIRMS), unmet(LANES)
    constants(own)
    size = f"{LANES} lanes × {FIRMS:,} firms"
    works = {
        f"drawing the world, {size}": building(shared),
        f"drawing the world, one lane × {FIRMS:,} firms": building(alone),
        "solving one base world": solving(lambda: unmet(1)),
        f"solving {LANES} base worlds, one for each lane": solving(lambda: unmet(LANES)),
        f"constants of {LANES} lanes that share a base world, met before": solving(lambda: shared),
        f"run of one lane × {FIRMS:,} firms": running(alone),
        f"run of {size}, a base world each: the first": running_first,
        f"run of {size}, a base world each: the next": running(own),
    }
    found = in_turns(works, rounds)
    _, _, one, many, _, run_one, first, following = found.values()
    emit([
        *(row(name, values, "ms") for name, values in found.items()),
        ratio("solving one base world / run of one lane", one, run_one),
        ratio(f"solving {LANES} base worlds / first run of {LANES} lanes", many, first),
        ratio(f"solving {LANES} base worlds / next run of {LANES} lanes", many, following),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
