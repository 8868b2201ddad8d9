"""The reduced model in AgentPy: an AgentList of firms, one for each month of review, records by `record`."""

import agentpy as ap
from float_rules import decision
from reduced import OPTIONS, P, measure, price, starting_options


class Firm(ap.Agent):
    """A firm that decides, then acts."""

    def setup(self, options: list[int]) -> None:
        """Take the next option of a shuffled list; who reviews when follows from the order of making."""
        self.place = len(options)
        self.option, self.hits, self.misses = options.pop(), float(P.prior_hits), float(P.prior_misses)
        self.month = self.place % P.interval
        hit = self.option >= 2 and self.model.random.random() < P.hit
        self.last_hit = self.month - P.interval if hit else -10_000

    def decide(self) -> None:
        """Look at partners, learn and choose; nothing is in force yet."""
        self.next = decision(self, self.model.price, self.model.t - 1, self.model.random)

    def act(self) -> None:
        """Put the choice into force."""
        self.model.counts[self.option] -= 1
        self.option, self.hits, self.misses, hit = self.next
        self.model.counts[self.option] += 1
        if hit:
            self.last_hit = self.model.t - 1


class Market(ap.Model):
    """Firms and what they pay."""

    def setup(self) -> None:
        """Make the firms and let them know each other."""
        options = starting_options(self.p.firms)
        self.random.shuffle(options)
        self.counts = [options.count(k) for k in range(4)]
        self.firms = ap.AgentList(self, self.p.firms, Firm, options=options)
        everybody = list(self.firms)
        for i, firm in enumerate(everybody):
            others = self.random.sample(range(self.p.firms - 1), P.partners)
            firm.partners = [everybody[n + (n >= i)] for n in others]
        self.reviewing = [self.firms.select(self.firms.month == month) for month in range(P.interval)]
        self.first_use = self.use = P.past_months * (self.counts[2] + self.counts[3])
        self.price = float(P.price)

    def step(self) -> None:
        """One month."""
        turn = self.reviewing[(self.t - 1) % P.interval]
        turn.decide()
        turn.act()
        self.use += self.counts[2] + self.counts[3]
        self.price = price(self.use, self.first_use)

    def update(self) -> None:
        """Record the start and every month."""
        for name, count in zip(OPTIONS, self.counts, strict=True):
            self.record(name, count / self.p.firms)
        self.record("price")


def make(firms: int, seed: int) -> Market:
    """A model that is set up."""
    model = Market({"firms": firms, "steps": P.months, "seed": seed})
    model.sim_setup()
    return model


def run(model: Market) -> list[list[float]]:
    """All months, and what was recorded."""
    while model.running:
        model.sim_step()
    model.end()
    model.create_output()
    recorded = model.output.variables.Market
    return recorded[[*OPTIONS, "price"]].to_numpy().tolist()


if __name__ == "__main__":
    measure(["agentpy"], make, run)
