"""The world at the start: the values firms face there, and the stationary law of their choices.

Used to solve the option constants (`sim.model.constants`) and to place the firms of a replicate. Without policies and
events, belief at its prior, partners and economy at the starting shares (docs/model.md, "Initialization").
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from sim.model import rules
from sim.model.facts import Firm, Offer, Seen, Terms
from sim.model.monthly_terms import MonthlyTerms
from sim.model.nouns import OPTIONS
from sim.model.population import Values
from sim.model.terms import class_terms


def target_shares(values: Values) -> np.ndarray:
    """Starting shares of firms, shape (classes, options)."""
    return np.array([values[f"start.{option}"] for option in OPTIONS]).T


@dataclass(frozen=True)
class StartWorld:
    """What firms see at the start.

    Attributes
    ----------
    terms
        Shape (classes, 1, fields, 1).
    seen
        Partners' shares by class: on premise, private, cloud; shape (classes, 3).
    presence
        What each provider reaches of the economy, shape (providers,).
    """

    terms: np.ndarray
    seen: np.ndarray
    presence: np.ndarray
    values: Values

    def offers(self) -> list[Offer]:
        """Offers of the providers at the start."""
        strength = self.values["ecosystem.start"]
        return [
            Offer(1.0, 0.0, 1.0, strength, float(presence), appeal, 0.0, 0.0)
            for presence, appeal in zip(self.presence, self.values["constant.appeal"], strict=True)
        ]


def start_world(values: Values) -> StartWorld:
    """Partners' and economy's shares that the starting shares imply, and the terms of month 0."""
    shares = target_shares(values)
    national = np.asarray(values["population.national_mix"]) * (np.asarray(values["population.sample_mix"]) > 0.0)
    seats = national * _mean_seats(values)
    economy = (seats / seats.sum()) @ shares
    hybrid = np.asarray(values["cost.hybrid_share"])
    public = economy[2] + economy[3] * hybrid
    islands = np.array([economy[0], economy[1] + economy[3] * (1.0 - hybrid)])
    terms = class_terms([values])
    MonthlyTerms([values], 0).write(terms, 0, {}, np.zeros(1), islands[:, None])
    own = public * np.asarray(values["market.shares"])
    presence = own + values["reach.interoperability"] * (public - own)
    cloud = np.stack([shares[:, 0], shares[:, 1], shares[:, 2] + shares[:, 3]], axis=1)
    return StartWorld(terms, _partners(cloud, national, seats, values), presence, values)


def _mean_seats(values):
    """Mean seats of a firm by class: log-uniform employees times mean intensity."""
    low = np.asarray(values["population.smallest"], float)
    high = np.asarray(values["population.largest"], float) + 1.0
    employees = np.where(high > low * (1 + 1e-12), (high - low) / np.log(high / low), low)
    return employees * (np.asarray(values["population.sector_mix"]) @ np.asarray(values["sector.intensity"]))


def _partners(shares, national, seats, values):
    """Expected shares among the partners of each class, by network kind."""
    kind = values["network.kind"]
    weights = national
    if kind in ("ring", "groups"):  # partners are neighbours in the sample, whatever they stand for
        weights = np.asarray(values["population.sample_mix"])
    elif kind == "supply-chain":
        weights = seats
    anywhere = np.broadcast_to((weights / weights.sum()) @ shares, shares.shape)
    own = values["network.homophily"] if kind == "random" else 0.0
    return own * shares + (1.0 - own) * anywhere


def firm_of(columns: np.ndarray) -> Firm:
    """`facts.Firm` of columns of traits, shape (14, …)."""
    return Firm(*columns)


def start_values(columns: np.ndarray, tastes: np.ndarray, size_class: int, world: StartWorld):
    """Values of the options at the start and the best provider.

    Parameters
    ----------
    columns
        Traits of firms of one class, shape (14, firms).
    tastes
        Tastes for providers, shape (firms, providers).

    Returns
    -------
    values : ndarray, shape (4, firms)
    best_at : ndarray of int8, shape (firms,)
    agents : ndarray of bool, shape (firms,)
        Whether agents pay at that provider.
    """
    firm, t = firm_of(columns), Terms(*world.terms[size_class, 0])
    gains = np.array([rules.agent_gain(0.0, firm, offer, t) for offer in world.offers()])
    each = [
        rules.provider_value(tastes[:, j], 0.0, gain, firm, offer, t)
        for j, (offer, gain) in enumerate(zip(world.offers(), gains, strict=True))
    ]
    best_at = np.argmax(each, axis=0).astype(np.int8)
    best = np.max(each, axis=0)
    on_premise, private, cloud = world.seen[size_class]
    seen = Seen(on_premise, private, cloud, 0.0, 0.0)
    risk = t.prior_risk
    nowhere = np.zeros(best.shape, np.int8)
    values = np.array(rules.option_values(risk, best, best, nowhere, seen, firm, t))
    return values, best_at, gains[best_at, np.arange(best.size)] > 0.0


def log_stationary(values: np.ndarray, columns: np.ndarray, size_class: int, world: StartWorld) -> np.ndarray:
    """Logarithm of each firm's stationary law over options, up to a constant, -inf where an option is closed.

    With migration cost f and entry cost g_k the chain of frozen choices has π_k ∝ e^((V_k + f - g_k)/σ)·D_k,
    D_k = e^(V_k/σ) + Σ_{j≠k} e^((V_j - f - g_j)/σ).

    Parameters
    ----------
    values
        Systematic values with constants, shape (4, firms).

    Returns
    -------
    ndarray, shape (4, firms)
    """
    firm, t = firm_of(columns), Terms(*world.terms[size_class, 0])
    scale = t.scale
    leave = rules.migration_cost(firm, t)
    private, hybrid = rules.upfront_private(firm, t), rules.upfront_hybrid(firm, t)
    nothing = np.zeros_like(leave)
    entry = np.array([nothing, t.annuity * private, nothing, t.annuity * hybrid])
    everyone = np.ones(leave.shape, bool)
    is_open = np.array([
        everyone & (t.has_on_premise > 0), (t.has_private > 0) & rules.affordable(private, firm, t),
        everyone & (t.has_public > 0), (t.has_hybrid > 0) & rules.affordable(hybrid, firm, t),
    ])  # fmt: skip
    closed = np.where(is_open, 0.0, -np.inf)
    entering = (values - leave - entry) / scale + closed
    result = np.empty_like(values)
    for k in range(len(OPTIONS)):
        others = np.delete(entering, k, axis=0)
        spread = special.logsumexp(np.vstack([values[k : k + 1] / scale, others]), axis=0)
        result[k] = (values[k] + leave - entry[k]) / scale + spread + closed[k]
    return result


