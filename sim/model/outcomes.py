"""Outcomes as numbers: computed from counts and the market's state (`sim.model.outcome_table` declares them).

All engines hand in the same whole counts and provider states, and one function computes the numbers. Reported months
run from 0 (the start) to the length of the run; month m is the state after m months.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.model import arithmetic, market
from sim.model.market import Climate, Provider
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.outcome_table import OUTCOMES
from sim.model.rules import BELIEF_UNITS, MONEY_UNITS
from sim.model.tallies import PROVIDER_SEATS, ROW


class MarketRow(NamedTuple):
    """State of the market at the end of a month; arrays of (providers, lanes) unless said otherwise."""

    provider: Provider | np.ndarray
    hit_shares: np.ndarray
    climate: Climate | np.ndarray  # (lanes,) each
    interoperability: np.ndarray  # κ, with what policies open, (lanes,)
    paid: np.ndarray  # smallest units paid so far, int64, (policies, lanes)
    left: np.ndarray  # smallest units left of budgets, int64, (policies, lanes)
    support: np.ndarray  # average support per public seat-month, money, (lanes,)
    surplus: np.ndarray  # surplus and overrated risk since the start, whole money, int64, (2, classes, lanes)
    profit: np.ndarray  # since the start, money, (lanes,)


class Nation(NamedTuple):
    """What turns counts into national outcomes."""

    weights: np.ndarray  # national firms per simulated firm, (classes,)
    prices: np.ndarray  # list price at the start, (classes, lanes)
    mean_price: np.ndarray  # mean list price at the start, (lanes,)
    cost_of_funds: np.ndarray  # marginal cost of public funds, (lanes,)


def values(
    tallies: np.ndarray, rows: Sequence[MarketRow], nation: Nation, out: np.ndarray | None = None
) -> np.ndarray:
    """Compute all outcomes of some months at once.

    Parameters
    ----------
    tallies
        Counts at the end of each month, whole numbers, shape (months, rows, classes, lanes).
    rows
        Market of the same months.
    out
        Where to write the result, if not into a new array.

    Returns
    -------
    ndarray, shape (months, columns, lanes)
        In the order of `COLUMNS`; NaN for a class without firms.
    """
    counts = np.moveaxis(tallies, 1, 0).astype(np.float64, copy=False)  # (rows, months, classes, lanes)
    state = Provider(*np.stack([row.provider for row in rows], axis=1))
    climates = Climate(*np.stack([row.climate for row in rows], axis=1)[:, :, None])
    found = _of_firms(counts, nation) | _of_market(counts, state, climates, rows, nation)
    gap = found["risk.perceived"] - found["risk.objective"][:, :1]
    found["risk.gap"] = gap
    found |= _of_money(rows, sum(counts[:4]), nation)
    return np.concatenate([found[name] for name in OUTCOMES], axis=1, out=out)


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
    by_firms["share.supported"] = counts[ROW["supported"]]
    shares = _with_total(np.stack(list(by_firms.values())), firms, nation.weights)
    found = dict(zip(by_firms, shares, strict=True))
    found["risk.perceived"] = found["risk.perceived"] / BELIEF_UNITS
    by_seats = _with_total(counts[first : first + 4], seats, nation.weights)
    found["supported_seats"] = _national(counts[ROW["supported_seats"]], firms, nation)
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
    # A firm that stands for less than one in the nation is an infrastructure of so many fewer seats.
    island = weighted(counts[ROW["islands"]], nation.weights * np.minimum(nation.weights, 1.0))
    private = weighted(_private_seats(counts), nation.weights)
    squares = _over_providers(seats * seats)
    cloud, separate = private + total, island + squares
    linked = separate + np.stack([row.interoperability for row in rows]) * (total * total - squares)
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
        "support": np.stack([row.support for row in rows])[:, None],
        "support.in_price": mean(state.in_price) * nation.mean_price,
        "budget_left": np.stack([row.left for row in rows]).sum(axis=1, keepdims=True) / MONEY_UNITS,
    }


def _of_money(rows, firms, nation):
    """Sums of money since the start; each (months, 1 or 1 + classes, lanes)."""
    surplus = np.stack([row.surplus for row in rows], axis=1).astype(np.float64)  # (2, months, classes, lanes)
    decision, experience = (_national(each, firms, nation) for each in (surplus[0], surplus[0] + surplus[1]))
    profit = np.stack([row.profit for row in rows])[:, None]
    spent = np.stack([row.paid for row in rows]).sum(axis=1, keepdims=True) / MONEY_UNITS
    cost = spent * nation.cost_of_funds
    return {
        "surplus.decision": decision, "surplus.experience": experience, "profit": profit, "spent": spent,
        "fiscal_cost": cost, "welfare": experience[:, :1] + profit - cost,
    }  # fmt: skip


def _national(counts, firms, nation):
    """Whole numbers by class scaled to the nation, in total and by class: (months, classes, lanes) → (…, 5, lanes)."""
    by_class = np.where(firms > 0.0, counts * nation.weights[:, None], np.nan)
    return np.concatenate([weighted(counts, nation.weights)[:, None], by_class], axis=1)


def _over_providers(numbers):
    """Sum over providers, in their order; (months, providers, lanes) → (months, lanes)."""
    return arithmetic.total(numbers[:, j] for j in range(numbers.shape[1]))


def _private_seats(counts):
    """Seats on private infrastructure: private clouds and the private part of hybrids."""
    private = counts[ROW["seats_private"]] + counts[ROW["seats_hybrid"]] + counts[ROW["seats_public"]]
    return private - counts[ROW["public_seats"]]
