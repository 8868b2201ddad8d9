"""What firms of a class face, and who they are, put on the boards of the compiled engine."""

from typing import Any

import numpy as np

from sim.engines.compiled_boards import DRAWS, FIRM, OFFER, PRICED, SUPPORT, TERMS, Draws
from sim.engines.lifting import compiled, gathered
from sim.engines.posting_kernels import RATES
from sim.model import terms as formulas
from sim.model.arithmetic import where
from sim.model.facts import Firm, Offer, Terms
from sim.model.monthly_terms import MOVED
from sim.model.nouns import SECTORS

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
    def post(board, faces, acting, faced, size_class, strip, firms, across):
        """Put what a class faces on the boards, for its first sector.

        Returns the number of policies that grant the class anything in these lanes this month, which come first in
        `acting`; the others take no time.
        """
        terms, offers, supports = faced
        posted, priced, granted, _ = faces
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
    def set_apart(told, acting, faced, terms_apart, supports_apart, size_class, strip, firms, across):
        """Put what tells sectors apart on a board, sector by sector: rows of terms, then of supports."""
        terms, _, supports = faced
        row = 0
        for sector in range(max(terms.shape[1], supports.shape[2])):
            for n in terms_apart:
                spread(told, row, terms[size_class, sector, n : n + 1], strip, firms, across)
                row += 1
            for n in supports_apart:
                policy, field = acting[n // SUPPORT], n % SUPPORT
                spread(told, row, supports[policy, size_class, sector, field : field + 1], strip, firms, across)
                row += 1

    @part
    def differ(table, n):
        """Whether sectors differ in a row in some lane, in a table of shape (sectors, rows, lanes)."""
        differing = 0
        for sector in range(1, table.shape[0]):
            first, other = table[0, n], table[sector, n]
            for lane in range(np.uint64(first.size)):
                differing += int(first[lane] != other[lane])
        return differing > 0

    @part
    def apart(terms, found):
        """Write the terms that tell sectors apart; return how many they are."""
        count = 0
        for n in MAY_DIFFER:
            found[count] = n
            count += differ(terms, n)
        return count

    @part
    def supported_apart(supports, size_class, acting, found):
        """Write the rows of acting policies' supports that tell sectors apart; return how many they are."""
        count = 0
        for n in range(len(acting) * SUPPORT):
            found[count] = n
            count += differ(supports[acting[n // SUPPORT], size_class], n % SUPPORT)
        return count

    return post, apart, supported_apart, set_apart, _compile_telling(rules, width, posting)


def _compile_telling(rules: Any, width: int, posting: Any) -> tuple[Any, Any]:
    """Compile how what tells sectors apart comes to the boards: for one sector, or for that of each place."""
    part = compiled(rules, width)

    @part
    def copied(board, row, told, of_sector):
        """Put the row of a sector on a board."""
        for place in range(np.uint64(width)):
            board[np.uint64(row * width) + place] = told[np.uint64(of_sector * width) + place]

    @part
    def picked(board, row, told, first, apart, sectors):
        """Put on a board what each place's sector has in its row; those of the sectors are so many rows apart."""
        for place in range(np.uint64(width)):
            found = told[np.uint64(first * width) + place]
            for sector in range(1, len(SECTORS)):
                other = told[np.uint64((first + sector * apart) * width) + place]
                found = where(sectors[place] == sector, other, found)
            board[np.uint64(row * width) + place] = found

    @compiled(rules, width, often=False)
    def tell(board, faces, terms_apart, supports_apart, sector):
        """Put on the boards what tells a sector apart: rows of terms and of supports."""
        posted, priced, granted, told = faces
        first = sector * (len(terms_apart) + len(supports_apart))
        for n in range(len(terms_apart)):
            copied(board, TERMS + terms_apart[n], told, first + n)
        for n in range(len(supports_apart)):
            copied(granted, supports_apart[n], told, first + len(terms_apart) + n)
        if len(terms_apart):
            posting(board, posted, priced)

    @compiled(rules, width, often=False)
    def tell_each(board, faces, terms_apart, supports_apart, sectors):
        """The same where places are of firms of several sectors."""
        posted, priced, granted, told = faces
        rows = len(terms_apart) + len(supports_apart)
        for n in range(len(terms_apart)):
            picked(board, TERMS + terms_apart[n], told, n, rows, sectors)
        for n in range(len(supports_apart)):
            picked(granted, supports_apart[n], told, len(terms_apart) + n, rows, sectors)
        if len(terms_apart):
            posting(board, posted, priced)

    return tell, tell_each


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

    @part
    def repeat(board, row, numbers, i, firms, across):
        """Put one number a firm on the board, once for each lane; places beyond repeat the last firm's."""
        start, first = np.uint64(row * width), np.uint64(i)
        if firms == width:  # of a length that the compiler knows
            for firm in range(np.uint64(width)):
                board[start + firm] = numbers[first + firm]
        else:
            for firm in range(firms):
                for lane in range(across):
                    board[row * width + firm * across + lane] = numbers[i + firm]
        for place in range(firms * across, width):
            board[row * width + place] = numbers[i + firms - 1]

    @compiled(rules, width, several, often=False)
    def repeat_all(board, row, table, i, firms, across):
        """The same for each row of a table."""
        for n in range(table.shape[0]):
            repeat(board, row + n, table[n], i, firms, across)

    @part
    def gather_many(people, i, firms, across, board, tastes, sectors):
        columns, taste, sector, (aware, hit, choice) = people
        repeat_all(board, FIRM, columns, i, firms, across)
        repeat(board, DRAWS, aware, i, firms, across)
        repeat(board, DRAWS + 1, hit, i, firms, across)
        repeat_all(board, DRAWS + 2, choice.T, i, firms, across)
        repeat_all(tastes, 0, taste.T, i, firms, across)
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
