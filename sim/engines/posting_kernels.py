"""What is worked out before firms decide, compiled: levels of policies and events, terms, climate and offers.

One text for both array engines; formulas are those of the model, lifted. As small NumPy calls, a hundred a month on
arrays of some 200 numbers, all of this would take longer than the month's decisions.
"""

import numpy as np

from sim.engines.lifting import compiled, gathered, kernel, lift, scattered
from sim.model import market, monthly_terms, terms
from sim.model.channels import Levels, Raised
from sim.model.facts import Offer, Support
from sim.model.market import Climate, Provider
from sim.model.monthly_terms import MOVED as MOVED_TERMS
from sim.model.monthly_terms import News, Own
from sim.model.tallies import PROVIDER_SEATS, ROW
from sim.model.terms import CLIMATE_ROW
from sim.model.terms import MOVED as MOVED_CLIMATE

ON_PREMISE, PUBLIC = ROW["seats_on_premise"], ROW["public_seats"]
FRONTIER = CLIMATE_ROW["frontier"]

STRIP = 64
"""Lanes whose terms are worked out at once."""

RATES = (Support._fields.index("rate"), Support._fields.index("agent_rate"))
"""Rows of `facts.Support` that say how much a policy pays; where both are zero it pays nothing."""

for _rules in (market, monthly_terms, terms):
    lift(_rules)


@compiled(monthly_terms, often=False)
def firm_levels(raising, levels, targets, active, c, sector, result):
    """Write the sum of levels of every channel that reaches firms of a class and sector, (channels, lanes).

    Parameters
    ----------
    raising
        What is raised this month: its place in `levels`, number of the measure, and row of the channel; (raises, 3).
    levels
        Of this month at full activity, (raises, lanes).
    targets
        (measures, classes, sectors, lanes).
    active
        1 for measures that go on, else 0; (measures, lanes).
    """
    result[:] = 0.0
    for raised in range(np.uint64(raising.shape[0])):
        k, n, row = np.uint64(raising[raised, 0]), np.uint64(raising[raised, 1]), np.uint64(raising[raised, 2])
        for lane in range(np.uint64(result.shape[1])):
            level = levels[k, lane] * targets[n, np.uint64(c), np.uint64(sector), lane]
            result[row, lane] += level * active[n, lane]


@compiled(monthly_terms, often=False)
def provider_levels(raising, levels, active, covered, result):
    """Write the sum of levels of every channel that reaches providers into `result`, (channels, lanes).

    Parameters
    ----------
    raising, levels, active
        As `firm_levels` has them.
    covered
        The part of what was due that was paid, (measures, lanes).
    """
    result[:] = 0.0
    for k, n, row in raising:
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


@compiled(monthly_terms, often=False)
def month_news(decline, media_hits, national, reference, news):
    """Write `monthly_terms.News`, (fields, lanes).

    Parameters
    ----------
    decline
        (lanes,).
    media_hits
        Economy-wide hit shares of the months of the last interval, (months, lanes).
    national
        National sums of counts, (rows, lanes).
    reference
        `reference.Reference`.
    """
    for lane in range(np.uint64(news.shape[1])):
        hits, total = 0.0, reference.seats[lane]
        for month in range(np.uint64(media_hits.shape[0])):
            hits += media_hits[month, lane]
        on_premise, public = national[ON_PREMISE, lane], national[PUBLIC, lane]
        news[0, lane], news[1, lane] = decline[lane], hits
        news[2, lane], news[3, lane] = on_premise / total, (total - on_premise - public) / total


@compiled(monthly_terms, often=False)
def month_terms(own, raising, levels, targets, twins, active, room, result):
    """Write the terms that change into `result`, shape (classes, sectors, fields, lanes).

    Rows that are written side by side have to lie a fixed number of places apart, or the compiler cannot be sure that
    they do not overlap, and works on one lane at a time: so they are written to a strip of a fixed width first.

    Parameters
    ----------
    own
        `monthly_terms.Own`, (fields, classes, lanes).
    raising, levels, targets, active
        As `firm_levels` has them.
    twins
        For each sector the first that every measure treats like it.
    room
        `monthly_terms.News` and room for `channels.Levels`, (fields, lanes) each, and for `monthly_terms.Moved`,
        (fields, STRIP).
    """
    (classes, sectors, _, lanes), (news, by_firms, moved) = result.shape, room
    for c in range(classes):
        for sector in range(sectors):
            if twins[sector] < sector:
                continue
            firm_levels(raising, levels, targets, active, c, sector, by_firms)
            for start in range(0, lanes, STRIP):
                across = min(STRIP, lanes - start)
                for place in range(across):
                    lane = start + place
                    after = monthly_terms.moved(
                        gathered(Own, own, 0, classes * lanes, c * lanes + lane),
                        gathered(Levels, by_firms, 0, lanes, lane), gathered(News, news, 0, lanes, lane),
                    )  # fmt: skip
                    scattered(after, moved, 0, STRIP, place)
                for twin in range(sector, sectors):
                    if twins[twin] == sector:
                        tell(moved, result[c, twin], start, across)


@compiled(monthly_terms, often=False)
def tell(moved, result, start, across):
    """Put a strip of terms that change where they belong, (fields, lanes)."""
    for field in range(len(MOVED_TERMS)):
        row = np.uint64(MOVED_TERMS[field])
        for place in range(np.uint64(across)):
            result[row, np.uint64(start) + place] = moved[np.uint64(field), place]


@compiled(market, often=False)
def offers(providers, climate, raised, national, reference, hit_shares, result):
    """Write `facts.Offer` of each provider into `result`, shape (providers, fields, lanes).

    Parameters
    ----------
    providers, climate
        `market.Provider` and `market.Climate` as arrays, shapes (fields, providers, lanes) and (fields, lanes).
    raised
        `channels.Raised`, (channels, lanes).
    national
        National sums of counts, (rows, lanes).
    reference
        `reference.Reference`.
    hit_shares
        Shares of customers hit in the months of an interval, (months, providers, lanes).
    """
    count, lanes = reference.appeal.shape
    for lane in range(lanes):
        now, total = gathered(Climate, climate, 0, lanes, lane), reference.seats[lane]
        opened = terms.opened(reference.interoperability[lane], gathered(Raised, raised, 0, lanes, lane).opened)
        everywhere = national[PUBLIC, lane] / total
        for j in range(count):
            escaped = 1.0
            for month in range(hit_shares.shape[0]):
                escaped *= 1.0 - hit_shares[month, j, lane]
            state = gathered(Provider, providers, 0, count * lanes, j * lanes + lane)
            presence = national[PROVIDER_SEATS + j, lane] / total
            offer = Offer(
                price=state.price,
                congestion=state.congestion,
                quality=1.0 + reference.quality[lane] * (state.quality - 1.0),
                strength=market.strength(state.quality, now),
                presence=presence + opened * (everywhere - presence),
                appeal=reference.appeal[j, lane],
                hit_chance=1.0 - escaped,
                risk=market.objective_risk(state.security, now),
            )
            for field in range(len(offer)):
                result[j, field, lane] = offer[field]


@compiled(monthly_terms, often=False)
def supports(rates, active, supporting, aims, result):
    """Write what policies grant: `facts.Support`, shape (supporting, classes, 1 or sectors, fields, lanes).

    Parameters
    ----------
    rates
        Of the price and of the cost of agents this month, (2, supporting, lanes).
    active
        1 for measures that go on, else 0; (measures, lanes).
    supporting
        Number of the measure of each policy that supports.
    aims
        Whether it is for the class and sector, (supporting, classes, 1 or sectors, lanes).
    """
    for s, n in enumerate(supporting):
        for c in range(aims.shape[1]):
            for sector in range(aims.shape[2]):
                for k in range(len(RATES)):
                    for lane in range(aims.shape[3]):
                        rate = rates[k, s, lane] * active[n, lane]
                        result[s, c, sector, RATES[k], lane] = rate * aims[s, c, sector, lane]


@kernel(in_place=True)
def posted(raising, levels, targets, twins, goes_on, grants, state, room, result):
    """Work out all that firms face in a month, in one call: it takes longer to call compiled code than most steps take.

    Parameters
    ----------
    raising
        What is raised this month, for `firm_levels` and for `provider_levels`.
    levels, targets, twins
        As they and `month_terms` have them.
    goes_on
        Whether money of a policy once ran short, (policies, lanes), and where it is written whether measures go on.
    grants
        What `supports` is made of.
    state
        What `month_terms`, `climate` and `offers` are made of: parameters and the economy as they stand.
    room
        Ones, (measures, lanes), and the room of `month_terms`.
    result
        Where it is written: levels of providers' channels, climate, terms, offers and supports.
    """
    own, decline, media_hits, national, reference, plain, providers, hit_shares = state
    by_providers, now, terms, posted_offers, granted = result
    (over, active), (ones, others) = goes_on, room
    for n in range(over.shape[0]):
        for lane in range(over.shape[1]):
            active[n, lane] = 0.0 if over[n, lane] else 1.0
    provider_levels(raising[1], levels, active, ones, by_providers)
    climate(plain, by_providers, now)
    month_news(decline, media_hits, national, reference, others[0])
    month_terms(own, raising[0], levels, targets, twins, active, others, terms)
    offers(providers, now, by_providers, national, reference, hit_shares, posted_offers)
    rates, supporting, aims = grants
    supports(rates, active, supporting, aims, granted)
