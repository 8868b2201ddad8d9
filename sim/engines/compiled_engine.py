"""The compiled engine: the array engine's months with a compiled review."""

from functools import cache, lru_cache

import numpy as np

from sim.engines import compiled_kernels, compiled_partners
from sim.engines.economy import Economy
from sim.engines.world import NEVER, World
from sim.model import market, rules
from sim.model.facts import Seen

WIDTH = 32
"""Lanes worked on at once when there are several."""


@cache
def _compiled_review(which, width):
    """Compiled review of a module of rules."""
    return compiled_kernels.compile_review(which, width)


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
    """Let the firms decide whose review month it is; simultaneous, on last month's state."""
    state, lanes = world.state, len(world.lanes)
    review = _compiled_review(rules, 1 if lanes == 1 else WIDTH)
    bounds = world.layout.phase_bounds(month % world.interval)
    first, count = bounds[0], bounds[-1] - bounds[0]
    partners, *moved = (each[:count] for each in _room(world.layout.largest_phase, lanes))
    if world.mean_field:
        everywhere = np.stack(economy.seen_everywhere())[None]
    else:
        since, everywhere = max(month - world.interval, int(NEVER) + 1), np.empty((0, len(Seen._fields), lanes))
        compiled_partners.look(first, world.partners, state.option, state.last_hit, since, partners)
    review(
        bounds, float(world.interval), world.partners.shape[1], world.columns, world.tastes, world.traits.sector,
        world.luck(month),
        (state.option, state.provider, state.aware, state.agents, state.supported, state.hits, state.misses),
        (partners, everywhere), posted, economy.tallies, claims, tuple(moved),
    )  # fmt: skip
    compiled_partners.move(first, month, *moved, state.option, state.last_hit)
