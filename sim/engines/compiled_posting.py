"""What firms of a class face, and who they are, put on the boards of the compiled engine."""

from typing import Any

import numpy as np

from sim.engines.compiled_boards import DRAWS, FIRM, OFFER, PRICED, SUPPORT, TERMS, Draws
from sim.engines.lifting import compiled, gathered
from sim.engines.posting_kernels import RATES
from sim.model import terms as formulas
from sim.model.facts import Firm, Offer, Terms
from sim.model.monthly_terms import MOVED

MAY_DIFFER = np.array(MOVED)
"""Terms that policies and events move, and may tell sectors apart."""


def compile_posting(rules: Any, width: int, spread: Any) -> tuple[Any, ...]:
    """Compile how terms, offers and supports come to their boards, and what tells sectors apart."""
    part, worth = compiled(rules, width, often=False), formulas.priced

    @part
    def grants(supports, s, size_class, strip, across):
        """Whether a policy grants the class anything in some sector and lane of a strip."""
        for sector in range(supports.shape[2]):
            for lane in range(strip, strip + across):
                for field in RATES:
                    if supports[s, size_class, sector, field, lane] > 0.0:
                        return True
        return False

    @part
    def posting(board, posted, priced):
        """Work out what offers come to."""
        for j in range(priced.size // (PRICED * width)):
            first, rows = np.uint64(j * PRICED * width), np.uint64(width)
            for place in range(np.uint64(width)):
                t, offer = gathered(Terms, board, TERMS, width, place), gathered(Offer, posted, j * OFFER, width, place)
                found = worth(offer, t)
                for n in range(np.uint64(PRICED)):
                    priced[first + n * rows + place] = found[n]

    @part
    def post(board, boards, acting, faced, size_class, strip, firms, across):
        """Put what a class faces on the boards, for its first sector.

        Returns the number of policies that grant the class anything in these lanes this month, which come first in
        `acting`; the others take no time.
        """
        terms, offers, supports = faced
        posted, priced, granted = boards
        spread(board, TERMS, terms[size_class, 0], strip, firms, across)
        for j in range(offers.shape[0]):
            spread(posted, j * OFFER, offers[j], strip, firms, across)
        posting(board, posted, priced)
        count = 0
        for s in range(supports.shape[0]):
            if grants(supports, s, size_class, strip, across):
                spread(granted, count * SUPPORT, supports[s, size_class, 0], strip, firms, across)
                acting[count] = s
                count += 1
        return count

    @part
    def apart(terms, found):
        """Write the terms that tell sectors apart in some lane; return how many they are."""
        count = 0
        for n in MAY_DIFFER:
            differing = 0
            for sector in range(1, terms.shape[0]):
                first, other = terms[0, n], terms[sector, n]
                for lane in range(np.uint64(first.size)):
                    differing += int(first[lane] != other[lane])
            if differing:
                found[count] = n
                count += 1
        return count

    @part
    def tell(board, boards, differing, count, acting, faced, size_class, sector, strip, across):
        """Put on the boards what tells a sector apart: so many terms, and the supports of `acting` policies."""
        terms, _, supports = faced
        posted, priced, granted = boards
        for n in differing:
            spread(board, TERMS + n, terms[size_class, sector, n : n + 1], strip, 1, across)
        if supports.shape[2] > 1:
            for n in range(count):
                spread(granted, n * SUPPORT, supports[acting[n], size_class, sector], strip, 1, across)
        posting(board, posted, priced)

    @part
    def tell_each(board, boards, differing, count, acting, faced, size_class, sectors, strip, across):
        """The same where places are of firms of several sectors."""
        terms, _, supports = faced
        posted, priced, granted = boards
        for place in range(width):
            sector, lane = sectors[place], strip + place % across
            for n in differing:
                board[(TERMS + n) * width + place] = terms[size_class, sector, n, lane]
            if supports.shape[2] > 1:
                for n in range(count):
                    for field in range(SUPPORT):
                        row = n * SUPPORT + field
                        granted[row * width + place] = supports[acting[n], size_class, sector, field, lane]
        if len(differing):
            posting(board, posted, priced)

    return post, apart, tell, tell_each


@compiled(None, often=False)
def by_sector(sector, first, last, turn, starts):
    """Write the rows of some firms in the order of their sectors, and where each sector starts among them."""
    starts[:] = 0
    for i in range(first, last):
        starts[sector[i] + 1] += 1
    for k in range(1, len(starts)):
        starts[k] += starts[k - 1]
    for i in range(first, last):
        turn[starts[sector[i]]] = i
        starts[sector[i]] += 1
    for k in range(len(starts) - 1, 0, -1):
        starts[k] = starts[k - 1]
    starts[0] = 0


def compile_people(rules: Any, width: int, several: bool) -> tuple[Any, ...]:
    """Compile how firms come to the boards.

    Where a strip holds several firms, everything about them is a board of their places; where it holds one, it is
    handed on as plain numbers, which stay in registers.
    """
    part = compiled(rules, width, several)
    handing = compiled(rules, width, several, hands_on=True)

    @part
    def gather_one(people, i, _firms, _across, board, tastes, _sectors):
        """Collect traits, draws and tastes of the firms of a strip, and sectors if it is of several."""
        columns, taste, _, (aware, hit, choice) = people
        for row in range(columns.shape[0]):
            board[FIRM * width + row] = columns[row, i]
        board[DRAWS * width], board[DRAWS * width + 1] = aware[i], hit[i]
        for n in range(4):
            board[DRAWS * width + 2 + n] = choice[i, n]
        for j in range(taste.shape[1]):
            tastes[j] = taste[i, j]

    @compiled(rules, width, several, often=False)
    def repeat(board, row, numbers, i, firms, across):
        """Put one number a firm on the board, once for each lane; places beyond repeat the last firm's."""
        start, first = np.uint64(row * width), np.uint64(i)
        if across == 1:
            for firm in range(np.uint64(firms)):
                board[start + firm] = numbers[first + firm]
        else:
            for firm in range(firms):
                for lane in range(across):
                    board[row * width + firm * across + lane] = numbers[i + firm]
        for place in range(firms * across, width):
            board[row * width + place] = numbers[i + firms - 1]

    @part
    def gather_many(people, i, firms, across, board, tastes, sectors):
        columns, taste, sector, (aware, hit, choice) = people
        for row in range(columns.shape[0]):
            repeat(board, FIRM + row, columns[row], i, firms, across)
        repeat(board, DRAWS, aware, i, firms, across)
        repeat(board, DRAWS + 1, hit, i, firms, across)
        for n in range(choice.shape[1]):
            repeat(board, DRAWS + 2 + n, choice[:, n], i, firms, across)
        for j in range(taste.shape[1]):
            repeat(tastes, j, taste[:, j], i, firms, across)
        repeat(sectors, 0, sector, i, firms, across)

    @handing
    def hand_one(board):
        """Traits and draws as the parts of a review take them."""
        return gathered(Firm, board, FIRM * width, 1, 0), gathered(Draws, board, DRAWS * width, 1, 0)

    @handing
    def hand_many(board):
        return board, board

    @handing
    def taste_one(tastes, j):
        """Tastes for a provider as the parts of a review take them."""
        return tastes[j]

    @handing
    def taste_many(tastes, _j):
        return tastes

    if several:
        return gather_many, hand_many, taste_many
    return gather_one, hand_one, taste_one
