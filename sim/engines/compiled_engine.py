"""The compiled engine: the array engine's months with a compiled review."""

from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from sim.engines import compiled_boards, compiled_kernels, streams
from sim.engines.binding import bound
from sim.engines.compiled_boards import ReviewRoom
from sim.engines.compiled_partners import Partners
from sim.engines.economy import Economy
from sim.engines.threads import in_threads
from sim.engines.world import World
from sim.model import market, rules
from sim.model.facts import Seen

WIDTH = 32
"""Places worked on at once: lanes of a firm, or firms in few lanes."""

DRAWN = np.empty((0, 0)), (np.empty(0), np.empty(0), np.empty((0, 0)))
"""Of the types of what a review is handed besides: columns of `facts.Firm`, and draws."""


@cache
def _compiled_review(which, width, several, providers):
    """Compiled review of a module of rules, for so many providers."""
    return compiled_kernels.compile_review(which, width, several, providers)


@cache
def _compiled_providers(which):
    """Compiled provider's month of a module of rules."""
    return compiled_kernels.compile_providers(which)


def _review_of(world, arguments, drawn):
    """Compiled review of the rules for some firms of a world; to be called with `drawn`, or what is drawn later."""
    several = 2 * len(world.lanes) <= WIDTH
    return bound(_compiled_review(rules, WIDTH, several, world.providers), *arguments, more=drawn)


class Piece(NamedTuple):
    """Firms of a review phase that decide together."""

    rows: slice
    look: Callable[[], None]  # counts their partners
    review: Callable[..., None]  # lets them decide; handed columns, draws and room
    counted: tuple[np.ndarray, np.ndarray]  # where they are counted, and where their claims are


class Phase(NamedTuple):
    """Firms that review in the same months."""

    pieces: list[Piece]
    finish: Callable[[], None]  # puts into force what they have decided


class Kept:
    """What a run keeps from month to month; not the economy, which has it: memory would wait for what collects garbage.

    Attributes
    ----------
    counts
        Room for counts over the firms of a month, zero between two; shape of `Economy.tallies`.
    everywhere
        What all see in the mean field, (fields, lanes); empty otherwise.
    room, new_room
        Room for a review, and what makes it anew: several pieces at once need one each.
    """

    def __init__(self, world: World, economy: Economy):
        firms, lanes, state = world.layout.largest_phase, len(world.lanes), world.state
        self._world, self._phases = world, dict[int, Phase]()
        self._partners = Partners(world.partners, state.option, state.last_hit)
        self._seen = self._partners.room(firms)
        self._moved = np.empty((firms, lanes), np.int8), np.empty((firms, lanes), np.bool_)
        self.counts = np.zeros_like(economy.tallies)
        self.everywhere = np.empty((len(Seen._fields) if world.mean_field else 0, lanes))
        policies, groups = len(world.measures.supporting), world.block.targets.shape[2]
        most = min(streams.CHUNK, int(world.layout.counts.max()))
        self.new_room = partial(compiled_boards.review_room, WIDTH, world.providers, policies, groups, most)
        self.room = self.new_room()

    def phase(self, number: int, economy: Economy) -> Phase:
        """Firms of a review phase."""
        if number not in self._phases:
            bounds = self._world.layout.phase_bounds(number)
            first, last = int(bounds[0]), int(bounds[-1])
            rows, moved = streams.pieces(first, last), tuple(each[: last - first] for each in self._moved)
            self._phases[number] = Phase(
                [self._piece(economy, bounds, each, len(rows) == 1) for each in rows],
                self._partners.finishing(
                    first, economy.over, moved, self._world.providers, self.counts, economy.counted[number],
                    economy.tallies,
                ),
            )  # fmt: skip
        return self._phases[number]

    def _piece(self, economy, bounds, rows, alone):
        """One piece of a phase with the given bounds; several count apart."""
        world, s = self._world, self._world.state
        place = slice(rows.start - bounds[0], rows.stop - bounds[0])
        flat = s.option, s.provider, s.aware, s.agents, s.supported, s.hits, s.misses
        state, moved = (each[rows].reshape(-1) for each in flat), (each[place].reshape(-1) for each in self._moved)
        counted = self.counts, economy.claims
        if not alone:
            counted, bounds = tuple(map(np.zeros_like, counted)), np.clip(bounds, rows.start, rows.stop)
        arguments = (
            bounds - rows.start, float(world.interval), world.partners.shape[1],
            (world.tastes[rows], world.traits.sector[rows], world.block.groups), tuple(state),
            (self._seen[place], self.everywhere), economy.posted, *counted, tuple(moved),
        )  # fmt: skip
        review = _review_of(world, arguments, (*DRAWN, self.room))
        return Piece(rows, self._partners.looking(rows.start, self._seen[place]), review, counted)


def provider_month(providers, fixed, climate, demand, passed_on) -> Callable[[], None]:
    """Return what moves providers on by a month, in place: `market.month` on arrays of (fields, providers, lanes)."""
    room = np.empty_like(providers)
    return bound(_compiled_providers(market), providers, fixed, climate, demand, passed_on, room)


def review_month(world: World, economy: Economy, month: int) -> None:
    """Let the firms decide whose review month it is; simultaneous, on last month's state.

    Several pieces of them count apart; counts and claims are whole numbers, so that their sums are exact in any order.
    """
    kept = economy.kept = economy.kept or Kept(world, economy)
    if world.mean_field:
        np.stack(economy.seen_everywhere(), out=kept.everywhere)
    phase = kept.phase(month % world.interval, economy)

    def decide(piece: Piece, room: ReviewRoom) -> Piece:
        if not world.mean_field:
            piece.look()
        piece.review(world.columns(piece.rows), tuple(world.luck(month, piece.rows)), room)
        return piece

    if len(phase.pieces) == 1:
        decide(phase.pieces[0], kept.room)
    else:
        for piece in in_threads(lambda piece: decide(piece, kept.new_room()), phase.pieces, world.threads):
            for whole, part in zip((kept.counts, economy.claims), piece.counted, strict=True):
                whole += part
                part[:] = 0
    phase.finish()
