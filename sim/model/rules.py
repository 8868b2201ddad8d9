"""The rules of the firm's decision: formulas only.

Plain functions of numbers: Python floats in the Mesa model, NumPy arrays in the array engine, floats again inside
the compiled engine's loops. No randomness, no branch on a value, no coefficient: whatever a rule needs is handed to
it. Money is per seat-month; funds and upfront cost per seat, grants and surplus a firm's. Options are 0 on-premise,
1 private, 2 public, 3 hybrid. `on_cloud` and `was_hit` may come as 0.0 or 1.0: multiply by them, or compare them.
Symbols are those of docs/model.md, "Submodels".
"""

from sim.model.arithmetic import both, either, floor, maximum, minimum, where
from sim.model.units import MONEY_UNITS, SURPLUS_MOST

FORBIDDEN = -1e300
"""Utility of keeping an option that is forbidden: any other that is open is better; finite, as all numbers of rules."""


def awareness_chance(cloud, t):
    """Chance of becoming aware at a review (S2, D26): min(1, (p + outreach)·y + q·y·n); `cloud`: n."""
    return minimum(1.0, t.innovation + t.imitation * cloud)


def is_aware(aware, draw, cloud, firm, t):
    """Whether the firm is aware after this review; firms to which cloud does not apply never are (S3)."""
    return either(aware, both(firm.applies > 0.0, draw < awareness_chance(cloud, t)))


def belief(hits, misses, seen, on_cloud, was_hit, t):
    """Pseudo-counts (a, b) of public-cloud risk after a review's evidence (I5, I7; S10-S12).

    a ← μ·a + (1-μ)·a₀ + ℓ·amplification·x and b ← μ·b + (1-μ)·b₀ + ℓ·(max(0, m - x) + certified), with μ the memory
    over a review's interval, m the years of public use seen, x the hits among them, and ℓ the weight of all evidence.
    """
    years = t.partner_years * seen.cloud_partners + t.own_years * on_cloud + t.media_years
    incidents = seen.hits + t.own_weight * was_hit + t.media_hits
    return (
        t.memory * hits + t.prior_hits + t.amplification * incidents,
        t.memory * misses + t.prior_misses + t.learning * maximum(0.0, years - incidents) + t.certified,
    )


def perceived_risk(hits, misses):
    """Perceived chance per year of being hit on public cloud, θ = a/(a + b)."""
    return hits / (hits + misses)


def whole(x):
    """Nearest whole number (halves upwards), as a float: what may be summed over firms."""
    return floor(x + 0.5)


def public_seats(option, firm, hybrid_share):
    """Whole seats on public cloud: all on public, max(1, ⌊φw + ½⌋) on hybrid, none otherwise."""
    hybrid = maximum(1.0, floor(hybrid_share * firm.seats + 0.5))
    return where(option == 2, firm.seats, where(option == 3, hybrid, 0.0))


def capability(firm, t):
    """Digital capability, of what it lacks a share made good by training (D24)."""
    return firm.capability + t.training * (1.0 - firm.capability)


def is_eligible(on_cloud, firm, policy):
    """Whether a firm hears of a policy and redeems it (L7, L13), and is no cloud user if it is for new ones."""
    return both(firm.attention < policy.reach, policy.new_users * on_cloud < 0.5)


def most_support(firm, policy):
    """Most support per public seat-month: cap/(12w) (L1)."""
    return policy.cap * firm.per_seat / 12.0


def price_support(price, left, entitled):
    """Support per public seat-month, min(rate·p, cap/(12w)), never above what is `left` of the price (L1, L7)."""
    return minimum(minimum(entitled.rate * price, entitled.most), left)


def agent_support(cost, left, granted, entitled):
    """Support per public seat-month on agents, from what of the cap the support `granted` on the price leaves (D17)."""
    return minimum(minimum(entitled.agent_rate * cost, entitled.most - granted), left)


def is_capped(price, granted, entitled):
    """Whether the cap limits the support, rather than the rate or what other policies leave of the price."""
    return both(granted > 0.0, both(granted >= entitled.most, entitled.most < entitled.rate * price))


def agent_gain(supported, firm, offer, t):
    """Value of using agents on a provider's ecosystem (I9): γ·q·capability·task share - cost + support + own draw."""
    gain = offer.agents * capability(firm, t) - offer.agent_cost + supported
    return t.has_agents * (gain + t.agent_draw * firm.taste_agents)


def provider_value(taste, supported, with_agents, firm, offer, t):
    """Part of public cloud's value that depends on the provider, agents included (I4, I8, I9, I11, P8)."""
    return (
        supported - offer.cost + offer.benefit * capability(firm, t) + offer.presence + maximum(0.0, with_agents)
        + offer.appeal + t.taste_provider * taste
    )


def migration_cost(firm, t):
    """Cost of changing, once, per seat-month over the horizon: m·(1 - relief·capability)/horizon."""
    return t.migration * (1.0 - t.relief * capability(firm, t))


def stays(own, best, firm, t):
    """Whether a public or hybrid firm keeps its provider: portability lowers the cost of changing (D4)."""
    return own >= best - migration_cost(firm, t) * (1.0 - t.portability)


def on_premise_value(seen, firm, t):
    """Value V of staying without cloud (I4), with taste and constant."""
    return (
        t.reach_on_premise * seen.on_premise + t.presence_on_premise
        - (t.on_premise_cost + t.on_premise_fixed * firm.per_seat)
        + t.constant_on_premise + t.taste_option * firm.taste_on_premise
    )


def private_fear(risk, t):
    """Feared rate behind own walls (I5): what is felt in physical isolation, shaken by news of public cloud (S11)."""
    return maximum(0.0, t.private_fear + t.contagion * (risk - t.prior_risk))


def private_value(risk, seen, firm, t):
    """Value of a private cloud without its fixed cost (I2, I5; C1-C5)."""
    return (
        t.private_benefit * capability(firm, t) + t.reach_private * seen.private + t.presence_private
        - t.private_cost * firm.size_scale - private_fear(risk, t) * t.loss * firm.sensitivity
    )


def compliance_cost(firm, t):
    """Cost of compliance on public cloud: the tier's part of the top tier's, lightened for low tiers (D20)."""
    return t.compliance * firm.tier * (1.0 - t.lightened * (1.0 - firm.tier))


def public_value(risk, seen, firm, t):
    """Part of public cloud's value that is the same at every provider (I3, I5, D20), without fixed cost."""
    return t.reach_public * seen.cloud + t.demand - risk * t.loss * firm.sensitivity - compliance_cost(firm, t)


def option_values(risk, provider_if_new, provider_if_kept, option, seen, firm, t):
    """Systematic values V_k of the four options, with taste and constant, without the cost of changing the option.

    `provider_if_new`: provider part of one that enters; `provider_if_kept`: of one that stays, less changing provider.
    """
    own, shared = private_value(risk, seen, firm, t), public_value(risk, seen, firm, t)
    at_public = where(option == 2, provider_if_kept, provider_if_new) + shared
    at_hybrid = where(option == 3, provider_if_kept, provider_if_new) + shared
    private = own - t.private_fixed * firm.per_seat + t.constant_private + t.taste_option * firm.taste_private
    public = at_public - t.public_fixed * firm.per_seat + t.constant_public + t.taste_option * firm.taste_public
    hybrid = (
        t.hybrid_share * at_hybrid + (1.0 - t.hybrid_share) * own
        - (t.public_fixed + t.private_fixed) * firm.per_seat - t.integration
        + t.constant_hybrid + t.taste_option * firm.taste_hybrid
    )
    return on_premise_value(seen, firm, t), private, public, hybrid


def upfront_private(firm, t):
    """Upfront cost of a private cloud per seat, K₀/w + K₁ (I2)."""
    return t.upfront_fixed * firm.per_seat + t.upfront_seat


def upfront_hybrid(firm, t):
    """Upfront cost of a hybrid cloud per seat: the private part's servers only."""
    return t.upfront_fixed * firm.per_seat + t.upfront_seat * (1.0 - t.hybrid_share)


def affordable(upfront, firm, t):
    """Whether an entrant's upfront cost is within liquid funds and credit (I2)."""
    return upfront <= t.funds * firm.funds


def entry(firm, t):
    """Cost of entering each option besides that of changing, per seat-month, and whether it is there and affordable."""
    private, hybrid = upfront_private(firm, t), upfront_hybrid(firm, t)
    costs = 0.0, t.annuity * private, 0.0, t.annuity * hybrid
    return costs, (
        t.has_on_premise > 0.0, both(t.has_private > 0.0, affordable(private, firm, t)),
        t.has_public > 0.0, both(t.has_hybrid > 0.0, affordable(hybrid, firm, t)),
    )


def is_free(firm, t):
    """Whether public and hybrid cloud are not forbidden to the firm (I7): a share of its tier is isolated."""
    return firm.exposure >= t.isolation * firm.tier


def choice(values, gumbels, option, aware, firm, t):
    """Code of the option chosen, and its utility per seat-month: argmax of V_k - costs + σ·Gumbel over what is open.

    A firm that is not aware stays. Entering needs the means; what one already has stays open unless it is forbidden.
    """
    switching, free, (costs, there) = migration_cost(firm, t), is_free(firm, t), entry(firm, t)
    is_open = there[0], there[1], both(there[2], free), both(there[3], free)
    draws = t.scale * gumbels[0], t.scale * gumbels[1], t.scale * gumbels[2], t.scale * gumbels[3]
    kept = _utility_kept(values, draws, option)
    chosen, best = option, where(either(free, option < 2), kept, FORBIDDEN)
    for k in (0, 1, 2, 3):
        entering = values[k] - (switching + costs[k]) + draws[k]
        better = both(both(is_open[k], option != k), both(aware, entering > best))
        chosen, best = where(better, k, chosen), where(better, entering, best)
    return chosen, where(best > FORBIDDEN, best, kept)


def utility_unaware(seen, draw, firm, t):
    """Utility of a firm that is not aware of cloud, and has no choice, per seat-month: V of on premise + σ·Gumbel."""
    return on_premise_value(seen, firm, t) + t.scale * draw


def _utility_kept(values, draws, option):
    """Utility of the option the firm is on: no switching cost."""
    kept = values[0] + draws[0]
    for k in (1, 2, 3):
        kept = where(option == k, values[k] + draws[k], kept)
    return kept


def overrated(risk, firm, offer_risk, option, t):
    """Expected loss perceived less the objective one on its option, per seat-month (I5, I7), for surplus."""
    public, private = risk - offer_risk, private_fear(risk, t) - t.private_risk * firm.attack_scale
    hybrid = t.hybrid_share * public + (1.0 - t.hybrid_share) * private
    cloud = where(option == 2, public, where(option == 3, hybrid, private))
    return where(option > 0, cloud, -t.on_premise_risk * firm.attack_scale) * t.loss * firm.sensitivity


def overrated_unaware(firm, t):
    """Same for a firm that is not aware of cloud: nothing is feared on premise."""
    return -t.on_premise_risk * firm.attack_scale * t.loss * firm.sensitivity


def surplus(utility, firm, months):
    """Utility of a contract in whole money: per seat-month · seats · months to the next review, within a bound."""
    return maximum(-SURPLUS_MOST, minimum(SURPLUS_MOST, whole(utility * firm.seats * months)))


def grant(supported, seats, months):
    """Support claimed at a review in the treasury's smallest units: support · public seats · months to the next."""
    return whole(supported * seats * months * MONEY_UNITS)
