"""Boards: what a strip of lanes or firms needs, as a flat array of rows, one number a place.

With rows at constant distances in one array the compiler sees that they do not overlap, and turns each loop over
places into vector instructions; sixty separate arrays would defeat it.
"""

from typing import Any, NamedTuple

import numpy as np

from sim.engines.lifting import compiled, fetched
from sim.model import tallies
from sim.model.facts import Entitled, Firm, Offer, Seen, Support, Terms


class Draws(NamedTuple):
    """Draws of a firm for one review."""

    aware: float
    hit: float
    on_premise: float  # of the choice
    private: float
    public: float
    hybrid: float


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
# Traits and draws of the firms, where a strip holds several.
FIRM = COUNTS + tallies.ROWS
DRAWS = FIRM + len(Firm._fields)
ROWS = DRAWS + len(Draws._fields)

OFFER, SUPPORT, ENTITLED = len(Offer._fields), len(Support._fields), len(Entitled._fields)
"""Rows of one offer and one support on the board of what is posted to all firms, and of what a firm may have of it."""


LINE = 64
"""Bytes that the processor reads from memory at once."""


def compile_board(rules: Any, width: int) -> tuple[Any, Any, Any, Any]:
    """Compile how boards of strips of `width` places are filled, loaded and stored, and firms' state sent for.

    Firms' state is flat, firm by firm in each lane by lane, so that the places of a strip follow each other in memory
    whether they are lanes of one firm or firms of one lane.
    """
    part = compiled(rules, width)
    places = np.uint64(width)  # an index that cannot be negative needs no check for counting from the end

    @compiled(rules, width, often=False)
    def spread(board, row, source, n, strip, firms, lanes):
        """Put a row of lanes on the board, once for each firm; places beyond repeat the last, so that all are finite.

        One loop for each row: with more arrays in a loop the compiler cannot be sure that they do not overlap.
        """
        for firm in range(firms):
            start, first = np.uint64(row * width + firm * lanes), np.uint64(strip)
            for lane in range(np.uint64(lanes)):
                board[start + lane] = source[n, first + lane]
        for place in range(firms * lanes, width):
            board[row * width + place] = board[row * width + firms * lanes - 1]

    @part
    def read(board, row, numbers, first, real):
        """Put state on the board from its place `first` on."""
        start, begin = np.uint64(row) * places, np.uint64(first)
        for place in range(np.uint64(real)):
            board[start + place] = numbers[begin + place]
        for place in range(real, width):
            board[row * width + place] = board[row * width + real - 1]

    @part
    def write(numbers, first, real, board, row):
        """Take state from the board."""
        start, begin = np.uint64(row) * places, np.uint64(first)
        for place in range(np.uint64(real)):
            numbers[begin + place] = board[start + place]

    @part
    def load(board, first, real, state):
        """Put firms' state on the board."""
        option, provider, aware, agents, supported, hits, misses = state
        read(board, WAS, option, first, real)
        read(board, AT, provider, first, real)
        read(board, KNEW, aware, first, real)
        read(board, USED, agents, first, real)
        read(board, PAID, supported, first, real)
        read(board, A, hits, first, real)
        read(board, B, misses, first, real)

    @part
    def store(board, first, waiting, real, state, moved):
        """Take firms' new state from the board; option and hit wait, from `waiting` on, until all have decided."""
        _, provider, aware, agents, supported, hits, misses = state
        new_option, new_hit = moved
        write(provider, first, real, board, GOING)
        write(aware, first, real, board, KNOWS)
        write(agents, first, real, board, USES)
        write(supported, first, real, board, PAYS)
        write(hits, first, real, board, A)
        write(misses, first, real, board, B)
        write(new_option, waiting, real, board, NOW)
        write(new_hit, waiting, real, board, HIT)

    @part
    def order(first, real, state):
        """Send for firms' state: it lies so far apart from that before that nobody else does."""
        option, provider, aware, agents, supported, hits, misses = state
        for place in range(first, first + real, LINE):
            fetched(option, place)
            fetched(provider, place)
            fetched(aware, place)
            fetched(agents, place)
            fetched(supported, place)
        for place in range(first, first + real, LINE // 8):
            fetched(hits, place)
            fetched(misses, place)

    return spread, load, store, order
