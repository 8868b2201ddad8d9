"""How the decisions of a strip of lanes enter the counts of the compiled engine."""

from typing import Any

import numpy as np

from sim.engines.compiled_boards import (
    AGENT_AMOUNT,
    AMOUNT,
    AT,
    COUNTS,
    ENTITLED,
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
from sim.engines.lifting import compiled, gathered
from sim.model.arithmetic import where
from sim.model.facts import Entitled, Terms
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
    def claimed(board, entitlements, n, strip, real, months, claims, s, c, firm):
        """Enter what a firm claims of policy s, the n-th that acts: AMOUNT, and AGENT_AMOUNT if it has agents."""
        first = np.uint64(strip)
        for lane in range(np.uint64(real)):
            t = gathered(Terms, board, TERMS, width, lane)
            may = gathered(Entitled, entitlements, n * ENTITLED, width, lane)
            now, amount = board[NOW * width + lane], board[AMOUNT * width + lane]
            with_agents = where(board[USES * width + lane] > 0.5, board[AGENT_AMOUNT * width + lane], 0.0)
            seats = public_seats(now, firm, t.hybrid_share)
            claim = where(now > 1.5, grant(amount + with_agents, seats, months), 0.0)
            limited = (now > 1.5) & is_capped(t.price * board[PRICE * width + lane], amount, may)
            claims[s, c, first + lane] += int(claim)
            board[PAYS * width + lane] = where(claim > 0.0, 1.0, board[PAYS * width + lane])
            board[LIMITED * width + lane] = where(limited, 1.0, board[LIMITED * width + lane])

    @part
    def placed(board, providers, firm):
        """Count the firm out of its old option and provider, and into the new ones."""
        for k in range(len(OPTIONS)):
            for lane in range(width):
                step = where(board[NOW * width + lane] == k, 1.0, 0.0) - where(board[WAS * width + lane] == k, 1.0, 0.0)
                board[(FIRMS + k) * width + lane] += step
                board[(SEATS + k) * width + lane] += step * firm.seats
        for j in range(providers):
            number = float(j)
            seats = np.uint64((COUNTS + PROVIDER_SEATS + j) * width)
            agent_seats = np.uint64((COUNTS + AGENT_SEATS + j) * width)
            for lane in range(np.uint64(width)):
                taken = where(board[going + lane] == number, board[to_take + lane], 0.0)
                left = where(board[at + lane] == number, board[to_leave + lane], 0.0)
                board[seats + lane] += taken - left
                board[agent_seats + lane] += taken * board[uses + lane] - left * board[used + lane]

    @part
    def booked(board, squares, providers, firm):
        """Enter the firm's review into the counts; one that changes nothing adds zeros, which is faster than to ask."""
        for lane in range(width):
            t = gathered(Terms, board, TERMS, width, lane)
            was, now = board[WAS * width + lane], board[NOW * width + lane]
            left, taken = public_seats(was, firm, t.hybrid_share), public_seats(now, firm, t.hybrid_share)
            paid, pays = board[PAID * width + lane], board[PAYS * width + lane]
            other = (now > 1.5) & (board[GOING * width + lane] != board[AT * width + lane])
            board[LEFT_SEATS * width + lane] = left
            board[TAKEN_SEATS * width + lane] = taken
            board[PUBLIC * width + lane] += taken - left
            board[AGENTS * width + lane] += board[USES * width + lane] - board[USED * width + lane]
            board[SUPPORTED * width + lane] += pays - paid
            board[SUPPORTED_SEATS * width + lane] += taken * pays - left * paid
            board[CHANGES * width + lane] += where((was > 1.5) & other, 1.0, 0.0)
            board[RETURNS * width + lane] += where((was > 1.5) & (now < 1.5), 1.0, 0.0)
            board[CAPPED * width + lane] += board[LIMITED * width + lane]
        placed(board, providers, firm)
        for lane in range(width):
            before = where(board[WAS * width + lane] > 0.5, firm.seats - board[LEFT_SEATS * width + lane], 0.0)
            after = where(board[NOW * width + lane] > 0.5, firm.seats - board[TAKEN_SEATS * width + lane], 0.0)
            squares[lane] += int(after) * int(after) - int(before) * int(before)

    @part
    def flush(board, squares, strip, real, tallies, c):
        """Empty the board's counts into those of a class."""
        first = np.uint64(strip)
        for row in range(tallies.shape[0]):
            start = np.uint64((COUNTS + row) * width)
            for lane in range(np.uint64(real)):
                tallies[row, c, first + lane] += int(board[start + lane])
            for lane in range(np.uint64(width)):
                board[start + lane] = 0.0
        for lane in range(np.uint64(real)):
            tallies[islands, c, first + lane] += squares[lane]
        squares[:] = 0

    return booked, claimed, flush
