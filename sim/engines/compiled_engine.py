"""The compiled engine: the array engine's months with a compiled review."""

from functools import cache, lru_cache

import numpy as np

from sim.engines import compiled_booking, compiled_kernels, compiled_partners, streams
from sim.engines.economy import Economy
from sim.engines.placing import NEVER
from sim.engines.threads import each
from sim.engines.world import World
from sim.model import market, rules

WIDTH = 32
"""Places worked on at once: lanes of a firm, or firms in few lanes."""


@cache
def _compiled_review(which, width, several):
    """Compiled review of a module of rules."""
    return compiled_kernels.compile_review(which, width, several)


@cache
def _compiled_providers(which):
    """Compiled provider's month of a module of rules."""
    return compiled_kernels.compile_providers(which)


@lru_cache(maxsize=1)
def _room(firms, lanes):
    """Room for the partners of the firms of a month, counted, and for their new options and hits; kept for months."""
    return np.empty((firms, 4, lanes), np.int16), np.empty((firms, lanes), np.int8), np.empty((firms, lanes), np.bool_)


def provider_month(providers, fixed, climate, demand, passed_on) -> np.ndarray:
    """`market.month` on arrays of shape (fields, providers, lanes)."""
    return _compiled_providers(market)(providers, fixed, climate, demand, passed_on)


def review_month(world: World, economy: Economy, month: int, claims: np.ndarray, posted) -> None:
    """Let the firms decide whose review month it is; simultaneous, on last month's state.

    Several pieces of them count apart; counts and claims are whole numbers, so that their sums are exact in any order.
    """
    lanes, bounds = len(world.lanes), world.layout.phase_bounds(month % world.interval)
    room, review = _room(world.layout.largest_phase, lanes), _compiled_review(rules, WIDTH, 2 * lanes <= WIDTH)
    everywhere = np.stack(economy.seen_everywhere()) if world.mean_field else None

    def decide(rows: slice, *counts: np.ndarray) -> None:
        place = slice(rows.start - bounds[0], rows.stop - bounds[0])
        _decide(review, world, month, rows, everywhere, posted, *counts, *(part[place] for part in room))

    def apart(rows: slice) -> tuple[np.ndarray, np.ndarray]:
        counts = np.zeros_like(economy.tallies), np.zeros_like(claims)
        decide(rows, *counts)
        return counts

    counts, pieces = np.zeros_like(economy.tallies), streams.pieces(int(bounds[0]), int(bounds[-1]))
    if len(pieces) == 1:
        decide(pieces[0], counts, claims)
    else:
        for tallied, claimed in each(apart, pieces, world.threads):
            counts += tallied
            claims += claimed
    compiled_booking.recount(counts, economy.counted[month % world.interval], economy.tallies)
    moved = (part[: bounds[-1] - bounds[0]] for part in room[1:])
    compiled_partners.move(bounds[0], month, *moved, world.state.option, world.state.last_hit)


def _decide(review, world, month, rows, everywhere, posted, tallies, claims, partners, *moved):
    """Let some rows of firms decide; add to the counts, and write what waits until everybody has decided."""
    state, lanes = world.state, len(world.lanes)
    if everywhere is None:
        since, everywhere = max(month - world.interval, int(NEVER) + 1), np.empty((0, lanes))
        look = compiled_partners.look_alone if lanes == 1 else compiled_partners.look
        look(rows.start, world.partners, state.option, state.last_hit, since, partners)
    bounds = world.layout.phase_bounds(month % world.interval)
    bounds = np.minimum(np.maximum(bounds, rows.start), rows.stop) - rows.start
    people = world.columns(rows), world.tastes[rows], world.traits.sector[rows], tuple(world.luck(month, rows))
    flat = (state.option, state.provider, state.aware, state.agents, state.supported, state.hits, state.misses)
    review(
        bounds, float(world.interval), world.partners.shape[1], people, tuple(each[rows].reshape(-1) for each in flat),
        (partners, everywhere), posted, tallies, claims, tuple(each.reshape(-1) for each in moved),
    )  # fmt: skip
