"""Who listens to whom: the partner network as one index array (firms × partners).

Partners are distinct others, drawn in proportion to the number of national firms they stand for (I20, D7, P1-P3).
Nothing is drawn here; uniforms are handed in.
"""

import math

import numpy as np

from sim.model.population import Layout, Traits, Values

MEAN_FIELD = "mean-field"


def partners(kind: str, uniforms: np.ndarray, where: Layout, traits: Traits, values: Values) -> np.ndarray:
    """Rows of each firm's partners, int32, shape (firms, d); no columns for the mean field, which needs none.

    Parameters
    ----------
    uniforms
        Shape (firms, 2·d): for each partner one draw for its group and one for its place in it.
    """
    d = values["network.partners"]
    if kind == MEAN_FIELD or d == 0:
        return np.empty((where.firms, 0), np.int32)
    if kind == "ring":
        return _ring(where.firms, d)
    if kind == "groups":
        return _groups(where.firms, d)
    group, place = uniforms[:, :d], uniforms[:, d:]
    if kind == "random":
        candidates = _by_class(group, place, where, values)
    elif kind == "communities":
        candidates = _communities(group, place, where, traits, values)
    else:  # supply-chain: hubs, in proportion to seats
        candidates = _by_weight(place, where.weights[where.classes] * traits.seats)
    return _distinct(candidates)


def _stride(firms):
    """Step that visits every firm once and keeps neighbours apart in storage (class and review month)."""
    step = max(1, round(firms * 0.6180339887498949))
    while math.gcd(step, firms) != 1:
        step += 1
    return step


def _circle(firms):
    """Firms in an order that mixes classes and review months."""
    return (np.arange(firms, dtype=np.int64) * _stride(firms)) % firms


def _ring(firms, d):
    """The d nearest on a circle; an odd one more on the right."""
    order = _circle(firms)
    result = np.empty((firms, d), np.int32)
    for n in range(d):
        steps = n // 2 + 1
        result[order, n] = np.roll(order, -steps if n % 2 == 0 else steps)
    return result


def _groups(firms, size):
    """Complete groups, self included."""
    members = _circle(firms).reshape(-1, size)
    result = np.empty((firms, size), np.int32)
    for group in range(size):
        result[members[:, group]] = members
    return result


def _by_class(group, place, where, values):
    """A share of partners from the own class, the rest by national weight."""
    totals = where.counts.sum(axis=0)
    homophily = values["network.homophily"]
    national = np.cumsum(where.weights * totals)
    share = np.maximum(group - homophily, 0.0) / max(1.0 - homophily, 2.0**-53)
    drawn = np.searchsorted(national, share * national[-1], side="right")
    last = int(np.flatnonzero(totals)[-1])
    chosen = np.where(group < homophily, where.classes[:, None], np.minimum(drawn, last))
    rank = np.minimum((place * totals[chosen]).astype(np.int64), totals[chosen] - 1)
    return where.row(chosen, rank)


def _by_weight(place, weights):
    """Any firm, in proportion to weight."""
    total = np.cumsum(weights)
    return np.minimum(np.searchsorted(total, place * total[-1], side="right"), len(weights) - 1)


def _communities(group, place, where, traits, values):
    """A share of partners from the own sector and region, the rest from anywhere, both by weight."""
    cell = traits.sector.astype(np.int64) * len(values["population.region_mix"]) + traits.region
    order = np.argsort(cell, kind="stable")
    weights = where.weights[where.classes]
    total = np.concatenate([[0.0], np.cumsum(weights[order])])
    first = np.searchsorted(cell[order], cell)
    after = np.searchsorted(cell[order], cell, side="right")
    low, high = total[first][:, None], total[after][:, None]
    inside = np.searchsorted(total[1:], low + place * (high - low), side="right")
    inside = np.clip(inside, first[:, None], after[:, None] - 1)
    return np.where(group < values["network.local"], order[inside], _by_weight(place, weights))


def _distinct(candidates):
    """Move a candidate that is the firm itself or already taken to the next firm that is neither."""
    firms, d = candidates.shape
    own = np.arange(firms)
    for n in range(d):
        rows = own
        while rows.size:
            mine = candidates[rows, n]
            clash = (mine == rows) | (candidates[rows, :n] == mine[:, None]).any(axis=1)
            rows = rows[clash]
            candidates[rows, n] = (candidates[rows, n] + 1) % firms
    return candidates.astype(np.int32)
