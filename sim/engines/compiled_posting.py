"""What firms of a class face, and who they are, put on the boards of the compiled engine."""

from typing import Any

from numba import njit

from sim.engines.compiled_boards import (
    AGENT_GRANTED,
    GRANTED,
    OFFER,
    SUPPORT,
    TERMS,
    Draws,
)  # fmt: skip
from sim.engines.fiscal import RATES
from sim.engines.lifting import compiled, gathered
from sim.model.facts import Firm
from sim.model.monthly_terms import MOVED

FIRM, DRAWS = len(Firm._fields), len(Draws._fields)
"""Rows of a firm's traits and draws."""


def compile_posting(rules: Any, width: int, spread: Any) -> tuple[Any, Any]:
    """Compile how terms, offers and supports come to the boards."""
    part = compiled(rules, width)

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
    plain = njit(error_model="numpy", forceinline=True)  # boards that are returned have to be counted

    @part
    def gather_one(people, i, _firms, _across, traits, draws, tastes, sectors):
        """Collect traits, draws, tastes and sectors of the firms of a strip."""
        columns, taste, sector, (aware, hit, choice) = people
        for row in range(FIRM):
            traits[row] = columns[row, i]
        draws[0], draws[1], sectors[0] = aware[i], hit[i], sector[i]
        for n in range(4):
            draws[2 + n] = choice[i, n]
        for j in range(taste.shape[1]):
            tastes[j] = taste[i, j]

    @part
    def gather_many(people, i, firms, across, traits, draws, tastes, sectors):
        columns, taste, sector, (aware, hit, choice) = people
        for place in range(0, width - across + 1, across):
            k = i + min(place // across, firms - 1)
            for here in range(place, width if place > width - 2 * across else place + across):
                for row in range(FIRM):
                    traits[row * width + here] = columns[row, k]
                draws[here], draws[width + here], sectors[here] = aware[k], hit[k], sector[k]
                for n in range(4):
                    draws[(2 + n) * width + here] = choice[k, n]
                for j in range(taste.shape[1]):
                    tastes[j * width + here] = taste[k, j]

    @plain
    def hand_one(traits, draws, sectors):
        """Traits, draws and sectors as the parts of a review take them."""
        return gathered(Firm, traits, 0, 1, 0), gathered(Draws, draws, 0, 1, 0), sectors[0]

    @plain
    def hand_many(traits, draws, sectors):
        return traits, draws, sectors

    @plain
    def taste_one(tastes, j):
        """Tastes for a provider as the parts of a review take them."""
        return tastes[j]

    @plain
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
