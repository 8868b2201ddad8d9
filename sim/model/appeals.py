"""Appeals of public providers, solved so that customers start split between them by `market.shares`."""

from functools import lru_cache

import numpy as np
from scipy import optimize, special

from sim.model.errors import BadInput
from sim.model.population import Values
from sim.model.start import presence


def appeals(values: Values) -> np.ndarray:
    """Appeal of each provider for which normal tastes split customers by `market.shares`."""
    shares = np.asarray(values["market.shares"])
    spread = values["choice.taste_provider"]
    if len(shares) == 1:
        return np.zeros(1)
    if shares.min() <= 0.0:
        raise BadInput(
            f"market.shares: a provider starts with a share of {shares.min():g}, which no appeal gives it; every share "
            "must be above 0. Leave the provider out, or set [constants] solve = false and give constant.appeal"
        )
    if spread == 0.0:
        raise BadInput(
            "choice.taste_provider is 0 with several providers: nothing then splits customers by market.shares; "
            "raise it, or give one provider, or set [constants] solve = false and give constant.appeal"
        )
    mix = np.asarray(values["population.national_mix"])
    reach = mix @ (np.asarray(values["reach.public"]) * (1.0 - values["reach.network_weight"])) / mix.sum()
    found = np.asarray(_unit_appeals(values["market.shares"])) * spread - reach * presence(values)
    return found - found.mean()


@lru_cache(maxsize=4096)
def _unit_appeals(market_shares: tuple[float, ...]) -> tuple[float, ...]:
    """Appeals that split customers by given shares where tastes are standard normal; that of the first is 0."""
    shares = np.array(market_shares)
    nodes, weights = _quadrature()

    def gap(free):
        d = np.concatenate([[0.0], free])
        chosen = [
            weights @ np.prod([special.ndtr(nodes + d[j] - d[k]) for k in range(len(d)) if k != j], axis=0)
            for j in range(len(d))
        ]
        return np.log(np.array(chosen[1:]) / chosen[0]) - np.log(shares[1:] / shares[0])

    found = optimize.root(gap, np.log(shares[1:] / shares[0]), tol=1e-12)
    if not found.success:
        raise BadInput(f"market.shares: no appeals split customers as {market_shares}; move the shares nearer together")
    return (0.0, *found.x.tolist())


@lru_cache
def _quadrature() -> tuple[np.ndarray, np.ndarray]:
    """Points of a standard normal and their weights."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    return nodes, weights / weights.sum()
