"""From parameters to what rules are handed: `facts.Terms` by class, `market.Climate` and `market.Fixed`.

Everything with a power, a root or an exponential happens here, once a run, so that rules stay arithmetic.
"""

from collections.abc import Sequence

import numpy as np

from sim.model.arithmetic import exponential, power
from sim.model.facts import AS_DECLARED, Terms
from sim.model.instruments import CERTIFIED, DEMAND, OUTREACH
from sim.model.market import Climate, Fixed
from sim.model.nouns import CLASSES
from sim.model.population import Values

ROW = {name: n for n, name in enumerate(Terms._fields)}
"""Row of each field of `facts.Terms` in the arrays of terms."""

CLIMATE_ROW = {name: n for n, name in enumerate(Climate._fields)}
"""Row of each field of `market.Climate`."""


def _class_terms(lanes: Sequence[Values]) -> dict[str, np.ndarray]:
    """Every term at the start of a run, without policies and with nobody on cloud; (lanes,) or (classes, lanes)."""

    def v(key):
        return np.array([values[key] for values in lanes], np.float64).T

    year = lanes[0]["review.interval"] / 12.0
    memory = power(v("security.memory"), year)
    network = v("reach.network_weight")
    prior = v("security.prior_hits"), v("security.prior_misses")
    return {term: v(key) for term, key in AS_DECLARED.items()} | {
        "innovation": v("awareness.innovation") * year,
        "imitation": v("awareness.imitation") * year,
        "memory": memory,
        "prior_hits": (1.0 - memory) * prior[0],
        "prior_misses": (1.0 - memory) * prior[1],
        "partner_years": year,
        "own_years": v("security.own_weight") * year,
        "media_years": v("security.media_weight") * year,
        "prior_risk": prior[0] / (prior[0] + prior[1]),
        "loss": v("security.loss") / 12.0,
        "annuity": annuity(v("cost.interest"), v("cost.life")),
        "funds": v("population.liquid_funds") * (1.0 + v("cost.credit")),
        "reach_on_premise": v("reach.on_premise") * network,
        "reach_private": v("reach.private") * network,
        "reach_public": v("reach.public") * network,
        "presence_public": v("reach.public") * (1.0 - network),
        "agent_value": v("agents.value") * v("agents.task_share"),
        "migration": v("switch.migration") / v("switch.horizon"),
    }


def annuity(interest: np.ndarray, life: np.ndarray) -> np.ndarray:
    """Monthly payment per unit borrowed over `life` months at a yearly interest rate; 1/life at no interest."""
    rate = interest / 12.0
    with np.errstate(invalid="ignore", divide="ignore"):
        payment = rate / -np.expm1(-life * np.log1p(rate))
    return np.where(rate > 0.0, payment, 1.0 / life)


def class_terms(lanes: Sequence[Values]) -> np.ndarray:
    """Terms by class at the start, shape (classes, fields, lanes); monthly ones are still neutral (zero)."""
    result = np.zeros((len(CLASSES), len(ROW), len(lanes)))
    for term, value in _class_terms(lanes).items():
        result[:, ROW[term]] = value
    return result


class MonthlyTerms:
    """Writes the terms that change from month to month into an array of terms.

    Parameters
    ----------
    lanes
        Parameter values of each lane.
    months
        Length of the run.
    """

    def __init__(self, lanes: Sequence[Values], months: int):
        time = np.arange(months + 1)[:, None] / 12.0
        self._decline = exponential(-time * _lane(lanes, "cost.private_decline"))
        self._media = _lane(lanes, "security.media_weight")
        self._outside_reach = 1.0 - _lane(lanes, "reach.network_weight")
        self._reach = {
            name: _by_class(lanes, f"reach.{name}") * self._outside_reach for name in ("on_premise", "private")
        }
        self._private = _by_class(lanes, "cost.private")
        self._innovation = _by_class(lanes, "awareness.innovation")
        self._price = _by_class(lanes, "cost.public_price")
        self._year = lanes[0]["review.interval"] / 12.0

    def write(self, terms, month, levels, hits, shares):
        """Update `terms` in place.

        Parameters
        ----------
        terms
            Shape (classes, fields, lanes).
        month
            Months since the start.
        levels
            Levels of the channels that reach firms, shape (channels, classes, lanes).
        hits
            Economy-wide hit share summed over the last interval, shape (lanes,).
        shares
            Economy-wide share of seats on premise and in private clouds, shape (2, lanes).
        """
        terms[:, ROW["innovation"]] = (self._innovation + levels[OUTREACH]) * self._year
        terms[:, ROW["certified"]] = levels[CERTIFIED] * self._year
        terms[:, ROW["demand"]] = levels[DEMAND] * self._price
        terms[:, ROW["media_hits"]] = self._media * hits
        terms[:, ROW["private_cost"]] = self._private * self._decline[month]
        terms[:, ROW["presence_on_premise"]] = self._reach["on_premise"] * shares[0]
        terms[:, ROW["presence_private"]] = self._reach["private"] * shares[1]


def climate(lanes: Sequence[Values], months: int) -> np.ndarray:
    """`market.Climate` of every month 0…months without policy, shape (months + 1, fields, lanes)."""
    time = np.arange(months + 1)[:, None] / 12.0
    plain = {
        "learning": "market.learning", "spillover": "market.spillover", "pass_through": "market.pass_through",
        "utilisation": "market.utilisation", "lag": "market.lag", "congestion_slope": "market.congestion_slope",
        "invest_share": "invest.share", "invest_boost": "invest.boost", "elasticity": "invest.elasticity",
        "growth_form": "invest.growth_form", "growth": "invest.growth", "depreciation_year": "invest.depreciation",
        "first_security": "risk.stock", "incident": "risk.incident",
    }  # fmt: skip
    start = _lane(lanes, "ecosystem.start")
    rows = {name: _lane(lanes, key) for name, key in plain.items()} | {
        "cost_trend": exponential(-time * _lane(lanes, "market.cost_decline")),
        "depreciation": monthly(_lane(lanes, "invest.depreciation")),
        "security_depreciation": monthly(_lane(lanes, "risk.depreciation")),
        "threat": _lane(lanes, "risk.objective") * exponential(time * _lane(lanes, "risk.threat")),
        "frontier": (1.0 - start) / start * exponential(time * _lane(lanes, "ecosystem.frontier_growth")),
    }
    result = np.zeros((months + 1, len(CLIMATE_ROW), len(lanes)))
    for name, row in rows.items():
        result[:, CLIMATE_ROW[name]] = row
    return result


def fixed(lanes: Sequence[Values], first_seats: np.ndarray, first_revenue: np.ndarray) -> Fixed:
    """`market.Fixed` of each provider, arrays of shape (providers, lanes).

    Parameters
    ----------
    first_seats
        Seats at the start, outside demand included, shape (providers, lanes).
    first_revenue
        Money per month at the start, same shape.
    """
    others = sum(first_seats) - first_seats
    return Fixed(
        markup=np.array([values["market.markup"] for values in lanes]).T.copy(),
        first_use=12.0 * _lane(lanes, "market.history") * (first_seats + _lane(lanes, "market.spillover") * others),
        first_investment=_lane(lanes, "invest.share") * first_revenue,
    )


def monthly(yearly: np.ndarray) -> np.ndarray:
    """Monthly rate of a yearly rate of decay: 1 - (1 - x)^(1/12)."""
    return 1.0 - power(1.0 - yearly, 1.0 / 12.0)


def _lane(lanes: Sequence[Values], key: str) -> np.ndarray:
    """One parameter over lanes, shape (lanes,)."""
    return np.array([values[key] for values in lanes], np.float64)


def _by_class(lanes: Sequence[Values], key: str) -> np.ndarray:
    """One parameter by class over lanes, shape (classes, lanes)."""
    return np.array([values[key] for values in lanes], np.float64).T.copy()
