"""How the decisions of a strip of lanes enter the counts of the compiled engine."""

from typing import Any

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
from sim.engines.lifting import compiled, gathered
from sim.model.facts import Support, Terms
from sim.model.tallies import AGENT_SEATS, PROVIDER_SEATS, ROW


def compile_booking(rules: Any, width: int) -> tuple[Any, Any, Any]:
    """Compile how decisions enter the counts: integers, lane by lane, for the few firms that change."""
    part = compiled(rules, width)
    public_seats, grant, is_capped = rules.public_seats, rules.grant, rules.is_capped
    firms, seats, public_row = ROW["firms_on_premise"], ROW["seats_on_premise"], ROW["public_seats"]
    agents_row, islands, hits_row = ROW["agents"], ROW["islands"], ROW["hits"]
    returns, changes, capped = ROW["returns"], ROW["provider_changes"], ROW["capped"]
    risk_row, aware_row = ROW["risk"], ROW["aware"]

    @part
    def count(tallies, c, lane, option, provider, agents, firm, share, sign):
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

    @part
    def booked(board, strip, real, tallies, c, firm):
        for lane in range(real):
            if board[MOVED * width + lane] > 0.5:
                here = strip + lane
                t = gathered(Terms, board, TERMS, width, lane)
                was, now = int(board[WAS * width + lane]), int(board[NOW * width + lane])
                at, going = int(board[AT * width + lane]), int(board[GOING * width + lane])
                used, uses = int(board[USED * width + lane]), int(board[USES * width + lane])
                count(tallies, c, here, was, at, used, firm, t.hybrid_share, -1)
                count(tallies, c, here, now, going, uses, firm, t.hybrid_share, 1)
                tallies[capped, c, here] += int(board[LIMITED * width + lane])
                if now >= 2:
                    tallies[hits_row, c, here] += int(board[HIT * width + lane])
                    tallies[changes, c, here] += was >= 2 and going != at
                else:
                    tallies[returns, c, here] += was >= 2

    @part
    def claimed(board, posted, rows, strip, real, months, claims, s, c, firm):
        """Enter what a firm on public or hybrid cloud claims of one policy; its support is in AMOUNT."""
        for lane in range(real):
            now, amount = int(board[NOW * width + lane]), board[AMOUNT * width + lane]
            if now >= 2 and amount > 0.0:
                t, policy = gathered(Terms, board, TERMS, width, lane), gathered(Support, posted, rows[0], width, lane)
                rate = policy.rate * posted[rows[1] * width + lane]
                policy = Support(rate, policy.cap, policy.reach, policy.new_users)
                claims[s, c, strip + lane] += int(grant(amount, public_seats(now, firm, t.hybrid_share), months))
                if is_capped(t.price * board[PRICE * width + lane], firm, policy):
                    board[MOVED * width + lane] = board[LIMITED * width + lane] = 1.0

    @part
    def flush(board, strip, real, tallies, c):
        """Empty the sums held as floats into the counts."""
        for lane in range(width):
            if lane < real:
                tallies[risk_row, c, strip + lane] += int(board[RISK_SUM * width + lane])
                tallies[aware_row, c, strip + lane] += int(board[AWARE_SUM * width + lane])
            board[RISK_SUM * width + lane] = 0.0
            board[AWARE_SUM * width + lane] = 0.0

    return booked, claimed, flush
