"""The reduced model in plain NumPy: arrays over firms, a strided view for those who review."""

import numpy as np
from reduced import P, measure, price, starting_options


class Market:
    """Firms as arrays."""

    def __init__(self, firms: int, seed: int):
        self.rng = np.random.default_rng(seed)
        self.option = self.rng.permutation(np.array(starting_options(firms)))
        others = self.rng.integers(0, firms - 1, (firms, P.partners))
        self.partners = others + (others >= np.arange(firms)[:, None])
        self.hits, self.misses = np.full(firms, float(P.prior_hits)), np.full(firms, float(P.prior_misses))
        was_hit = (self.option >= 2) & (self.rng.random(firms) < P.hit)
        self.last_hit = np.where(was_hit, np.arange(firms) % P.interval - P.interval, -10_000)
        self.first_use = self.use = P.past_months * float((self.option >= 2).sum())
        self.price = float(P.price)
        self.records = [self.record()]

    def record(self) -> list[float]:
        """Shares of the options, and the price."""
        return [*(np.bincount(self.option, minlength=4) / len(self.option)), self.price]

    def run(self) -> list[list[float]]:
        """All months."""
        for month in range(P.months):
            self.review(month)
            self.use += (self.option >= 2).sum()
            self.price = price(self.use, self.first_use)
            self.records.append(self.record())
        return self.records

    def review(self, month: int) -> None:
        """Let those decide whose month it is."""
        turn = slice(month % P.interval, None, P.interval)
        option, partners = self.option[turn], self.partners[turn]
        firms = len(option)
        cloud = self.option[partners] >= 2
        used = cloud.sum(axis=1)
        hit_partners = (cloud & (self.last_hit[partners] >= month - P.interval)).sum(axis=1)
        own = option >= 2
        hit = own & (self.rng.random(firms) < P.hit)
        years, incidents = used + P.own_weight * own, hit_partners + P.own_weight * hit
        hits = P.memory * self.hits[turn] + (1 - P.memory) * P.prior_hits + P.amplification * incidents
        misses = P.memory * self.misses[turn] + (1 - P.memory) * P.prior_misses + np.maximum(0, years - incidents)
        risk = hits / (hits + misses)
        public = P.reach * used / P.partners - self.price - risk * P.loss
        utility = P.scale * self.rng.gumbel(size=(4, firms))
        utility[0] -= P.on_premise
        utility[1] -= P.private
        utility[2] += public
        utility[3] += P.hybrid_share * public - (1 - P.hybrid_share) * P.private - P.integration
        utility -= P.moving * (np.arange(4)[:, None] != option)
        self.hits[turn], self.misses[turn] = hits, misses
        self.option[turn] = utility.argmax(axis=0)
        self.last_hit[turn] = np.where(hit, month, self.last_hit[turn])


if __name__ == "__main__":
    measure(["numpy"], Market, Market.run)
