"""Outcomes: declared once with unit and how they are summed up, computed from counts and the market's state.

All engines hand in the same whole counts and provider states, and one function computes the numbers. Reported months
run from 0 (the start) to the length of the run; month m is the state after m months.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.model import arithmetic, market
from sim.model.market import Climate, Provider
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.rules import BELIEF_UNITS, MONEY_UNITS
from sim.model.tallies import PROVIDER_SEATS, ROW

TOTAL = "total"


@dataclass(frozen=True)
class Outcome:
    """A declared outcome.

    Parameters
    ----------
    by_class
        Reported by size class as well as in total.
    summed
        How firms, seats or providers are summed up.
    """

    name: str
    unit: str
    by_class: bool
    summed: str
    sentence: str

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups it is reported for."""
        return (TOTAL, *CLASSES) if self.by_class else (TOTAL,)


_FIRMS = "share of firms; the total weights classes by the national firms they stand for"
_SEATS = "share of seats; the total weights classes by the national firms they stand for"
_PROVIDERS = "mean over providers weighted by modelled public seats (plain mean while there are none)"
_FLOW = "firms of the month as a share of all firms; the total weights classes nationally"
_NATION = "national sum since the start"


def _declared() -> dict[str, Outcome]:
    rows = [
        *(Outcome(f"share.firms.{k}", "share of firms", True, _FIRMS, f"Firms on option {k}.") for k in OPTIONS),
        Outcome("share.firms.any_cloud", "share of firms", True, _FIRMS, "Firms on private, public or hybrid cloud."),
        *(Outcome(f"share.seats.{k}", "share of seats", True, _SEATS, f"Seats of firms on {k}.") for k in OPTIONS),
        Outcome("share.aware", "share of firms", True, _FIRMS, "Firms aware of cloud (S2)."),
        Outcome("share.agents", "share of firms", True, _FIRMS, "Firms using intelligent agents (I9)."),
        Outcome("price", "money per seat-month", False, _PROVIDERS, "List price of public cloud before support."),
        Outcome("unit_cost", "money per seat-month", False, _PROVIDERS, "Providers' unit cost (I8, I11)."),
        Outcome("congestion", "share of price", False, _PROVIDERS, "Additional cost of congestion (I8)."),
        Outcome("risk.perceived", "chance per year", True, "mean over firms; the total weights classes nationally",
                "Risk of public cloud that firms perceive (I5)."),
        Outcome("risk.objective", "chance per year", False, _PROVIDERS, "Chance that a customer is hit (I7, S6)."),
        Outcome("risk.gap", "chance per year", True, "perceived less objective", "By how much firms overrate it."),
        Outcome("concentration", "index 0-1", False, "sum of squared shares of modelled public seats",
                "Herfindahl-Hirschman index of providers."),
        Outcome("infrastructures", "number", False, "1 / sum of squared shares of cloud seats",
                "Effective number of separate cloud infrastructures (I6)."),
        Outcome("interoperability", "probability", False, "over pairs of cloud seats",
                "Chance that two random cloud seats can work together (I6, D4)."),
        Outcome("ecosystem", "index 0-1", False, _PROVIDERS, "Domestic ecosystem against its rival (I10, I12)."),
        Outcome("incidents", "share of customers", False, _PROVIDERS, "Public customers hit in the month."),
        Outcome("returns", "share of firms", True, _FLOW, "Firms that left public or hybrid cloud in the month."),
        Outcome("provider_changes", "share of firms", True, _FLOW, "Firms that changed their provider in the month."),
        Outcome("capped", "share of firms", True, _FLOW, "Firms whose support was limited by a cap in the month."),
        Outcome("spent", "money", False, _NATION, "Paid by all policies."),
        Outcome("budget_left", "money", False, "national sum over policies with a budget", "Left of all budgets."),
    ]  # fmt: skip
    return {outcome.name: outcome for outcome in rows}


OUTCOMES = _declared()
"""Every outcome by name."""

COLUMNS = tuple((name, group) for name, outcome in OUTCOMES.items() for group in outcome.groups)
"""(outcome, group) of each column of recorded values."""


class MarketRow(NamedTuple):
    """State of the market at the end of a month; arrays of (providers, lanes) unless said otherwise."""

    provider: Provider
    hit_shares: np.ndarray
    climate: Climate | np.ndarray  # (lanes,) each
    paid: np.ndarray  # smallest units paid so far, int64, (policies, lanes)
    left: np.ndarray  # smallest units left of budgets, int64, (policies, lanes)


class Nation(NamedTuple):
    """What turns counts into national outcomes."""

    weights: np.ndarray  # national firms per simulated firm, (classes,)
    prices: np.ndarray  # list price at the start, (classes, lanes)
    interoperability: np.ndarray  # κ, (lanes,)


def values(tallies: np.ndarray, rows: Sequence[MarketRow], nation: Nation) -> np.ndarray:
    """Compute all outcomes of some months at once.

    Parameters
    ----------
    tallies
        Counts at the end of each month, int64, shape (months, rows, classes, lanes).
    rows
        Market of the same months.

    Returns
    -------
    ndarray, shape (months, columns, lanes)
        In the order of `COLUMNS`; NaN for a class without firms.
    """
    counts = np.moveaxis(tallies, 1, 0).astype(np.float64)  # (rows, months, classes, lanes)
    state = Provider(*(np.stack(each) for each in zip(*(row.provider for row in rows), strict=True)))
    climates = Climate(*np.stack([row.climate for row in rows], axis=1)[:, :, None])
    found = _of_firms(counts, nation) | _of_market(counts, state, climates, rows, nation)
    gap = found["risk.perceived"] - found["risk.objective"][:, :1]
    found["risk.gap"] = gap
    return np.concatenate([found[name] for name in OUTCOMES], axis=1)


def _with_total(counts, base, weights):
    """Counts over base, in total and by class: (…, months, classes, lanes) → (…, months, 1 + classes, lanes)."""
    result = np.empty((*counts.shape[:-2], 1 + len(CLASSES), counts.shape[-1]))
    result[..., 0, :] = weighted(counts, weights) / weighted(base, weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        np.divide(counts, base, out=result[..., 1:, :])
    return result


def weighted(counts: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """National sum of whole numbers by class, in class order; (…, classes, lanes) → (…, lanes)."""
    return arithmetic.total(weights[c] * counts[..., c, :] for c in range(len(CLASSES)))


def _of_firms(counts, nation):
    """Outcomes that are a count over firms or seats."""
    first = ROW["seats_on_premise"]
    firms, seats = sum(counts[:4]), sum(counts[first : first + 4])
    by_firms = {f"share.firms.{option}": counts[k] for k, option in enumerate(OPTIONS)} | {
        "share.firms.any_cloud": firms - counts[0],
        "share.aware": counts[ROW["aware"]],
        "share.agents": counts[ROW["agents"]],
        "risk.perceived": counts[ROW["risk"]],
    }
    by_firms |= {flow: counts[ROW[flow]] for flow in ("returns", "provider_changes", "capped")}
    shares = _with_total(np.stack(list(by_firms.values())), firms, nation.weights)
    found = dict(zip(by_firms, shares, strict=True))
    found["risk.perceived"] = found["risk.perceived"] / BELIEF_UNITS
    by_seats = _with_total(counts[first : first + 4], seats, nation.weights)
    return found | {f"share.seats.{option}": by_seats[k] for k, option in enumerate(OPTIONS)}


def _of_market(counts, state, climate, rows, nation):
    """Outcomes of providers, infrastructures and the treasury; each (months, 1, lanes)."""
    k = state.price.shape[1]
    own = np.moveaxis(counts[PROVIDER_SEATS : PROVIDER_SEATS + k], 0, 1)  # (months, providers, classes, lanes)
    seats = weighted(own, nation.weights)
    worth = arithmetic.total(nation.weights[c] * own[:, :, c] * nation.prices[c] for c in range(len(CLASSES)))
    total = _over_providers(seats)
    safe = np.maximum(total, 1e-300)

    def mean(of, weights=seats):
        return np.where(total > 0.0, _over_providers(weights * of) / safe, _over_providers(of) / k)[:, None]

    plain_price = sum(nation.prices) / len(CLASSES)
    level = np.where(total > 0.0, 1.0, plain_price)[:, None]
    island = weighted(counts[ROW["islands"]], nation.weights)
    private = weighted(_private_seats(counts), nation.weights)
    squares = _over_providers(seats * seats)
    cloud, separate = private + total, island + squares
    linked = separate + nation.interoperability * (total * total - squares)
    some = cloud > 0.0
    return {
        "price": mean(state.price, worth) * level,
        "unit_cost": mean(state.unit_cost, worth) * level,
        "congestion": mean(state.congestion),
        "risk.objective": mean(market.objective_risk(state.security, climate)),
        "concentration": np.where(total > 0.0, squares / safe / safe, 0.0)[:, None],
        "infrastructures": np.where(some, cloud * cloud / np.maximum(separate, 1e-300), 0.0)[:, None],
        "interoperability": np.where(some, linked / np.maximum(cloud * cloud, 1e-300), 0.0)[:, None],
        "ecosystem": mean(market.strength(state.quality, climate)),
        "incidents": mean(np.stack([row.hit_shares for row in rows])),
        "spent": np.stack([row.paid for row in rows]).sum(axis=1, keepdims=True) / MONEY_UNITS,
        "budget_left": np.stack([row.left for row in rows]).sum(axis=1, keepdims=True) / MONEY_UNITS,
    }


def _over_providers(numbers):
    """Sum over providers, in their order; (months, providers, lanes) → (months, lanes)."""
    return arithmetic.total(numbers[:, j] for j in range(numbers.shape[1]))


def _private_seats(counts):
    """Seats on private infrastructure: private clouds and the private part of hybrids."""
    private = counts[ROW["seats_private"]] + counts[ROW["seats_hybrid"]] + counts[ROW["seats_public"]]
    return private - counts[ROW["public_seats"]]
