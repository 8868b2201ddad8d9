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
    PRICED,
    RISK,
    TAKEN,
    TERMS,
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


def compile_booking(rules: Any, width: int, providers: int) -> tuple[Any, ...]:
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

    @compiled(rules, width, providers)
    def settled(board, sold, offers, gains, people, months):
        """Count what providers sold, who uses agents and what firms overrate; note what customers pay and risk."""
        for place in range(np.uint64(width)):
            firm, t = held(Firm, people, FIRM, width, place), gathered(Terms, board, TERMS, width, place)
            now, going = board[np.uint64(NOW * width) + place], board[np.uint64(GOING * width) + place]
            taken, uses, price, cost, true_risk = board[np.uint64(TAKEN * width) + place], 0.0, 0.0, 0.0, 0.0
            for j in range(providers):
                offer, mine = gathered(Priced, offers, j * PRICED, width, place), going == j
                with_agents = mine & (gains[np.uint64(j * width) + place] > 0.0)
                sold[np.uint64(j * width) + place] += where(mine, taken, 0.0)
                sold[np.uint64((AGENT_SEATS - PROVIDER_SEATS + j) * width) + place] += where(with_agents, taken, 0.0)
                uses, price = where(with_agents, 1.0, uses), where(mine, offer.price, price)
                cost, true_risk = where(mine, offer.agent_cost, cost), where(mine, offer.risk, true_risk)
            excess = overrated(board[np.uint64(RISK * width) + place], firm, true_risk, now, t)
            board[np.uint64(OVERRATED * width) + place] += surplus(excess, firm, months)
            board[np.uint64(AGENTS * width) + place] += uses
            board[np.uint64(USES * width) + place] = uses
            board[np.uint64(PRICE * width) + place] = price
            board[np.uint64(AGENT_PRICE * width) + place] = cost

    claimed, supported = _compile_claims(rules, width)
    return counted, settled, claimed, supported


def _compile_claims(rules: Any, width: int) -> tuple[Any, Any]:
    """Compile what firms claim of policies, and how those are counted whose contracts are paid for."""
    part = compiled(rules, width)
    grant, is_capped = rules.grant, rules.is_capped

    @part
    def claimed(board, entitlements, n, months, claims, row):
        """Enter what firms claim of a policy: AMOUNT, and AGENT_AMOUNT where they have agents; the first afresh."""
        start = np.uint64(row * width)
        for place in range(np.uint64(width)):
            may = gathered(Entitled, entitlements, n * ENTITLED, width, place)
            now, amount = board[np.uint64(NOW * width) + place], board[np.uint64(AMOUNT * width) + place]
            agents = board[np.uint64(USES * width) + place] > 0.5
            with_agents = where(agents, board[np.uint64(AGENT_AMOUNT * width) + place], 0.0)
            seats = board[np.uint64(TAKEN * width) + place]
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


def compile_flush(rules: Any, width: int) -> Any:
    """Compile how counts leave the board."""
    islands = ROW["islands"]

    @compiled(rules, width)
    def emptied(board, first, strip, firms, lanes, sums):
        """Add what stands on a row of a board to the sums of lanes."""
        start, begin = np.uint64(first), np.uint64(strip)
        if lanes == 1:
            found = 0
            for firm in range(np.uint64(firms)):
                found += int(board[start + firm])
            sums[begin] += found
            return
        for firm in range(firms):
            here = start + np.uint64(firm * lanes)
            for lane in range(np.uint64(lanes)):
                sums[begin + lane] += int(board[here + lane])

    @compiled(rules, width, often=False)
    def flush(board, counts, acting, strip, firms, lanes, tallies, claims, c):
        """Empty what was counted at the places of so many firms and lanes into the counts and claims of a class."""
        sold, squares, dues = counts
        for row in range(PROVIDER_SEATS):
            emptied(board, (COUNTS + row) * width, strip, firms, lanes, tallies[row, c])
        for row in range(len(sold) // width):
            emptied(sold, row * width, strip, firms, lanes, tallies[PROVIDER_SEATS + row, c])
        emptied(squares, np.int64(0), strip, firms, lanes, tallies[islands, c])
        for n in range(len(acting)):
            emptied(dues, n * width, strip, firms, lanes, claims[acting[n], c])
        board[COUNTS * width : FIRM * width] = 0.0
        sold[:] = 0.0
        squares[:] = 0
        dues[:] = 0

    return flush
