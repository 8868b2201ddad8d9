"""Sums and books of the economy over classes, providers and months, compiled: one text for both array engines.

Formulas are those of `sim.model.market`, lifted. As small NumPy calls, a hundred a month on arrays of some 200 numbers,
all of this would take longer than the month's decisions. Sums are added up from first to last, so that a lane has the
same bits whatever lanes run beside it.
"""

import numpy as np
from numba import njit

from sim.engines.lifting import gathered, lift
from sim.model import market
from sim.model.facts import Offer
from sim.model.market import YEAR, Climate, Provider
from sim.model.rules import MONEY_UNITS
from sim.model.tallies import AGENT_SEATS, PROVIDER_SEATS, ROW

PUBLIC = ROW["public_seats"]

LITTLE = 1e-300
"""Divisor instead of zero, where the quotient is not used."""

lift(market)


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
def incidents(providers, climate, seats, draws, forced, shares, media):
    """Write the share of each provider's customers that is hit, and that of all customers, which the media report.

    Parameters
    ----------
    providers, climate
        `market.Provider` and `market.Climate` as arrays, shapes (fields, providers, lanes) and (fields, lanes).
    seats
        National public seats, (providers, lanes).
    draws, forced
        A uniform draw for each provider, (providers,), and what events force, (providers, lanes).
    shares, media
        Results, (providers, lanes) and (lanes,).
    """
    for lane in range(seats.shape[1]):
        now = gathered(Climate, climate, 0, seats.shape[1], lane)
        total = hit = 0.0
        for j in range(seats.shape[0]):
            state = gathered(Provider, providers, 0, seats.size, j * seats.shape[1] + lane)
            risk = market.objective_risk(state.security, now)
            shares[j, lane] = market.hit_share(risk, draws[j], forced[j, lane], now)
            total += seats[j, lane]
            hit += seats[j, lane] * shares[j, lane]
        media[lane] = hit / max(total, LITTLE) if total > 0.0 else 0.0


@njit(error_model="numpy", cache=True)
def offers(providers, climate, sums, fixed, interoperability, hit_shares, result):
    """Write `facts.Offer` of each provider into `result`, shape (providers, fields, lanes).

    Parameters
    ----------
    providers, climate
        `market.Provider` and `market.Climate` as arrays, shapes (fields, providers, lanes) and (fields, lanes).
    sums
        National sums of counts, (rows, lanes).
    fixed
        All seats and the weight of quality, (lanes,) each, and appeals, (providers, lanes).
    interoperability
        Shape (lanes,).
    hit_shares
        Shares of customers hit in the months of an interval, (months, providers, lanes).
    """
    seats, quality, appeal = fixed
    public, own = sums[PUBLIC], sums[PROVIDER_SEATS:]
    for lane in range(seats.shape[0]):
        now = gathered(Climate, climate, 0, seats.shape[0], lane)
        everywhere = public[lane] / seats[lane]
        for j in range(appeal.shape[0]):
            escaped = 1.0
            for month in range(hit_shares.shape[0]):
                escaped *= 1.0 - hit_shares[month, j, lane]
            state = gathered(Provider, providers, 0, appeal.size, j * seats.size + lane)
            presence = own[j, lane] / seats[lane]
            offer = Offer(
                price=state.price,
                congestion=state.congestion,
                quality=1.0 + quality[lane] * (state.quality - 1.0),
                strength=market.strength(state.quality, now),
                presence=presence + interoperability[lane] * (everywhere - presence),
                appeal=appeal[j, lane],
                hit_chance=1.0 - escaped,
                risk=market.objective_risk(state.security, now),
            )
            for field in range(len(offer)):
                result[j, field, lane] = offer[field]


@njit(error_model="numpy", cache=True)
def volumes(tallies, weights, paid, paying, outside, mean_price):
    """Return money a month at list prices: of modelled firms, and of everybody (I18); shape (2, providers, lanes).

    Parameters
    ----------
    tallies, weights
        Counts over firms, (rows, classes, lanes), and national firms each stands for, (classes,).
    paid
        Per public seat, and per public seat with agents, (2, classes, lanes).
    paying, mean_price
        Paying share of agent users, and what outside customers pay, (lanes,).
    outside
        Outside demand in seats, (providers, lanes).
    """
    result = np.empty((2, *outside.shape))
    for j in range(outside.shape[0]):
        for lane in range(outside.shape[1]):
            own = agents = 0.0
            for c in range(len(weights)):
                own += weights[c] * (tallies[PROVIDER_SEATS + j, c, lane] * paid[0, c, lane])
                agents += weights[c] * (tallies[AGENT_SEATS + j, c, lane] * paid[1, c, lane])
            result[0, j, lane] = own + paying[lane] * agents
            result[1, j, lane] = result[0, j, lane] + outside[j, lane] * mean_price[lane]
    return result


@njit(error_model="numpy", cache=True)
def support(grants, incidence, seats, granted, passed_on):
    """Write average support per seat-month of grants in force, money, and the part of it that ends in price; (lanes,).

    Parameters
    ----------
    grants
        Paid in each month of an interval, smallest units, (months, policies, lanes).
    incidence
        Part of it that ends in price, (policies, lanes).
    seats
        All public seats, outside demand included, (lanes,).
    """
    for lane in range(len(seats)):
        all_of_it = in_price = 0.0
        for s in range(grants.shape[1]):
            money = 0.0
            for month in range(grants.shape[0]):
                money += grants[month, s, lane]
            all_of_it += money
            in_price += incidence[s, lane] * money
        seat_months = max(seats[lane], LITTLE) * grants.shape[0] * MONEY_UNITS
        granted[lane], passed_on[lane] = all_of_it / seat_months, in_price / seat_months


@njit(error_model="numpy", cache=True)
def books(providers, climate, use, bought, revenues, month, profit):
    """Book the month's revenue and profit, and return what providers' growth depends on.

    Parameters
    ----------
    providers, climate
        `market.Provider` and `market.Climate` as arrays, shapes (fields, providers, lanes) and (fields, lanes).
    use
        Public seats, outside demand included, (providers, lanes).
    bought
        What firms and what all customers buy, at list prices, from `volumes`.
    revenues
        Revenue of the last twelve months, (YEAR, providers, lanes); that of `month` is entered.
    profit
        Profit of all providers since the start, money, (lanes,); added to.

    Returns
    -------
    ndarray, shape (4, providers, lanes)
        Own seats, others' seats, revenue and its mean over the year.
    """
    demand = np.empty((4, *use.shape))
    for lane in range(use.shape[1]):
        now = gathered(Climate, climate, 0, use.shape[1], lane)
        everyone = earned = 0.0
        for j in range(use.shape[0]):
            everyone += use[j, lane]
        for j in range(use.shape[0]):
            state = gathered(Provider, providers, 0, use.size, j * use.shape[1] + lane)
            revenue, mean = state.price * bought[1, j, lane], 0.0
            revenues[month % YEAR, j, lane] = revenue
            for n in range(YEAR):
                mean += revenues[n, j, lane]
            mean /= YEAR
            invested = market.own_investment(revenue, mean, now)
            earned += market.profit(state, bought[0, j, lane], bought[1, j, lane], invested)
            demand[0, j, lane], demand[1, j, lane] = use[j, lane], everyone - use[j, lane]
            demand[2, j, lane], demand[3, j, lane] = revenue, mean
        profit[lane] += earned
    return demand
