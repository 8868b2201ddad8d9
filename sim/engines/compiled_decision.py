"""What firms learn and choose, in a strip of the compiled engine; the order is that of `sim.model.review`."""

from typing import Any

import numpy as np

from sim.engines.compiled_boards import (
    AGENT_PRICE,
    AT,
    BEST,
    BEST_AT,
    DRAWS,
    FIRM,
    GOING,
    HIT,
    KNEW,
    KNOWS,
    NOW,
    OVERRATED,
    OWN,
    PRICE,
    PRICED_FIELDS,
    RISK,
    RISKS,
    SEEN,
    SURPLUS,
    TERMS,
    UTILITY,
    WAS,
    A,
    B,
    Draws,
)
from sim.engines.compiled_booking import compile_booking
from sim.engines.compiled_offers import compile_offers
from sim.engines.lifting import compiled, gathered, held
from sim.model.arithmetic import where
from sim.model.facts import Firm, Priced, Seen, Terms
from sim.model.units import BELIEF_UNITS

LIST_PRICE, AGENT_COST = (Priced._fields.index(name) for name in ("price", "agent_cost"))
"""Rows of what an offer comes to."""


def compile_learning(rules: Any, width: int, providers: int) -> tuple[Any, Any]:
    """Compile what firms learn, and the contract of those that are not aware."""
    part = compiled(rules, width, providers)
    is_aware, belief, perceived_risk, whole = rules.is_aware, rules.belief, rules.perceived_risk, rules.whole
    utility_unaware, surplus, overrated_unaware = rules.utility_unaware, rules.surplus, rules.overrated_unaware

    @part
    def learnt(board, offers, luck, people):
        """Let firms become aware or not, and learn; return at how many places one is aware."""
        found = 0
        for place in range(np.uint64(width)):
            firm, draws = held(Firm, people, FIRM, width, place), held(Draws, luck, DRAWS, width, place)
            t, seen = gathered(Terms, board, TERMS, width, place), gathered(Seen, board, SEEN, width, place)
            at, chance = board[np.uint64(AT * width) + place], 0.0
            for j in range(providers):
                chance = where(at == j, gathered(Priced, offers, j * PRICED_FIELDS, width, place).hit_chance, chance)
            on_cloud = where(board[np.uint64(WAS * width) + place] > 1.5, 1.0, 0.0)
            was_hit = where(draws.hit < chance, on_cloud, 0.0)
            knew = board[np.uint64(KNEW * width) + place] > 0.5
            knows = where(is_aware(knew, draws.aware, seen.cloud, firm, t), 1.0, 0.0)
            hits, misses = board[np.uint64(A * width) + place], board[np.uint64(B * width) + place]
            hits, misses = belief(hits, misses, seen, on_cloud, was_hit, t)
            risk = perceived_risk(hits, misses)
            found += int(knows)
            board[np.uint64(KNOWS * width) + place] = knows
            board[np.uint64(HIT * width) + place] = was_hit
            board[np.uint64(A * width) + place] = hits
            board[np.uint64(B * width) + place] = misses
            board[np.uint64(RISK * width) + place] = risk
            board[np.uint64(RISKS * width) + place] += whole(risk * BELIEF_UNITS)
        return found

    @part
    def stayed(board, luck, people, months):
        """Count the contracts of firms that are not aware."""
        for place in range(width):
            firm, draws = held(Firm, people, FIRM, width, place), held(Draws, luck, DRAWS, width, place)
            t, seen = gathered(Terms, board, TERMS, width, place), gathered(Seen, board, SEEN, width, place)
            utility = utility_unaware(seen, draws.on_premise, firm, t)
            board[SURPLUS * width + place] += surplus(utility, firm, months)
            board[OVERRATED * width + place] += surplus(overrated_unaware(firm, t), firm, months)

    return learnt, stayed


def compile_choice(rules: Any, width: int) -> Any:
    """Compile the choice of firms, once all offers are compared."""
    part = compiled(rules, width)
    stays, migration_cost, option_values, choice = rules.stays, rules.migration_cost, rules.option_values, rules.choice

    @part
    def chosen(board, luck, people):
        for place in range(width):
            firm, draws = held(Firm, people, FIRM, width, place), held(Draws, luck, DRAWS, width, place)
            t, seen = gathered(Terms, board, TERMS, width, place), gathered(Seen, board, SEEN, width, place)
            was, own, best = board[WAS * width + place], board[OWN * width + place], board[BEST * width + place]
            keeps = stays(own, best, firm, t)
            kept = where(keeps, own, best - migration_cost(firm, t) * (1.0 - t.portability))
            values = option_values(board[RISK * width + place], best, kept, was, seen, firm, t)
            gumbels = draws.on_premise, draws.private, draws.public, draws.hybrid
            now, utility = choice(values, gumbels, was, board[KNOWS * width + place] > 0.5, firm, t)
            same = (now == was) & keeps
            at = where(same, board[AT * width + place], board[BEST_AT * width + place])
            board[NOW * width + place] = now
            board[GOING * width + place] = where(now > 1.5, at, -1.0)
            board[UTILITY * width + place] = utility

    return chosen


def compile_decision(rules: Any, width: int, providers: int, several: bool, taste: Any) -> Any:
    """Compile the decision of firms of which some are aware, with all that is counted of it."""
    entitled, granted, offered, compared = compile_offers(rules, width, providers, several)
    settled, entered, (served, claimed, supported) = compile_booking(rules, width, providers)
    (compared_0, compared_1, compared_2), (settled_0, settled_1, settled_2) = compared, settled
    chosen = compile_choice(rules, width)

    @compiled(rules, width, providers, several)
    def decide(board, offers, supports, room, counts, count, tastes, luck, firm, months):
        (entitlements, gains, wanted, rows), (sold, squares, dues), asked = room, counts, np.int64(0)
        for n in range(count):
            rows[asked] = n
            asked += entitled(board, entitlements, asked, supports, n, firm)
        if asked == 0:
            compared_0(board, entitlements, offers, gains, tastes, firm)
        elif asked == 1:
            compared_1(board, entitlements, offers, gains, tastes, firm)
        elif asked == 2:
            compared_2(board, entitlements, offers, gains, tastes, firm)
        else:
            for j in range(providers):
                first = j * PRICED_FIELDS
                for n in range(asked):
                    granted(board, entitlements, n, offers, first + LIST_PRICE, first + AGENT_COST)
                offered(board, offers, first, gains, j, taste(tastes, j), firm)
        chosen(board, luck, firm)
        if asked == 1:
            settled_1(board, squares, sold, offers, gains, entitlements, wanted, firm, months)
        elif asked == 2:
            settled_2(board, squares, sold, offers, gains, entitlements, wanted, firm, months)
        else:
            settled_0(board, squares, sold, offers, gains, entitlements, wanted, firm, months)
        if asked > 2:
            served(board, offers, firm)
            for n in range(asked):
                granted(board, entitlements, n, board, PRICE, AGENT_PRICE)
                claimed(board, entitlements, n, months, wanted)
            supported(board)
        for n in range(asked):
            entered(wanted, n, dues, rows[n])

    return decide
