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


def compile_the_review(scenario: Scenario) -> None:
    """Compile the review as a run of a scenario needs it, and keep it."""
    world = _small(scenario)
    kept = Kept(world, np.zeros((ROWS, len(CLASSES), 1), np.int64))
    kept.review = kept.review.settle
    faced = np.empty((0,) * 4), np.empty((0,) * 3), np.empty((0,) * 5)  # only their types are asked for
    claims = np.empty((0,) * 3, np.int64)
    compiled_engine.decide(kept, world, 0, kept.nowhere, faced, kept.phase(0).pieces[0], kept.counts, claims)


class Unasked:
    """The compiled engine with firms that are not asked what they decide: it compiles everything but the review."""

    def provider_month(self, *arguments: np.ndarray) -> np.ndarray:
        """`market.month`, compiled."""
        return compiled_engine.provider_month(*arguments)

    def review_month(self, world: World, economy: Economy, month: int, claims: np.ndarray, posted: Any) -> None:
        """Let the firms be on premise."""
        kept = economy.kept = economy.kept or Kept(world, economy.tallies)
        kept.review = _on_premise
        compiled_engine.review_month(world, economy, month, claims, posted)


def _on_premise(*given):
    options, hits = given[-1]
    options[:], hits[:] = 0, False


def compile_all_but_the_review(scenario: Scenario) -> None:
    """Compile the rest of what a run of a scenario needs, and keep it."""
    run(_small(scenario), Unasked(), 1)


def _small(scenario):
    """World of few firms of a scenario."""
    settings = dataclasses.replace(scenario.run, firms=min(scenario.run.firms, MOST_FIRMS))
    return build([dataclasses.replace(scenario, run=settings)], 0)
