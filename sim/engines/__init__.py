"""Engines: the same rules run as arrays, compiled, or as Mesa agents, with results equal to the bit."""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from sim.model.errors import BadInput
from sim.model.scenario import Scenario

if TYPE_CHECKING:
    from sim.engines.arrays import OnMonth
    from sim.engines.drawing import OnDrawn
    from sim.engines.result import Result

ENGINES = ("auto", "numpy", "compiled", "mesa")
"""`auto` is the compiled engine."""


def check_engine(engine: str) -> None:
    """Refuse an engine that there is not."""
    if engine not in ENGINES:
        raise BadInput(f"engine, {engine!r}: there is no such engine. Allowed: {', '.join(ENGINES)}. Use one of these.")


def simulate(
    scenario: Scenario,
    replicate: int,
    engine: str = "auto",
    every: int = 1,
    on_month: "OnMonth | None" = None,
    threads: int = 1,
    on_drawn: "OnDrawn" = lambda _part: None,
) -> "Result":
    """Run one replicate of one scenario.

    Parameters
    ----------
    every
        Record every so many months; the start and the last month always are.
    on_month
        Called with the number of months done.
    threads
        Chunks of firms drawn, and worked on by the compiled engine, at once; the result does not depend on it.
    on_drawn
        Called with the part of the population that is drawn, before the first month; not by the Mesa engine.

    Raises
    ------
    BadInput
        If memory does not suffice, or there is no such engine.
    """
    return simulate_lanes([scenario], replicate, engine, every, on_month, threads, on_drawn)[0]


def simulate_lanes(
    lanes: Sequence[Scenario],
    replicate: int,
    engine: str = "auto",
    every: int = 1,
    on_month: "OnMonth | None" = None,
    threads: int = 1,
    on_drawn: "OnDrawn" = lambda _part: None,
) -> "list[Result]":
    """Run one replicate of scenarios that share population, network and luck; one result a scenario."""
    from sim.engines import memory  # here: who only asks for simulations to be made elsewhere does without
    from sim.engines.arrays import run
    from sim.engines.world import build

    check_engine(engine)
    memory.check(lanes[:1] if engine == "mesa" else lanes, engine, threads)
    if engine == "mesa":
        from sim.engines.mesa_engine import simulate_scenario

        return [simulate_scenario(scenario, replicate, every, on_month) for scenario in lanes]
    array_engine = import_module("sim.engines.numpy_engine" if engine == "numpy" else "sim.engines.compiled_engine")
    return run(build(lanes, replicate, threads, on_drawn), array_engine, every, on_month)
