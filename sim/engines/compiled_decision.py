"""What firms learn and choose, in a strip of the compiled engine; the order is that of `sim.model.review`."""

from typing import Any

import numpy as np

from sim.engines import compiled_boards as boards
from sim.engines.compiled_boards import (
    AT,
    BEST,
    BEST_AT,
    CHANCE,
    DRAWS,
    FIRM,
    GOING,
    HIT,
    KNEW,
    KNOWS,
    NOW,
    OWN,
    RISK,
    SEEN,
    TERMS,
    UTILITY,
    WAS,
    A,
    B,
    Draws,
)
from sim.engines.lifting import compiled, gathered, held
from sim.model.arithmetic import where
from sim.model.facts import Firm, Seen, Terms
from sim.model.rules import BELIEF_UNITS
from sim.model.tallies import ROW

RISKS, AWARE, SURPLUS, OVERRATED = (boards.COUNTS + ROW[name] for name in ("risk", "aware", "surplus", "overrated"))


def compile_learning(rules: Any, width: int) -> tuple[Any, Any]:
    """Compile what firms learn, and the contract of those that are not aware."""
    part = compiled(rules, width)
    is_aware, belief, perceived_risk, whole = rules.is_aware, rules.belief, rules.perceived_risk, rules.whole
    utility_unaware, surplus, overrated = rules.utility_unaware, rules.surplus, rules.overrated

    @part
    def learnt(board, luck, people):
        """Let firms become aware or not, and learn; return at how many places one is aware."""
        found = 0
        for place in range(width):
            firm, draws = held(Firm, people, FIRM, width, place), held(Draws, luck, DRAWS, width, place)
            t, seen = gathered(Terms, board, TERMS, width, place), gathered(Seen, board, SEEN, width, place)
            on_cloud = where(board[WAS * width + place] > 1.5, 1.0, 0.0)
            was_hit = where(draws.hit < board[CHANCE * width + place], on_cloud, 0.0)
            knows = where(is_aware(board[KNEW * width + place] > 0.5, draws.aware, seen.cloud, firm, t), 1.0, 0.0)
            hits, misses = belief(board[A * width + place], board[B * width + place], seen, on_cloud, was_hit, t)
            risk = perceived_risk(hits, misses)
            found += int(knows)
            board[KNOWS * width + place] = knows
            board[HIT * width + place] = was_hit
            board[A * width + place] = hits
            board[B * width + place] = misses
            board[RISK * width + place] = risk
            board[AWARE * width + place] += knows
            board[RISKS * width + place] += whole(risk * BELIEF_UNITS)
        return found

    @part
    def stayed(board, luck, people, months):
        """Count the contracts of firms that are not aware."""
        for place in range(width):
            firm, draws = held(Firm, people, FIRM, width, place), held(Draws, luck, DRAWS, width, place)
            t, seen = gathered(Terms, board, TERMS, width, place), gathered(Seen, board, SEEN, width, place)
            utility = utility_unaware(seen, draws.on_premise, firm, t)
            excess = overrated(board[RISK * width + place], firm, 0.0, 0.0, t)
            board[SURPLUS * width + place] += surplus(utility, firm, months)
            board[OVERRATED * width + place] += surplus(excess, firm, months)

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


def compile_hits(rules: Any, width: int) -> Any:
    """Compile how the chance of having been hit is looked up."""

    @compiled(rules, width)
    def exposed(board, offers, row, j):
        """Put the chance that customers of provider j were hit on the board; the first starts afresh."""
        code, chances = float(j), np.uint64(row * width)
        for place in range(np.uint64(width)):
            before = where(j == 0, 0.0, board[np.uint64(CHANCE * width) + place])
            mine = board[np.uint64(AT * width) + place] == code
            board[np.uint64(CHANCE * width) + place] = where(mine, offers[chances + place], before)

    return exposed
