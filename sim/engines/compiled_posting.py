"""What firms of a class and sector face, put on the boards of the compiled engine."""

from typing import Any

import numpy as np

from sim.engines.compiled_boards import OFFER_FIELDS, PRICED_FIELDS, SUPPORT_FIELDS, TERMS
from sim.engines.lifting import compiled, gathered
from sim.engines.posting_kernels import RATES
from sim.model import terms as formulas
from sim.model.arithmetic import where
from sim.model.facts import Offer, Terms
from sim.model.monthly_terms import MOVED
from sim.model.nouns import SECTORS

MAY_DIFFER = np.array(MOVED)
"""Terms that policies and events move, and may tell groups of sectors apart."""


def _terms_read(formula: Any) -> np.ndarray:
    """Whether a formula of an offer and terms reads a term, by row."""
    asked = set()

    class Asked:
        def __getattr__(self, name):
            asked.add(name)
            return 1.0

    formula(Offer(*[1.0] * len(Offer._fields)), Asked())
    return np.array([name in asked for name in Terms._fields])


IN_PRICES = _terms_read(formulas.priced)
"""Whether what offers come to depends on a term, by row."""


def compile_posting(rules: Any, width: int, spread: Any) -> tuple[Any, ...]:
    """Compile how terms, offers and supports come to their boards, and what tells groups of sectors apart."""
    part, worth = compiled(rules, width, often=False), formulas.priced

    @part
    def grants(supports, s, size_class, strip, across):
        """Whether a policy grants the class anything in some group and lane of a strip."""
        for group in range(supports.shape[2]):
            for lane in range(strip, strip + across):
                for field in RATES:
                    if supports[s, size_class, group, field, lane] > 0.0:
                        return True
        return False

    @part
    def posting(board, posted, priced):
        """Work out what offers come to."""
        for j in range(priced.size // (PRICED_FIELDS * width)):
            first, rows = np.uint64(j * PRICED_FIELDS * width), np.uint64(width)
            for place in range(np.uint64(width)):
                t = gathered(Terms, board, TERMS, width, place)
                found = worth(gathered(Offer, posted, j * OFFER_FIELDS, width, place), t)
                for n in range(np.uint64(PRICED_FIELDS)):
                    priced[first + n * rows + place] = found[n]

    @part
    def post(board, faces, acting, faced, size_class, strip, firms, across):
        """Put what a class faces on the boards, for its first group of sectors.

        Returns the number of policies that grant the class anything in these lanes this month, which come first in
        `acting`; the others take no time.
        """
        terms, offers, supports = faced
        posted, priced, granted, _ = faces
        spread(board, TERMS, terms[size_class, 0], strip, firms, across)
        for j in range(offers.shape[0]):
            spread(posted, j * OFFER_FIELDS, offers[j], strip, firms, across)
        posting(board, posted, priced)
        count = 0
        for s in range(supports.shape[0]):
            if grants(supports, s, size_class, strip, across):
                spread(granted, count * SUPPORT_FIELDS, supports[s, size_class, 0], strip, firms, across)
                acting[count] = s
                count += 1
        return count

    @part
    def set_apart(told, acting, faced, terms_apart, supports_apart, size_class, strip, firms, across):
        """Put what tells groups apart on a board, one after the other: rows of terms, then of supports."""
        terms, _, supports = faced
        row = np.int64(0)
        for group in range(terms.shape[1]):
            for n in terms_apart:
                spread(told, row, terms[size_class, group, n : n + 1], strip, firms, across)
                row += 1
            for n in supports_apart:
                policy, field = acting[n // SUPPORT_FIELDS], n % SUPPORT_FIELDS
                spread(told, row, supports[policy, size_class, group, field : field + 1], strip, firms, across)
                row += 1

    @part
    def differ(table, n):
        """Whether groups differ in a row in some lane, in a table of shape (groups, rows, lanes)."""
        differing = 0
        for group in range(1, table.shape[0]):
            first, other = table[0, n], table[group, n]
            for lane in range(np.uint64(first.size)):
                differing += int(first[lane] != other[lane])
        return differing > 0

    @part
    def apart(terms, found):
        """Write the terms that tell groups apart; return how many they are."""
        count = 0
        for n in MAY_DIFFER:
            found[count] = n
            count += differ(terms, n)
        return count

    @part
    def supported_apart(supports, size_class, acting, found):
        """Write the rows of acting policies' supports that tell groups apart; return how many they are."""
        count = 0
        for n in range(len(acting) * SUPPORT_FIELDS):
            found[count] = n
            count += differ(supports[acting[n // SUPPORT_FIELDS], size_class], n % SUPPORT_FIELDS)
        return count

    return post, apart, supported_apart, set_apart, _compile_telling(rules, width, posting)


def _compile_telling(rules: Any, width: int, posting: Any) -> tuple[Any, Any]:
    """Compile how what tells groups apart comes to the boards: for one group, or for that of each place."""
    part = compiled(rules, width)

    @part
    def copied(board, row, told, of_group):
        """Put the row of a group on a board."""
        for place in range(np.uint64(width)):
            board[np.uint64(row * width) + place] = told[np.uint64(of_group * width) + place]

    @part
    def picked(board, row, told, first, apart, groups, last):
        """Put on a board what each place's group has in its row; those of groups, up to the last, are so far apart."""
        for place in range(np.uint64(width)):
            found = told[np.uint64(first * width) + place]
            for group in range(1, len(SECTORS)):
                other = told[np.uint64((first + min(group, last) * apart) * width) + place]
                found = where(groups[place] == group, other, found)
            board[np.uint64(row * width) + place] = found

    @compiled(rules, width, often=False)
    def tell(board, faces, terms_apart, supports_apart, group):
        """Put on the boards what tells a group apart: rows of terms and of supports."""
        posted, priced, granted, told = faces
        first = group * (len(terms_apart) + len(supports_apart))
        anew = False
        for n in range(len(terms_apart)):
            copied(board, TERMS + terms_apart[n], told, first + n)
            anew |= IN_PRICES[terms_apart[n]]
        for n in range(len(supports_apart)):
            copied(granted, supports_apart[n], told, first + len(terms_apart) + n)
        if anew:
            posting(board, posted, priced)

    @compiled(rules, width, often=False)
    def tell_each(board, faces, terms_apart, supports_apart, groups, group_of, last):
        """The same where places are of firms of several groups, up to the last; they hold sectors so far."""
        posted, priced, granted, told = faces
        rows = len(terms_apart) + len(supports_apart)
        for place in range(np.uint64(width)):
            groups[place] = group_of[groups[place]]
        anew = False
        for n in range(len(terms_apart)):
            picked(board, TERMS + terms_apart[n], told, n, rows, groups, last)
            anew |= IN_PRICES[terms_apart[n]]
        for n in range(len(supports_apart)):
            picked(granted, supports_apart[n], told, len(terms_apart) + n, rows, groups, last)
        if anew:
            posting(board, posted, priced)

    return tell, tell_each
