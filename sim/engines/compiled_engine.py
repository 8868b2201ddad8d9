"""The compiled engine: the array engine's months with a compiled review."""

from functools import cache, partial
from typing import NamedTuple

import numpy as np

from sim.engines import compiled_kernels, compiled_partners, streams
from sim.engines.compiled_partners import Partners
from sim.engines.economy import Economy
from sim.engines.settling import Settled
from sim.engines.threads import each
from sim.engines.world import World
from sim.model import market, rules

WIDTH = 32
"""Places worked on at once: lanes of a firm, or firms in few lanes."""


@cache
def _compiled_review(which, width, several, providers):
    """Compiled review of a module of rules, for so many providers."""
    return compiled_kernels.compile_review(which, width, several, providers)


@cache
def _compiled_providers(which):
    """Compiled provider's month of a module of rules."""
    return Settled(compiled_kernels.compile_providers(which))


def _review_of(lanes, providers):
    """Compiled review of the rules for one run of so many lanes and providers."""
    return Settled(_compiled_review(rules, WIDTH, 2 * lanes <= WIDTH, providers))


class Piece(NamedTuple):
    """Firms of a review phase that decide together, and where all is that lies still; arrays."""

    rows: slice
    bounds: np.ndarray  # of their classes, from the first row on
    tastes: np.ndarray  # for providers, (firms, providers)
    sectors: np.ndarray
    state: tuple[np.ndarray, ...]  # all but the month of the last hit, flat
    partners: np.ndarray  # room for partners, counted; (firms, 4, lanes)
    moved: tuple[np.ndarray, ...]  # room for new options and hits, flat


class Phase(NamedTuple):
    """Firms that review in the same months."""

    first: int
    pieces: list[Piece]
    moved: tuple[np.ndarray, ...]  # room for new options and hits, (firms, lanes)


class Kept:
    """What a run keeps from month to month.

    Attributes
    ----------
    counts
        Room for counts over the firms of a month, zero between two; shape of `Economy.tallies`.
    nowhere
        What all see outside of the mean field, (0, lanes).
    """

    def __init__(self, world: World, tallies: np.ndarray):
        firms, lanes, state = world.layout.largest_phase, len(world.lanes), world.state
        self.review, self._world, self._phases = _review_of(lanes, world.providers), world, dict[int, Phase]()
        self.partners = Partners(world.partners, state.option, state.last_hit)
        self._counted, self.recount = self.partners.room(firms), Settled(compiled_partners.recount)
        self._moved = np.empty((firms, lanes), np.int8), np.empty((firms, lanes), np.bool_)
        self.counts, self.nowhere = np.zeros_like(tallies), np.empty((0, lanes))

    def phase(self, number: int) -> Phase:
        """Firms of a review phase."""
        if number not in self._phases:
            bounds = self._world.layout.phase_bounds(number)
            first, last = int(bounds[0]), int(bounds[-1])
            pieces = [self._piece(bounds, each) for each in streams.pieces(first, last)]
            self._phases[number] = Phase(first, pieces, tuple(each[: last - first] for each in self._moved))
        return self._phases[number]

    def _piece(self, bounds, rows):
        """One piece of a phase with the given bounds."""
        world, s = self._world, self._world.state
        place = slice(rows.start - bounds[0], rows.stop - bounds[0])
        flat = s.option, s.provider, s.aware, s.agents, s.supported, s.hits, s.misses
        return Piece(
            rows=rows, bounds=np.clip(bounds, rows.start, rows.stop) - rows.start, tastes=world.tastes[rows],
            sectors=world.traits.sector[rows], state=tuple(each[rows].reshape(-1) for each in flat),
            partners=self._counted[place], moved=tuple(each[place].reshape(-1) for each in self._moved),
        )  # fmt: skip


def provider_month(providers, fixed, climate, demand, passed_on) -> np.ndarray:
    """`market.month` on arrays of shape (fields, providers, lanes)."""
    after = np.empty_like(providers)
    _compiled_providers(market)(providers, fixed, climate, demand, passed_on, after)
    return after


def review_month(world: World, economy: Economy, month: int, claims: np.ndarray, posted) -> None:
    """Let the firms decide whose review month it is; simultaneous, on last month's state.

    Several pieces of them count apart; counts and claims are whole numbers, so that their sums are exact in any order.
    """
    kept = economy.kept = economy.kept or Kept(world, economy.tallies)
    everywhere = np.stack(economy.seen_everywhere()) if world.mean_field else kept.nowhere
    number = month % world.interval
    phase = kept.phase(number)
    decided = partial(decide, kept, world, month, everywhere, posted)

    def apart(piece: Piece) -> tuple[np.ndarray, np.ndarray]:
        counts = np.zeros_like(kept.counts), np.zeros_like(claims)
        decided(piece, *counts)
        return counts

    if len(phase.pieces) == 1:
        decided(phase.pieces[0], kept.counts, claims)
    else:
        for tallied, claimed in each(apart, phase.pieces, world.threads):
            kept.counts += tallied
            claims += claimed
    kept.recount(world.providers, kept.counts, economy.counted[number], economy.tallies)
    kept.partners.move(phase.first, month, *phase.moved)


def decide(kept, world, month, everywhere, posted, piece, tallies, claims):
    """Let some firms decide; add to the counts, and write what waits until everybody has decided."""
    if not world.mean_field:
        kept.partners.look(piece.rows.start, piece.partners)
    people = world.columns(piece.rows), piece.tastes, piece.sectors, tuple(world.luck(month, piece.rows))
    kept.review(
        piece.bounds, float(world.interval), world.partners.shape[1], people, piece.state,
        (piece.partners, everywhere), posted, tallies, claims, piece.moved,
    )  # fmt: skip
