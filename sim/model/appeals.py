"""Appeals of public providers, solved so that customers start split between them by `market.shares`."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy import special

from sim.model.arithmetic import total
from sim.model.errors import BadInput
from sim.model.fitting import LEAST, fitted
from sim.model.population import Values
from sim.model.start import presence
from sim.model.terms import over_lanes

TOLERANCE = 1e-12
"""Largest difference of a share from the one wanted."""


def appeals(lanes: Sequence[Values]) -> np.ndarray:
    """Appeal of each provider for which normal tastes split customers by `market.shares`; shape (providers, lanes).

    The worlds have one population and the same number of providers.
    """
    for values in lanes:
        _check(values)
    mix = np.asarray(lanes[0]["population.national_mix"])
    within = over_lanes(lanes, "reach.public") * (1.0 - over_lanes(lanes, "reach.network_weight"))
    reach = total(mix[:, None] * within) / mix.sum()
    unit = np.array([_unit_appeals(values["market.shares"]) for values in lanes]).T
    found = unit * over_lanes(lanes, "choice.taste_provider") - reach * presence(lanes)
    return found - total(found) / len(found)


def _check(values: Values) -> None:
    """Refuse market shares that no appeals give."""
    shares = values["market.shares"]
    if len(shares) == 1:
        return
    if min(shares) <= 0.0:
        raise BadInput(
            f"market.shares: a provider starts with a share of {min(shares):g}, which no appeal gives it; every share "
            "must be above 0. Leave the provider out, or set [constants] solve = false and give constant.appeal"
        )
    if values["choice.taste_provider"] == 0.0:
        raise BadInput(
            "choice.taste_provider is 0 with several providers: nothing then splits customers by market.shares; "
            "raise it, or give one provider, or set [constants] solve = false and give constant.appeal"
        )


@lru_cache(maxsize=4096)
def _unit_appeals(market_shares: tuple[float, ...]) -> tuple[float, ...]:
    """Appeals that split customers by given shares where tastes are standard normal; that of the first is 0."""
    if len(market_shares) == 1:
        return (0.0,)
    targets = np.array([market_shares])
    found, chosen = fitted(_chosen, targets, np.zeros(targets.shape), TOLERANCE)
    if np.abs(chosen - targets).max() > TOLERANCE:
        raise BadInput(f"market.shares: no appeals split customers as {market_shares}; move the shares nearer together")
    return tuple(found[0].tolist())


def _chosen(_asked, appeals):
    """Parts of customers that choose each provider, (1, providers), and what these gain by each appeal."""
    (nodes, weights), each = _quadrature(), np.arange(appeals.shape[1])
    at = nodes + (appeals[0, :, None] - appeals[0])[..., None]  # (providers, others, nodes)
    below = np.maximum(special.ndtr(at), LEAST)
    below[each, each] = 1.0
    best = np.prod(below, axis=1)
    gains = -(best[:, None] / below * np.exp(-0.5 * at * at)) @ weights / np.sqrt(2.0 * np.pi)
    gains[each, each] = 0.0
    gains[each, each] = -gains.sum(axis=1)
    return (best @ weights)[None], gains[None]


@lru_cache
def _quadrature() -> tuple[np.ndarray, np.ndarray]:
    """Points of a standard normal and their weights."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    return nodes, weights / weights.sum()
