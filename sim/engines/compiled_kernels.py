"""The compiled review and provider's month: the same rules inside loops over firms and lanes.

No coefficient of the model appears here. Lanes are worked on in strips of a fixed width, on boards
(`sim.engines.compiled_boards`); the order of a review is that of `sim.model.review`, and the tests hold the two to
equal bits.
"""

from typing import Any

import numpy as np

from sim.engines import compiled_boards as boards
from sim.engines.compiled_boards import (
    AT,
    BEST,
    BEST_AT,
    BEST_GAIN,
    BEST_PRICE,
    BEST_RISK,
    CHANCE,
    DRAWS,
    FIRM,
    GOING,
    HIT,
    KNEW,
    KNOWS,
    LIMITED,
    NOW,
    OFFER,
    OWN,
    OWN_GAIN,
    OWN_PRICE,
    OWN_RISK,
    PAYS,
    PRICE,
    SEEN,
    SUPPORT,
    TERMS,
    USES,
    WAS,
    A,
    B,
    Draws,
)  # fmt: skip
from sim.engines.compiled_booking import compile_booking
from sim.engines.compiled_offers import compile_offers
from sim.engines.compiled_partners import compile_seen
from sim.engines.compiled_posting import compile_people, compile_posting
from sim.engines.lifting import compiled, gathered, held, kernel, lift
from sim.model.arithmetic import where
from sim.model.facts import Firm, Seen, Terms
from sim.model.market import Climate, Fixed, Provider
from sim.model.monthly_terms import MOVED
from sim.model.rules import BELIEF_UNITS
from sim.model.tallies import ROW

RISKS, AWARE, HITS, SURPLUS, OVERRATED = (
    boards.COUNTS + ROW[name] for name in ("risk", "aware", "hits", "surplus", "overrated")
)
"""Rows of the board that count what is decided."""

FLUSH = 65_536
"""Firms after which sums of whole numbers held as floats are emptied, long before they could lose a unit."""


def compile_review(rules: Any, width: int, several: bool) -> Any:
    """Compile the review of a month's firms from the given rules (`sim.model.rules`, or an altered copy).

    Parameters
    ----------
    width
        Places of a strip, all worked on at once.
    several
        Whether a strip holds several firms, each in all lanes, or one firm in some lanes.
    """
    spread, load, store, order = boards.compile_board(rules, width)
    entitled, granted, offered = compile_offers(lift(rules), width)
    decided, seen = compile_decision(rules, width), compile_seen(rules, width)
    booked, claimed, flush = compile_booking(rules, width)
    post, apart = compile_posting(rules, width, spread)
    gather, hand, taste, retell = compile_people(rules, width, spread, several)

    @kernel(nogil=True)
    def review(bounds, months, d, people, state, around, faced, tallies, claims, moved):
        partners, everywhere = around  # counts by firm; or, in the mean field, what all see
        terms, offers, supports = faced
        providers, policies, lanes = offers.shape[0], supports.shape[0], offers.shape[2]
        posted = np.zeros((providers * OFFER + policies * supports.shape[2] * SUPPORT) * width)
        board, entitlements = np.zeros(boards.ROWS * width), np.zeros(policies * boards.ENTITLED * width)
        squares, dues = np.zeros(width, np.int64), np.zeros(policies * width, np.int64)
        acting, differing = np.empty(policies, np.int64), np.empty(len(MOVED), np.int64)
        tastes, sectors, begin = np.zeros(providers * width), np.zeros(width, np.int64), bounds[0]
        together = width // lanes if several else 1
        strips = 1 if several else (lanes + width - 1) // width
        for part in range(strips * (len(bounds) - 1)):
            size_class, strip = part // strips, part % strips * width
            first, last, across = bounds[size_class], bounds[size_class + 1], min(width, lanes - strip)
            for n in range(len(everywhere)):
                spread(board, SEEN + n, everywhere, n, strip, together, across)
            count = post(board, posted, acting, faced, size_class, strip, together, across)
            varying = apart(terms[size_class], strip, across, differing)
            for i in range(first, last, together):
                firms = min(together, last - i)
                real, here, waiting = firms * across, i * lanes + strip, (i - begin) * lanes + strip
                if firms < together:  # places without a firm repeat the last one, and must not be counted
                    flush(board, squares, dues, acting, count, strip, together, across, tallies, claims, size_class)
                order(min(i + together, last - 1) * lanes + strip, real, state)
                gather(people, i, firms, across, board, tastes, sectors)
                firm, luck, sector = hand(board, sectors)
                if len(everywhere) == 0:
                    seen(board, d, partners, i - begin, strip, firms, across)
                load(board, here, real, state)
                for n in range(varying):
                    retell(board, terms[size_class], differing[n], sectors, strip, firms, across)
                for n in range(count):
                    first_row = providers * OFFER + n * supports.shape[2] * SUPPORT
                    entitled(board, entitlements, n, posted, first_row, sector, supports.shape[2], firm)
                for j in range(providers):
                    for n in range(count):
                        granted(board, entitlements, n, posted, j * OFFER)
                    offered(board, posted, j * OFFER, j, taste(tastes, j), firm)
                decided(board, luck, firm, months)
                for n in range(count):
                    granted(board, entitlements, n, board, PRICE)
                    claimed(board, entitlements, n, months, dues, firm)
                booked(board, squares, providers, firm)
                store(board, here, waiting, real, state, moved)
                if (i - first) % FLUSH >= FLUSH - together or i + together >= last:
                    flush(board, squares, dues, acting, count, strip, firms, across, tallies, claims, size_class)

    return review


def compile_decision(rules: Any, width: int) -> Any:
    """Compile the firm's learning and choice, once all offers are compared."""
    part = compiled(rules, width)
    is_aware, belief, perceived_risk, whole = rules.is_aware, rules.belief, rules.perceived_risk, rules.whole
    stays, migration_cost, option_values, choice = rules.stays, rules.migration_cost, rules.option_values, rules.choice
    surplus, overrated = rules.surplus, rules.overrated

    @part
    def decided(board, luck, people, months):
        for place in range(width):
            firm, draws = held(Firm, people, FIRM, width, place), held(Draws, luck, DRAWS, width, place)
            t, seen = gathered(Terms, board, TERMS, width, place), gathered(Seen, board, SEEN, width, place)
            was, at = board[WAS * width + place], board[AT * width + place]
            on_cloud = where(was > 1.5, 1.0, 0.0)
            was_hit = where((was > 1.5) & (draws.hit < board[CHANCE * width + place]), 1.0, 0.0)
            knew = board[KNEW * width + place] > 0.5
            knows = is_aware(knew, draws.aware, seen.cloud, firm, t)
            hits, misses = board[A * width + place], board[B * width + place]
            new_hits, new_misses = belief(hits, misses, seen, on_cloud, was_hit, t)
            risk, old_risk = perceived_risk(new_hits, new_misses), perceived_risk(hits, misses)

            own, best = board[OWN * width + place], board[BEST * width + place]
            keeps = stays(own, best, firm, t)
            kept = where(keeps, own, best - migration_cost(firm, t) * (1.0 - t.portability))
            values = option_values(risk, best, kept, was, seen, firm, t)
            gumbels = draws.on_premise, draws.private, draws.public, draws.hybrid
            now, utility = choice(values, gumbels, was, knows, firm, t)

            on, same = now > 1.5, (now == was) & keeps
            going = where(on, where(same, at, board[BEST_AT * width + place]), -1.0)
            gain = where(same, board[OWN_GAIN * width + place], board[BEST_GAIN * width + place])
            uses = where(on, gain, 0.0)
            true_risk = where(same, board[OWN_RISK * width + place], board[BEST_RISK * width + place])
            excess = overrated(risk, firm, true_risk, now, t)
            price = where(same, board[OWN_PRICE * width + place], board[BEST_PRICE * width + place])
            board[PRICE * width + place] = price
            board[NOW * width + place] = now
            board[GOING * width + place] = going
            board[KNOWS * width + place] = where(knows, 1.0, 0.0)
            board[USES * width + place] = uses
            board[HIT * width + place] = was_hit
            board[LIMITED * width + place] = 0.0
            board[PAYS * width + place] = 0.0
            board[A * width + place] = new_hits
            board[B * width + place] = new_misses
            board[RISKS * width + place] += whole(risk * BELIEF_UNITS) - whole(old_risk * BELIEF_UNITS)
            board[AWARE * width + place] += where(knows, 1.0, 0.0) - where(knew, 1.0, 0.0)
            board[HITS * width + place] += where(on, was_hit, 0.0)
            board[SURPLUS * width + place] += surplus(utility, firm, months)
            board[OVERRATED * width + place] += surplus(excess, firm, months)

    return decided


def compile_providers(market: Any) -> Any:
    """Compile the provider's month from the given rules (`sim.model.market`, or an altered copy)."""
    one_month = lift(market).month

    @compiled(market)
    def months(providers, fixed, climate, demand, passed_on, result):
        _, count, lanes = providers.shape
        for j in range(count):
            for lane in range(lanes):
                n = j * lanes + lane
                after = one_month(
                    gathered(Provider, providers, 0, count * lanes, n), gathered(Fixed, fixed, 0, count * lanes, n),
                    gathered(Climate, climate, 0, lanes, lane),
                    demand[0, j, lane], demand[1, j, lane], demand[2, j, lane], demand[3, j, lane], passed_on[lane],
                )  # fmt: skip
                for field in range(len(after)):
                    result[field, j, lane] = after[field]

    @kernel()
    def month(providers, fixed, climate, demand, passed_on):
        """Providers' state after a month; demand is seats, others' seats, revenue and mean revenue."""
        result = np.empty_like(providers)
        months(providers, fixed, climate, demand, passed_on, result)
        return result

    return month
