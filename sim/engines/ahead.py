"""Compiling ahead: in the first run ever, a process that would wait compiles what the run comes to after its review."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from sim.engines import compiled_engine
from sim.engines.arrays import run
from sim.engines.world import build
from sim.model.scenario import Scenario

MOST_FIRMS = 1000
"""More are not needed to know what has to be compiled."""


class Undecided:
    """The compiled engine with firms that never decide: it compiles everything but the review, which takes longest."""

    def provider_month(self, *arguments: np.ndarray) -> Callable[[], None]:
        """`market.month`, compiled."""
        return compiled_engine.provider_month(*arguments)

    def review_month(self, *_given: Any) -> None:
        """Leave everything as it is."""


def compile_all_but_the_review(scenario: Scenario) -> None:
    """Compile what a run of a scenario needs, and keep it."""
    settings = dataclasses.replace(scenario.run, firms=min(scenario.run.firms, MOST_FIRMS))
    run(build([dataclasses.replace(scenario, run=settings)], 0), Undecided(), 1)
