"""What firms of a class face, and who they are, put on the boards of the compiled engine."""

from typing import Any

import numpy as np

from sim.engines.compiled_boards import (
    AGENT_GRANTED,
    DRAWS,
    FIRM,
    GRANTED,
    OFFER,
    SUPPORT,
    TERMS,
    Draws,
)  # fmt: skip
from sim.engines.lifting import compiled, gathered
from sim.engines.posting_kernels import RATES
from sim.model.facts import Firm
from sim.model.monthly_terms import MOVED


def compile_posting(rules: Any, width: int, spread: Any) -> tuple[Any, Any]:
    """Compile how terms, offers and supports come to the boards."""
    part = compiled(rules, width, often=False)

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
    def post(board, posted, acting, faced, size_class, strip, firms, across):
        """Put what a class faces on the boards: its terms, then offers, and supports by policy and sector.

        Returns the number of policies that grant the class anything in these lanes this month, which come first in
        `acting`; the others take no time.
        """
        terms, offers, supports = faced
        count = 0
        for n in range(terms.shape[2]):
            spread(board, TERMS + n, terms[size_class, 0], n, strip, firms, across)
        for j in range(offers.shape[0]):
            for n in range(OFFER):
                spread(posted, j * OFFER + n, offers[j], n, strip, firms, across)
        for s in range(supports.shape[0]):
            if grants(supports, s, size_class, strip, across):
                for sector in range(supports.shape[2]):
                    place = offers.shape[0] * OFFER + (count * supports.shape[2] + sector) * SUPPORT
                    for n in range(SUPPORT):
                        spread(posted, place + n, supports[s, size_class, sector], n, strip, firms, across)
                acting[count] = s
                count += 1
        for place in range(width):
            board[GRANTED * width + place] = board[AGENT_GRANTED * width + place] = 0.0
        return count

    @part
    def apart(terms, strip, across, found):
        """Write the terms that tell sectors apart in some lane of a strip; return how many they are."""
        count = 0
        for n in range(len(MOVED)):
            differs = False
            for sector in range(1, terms.shape[0]):
                for lane in range(strip, strip + across):
                    differs |= terms[sector, MOVED[n], lane] != terms[0, MOVED[n], lane]
            if differs:
                found[count] = MOVED[n]
                count += 1
        return count

    return post, apart


def compile_people(rules: Any, width: int, spread: Any, several: bool) -> tuple[Any, ...]:
    """Compile how firms come to the boards.

    Where a strip holds several firms, everything about them is a board of their places; where it holds one, it is
    handed on as plain numbers, which stay in registers.
    """
    part = compiled(rules, width, several)
    handing = compiled(rules, width, several, hands_on=True)

    @part
    def gather_one(people, i, _firms, _across, board, tastes, sectors):
        """Collect traits, draws, tastes and sectors of the firms of a strip."""
        columns, taste, sector, (aware, hit, choice) = people
        for row in range(columns.shape[0]):
            board[FIRM * width + row] = columns[row, i]
        board[DRAWS * width], board[DRAWS * width + 1], sectors[0] = aware[i], hit[i], sector[i]
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
    def hand_one(board, sectors):
        """Traits, draws and sectors as the parts of a review take them."""
        return gathered(Firm, board, FIRM * width, 1, 0), gathered(Draws, board, DRAWS * width, 1, 0), sectors[0]

    @handing
    def hand_many(board, sectors):
        return board, board, sectors

    @handing
    def taste_one(tastes, j):
        """Tastes for a provider as the parts of a review take them."""
        return tastes[j]

    @handing
    def taste_many(tastes, _j):
        return tastes

    @part
    def retell_one(board, terms, row, sectors, strip, firms, across):
        """Put a term that tells sectors apart on the board."""
        spread(board, TERMS + row, terms[sectors[0]], row, strip, firms, across)

    @part
    def retell_many(board, terms, row, sectors, _strip, _firms, across):
        for place in range(0, width - across + 1, across):
            for lane in range(across):
                board[(TERMS + row) * width + place + lane] = terms[sectors[place], row, lane]

    if several:
        return gather_many, hand_many, taste_many, retell_many
    return gather_one, hand_one, taste_one, retell_one
