"""Compiling ahead, in two halves that take about as long, for two processes to do at once in the first run ever."""

import dataclasses
from typing import Any

import numpy as np

from sim.engines import compiled_engine
from sim.engines.arrays import run
from sim.engines.compiled_engine import Kept
from sim.engines.economy import Economy
from sim.engines.world import World, build
from sim.model.nouns import CLASSES
from sim.model.scenario import Scenario
from sim.model.tallies import ROWS

MOST_FIRMS = 1000
"""More are not needed to know what has to be compiled."""


def compile_decisions(scenario: Scenario) -> None:
    """Compile what firms and providers decide in a run of a scenario, and keep it."""
    world = _small(scenario)
    kept = Kept(world, np.zeros((ROWS, len(CLASSES), 1), np.int64))
    kept.review = kept.review.settle
    faced, claims = tuple(map(_nothing, (4, 3, 5))), _nothing(3).astype(np.int64)
    compiled_engine.decide(kept, world, 0, kept.nowhere, faced, kept.phase(0).pieces[0], kept.counts, claims)
    compiled_engine.provider_month(*map(_nothing, (3, 3, 2, 3, 1)))


def _nothing(axes):
    """An array that has the type of one with so many axes, which is all that compiling asks of it."""
    return np.empty((0,) * axes)


class Undecided:
    """The compiled engine where nobody decides: it compiles everything else."""

    def provider_month(self, *arguments: np.ndarray) -> np.ndarray:
        """Leave providers as they are."""
        return arguments[0]

    def review_month(self, world: World, economy: Economy, month: int, claims: np.ndarray, posted: Any) -> None:
        """Put the firms on premise."""
        kept = economy.kept = economy.kept or Kept(world, economy.tallies)
        kept.review = _on_premise
        compiled_engine.review_month(world, economy, month, claims, posted)


def _on_premise(*given):
    options, hits = given[-1]
    options[:], hits[:] = 0, False


def compile_all_but_decisions(scenario: Scenario) -> None:
    """Compile the rest of what a run of a scenario needs, and keep it."""
    run(_small(scenario), Undecided(), 1)


def _small(scenario):
    """World of few firms of a scenario."""
    settings = dataclasses.replace(scenario.run, firms=min(scenario.run.firms, MOST_FIRMS))
    return build([dataclasses.replace(scenario, run=settings)], 0)
