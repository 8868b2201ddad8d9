"""The books of a month, compiled: what providers sell, earn and pass on (like `sim.engines.economy_kernels`)."""

import numpy as np

from sim.engines.lifting import gathered, kernel, lift
from sim.model import market
from sim.model.channels import Raised
from sim.model.market import YEAR, Climate, Provider
from sim.model.market_outcomes import LITTLE
from sim.model.rules import MONEY_UNITS
from sim.model.tallies import AGENT_SEATS, PROVIDER_SEATS, ROW

HITS, SURPLUS, OVERRATED = ROW["hits"], ROW["surplus"], ROW["overrated"]

lift(market)


@kernel()
def volumes(tallies, weights, reference, outside):
    """Return money a month at list prices: of modelled firms, and of everybody (I18); shape (2, providers, lanes).

    Parameters
    ----------
    tallies, weights
        Counts over firms, (rows, classes, lanes), and national firms each stands for, (classes,).
    outside
        Outside demand in seats, (providers, lanes).
    """
    result, paid = np.empty((2, *outside.shape)), reference.paid
    for j in range(outside.shape[0]):
        for lane in range(outside.shape[1]):
            own = agents = 0.0
            for c in range(len(weights)):
                own += weights[c] * (tallies[PROVIDER_SEATS + j, c, lane] * paid[0, c, lane])
                agents += weights[c] * (tallies[AGENT_SEATS + j, c, lane] * paid[1, c, lane])
            result[0, j, lane] = own + reference.paying[lane] * agents
            result[1, j, lane] = result[0, j, lane] + outside[j, lane] * reference.mean_price[lane]
    return result


@kernel()
def support(grants, incidence, seats, mean_price, granted):
    """Write average support per seat-month of grants in force, money; return the part of it that ends in price.

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
    granted
        Result, money, (lanes,).

    Returns
    -------
    ndarray, shape (lanes,)
        As an index of price.
    """
    passed_on = np.empty(len(seats))
    for lane in range(len(seats)):
        all_of_it = in_price = 0.0
        for s in range(grants.shape[1]):
            money = 0.0
            for month in range(grants.shape[0]):
                money += grants[month, s, lane]
            all_of_it += money
            in_price += incidence[s, lane] * money
        seat_months = max(seats[lane], LITTLE) * grants.shape[0] * MONEY_UNITS
        granted[lane] = all_of_it / seat_months
        passed_on[lane] = in_price / seat_months / max(mean_price[lane], LITTLE)
    return passed_on


@kernel()
def booked(national, tallies, weights, reference, outside, providers, climate, raised, revenues, month):
    """Enter the month's revenue, and return what providers' growth depends on and what they earned.

    Parameters
    ----------
    national
        National sums of counts, (rows, lanes).
    reference
        `reference.Reference`.
    tallies, weights
        Counts over firms, (rows, classes, lanes), and national firms each stands for, (classes,).
    outside
        Outside demand in seats, (providers, lanes).
    providers, climate, raised
        `market.Provider`, `market.Climate` and `channels.Raised` as arrays, shapes (fields, providers, lanes),
        (fields, lanes) and (channels, lanes).
    revenues
        Revenue of the last twelve months, (YEAR, providers, lanes); that of `month` is entered.

    Returns
    -------
    demand : ndarray, shape (4, providers, lanes)
        Own seats, others' seats, revenue and its mean over the year.
    everyone : ndarray, shape (lanes,)
        All public seats.
    earned : ndarray, shape (lanes,)
        Profit of all providers, money.
    """
    count, lanes = outside.shape
    demand, everyone, earned = np.empty((4, count, lanes)), np.zeros(lanes), np.zeros(lanes)
    others = np.empty((count, lanes))
    for j in range(count):
        for lane in range(lanes):
            anchored = gathered(Raised, raised, 0, lanes, lane).anchored
            others[j, lane] = outside[j, lane] + anchored * reference.seats[lane] * reference.shares[j, lane]
            demand[0, j, lane] = national[PROVIDER_SEATS + j, lane] + others[j, lane]
            everyone[lane] += demand[0, j, lane]
    bought = volumes(tallies, weights, reference, others)
    for j in range(count):
        for lane in range(lanes):
            state = gathered(Provider, providers, 0, count * lanes, j * lanes + lane)
            revenue, mean = state.price * bought[1, j, lane], 0.0
            revenues[month % YEAR, j, lane] = revenue
            for n in range(YEAR):
                mean += revenues[n, j, lane]
            mean /= YEAR
            invested = market.own_investment(revenue, mean, gathered(Climate, climate, 0, lanes, lane))
            earned[lane] += market.profit(state, bought[0, j, lane], bought[1, j, lane], invested)
            demand[1, j, lane] = everyone[lane] - demand[0, j, lane]
            demand[2, j, lane], demand[3, j, lane] = revenue, mean
    return demand, everyone, earned


@kernel()
def closed(state, tallies, weights, reference, outside, raised, month, result):
    """Enter the month's books in one call, and return what providers' growth depends on.

    Parameters
    ----------
    state
        National sums of counts, `market.Provider` and `market.Climate` as arrays, grants as `support` has them, and
        their incidence.
    tallies, weights, reference, outside, raised, month
        As `booked` has them.
    result
        Where is written who was hit, surplus, profit, support and revenues.

    Returns
    -------
    demand : ndarray, shape (4, providers, lanes)
        Own seats, others' seats, revenue and its mean over the year.
    passed_on : ndarray, shape (lanes,)
        Average support per seat that ends in price, as an index.
    """
    sums, providers, climate, grants, incidence = state
    hits, surplus, profit, granted, revenues = result
    demand, everyone, earned = booked(
        sums, tallies, weights, reference, outside, providers, climate, raised, revenues, month
    )
    for lane in range(len(profit)):
        profit[lane] += earned[lane]
        for c in range(len(weights)):
            hits[c, lane] = tallies[HITS, c, lane]
            surplus[0, c, lane] += tallies[SURPLUS, c, lane]
            surplus[1, c, lane] += tallies[OVERRATED, c, lane]
    return demand, support(grants, incidence, everyone, reference.mean_price, granted)
