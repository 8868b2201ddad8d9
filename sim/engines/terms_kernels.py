"""The terms of a month that change, compiled: what policies and events raise, and what everybody hears."""

import numpy as np

from sim.engines.lifting import compiled, gathered, lift, scattered
from sim.model import monthly_terms
from sim.model.channels import Levels
from sim.model.monthly_terms import MOVED, News, Own
from sim.model.tallies import ROW

SEATS_ON_PREMISE, PUBLIC_SEATS = ROW["seats_on_premise"], ROW["public_seats"]

LANE_STRIP = 64
"""Lanes whose terms are worked out at once."""

lift(monthly_terms)


@compiled(monthly_terms, often=False)
def firm_levels(raising, month, levels, targets, active, c, group, result):
    """Write the sum of levels of every channel that reaches firms of a class and group of sectors, (channels, lanes).

    Parameters
    ----------
    raising, month
        `block.Raising`, and which month it is.
    levels
        Of this month at full activity, (raises, lanes).
    targets
        (measures, classes, groups, lanes).
    active
        1 for measures that go on, else 0; (measures, lanes).
    """
    result[:] = 0.0
    for raised in range(np.uint64(raising.starts[month]), np.uint64(raising.starts[month + 1])):
        place, measure, channel = raising.raised[raised]
        k, n, row = np.uint64(place), np.uint64(measure), np.uint64(channel)
        for lane in range(np.uint64(result.shape[1])):
            level = levels[k, lane] * targets[n, np.uint64(c), np.uint64(group), lane]
            result[row, lane] += level * active[n, lane]


@compiled(monthly_terms, often=False)
def month_news(decline, media_hits, national, exogenous, news):
    """Write `monthly_terms.News`, (fields, lanes).

    Parameters
    ----------
    decline
        (lanes,).
    media_hits
        Economy-wide hit shares of the months of the last interval, (months, lanes).
    national
        National sums of counts, (rows, lanes).
    exogenous
        `exogenous.Exogenous`.
    """
    for lane in range(np.uint64(news.shape[1])):
        hits, total = 0.0, exogenous.seats[lane]
        for month in range(np.uint64(media_hits.shape[0])):
            hits += media_hits[month, lane]
        on_premise, public = national[SEATS_ON_PREMISE, lane], national[PUBLIC_SEATS, lane]
        news[0, lane], news[1, lane] = decline[lane], hits
        news[2, lane], news[3, lane] = on_premise / total, (total - on_premise - public) / total


@compiled(monthly_terms, often=False)
def month_terms(own, raising, month, levels, targets, active, room, result):
    """Write the terms that change into `result`, shape (classes, groups, fields, lanes).

    Rows that are written side by side have to lie a fixed number of places apart, or the compiler cannot be sure that
    they do not overlap, and works on one lane at a time: so they are written to a strip of a fixed width first.

    Parameters
    ----------
    own
        `monthly_terms.Own`, (fields, classes, lanes).
    raising, month, levels, targets, active
        As `firm_levels` has them.
    room
        `monthly_terms.News` and room for `channels.Levels`, (fields, lanes) each, and for `monthly_terms.Moved`,
        (fields, LANE_STRIP).
    """
    (classes, groups, _, lanes), (news, by_firms, moved) = result.shape, room
    for c in range(classes):
        for group in range(groups):
            firm_levels(raising, month, levels, targets, active, c, group, by_firms)
            for start in range(0, lanes, LANE_STRIP):
                across = min(LANE_STRIP, lanes - start)
                for place in range(across):
                    lane = start + place
                    after = monthly_terms.moved(
                        gathered(Own, own, 0, classes * lanes, c * lanes + lane),
                        gathered(Levels, by_firms, 0, lanes, lane), gathered(News, news, 0, lanes, lane),
                    )  # fmt: skip
                    scattered(after, moved, 0, LANE_STRIP, place)
                put(moved, MOVED, result[c, group], start, across)


@compiled(None, often=False)
def put(strip, rows, result, start, across):
    """Put the fields of a strip of lanes, (fields, LANE_STRIP), into the rows where they belong, (rows, lanes)."""
    for field in range(len(rows)):
        row = np.uint64(rows[field])
        for place in range(np.uint64(across)):
            result[row, np.uint64(start) + place] = strip[np.uint64(field), place]
