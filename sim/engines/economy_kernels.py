"""What is worked out once firms have decided, compiled: national sums, incidents and what is due.

One text for both array engines; formulas are those of the model, lifted. Sums are added up from first to last, so that
a lane has the same bits whatever lanes run beside it.
"""

import numpy as np

from sim.engines.lifting import gathered, kernel, lift
from sim.model import market, rules
from sim.model.market import Climate, Provider
from sim.model.market_outcomes import LITTLE
from sim.model.rules import MONEY_UNITS
from sim.model.tallies import PROVIDER_SEATS

for _rules in (market, rules):
    lift(_rules)


@kernel()
def national(counts, weights):
    """Return `market_outcomes.nationwide` of counts, (rows, classes, lanes) → (rows, lanes)."""
    result = np.empty((counts.shape[0], counts.shape[2]))
    for row in range(counts.shape[0]):
        for lane in range(counts.shape[2]):
            total = 0.0
            for c in range(len(weights)):
                total += weights[c] * counts[row, c, lane]
            result[row, lane] = total
    return result


@kernel()
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


@kernel()
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
