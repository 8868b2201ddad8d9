"""Where the time of a run goes: the parts of a month of the compiled engine, timed where they are called.

Processor time; reading it takes a third of a microsecond, some twenty times a month.
"""

import time
from collections.abc import Callable
from typing import Any

from machine import one_core
from rows import emit, in_turns, options, row

if __name__ == "__main__":
    one_core()

from whole import lanes

from sim.engines import arrays, compiled_engine
from sim.engines.compiled_partners import Partners
from sim.engines.economy import Economy
from sim.engines.world import World, build

PARTS: dict[str, tuple[tuple[Any, str], ...]] = {
    "decisions": ((compiled_engine, "_review_of"),),
    "looking at partners": ((Partners, "__init__"), (Partners, "looking")),
    "counting and moving": ((Partners, "finishing"),),
    "draws and traits": ((World, "luck"), (World, "columns")),
    "opening the month": ((Economy, "open_month"),),
    "closing the month": ((Economy, "close_month"),),
    "outcomes": tuple((arrays.Record, name) for name in vars(arrays.Record) if not name.startswith("_")),
    "start": ((arrays, "count"), (Economy, "__init__")),
}
"""Parts, and the functions that do them; whatever is not theirs is the rest."""

FACTORIES = ("_review_of", "looking", "finishing")
"""Functions that return the function to be timed."""

REST = "the rest"

spent = dict.fromkeys(PARTS, 0.0)


def timed(function: Callable[..., Any], part: str) -> Callable[..., Any]:
    """The function, whose time is added to a part."""

    def work(*arguments: Any, **named: Any) -> Any:
        begun = time.process_time()
        try:
            return function(*arguments, **named)
        finally:
            spent[part] += time.process_time() - begun

    return work


def watched(factory: Callable[..., Any], part: str) -> Callable[..., Any]:
    """The function, which returns one whose time is added to a part."""
    return lambda *arguments, **named: timed(factory(*arguments, **named), part)


def watch() -> None:
    """Have all parts timed from now on."""
    for part, functions in PARTS.items():
        for owner, name in functions:
            own = getattr(owner, name)
            setattr(owner, name, watched(own, part) if name in FACTORIES else timed(own, part))


def parts_of(count: int, firms: int) -> Callable[[int], dict[str, float]]:
    """How to time the parts of a run: replicate → nanoseconds per decision, by part."""
    block = lanes(count, firms)

    def nanoseconds(replicate: int) -> dict[str, float]:
        world = build(block, replicate)
        spent.update(dict.fromkeys(PARTS, 0.0))
        begun = time.process_time()
        arrays.run(world, compiled_engine, every=1)
        whole = time.process_time() - begun
        decisions = count * firms * world.months / world.interval
        parts = spent | {REST: whole - sum(spent.values())}
        return {part: seconds * 1e9 / decisions for part, seconds in parts.items()}

    return nanoseconds


def main() -> None:
    """Measure."""
    rounds = options(__doc__, 7).rounds
    watch()
    works = {(64, 2000): parts_of(64, 2000), (1, 2000): parts_of(1, 2000), (1, 20_000): parts_of(1, 20_000)}
    found = in_turns(works, rounds)
    emit([
        row(part, [each[part] for each in measured], "ns per decision", lanes=count, firms=firms)
        for (count, firms), measured in found.items()
        for part in (*PARTS, REST)
    ])  # fmt: skip


if __name__ == "__main__":
    main()
