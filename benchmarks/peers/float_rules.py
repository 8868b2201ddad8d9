"""The decision of the reduced model in plain floats, for peers whose agents are objects."""

from math import log
from random import Random
from typing import Any

from reduced import P


def decision(firm: Any, price: float, month: int, random: Random) -> tuple[int, float, float, bool]:
    """Option, hits, misses, and whether the firm was hit.

    Parameters
    ----------
    firm
        Has `option`, `hits`, `misses`, `last_hit`, and `partners` that have them, too.
    """
    used = hit_partners = 0
    since = month - P.interval
    for partner in firm.partners:
        if partner.option >= 2:
            used += 1
            hit_partners += partner.last_hit >= since
    own = firm.option >= 2
    hit = own and random.random() < P.hit
    years, incidents = used + P.own_weight * own, hit_partners + P.own_weight * hit
    hits = P.memory * firm.hits + (1 - P.memory) * P.prior_hits + P.amplification * incidents
    misses = P.memory * firm.misses + (1 - P.memory) * P.prior_misses + max(0.0, years - incidents)
    public = P.reach * used / P.partners - price - hits / (hits + misses) * P.loss
    hybrid = P.hybrid_share * public - (1 - P.hybrid_share) * P.private - P.integration
    chosen, best = 0, float("-inf")
    for option, value in enumerate((-P.on_premise, -P.private, public, hybrid)):
        utility = value - P.scale * log(-log(1.0 - random.random()))
        if option != firm.option:
            utility -= P.moving
        if utility > best:
            chosen, best = option, utility
    return chosen, hits, misses, hit
