"""What is worked out before firms decide, compiled: levels of policies and events, climate, offers and supports.

Terms are worked out by `sim.engines.terms_kernels`. One text for both array engines; formulas are those of the model,
lifted. As small NumPy calls, a hundred a month on arrays of some 200 numbers, all of this would take longer than the
month's decisions.
"""

import numpy as np

from sim.engines.lifting import compiled, gathered, kernel, lift, scattered
from sim.engines.terms_kernels import LANE_STRIP, month_news, month_terms, put
from sim.model import market, monthly_terms, terms
from sim.model.channels import Raised
from sim.model.facts import Offer, Support
from sim.model.market import Climate, Provider
from sim.model.tallies import FIRST_FLOW, PROVIDER_SEATS, ROW
from sim.model.terms import CLIMATE_ROW, MOVED_CLIMATE

PUBLIC_SEATS = ROW["public_seats"]
FRONTIER = CLIMATE_ROW["frontier"]

OFFER_ROWS = tuple(range(len(Offer._fields)))

RATES = (Support._fields.index("rate"), Support._fields.index("agent_rate"))
"""Rows of `facts.Support` that say how much a policy pays; where both are zero it pays nothing."""

for _rules in (market, monthly_terms, terms):
    lift(_rules)


@compiled(monthly_terms, often=False)
def provider_levels(raising, month, levels, active, covered, result):
    """Write the sum of levels of every channel that reaches providers into `result`, (channels, lanes).

    Parameters
    ----------
    raising, month, levels, active
        As `terms_kernels.firm_levels` has them.
    covered
        The part of what was due that was paid, (measures, lanes).
    """
    result[:] = 0.0
    for raised in range(raising.starts[month], raising.starts[month + 1]):
        k, n, row = raising.raised[raised]
        for lane in range(result.shape[1]):
            result[row, lane] += levels[k, lane] * active[n, lane] * covered[n, lane]


@compiled(terms, often=False)
def climate(plain, raised, result):
    """Write the climate of a month with what policies and events raise into `result`, (fields, lanes)."""
    lanes = plain.shape[1]
    for field in range(np.uint64(plain.shape[0])):
        for lane in range(np.uint64(lanes)):  # to copy it whole takes three seconds more to compile
            result[field, lane] = plain[field, lane]
    for lane in range(lanes):
        moved = terms.raised(plain[FRONTIER, lane], gathered(Raised, raised, 0, lanes, lane))
        for field in range(len(moved)):
            result[MOVED_CLIMATE[field], lane] = moved[field]


@compiled(market, often=False)
def offers(providers, climate, raised, national, exogenous, hit_shares, room, result):
    """Write `facts.Offer` of each provider into `result`, shape (providers, fields, lanes).

    Parameters
    ----------
    providers, climate
        `market.Provider` and `market.Climate` as arrays, shapes (fields, providers, lanes) and (fields, lanes).
    raised
        `channels.Raised`, (channels, lanes).
    national
        National sums of counts, (rows, lanes).
    exogenous
        `exogenous.Exogenous`.
    hit_shares
        Shares of customers hit in the months of an interval, (months, providers, lanes).
    room
        Room for who escaped, and for an offer, of a strip of lanes: (1 + fields, LANE_STRIP).
    """
    count, lanes = exogenous.appeal.shape
    escaped, strip = room[0], room[1:]
    for part in range(count * ((lanes + LANE_STRIP - 1) // LANE_STRIP)):
        j, start = np.uint64(part % count), np.uint64(part // count * LANE_STRIP)
        across = min(LANE_STRIP, lanes - start)
        for place in range(np.uint64(across)):
            escaped[place] = 1.0
        for month in range(np.uint64(hit_shares.shape[0])):
            for place in range(np.uint64(across)):
                escaped[place] *= 1.0 - hit_shares[month, j, start + place]
        for place in range(np.uint64(across)):
            lane = start + place
            now, total = gathered(Climate, climate, 0, lanes, lane), exogenous.seats[lane]
            opened = terms.opened(exogenous.interoperability[lane], gathered(Raised, raised, 0, lanes, lane).opened)
            state = gathered(Provider, providers, 0, count * lanes, j * np.uint64(lanes) + lane)
            everywhere = national[np.uint64(PUBLIC_SEATS), lane] / total
            presence = national[np.uint64(PROVIDER_SEATS) + j, lane] / total
            offer = Offer(
                price=state.price,
                congestion=state.congestion,
                quality=1.0 + exogenous.quality[lane] * (state.quality - 1.0),
                strength=market.strength(state.quality, now),
                presence=presence + opened * (everywhere - presence),
                appeal=exogenous.appeal[j, lane],
                hit_chance=1.0 - escaped[place],
                risk=market.objective_risk(state.security, now),
            )
            scattered(offer, strip, 0, LANE_STRIP, place)
        put(strip, OFFER_ROWS, result[j], start, across)


@compiled(monthly_terms, often=False)
def supports(rates, active, supporting, aims, result):
    """Write what policies grant: `facts.Support`, shape (supporting, classes, groups, fields, lanes).

    Parameters
    ----------
    rates
        Of the price and of the cost of agents this month, (2, supporting, lanes).
    active
        1 for measures that go on, else 0; (measures, lanes).
    supporting
        Number of the measure of each policy that supports.
    aims
        Whether it is for the class and group of sectors, (supporting, classes, groups, lanes).
    """
    for s, n in enumerate(supporting):
        for c in range(aims.shape[1]):
            for group in range(aims.shape[2]):
                for k in range(len(RATES)):
                    for lane in range(aims.shape[3]):
                        rate = rates[k, s, lane] * active[n, lane]
                        result[s, c, group, RATES[k], lane] = rate * aims[s, c, group, lane]


@kernel(in_place=True)
def posted(over, raising, levels, targets, goes_on, grants, state, room, flows, result):
    """Work out all that firms face in a month, in one call: it takes longer to call compiled code than most steps take.

    Parameters
    ----------
    over
        How many months are over, (1,).
    raising
        `block.Raising` of firms and of providers.
    levels, targets
        As `terms_kernels.firm_levels` has them; the levels of all months.
    goes_on
        Whether money of a policy once ran short, (policies, lanes), and where it is written whether measures go on.
    grants
        What `supports` is made of, in all months.
    state
        What `month_terms`, `climate` and `offers` are made of: parameters of all months, and the economy as it stands.
    room
        Ones, (measures, lanes), and the room of `month_terms` and `offers`.
    flows
        What is counted of a month, zero from now on: counts over firms, (rows, classes, lanes), in their rows of flows,
        and claims, (supporting, classes, lanes).
    result
        Where it is written: levels of providers' channels, climate, terms, offers and supports.
    """
    own, decline, media_hits, national, exogenous, plain, providers, hit_shares = state
    by_providers, now, terms, posted_offers, granted = result
    month, (short, active), (ones, others, offered), (tallies, claims) = over[0], goes_on, room, flows
    tallies[FIRST_FLOW:PROVIDER_SEATS], claims[:] = 0, 0
    for n in range(short.shape[0]):
        for lane in range(short.shape[1]):
            active[n, lane] = 0.0 if short[n, lane] else 1.0
    provider_levels(raising[1], month, levels[month], active, ones, by_providers)
    climate(plain[month], by_providers, now)
    month_news(decline[month], media_hits, national, exogenous, others[0])
    month_terms(own, raising[0], month, levels[month], targets, active, others, terms)
    offers(providers, now, by_providers, national, exogenous, hit_shares, offered, posted_offers)
    rates, supporting, aims = grants
    supports(rates[month], active, supporting, aims, granted)
