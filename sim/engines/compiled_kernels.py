"""The compiled review and provider's month: the same rules inside loops over firms and lanes.

No coefficient of the model appears here. Lanes are worked on in strips of a fixed width, on boards
(`sim.engines.compiled_boards`); the order of a review is that of `sim.model.review`, and the tests hold the two to
equal bits.
"""

from typing import Any

import numpy as np

from sim.engines import compiled_boards as boards
from sim.engines.compiled_boards import SEEN
from sim.engines.compiled_booking import STRIPS, compile_flush
from sim.engines.compiled_decision import compile_decision, compile_learning
from sim.engines.compiled_partners import compile_seen
from sim.engines.compiled_people import by_group, compile_people
from sim.engines.compiled_posting import compile_posting
from sim.engines.lifting import compiled, gathered, kernel, lift
from sim.model.market import Climate, Demand, Fixed, Provider


def compile_review(rules: Any, width: int, several: bool, providers: int) -> Any:
    """Compile the review of a month's firms from the given rules (`sim.model.rules`, or an altered copy).

    Parameters
    ----------
    width
        Places of a strip, all worked on at once.
    several
        Whether a strip holds several firms, each in all lanes, or one firm in some lanes.
    providers
        How many there are: all are compared in one loop, whose length is known at compile time.

    Returns
    -------
    kernel of (bounds, months, d, who, state, around, faced, tallies, claims, moved, columns, draws, room)
        bounds, months, d: first firm of each class, (classes + 1,); months to the next review; partners of a firm.
        who: tastes for providers, (firms, providers), sectors, (firms,), and the groups of these, (sectors,).
        state: of the firms, `state.State` without the last hit, each flat, (firms · lanes,); updated.
        around: partners seen, (firms, 4, lanes), or in the mean field `facts.Seen`, (fields, lanes); one is empty.
        faced, tallies, claims: as `Economy` has them (posted); added to.
        moved: new options, and who was hit, flat as the state is; in force only when all have decided.
        columns, draws, room: `facts.Firm`, (fields, firms); of awareness, hit and choice; `ReviewRoom`.
    """
    spread, load, keep, store, wait, prefetch = boards.compile_board(rules, width)
    seen, (learnt, stayed) = compile_seen(rules, width), compile_learning(lift(rules), width, providers)
    post, apart, supported_apart, set_apart, (tell, tell_each) = compile_posting(rules, width, spread)
    gather, hand, taste, prefetch_traits = compile_people(rules, width, several)
    decide, flush = compile_decision(rules, width, providers, several, taste), compile_flush(rules, width)

    @kernel(in_place=True, nogil=True)
    def review(bounds, months, d, who, state, around, faced, tallies, claims, moved, columns, draws, room):
        taste, sectors, group_of = who
        people = columns, taste, sectors, draws
        partners, everywhere = around  # counts by firm; or, in the mean field, what all see
        terms, offers, supports = faced
        lanes, begin = offers.shape[2], bounds[0]
        board, turn, starts, acting, varying = room.board, room.turn, room.starts, room.acting, room.differing[:0]
        faces, counts = (room.posted, room.priced, room.granted, room.told), (room.sold, room.squares, room.dues)
        dealing = room.entitlements, room.gains, room.wanted, room.asked
        together, strips = (width // lanes, 1) if several else (1, (lanes + width - 1) // width)
        for part in range(strips * (len(bounds) - 1)):
            size_class, strip = part // strips, part % strips * width
            first, last, across = bounds[size_class], bounds[size_class + 1], min(width, lanes - strip)
            if strip == 0:
                varying = room.differing[: apart(terms[size_class], room.differing)]
                if not several:
                    by_group(sectors, group_of, first, last, turn, starts)
            spread(board, SEEN, everywhere, strip, together, across)
            count = post(board, faces, acting, faced, size_class, strip, together, across)
            granting = room.grants_differ[: supported_apart(supports, size_class, acting[:count], room.grants_differ)]
            set_apart(room.told, acting, faced, varying, granting, size_class, strip, together, across)
            groups_differ = len(varying) + len(granting) > 0
            for k in range(0, last - first, together):
                i = first + k if several else turn[k]
                firms = min(together, last - i)
                real, here, waiting = firms * across, i * lanes + strip, (i - begin) * lanes + strip
                if firms < together:  # places without a firm repeat the last one, which must not be counted again
                    flush(board, counts, acting[:count], strip, together, across, tallies, claims, size_class)
                gather(people, i, firms, across, board, room.tastes, room.groups)
                firm, luck = hand(board)
                if several:
                    following = min(i + together, last - 1)
                    prefetch(following * lanes, real, state)
                    prefetch_traits(people, following, firms)
                    if groups_differ:
                        tell_each(board, faces, varying, granting, room.groups, group_of, terms.shape[1] - 1)
                else:
                    prefetch(turn[min(k + 2, last - first - 1)] * lanes + strip, real, state)
                    if groups_differ and k == starts[group_of[sectors[i]]]:
                        tell(board, faces, varying, granting, group_of[sectors[i]])
                if len(everywhere) == 0:
                    seen(board, d, partners, i - begin, strip, firms, across)
                load(board, here, real, state)
                aware = learnt(board, room.priced, luck, firm)
                keep(board, here, real, state)
                if aware:
                    decide(board, room.priced, room.granted, dealing, counts, count, room.tastes, luck, firm, months)
                    store(board, here, waiting, real, state, moved)
                else:
                    stayed(board, luck, firm, months)
                    wait(waiting, real, moved)
                if k // together % STRIPS == STRIPS - 1 or k + together >= last - first:
                    flush(board, counts, acting[:count], strip, firms, across, tallies, claims, size_class)

    return review


def compile_providers(market: Any) -> Any:
    """Compile the provider's month from the given rules (`sim.model.market`, or an altered copy)."""
    one_month = lift(market).month

    @compiled(market)
    def months(providers, fixed, climate, demand, passed_on, result):
        _, count, lanes = providers.shape
        for j in range(count):
            for lane in range(lanes):
                n = j * lanes + lane
                after = one_month(
                    gathered(Provider, providers, 0, count * lanes, n), gathered(Fixed, fixed, 0, count * lanes, n),
                    gathered(Climate, climate, 0, lanes, lane), gathered(Demand, demand, 0, count * lanes, n),
                    passed_on[lane],
                )  # fmt: skip
                for field in range(len(after)):
                    result[field, j, lane] = after[field]

    @kernel(in_place=True)
    def month(providers, fixed, climate, demand, passed_on, room):
        """Move providers on by a month, in place."""
        months(providers, fixed, climate, demand, passed_on, room)
        for field in range(np.uint64(room.shape[0])):
            for j in range(np.uint64(room.shape[1])):
                for lane in range(np.uint64(room.shape[2])):
                    providers[field, j, lane] = room[field, j, lane]

    return month
