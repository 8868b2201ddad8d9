"""Who listens to whom: the partner network as one index array (firms × partners).

Partners are distinct others, drawn in proportion to the number of national firms they stand for (I20, D7, P1-P3).
Nothing is drawn here; uniforms are handed in.
"""

import math
from collections.abc import Callable

import numpy as np

from sim.model.nouns import REGIONS
from sim.model.population import Layout, Traits, Values

MEAN_FIELD = "mean-field"


def arranged(layout: Layout, values: Values) -> np.ndarray | None:
    """Rows of each firm's partners where nothing is drawn, int32, shape (firms, d); None where they are.

    The mean field needs no partners: no columns.
    """
    kind, d = values["network.kind"], values["network.partners"]
    if kind == MEAN_FIELD:
        return np.empty((layout.firms, 0), np.int32)
    if kind == "ring":
        return _ring(layout.firms, d)
    return _groups(layout.firms, d) if kind == "groups" else None


def drawn(layout: Layout, traits: Traits) -> Callable[[slice, np.ndarray], np.ndarray]:
    """Return the function of some rows of firms and their uniforms that gives the rows of their partners.

    The uniforms are of shape (rows, 2·d), for each partner one draw for its group and one for its place in it; the
    result is int32, shape (rows, d). Within, partners come first: long rows are quicker than short ones.
    """
    values = traits.values
    kind, d = values["network.kind"], values["network.partners"]
    if kind == "random":
        candidates = _by_class(layout, values)
    elif kind == "communities":
        candidates = _communities(layout, traits)
    elif kind == "supply-chain":  # hubs, in proportion to seats
        candidates = _by_weight(layout.weights[layout.classes] * traits.seats)
    else:
        raise ValueError(f'nobody says how partners are drawn where network.kind is "{kind}"')

    def partners(rows: slice, uniforms: np.ndarray) -> np.ndarray:
        group, place = np.ascontiguousarray(uniforms.T).reshape(2, d, -1)
        return _distinct(candidates(rows, group, place), rows, layout.firms).astype(np.int32).T

    return partners


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


def _by_class(layout, values):
    """A share of partners from the own class, the rest by national weight."""
    totals = layout.counts.sum(axis=0)
    homophily = values["network.homophily"]
    national = np.cumsum(layout.weights * totals)
    last = int(np.flatnonzero(totals)[-1])

    def candidates(rows, group, place):
        share = np.maximum(group - homophily, 0.0) / max(1.0 - homophily, 2.0**-53)
        found = np.searchsorted(national, share * national[-1], side="right")
        chosen = np.where(group < homophily, layout.classes[rows], np.minimum(found, last))
        rank = np.minimum((place * totals[chosen]).astype(np.int64), totals[chosen] - 1)
        return layout.row(chosen, rank)

    return candidates


def _by_weight(weights):
    """Any firm, in proportion to weight."""
    total = np.cumsum(weights)
    last = len(total) - 1
    return lambda _rows, _group, place: np.minimum(np.searchsorted(total, place * total[-1], side="right"), last)


def _communities(layout, traits):
    """A share of partners from the own sector and region, the rest from anywhere, both by weight."""
    cell = traits.sector.astype(np.int64) * len(REGIONS) + traits.region
    order = np.argsort(cell, kind="stable")
    weights = layout.weights[layout.classes]
    anywhere = _by_weight(weights)
    total = np.concatenate([[0.0], np.cumsum(weights[order])])
    cells = np.arange(cell.max() + 1)
    firsts = np.searchsorted(cell[order], cells)
    afters = np.searchsorted(cell[order], cells, side="right")

    def candidates(rows, group, place):
        first, after = firsts[cell[rows]], afters[cell[rows]]
        low, high = total[first], total[after]
        inside = np.searchsorted(total[1:], low + place * (high - low), side="right")
        inside = np.clip(inside, first, after - 1)
        return np.where(group < traits.values["network.local"], order[inside], anywhere(rows, group, place))

    return candidates


def _distinct(candidates, rows, firms):
    """Move a candidate that is the firm itself or already taken to the next firm that is neither; (d, firms)."""
    assert len(candidates) < firms, "there are not as many other firms"
    own = np.arange(rows.start, rows.stop)
    for n, mine in enumerate(candidates):
        clash = np.flatnonzero((mine == own) | (candidates[:n] == mine).any(axis=0))
        while clash.size:
            mine[clash] = moved = (mine[clash] + 1) % firms
            clash = clash[(moved == own[clash]) | (candidates[:n, clash] == moved).any(axis=0)]
    return candidates
