"""How the decisions of a strip of lanes enter the counts of the compiled engine."""

from typing import Any

from numba import njit

from sim.engines.compiled_boards import (
    AMOUNT,
    AT,
    AWARE_SUM,
    GOING,
    HIT,
    LIMITED,
    MOVED,
    NOW,
    PRICE,
    RISK_SUM,
    TERMS,
    USED,
    USES,
    WAS,
)  # fmt: skip
from sim.engines.lifting import gathered
from sim.model.facts import Support, Terms
from sim.model.tallies import AGENT_SEATS, PROVIDER_SEATS, ROW


def compile_booking(rules: Any, width: int) -> tuple[Any, Any, Any]:
    """Compile how decisions enter the counts: integers, lane by lane, for the few firms that change."""
    public_seats, grant, is_capped = rules.public_seats, rules.grant, rules.is_capped
    firms, seats, public_row = ROW["firms_on_premise"], ROW["seats_on_premise"], ROW["public_seats"]
    agents_row, islands, hits_row = ROW["agents"], ROW["islands"], ROW["hits"]
    returns, changes, capped = ROW["returns"], ROW["provider_changes"], ROW["capped"]
    risk_row, aware_row = ROW["risk"], ROW["aware"]

    @njit(error_model="numpy")
    def count(tallies, lane, option, provider, agents, firm, share, sign):
        """Add a firm to the counts of its class, or take it out."""
        own, public = int(firm.seats), int(public_seats(option, firm, share))
        private = own - public if option > 0 else 0
        tallies[firms + option, lane] += sign
        tallies[seats + option, lane] += sign * own
        tallies[public_row, lane] += sign * public
        tallies[islands, lane] += sign * private * private
        if provider >= 0:
            tallies[PROVIDER_SEATS + provider, lane] += sign * public
            tallies[AGENT_SEATS + provider, lane] += sign * public * agents
        tallies[agents_row, lane] += sign * agents

    @njit(error_model="numpy")
    def booked(board, strip, real, tallies, firm):
        for lane in range(real):
            if board[MOVED * width + lane] > 0.5:
                here = strip + lane
                t = gathered(Terms, board, TERMS, width, lane)
                was, now = int(board[WAS * width + lane]), int(board[NOW * width + lane])
                at, going = int(board[AT * width + lane]), int(board[GOING * width + lane])
                used, uses = int(board[USED * width + lane]), int(board[USES * width + lane])
                count(tallies, here, was, at, used, firm, t.hybrid_share, -1)
                count(tallies, here, now, going, uses, firm, t.hybrid_share, 1)
                tallies[capped, here] += int(board[LIMITED * width + lane])
                if now >= 2:
                    tallies[hits_row, here] += int(board[HIT * width + lane])
                    tallies[changes, here] += was >= 2 and going != at
                else:
                    tallies[returns, here] += was >= 2

    @njit(error_model="numpy")
    def claimed(board, posted, rows, strip, real, months, claims, firm):
        """Enter what a firm on public or hybrid cloud claims of one policy; its support is in AMOUNT."""
        for lane in range(real):
            now, amount = int(board[NOW * width + lane]), board[AMOUNT * width + lane]
            if now >= 2 and amount > 0.0:
                t, policy = gathered(Terms, board, TERMS, width, lane), gathered(Support, posted, rows[0], width, lane)
                rate = policy.rate * posted[rows[1] * width + lane]
                policy = Support(rate, policy.cap, policy.reach, policy.new_users)
                claims[strip + lane] += int(grant(amount, public_seats(now, firm, t.hybrid_share), months))
                if is_capped(t.price * board[PRICE * width + lane], firm, policy):
                    board[MOVED * width + lane] = board[LIMITED * width + lane] = 1.0

    @njit(error_model="numpy")
    def flush(board, strip, real, tallies):
        """Empty the sums held as floats into the counts."""
        for lane in range(width):
            if lane < real:
                tallies[risk_row, strip + lane] += int(board[RISK_SUM * width + lane])
                tallies[aware_row, strip + lane] += int(board[AWARE_SUM * width + lane])
            board[RISK_SUM * width + lane] = 0.0
            board[AWARE_SUM * width + lane] = 0.0

    return booked, claimed, flush
