"""One review of one firm: the order in which the rules are asked (docs/model.md, "Submodels").

The same text serves the Mesa firm (floats) and the NumPy engine (arrays of firms × lanes). Every firm learns; those
that are aware then choose, and the others stay. The rules are handed in, so that each engine can be shown to use its
own and nobody else's.
"""

from typing import NamedTuple

from sim.model.arithmetic import Number, both, either, maximum, total, where
from sim.model.facts import Entitled

WORST = -1e300
"""Below every value of a provider; finite, because rules know no infinity."""

NO_HELP = 0.0, 0.0
"""Support on price and agents at a provider where no policy supports either."""


class Luck(NamedTuple):
    """Draws of a firm for one review period."""

    awareness: Number
    hit: Number
    gumbels: tuple[Number, ...]  # four, standard


class Standing(NamedTuple):
    """State of a firm before a review."""

    option: Number
    provider: Number  # -1 for none
    aware: Number
    hits: Number  # a
    misses: Number  # b


class Learnt(NamedTuple):
    """What a firm knows after a review."""

    aware: Number
    hits: Number
    misses: Number
    was_hit: Number  # since its last review
    risk: Number  # perceived, θ


class Contract(NamedTuple):
    """What a firm has after a review."""

    option: Number
    provider: Number
    agents: Number
    public_seats: Number  # whole
    surplus: Number  # of the contract, whole money, at the risk perceived
    overrated: Number  # what the objective risk would add to it, whole money


class Claimed(NamedTuple):
    """What policies pay of a contract."""

    claims: list[Number]  # one entry a policy: smallest units of money
    capped: Number  # some support was limited by its cap
    supported: Number  # some policy pays for the contract


class Granted(NamedTuple):
    """What policies would pay of a contract with one provider, by policy, per seat-month."""

    of_price: list[Number]
    of_agents: list[Number]


def learn(rules, firm, luck, standing, seen, t, offers) -> Learnt:
    """Return what a firm knows after a review: of cloud at all, and of its risk.

    Parameters
    ----------
    rules
        The module `sim.model.rules`, or an altered copy.
    firm, seen, t
        `facts.Firm`, `facts.Seen` and `facts.Terms` of its class.
    standing
        A `Standing`, or whatever has its fields, as a Mesa firm has.
    offers
        A `facts.Priced` for each provider.
    """
    uses = standing.option >= 2
    was_hit = both(uses, luck.hit < _offered(standing.provider, offers, "hit_chance"))
    aware = rules.is_aware(standing.aware, luck.awareness, seen.cloud, firm, t)
    hits, misses = rules.belief(standing.hits, standing.misses, seen, uses, was_hit, t)
    return Learnt(aware, hits, misses, was_hit, rules.perceived_risk(hits, misses))


def stay(rules, firm, luck, seen, t, months) -> tuple[Number, Number]:
    """Return surplus and what is overrated of it for a firm that is not aware: it stays without cloud.

    Such a firm never was on any cloud, since nobody forgets of it; `choose` finds the same, having asked much more.
    """
    utility = rules.utility_unaware(seen, luck.gumbels[0], firm, t)
    return rules.surplus(utility, firm, months), rules.surplus(rules.overrated_unaware(firm, t), firm, months)


def choose(rules, firm, luck, tastes, standing, learnt, seen, t, offers, supports, months) -> tuple[Contract, Claimed]:
    """Return what a firm that is aware decides at a review, and what it claims; also right for one that is not.

    Parameters
    ----------
    rules, firm, standing, seen, t, offers
        As for `learn`.
    tastes
        Standard normal taste for each provider.
    learnt
        What it knows now.
    supports
        A `facts.Support` for each price-supporting policy.
    months
        Months to the next review.
    """
    if not supports:
        new = contract(rules, firm, luck, tastes, standing, learnt, seen, t, offers, [NO_HELP] * len(offers), months)
        return new, Claimed([], False, False)
    entitled, granted = grants(rules, firm, standing.option, offers, supports)
    helped = [(total(each.of_price), total(each.of_agents)) for each in granted]
    new = contract(rules, firm, luck, tastes, standing, learnt, seen, t, offers, helped, months)
    return new, claim(rules, new, offers, entitled, granted, months)


def grants(rules, firm, option, offers, supports) -> tuple[list[Entitled], list[Granted]]:
    """Return what a firm on an option may have of each policy, and what that comes to at each provider."""
    entitled = [entitlement(rules, option >= 2, firm, policy) for policy in supports]
    return entitled, [_supports(rules, offer, entitled) for offer in offers]


def contract(rules, firm, luck, tastes, standing, learnt, seen, t, offers, helped, months) -> Contract:
    """Return what a firm decides, helped by so much at each provider: support on the price and on agents in all."""
    option, provider, risk = standing.option, standing.provider, learnt.risk
    gains, at = [], []
    for taste, offer, (of_price, of_agents) in zip(tastes, offers, helped, strict=True):
        gain = rules.agent_gain(of_agents, firm, offer, t)
        gains.append(gain)
        at.append(rules.provider_value(taste, of_price, gain, firm, offer, t))
    best, best_at, own = at[0], 0 * provider, _at(provider, at)  # codes of as many bytes as those that are kept
    for j, value in enumerate(at[1:], 1):
        best, best_at = maximum(value, best), where(value > best, j, best_at)
    keeps = rules.stays(own, best, firm, t)
    if_kept = where(keeps, own, best - rules.migration_cost(firm, t) * (1.0 - t.portability))
    values = rules.option_values(risk, best, if_kept, option, seen, firm, t)
    chosen, utility = rules.choice(values, luck.gumbels, option, learnt.aware, firm, t)

    on = chosen >= 2
    provider = where(on, where(both(chosen == option, keeps), provider, best_at), -1)
    seats = rules.public_seats(chosen, firm, t.hybrid_share)
    agents = False
    for j, gain in enumerate(gains):
        agents = either(agents, both(provider == j, gain > 0.0))
    true_risk = _offered(provider, offers, "risk")
    surplus = rules.surplus(utility, firm, months)
    overrated = rules.surplus(rules.overrated(risk, firm, true_risk, chosen, t), firm, months)
    return Contract(chosen, provider, agents, seats, surplus, overrated)


def claim(rules, new, offers, entitled, granted, months) -> Claimed:
    """Return what a firm claims for its new contract, of what it is entitled to and was granted at each provider."""
    claims, capped, supported, on, provider = [], False, False, new.option >= 2, new.provider
    price = _offered(provider, offers, "price")
    for s, each in enumerate(entitled):
        of_price = _at(provider, [here.of_price[s] for here in granted])
        of_agents = _at(provider, [here.of_agents[s] for here in granted])
        with_agents = of_price + where(new.agents, of_agents, 0.0)
        claims.append(where(on, rules.grant(with_agents, new.public_seats, months), 0.0))
        capped = either(capped, both(on, rules.is_capped(price, of_price, each)))
        supported = either(supported, claims[-1] > 0.0)
    return Claimed(claims, capped, supported)


def _offered(provider, offers, field):
    """A field of the offer of a firm's own provider; of the first, where it has none and nobody asks."""
    if type(provider) is int:  # of a Mesa firm
        return getattr(offers[max(provider, 0)], field)
    return _at(provider, [getattr(offer, field) for offer in offers])


def _at(provider, numbers):
    """Of one number for each provider, that of a firm's own; the first, where it has none and nobody asks."""
    if type(provider) is int:  # of a Mesa firm
        return numbers[max(provider, 0)]
    found = numbers[0]
    for j, number in enumerate(numbers[1:], 1):
        found = where(provider == j, number, found)
    return found


def entitlement(rules, on_cloud, firm, policy) -> Entitled:
    """What a policy offers the firm: nothing unless it hears of it and is among those it is for."""
    eligible = rules.is_eligible(on_cloud, firm, policy)
    rates = where(eligible, policy.rate, 0.0), where(eligible, policy.agent_rate, 0.0)
    return Entitled(*rates, rules.most_support(firm, policy))


def _supports(rules, offer, entitled):
    """Support on the price and on agents at a provider, by policy; each gets what the ones before left of both costs.

    The order is that of the scenario file.
    """
    left, cost_left = offer.price, offer.agent_cost
    of_price: list[Number] = []
    of_agents: list[Number] = []
    for each in entitled:
        if of_price:
            left, cost_left = left - of_price[-1], cost_left - of_agents[-1]
        of_price.append(rules.price_support(offer.price, left, each))
        of_agents.append(rules.agent_support(offer.agent_cost, cost_left, of_price[-1], each))
    return Granted(of_price, of_agents)
