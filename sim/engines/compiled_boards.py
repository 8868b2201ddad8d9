"""Boards: what a strip of lanes needs of one firm, as a flat array of rows, one number a lane.

With rows at constant distances in one array the compiler sees that they do not overlap, and turns each loop over lanes
into vector instructions; sixty separate arrays would defeat it.
"""

from typing import Any

import numpy as np

from sim.engines.lifting import compiled
from sim.model.facts import Entitled, Offer, Seen, Support, Terms

# What the firm's class faces, and what the firm sees.
TERMS = 0
SEEN = TERMS + len(Terms._fields)
# The firm before its review: option, provider, aware, agents, supported, belief.
WAS, AT, KNEW, USED, PAID, A, B = range(SEEN + len(Seen._fields), SEEN + len(Seen._fields) + 7)
# Support of price and of agents: so far, what is left of either cost, the last policy's part; price index it is for.
GRANTED, AGENT_GRANTED, LEFT, COST_LEFT, AMOUNT, AGENT_AMOUNT, PRICE = range(B + 1, B + 8)
# The best provider and the firm's own: value, number, whether agents pay there, price index, objective risk.
BEST, BEST_AT, BEST_GAIN, BEST_PRICE, BEST_RISK, OWN, OWN_GAIN, OWN_PRICE, OWN_RISK = range(PRICE + 1, PRICE + 10)
# Chance of having been hit; the firm after its review; whether a cap limited it, anything is paid or must be booked.
CHANCE, NOW, GOING, KNOWS, USES, HIT, LIMITED, PAYS, MOVED = range(OWN_RISK + 1, OWN_RISK + 10)
# Sums over firms of whole numbers.
RISK_SUM, AWARE_SUM, SURPLUS_SUM, OVERRATED_SUM = range(MOVED + 1, MOVED + 5)
ROWS = OVERRATED_SUM + 1

OFFER, SUPPORT, ENTITLED = len(Offer._fields), len(Support._fields), len(Entitled._fields)
"""Rows of one offer and one support on the board of what is posted to all firms, and of what a firm may have of it."""


def compile_board(rules: Any, width: int) -> tuple[Any, Any, Any]:
    """Compile how boards of strips of `width` lanes are filled, loaded and stored."""
    part = compiled(rules, width)
    lanes = np.uint64(width)  # an index that cannot be negative needs no check for counting from the end

    @part
    def fill(board, row, source, place, strip, real):
        """Copy rows `source[place]` of lanes to a board; lanes beyond the last repeat it, so that all are finite."""
        first = np.uint64(strip)
        for n in range(source.shape[1]):
            start = np.uint64(row + n) * lanes
            if real == width:
                for lane in range(lanes):
                    board[start + lane] = source[place, n, first + lane]
            else:
                for lane in range(width):
                    board[start + np.uint64(lane)] = source[place, n, strip + min(lane, real - 1)]

    @part
    def load(board, i, strip, real, state):
        """Put a firm's state on the board."""
        option, provider, aware, agents, supported, hits, misses = state
        first = np.uint64(strip)
        for lane in range(np.uint64(real)):
            board[np.uint64(WAS) * lanes + lane] = option[i, first + lane]
            board[np.uint64(AT) * lanes + lane] = provider[i, first + lane]
            board[np.uint64(KNEW) * lanes + lane] = aware[i, first + lane]
            board[np.uint64(USED) * lanes + lane] = agents[i, first + lane]
            board[np.uint64(PAID) * lanes + lane] = supported[i, first + lane]
            board[np.uint64(A) * lanes + lane] = hits[i, first + lane]
            board[np.uint64(B) * lanes + lane] = misses[i, first + lane]
        for row in range(WAS, B + 1):
            for lane in range(real, width):
                board[row * width + lane] = board[row * width + real - 1]

    @part
    def store(board, i, place, strip, real, state, moved):
        """Take a firm's new state from the board; its option and hit wait until everybody has decided."""
        _, provider, aware, agents, supported, hits, misses = state
        new_option, new_hit = moved
        first = np.uint64(strip)
        for lane in range(np.uint64(real)):
            here = first + lane
            provider[i, here] = np.int8(board[np.uint64(GOING) * lanes + lane])
            aware[i, here] = board[np.uint64(KNOWS) * lanes + lane] > 0.5
            agents[i, here] = board[np.uint64(USES) * lanes + lane] > 0.5
            supported[i, here] = board[np.uint64(PAYS) * lanes + lane] > 0.5
            hits[i, here] = board[np.uint64(A) * lanes + lane]
            misses[i, here] = board[np.uint64(B) * lanes + lane]
            new_option[place, here] = np.int8(board[np.uint64(NOW) * lanes + lane])
            new_hit[place, here] = board[np.uint64(HIT) * lanes + lane] > 0.5

    return fill, load, store
