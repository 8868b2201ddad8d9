"""The reduced model in Mesa: an agent a firm, an AgentSet a month of review, a DataCollector."""

import mesa
from float_rules import decision
from reduced import OPTIONS, P, measure, price, starting_options


class Firm(mesa.Agent):
    """A firm that decides, then acts."""

    def __init__(self, model: "Market", option: int, month: int):
        super().__init__(model)
        self.option, self.hits, self.misses = option, float(P.prior_hits), float(P.prior_misses)
        self.month = month
        self.last_hit = month - P.interval if option >= 2 and self.random.random() < P.hit else -10_000
        self.partners: list[Firm] = []

    def decide(self) -> None:
        """Look at partners, learn and choose; nothing is in force yet."""
        self.next = decision(self, self.model.price, self.model.steps - 1, self.random)

    def act(self) -> None:
        """Put the choice into force."""
        self.model.counts[self.option] -= 1
        self.option, self.hits, self.misses, hit = self.next
        self.model.counts[self.option] += 1
        if hit:
            self.last_hit = self.model.steps - 1


class Market(mesa.Model):
    """Firms and what they pay."""

    def __init__(self, firms: int, seed: int):
        super().__init__(rng=seed)
        options = starting_options(firms)
        self.random.shuffle(options)
        self.counts = [options.count(k) for k in range(4)]
        everybody = [Firm(self, option, i % P.interval) for i, option in enumerate(options)]
        for i, firm in enumerate(everybody):
            firm.partners = [everybody[n + (n >= i)] for n in self.random.sample(range(firms - 1), P.partners)]
        self.reviewing = self.agents.groupby("month").groups
        self.first_use = self.use = P.past_months * (self.counts[2] + self.counts[3])
        self.price = float(P.price)
        shares = {name: lambda model, k=k: model.counts[k] / firms for k, name in enumerate(OPTIONS)}
        self.datacollector = mesa.DataCollector(model_reporters={**shares, "price": "price"})
        self.datacollector.collect(self)

    def step(self) -> None:
        """One month."""
        turn = self.reviewing[(self.steps - 1) % P.interval]
        turn.do("decide")
        turn.do("act")
        self.use += self.counts[2] + self.counts[3]
        self.price = price(self.use, self.first_use)
        self.datacollector.collect(self)


def run(model: Market) -> list[list[float]]:
    """All months, and what was collected."""
    for _ in range(P.months):
        model.step()
    return model.datacollector.get_model_vars_dataframe().to_numpy().tolist()


if __name__ == "__main__":
    measure(["mesa"], Market, run)
