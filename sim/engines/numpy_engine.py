"""The NumPy engine: all firms that review in a month decide at once, in all lanes."""

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

import numpy as np

from sim.engines.counting import count_anew
from sim.engines.economy import Economy
from sim.engines.narrowing import Narrow, narrowed
from sim.engines.numpy_review import Posted, Review
from sim.engines.once import remembering
from sim.engines.posting_kernels import RATES
from sim.engines.state import NEVER, seen_of
from sim.engines.world import World
from sim.model import market, rules
from sim.model.facts import Offer, Seen, Terms
from sim.model.market import Climate, Demand, Fixed, Provider
from sim.model.monthly_terms import MOVED
from sim.model.terms import priced

DECIDED_AT_ONCE = 32_768
"""Firms × lanes that decide at once, about: many for each call of NumPy, and their memory is bounded."""

_remembering = lru_cache(maxsize=1)(remembering)


def provider_month(providers, fixed, climate, demand, passed_on) -> Callable[[], None]:
    """Return what moves providers on by a month, in place: `market.month` on arrays of (fields, providers, lanes)."""
    known = Provider(*providers), Fixed(*fixed), Climate(*climate), Demand(*demand), passed_on  # always the same places

    def move_on() -> None:
        np.stack(market.month(*known), out=providers)

    return move_on


class Kept:
    """What a run keeps from month to month.

    Attributes
    ----------
    codes
        What others see of firms (`state.seen_of`), int8, (firms, lanes).
    """

    def __init__(self, world: World, terms: np.ndarray):
        self._terms = narrowed(terms)
        self.codes = seen_of(world.state.option, world.state.last_hit > NEVER)

    def posted(self, terms: np.ndarray, offers: np.ndarray, supports: np.ndarray) -> Posted:
        """What is posted this month, in the smallest shape; only terms that change are looked at."""
        for row, field in zip(MOVED, narrowed(terms[:, :, MOVED]), strict=True):
            self._terms[row] = field
        t, whom = Terms(*self._terms), [policy[:, :, RATES].any(axis=(2, 3)) for policy in supports]
        acting = [s for s, kinds in enumerate(whom) if kinds.any()]
        return Posted(
            terms=Narrow(t),
            offers=[Narrow(priced(Offer(*offer), t)) for offer in offers],
            acting=acting,
            supports=[Narrow(narrowed(supports[s])) for s in acting],
            whom=[Narrow([whom[s].reshape(-1, 1)]) for s in acting],
        )


def review_month(world: World, economy: Economy, month: int) -> None:
    """Let the firms decide whose review month it is; simultaneous, on last month's state.

    Firms of all classes decide together: a call of NumPy takes as long as its work on some thousand numbers.
    """
    kept = economy.kept = economy.kept or Kept(world, economy.posted[0])
    bounds = world.layout.phase_bounds(month % world.interval)
    pieces = _pieces(int(bounds[0]), int(bounds[-1]), len(world.lanes))
    if world.mean_field:
        looks = [np.stack(economy.seen_everywhere())[:, None]] * len(pieces)
    else:
        looks = [partners_seen(kept.codes, world.partners[rows]) for rows in pieces]  # before anybody moves
    own = _remembering(rules)
    faced, after = kept.posted(*economy.posted), np.zeros_like(economy.tallies)
    for rows, look in zip(pieces, looks, strict=True):
        seen = look if world.mean_field else shares(look, world.partners.shape[1])
        Review(own, world, month, rows, seen, faced).decide(economy.tallies, economy.claims, kept.codes[rows])
        after += count_anew(world, rows)
    economy.tallies += after - economy.counted[month % world.interval]
    economy.counted[month % world.interval] = after


def _pieces(first, last, lanes):
    """Cut rows of firms into even pieces that decide at once."""
    pieces = max(1, round((last - first) * lanes / DECIDED_AT_ONCE))
    return [slice(*each) for each in pairwise(first + (last - first) * n // pieces for n in range(pieces + 1))]


def partners_seen(codes: np.ndarray, partners: np.ndarray) -> np.ndarray:
    """Count partners of some firms on premise, private, on cloud, and those of them that were hit; (4, firms, lanes).

    `take` copies the lanes of a partner at once, and sums of bytes are those of a whole register at once.

    Parameters
    ----------
    codes
        As `Kept` has them, of all firms.
    partners
        Their rows, (firms, d).
    """
    (firms, d), lanes = partners.shape, codes.shape[1]
    seen = codes.take(partners.T, axis=0)  # (d, firms, lanes)
    counts = np.empty((4, firms, lanes), np.min_scalar_type(d))
    for row, which in ((0, seen == 0), (1, seen == 1), (2, seen >= 2), (3, seen == 3)):
        np.add.reduce(which.view(np.uint8), dtype=counts.dtype, out=counts[row])
    return counts


def shares(counts: np.ndarray, partners: int) -> np.ndarray:
    """`facts.Seen` of firms, (fields, firms, lanes), from the counts of `partners_seen`."""
    seen = np.empty((len(Seen._fields), *counts.shape[1:]))
    np.multiply(counts[:3], 1.0 / max(partners, 1), out=seen[:3])
    seen[3:] = counts[2:]
    return seen
