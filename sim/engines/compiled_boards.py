"""Boards: what a strip of lanes needs of one firm, as a flat array of rows, one number a lane.

With rows at constant distances in one array the compiler sees that they do not overlap, and turns each loop over lanes
into vector instructions; sixty separate arrays would defeat it.
"""

from typing import Any

import numpy as np

from sim.engines.lifting import compiled, fetched
from sim.model import tallies
from sim.model.facts import Entitled, Offer, Seen, Support, Terms

# What the firm's class faces, and what the firm sees.
TERMS = 0
SEEN = TERMS + len(Terms._fields)
# The firm before its review: option, provider, aware, agents, supported, belief.
WAS, AT, KNEW, USED, PAID, A, B = range(SEEN + len(Seen._fields), SEEN + len(Seen._fields) + 7)
# Support of price and agents: so far, what is left of either cost, the last policy's part; the price index it is for.
GRANTED, AGENT_GRANTED, LEFT, COST_LEFT, AMOUNT, AGENT_AMOUNT, PRICE = range(B + 1, B + 8)
# The best provider and the firm's own: value, number, whether agents pay there, price index, objective risk.
BEST, BEST_AT, BEST_GAIN, BEST_PRICE, BEST_RISK, OWN, OWN_GAIN, OWN_PRICE, OWN_RISK = range(PRICE + 1, PRICE + 10)
# Chance of having been hit; the firm after its review; whether a cap limited it, and anything is paid.
CHANCE, NOW, GOING, KNOWS, USES, HIT, LIMITED, PAYS = range(OWN_RISK + 1, OWN_RISK + 9)
# Public seats before and after the review.
LEFT_SEATS, TAKEN_SEATS = PAYS + 1, PAYS + 2
# What the firms decided so far change in each row of the counts (`sim.model.tallies`).
COUNTS = TAKEN_SEATS + 1
ROWS = COUNTS + tallies.ROWS

OFFER, SUPPORT, ENTITLED = len(Offer._fields), len(Support._fields), len(Entitled._fields)
"""Rows of one offer and one support on the board of what is posted to all firms, and of what a firm may have of it."""


LINE = 64
"""Bytes that the processor reads from memory at once."""


def compile_board(rules: Any, width: int) -> tuple[Any, Any, Any, Any, Any]:
    """Compile how boards of strips of `width` lanes are filled, loaded and stored, and firms' state sent for."""
    part = compiled(rules, width)
    lanes = np.uint64(width)  # an index that cannot be negative needs no check for counting from the end

    @part
    def read(board, row, numbers, i, strip, real):
        """Put a row of lanes on the board; lanes beyond the last repeat it, so that all are finite.

        One loop for each row: with more arrays in a loop the compiler cannot be sure that they do not overlap.
        """
        start, first = np.uint64(row) * lanes, np.uint64(strip)
        for lane in range(np.uint64(real)):
            board[start + lane] = numbers[i, first + lane]
        for lane in range(real, width):
            board[row * width + lane] = board[row * width + real - 1]

    @part
    def write(numbers, i, strip, real, board, row):
        """Take a row of lanes from the board."""
        start, first = np.uint64(row) * lanes, np.uint64(strip)
        for lane in range(np.uint64(real)):
            numbers[i, first + lane] = board[start + lane]

    @part
    def fill(board, row, source, place, strip, real):
        """Copy rows `source[place]` of lanes to a board."""
        for n in range(source.shape[1]):
            read(board, row + n, source[place], n, strip, real)

    @part
    def load(board, i, strip, real, state):
        """Put a firm's state on the board."""
        option, provider, aware, agents, supported, hits, misses = state
        read(board, WAS, option, i, strip, real)
        read(board, AT, provider, i, strip, real)
        read(board, KNEW, aware, i, strip, real)
        read(board, USED, agents, i, strip, real)
        read(board, PAID, supported, i, strip, real)
        read(board, A, hits, i, strip, real)
        read(board, B, misses, i, strip, real)

    @part
    def store(board, i, place, strip, real, state, moved):
        """Take a firm's new state from the board; its option and hit wait until everybody has decided."""
        _, provider, aware, agents, supported, hits, misses = state
        new_option, new_hit = moved
        write(provider, i, strip, real, board, GOING)
        write(aware, i, strip, real, board, KNOWS)
        write(agents, i, strip, real, board, USES)
        write(supported, i, strip, real, board, PAYS)
        write(hits, i, strip, real, board, A)
        write(misses, i, strip, real, board, B)
        write(new_option, place, strip, real, board, NOW)
        write(new_hit, place, strip, real, board, HIT)

    @part
    def order(i, strip, real, state):
        """Send for a firm's state: it lies so far apart from the firm's before that nobody else does."""
        option, provider, aware, agents, supported, hits, misses = state
        for first in range(strip, strip + real, LINE):
            fetched(option, i, first)
            fetched(provider, i, first)
            fetched(aware, i, first)
            fetched(agents, i, first)
            fetched(supported, i, first)
        for first in range(strip, strip + real, LINE // 8):
            fetched(hits, i, first)
            fetched(misses, i, first)

    return fill, read, load, store, order
