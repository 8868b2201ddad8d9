"""How the decisions of a strip are counted in the compiled engine.

Counts are of the firms as they stand after their review, integers held as floats on the board, which is emptied long
before a float could lose a unit; squared seats may be larger and are integers. Small counts are packed into one number:
each number that is added to takes a load and a store. Firms and seats without cloud are not counted: they are what is
left of all (`sim.engines.compiled_partners`).
"""

from typing import Any

import numpy as np

from sim.engines.compiled_boards import (
    AGENT_AMOUNT,
    AGENT_PRICE,
    AMOUNT,
    AT,
    ENTITLED_FIELDS,
    EVENTS,
    FIRM,
    GOING,
    HIT,
    KNOWS,
    LIMITED,
    NOW,
    OVERRATED,
    PAYS,
    PRICE,
    PRICED_FIELDS,
    RISK,
    RISKS,
    SUPPORTED,
    SURPLUS,
    TAKEN,
    TERMS,
    USERS,
    USES,
    UTILITY,
    WAS,
)  # fmt: skip
from sim.engines.compiled_offers import AT_ONCE
from sim.engines.lifting import compiled, gathered, held
from sim.model.arithmetic import where
from sim.model.facts import Entitled, Firm, Priced, Terms
from sim.model.nouns import OPTIONS
from sim.model.tallies import AGENT_SEATS, PROVIDER_SEATS, ROW

EVENT_BITS = 8
"""Bits of how often an event has happened to the firms at a place; all events share a number."""
EVENT_NAMES = "aware", "hits", "provider_changes", "returns", "agents", "capped"
AWARE, HITS, CHANGES, RETURNS, AGENTS, CAPPED = (2.0 ** (EVENT_BITS * n) for n in range(len(EVENT_NAMES)))
assert EVENT_BITS * len(EVENT_NAMES) <= 53, "a float holds no more events exactly: give each fewer EVENT_BITS"

STRIPS = 2**EVENT_BITS - 1
"""Strips after which counts leave the board: no event has happened more often at a place."""

SEAT_BITS = 40
"""Bits of seats, where they share a number with their firms: room for those of STRIPS firms, each below 2^31."""
ONE_FIRM = 2.0**SEAT_BITS


def _fields() -> np.ndarray:
    """What stands where on the board: row, lowest bit, mask, and row of the tallies."""
    whole = (RISKS, "risk"), (SURPLUS, "surplus"), (OVERRATED, "overrated")
    found = [(row, 0, -1, ROW[name]) for row, name in whole]
    found += [(EVENTS, EVENT_BITS * n, 2**EVENT_BITS - 1, ROW[name]) for n, name in enumerate(EVENT_NAMES)]
    seats_on, firms_on = ROW["seats_on_premise"], ROW["firms_on_premise"]
    users = [(USERS + k - 1, seats_on + k, firms_on + k) for k in range(1, len(OPTIONS))]
    for row, seats, firms in (*users, (SUPPORTED, ROW["supported_seats"], ROW["supported"])):
        found += [(row, 0, 2**SEAT_BITS - 1, seats), (row, SEAT_BITS, -1, firms)]
    return np.array(found)


FIELDS = _fields()


def compile_booking(rules: Any, width: int, providers: int) -> tuple[Any, ...]:
    """Compile what firms have at the providers they choose, what they claim, and how it is counted."""
    public_seats, surplus, overrated = rules.public_seats, rules.surplus, rules.overrated
    price_support, agent_support = rules.price_support, rules.agent_support
    grant, is_capped = rules.grant, rules.is_capped

    def settling(policies):
        """Compile the step for so many policies that grant firms anything, claims included, in one loop."""

        @compiled(rules, width, providers, policies)
        def settled(board, squares, sold, offers, gains, entitlements, wanted, people, months):
            """Count firms as they are now, and what happened to them; note what they use, claim and are paid."""
            for place in range(np.uint64(width)):
                firm, t = held(Firm, people, FIRM, width, place), gathered(Terms, board, TERMS, width, place)
                was, now = board[np.uint64(WAS * width) + place], board[np.uint64(NOW * width) + place]
                at, going = board[np.uint64(AT * width) + place], board[np.uint64(GOING * width) + place]
                taken, on, was_on = public_seats(now, firm, t.hybrid_share), now > 1.5, was > 1.5
                private = where(now > 0.5, firm.seats - taken, 0.0)
                uses = price = cost = true_risk = 0.0
                for j in range(providers):
                    offer, mine = gathered(Priced, offers, j * PRICED_FIELDS, width, place), going == j
                    with_agents = mine & (gains[np.uint64(j * width) + place] > 0.0)
                    sold[np.uint64(j * width) + place] += where(mine, taken, 0.0)
                    agents = np.uint64((AGENT_SEATS - PROVIDER_SEATS + j) * width)
                    sold[agents + place] += where(with_agents, taken, 0.0)
                    uses, true_risk = where(with_agents, 1.0, uses), where(mine, offer.risk, true_risk)
                    price, cost = where(mine, offer.price, price), where(mine, offer.agent_cost, cost)
                left, cost_left, pays, limited = price, cost, 0.0, 0.0
                for n in range(policies):
                    may = gathered(Entitled, entitlements, n * ENTITLED_FIELDS, width, place)
                    amount = price_support(price, left, may)
                    for_agents = agent_support(cost, cost_left, amount, may)
                    left, cost_left = left - amount, cost_left - for_agents
                    per_seat = amount + where(uses > 0.5, for_agents, 0.0)
                    claim = where(on, grant(per_seat, taken, months), 0.0)
                    wanted[np.uint64(n * width) + place] = claim
                    pays = where(claim > 0.0, 1.0, pays)
                    limited = where(on & is_capped(price, amount, may), CAPPED, limited)
                events = where(on & (board[np.uint64(HIT * width) + place] > 0.5), HITS, 0.0)
                events += where(was_on & on & (going != at), CHANGES, 0.0) + where(was_on & (now < 1.5), RETURNS, 0.0)
                events += where(uses > 0.5, AGENTS, 0.0) + limited
                events += where(board[np.uint64(KNOWS * width) + place] > 0.5, AWARE, 0.0)
                board[np.uint64(EVENTS * width) + place] += events
                for k in range(1, len(OPTIONS)):
                    board[np.uint64((USERS + k - 1) * width) + place] += where(now == k, ONE_FIRM + firm.seats, 0.0)
                if policies:  # known at compile time
                    board[np.uint64(SUPPORTED * width) + place] += pays * (ONE_FIRM + taken)
                utility, risk = board[np.uint64(UTILITY * width) + place], board[np.uint64(RISK * width) + place]
                excess = overrated(risk, firm, true_risk, now, t)
                board[np.uint64(SURPLUS * width) + place] += surplus(utility, firm, months)
                board[np.uint64(OVERRATED * width) + place] += surplus(excess, firm, months)
                squares[place] += int(private) * int(private)
                board[np.uint64(USES * width) + place] = uses
                board[np.uint64(PAYS * width) + place] = pays

        return settled

    @compiled(rules, width)
    def entered(wanted, n, dues, row):
        """Add what firms claim of the n-th policy to what is due of it, in its row."""
        start, first = np.uint64(row * width), np.uint64(n * width)
        for place in range(np.uint64(width)):
            dues[start + place] += int(wanted[first + place])

    return tuple(map(settling, AT_ONCE)), entered, _compile_claims(rules, width, providers)


def _compile_claims(rules: Any, width: int, providers: int) -> tuple[Any, Any, Any]:
    """Compile the same for firms that more policies support, once they are settled without: step by step."""
    part = compiled(rules, width)
    grant, is_capped, public_seats = rules.grant, rules.is_capped, rules.public_seats

    @compiled(rules, width, providers)
    def served(board, offers, people):
        """Look up how many seats customers take, and what they pay."""
        for place in range(np.uint64(width)):
            firm, t = held(Firm, people, FIRM, width, place), gathered(Terms, board, TERMS, width, place)
            price = cost = 0.0
            for j in range(providers):
                offer = gathered(Priced, offers, j * PRICED_FIELDS, width, place)
                mine = board[np.uint64(GOING * width) + place] == j
                price, cost = where(mine, offer.price, price), where(mine, offer.agent_cost, cost)
            taken = public_seats(board[np.uint64(NOW * width) + place], firm, t.hybrid_share)
            board[np.uint64(TAKEN * width) + place] = taken
            board[np.uint64(PRICE * width) + place] = price
            board[np.uint64(AGENT_PRICE * width) + place] = cost

    @part
    def claimed(board, entitlements, n, months, wanted):
        """Note what firms claim of a policy: AMOUNT, and AGENT_AMOUNT where they have agents; the first afresh."""
        for place in range(np.uint64(width)):
            may = gathered(Entitled, entitlements, n * ENTITLED_FIELDS, width, place)
            now, amount = board[np.uint64(NOW * width) + place], board[np.uint64(AMOUNT * width) + place]
            agents = board[np.uint64(USES * width) + place] > 0.5
            with_agents = where(agents, board[np.uint64(AGENT_AMOUNT * width) + place], 0.0)
            seats = board[np.uint64(TAKEN * width) + place]
            claim = where(now > 1.5, grant(amount + with_agents, seats, months), 0.0)
            limited = (now > 1.5) & is_capped(board[np.uint64(PRICE * width) + place], amount, may)
            wanted[np.uint64(n * width) + place] = claim
            pays = where(n == 0, 0.0, board[np.uint64(PAYS * width) + place])
            capped = where(n == 0, 0.0, board[np.uint64(LIMITED * width) + place])
            board[np.uint64(PAYS * width) + place] = where(claim > 0.0, 1.0, pays)
            board[np.uint64(LIMITED * width) + place] = where(limited, CAPPED, capped)

    @part
    def supported(board):
        """Count those whose contracts are paid for."""
        for place in range(np.uint64(width)):
            taken = board[np.uint64(TAKEN * width) + place]
            board[np.uint64(SUPPORTED * width) + place] += board[np.uint64(PAYS * width) + place] * (ONE_FIRM + taken)
            board[np.uint64(EVENTS * width) + place] += board[np.uint64(LIMITED * width) + place]

    return served, claimed, supported


def compile_flush(rules: Any, width: int) -> Any:
    """Compile how counts leave the board."""
    islands = ROW["islands"]

    @compiled(rules, width)
    def emptied(board, first, bit, mask, strip, firms, lanes, sums):
        """Add what stands in some bits of a row of a board to the sums of lanes."""
        start, begin = np.uint64(first), np.uint64(strip)
        if lanes == 1:
            found = 0
            for firm in range(np.uint64(firms)):
                found += (int(board[start + firm]) >> bit) & mask
            sums[begin] += found
            return
        for firm in range(firms):
            here = start + np.uint64(firm * lanes)
            for lane in range(np.uint64(lanes)):
                sums[begin + lane] += (int(board[here + lane]) >> bit) & mask

    @compiled(rules, width, often=False)
    def flush(board, counts, acting, strip, firms, lanes, tallies, claims, c):
        """Empty what was counted at the places of so many firms and lanes into the counts and claims of a class."""
        sold, squares, dues = counts
        for row, bit, mask, to in FIELDS:
            emptied(board, row * width, bit, mask, strip, firms, lanes, tallies[to, c])
        for row in range(len(sold) // width):
            emptied(sold, row * width, 0, -1, strip, firms, lanes, tallies[PROVIDER_SEATS + row, c])
        emptied(squares, np.int64(0), 0, -1, strip, firms, lanes, tallies[islands, c])
        for n in range(len(acting)):
            emptied(dues, n * width, 0, -1, strip, firms, lanes, claims[acting[n], c])
        board[RISKS * width : FIRM * width] = 0.0
        sold[:] = 0.0
        squares[:] = 0
        dues[:] = 0

    return flush
