"""Boards: what a strip of lanes or firms needs, as a flat array of rows, one number a place.

With rows at constant distances in one array the compiler sees that they do not overlap, and vectorises each loop over
places; sixty separate arrays would defeat it.
"""

from typing import Any, NamedTuple

import numpy as np

from sim.engines.lifting import compiled, prefetched
from sim.engines.state import LINE, lined_up
from sim.model import tallies
from sim.model.facts import Entitled, Firm, Offer, Priced, Seen, Support, Terms
from sim.model.monthly_terms import Moved
from sim.model.nouns import OPTIONS, SECTORS


class Draws(NamedTuple):
    """Draws of a firm for one review."""

    aware: float
    hit: float
    on_premise: float  # of the choice
    private: float
    public: float
    hybrid: float


# Rows are NumPy integers: to Numba each Python constant is a type of its own, and a part would be compiled for each.
# What the firm's class faces, and what the firm sees.
TERMS = np.int64(0)
SEEN = TERMS + len(Terms._fields)
# The firm before its review: option, provider, aware, belief.
WAS, AT, KNEW, A, B = np.arange(SEEN + len(Seen._fields), SEEN + len(Seen._fields) + 5)
# What it learnt: aware, hit, perceived risk; belief takes the place of the old one.
KNOWS, HIT, RISK = np.arange(B + 1, B + 4)
# Support of price and agents: so far, what is left of either cost, the last policy's part.
GRANTED, AGENT_GRANTED, LEFT, COST_LEFT, AMOUNT, AGENT_AMOUNT = np.arange(RISK + 1, RISK + 7)
# The best provider's value and number, and the value of the firm's own.
BEST, BEST_AT, OWN = np.arange(AGENT_AMOUNT + 1, AGENT_AMOUNT + 4)
# The firm after its review: option, provider, agents, public seats, utility; at its provider: price, cost of agents.
NOW, GOING, USES, TAKEN, UTILITY, PRICE, AGENT_PRICE = np.arange(OWN + 1, OWN + 8)
# Whether a cap limited it, as events count it, and whether anything is paid.
LIMITED, PAYS = AGENT_PRICE + 1, AGENT_PRICE + 2
# What is counted of the firms decided so far (`compiled_booking.FIELDS`), from here to FIRM empty after a flush: risk,
# surplus, what is overrated of it; what happened to them; those supported; and users by option, from private clouds
# on. By provider it has a board of its own.
RISKS, SURPLUS, OVERRATED, EVENTS, SUPPORTED, USERS = np.arange(PAYS + 1, PAYS + 7)
# Traits and draws of the firms, where a strip holds several.
FIRM = USERS + len(OPTIONS) - 1
DRAWS = FIRM + len(Firm._fields)
ROWS = DRAWS + len(Draws._fields)

OFFER_FIELDS, PRICED_FIELDS = len(Offer._fields), len(Priced._fields)
SUPPORT_FIELDS, ENTITLED_FIELDS = len(Support._fields), len(Entitled._fields)
"""How many rows: what a provider offers, what it comes to, what a policy grants, and what a firm may have of it."""


class ReviewRoom(NamedTuple):
    """Boards of a review, and room for whole numbers; what is counted there is zero between two."""

    board: np.ndarray  # rows of the numbers above
    posted: np.ndarray  # what providers offer
    priced: np.ndarray  # and what it comes to
    granted: np.ndarray  # what policies grant
    told: np.ndarray  # what tells groups of sectors apart
    tastes: np.ndarray
    entitlements: np.ndarray
    gains: np.ndarray  # from agents at each provider
    sold: np.ndarray  # what is counted by provider
    squares: np.ndarray  # squared seats counted, (width,)
    wanted: np.ndarray  # what a strip's firms claim, smallest units, by policy that grants them anything
    dues: np.ndarray  # claims of all firms so far, (policies · width,)
    acting: np.ndarray  # policies that grant anything, (policies,)
    asked: np.ndarray  # those of them that grant a strip's firms anything
    differing: np.ndarray  # terms that tell groups apart, and room for one that does not
    grants_differ: np.ndarray  # the same of supports
    groups: np.ndarray  # of the firms of a strip, int8, (width,)
    turn: np.ndarray  # firms of a class by group
    starts: np.ndarray  # where each group starts among them


def review_room(width: int, providers: int, policies: int, groups: int, firms: int) -> ReviewRoom:
    """Room for the review of a class of at most so many firms."""

    def board(rows):
        numbers = lined_up((rows * width,), np.dtype(np.float64))
        numbers[:] = 0.0
        return numbers

    def whole(count):
        return np.zeros(count, np.int64)

    return ReviewRoom(
        board=board(ROWS), posted=board(providers * OFFER_FIELDS), priced=board(providers * PRICED_FIELDS),
        granted=board(policies * SUPPORT_FIELDS), told=board(groups * (len(Moved._fields) + policies * SUPPORT_FIELDS)),
        tastes=board(providers), entitlements=board(policies * ENTITLED_FIELDS), gains=board(providers),
        sold=board(tallies.ROWS - tallies.PROVIDER_SEATS), squares=whole(width), wanted=board(policies),
        dues=whole(policies * width), acting=whole(policies), asked=whole(policies),
        differing=whole(len(Moved._fields) + 1), grants_differ=whole(policies * SUPPORT_FIELDS + 1),
        groups=np.zeros(width, np.int8), turn=whole(firms), starts=whole(len(SECTORS) + 1),
    )  # fmt: skip


def compile_board(rules: Any, width: int) -> tuple[Any, ...]:
    """Compile how boards of strips of `width` places are filled, loaded and stored, and firms' state prefetched.

    Firms' state is flat, firm by firm in each lane by lane, so that the places of a strip follow each other in memory
    whether they are lanes of one firm or firms of one lane.
    """
    part = compiled(rules, width)
    places = np.uint64(width)  # unsigned: no check whether an index counts from the end

    @compiled(rules, width, often=False)
    def spread(board, row, table, strip, firms, lanes):
        """Put rows of lanes on the board, once for each firm; places beyond repeat the last, so that all are finite."""
        first = np.uint64(strip)
        for n in range(table.shape[0]):
            start, source = np.uint64((row + n) * width), table[n]
            if lanes == width:  # a length known at compile time
                for place in range(np.uint64(width)):
                    board[start + place] = source[first + place]
            elif lanes == 1:
                for place in range(np.uint64(width)):
                    board[start + place] = source[first]
            else:
                for firm in range(np.uint64(firms)):
                    for lane in range(np.uint64(lanes)):
                        board[start + firm * np.uint64(lanes) + lane] = source[first + lane]
                for place in range(firms * lanes, width):
                    board[start + np.uint64(place)] = board[start + np.uint64(firms * lanes - 1)]

    @part
    def read(board, row, numbers, first, real):
        """Put state on the board from its place `first` on; of a whole strip in a loop whose length is known."""
        start, begin = np.uint64(row) * places, np.uint64(first)
        if real == width:
            for place in range(places):
                board[start + place] = numbers[begin + place]
        else:
            for place in range(width):
                board[start + np.uint64(place)] = numbers[begin + np.uint64(min(place, real - 1))]

    @part
    def write(numbers, first, real, board, row):
        """Take state from the board."""
        start, begin = np.uint64(row) * places, np.uint64(first)
        if real == width:
            for place in range(places):
                numbers[begin + place] = board[start + place]
        else:
            for place in range(np.uint64(real)):
                numbers[begin + place] = board[start + place]

    @part
    def load(board, first, real, state):
        """Put firms' state on the board."""
        option, provider, aware, _, _, hits, misses = state
        read(board, WAS, option, first, real)
        read(board, AT, provider, first, real)
        read(board, KNEW, aware, first, real)
        read(board, A, hits, first, real)
        read(board, B, misses, first, real)

    @part
    def keep(board, first, real, state):
        """Take what firms learnt from the board."""
        _, _, aware, _, _, hits, misses = state
        write(aware, first, real, board, KNOWS)
        write(hits, first, real, board, A)
        write(misses, first, real, board, B)

    @part
    def store(board, first, waiting, real, state, moved):
        """Take what firms decided from the board; option and hit wait, from `waiting` on, until all have decided."""
        _, provider, _, agents, supported, _, _ = state
        new_option, new_hit = moved
        write(provider, first, real, board, GOING)
        write(agents, first, real, board, USES)
        write(supported, first, real, board, PAYS)
        write(new_option, waiting, real, board, NOW)
        write(new_hit, waiting, real, board, HIT)

    @part
    def wait(waiting, real, moved):
        """Note that firms stay without cloud: only option and hit, which wait; the rest is as it was."""
        new_option, new_hit = moved
        for place in range(np.uint64(real)):
            new_option[np.uint64(waiting) + place] = 0
        for place in range(np.uint64(real)):
            new_hit[np.uint64(waiting) + place] = False

    @part
    def prefetch(first, real, state):
        """Prefetch firms' state: it lies too far from that of the firms before for the hardware to foresee."""
        option, provider, aware, _, _, hits, misses = state
        for place in range(first, first + real, LINE):
            prefetched(option, place)
            prefetched(provider, place)
            prefetched(aware, place)
        for place in range(first, first + real, LINE // 8):
            prefetched(hits, place)
            prefetched(misses, place)

    return spread, load, keep, store, wait, prefetch
