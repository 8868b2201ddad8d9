"""What is worked out once firms have decided, compiled: national sums, incidents, and what is due and paid.

One text for both array engines; formulas are those of the model, lifted. Sums are added up from first to last, so that
a lane has the same bits whatever lanes run beside it.
"""

from typing import NamedTuple

import numpy as np

from sim.engines.lifting import compiled, gathered, lift
from sim.engines.posting_kernels import provider_levels
from sim.model import market, rules, treasury
from sim.model.arithmetic import LITTLE, pro_rata
from sim.model.market import Climate, Provider
from sim.model.tallies import PROVIDER_SEATS
from sim.model.units import LARGEST_SUM, MONEY_UNITS

PRICE = Provider._fields.index("price")

for _rules in (market, rules, treasury):
    lift(_rules)


class Duties(NamedTuple):
    """What policies have to pay, and what of; arrays."""

    supporting: np.ndarray  # number of the policy of each that supports
    charged: np.ndarray  # money for each unit of what a policy is charged per, (months, policies, lanes)
    per_seat: np.ndarray  # whether it is charged per seat that all firms have, (policies,)
    units: np.ndarray  # what the others are charged per, (policies, lanes)
    active: np.ndarray  # 1 for measures that go on, else 0; (measures, lanes)
    limited: np.ndarray  # whether there is a budget, (policies, lanes)
    left: np.ndarray  # smallest units, int64, (policies, lanes)
    spent: np.ndarray
    over: np.ndarray  # whether its money once ran short, (policies, lanes)
    levels: np.ndarray  # at full activity, (months, raises, lanes)


@compiled(market, often=False)
def national(counts, weights, result):
    """Write `market_outcomes.nationwide` of counts, (rows, classes, lanes) → (rows, lanes)."""
    result[:] = 0.0
    for row in range(np.uint64(result.shape[0])):
        for c in range(np.uint64(len(weights))):
            weight = weights[c]
            for lane in range(np.uint64(result.shape[1])):
                result[row, lane] += weight * counts[row, c, lane]


@compiled(market, often=False)
def incidents(providers, climate, national, draws, forced, exogenous, shares, media, seat_money):
    """Write the share of each provider's customers that is hit, and that of all customers, which the media report.

    Parameters
    ----------
    providers, climate
        `market.Provider` and `market.Climate` as arrays, shapes (fields, providers, lanes) and (fields, lanes).
    national
        National sums of counts, (rows, lanes).
    exogenous
        `exogenous.Exogenous`.
    draws, forced
        A uniform draw for each provider, (providers,), and what events force, (providers, lanes).
    shares, media
        Results, (providers, lanes) and (lanes,).
    seat_money
        Result: what all firms' seats would cost on public cloud this month, money, (lanes,).
    """
    count, lanes = shares.shape
    for j in range(np.uint64(count)):
        for lane in range(np.uint64(lanes)):
            now = gathered(Climate, climate, 0, lanes, lane)
            state = gathered(Provider, providers, 0, count * lanes, j * np.uint64(lanes) + lane)
            risk = market.objective_risk(state.security, now)
            shares[j, lane] = market.hit_share(risk, draws[j], forced[j, lane], now)
    for lane in range(np.uint64(lanes)):
        total = hit = price = 0.0
        for j in range(np.uint64(count)):
            seats = national[PROVIDER_SEATS + j, lane]
            total += seats
            hit += seats * shares[j, lane]
            price += providers[PRICE, j, lane] * exogenous.shares[j, lane]
        media[lane] = hit / max(total, LITTLE) if total > 0.0 else 0.0
        seat_money[lane] = exogenous.seats[lane] * exogenous.mean_price[lane] * price


@compiled(rules, often=False)
def due(duties, claims, month, seat_money, weights, result):
    """Write all that is due this month in whole units; return the most of it, as a float.

    Parameters
    ----------
    claims
        Of simulated firms, smallest units, int64, (supporting, classes, lanes).
    seat_money
        As `incidents` has it.
    weights
        National firms that each simulated one stands for, (classes,).
    result
        By class to firms, then what a policy spends by itself; int64, (policies, classes + 1, lanes).
    """
    (_, policies, lanes), most = duties.charged.shape, 0.0
    result[:] = 0
    for s, n in enumerate(duties.supporting):
        for c in range(len(weights)):
            for lane in range(lanes):
                claim = rules.whole(claims[s, c, lane] * weights[c])
                most = max(most, claim if claim >= 0.0 else np.inf)  # below 0 is a sum that 64 bits did not hold
                result[n, c, lane] = int(claim)
    for n in range(policies):
        per_seat = duties.per_seat[n]
        for lane in range(lanes):
            units = seat_money[lane] if per_seat else duties.units[n, lane]
            spending = rules.whole(duties.charged[month, n, lane] * duties.active[n, lane] * units * MONEY_UNITS)
            most = max(most, spending)
            result[n, len(weights), lane] = int(spending)
    return most


@compiled(treasury, often=False)
def ask(duties, claims, n, due, asked):
    """Add up what is due of a policy in each lane, whole and as a float; return the most its payments come to."""
    due[:], asked[:] = 0, 0.0
    for group in range(np.uint64(claims.shape[1])):
        for lane in range(np.uint64(claims.shape[2])):
            due[lane] += claims[n, group, lane]
            asked[lane] += claims[n, group, lane]
    countable = True
    for lane in range(np.uint64(claims.shape[2])):
        asked[lane] += duties.spent[n, lane]
        countable &= asked[lane] <= LARGEST_SUM
    most = 0.0
    if not countable:
        for lane in range(claims.shape[2]):
            most = max(most, asked[lane])
    return most


@compiled(treasury, often=False)
def share(duties, claims, n, due, given, paid):
    """Pay what is due of a policy; write all that is given in each lane. Returns whether money ran short in some."""
    lanes, short, n = np.uint64(claims.shape[2]), False, np.uint64(n)
    for lane in range(lanes):
        given[lane] = due[lane]
        short |= treasury.runs_short(duties.limited[n, lane], duties.left[n, lane], due[lane])
    for group in range(np.uint64(claims.shape[1])):
        for lane in range(lanes):
            paid[n, group, lane] = claims[n, group, lane]
    if short:
        for lane in range(lanes):
            if treasury.runs_short(duties.limited[n, lane], duties.left[n, lane], due[lane]):
                given[lane] = 0
                for group in range(np.uint64(claims.shape[1])):
                    part = pro_rata(claims[n, group, lane], duties.left[n, lane], due[lane])
                    paid[n, group, lane] = part
                    given[lane] += part
    return short


@compiled(treasury, often=False)
def pay(duties, raising, month, claims, room, grants, raised):
    """Pay what is due while money lasts, and work out anew what reaches providers where it did not.

    Parameters
    ----------
    raising
        `block.Raising` of providers.
    claims
        Whole units, int64, (policies, classes + 1, lanes).
    room
        Room for what is paid, alike; for the part of what was due that was paid, (measures, lanes); and for what is
        due, as a float, and given, (lanes,) each.
    grants
        Result: paid by supporting policies, (supporting, lanes).
    raised
        Levels that reach providers, (channels, lanes); corrected.

    Returns
    -------
    float
        The most that payments come to, a policy's or all together; where it is more than can be counted, not all is
        done.
    """
    (paid, covered, due, asked, given), some_short = room, False
    for n in range(np.uint64(claims.shape[0])):
        most = ask(duties, claims, n, due, asked)
        if most > LARGEST_SUM:
            return most
        some_short |= share(duties, claims, n, due, given, paid)
        for lane in range(np.uint64(claims.shape[2])):
            limited, had = duties.limited[n, lane], duties.left[n, lane]
            short = treasury.runs_short(limited, had, due[lane])
            covered[n, lane] = given[lane] / due[lane] if due[lane] > 0 else 1.0
            duties.left[n, lane] = treasury.remains(limited, had, given[lane])
            duties.spent[n, lane] += given[lane]
            duties.over[n, lane] |= treasury.is_over(limited, short, had, given[lane])
        for s in range(np.uint64(len(duties.supporting))):
            if duties.supporting[s] == n:
                for lane in range(np.uint64(claims.shape[2])):
                    grants[s, lane] = given[lane]
    if some_short:
        provider_levels(raising, month, duties.levels[month], duties.active, covered, raised)
    most = 0.0
    for lane in range(np.uint64(claims.shape[2])):
        together = 0.0
        for n in range(np.uint64(claims.shape[0])):
            together += duties.spent[n, lane]
        most = max(most, together)
    return most


@compiled(treasury, often=False)
def withhold(duties, weights, due, paid, experience):
    """Take what firms were promised and not paid from what contracts are worth in experience, (classes, lanes)."""
    for n in duties.supporting:
        for c in range(np.uint64(len(weights))):
            for lane in range(np.uint64(experience.shape[1])):
                experience[c, lane] -= int(treasury.withheld(due[n, c, lane], paid[n, c, lane], weights[c]))
