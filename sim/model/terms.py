"""From parameters to what rules are handed: `facts.Terms` by class, `market.Climate` and `market.Fixed`.

Everything with a power, a root or an exponential happens here, once a run, so that rules stay arithmetic.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.model.arithmetic import Number, exponential, minimum, power
from sim.model.channels import DEEPEST_CUT
from sim.model.facts import AS_DECLARED, Priced, Terms
from sim.model.market import Climate, Fixed
from sim.model.nouns import CLASSES
from sim.model.population import Values

TERM_ROW = {name: n for n, name in enumerate(Terms._fields)}
"""Row of each field of `facts.Terms` in the arrays of terms."""

CLIMATE_ROW = {name: n for n, name in enumerate(Climate._fields)}
"""Row of each field of `market.Climate`."""


def _class_terms(lanes: Sequence[Values]) -> dict[str, np.ndarray]:
    """Terms that no month works out (`monthly_terms.moved`), and what it takes of these; by lane, or by class too."""

    def v(key):
        return over_lanes(lanes, key)

    year = lanes[0]["review.interval"] / 12.0
    memory = power(v("security.memory"), year)
    network = v("reach.network_weight")
    prior = v("security.prior_hits"), v("security.prior_misses")
    return {term: v(key) for term, key in AS_DECLARED.items()} | {
        "imitation": v("awareness.imitation") * year,
        "memory": memory,
        "prior_hits": (1.0 - memory) * prior[0],
        "prior_misses": (1.0 - memory) * prior[1],
        "partner_years": year,
        "own_years": v("security.own_weight") * year,
        "amplification": v("security.amplification") * v("security.learning"),
        "on_premise_risk": v("risk.private") * v("risk.on_premise_factor"),
        "prior_risk": prior[0] / (prior[0] + prior[1]),
        "loss": v("security.loss") / 12.0,
        "annuity": annuity(v("cost.interest"), v("cost.life")),
        "funds": v("population.liquid_funds") * (1.0 + v("cost.credit")),
        "reach_on_premise": v("reach.on_premise") * network,
        "reach_private": v("reach.private") * network,
        "reach_public": v("reach.public") * network,
        "presence_public": v("reach.public") * (1.0 - network),
        "migration": v("switch.migration") / v("switch.horizon"),
    }


def annuity(interest: np.ndarray, life: np.ndarray) -> np.ndarray:
    """Monthly payment per unit borrowed over `life` months at a yearly interest rate; 1/life at no interest."""
    rate = interest / 12.0
    with np.errstate(invalid="ignore", divide="ignore"):
        payment = rate / -np.expm1(-life * np.log1p(rate))
    return np.where(rate > 0.0, payment, 1.0 / life)


def class_terms(lanes: Sequence[Values]) -> np.ndarray:
    """Terms at the start, one entry for all sectors together, shape (classes, 1, fields, lanes).

    Of those that `monthly_terms.moved` works out, there are what it takes from here, and zeros.
    """
    result = np.zeros((len(CLASSES), 1, len(TERM_ROW), len(lanes)))
    for term, value in _class_terms(lanes).items():
        result[:, 0, TERM_ROW[term]] = value
    return result


def climate(lanes: Sequence[Values], months: int) -> np.ndarray:
    """`market.Climate` of every month 0…months without policies and events, shape (months + 1, fields, lanes)."""
    time = np.arange(months + 1)[:, None] / 12.0
    plain = {
        "learning": "market.learning", "spillover": "market.spillover", "pass_through": "market.pass_through",
        "utilisation": "market.utilisation", "lag": "market.lag", "congestion_slope": "market.congestion_slope",
        "invest_share": "invest.share", "invest_boost": "invest.boost", "elasticity": "invest.elasticity",
        "growth_form": "invest.growth_form", "growth": "invest.growth", "depreciation_year": "invest.depreciation",
        "first_security": "risk.stock", "incident": "risk.incident",
    }  # fmt: skip
    start = over_lanes(lanes, "ecosystem.start")
    rows = {name: over_lanes(lanes, key) for name, key in plain.items()} | {
        "cost_trend": exponential(-time * over_lanes(lanes, "market.cost_decline")),
        "depreciation": monthly(over_lanes(lanes, "invest.depreciation")),
        "security_depreciation": monthly(over_lanes(lanes, "risk.depreciation")),
        "threat": over_lanes(lanes, "risk.objective") * exponential(time * over_lanes(lanes, "risk.threat")),
        "frontier": (1.0 - start) / start * exponential(time * over_lanes(lanes, "ecosystem.frontier_growth")),
    }
    result = np.zeros((months + 1, len(CLIMATE_ROW), len(lanes)))
    result[:, CLIMATE_ROW["cost_factor"]] = 1.0
    for name, row in rows.items():
        result[:, CLIMATE_ROW[name]] = row
    return result


class MovedClimate(NamedTuple):
    """Terms of `market.Climate` that policies and events move, by their names."""

    price_cut: Number
    public_security: Number
    public_capital: Number
    public_capacity: Number
    cost_factor: Number
    frontier: Number


MOVED_CLIMATE = tuple(CLIMATE_ROW[term] for term in MovedClimate._fields)
"""Rows of the terms of the climate that are moved."""


def raised(frontier, levels):
    """Return the terms of a month's climate that levels (`channels.Raised`) move.

    Parameters
    ----------
    frontier
        The rival's quality, Q*, as it would be without events.
    """
    kept = 1.0 - minimum(1.0, levels.cost_saving)
    return MovedClimate(
        price_cut=minimum(DEEPEST_CUT, levels.price_cut),
        public_security=levels.public_security,
        public_capital=levels.public_capital,
        public_capacity=levels.capacity,
        cost_factor=kept * (1.0 + levels.cost_rise),
        frontier=frontier * (1.0 + levels.rival_gain),
    )


def priced(offer, t):
    """What a provider's offer comes to for a class of firms: all that does not depend on the firm (I3, I4, I8, I9)."""
    return Priced(
        price=t.price * offer.price,
        cost=t.price * offer.price * (1.0 + offer.congestion),
        benefit=t.public_benefit * offer.quality,
        presence=t.presence_public * offer.presence,
        agents=t.agent_value * offer.strength,
        agent_cost=t.agent_cost * offer.price,
        appeal=offer.appeal,
        hit_chance=offer.hit_chance,
        risk=offer.risk,
    )


def opened(own, level):
    """Interoperability between providers: of what it lacks, what policies open (D4)."""
    return own + (1.0 - own) * minimum(1.0, level)


def fixed(lanes: Sequence[Values], first_seats: np.ndarray, first_revenue: np.ndarray) -> Fixed:
    """`market.Fixed` of each provider, arrays of shape (providers, lanes).

    Parameters
    ----------
    first_seats
        Seats at the start, outside demand included, shape (providers, lanes).
    first_revenue
        Money per month at the start, same shape.
    """
    known = first_seats + over_lanes(lanes, "market.spillover") * (sum(first_seats) - first_seats)
    return Fixed(
        markup=over_lanes(lanes, "market.markup"),
        first_use=12.0 * over_lanes(lanes, "market.history") * known,
        first_investment=over_lanes(lanes, "invest.share") * first_revenue,
    )


def monthly(yearly: np.ndarray) -> np.ndarray:
    """Monthly rate of a yearly rate of decay: 1 - (1 - x)^(1/12)."""
    return 1.0 - power(1.0 - yearly, 1.0 / 12.0)


def over_lanes(lanes: Sequence[Values], key: str) -> np.ndarray:
    """One parameter over lanes: a number, shape (lanes,), or by class or provider, (classes or providers, lanes)."""
    given = [values[key] for values in lanes]
    if given.count(given[0]) == len(given):  # as most are; one list is read in a fraction of the time of many
        result = np.empty((*np.shape(given[0]), len(given)))
        result[:] = np.array(given[0], np.float64)[..., None]
        return result
    return np.array(given, np.float64).T.copy()
