"""Who the firms are, put on the boards of the compiled engine."""

from typing import Any

import numpy as np

from sim.engines.compiled_boards import DRAWS, FIRM, Draws
from sim.engines.lifting import compiled, gathered, prefetched
from sim.engines.state import LINE
from sim.model import nouns
from sim.model.facts import Firm


@compiled(nouns, often=False)
def by_group(sectors, group_of, first, last, turn, starts):
    """Write the rows of some firms in the order of their sectors' groups, and where each group starts among them."""
    starts[:] = 0
    for i in range(first, last):
        starts[group_of[sectors[i]] + 1] += 1
    for k in range(1, len(starts)):
        starts[k] += starts[k - 1]
    for i in range(first, last):
        group = group_of[sectors[i]]
        turn[starts[group]] = i
        starts[group] += 1
    for k in range(len(starts) - 1, 0, -1):
        starts[k] = starts[k - 1]
    starts[0] = 0


def compile_people(rules: Any, width: int, several: bool) -> tuple[Any, ...]:
    """Compile how firms come to the boards.

    Where a strip holds several firms, everything about them is a board with a column a place; where it holds one, it
    is passed on as scalars, which stay in registers.
    """
    part = compiled(rules, width, several)
    handing = compiled(rules, width, several, hands_on=True)

    @part
    def gather_one(people, i, _firms, _across, board, tastes, _groups):
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
        if firms == width:  # a length known at compile time
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
    def gather_many(people, i, firms, across, board, tastes, groups):
        columns, taste, sectors, (aware, hit, choice) = people
        repeat_all(board, FIRM, columns, i, firms, across)
        repeat(board, DRAWS, aware, i, firms, across)
        repeat(board, DRAWS + 1, hit, i, firms, across)
        repeat_all(board, DRAWS + 2, choice.T, i, firms, across)
        repeat_all(tastes, np.int64(0), taste.T, i, firms, across)
        repeat(groups, np.int64(0), sectors, i, firms, across)

    @part
    def prefetch_traits(people, i, firms):
        """Prefetch the traits of some firms: columns lie too far apart for the hardware to foresee what is next."""
        columns, _, _, _ = people
        flat = columns.reshape(-1)
        for row in range(columns.shape[0]):
            for place in range(i, i + firms, LINE // 8):
                prefetched(flat, row * columns.shape[1] + place)

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
        return gather_many, hand_many, taste_many, prefetch_traits
    return gather_one, hand_one, taste_one, prefetch_traits
