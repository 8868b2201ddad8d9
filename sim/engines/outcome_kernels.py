"""The outcomes of a month, compiled: worked out in strips of lanes, then written lane by lane.

Formulas are those of `sim.model.outcomes` and `sim.model.market_outcomes`, lifted.
"""

from typing import NamedTuple

import numpy as np

from sim.engines.lifting import compiled, gathered, kernel, lift, prefetched, scattered
from sim.engines.posting_kernels import climate
from sim.engines.state import LINE
from sim.model import market, market_outcomes, outcomes, terms
from sim.model.channels import Raised
from sim.model.market import Climate, Provider
from sim.model.market_outcomes import Market, Nation, Offered, OfMarket, Sums, nationwide
from sim.model.nouns import CLASSES
from sim.model.outcome_table import COLUMNS
from sim.model.outcomes import (
    CLASS_COLUMNS,
    EXPERIENCE,
    FISCAL_COST,
    GAP,
    MARKET_COLUMNS,
    NATIONAL,
    OBJECTIVE,
    OF_FIRMS,
    OF_SEATS,
    PERCEIVED,
    PROFIT,
    WELFARE,
    ByClass,
)  # fmt: skip
from sim.model.tallies import PROVIDER_SEATS, Counts
from sim.model.units import MONEY_UNITS

COLUMN_COUNT = len(COLUMNS)
"""Columns that every scenario has; spending by policy follows."""

LANE_STRIP = 32
"""Lanes whose outcomes are worked out at once."""

GROUPS = len(CLASSES) + 1
"""A strip's classes, then the nation."""

PER_CLASS = len(ByClass._fields)

for _rules in (market, market_outcomes, outcomes, terms):
    lift(_rules)


class StripRoom(NamedTuple):
    """Room for what is worked out of a strip of lanes; arrays, flat where fields are written side by side."""

    classes: np.ndarray  # `outcomes.ByClass` of each class, (classes · fields · LANE_STRIP,)
    firms: np.ndarray  # of each class and the nation, (GROUPS, LANE_STRIP)
    seats: np.ndarray
    sums: np.ndarray  # `market_outcomes.Sums`, (fields · LANE_STRIP,)
    market: np.ndarray  # `market_outcomes.OfMarket`, (fields · LANE_STRIP,)
    paid: np.ndarray  # by all policies so far, smallest units, int64, (LANE_STRIP,)
    left: np.ndarray  # of all budgets
    columns: np.ndarray  # all outcomes, (COLUMN_COUNT, LANE_STRIP)


def strip_room() -> StripRoom:
    """Room for a strip."""
    return StripRoom(
        classes=np.empty(len(CLASSES) * PER_CLASS * LANE_STRIP),
        firms=np.empty((GROUPS, LANE_STRIP)), seats=np.empty((GROUPS, LANE_STRIP)),
        sums=np.empty(len(Sums._fields) * LANE_STRIP), market=np.empty(len(OfMarket._fields) * LANE_STRIP),
        paid=np.empty(LANE_STRIP, np.int64), left=np.empty(LANE_STRIP, np.int64),
        columns=np.empty((COLUMN_COUNT, LANE_STRIP)),
    )  # fmt: skip


@kernel(in_place=True)
def record(
    over, done, tallies, weights, state, plain, now, exogenous, money, own, starts, widths, room, result
):  # fmt: skip
    """Write the outcomes of each lane after some months into `result`.

    Parameters
    ----------
    over, done
        How many months are over, and how many records each lane has already; (1,) each.
    tallies, weights
        Counts over firms, (rows, classes, lanes), and national firms each stands for, (classes,).
    state
        `market.Provider` as an array; shares of customers hit in the months of an interval; `channels.Raised`.
    plain, now
        The climate of all months without measures, and room for the month after with them, (fields, lanes).
    exogenous
        `exogenous.Exogenous`.
    money
        Spent by policy and left of its budget, smallest units, (policies, lanes); support per seat, (lanes,); surplus,
        (2, classes, lanes); and profit, (lanes,).
    own
        Numbers of each lane's policies, -1 beyond the last, (lanes, most policies).
    starts, widths
        Where the records of each lane start in the result, and how long each is, (lanes,).
    """
    month, (providers, hit_shares, raised) = over[0], state
    spent, left, support, surplus, profit = money
    hits = hit_shares[(month - 1) % hit_shares.shape[0]]
    climate(plain[month], raised, now)
    for start in range(0, len(starts), LANE_STRIP):
        across = min(LANE_STRIP, len(starts) - start)
        for lane in range(start, start + across):  # written to at last, each in lines of its own: send for them
            begin = starts[lane] + done[0] * widths[lane]
            for place in range(begin, begin + widths[lane], LINE // 8):
                prefetched(result, place)
        of_classes(tallies, weights, surplus, room, start, across)
        sum_providers(tallies, weights, providers, hits, now, room, start, across)
        add_up(spent, room.paid, start, across)
        add_up(left, room.left, start, across)
        of_market(tallies, weights, providers.shape[1], exogenous, raised, support, profit, room, start, across)
        derive(room.columns, across)
        for place in range(across):
            lane = start + place
            begin = np.uint64(starts[lane] + done[0] * widths[lane])
            for column in range(np.uint64(COLUMN_COUNT)):
                result[begin + column] = room.columns[column, place]
    for n in range(len(starts)):
        begin = starts[n] + done[0] * widths[n] + COLUMN_COUNT
        for k in range(widths[n] - COLUMN_COUNT):
            result[begin + k] = spent[own[n, k], n] / MONEY_UNITS
    done[0] += 1


@compiled(outcomes, often=False)
def of_classes(tallies, weights, surplus, room, start, across):
    """Write outcomes by class into their columns, with the nation's."""
    lanes = np.uint64(tallies.shape[2])
    for c in range(len(CLASSES)):
        for place in range(np.uint64(across)):
            lane = np.uint64(start) + place
            n = gathered(Counts, tallies, 0, len(CLASSES) * lanes, c * lanes + lane)
            counted = outcomes.by_class(n, surplus[0, c, lane], surplus[1, c, lane])
            scattered(counted, room.classes, c * PER_CLASS, LANE_STRIP, place)
            room.firms[c, place], room.seats[c, place] = outcomes.firms(n), outcomes.seats(n)
    for base in (room.firms, room.seats):
        for place in range(np.uint64(across)):
            own = base[0, place], base[1, place], base[2, place], base[3, place]
            base[len(CLASSES), place] = nationwide(own, weights)
    classes = room.classes.reshape(len(CLASSES), PER_CLASS, LANE_STRIP)
    shares(classes, OF_FIRMS, room.firms, weights, room.columns, across)
    shares(classes, OF_SEATS, room.seats, weights, room.columns, across)
    in_nation(classes, room.firms, weights, room.columns, across)


@compiled(outcomes, often=False)
def shares(classes, rows, base, weights, columns, across):
    """Write some shares of a base, in total and by class."""
    for row in rows:
        n, first = np.uint64(row), np.uint64(CLASS_COLUMNS[row])
        for place in range(np.uint64(across)):
            some = classes[0, n, place], classes[1, n, place], classes[2, n, place], classes[3, n, place]
            columns[first, place] = nationwide(some, weights) / base[len(CLASSES), place]
        for c in range(np.uint64(len(CLASSES))):
            for place in range(np.uint64(across)):
                columns[first + np.uint64(1) + c, place] = outcomes.share(classes[c, n, place], base[c, place])


@compiled(outcomes, often=False)
def in_nation(classes, firms, weights, columns, across):
    """Write national sums, in total and by class."""
    for row in NATIONAL:
        n, first = np.uint64(row), np.uint64(CLASS_COLUMNS[row])
        for place in range(np.uint64(across)):
            some = classes[0, n, place], classes[1, n, place], classes[2, n, place], classes[3, n, place]
            columns[first, place] = nationwide(some, weights)
        for c in range(np.uint64(len(CLASSES))):
            weight = weights[c]
            for place in range(np.uint64(across)):
                national = outcomes.in_nation(classes[c, n, place], firms[c, place], weight)
                columns[first + np.uint64(1) + c, place] = national


@compiled(outcomes, often=False)
def sum_providers(tallies, weights, providers, hit_shares, climate, room, start, across):
    """Write sums over providers."""
    room.sums[:] = 0.0
    count, lanes = np.uint64(providers.shape[1]), np.uint64(tallies.shape[2])
    for j in range(count):
        row = np.uint64(PROVIDER_SEATS) + j
        for place in range(np.uint64(across)):
            lane = np.uint64(start) + place
            now = gathered(Climate, climate, 0, lanes, lane)
            state = gathered(Provider, providers, 0, count * lanes, j * lanes + lane)
            offered = Offered(
                state.price, state.unit_cost, state.congestion, state.in_price,
                market.objective_risk(state.security, now), market.strength(state.quality, now), hit_shares[j, lane],
            )  # fmt: skip
            own = tallies[row, 0, lane], tallies[row, 1, lane], tallies[row, 2, lane], tallies[row, 3, lane]
            before = gathered(Sums, room.sums, 0, LANE_STRIP, place)
            after = market_outcomes.with_provider(before, own, offered, weights)
            scattered(after, room.sums, 0, LANE_STRIP, place)


@compiled(outcomes, often=False)
def add_up(numbers, sums, start, across):
    """Add up whole numbers over policies."""
    sums[:] = 0
    for n in range(np.uint64(numbers.shape[0])):
        for place in range(np.uint64(across)):
            sums[place] += numbers[n, np.uint64(start) + place]


@compiled(outcomes, often=False)
def of_market(tallies, weights, providers, exogenous, raised, support, profit, room, start, across):
    """Write outcomes of the nation as a whole into their columns."""
    lanes = np.uint64(tallies.shape[2])
    for place in range(np.uint64(across)):
        lane, step = np.uint64(start) + place, np.uint64(len(CLASSES)) * lanes
        classes = (
            gathered(Counts, tallies, 0, step, lane), gathered(Counts, tallies, 0, step, lanes + lane),
            gathered(Counts, tallies, 0, step, 2 * lanes + lane), gathered(Counts, tallies, 0, step, 3 * lanes + lane),
        )  # fmt: skip
        opened = terms.opened(exogenous.interoperability[lane], gathered(Raised, raised, 0, lanes, lane).opened)
        state = Market(opened, room.paid[place], room.left[place], support[lane], profit[lane])
        sums = gathered(Sums, room.sums, 0, LANE_STRIP, place)
        nation = Nation(weights, exogenous.mean_price[lane], exogenous.cost_of_funds[lane])
        found = market_outcomes.of_market(classes, providers, sums, state, nation)
        scattered(found, room.market, 0, LANE_STRIP, place)
    for n in range(len(MARKET_COLUMNS)):
        for place in range(np.uint64(across)):
            room.columns[np.uint64(MARKET_COLUMNS[n]), place] = room.market[np.uint64(n * LANE_STRIP) + place]


@compiled(outcomes, often=False)
def derive(columns, across):
    """Write outcomes that follow from others."""
    for group in range(np.uint64(GROUPS)):
        for place in range(np.uint64(across)):
            risk = outcomes.perceived(columns[np.uint64(PERCEIVED) + group, place])
            columns[np.uint64(PERCEIVED) + group, place] = risk
            columns[np.uint64(GAP) + group, place] = risk - columns[np.uint64(OBJECTIVE), place]
    for place in range(np.uint64(across)):
        columns[np.uint64(WELFARE), place] = outcomes.welfare(
            columns[np.uint64(EXPERIENCE), place], columns[np.uint64(PROFIT), place],
            columns[np.uint64(FISCAL_COST), place],
        )  # fmt: skip
