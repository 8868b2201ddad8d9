"""What policies' support and providers' offers are worth to firms, in a strip of the compiled engine."""

from typing import Any

import numpy as np

from sim.engines.compiled_boards import (
    AGENT_AMOUNT,
    AGENT_GRANTED,
    AMOUNT,
    AT,
    BEST,
    BEST_AT,
    COST_LEFT,
    ENTITLED_FIELDS,
    FIRM,
    GRANTED,
    LEFT,
    OWN,
    PRICED_FIELDS,
    SUPPORT_FIELDS,
    TERMS,
    WAS,
)
from sim.engines.lifting import compiled, gathered, held, number
from sim.model.arithmetic import where
from sim.model.facts import Entitled, Firm, Priced, Support, Terms
from sim.model.review import WORST

AT_ONCE = 0, 1, 2
"""Numbers of policies that support a firm for which `compile_decision` has a loop; more are taken step by step."""

RATE, AGENT_RATE, MOST = (Entitled._fields.index(name) for name in ("rate", "agent_rate", "most"))
"""Rows of what a firm may have of one policy."""


def compile_offers(rules: Any, width: int, providers: int, several: bool) -> tuple[Any, ...]:
    """Compile what policies' support and providers are worth to a firm."""
    part = compiled(rules, width)
    provider_value, agent_gain = rules.provider_value, rules.agent_gain
    is_eligible, most_support = rules.is_eligible, rules.most_support
    price_support, agent_support = rules.price_support, rules.agent_support

    @part
    def entitled(board, entitlements, n, supports, k, people):
        """Put what firms may have of the k-th policy on the board of entitlements, as the n-th; tell if any has any."""
        first, found = n * ENTITLED_FIELDS, 0
        rate, agent_rate = np.uint64((first + RATE) * width), np.uint64((first + AGENT_RATE) * width)
        most = np.uint64((first + MOST) * width)
        for place in range(np.uint64(width)):
            firm = held(Firm, people, FIRM, width, place)
            policy = gathered(Support, supports, k * SUPPORT_FIELDS, width, place)
            eligible = is_eligible(where(board[np.uint64(WAS * width) + place] > 1.5, 1.0, 0.0), firm, policy)
            of_price, of_agents = where(eligible, policy.rate, 0.0), where(eligible, policy.agent_rate, 0.0)
            entitlements[rate + place] = of_price
            entitlements[agent_rate + place] = of_agents
            found += int((of_price > 0.0) | (of_agents > 0.0))
        if found:
            for place in range(np.uint64(width)):
                firm = held(Firm, people, FIRM, width, place)
                policy = gathered(Support, supports, k * SUPPORT_FIELDS, width, place)
                entitlements[most + place] = most_support(firm, policy)
        return found > 0

    @part
    def granted(board, entitlements, n, prices, price, cost):
        """Add the support of the n-th policy, at most what the ones before left of either cost.

        The price is in row `price` of the board `prices`, the cost of agents in row `cost`; the first starts afresh.
        """
        price_row, cost_row = np.uint64(price * width), np.uint64(cost * width)
        for place in range(np.uint64(width)):
            may = gathered(Entitled, entitlements, n * ENTITLED_FIELDS, width, place)
            full, full_cost = prices[price_row + place], prices[cost_row + place]
            left = where(n == 0, full, board[np.uint64(LEFT * width) + place])
            cost_left = where(n == 0, full_cost, board[np.uint64(COST_LEFT * width) + place])
            amount = price_support(full, left, may)
            with_agents = agent_support(full_cost, cost_left, amount, may)
            board[np.uint64(AMOUNT * width) + place] = amount
            board[np.uint64(AGENT_AMOUNT * width) + place] = with_agents
            board[np.uint64(LEFT * width) + place] = left - amount
            board[np.uint64(COST_LEFT * width) + place] = cost_left - with_agents
            so_far = where(n == 0, 0.0, board[np.uint64(GRANTED * width) + place])
            for_agents = where(n == 0, 0.0, board[np.uint64(AGENT_GRANTED * width) + place])
            board[np.uint64(GRANTED * width) + place] = so_far + amount
            board[np.uint64(AGENT_GRANTED * width) + place] = for_agents + with_agents

    @part
    def offered(board, offers, first_row, gains, j, tastes, people):
        """Compare provider j, its support granted already, with the best so far; the first starts afresh."""
        code, gain = float(j), np.uint64(j * width)
        for place in range(np.uint64(width)):
            firm, taste = held(Firm, people, FIRM, width, place), number(tastes, j, width, place)
            t, offer = gathered(Terms, board, TERMS, width, place), gathered(Priced, offers, first_row, width, place)
            with_agents = agent_gain(board[np.uint64(AGENT_GRANTED * width) + place], firm, offer, t)
            supported = board[np.uint64(GRANTED * width) + place]
            value = provider_value(taste, supported, with_agents, firm, offer, t)
            best = where(j == 0, WORST, board[np.uint64(BEST * width) + place])
            best_at = where(j == 0, 0.0, board[np.uint64(BEST_AT * width) + place])
            own = where(j == 0, WORST, board[np.uint64(OWN * width) + place])
            better = value > best
            gains[gain + place] = with_agents
            board[np.uint64(BEST * width) + place] = where(better, value, best)
            board[np.uint64(BEST_AT * width) + place] = where(better, code, best_at)
            board[np.uint64(OWN * width) + place] = where(board[np.uint64(AT * width) + place] == code, value, own)

    def comparing(policies):
        """Compile the comparison of all providers where so many policies support firms, in one loop."""

        @compiled(rules, width, providers, several, policies)
        def compared(board, entitlements, offers, gains, tastes, people):
            """Note the best provider's value and number, the value of the firm's own, and gains from agents at each."""
            for place in range(np.uint64(width)):
                firm, t = held(Firm, people, FIRM, width, place), gathered(Terms, board, TERMS, width, place)
                at, best, best_at, own = board[np.uint64(AT * width) + place], WORST, 0.0, WORST
                for j in range(providers):
                    offer = gathered(Priced, offers, j * PRICED_FIELDS, width, place)
                    taste = tastes[np.uint64(j * width) + place] if several else tastes[np.uint64(j)]
                    left, cost_left, supported, for_agents = offer.price, offer.agent_cost, 0.0, 0.0
                    for n in range(policies):
                        may = gathered(Entitled, entitlements, n * ENTITLED_FIELDS, width, place)
                        amount = price_support(offer.price, left, may)
                        with_agents = agent_support(offer.agent_cost, cost_left, amount, may)
                        left, cost_left = left - amount, cost_left - with_agents
                        supported, for_agents = supported + amount, for_agents + with_agents
                    gain = agent_gain(for_agents, firm, offer, t)
                    value = provider_value(taste, supported, gain, firm, offer, t)
                    better = value > best
                    best_at, best = where(better, float(j), best_at), where(better, value, best)
                    own = where(at == j, value, own)
                    gains[np.uint64(j * width) + place] = gain
                board[np.uint64(BEST * width) + place] = best
                board[np.uint64(BEST_AT * width) + place] = best_at
                board[np.uint64(OWN * width) + place] = own

        return compared

    return entitled, granted, offered, tuple(map(comparing, AT_ONCE))
