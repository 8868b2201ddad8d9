"""Boards: what a strip of lanes needs of one firm, as a flat array of rows, one number a lane.

With rows at constant distances in one array the compiler sees that they do not overlap, and turns each loop over lanes
into vector instructions; sixty separate arrays would defeat it.
"""

from typing import Any

import numpy as np

from sim.engines.lifting import compiled
from sim.model.facts import Offer, Seen, Support, Terms

# What the firm's class faces, and what the firm sees.
TERMS = 0
SEEN = TERMS + len(Terms._fields)
# The firm before its review: option, provider, aware, agents, belief.
WAS, AT, KNEW, USED, A, B = range(SEEN + len(Seen._fields), SEEN + len(Seen._fields) + 6)
# Support so far, what it leaves of the price, the last policy's part of it, and the price index it is for.
GRANTED, LEFT, AMOUNT, PRICE = range(B + 1, B + 5)
# The best provider and the firm's own: value, number, whether agents pay there, price index; chance of having been hit.
BEST, BEST_AT, BEST_GAIN, BEST_PRICE, OWN, OWN_GAIN, OWN_PRICE, CHANCE = range(PRICE + 1, PRICE + 9)
# The firm after its review, whether a cap limited it or anything must be booked; sums over firms of whole numbers.
NOW, GOING, KNOWS, USES, HIT, LIMITED, MOVED, RISK_SUM, AWARE_SUM = range(CHANCE + 1, CHANCE + 10)
ROWS = AWARE_SUM + 1

OFFER, SUPPORT = len(Offer._fields), len(Support._fields)
"""Rows of one offer and one support on the second board, of what is posted to all firms."""


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
        option, provider, aware, agents, hits, misses = state
        first = np.uint64(strip)
        for lane in range(np.uint64(real)):
            board[np.uint64(WAS) * lanes + lane] = option[i, first + lane]
            board[np.uint64(AT) * lanes + lane] = provider[i, first + lane]
            board[np.uint64(KNEW) * lanes + lane] = aware[i, first + lane]
            board[np.uint64(USED) * lanes + lane] = agents[i, first + lane]
            board[np.uint64(A) * lanes + lane] = hits[i, first + lane]
            board[np.uint64(B) * lanes + lane] = misses[i, first + lane]
        for row in range(WAS, B + 1):
            for lane in range(real, width):
                board[row * width + lane] = board[row * width + real - 1]

    @part
    def store(board, i, place, strip, real, state, moved):
        """Take a firm's new state from the board; its option and hit wait until everybody has decided."""
        _, provider, aware, agents, hits, misses = state
        new_option, new_hit = moved
        first = np.uint64(strip)
        for lane in range(np.uint64(real)):
            here = first + lane
            provider[i, here] = np.int8(board[np.uint64(GOING) * lanes + lane])
            aware[i, here] = board[np.uint64(KNOWS) * lanes + lane] > 0.5
            agents[i, here] = board[np.uint64(USES) * lanes + lane] > 0.5
            hits[i, here] = board[np.uint64(A) * lanes + lane]
            misses[i, here] = board[np.uint64(B) * lanes + lane]
            new_option[place, here] = np.int8(board[np.uint64(NOW) * lanes + lane])
            new_hit[place, here] = board[np.uint64(HIT) * lanes + lane] > 0.5

    return fill, load, store
