"""The world at the start: the values firms face there, and the stationary law of their choices.

Used to solve the option constants (`sim.model.constants`) and to place the firms of a replicate. Without policies and
events, belief at its prior, partners and economy at the starting shares (docs/model.md, "Initialization").

Several worlds stand side by side in the last axis of every array, as lanes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.model import rules
from sim.model.arithmetic import total
from sim.model.facts import Firm, Offer, Seen, Terms
from sim.model.monthly_terms import MonthlyTerms
from sim.model.nouns import OPTIONS
from sim.model.population import Values
from sim.model.review import WORST
from sim.model.terms import ROW, priced


def target_shares(values: Values) -> np.ndarray:
    """Starting shares of firms, shape (classes, options)."""
    return np.array([values[f"start.{option}"] for option in OPTIONS]).T


@dataclass(frozen=True)
class StartWorld:
    """What firms see at the start, one lane for each world.

    Attributes
    ----------
    terms
        Terms of month 0, shape (classes, fields, lanes).
    seen
        Partners' shares by class: on premise, private, cloud; shape (classes, 3, lanes).
    presence
        What each provider reaches of the economy, shape (providers, lanes).
    appeals
        Appeal of each provider, shape (providers, lanes).
    strength
        Strength of the providers' ecosystems, shape (lanes,).
    """

    terms: np.ndarray
    seen: np.ndarray
    presence: np.ndarray
    appeals: np.ndarray
    strength: np.ndarray

    def offers(self) -> list[Offer]:
        """Offers of the providers at the start."""
        return [
            Offer(1.0, 0.0, 1.0, self.strength, presence, appeal, 0.0, 0.0)
            for presence, appeal in zip(self.presence, self.appeals, strict=True)
        ]

    def with_constants(self, constants: Mapping[str, np.ndarray]) -> "StartWorld":
        """The world with terms `constant_*` of each class, shape (classes,), the same in all lanes."""
        terms = self.terms.copy()
        for term, by_class in constants.items():
            terms[:, ROW[term]] = by_class[:, None]
        return replace(self, terms=terms)


def side_by_side(worlds: Sequence[StartWorld]) -> StartWorld:
    """Worlds with the same number of providers as the lanes of one."""
    fields = ("terms", "seen", "presence", "appeals", "strength")
    return StartWorld(*(np.concatenate([getattr(each, name) for each in worlds], axis=-1) for name in fields))


def start_world(values: Values) -> StartWorld:
    """Partners' and economy's shares that the starting shares imply, and the terms of month 0; one lane."""
    shares = target_shares(values)
    economy = _seats(values) @ shares
    hybrid = values["cost.hybrid_share"]
    islands = np.array([economy[0], economy[1] + economy[3] * (1.0 - hybrid)])
    monthly = MonthlyTerms([values], 0)
    terms = monthly.first.copy()
    monthly.write(terms, 0, {}, np.zeros(1), islands[:, None])
    cloud = np.stack([shares[:, 0], shares[:, 1], shares[:, 2] + shares[:, 3]], axis=1)
    return StartWorld(
        terms=terms[:, 0],
        seen=_partners(cloud, values)[..., None],
        presence=presence(values)[:, None],
        appeals=np.array(values["constant.appeal"])[:, None],
        strength=np.array([values["ecosystem.start"]]),
    )


def presence(values: Values) -> np.ndarray:
    """What each provider reaches of the economy's seats at the start, shape (providers,)."""
    economy = _seats(values) @ target_shares(values)
    public = economy[2] + economy[3] * values["cost.hybrid_share"]
    own = public * np.asarray(values["market.shares"])
    return own + values["reach.interoperability"] * (public - own)


def _seats(values):
    """Share of the nation's seats by class."""
    seats = _national(values) * _mean_seats(values)
    return seats / seats.sum()


def _national(values):
    """National mix of the classes that are simulated."""
    return np.asarray(values["population.national_mix"]) * (np.asarray(values["population.sample_mix"]) > 0.0)


def _mean_seats(values):
    """Mean seats of a firm by class: log-uniform employees times mean intensity."""
    low = np.asarray(values["population.smallest"], float)
    high = np.asarray(values["population.largest"], float) + 1.0
    employees = np.where(high > low * (1 + 1e-12), (high - low) / np.log(high / low), low)
    return employees * (np.asarray(values["population.sector_mix"]) @ np.asarray(values["sector.intensity"]))


def _partners(shares, values):
    """Expected shares among the partners of each class, by network kind."""
    kind = values["network.kind"]
    weights = _national(values)
    if kind in ("ring", "groups"):  # partners are neighbours in the sample, whatever they stand for
        weights = np.asarray(values["population.sample_mix"])
    elif kind == "supply-chain":
        weights = _seats(values)
    anywhere = np.broadcast_to((weights / weights.sum()) @ shares, shares.shape)
    own = values["network.homophily"] if kind == "random" else 0.0
    return own * shares + (1.0 - own) * anywhere


def start_values(columns: np.ndarray, tastes: np.ndarray, size_class: int, world: StartWorld):
    """Values of the options at the start and the best provider.

    Parameters
    ----------
    columns
        Traits of firms of one class, shape (16, firms).
    tastes
        Tastes for providers, shape (firms, providers).

    Returns
    -------
    values : ndarray, shape (4, firms, lanes)
    best_at : ndarray of int8, shape (firms, lanes)
    agents : ndarray of bool, shape (firms, lanes)
        Whether agents pay at that provider.
    """
    firm, t = Firm(*columns[..., None]), Terms(*world.terms[size_class])
    shape = (columns.shape[1], world.terms.shape[-1])
    best, best_at, agents = np.full(shape, WORST), np.zeros(shape, np.int8), np.zeros(shape, bool)
    for j, offered in enumerate(world.offers()):
        offer = priced(offered, t)
        gain = rules.agent_gain(0.0, firm, offer, t)
        value = rules.provider_value(tastes[:, j, None], 0.0, gain, firm, offer, t)
        better = value > best
        best, best_at[better] = np.maximum(best, value), j
        agents = np.where(better, gain > 0.0, agents)
    on_premise, private, cloud = world.seen[size_class]
    seen = Seen(on_premise, private, cloud, 0.0, 0.0)
    values = np.array(rules.option_values(t.prior_risk, best, best, 0, seen, firm, t))
    return values, best_at, agents


@dataclass(frozen=True)
class Frictions:
    """What keeps firms of one class where they are, in Gumbel scales.

    Attributes
    ----------
    moving
        Cost of changing, shape (firms, lanes).
    entry
        Further cost of entering each option, shape (4, firms, lanes).
    is_open
        Whether an option exists for the firm and can be afforded, same shape.
    """

    moving: np.ndarray
    entry: np.ndarray
    is_open: np.ndarray


def frictions(columns: np.ndarray, size_class: int, world: StartWorld) -> Frictions:
    """What keeps firms of one class, with traits of shape (16, firms), where they are."""
    firm, t = Firm(*columns[..., None]), Terms(*world.terms[size_class])
    moving = rules.migration_cost(firm, t) / t.scale
    private, hybrid = rules.upfront_private(firm, t), rules.upfront_hybrid(firm, t)
    entry, is_open = np.zeros((len(OPTIONS), *moving.shape)), np.empty((len(OPTIONS), *moving.shape), bool)
    entry[1], entry[3] = t.annuity * private / t.scale, t.annuity * hybrid / t.scale
    is_open[0], is_open[2] = t.has_on_premise > 0, t.has_public > 0
    is_open[1] = (t.has_private > 0) & rules.affordable(private, firm, t)
    is_open[3] = (t.has_hybrid > 0) & rules.affordable(hybrid, firm, t)
    return Frictions(moving, entry, is_open)


def log_stationary(values: np.ndarray, columns: np.ndarray, size_class: int, world: StartWorld) -> np.ndarray:
    """Logarithm of each firm's stationary law over options, up to a constant, -inf where an option is closed.

    With migration cost f and entry cost g_k the chain of frozen choices has π_k ∝ e^((V_k - g_k)/σ)·D_k,
    D_k = e^(V_k/σ) + Σ_{j≠k} e^((V_j - f - g_j)/σ). The larger of V_k/σ and the largest exponent of the sum is taken
    out of D_k, so that nothing overflows and what is left is never 0.

    Parameters
    ----------
    values
        Systematic values with constants, shape (4, firms, lanes).

    Returns
    -------
    ndarray, shape (4, firms, lanes)
    """
    costs = frictions(columns, size_class, world)
    staying = values / world.terms[size_class, ROW["scale"]]
    entering = np.where(costs.is_open, staying - costs.entry - costs.moving, -np.inf)
    most = entering.max(axis=0)
    most[most == -np.inf] = 0.0  # nothing is open
    parts = np.exp(entering - most)
    others = total(parts) - parts
    ahead = staying - most
    behind = np.exp(-np.abs(ahead))
    rest = np.where(ahead > 0.0, 1.0 + others * behind, np.where(costs.is_open, behind + others, 1.0))
    spread = np.maximum(staying, most) + np.log(rest)
    return np.where(costs.is_open, staying - costs.entry + spread, -np.inf)
