"""The reduced model as a Numba loop written for it alone: what compiled code takes that can do nothing else."""

import numpy as np
from numba import njit
from numpy_peer import Market
from reduced import P, measure, price


@njit(error_model="numpy")
def review(month, price_now, option, partners, hits, misses, last_hit, draws):
    """Let those decide whose month it is."""
    values = np.array([-P.on_premise, -P.private, 0.0, 0.0])
    new = option[month % P.interval :: P.interval].copy()
    was_hit = np.zeros(len(new), np.bool_)
    for place in range(len(new)):
        i = month % P.interval + place * P.interval
        used = hit_partners = 0
        for n in partners[i]:
            if option[n] >= 2:
                used += 1
                hit_partners += last_hit[n] >= month - P.interval
        own = option[i] >= 2
        was_hit[place] = own and draws.random() < P.hit
        years, incidents = used + P.own_weight * own, hit_partners + P.own_weight * was_hit[place]
        hits[i] = P.memory * hits[i] + (1 - P.memory) * P.prior_hits + P.amplification * incidents
        misses[i] = P.memory * misses[i] + (1 - P.memory) * P.prior_misses + max(0.0, years - incidents)
        values[2] = P.reach * used / P.partners - price_now - hits[i] / (hits[i] + misses[i]) * P.loss
        values[3] = P.hybrid_share * values[2] - (1 - P.hybrid_share) * P.private - P.integration
        best = -np.inf
        for k in range(4):
            utility = values[k] - P.scale * np.log(draws.exponential()) - P.moving * (k != option[i])
            if utility > best:
                new[place], best = k, utility
    for place in range(len(new)):
        i = month % P.interval + place * P.interval
        option[i] = new[place]
        if was_hit[place]:
            last_hit[i] = month


def run(market: Market) -> list[list[float]]:
    """All months."""
    for month in range(P.months):
        review(
            month, market.price, market.option, market.partners, market.hits, market.misses, market.last_hit, market.rng
        )
        market.use += (market.option >= 2).sum()
        market.price = price(market.use, market.first_use)
        market.records.append(market.record())
    return market.records


if __name__ == "__main__":
    measure(["numba", "numpy"], Market, run)
