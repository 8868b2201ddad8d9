"""The NumPy engine: all firms that review in a month decide at once, in all lanes."""

from functools import lru_cache
from itertools import pairwise

import numpy as np

from sim.engines.counting import Cells, count_rows
from sim.engines.economy import Economy
from sim.engines.narrowing import Narrowed, for_firms, narrowed
from sim.engines.once import remembering
from sim.engines.placing import NEVER
from sim.engines.posting_kernels import RATES
from sim.engines.world import World
from sim.model import market, rules
from sim.model.facts import Firm, Offer, Priced, Seen, Support, Terms
from sim.model.market import Climate, Fixed, Provider
from sim.model.review import Luck, Standing, choose, learn
from sim.model.tallies import ROW
from sim.model.terms import priced

DECIDED_AT_ONCE = 32_768
"""Firms × lanes that decide at once, about: many for each call of NumPy, and their memory is bounded."""

_remembering = lru_cache(maxsize=1)(remembering)

def provider_month(providers, fixed, climate, demand, passed_on) -> np.ndarray:
    """`market.month` on arrays of shape (fields, providers, lanes)."""
    seats, others, revenue, mean = demand
    known = Provider(*providers), Fixed(*fixed), Climate(*climate)
    return np.stack(market.month(*known, seats, others, revenue, mean, passed_on))


def review_month(world: World, economy: Economy, month: int, claims: np.ndarray, posted) -> None:
    """Let the firms decide whose review month it is; simultaneous, on last month's state.

    Firms of all classes decide together: a call of NumPy takes as long as its work on some thousand numbers.
    """
    bounds = world.layout.phase_bounds(month % world.interval)
    rows = _pieces(int(bounds[0]), int(bounds[-1]), len(world.lanes))
    if world.mean_field:
        looks = [economy.seen_everywhere()] * len(rows)
    else:
        looks = [partners_seen(world, piece, month) for piece in rows]  # everybody looks before anybody moves
    terms, offers, supports = posted
    acting = [s for s, policy in enumerate(supports) if policy[:, :, RATES].any()]
    terms, supports = narrowed(terms), [narrowed(supports[s]) for s in acting]
    t = Terms(*terms.fields)
    offers = [Narrowed(terms.sectors, [*priced(Offer(*offer), t)]) for offer in offers]
    after = np.zeros_like(economy.tallies)
    for piece, look in zip(rows, looks, strict=True):
        firms = world.layout.classes[piece], world.traits.sector[piece]
        seen = Seen(*look) if world.mean_field else shares(look, world.partners.shape[1])
        at = [Priced(*for_firms(offer, *firms)) for offer in offers]
        granted = [Support(*for_firms(policy, *firms)) for policy in supports]
        learnt, decision = _decide(world, month, piece, seen, Terms(*for_firms(terms, *firms)), at, granted)
        state, seats, cells = world.state.part(piece), world.traits.seats[piece, None] * 1.0, Cells(world, piece)
        for s, claim in zip(acting, decision.claims, strict=True):
            claims[s] += cells.sum(claim.astype(np.int64))
        _book(state, economy.tallies, month, cells, learnt, decision)
        after += count_rows(state, seats, cells, decision.public_seats, learnt.risk)
    economy.tallies += after - economy.counted[month % world.interval]
    economy.counted[month % world.interval] = after


def _pieces(first, last, lanes):
    """Cut rows of firms into even pieces that decide at once."""
    pieces = max(1, round((last - first) * lanes / DECIDED_AT_ONCE))
    return [slice(*each) for each in pairwise(first + (last - first) * n // pieces for n in range(pieces + 1))]


def partners_seen(world: World, rows: slice, month: int) -> tuple[np.ndarray, ...]:
    """Count partners of some firms on premise, private, on cloud, and those of them that were hit; (firms, lanes) each.

    `take` copies the lanes of a partner at once, and sums of bytes are those of a whole register at once.
    """
    partners = world.partners[rows].T
    option = world.state.option.take(partners, axis=0)  # (partners, firms, lanes)
    last_hit = world.state.last_hit.take(partners, axis=0)
    cloud = option >= 2
    hit = cloud & (last_hit >= max(month - world.interval, int(NEVER) + 1))
    narrowest = np.min_scalar_type(len(partners))
    counted = option == 0, option == 1, cloud, hit
    return tuple(np.add.reduce(each.view(np.uint8), dtype=narrowest) for each in counted)


def shares(counts: tuple[np.ndarray, ...], partners: int) -> Seen:
    """What firms see of their partners, from the counts of `partners_seen`."""
    share = 1.0 / max(partners, 1)
    on_premise, private, cloud, hit = (each.astype(np.float64) for each in counts)
    return Seen(on_premise * share, private * share, cloud * share, cloud, hit)


def _decide(world, month, rows, seen, t, offers, granted):
    """What some firms learn and decide, fields of shape (firms, lanes)."""
    aware, hit, gumbels = world.luck(month, rows)
    luck = Luck(aware[:, None], hit[:, None], tuple(gumbels.T[..., None]))
    s, own = world.state.part(rows), _remembering(rules)
    standing = Standing(s.option, s.provider, s.aware, s.hits, s.misses)
    firm, tastes = Firm(*world.columns(rows)[..., None]), list(world.tastes[rows].T[..., None])
    learnt = learn(own, firm, luck, standing, seen, t, offers)
    faced = seen, t, offers, granted, float(world.interval)
    return learnt, choose(own, firm, luck, tastes, standing, learnt, *faced)


def _book(state, tallies, month, cells, learnt, decision):
    """Write decisions into the state, and their flows into the counts, shape (rows, classes, lanes)."""
    was_on, on = state.option >= 2, decision.option >= 2
    flows = {
        "hits": learnt.was_hit & on,
        "returns": was_on & ~on,
        "provider_changes": was_on & on & (state.provider != decision.provider),
    }
    if decision.claims:
        flows["capped"] = decision.capped
    for name, which in flows.items():
        tallies[ROW[name]] += cells.number(which)
    tallies[ROW["surplus"]] += cells.sum(decision.surplus)
    tallies[ROW["overrated"]] += cells.sum(decision.overrated)
    for field in ("option", "provider", "agents", "supported"):
        getattr(state, field)[:] = getattr(decision, field)
    for field in ("aware", "hits", "misses"):
        getattr(state, field)[:] = getattr(learnt, field)
    np.putmask(state.last_hit, learnt.was_hit, np.int16(month))
