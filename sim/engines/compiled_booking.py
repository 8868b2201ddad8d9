"""How the decisions of a strip of lanes enter the counts of the compiled engine."""

from typing import Any

import numpy as np

from sim.engines.compiled_boards import (
    AGENT_AMOUNT,
    AMOUNT,
    AT,
    AWARE_SUM,
    CAPPED_SUM,
    ENTITLED,
    GOING,
    HIT_SUM,
    LIMITED,
    MOVED,
    NOW,
    OVERRATED_SUM,
    PAID,
    PAYS,
    PRICE,
    RISK_SUM,
    SURPLUS_SUM,
    TERMS,
    USED,
    USES,
    WAS,
)  # fmt: skip
from sim.engines.lifting import compiled, gathered
from sim.model.arithmetic import where
from sim.model.facts import Entitled, Terms
from sim.model.tallies import AGENT_SEATS, PROVIDER_SEATS, ROW


def compile_booking(rules: Any, width: int) -> tuple[Any, Any, Any]:
    """Compile how decisions enter the counts: integers, lane by lane, for the few firms that change."""
    part = compiled(rules, width)
    public_seats, grant, is_capped = rules.public_seats, rules.grant, rules.is_capped
    firms, seats, public_row = ROW["firms_on_premise"], ROW["seats_on_premise"], ROW["public_seats"]
    agents_row, islands, returns, changes = ROW["agents"], ROW["islands"], ROW["returns"], ROW["provider_changes"]
    sums = (RISK_SUM, AWARE_SUM, SURPLUS_SUM, OVERRATED_SUM, HIT_SUM, CAPPED_SUM)
    sum_rows = (ROW["risk"], ROW["aware"], ROW["surplus"], ROW["overrated"], ROW["hits"], ROW["capped"])
    supported, supported_seats = ROW["supported"], ROW["supported_seats"]

    @part
    def count(tallies, c, lane, option, provider, agents, pays, firm, share, sign):
        """Add a firm to the counts of its class, or take it out."""
        own, public = int(firm.seats), int(public_seats(option, firm, share))
        private = own - public if option > 0 else 0
        tallies[firms + option, c, lane] += sign
        tallies[seats + option, c, lane] += sign * own
        tallies[public_row, c, lane] += sign * public
        tallies[islands, c, lane] += sign * private * private
        if provider >= 0:
            tallies[PROVIDER_SEATS + provider, c, lane] += sign * public
            tallies[AGENT_SEATS + provider, c, lane] += sign * public * agents
        tallies[agents_row, c, lane] += sign * agents
        tallies[supported, c, lane] += sign * pays
        tallies[supported_seats, c, lane] += sign * public * pays

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
    def booked(board, strip, real, tallies, c, firm):
        """Enter the firm's move into the counts, in the lanes where it changes."""
        for lane in range(width):
            board[CAPPED_SUM * width + lane] += board[LIMITED * width + lane]
            changed = board[PAID * width + lane] != board[PAYS * width + lane]
            board[MOVED * width + lane] = where(changed, 1.0, board[MOVED * width + lane])
        for lane in range(real):
            if board[MOVED * width + lane] > 0.5:
                here = strip + lane
                t = gathered(Terms, board, TERMS, width, lane)
                was, now = int(board[WAS * width + lane]), int(board[NOW * width + lane])
                at, going = int(board[AT * width + lane]), int(board[GOING * width + lane])
                used, uses = int(board[USED * width + lane]), int(board[USES * width + lane])
                paid, pays = int(board[PAID * width + lane]), int(board[PAYS * width + lane])
                count(tallies, c, here, was, at, used, paid, firm, t.hybrid_share, -1)
                count(tallies, c, here, now, going, uses, pays, firm, t.hybrid_share, 1)
                tallies[changes, c, here] += was >= 2 and now >= 2 and going != at
                tallies[returns, c, here] += was >= 2 and now < 2

    @part
    def flush(board, strip, real, tallies, c):
        """Empty the sums held as floats into the counts."""
        for n in range(len(sums)):
            for lane in range(width):
                if lane < real:
                    tallies[sum_rows[n], c, strip + lane] += int(board[sums[n] * width + lane])
                board[sums[n] * width + lane] = 0.0

    return booked, claimed, flush
