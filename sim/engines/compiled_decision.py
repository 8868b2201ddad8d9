"""What firms learn and choose, in a strip of the compiled engine; the order is that of `sim.model.review`."""

from typing import Any

import numpy as np

from sim.engines.compiled_boards import (
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
from sim.engines.lifting import compiled, gathered, held
from sim.model.arithmetic import where
from sim.model.facts import Firm, Priced, Seen, Terms
from sim.model.units import BELIEF_UNITS


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
