"""The reduced model in mesa-frames: firms as a Polars data frame, columns instead of agents."""

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF
from reduced import P, measure, price, starting_options

PARTNERS = [f"partner_{n}" for n in range(P.partners)]
NOISE = [f"noise_{k}" for k in range(4)]
CHANGED = ["option", "hits", "misses", "last_hit"]
OWN = pl.col("option") >= 2


def counted(flags: pl.Series) -> pl.Expr:
    """How many partners have a flag; rows are in the order of unique_id."""
    return pl.sum_horizontal(pl.lit(flags).gather(pl.col(name)).cast(pl.Int64) for name in PARTNERS)


def learnt(month: int) -> list[pl.Expr]:
    """Belief and last hit after the evidence of a review."""
    years, incidents = pl.col("used") + P.own_weight * OWN, pl.col("hit_partners") + P.own_weight * pl.col("hit")
    kept = 1 - P.memory
    return [
        (P.memory * pl.col("hits") + kept * P.prior_hits + P.amplification * incidents).alias("hits"),
        (P.memory * pl.col("misses") + kept * P.prior_misses + (years - incidents).clip(0)).alias("misses"),
        pl.when("hit").then(month).otherwise("last_hit").alias("last_hit"),
    ]


def chosen(price_now: float) -> pl.Expr:
    """Option of highest utility."""
    risk = pl.col("hits") / (pl.col("hits") + pl.col("misses"))
    public = P.reach * pl.col("used") / P.partners - price_now - risk * P.loss
    hybrid = P.hybrid_share * public - ((1 - P.hybrid_share) * P.private + P.integration)
    values = (pl.lit(-float(P.on_premise)), pl.lit(-float(P.private)), public, hybrid)
    utilities = [
        value + P.scale * pl.col(NOISE[k]) - P.moving * (pl.col("option") != k) for k, value in enumerate(values)
    ]
    return pl.concat_list(utilities).list.arg_max().cast(pl.Int64)


class Firms(AgentSetPolars):
    """All firms; those whose month it is are active."""

    def __init__(self, firms: int, model: "Market"):
        super().__init__(model)
        places = np.arange(firms)
        option = model.random.permutation(np.array(starting_options(firms)))
        others = model.random.integers(0, firms - 1, (firms, P.partners))
        was_hit = (option >= 2) & (model.random.random(firms) < P.hit)
        columns = {
            "unique_id": places,
            "month": places % P.interval,
            "option": option,
            "hits": np.full(firms, float(P.prior_hits)),
            "misses": np.full(firms, float(P.prior_misses)),
            "last_hit": np.where(was_hit, places % P.interval - P.interval, -10_000),
        }
        partners = (others + (others >= places[:, None])).T
        self += pl.DataFrame(columns | dict(zip(PARTNERS, partners, strict=True)))

    def step(self) -> None:
        """Let those decide whose month it is."""
        month, random = self.model.month, self.model.random
        self.select(self["month"] == month % P.interval)
        state = self.agents.select(cloud=OWN, hit=OWN & (pl.col("last_hit") >= month - P.interval))
        firms = self.active_agents
        noise = dict(zip(NOISE, random.gumbel(size=(4, len(firms))), strict=True))
        new = (
            firms.with_columns(
                used=counted(state["cloud"]),
                hit_partners=counted(state["hit"]),
                hit=OWN & (pl.Series(random.random(len(firms))) < P.hit),
                **{name: pl.Series(each) for name, each in noise.items()},
            )
            .with_columns(learnt(month))
            .with_columns(option=chosen(self.model.price))
        )
        self.set({name: new[name] for name in CHANGED}, mask="active")


class Market(ModelDF):
    """Firms and what they pay."""

    def __init__(self, firms: int, seed: int):
        super().__init__(seed)
        self.month, self.price = 0, float(P.price)
        self.firms = Firms(firms, self)
        self.agents += self.firms
        self.first_use = self.use = P.past_months * self.counts()[2:].sum()
        self.records = [self.record()]

    def counts(self) -> np.ndarray:
        """Firms by option."""
        (firms,) = self.agents.get("option").values()
        return np.bincount(firms.to_numpy(), minlength=4)

    def record(self) -> list[float]:
        """Shares of the options, and the price."""
        counts = self.counts()
        return [*(counts / counts.sum()), self.price]

    def step(self) -> None:
        """One month."""
        self.agents.do("step")
        self.use += self.counts()[2:].sum()
        self.price = price(self.use, self.first_use)
        self.month += 1
        self.records.append(self.record())


def run(model: Market) -> list[list[float]]:
    """All months."""
    for _ in range(P.months):
        model.step()
    return model.records


if __name__ == "__main__":
    measure(["mesa-frames", "polars"], Market, run)
