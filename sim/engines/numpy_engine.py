"""The NumPy engine: all firms of a class that review in a month decide at once, in all lanes."""

import numpy as np

from sim.engines.arrays import count_stretch
from sim.engines.economy import Economy
from sim.engines.fiscal import RATES
from sim.engines.placing import NEVER
from sim.engines.world import World
from sim.model import market, rules
from sim.model.facts import Firm, Offer, Seen, Support, Terms
from sim.model.market import Climate, Fixed, Provider
from sim.model.nouns import CLASSES
from sim.model.review import Luck, Standing, review
from sim.model.tallies import ROW


def provider_month(providers, fixed, climate, demand, passed_on) -> np.ndarray:
    """`market.month` on arrays of shape (fields, providers, lanes)."""
    seats, others, revenue, mean = demand
    known = Provider(*providers), Fixed(*fixed), Climate(*climate)
    return np.stack(market.month(*known, seats, others, revenue, mean, passed_on))


def review_month(world: World, economy: Economy, month: int, claims: np.ndarray, posted) -> None:
    """Let the firms decide whose review month it is; simultaneous, on last month's state."""
    phase = month % world.interval
    stretches = [(c, world.layout.stretch(phase, c)) for c in range(len(CLASSES))]
    stretches = [(c, stretch) for c, stretch in stretches if stretch.start < stretch.stop]
    everywhere = economy.seen_everywhere() if world.mean_field else None
    decided = []
    for c, stretch in stretches:  # everybody looks before anybody moves
        seen = Seen(*everywhere) if everywhere is not None else seen_partners(world, stretch, month)
        decided.append(_decide(world, month, c, stretch, seen, posted))
    for (c, stretch), (acting, decision) in zip(stretches, decided, strict=True):
        for s, claim in zip(acting, decision.claims, strict=True):
            claims[s, c] += claim.astype(np.int64).sum(axis=0)
        before = economy.counted.get((phase, c))
        before = count_stretch(world, stretch) if before is None else before
        _book(world, economy.tallies[:, c], month, stretch, decision)
        economy.counted[phase, c] = after = count_stretch(world, stretch)
        economy.tallies[:, c] += after - before


def seen_partners(world: World, stretch: slice, month: int) -> Seen:
    """What firms of a stretch see of their partners; each field of shape (firms, lanes)."""
    partners = world.partners[stretch].T
    option = world.state.option[partners]  # (partners, firms, lanes)
    cloud = option >= 2
    hit = cloud & (world.state.last_hit[partners] >= max(month - world.interval, int(NEVER) + 1))
    counts = [each.sum(axis=0, dtype=np.int16) for each in (option == 0, option == 1, cloud, hit)]
    share = 1.0 / max(len(partners), 1)
    return Seen(counts[0] * share, counts[1] * share, counts[2] * share, counts[2] * 1.0, counts[3] * 1.0)


def _decide(world, month, size_class, stretch, seen, posted):
    """Policies that grant the firms of a stretch anything, and their decision, fields of shape (firms, lanes)."""
    terms, offers, supports = posted
    aware, hit, gumbels = (draws[:, None] for draws in world.luck(month, stretch))
    luck = Luck(aware, hit, tuple(gumbels[:, 0, k, None] for k in range(4)))
    state = world.state
    standing = Standing(
        state.option[stretch], state.provider[stretch], state.aware[stretch], state.hits[stretch], state.misses[stretch]
    )
    firm = Firm(*world.columns(stretch)[..., None])
    tastes = [world.tastes[stretch, j, None] for j in range(world.providers)]
    sector = world.traits.sector[stretch]
    t = Terms(*(terms[size_class, 0] if terms.shape[1] == 1 else np.moveaxis(terms[size_class, sector], 1, 0)))
    acting = [s for s, policy in enumerate(supports[:, size_class]) if policy[:, RATES].any()]
    granted = [_to_firms(supports[s, size_class], sector) for s in acting]
    posted_offers = [Offer(*offer) for offer in offers]
    decision = review(rules, firm, luck, tastes, standing, seen, t, posted_offers, granted, float(world.interval))
    return acting, decision


def _to_firms(by_sector: np.ndarray, sector: np.ndarray) -> Support:
    """What a policy grants each firm, fields of shape (lanes,), or (firms, lanes) if sectors differ."""
    return Support(*(by_sector[0] if len(by_sector) == 1 else np.moveaxis(by_sector[sector], 1, 0)))


def _book(world, tallies, month, stretch, decision):
    """Write decisions into the state, and their flows into the counts of their class, shape (rows, lanes)."""
    state = world.state
    was_on, old_provider = state.option[stretch] >= 2, state.provider[stretch].copy()
    hit = decision.was_hit > 0.0
    state.option[stretch], state.provider[stretch] = decision.option, decision.provider
    state.aware[stretch], state.agents[stretch] = decision.aware, decision.agents
    state.supported[stretch] = decision.supported
    state.hits[stretch], state.misses[stretch] = decision.hits, decision.misses
    state.last_hit[stretch] = np.where(hit, np.int16(month), state.last_hit[stretch])
    on = state.option[stretch] >= 2
    tallies[ROW["hits"]] += (hit & on).sum(axis=0)
    tallies[ROW["returns"]] += (was_on & ~on).sum(axis=0)
    tallies[ROW["provider_changes"]] += (was_on & on & (state.provider[stretch] != old_provider)).sum(axis=0)
    tallies[ROW["capped"]] += decision.capped.sum(axis=0)
    tallies[ROW["surplus"]] += decision.surplus.astype(np.int64).sum(axis=0)
    tallies[ROW["overrated"]] += decision.overrated.astype(np.int64).sum(axis=0)
