"""How the decisions of a strip are counted in the compiled engine.

Counts are of the firms as they stand after their review, whole numbers held as floats on the board, emptied long before
they could lose a unit; squared seats may be larger and are integers. Firms and seats without cloud are not counted:
they are what is left of all (`sim.engines.compiled_partners`).
"""

from typing import Any

import numpy as np

from sim.engines.compiled_boards import (
    AGENT_AMOUNT,
    AGENT_PRICE,
    AMOUNT,
    AT,
    COUNTS,
    ENTITLED,
    FIRM,
    GOING,
    HIT,
    LIMITED,
    NOW,
    PAYS,
    PRICE,
    RISK,
    TAKEN,
    TERMS,
    TRUE_RISK,
    USES,
    UTILITY,
    WAS,
)  # fmt: skip
from sim.engines.lifting import compiled, gathered, held
from sim.model.arithmetic import where
from sim.model.facts import Entitled, Firm, Priced, Terms
from sim.model.nouns import OPTIONS
from sim.model.tallies import AGENT_SEATS, PROVIDER_SEATS, ROW

FIRMS, SEATS, AGENTS = (COUNTS + ROW[name] for name in ("firms_on_premise", "seats_on_premise", "agents"))
SUPPORTED, SUPPORTED_SEATS, CAPPED = (COUNTS + ROW[name] for name in ("supported", "supported_seats", "capped"))
HITS, CHANGES, RETURNS = (COUNTS + ROW[name] for name in ("hits", "provider_changes", "returns"))
SURPLUS, OVERRATED = COUNTS + ROW["surplus"], COUNTS + ROW["overrated"]


def compile_booking(rules: Any, width: int) -> tuple[Any, ...]:
    """Compile what firms have at the providers they choose, what they claim, and how it is counted."""
    part = compiled(rules, width)
    public_seats, surplus, overrated = rules.public_seats, rules.surplus, rules.overrated

    @part
    def counted(board, squares, people, months):
        """Count firms where they are now, and what moved."""
        for place in range(width):
            firm, t = held(Firm, people, FIRM, width, place), gathered(Terms, board, TERMS, width, place)
            was, now, hit = board[WAS * width + place], board[NOW * width + place], board[HIT * width + place]
            taken, on = public_seats(now, firm, t.hybrid_share), now > 1.5
            private = where(now > 0.5, firm.seats - taken, 0.0)
            other = on & (board[GOING * width + place] != board[AT * width + place])
            board[TAKEN * width + place] = taken
            for k in range(1, len(OPTIONS)):
                board[(FIRMS + k) * width + place] += where(now == k, 1.0, 0.0)
                board[(SEATS + k) * width + place] += where(now == k, firm.seats, 0.0)
            board[HITS * width + place] += where(on, hit, 0.0)
            board[CHANGES * width + place] += where((was > 1.5) & other, 1.0, 0.0)
            board[RETURNS * width + place] += where((was > 1.5) & (now < 1.5), 1.0, 0.0)
            board[SURPLUS * width + place] += surplus(board[UTILITY * width + place], firm, months)
            squares[place] += int(private) * int(private)

    @part
    def served(board, sold, offers, first_row, gains, j):
        """Count the seats that provider j has taken, and note what its customers pay and risk."""
        code, gain = float(j), np.uint64(j * width)
        seats, agent_seats = np.uint64(j * width), np.uint64((AGENT_SEATS - PROVIDER_SEATS + j) * width)
        for place in range(np.uint64(width)):
            mine = board[np.uint64(GOING * width) + place] == code
            taken = where(mine, board[np.uint64(TAKEN * width) + place], 0.0)
            gains_here = gains[gain + place] > 0.0
            sold[seats + place] += taken
            sold[agent_seats + place] += where(gains_here, taken, 0.0)
            uses = where(mine & gains_here, 1.0, where(j == 0, 0.0, board[np.uint64(USES * width) + place]))
            board[np.uint64(USES * width) + place] = uses
            offer = gathered(Priced, offers, first_row, width, place)
            for row, here in ((TRUE_RISK, offer.risk), (PRICE, offer.price), (AGENT_PRICE, offer.agent_cost)):
                before = where(j == 0, 0.0, board[np.uint64(row * width) + place])
                board[np.uint64(row * width) + place] = where(mine, here, before)

    @part
    def settled(board, people, months):
        """Count who uses agents, and what firms overrate."""
        for place in range(width):
            firm, t = held(Firm, people, FIRM, width, place), gathered(Terms, board, TERMS, width, place)
            true_risk, now = board[TRUE_RISK * width + place], board[NOW * width + place]
            excess = overrated(board[RISK * width + place], firm, true_risk, now, t)
            board[OVERRATED * width + place] += surplus(excess, firm, months)
            board[AGENTS * width + place] += board[USES * width + place]

    claimed, supported = _compile_claims(rules, width)
    return counted, served, settled, claimed, supported, _compile_flush(rules, width)


def _compile_claims(rules: Any, width: int) -> tuple[Any, Any]:
    """Compile what firms claim of policies, and how those are counted whose contracts are paid for."""
    part = compiled(rules, width)
    public_seats, grant, is_capped = rules.public_seats, rules.grant, rules.is_capped

    @part
    def claimed(board, entitlements, n, months, claims, row, people):
        """Enter what firms claim of a policy: AMOUNT, and AGENT_AMOUNT where they have agents; the first afresh."""
        start = np.uint64(row * width)
        for place in range(np.uint64(width)):
            firm, t = held(Firm, people, FIRM, width, place), gathered(Terms, board, TERMS, width, place)
            may = gathered(Entitled, entitlements, n * ENTITLED, width, place)
            now, amount = board[np.uint64(NOW * width) + place], board[np.uint64(AMOUNT * width) + place]
            agents = board[np.uint64(USES * width) + place] > 0.5
            with_agents = where(agents, board[np.uint64(AGENT_AMOUNT * width) + place], 0.0)
            seats = public_seats(now, firm, t.hybrid_share)
            claim = where(now > 1.5, grant(amount + with_agents, seats, months), 0.0)
            limited = (now > 1.5) & is_capped(board[np.uint64(PRICE * width) + place], amount, may)
            claims[start + place] += int(claim)
            pays = where(n == 0, 0.0, board[np.uint64(PAYS * width) + place])
            capped = where(n == 0, 0.0, board[np.uint64(LIMITED * width) + place])
            board[np.uint64(PAYS * width) + place] = where(claim > 0.0, 1.0, pays)
            board[np.uint64(LIMITED * width) + place] = where(limited, 1.0, capped)

    @part
    def supported(board):
        """Count those whose contracts are paid for."""
        for place in range(width):
            pays = board[PAYS * width + place]
            board[SUPPORTED * width + place] += pays
            board[SUPPORTED_SEATS * width + place] += pays * board[TAKEN * width + place]
            board[CAPPED * width + place] += board[LIMITED * width + place]

    return claimed, supported


def _compile_flush(rules: Any, width: int) -> Any:
    """Compile how counts leave the board."""
    islands = ROW["islands"]

    @compiled(rules, width, often=False)
    def flush(board, counts, acting, strip, firms, lanes, tallies, claims, c):
        """Empty what was counted at the places of so many firms and lanes into the counts and claims of a class."""
        sold, squares, dues = counts
        for firm in range(firms):
            for row in range(PROVIDER_SEATS):
                start = np.uint64((COUNTS + row) * width + firm * lanes)
                for lane in range(np.uint64(lanes)):
                    tallies[row, c, np.uint64(strip) + lane] += int(board[start + lane])
            for row in range(tallies.shape[0] - PROVIDER_SEATS):
                start = np.uint64(row * width + firm * lanes)
                for lane in range(np.uint64(lanes)):
                    tallies[PROVIDER_SEATS + row, c, np.uint64(strip) + lane] += int(sold[start + lane])
            for lane in range(lanes):
                tallies[islands, c, strip + lane] += squares[firm * lanes + lane]
                for n in range(len(acting)):
                    claims[acting[n], c, strip + lane] += dues[n * width + firm * lanes + lane]
        board[COUNTS * width : FIRM * width] = 0.0
        sold[:] = 0.0
        squares[:] = 0
        dues[:] = 0

    return flush
