"""What is worked out after firms have decided, compiled: incidents, claims and the books of providers.

One text for both array engines; formulas are those of the model, lifted. Sums are added up from first to last, so that
a lane has the same bits whatever lanes run beside it.
"""

import numpy as np
from numba import njit

from sim.engines.lifting import gathered, lift
from sim.model import market, rules
from sim.model.channels import Raised
from sim.model.market import YEAR, Climate, Provider
from sim.model.rules import MONEY_UNITS
from sim.model.tallies import AGENT_SEATS, PROVIDER_SEATS, ROW

HITS, SURPLUS, OVERRATED = ROW["hits"], ROW["surplus"], ROW["overrated"]

LITTLE = 1e-300
"""Divisor instead of zero, where the quotient is not used."""

for _rules in (market, rules):
    lift(_rules)


@njit(error_model="numpy", cache=True)
def national(counts, weights):
    """Return `outcomes.weighted` of counts, (rows, classes, lanes) → (rows, lanes)."""
    result = np.empty((counts.shape[0], counts.shape[2]))
    for row in range(counts.shape[0]):
        for lane in range(counts.shape[2]):
            total = 0.0
            for c in range(len(weights)):
                total += weights[c] * counts[row, c, lane]
            result[row, lane] = total
    return result


@njit(error_model="numpy", cache=True)
def incidents(providers, climate, national, draws, forced, reference, shares, media):
    """Write the share of each provider's customers that is hit, and that of all customers, which the media report.

    Parameters
    ----------
    providers, climate
        `market.Provider` and `market.Climate` as arrays, shapes (fields, providers, lanes) and (fields, lanes).
    national
        National sums of counts, (rows, lanes).
    reference
        `reference.Reference`.
    draws, forced
        A uniform draw for each provider, (providers,), and what events force, (providers, lanes).
    shares, media
        Results, (providers, lanes) and (lanes,).

    Returns
    -------
    ndarray, shape (lanes,)
        What all firms' seats would cost on public cloud this month, money.
    """
    count, lanes = shares.shape
    seat_money = np.empty(lanes)
    for lane in range(lanes):
        now = gathered(Climate, climate, 0, lanes, lane)
        total = hit = price = 0.0
        for j in range(count):
            state = gathered(Provider, providers, 0, count * lanes, j * lanes + lane)
            risk, seats = market.objective_risk(state.security, now), national[PROVIDER_SEATS + j, lane]
            shares[j, lane] = market.hit_share(risk, draws[j], forced[j, lane], now)
            total += seats
            hit += seats * shares[j, lane]
            price += state.price * reference.shares[j, lane]
        media[lane] = hit / max(total, LITTLE) if total > 0.0 else 0.0
        seat_money[lane] = reference.seats[lane] * reference.mean_price[lane] * price
    return seat_money


@njit(error_model="numpy", cache=True)
def due(claims, supporting, charged, active, units, weights):
    """Return all that is due this month in whole units: by class to firms, then what a policy spends by itself.

    Parameters
    ----------
    claims
        Of simulated firms, smallest units, int64, (supporting, classes, lanes).
    supporting
        Number of the policy of each of them.
    charged
        Money for each unit of what a policy is charged per, (policies, lanes).
    active
        1 for measures that go on, else 0; (measures, lanes).
    units
        What policies are charged per, (policies, lanes).
    weights
        National firms that each stands for, (classes,).

    Returns
    -------
    ndarray, shape (policies, classes + 1, lanes)
        Whole numbers as floats.
    """
    policies, lanes = charged.shape
    result = np.zeros((policies, len(weights) + 1, lanes))
    for s, n in enumerate(supporting):
        for c in range(len(weights)):
            for lane in range(lanes):
                result[n, c, lane] = rules.whole(claims[s, c, lane] * weights[c])
    for n in range(policies):
        for lane in range(lanes):
            spending = charged[n, lane] * active[n, lane] * units[n, lane] * MONEY_UNITS
            result[n, len(weights), lane] = rules.whole(spending)
    return result


@njit(error_model="numpy", cache=True)
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


@njit(error_model="numpy", cache=True)
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


@njit(error_model="numpy", cache=True)
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


@njit(error_model="numpy", cache=True)
def added_up(tallies, earned, hits, surplus, profit):
    """Add the month's surplus and profit to those before; note who was hit.

    Parameters
    ----------
    tallies
        Counts over firms, (rows, classes, lanes).
    earned
        Profit of the month, (lanes,).
    hits, surplus, profit
        Results, shapes (classes, lanes), (2, classes, lanes) and (lanes,).
    """
    hits[:] = tallies[HITS]
    surplus[0] += tallies[SURPLUS]
    surplus[1] += tallies[OVERRATED]
    profit += earned
