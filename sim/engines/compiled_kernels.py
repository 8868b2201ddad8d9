"""The compiled review and provider's month: the same rules inside loops over firms and lanes.

No coefficient of the model appears here. Lanes are worked on in strips of a fixed width, on boards
(`sim.engines.compiled_boards`); the order of a review is that of `sim.model.review`, and the tests hold the two to
equal bits.
"""

from typing import Any

import numpy as np
from numba import njit

from sim.engines import compiled_boards as boards
from sim.engines.compiled_boards import (
    AGENT_GRANTED,
    AT,
    BEST,
    BEST_AT,
    BEST_GAIN,
    BEST_PRICE,
    BEST_RISK,
    CHANCE,
    GOING,
    GRANTED,
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
)  # fmt: skip
from sim.engines.compiled_booking import compile_booking
from sim.engines.compiled_offers import compile_offers
from sim.engines.compiled_partners import compile_seen
from sim.engines.fiscal import RATES
from sim.engines.lifting import compiled, gathered, lift
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


@njit(error_model="numpy", forceinline=True)
def column(target, source, n):
    """Copy column n of an array of rows."""
    for row in range(source.shape[0]):
        target[row] = source[row, n]


def compile_review(rules: Any, width: int) -> Any:
    """Compile the review of a month's firms from the given rules (`sim.model.rules`, or an altered copy).

    Parameters
    ----------
    width
        Lanes worked on at once.
    """
    fill, read, load, store, order = boards.compile_board(rules, width)
    entitled, granted, offered = compile_offers(lift(rules), width)
    decided, seen = compile_decision(rules, width), compile_seen(rules, width)
    booked, claimed, flush = compile_booking(rules, width)

    @compiled(rules, width)
    def grants(supports, s, size_class, strip, real):
        """Whether a policy grants the class anything in some sector and lane of a strip."""
        for sector in range(supports.shape[2]):
            for lane in range(strip, strip + real):
                for field in RATES:
                    if supports[s, size_class, sector, field, lane] > 0.0:
                        return True
        return False

    @compiled(rules, width)
    def apart(terms, strip, real, found):
        """Write the terms that tell sectors apart in some lane of a strip; return how many they are."""
        count = 0
        for n in range(len(MOVED)):
            differs = False
            for sector in range(1, terms.shape[0]):
                for lane in range(strip, strip + real):
                    differs |= terms[sector, MOVED[n], lane] != terms[0, MOVED[n], lane]
            if differs:
                found[count] = MOVED[n]
                count += 1
        return count

    @compiled(rules, width)
    def post(board, posted, acting, faced, size_class, strip, real):
        """Put what a class faces on the boards: its terms, then offers, and supports by policy and sector.

        Returns the number of policies that grant the class anything in these lanes this month, which come first in
        `acting`; the others take no time.
        """
        terms, offers, supports = faced
        count = 0
        fill(board, TERMS, terms[size_class], 0, strip, real)
        for j in range(offers.shape[0]):
            fill(posted, j * OFFER, offers, j, strip, real)
        for s in range(supports.shape[0]):
            if grants(supports, s, size_class, strip, real):
                for sector in range(supports.shape[2]):
                    place = offers.shape[0] * OFFER + (count * supports.shape[2] + sector) * SUPPORT
                    fill(posted, place, supports[s, size_class], sector, strip, real)
                acting[count] = s
                count += 1
        for lane in range(width):
            board[GRANTED * width + lane] = board[AGENT_GRANTED * width + lane] = 0.0
        return count

    @njit(error_model="numpy", cache=True, nogil=True)
    def review(bounds, months, d, columns, tastes, sectors, luck, state, around, faced, tallies, claims, moved):
        draws_aware, draws_hit, draws_choice = luck
        partners, everywhere = around  # counts by firm; or, in the mean field, what all see
        terms, offers, supports = faced
        providers, policies, lanes = offers.shape[0], supports.shape[0], offers.shape[2]
        posted = np.zeros((providers * OFFER + policies * supports.shape[2] * SUPPORT) * width)
        board, entitlements = np.zeros(boards.ROWS * width), np.zeros(policies * boards.ENTITLED * width)
        squares = np.zeros(width, np.int64)
        person, begin, acting = np.empty(columns.shape[0]), bounds[0], np.empty(policies, np.int64)
        by_sector = np.empty(len(MOVED), np.int64)
        strips = (lanes + width - 1) // width
        for part in range(strips * (len(bounds) - 1)):
            size_class, strip = part // strips, part % strips * width
            first, last, real = bounds[size_class], bounds[size_class + 1], min(width, lanes - strip)
            for n in range(len(everywhere)):
                fill(board, SEEN, everywhere, n, strip, real)
            count = post(board, posted, acting, faced, size_class, strip, real)
            differing = apart(terms[size_class], strip, real, by_sector)
            for i in range(first, last):
                order(min(i + 1, last - 1), strip, real, state)
                column(person, columns, i)
                firm = gathered(Firm, person, 0, 1, 0)
                if len(everywhere) == 0:
                    seen(board, d, partners[i - begin], strip, real)
                load(board, i, strip, real, state)
                for n in range(differing):
                    read(board, TERMS + by_sector[n], terms[size_class, sectors[i]], by_sector[n], strip, real)
                for n in range(count):
                    mine = providers * OFFER + (n * supports.shape[2] + sectors[i] % supports.shape[2]) * SUPPORT
                    entitled(board, entitlements, n, posted, mine, firm)
                for j in range(providers):
                    for n in range(count):
                        granted(board, entitlements, n, posted, j * OFFER)
                    offered(board, posted, j * OFFER, j, tastes[i, j], firm)
                decided(board, draws_aware[i], draws_hit[i], draws_choice, i, firm, months)
                for n in range(count):
                    granted(board, entitlements, n, board, PRICE)
                    claimed(board, entitlements, n, strip, real, months, claims, acting[n], size_class, firm)
                booked(board, squares, providers, firm)
                store(board, i, i - begin, strip, real, state, moved)
                if (i - first) % FLUSH == FLUSH - 1 or i == last - 1:
                    flush(board, squares, strip, real, tallies, size_class)

    return review


def compile_decision(rules: Any, width: int) -> Any:
    """Compile the firm's learning and choice, once all offers are compared."""
    part = compiled(rules, width)
    is_aware, belief, perceived_risk, whole = rules.is_aware, rules.belief, rules.perceived_risk, rules.whole
    stays, migration_cost, option_values, choice = rules.stays, rules.migration_cost, rules.option_values, rules.choice
    surplus, overrated = rules.surplus, rules.overrated

    @part
    def decided(board, draw_aware, draw_hit, draws, i, firm, months):
        luck = (draws[i, 0], draws[i, 1], draws[i, 2], draws[i, 3])
        for lane in range(width):
            t, seen = gathered(Terms, board, TERMS, width, lane), gathered(Seen, board, SEEN, width, lane)
            was, at = board[WAS * width + lane], board[AT * width + lane]
            on_cloud = where(was > 1.5, 1.0, 0.0)
            was_hit = where((was > 1.5) & (draw_hit < board[CHANCE * width + lane]), 1.0, 0.0)
            knew = board[KNEW * width + lane] > 0.5
            knows = is_aware(knew, draw_aware, seen.cloud, firm, t)
            hits, misses = board[A * width + lane], board[B * width + lane]
            new_hits, new_misses = belief(hits, misses, seen, on_cloud, was_hit, t)
            risk, old_risk = perceived_risk(new_hits, new_misses), perceived_risk(hits, misses)

            own, best = board[OWN * width + lane], board[BEST * width + lane]
            keeps = stays(own, best, firm, t)
            kept = where(keeps, own, best - migration_cost(firm, t) * (1.0 - t.portability))
            values = option_values(risk, best, kept, was, seen, firm, t)
            now, utility = choice(values, luck, was, knows, firm, t)

            on, same = now > 1.5, (now == was) & keeps
            going = where(on, where(same, at, board[BEST_AT * width + lane]), -1.0)
            gain = where(same, board[OWN_GAIN * width + lane], board[BEST_GAIN * width + lane])
            uses = where(on, gain, 0.0)
            true_risk = where(same, board[OWN_RISK * width + lane], board[BEST_RISK * width + lane])
            excess = overrated(risk, firm, true_risk, now, t)
            board[PRICE * width + lane] = where(same, board[OWN_PRICE * width + lane], board[BEST_PRICE * width + lane])
            board[NOW * width + lane] = now
            board[GOING * width + lane] = going
            board[KNOWS * width + lane] = where(knows, 1.0, 0.0)
            board[USES * width + lane] = uses
            board[HIT * width + lane] = was_hit
            board[LIMITED * width + lane] = 0.0
            board[PAYS * width + lane] = 0.0
            board[A * width + lane] = new_hits
            board[B * width + lane] = new_misses
            board[RISKS * width + lane] += whole(risk * BELIEF_UNITS) - whole(old_risk * BELIEF_UNITS)
            board[AWARE * width + lane] += where(knows, 1.0, 0.0) - where(knew, 1.0, 0.0)
            board[HITS * width + lane] += where(on, was_hit, 0.0)
            board[SURPLUS * width + lane] += surplus(utility, firm, months)
            board[OVERRATED * width + lane] += surplus(excess, firm, months)

    return decided


def compile_providers(market: Any) -> Any:
    """Compile the provider's month from the given rules (`sim.model.market`, or an altered copy)."""
    one_month = lift(market).month

    @njit(error_model="numpy", cache=True)
    def month(providers, fixed, climate, demand, passed_on):
        """Providers' state after a month; demand is seats, others' seats, revenue and mean revenue."""
        result = np.empty_like(providers)
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
        return result

    return month
