"""What option constants are solved from, compiled: values of the reference firms, and averages of their laws.

Formulas are those of the model, lifted. Arrays of firms are flat boards (`compiled_boards`): for each strip of firms a
row by option. Sums over firms are first added up by place in a strip: that makes vector instructions, with the same
bits on every processor.
"""

from typing import NamedTuple

import numpy as np

from sim.engines.lifting import compiled, gathered, kernel, lift
from sim.model import rules, stationary
from sim.model import terms as formulas
from sim.model.arithmetic import where
from sim.model.facts import Firm, Offer, Seen, Terms
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.review import WORST

FIRM_STRIP = 16
"""Firms in a strip; their number is a multiple of it."""

FOUR, CLASS_COUNT = len(OPTIONS), len(CLASSES)
FIRM_FIELDS, TERM_FIELDS, SEEN_FIELDS, OFFER_FIELDS = (len(each._fields) for each in (Firm, Terms, Seen, Offer))

SUMS = 10
"""What is added up over firms: four shares, and their gains by pairs of options (`stationary.law`)."""

NEAR = 50.0
"""How far shifts may be from those weights were taken at: nothing that matters over- or underflows up to there."""

for _rules in (rules, stationary, formulas):
    lift(_rules)


class ByOption(NamedTuple):
    """A number for each option."""

    on_premise: float
    private: float
    public: float
    hybrid: float


@kernel()
def ready(people, tastes, terms, seen, offers, lanes, best, levels, links, sums):
    """Write what the reference firms' choices are made of: for each world by class, problem after problem.

    Parameters
    ----------
    people
        Traits, rows of `facts.Firm`, each of firms class by class; flat, as all arrays here.
    tastes
        For providers, rows of firms, the same in every class.
    terms, seen
        By class, rows of `facts.Terms` and of `facts.Seen`, each of lanes.
    offers
        Rows of `facts.Offer`, each of lanes provider by provider.
    lanes
        Number of worlds.
    best
        Room, (3 · FIRM_STRIP,).
    levels, links
        Results: `stationary.level` and `stationary.link`, for each problem a board of (strips · 4 · FIRM_STRIP).
    sums
        Results: levels and number of the firms to whom an option is open, summed up by place in a strip, for each
        problem (2 · 4 · FIRM_STRIP).
    """
    for lane in range(lanes):
        for c in range(CLASS_COUNT):
            problem(people, tastes, terms, seen, offers, lanes, lane, c, best, levels, links, sums)


@compiled(rules)
def problem(people, tastes, terms, seen, offers, lanes, lane, c, best, levels, links, sums):
    """Write levels and links of the firms of one class in one world."""
    row, everybody = np.uint64(FIRM_STRIP), len(people) // FIRM_FIELDS
    firms = everybody // CLASS_COUNT
    start, rows = np.uint64((lane * CLASS_COUNT + c) * FOUR * firms), np.uint64(FOUR * FIRM_STRIP)
    result = np.uint64((lane * CLASS_COUNT + c) * 2 * FOUR * FIRM_STRIP)
    for i in range(result, result + rows + rows):
        sums[i] = 0.0
    t, sees = gathered(Terms, terms, c * TERM_FIELDS, lanes, lane), gathered(Seen, seen, c * SEEN_FIELDS, lanes, lane)
    for first in range(np.uint64(0), np.uint64(firms), row):
        place = np.uint64(c * firms) + first
        seek(people, everybody, place, tastes, firms, first, offers, lanes, lane, t, row, best)
        for i in range(row):
            firm = gathered(Firm, people, 0, everybody, place + i)
            values = rules.option_values(t.prior_risk, best[i], best[i], 0.0, sees, firm, t)
            moving, entry, is_open = stationary.hurdles(firm, t)
            for k in range(np.uint64(FOUR)):
                levels[start + k * row + i] = stationary.level(values[k], entry[k], is_open[k], t.scale)
                links[start + k * row + i] = moving + entry[k]
        for i in range(rows):
            links[start + i] = stationary.link(links[start + i])
            there = levels[start + i] > -np.inf
            sums[result + i] += where(there, levels[start + i], 0.0)
            sums[result + rows + i] += where(there, 1.0, 0.0)
        start += rows


@compiled(rules)
def seek(people, everybody, place, tastes, firms, first, offers, lanes, lane, t, row, best):
    """Write what the best provider is worth to a strip of `row` firms, which one it is, and what agents gain there."""
    all_offers = len(offers) // OFFER_FIELDS
    for i in range(row):
        best[i], best[row + i], best[row + row + i] = WORST, 0.0, 0.0
    for j in range(all_offers // lanes):
        offered, taste = gathered(Offer, offers, 0, all_offers, j * lanes + lane), np.uint64(j * firms) + first
        offer = formulas.priced(offered, t)
        for i in range(row):
            firm = gathered(Firm, people, 0, everybody, place + i)
            gain = rules.agent_gain(0.0, firm, offer, t)
            worth = rules.provider_value(tastes[taste + i], 0.0, gain, firm, offer, t)
            better = worth > best[i]
            best[i] = where(better, worth, best[i])
            best[row + i] = where(better, float(j), best[row + i])
            best[row + row + i] = where(better, gain, best[row + row + i])


@kernel()
def average(levels, links, parts, weights, bases, which, shifts, sums):
    """Sum up laws of some problems' firms at shifts of their levels, `stationary.law`, by place in a strip.

    Parameters
    ----------
    levels, links
        As `ready` writes them.
    parts
        Part of its class that each firm stands for.
    weights, bases
        Weights of firms, like `levels`, and the shifts of each problem they were taken at, which serve again near
        these; infinite where none were taken.
    which
        Numbers of the problems asked for.
    shifts
        By option, of each of these.
    sums
        Results: for each of these, rows of FIRM_STRIP places, shape (asked · SUMS · FIRM_STRIP).
    """
    numbers = len(levels) * FOUR // len(bases)
    for n in range(len(which)):
        first, base, shift = which[n] * numbers, which[n] * FOUR, n * FOUR
        furthest = 0.0
        for k in range(FOUR):
            furthest = max(furthest, abs(shifts[shift + k] - bases[base + k]))
        if not furthest <= NEAR:
            for k in range(FOUR):
                bases[base + k] = shifts[shift + k]
            weigh(levels, first, numbers, gathered(ByOption, shifts, shift, 1, 0), weights)
        bases_now, shifts_now = gathered(ByOption, bases, base, 1, 0), gathered(ByOption, shifts, shift, 1, 0)
        factors = stationary.factors(shifts_now, bases_now)
        add_up(weights, links, parts, first, numbers, factors, sums, n * SUMS * FIRM_STRIP)


@compiled(stationary)
def weigh(levels, first, numbers, shift, weights):
    """Take the weights of one problem's firms, whose board begins at `first`, at a shift."""
    row, rows = np.uint64(FIRM_STRIP), np.uint64(FOUR * FIRM_STRIP)
    for start in range(np.uint64(first), np.uint64(first + numbers), rows):
        for i in range(row):
            highest = stationary.highest(gathered(ByOption, levels, 0, FIRM_STRIP, start + i), shift)
            for k in range(np.uint64(FOUR)):
                weights[start + k * row + i] = levels[start + k * row + i] + shift[k] - highest
        for i in range(start, start + rows):
            weights[i] = stationary.weight(weights[i])


@compiled(stationary)
def add_up(weights, links, parts, first, numbers, factors, sums, result):
    """Sum up the laws of one problem's firms."""
    row, rows, result, firm = np.uint64(FIRM_STRIP), np.uint64(FOUR * FIRM_STRIP), np.uint64(result), np.uint64(0)
    for i in range(result, result + np.uint64(SUMS * FIRM_STRIP)):
        sums[i] = 0.0
    for start in range(np.uint64(first), np.uint64(first + numbers), rows):
        for i in range(row):
            link = gathered(ByOption, links, 0, FIRM_STRIP, start + i)
            found = stationary.law(gathered(ByOption, weights, 0, FIRM_STRIP, start + i), factors, link)
            for k in range(np.uint64(SUMS)):
                sums[result + k * row + i] += parts[firm + i] * found[k]
        firm += row
