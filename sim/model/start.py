"""The world at the start: the values firms face there, and the stationary law of their choices.

Used to solve the option constants (`sim.engines.constants`) and to place the firms of a replicate. Without policies and
events, belief at its prior, partners and economy at the starting shares (docs/model.md, "Initialization").

Several worlds stand side by side in the last axis of every array, as lanes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.model import rules
from sim.model.arithmetic import total
from sim.model.facts import Firm, Offer, Seen, Terms
from sim.model.monthly_terms import MonthlyTerms
from sim.model.nouns import OPTIONS
from sim.model.population import Values
from sim.model.review import WORST
from sim.model.stationary import hurdles
from sim.model.terms import TERM_ROW, over_lanes, priced


def target_shares(values: Values) -> np.ndarray:
    """Starting shares of firms, shape (classes, options)."""
    return np.array([values[f"start.{option}"] for option in OPTIONS]).T


class StartWorld(NamedTuple):
    """What firms see at the start, one lane for each world.

    Attributes
    ----------
    terms
        Terms of month 0, shape (classes, fields, lanes).
    seen
        What firms of each class see of their partners, `facts.Seen`, shape (classes, fields, lanes).
    offers
        Offers of the providers, `facts.Offer`, shape (fields, providers, lanes).
    """

    terms: np.ndarray
    seen: np.ndarray
    offers: np.ndarray

    def with_constants(self, constants: Mapping[str, np.ndarray]) -> "StartWorld":
        """The worlds with terms `constant_*` of each class, shape (classes, lanes)."""
        terms = self.terms.copy()
        for term, by_class in constants.items():
            terms[:, TERM_ROW[term]] = by_class
        return self._replace(terms=terms)

    def lane(self, lane: int) -> "StartWorld":
        """One of the worlds."""
        return StartWorld(*(each[..., lane : lane + 1].copy() for each in self))


def side_by_side(worlds: Sequence[StartWorld]) -> StartWorld:
    """Worlds with the same number of providers as the lanes of one."""
    return StartWorld(*(np.concatenate(each, axis=-1) for each in zip(*worlds, strict=True)))


def start_worlds(lanes: Sequence[Values]) -> StartWorld:
    """Partners' and economy's shares that the starting shares imply, and the terms of month 0.

    The worlds have one population and the same number of providers.
    """
    shares, first = _shares(lanes), lanes[0]
    economy, hybrid = _economy(shares, first), over_lanes(lanes, "cost.hybrid_share")
    islands = np.stack([economy[0], economy[1] + economy[3] * (1.0 - hybrid)])
    monthly = MonthlyTerms(lanes, 0)
    terms = monthly.first.copy()
    monthly.write(terms, 0, {}, np.zeros(len(lanes)), islands)
    seen = _partners(np.stack([shares[0], shares[1], shares[2] + shares[3]], axis=1), lanes)
    appeals, strength = over_lanes(lanes, "constant.appeal"), over_lanes(lanes, "ecosystem.start")
    offer = Offer(1.0, 0.0, 1.0, strength, presence(lanes), appeals, 0.0, 0.0)
    return StartWorld(
        terms=terms[:, 0],
        seen=np.concatenate([seen, np.zeros((len(seen), len(Seen._fields) - 3, len(lanes)))], axis=1),
        offers=np.stack([np.broadcast_to(each, appeals.shape) for each in offer]),
    )


def presence(lanes: Sequence[Values]) -> np.ndarray:
    """What each provider reaches of the economy's seats at the start, shape (providers, lanes)."""
    economy = _economy(_shares(lanes), lanes[0])
    public = economy[2] + economy[3] * over_lanes(lanes, "cost.hybrid_share")
    own = public * over_lanes(lanes, "market.shares")
    return own + over_lanes(lanes, "reach.interoperability") * (public - own)


def _shares(lanes):
    """Starting shares of firms, shape (options, classes, lanes)."""
    return np.stack([over_lanes(lanes, f"start.{option}") for option in OPTIONS])


def _economy(shares, values):
    """Shares of the nation's seats, shape (options, lanes)."""
    return total(seats * by_class for seats, by_class in zip(_seats(values), shares.swapaxes(0, 1), strict=True))


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


def _partners(shares, lanes):
    """Expected shares among the partners of each class, by network kind; shape (classes, 3, lanes)."""
    first, kind = lanes[0], lanes[0]["network.kind"]
    nation, neighbours = _national(first), np.asarray(first["population.sample_mix"])
    weights = {
        "random": nation, "communities": nation, "mean-field": nation, "supply-chain": _seats(first),
        "ring": neighbours, "groups": neighbours,  # in the sample, whatever they stand for
    }[kind]  # fmt: skip
    anywhere = total(part * of_class for part, of_class in zip(weights / weights.sum(), shares, strict=True))
    own = over_lanes(lanes, "network.homophily") if kind == "random" else 0.0
    return own * shares + (1.0 - own) * anywhere


def start_values(columns: np.ndarray, tastes: np.ndarray, size_class: int, world: StartWorld) -> np.ndarray:
    """Values of the options at the start, of public cloud at the best provider; shape (4, firms, lanes).

    Parameters
    ----------
    columns
        Traits of firms of one class, shape (fields, firms).
    tastes
        Tastes for providers, shape (firms, providers).
    """
    firm, t = Firm(*columns[..., None]), Terms(*world.terms[size_class])
    best = np.full((columns.shape[1], world.terms.shape[-1]), WORST)
    for j in range(tastes.shape[1]):
        offer = priced(Offer(*world.offers[:, j]), t)
        gain = rules.agent_gain(0.0, firm, offer, t)
        best = np.maximum(best, rules.provider_value(tastes[:, j, None], 0.0, gain, firm, offer, t))
    return np.array(rules.option_values(t.prior_risk, best, best, 0, Seen(*world.seen[size_class]), firm, t))


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
    """What keeps firms of one class, with traits of shape (fields, firms), where they are."""
    moving, entry, is_open = hurdles(Firm(*columns[..., None]), Terms(*world.terms[size_class]))
    both = (np.stack([np.broadcast_to(each, moving.shape) for each in by_option]) for by_option in (entry, is_open))
    return Frictions(moving, *both)


def log_stationary(values: np.ndarray, columns: np.ndarray, size_class: int, world: StartWorld) -> np.ndarray:
    """Logarithm of each firm's stationary law (`sim.model.stationary`), up to a constant.

    It is -inf where an option is closed. The larger of V_k/σ and the largest exponent of the sum is taken out of D_k,
    so that nothing overflows and what is left is never 0.

    Parameters
    ----------
    values
        Systematic values with constants, shape (4, firms, lanes).

    Returns
    -------
    ndarray, shape (4, firms, lanes)
    """
    costs = frictions(columns, size_class, world)
    staying = values / world.terms[size_class, TERM_ROW["scale"]]
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
