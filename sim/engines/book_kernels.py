"""The books of a month, compiled: what providers sell, earn and pass on (like `sim.engines.economy_kernels`)."""

from typing import NamedTuple

import numpy as np

from sim.engines.economy_kernels import PRICE, due, incidents, national, pay, withhold
from sim.engines.lifting import compiled, gathered, kernel, lift
from sim.engines.posting_kernels import climate
from sim.model import market
from sim.model.arithmetic import LITTLE
from sim.model.channels import Raised
from sim.model.market import YEAR, Climate, Demand, Provider
from sim.model.tallies import AGENT_SEATS, PROVIDER_SEATS, ROW
from sim.model.units import LARGEST_SUM, MONEY_UNITS

HITS, SURPLUS, OVERRATED = ROW["hits"], ROW["surplus"], ROW["overrated"]

SEATS, OTHERS, REVENUE, MEAN_REVENUE = range(len(Demand._fields))
"""Rows of what providers have sold."""

lift(market)


class Books(NamedTuple):
    """What is kept from month to month, and written when one closes; arrays."""

    national: np.ndarray  # national sums of counts, (rows, lanes)
    hit_shares: np.ndarray  # of the customers of providers in each month of an interval, (months, providers, lanes)
    media_hits: np.ndarray  # of all customers, (months, lanes)
    hits: np.ndarray  # firms hit since their last review, of those who reviewed in a month, (months, classes, lanes)
    grants: np.ndarray  # paid in each month of an interval, smallest units, (months, supporting, lanes)
    incidence: np.ndarray  # part of it that ends in price, (supporting, lanes)
    surplus: np.ndarray  # as `Economy` has it, (2, classes, lanes)
    profit: np.ndarray  # money since the start, (lanes,)
    support: np.ndarray  # average per public seat-month, money, (lanes,)
    revenues: np.ndarray  # of the last twelve months, (YEAR, providers, lanes)


class BookRoom(NamedTuple):
    """Room for what is worked out on the way; arrays."""

    seat_money: np.ndarray  # (lanes,)
    due: np.ndarray  # (policies, classes + 1, lanes)
    paid: np.ndarray
    covered: np.ndarray  # (measures, lanes); 1 for events
    in_lane: np.ndarray  # what is due of a policy, (lanes,)
    asked: np.ndarray  # the same as a float
    given: np.ndarray  # and what is paid of it
    volumes: np.ndarray  # (2, providers, lanes)
    others: np.ndarray  # seats that are not modelled firms', (providers, lanes)
    everyone: np.ndarray  # all public seats, (lanes,)


@kernel(in_place=True)
def volumes(tallies, weights, exogenous, outside, result):
    """Write money a month at list prices: of modelled firms, and of everybody (I18); shape (2, providers, lanes).

    Parameters
    ----------
    tallies, weights
        Counts over firms, (rows, classes, lanes), and national firms each stands for, (classes,).
    outside
        Outside demand in seats, (providers, lanes).
    """
    paid, (count, lanes) = exogenous.paid, outside.shape
    result[:] = 0.0
    for j in range(np.uint64(count)):
        for c in range(np.uint64(len(weights))):
            weight = weights[c]
            for lane in range(np.uint64(lanes)):
                result[0, j, lane] += weight * (tallies[PROVIDER_SEATS + j, c, lane] * paid[0, c, lane])
                result[1, j, lane] += weight * (tallies[AGENT_SEATS + j, c, lane] * paid[1, c, lane])
        for lane in range(np.uint64(lanes)):
            result[0, j, lane] += exogenous.paying[lane] * result[1, j, lane]
            result[1, j, lane] = result[0, j, lane] + outside[j, lane] * exogenous.mean_price[lane]


@compiled(market, often=False)
def support(grants, incidence, seats, mean_price, granted, passed_on):
    """Write average support per seat-month of grants in force, money, and the part of it that ends in price, an index.

    Parameters
    ----------
    grants
        Paid in each month of an interval, smallest units, (months, policies, lanes).
    incidence
        Part of it that ends in price, (policies, lanes).
    seats
        All public seats, outside demand included, (lanes,).
    mean_price
        What outside customers pay at the start, money, (lanes,).
    granted, passed_on
        Results, (lanes,).
    """
    months, policies, lanes = grants.shape
    granted[:], passed_on[:] = 0.0, 0.0
    for s in range(np.uint64(policies)):
        for lane in range(np.uint64(lanes)):
            money = 0.0
            for month in range(np.uint64(months)):
                money += grants[month, s, lane]
            granted[lane] += money
            passed_on[lane] += incidence[s, lane] * money
    for lane in range(np.uint64(lanes)):
        seat_months = max(seats[lane], LITTLE) * months * MONEY_UNITS
        granted[lane] /= seat_months
        passed_on[lane] = passed_on[lane] / seat_months / max(mean_price[lane], LITTLE)


@compiled(market, often=False)
def booked(books, tallies, weights, exogenous, outside, providers, climate, raised, month, room, demand):
    """Enter the month's revenue and profit, and write what providers' growth depends on.

    Parameters
    ----------
    books, room
        `Books` and `BookRoom`; all public seats are left in the room.
    tallies, weights
        Counts over firms, (rows, classes, lanes), and national firms each stands for, (classes,).
    exogenous
        `exogenous.Exogenous`.
    outside
        Outside demand in seats, (providers, lanes).
    providers, climate, raised
        `market.Provider`, `market.Climate` and `channels.Raised` as arrays, shapes (fields, providers, lanes),
        (fields, lanes) and (channels, lanes).
    demand
        Result: `market.Demand`, (fields, providers, lanes).
    """
    (count, lanes), everyone, bought = outside.shape, room.everyone, room.volumes
    everyone[:] = 0.0
    for j in range(np.uint64(count)):
        for lane in range(np.uint64(lanes)):
            anchored = gathered(Raised, raised, 0, lanes, lane).anchored
            others = outside[j, lane] + anchored * exogenous.seats[lane] * exogenous.shares[j, lane]
            room.others[j, lane] = others
            demand[SEATS, j, lane] = books.national[PROVIDER_SEATS + j, lane] + others
            everyone[lane] += demand[SEATS, j, lane]
    volumes(tallies, weights, exogenous, room.others, bought)
    for j in range(np.uint64(count)):
        for lane in range(np.uint64(lanes)):
            demand[OTHERS, j, lane] = everyone[lane] - demand[SEATS, j, lane]
            revenue = providers[PRICE, j, lane] * bought[1, j, lane]
            demand[REVENUE, j, lane] = books.revenues[month % YEAR, j, lane] = revenue
            demand[MEAN_REVENUE, j, lane] = 0.0
        for n in range(np.uint64(YEAR)):
            for lane in range(np.uint64(lanes)):
                demand[MEAN_REVENUE, j, lane] += books.revenues[n, j, lane]
        for lane in range(np.uint64(lanes)):
            demand[MEAN_REVENUE, j, lane] /= YEAR
    for lane in range(np.uint64(lanes)):
        earned = 0.0
        for j in range(np.uint64(count)):
            state = gathered(Provider, providers, 0, count * lanes, j * np.uint64(lanes) + lane)
            now = gathered(Climate, climate, 0, lanes, lane)
            invested = market.own_investment(demand[REVENUE, j, lane], demand[MEAN_REVENUE, j, lane], now)
            earned += market.profit(state, bought[0, j, lane], bought[1, j, lane], invested)
        books.profit[lane] += earned


@kernel(in_place=True)
def closed(over, claims, raising, duties, books, room, state, tallies, weights, exogenous, demand, passed_on):
    """Close a month in one call: it takes longer to call compiled code than most steps take.

    Parameters
    ----------
    over
        How many months are over, (1,); one more afterwards.
    claims
        As `economy_kernels.due` has them.
    raising
        `block.Raising` of providers.
    duties, books, room
        `economy_kernels.Duties`, `Books` and `BookRoom`.
    state
        `market.Provider` as an array; the climate of all months without measures, and room for this month's with them;
        `channels.Raised`; draws and forced shares of `incidents`, of all months.
    tallies, weights, exogenous
        As `booked` has them.
    demand, passed_on
        Results: what providers' growth depends on, as `booked` has it, and average support per seat that ends in
        price, as an index, (lanes,).

    Returns
    -------
    float
        The most that payments come to, a policy's or all; beyond `LARGEST_SUM` nothing of the month counts.
    """
    month, (providers, plain, now, raised, draws, forced) = over[0], state
    turn, outside = month % books.grants.shape[0], exogenous.outside[month]
    national(tallies, weights, books.national)
    incidents(
        providers, now, books.national, draws[month], forced[month], exogenous, books.hit_shares[turn],
        books.media_hits[turn], room.seat_money,
    )  # fmt: skip
    most = due(duties, claims, month, room.seat_money, weights, room.due)
    if most <= LARGEST_SUM:
        payments = room.paid, room.covered, room.in_lane, room.asked, room.given
        most = pay(duties, raising, month, room.due, payments, books.grants[turn], raised)
        withhold(duties, weights, room.due, room.paid, books.surplus[1])
    climate(plain[month], raised, now)
    booked(books, tallies, weights, exogenous, outside, providers, now, raised, month, room, demand)
    for c in range(len(weights)):
        for lane in range(np.uint64(passed_on.shape[0])):
            books.hits[turn, c, lane] = tallies[HITS, c, lane]
            books.surplus[0, c, lane] += tallies[SURPLUS, c, lane]
            books.surplus[1, c, lane] += tallies[OVERRATED, c, lane]
    support(books.grants, books.incidence, room.everyone, exogenous.mean_price, books.support, passed_on)
    over[0] = month + 1
    return most
