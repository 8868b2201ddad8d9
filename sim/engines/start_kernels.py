"""What option constants are solved from, compiled: values of the reference firms, and averages of their laws.

Formulas are those of the model, lifted. Arrays of firms are flat boards (`compiled_boards`): for each strip of firms a
row by option. Sums over firms are first added up by place in a strip: that makes vector instructions, with the same
bits on every processor.
"""

from typing import NamedTuple

import numpy as np

from sim.engines.lifting import compiled, gathered, kernel, lift
from sim.model import rules, stationary
from sim.model.arithmetic import exponential, where
from sim.model.facts import Firm, Offer, Seen, Terms
from sim.model.nouns import OPTIONS
from sim.model.review import WORST

STRIP = 16
"""Firms in a strip; their number is a multiple of it."""

FOUR = len(OPTIONS)

SUMS = 10
"""What is added up over firms: four shares, and their gains by pairs of options (`stationary.law`)."""

NEAR = 50.0
"""How far shifts may be from those weights were taken at: nothing that matters over- or underflows up to there."""

for _rules in (rules, stationary):
    lift(_rules)


class ByOption(NamedTuple):
    """A number for each option."""

    on_premise: float
    private: float
    public: float
    hybrid: float


@kernel()
def ready(people, tastes, world, levels, links, means):
    """Write what the reference firms' choices are made of: for each world by class, problem after problem.

    Parameters
    ----------
    people
        Traits, rows of `facts.Firm`, each of firms class by class; flat.
    tastes
        For providers, shape (providers, firms), the same in every class.
    world
        `start.StartWorld`.
    levels, links
        Results: `stationary.level` and `stationary.link`, boards of shape (problems, strips · 4 · STRIP).
    means
        Result: mean levels of the firms to whom an option is open, shape (problems, 4).
    """
    (classes, _, lanes), firms = world.terms.shape, tastes.shape[1]
    best, sums = np.empty(STRIP), np.empty(2 * FOUR * STRIP)
    for lane in range(lanes):
        for c in range(classes):
            n, terms = lane * classes + c, world.terms[c].reshape(world.terms[c].size)
            t = gathered(Terms, terms, 0, lanes, lane)
            seen = Seen(world.seen[c, 0, lane], world.seen[c, 1, lane], world.seen[c, 2, lane], 0.0, 0.0)
            clear(sums)
            for strip in range(firms // STRIP):
                place = c * firms + strip * STRIP
                for j in range(len(tastes)):
                    appeal, strength = world.appeals[j, lane], world.strength[lane]
                    offer = Offer(1.0, 0.0, 1.0, strength, world.presence[j, lane], appeal, 0.0, 0.0)
                    compare(people, place, classes * firms, tastes[j], strip, offer, t, j, best)
                value(people, place, classes * firms, best, seen, t, levels[n], links[n], strip, sums)
            for k in range(FOUR):
                level, count = 0.0, 0.0
                for i in range(STRIP):
                    level += sums[k * STRIP + i]
                    count += sums[(FOUR + k) * STRIP + i]
                means[n, k] = level / max(count, 1.0)


@compiled(rules)
def clear(sums):
    """Set sums to nothing."""
    for i in range(len(sums)):
        sums[i] = 0.0


@compiled(rules)
def compare(people, place, width, tastes, strip, offer, t, j, best):
    """Compare what provider j is worth to a strip of firms with the best so far; the first starts afresh."""
    start = np.uint64(strip * STRIP)
    for i in range(np.uint64(STRIP)):
        firm = gathered(Firm, people, 0, width, place + i)
        gain = rules.agent_gain(0.0, firm, offer, t)
        worth = rules.provider_value(tastes[start + i], 0.0, gain, firm, offer, t)
        so_far = where(j == 0, WORST, best[i])
        best[i] = where(worth > so_far, worth, so_far)


@compiled(rules)
def value(people, place, width, best, seen, t, levels, links, strip, sums):
    """Write levels and links of a strip of firms, and add up levels and firms where options are open."""
    start, row = np.uint64(strip * FOUR * STRIP), np.uint64(STRIP)
    for i in range(row):
        firm = gathered(Firm, people, 0, width, place + i)
        values = rules.option_values(t.prior_risk, best[i], best[i], 0, seen, firm, t)
        moving, entry, is_open = stationary.hurdles(firm, t)
        for k in range(np.uint64(FOUR)):
            levels[start + k * row + i] = stationary.level(values[k], entry[k], is_open[k], t.scale)
            links[start + k * row + i] = moving + entry[k]
    for i in range(np.uint64(FOUR * STRIP)):
        links[start + i] = stationary.link(links[start + i])
        there = levels[start + i] > -np.inf
        sums[i] += where(there, levels[start + i], 0.0)
        sums[np.uint64(FOUR * STRIP) + i] += where(there, 1.0, 0.0)


@kernel()
def average(levels, links, weights, bases, which, shifts, means):
    """Write average shares of some problems at shifts of their levels, and what the shares gain by each shift.

    Parameters
    ----------
    levels, links
        As `ready` writes them, shape (problems, strips · 4 · STRIP).
    weights, bases
        Weights of firms and the shifts they were taken at, which serve again near these; infinite where none were
        taken. Shapes (problems, strips · 4 · STRIP) and (problems, 4).
    which
        Numbers of the problems asked for, (asked,).
    shifts
        Shape (asked, 4).
    means
        Results: means of what `stationary.law` has of each firm, shape (asked, SUMS).
    """
    sums, factors, firms = np.empty(SUMS * STRIP), np.empty(FOUR), levels.shape[1] // FOUR
    for n in range(len(which)):
        problem, furthest = which[n], 0.0
        for k in range(FOUR):
            furthest = max(furthest, abs(shifts[n, k] - bases[problem, k]))
        if not furthest <= NEAR:
            for k in range(FOUR):
                bases[problem, k] = shifts[n, k]
            weigh(levels[problem], gathered(ByOption, bases[problem], 0, 1, 0), weights[problem], sums)
        for k in range(FOUR):
            factors[k] = exponential(shifts[n, k] - bases[problem, k])
        clear(sums)
        add_up(weights[problem], links[problem], gathered(ByOption, factors, 0, 1, 0), sums)
        for k in range(SUMS):
            mean = 0.0
            for i in range(STRIP):
                mean += sums[k * STRIP + i]
            means[n, k] = mean / firms


@compiled(stationary)
def weigh(levels, base, weights, most):
    """Take the weights at a shift, up to a factor for each firm that makes the largest 1."""
    row, rows = np.uint64(STRIP), np.uint64(FOUR * STRIP)
    for start in range(np.uint64(0), np.uint64(len(levels)), rows):
        for i in range(row):
            most[i] = stationary.highest(gathered(ByOption, levels, 0, STRIP, start + i), base)
        for k in range(np.uint64(FOUR)):
            for i in range(row):
                place = start + k * row + i
                weights[place] = stationary.weight(levels[place] + base[k] - most[i])


@compiled(stationary)
def add_up(weights, links, factors, sums):
    """Add up shares and gains (`stationary.law`) by place in a strip."""
    row, rows = np.uint64(STRIP), np.uint64(FOUR * STRIP)
    for start in range(np.uint64(0), np.uint64(len(links)), rows):
        for i in range(row):
            link = gathered(ByOption, links, 0, STRIP, start + i)
            found = stationary.law(gathered(ByOption, weights, 0, STRIP, start + i), factors, link)
            for n in range(np.uint64(SUMS)):
                sums[n * row + i] += found[n]
