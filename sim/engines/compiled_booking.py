"""How the decisions of a strip enter the counts of the compiled engine."""

from typing import Any

import numpy as np

from sim.engines.compiled_boards import (
    AGENT_AMOUNT,
    AMOUNT,
    AT,
    COUNTS,
    ENTITLED,
    FIRM,
    GOING,
    LEFT_SEATS,
    LIMITED,
    NOW,
    PAID,
    PAYS,
    PRICE,
    TAKEN_SEATS,
    TERMS,
    USED,
    USES,
    WAS,
)  # fmt: skip
from sim.engines.lifting import compiled, gathered, held
from sim.model.arithmetic import where
from sim.model.facts import Entitled, Firm, Terms
from sim.model.nouns import OPTIONS
from sim.model.tallies import AGENT_SEATS, PROVIDER_SEATS, ROW

FIRMS, SEATS, PUBLIC = (COUNTS + ROW[name] for name in ("firms_on_premise", "seats_on_premise", "public_seats"))
AGENTS, SUPPORTED, SUPPORTED_SEATS = (COUNTS + ROW[name] for name in ("agents", "supported", "supported_seats"))
CHANGES, RETURNS, CAPPED = (COUNTS + ROW[name] for name in ("provider_changes", "returns", "capped"))


def compile_booking(rules: Any, width: int) -> tuple[Any, Any, Any]:
    """Compile how decisions enter the counts.

    Counts are whole numbers held as floats on the board, emptied long before they could lose a unit; squared seats may
    be larger and are integers.
    """
    part = compiled(rules, width)
    public_seats, grant, is_capped = rules.public_seats, rules.grant, rules.is_capped
    islands = ROW["islands"]
    # Beginnings of rows as numbers without a sign: those need no check for counting from the end.
    at, going, used, uses = (np.uint64(row * width) for row in (AT, GOING, USED, USES))
    to_leave, to_take = np.uint64(LEFT_SEATS * width), np.uint64(TAKEN_SEATS * width)

    @part
    def claimed(board, entitlements, n, months, claims, people):
        """Enter what firms claim of the n-th policy that acts: AMOUNT, and AGENT_AMOUNT where they have agents."""
        start = np.uint64(n * width)
        for place in range(np.uint64(width)):
            firm, t = held(Firm, people, FIRM, width, place), gathered(Terms, board, TERMS, width, place)
            may = gathered(Entitled, entitlements, n * ENTITLED, width, place)
            now, amount = board[NOW * width + place], board[AMOUNT * width + place]
            with_agents = where(board[USES * width + place] > 0.5, board[AGENT_AMOUNT * width + place], 0.0)
            seats = public_seats(now, firm, t.hybrid_share)
            claim = where(now > 1.5, grant(amount + with_agents, seats, months), 0.0)
            limited = (now > 1.5) & is_capped(t.price * board[PRICE * width + place], amount, may)
            claims[start + place] += int(claim)
            board[PAYS * width + place] = where(claim > 0.0, 1.0, board[PAYS * width + place])
            board[LIMITED * width + place] = where(limited, 1.0, board[LIMITED * width + place])

    @part
    def placed(board, providers, people):
        """Count firms out of their old option and provider, and into the new ones."""
        for k in range(len(OPTIONS)):
            for place in range(width):
                firm = held(Firm, people, FIRM, width, place)
                now, was = board[NOW * width + place], board[WAS * width + place]
                step = where(now == k, 1.0, 0.0) - where(was == k, 1.0, 0.0)
                board[(FIRMS + k) * width + place] += step
                board[(SEATS + k) * width + place] += step * firm.seats
        for j in range(providers):
            number = float(j)
            seats = np.uint64((COUNTS + PROVIDER_SEATS + j) * width)
            agent_seats = np.uint64((COUNTS + AGENT_SEATS + j) * width)
            for place in range(np.uint64(width)):
                taken = where(board[going + place] == number, board[to_take + place], 0.0)
                left = where(board[at + place] == number, board[to_leave + place], 0.0)
                board[seats + place] += taken - left
                board[agent_seats + place] += taken * board[uses + place] - left * board[used + place]

    @part
    def booked(board, squares, providers, people):
        """Enter reviews into the counts; one that changes nothing adds zeros, which is faster than to ask."""
        for place in range(width):
            firm, t = held(Firm, people, FIRM, width, place), gathered(Terms, board, TERMS, width, place)
            was, now = board[WAS * width + place], board[NOW * width + place]
            left, taken = public_seats(was, firm, t.hybrid_share), public_seats(now, firm, t.hybrid_share)
            paid, pays = board[PAID * width + place], board[PAYS * width + place]
            other = (now > 1.5) & (board[GOING * width + place] != board[AT * width + place])
            board[LEFT_SEATS * width + place] = left
            board[TAKEN_SEATS * width + place] = taken
            board[PUBLIC * width + place] += taken - left
            board[AGENTS * width + place] += board[USES * width + place] - board[USED * width + place]
            board[SUPPORTED * width + place] += pays - paid
            board[SUPPORTED_SEATS * width + place] += taken * pays - left * paid
            board[CHANGES * width + place] += where((was > 1.5) & other, 1.0, 0.0)
            board[RETURNS * width + place] += where((was > 1.5) & (now < 1.5), 1.0, 0.0)
            board[CAPPED * width + place] += board[LIMITED * width + place]
        placed(board, providers, people)
        for place in range(width):
            firm = held(Firm, people, FIRM, width, place)
            before = where(board[WAS * width + place] > 0.5, firm.seats - board[LEFT_SEATS * width + place], 0.0)
            after = where(board[NOW * width + place] > 0.5, firm.seats - board[TAKEN_SEATS * width + place], 0.0)
            squares[place] += int(after) * int(after) - int(before) * int(before)

    @compiled(rules, width, often=False)
    def flush(board, squares, dues, acting, count, strip, firms, lanes, tallies, claims, c):
        """Empty what was counted at the places of so many firms and lanes into the counts and claims of a class."""
        for firm in range(firms):
            for row in range(tallies.shape[0]):
                start = np.uint64((COUNTS + row) * width + firm * lanes)
                for lane in range(np.uint64(lanes)):
                    tallies[row, c, np.uint64(strip) + lane] += int(board[start + lane])
            for lane in range(lanes):
                tallies[islands, c, strip + lane] += squares[firm * lanes + lane]
                for n in range(count):
                    claims[acting[n], c, strip + lane] += dues[n * width + firm * lanes + lane]
        board[COUNTS * width : FIRM * width] = 0.0
        squares[:] = 0
        dues[:] = 0

    return booked, claimed, flush
