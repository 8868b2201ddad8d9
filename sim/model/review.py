"""One review of one firm: the order in which the rules are asked (docs/model.md, "Submodels").

The same text serves the Mesa firm (floats) and the NumPy engine (arrays of firms × lanes). The rules are handed in,
so that each engine can be shown to use its own and nobody else's.
"""

from typing import NamedTuple

from sim.model.arithmetic import Number, both, total, where

WORST = -1e300
"""Below every value of a provider; finite, because rules know no infinity."""


class Luck(NamedTuple):
    """Draws of a firm for one review period."""

    awareness: Number
    hit: Number
    choice: tuple[Number, ...]  # four standard Gumbel draws


class Standing(NamedTuple):
    """State of a firm before a review."""

    option: Number
    provider: Number  # -1 for none
    aware: Number
    hits: Number  # a
    misses: Number  # b


class Decision(NamedTuple):
    """State of a firm after a review, and what it claims."""

    option: Number
    provider: Number
    aware: Number
    agents: Number
    hits: Number
    misses: Number
    was_hit: Number  # 1 if hit since its last review, else 0
    risk: Number  # perceived, θ
    public_seats: Number  # whole
    claims: list[Number]  # one entry a policy: smallest units of money
    capped: Number  # some support was limited by its cap


def review(rules, firm, luck, tastes, standing, seen, t, offers, supports, months) -> Decision:
    """Return what a firm decides at a review.

    Parameters
    ----------
    rules
        The module `sim.model.rules`, or an altered copy.
    firm, seen, t
        `facts.Firm`, `facts.Seen` and `facts.Terms` of its class.
    tastes
        Standard normal taste for each provider.
    offers, supports
        A `facts.Offer` for each provider, a `facts.Support` for each price-supporting policy.
    months
        Months to the next review.
    """
    option, provider = standing.option, standing.provider
    uses = option >= 2
    on_cloud = where(uses, 1.0, 0.0)
    chance = where(uses, 0.0, 0.0)
    for j, offer in enumerate(offers):
        chance = where(provider == j, offer.hit_chance, chance)
    was_hit = where(both(uses, luck.hit < chance), 1.0, 0.0)
    aware = rules.is_aware(standing.aware, luck.awareness, seen.cloud, firm, t)
    hits, misses = rules.belief(standing.hits, standing.misses, seen, on_cloud, was_hit, t)
    risk = rules.perceived_risk(hits, misses)

    best, own, best_at = WORST, WORST, -1
    for j, offer in enumerate(offers):
        granted = total(_supports(rules, offer, on_cloud, firm, t, supports))
        value = rules.provider_value(tastes[j], granted, firm, offer, t)
        better = value > best
        best, best_at = where(better, value, best), where(better, j, best_at)
        own = where(provider == j, value, own)
    keeps = rules.stays(own, best, firm, t)
    if_kept = where(keeps, own, best - rules.migration_cost(firm, t) * (1.0 - t.portability))
    values = rules.option_values(risk, best, if_kept, option, seen, firm, t)
    chosen = rules.choice(values, luck.choice, option, aware, firm, t)

    on = chosen >= 2
    provider = where(on, where(both(chosen == option, keeps), provider, best_at), -1)
    seats = rules.public_seats(chosen, firm, t.hybrid_share)
    agents, claims, capped = where(on, False, False), [seats * 0.0 for _ in supports], where(on, False, False)
    for j, offer in enumerate(offers):
        here = both(on, provider == j)
        agents = where(here, rules.agent_gain(firm, offer, t) > 0.0, agents)
        for s, granted in enumerate(_supports(rules, offer, on_cloud, firm, t, supports)):
            claims[s] = where(here, rules.grant(granted, seats, months), claims[s])
            limited = both(granted > 0.0, rules.is_capped(t.price * offer.price, firm, supports[s]))
            capped = where(both(here, limited), True, capped)
    return Decision(chosen, provider, aware, agents, hits, misses, was_hit, risk, seats, claims, capped)


def _supports(rules, offer, on_cloud, firm, t, supports):
    """Support of each policy in the order of the scenario file; each gets what the ones before left of the price."""
    price = t.price * offer.price
    left, granted = price, []
    for policy in supports:
        amount = rules.price_support(price, left, on_cloud, firm, policy)
        left = left - amount
        granted.append(amount)
    return granted
