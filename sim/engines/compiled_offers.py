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
    BEST_GAIN,
    BEST_PRICE,
    BEST_RISK,
    CHANCE,
    COST_LEFT,
    ENTITLED,
    FIRM,
    GRANTED,
    LEFT,
    OWN,
    OWN_GAIN,
    OWN_PRICE,
    OWN_RISK,
    SUPPORT,
    TERMS,
    WAS,
)
from sim.engines.lifting import compiled, gathered, held, number
from sim.model.arithmetic import where
from sim.model.facts import Entitled, Firm, Offer, Support, Terms
from sim.model.review import WORST

RATE, AGENT_RATE, MOST = (Entitled._fields.index(name) for name in ("rate", "agent_rate", "most"))
"""Rows of what a firm may have of one policy."""


def compile_offers(rules: Any, width: int) -> tuple[Any, Any, Any]:
    """Compile what policies' support and a provider are worth to a firm."""
    part = compiled(rules, width)
    provider_value, agent_gain = rules.provider_value, rules.agent_gain
    is_eligible, most_support = rules.is_eligible, rules.most_support
    price_support, agent_support = rules.price_support, rules.agent_support

    @part
    def entitled(board, entitlements, n, posted, first_row, sector, sectors, people):
        """Put what firms may have of the n-th policy that acts on the board of entitlements."""
        first = n * ENTITLED
        rate, agent_rate = np.uint64((first + RATE) * width), np.uint64((first + AGENT_RATE) * width)
        most = np.uint64((first + MOST) * width)
        for place in range(np.uint64(width)):
            firm = held(Firm, people, FIRM, width, place)
            row = first_row + (number(sector, 0, width, place) if sectors > 1 else 0) * SUPPORT
            policy = gathered(Support, posted, row, width, place)
            eligible = is_eligible(where(board[np.uint64(WAS * width) + place] > 1.5, 1.0, 0.0), firm, policy)
            entitlements[rate + place] = where(eligible, policy.rate, 0.0)
            entitlements[agent_rate + place] = where(eligible, policy.agent_rate, 0.0)
            entitlements[most + place] = most_support(firm, policy)

    @part
    def offered(board, posted, offer_row, j, tastes, people):
        """Compare provider j, its support granted already, with the best so far; the first starts afresh."""
        code = float(j)
        for place in range(width):
            firm, taste = held(Firm, people, FIRM, width, place), number(tastes, j, width, place)
            t, offer = gathered(Terms, board, TERMS, width, place), gathered(Offer, posted, offer_row, width, place)
            best = where(j == 0, WORST, board[BEST * width + place])
            mine = board[AT * width + place] == code
            with_agents = agent_gain(board[AGENT_GRANTED * width + place], firm, offer, t)
            value = provider_value(taste, board[GRANTED * width + place], with_agents, firm, offer, t)
            gain = where(with_agents > 0.0, 1.0, 0.0)
            better = value > best
            board[BEST * width + place] = where(better, value, best)
            board[BEST_AT * width + place] = where(better, code, board[BEST_AT * width + place])
            board[BEST_GAIN * width + place] = where(better, gain, board[BEST_GAIN * width + place])
            board[BEST_PRICE * width + place] = where(better, offer.price, board[BEST_PRICE * width + place])
            board[BEST_RISK * width + place] = where(better, offer.risk, board[BEST_RISK * width + place])
            board[OWN * width + place] = where(mine, value, where(j == 0, WORST, board[OWN * width + place]))
            board[OWN_GAIN * width + place] = where(mine, gain, board[OWN_GAIN * width + place])
            board[OWN_PRICE * width + place] = where(mine, offer.price, board[OWN_PRICE * width + place])
            board[OWN_RISK * width + place] = where(mine, offer.risk, board[OWN_RISK * width + place])
            chance = where(j == 0, 0.0, board[CHANCE * width + place])
            board[CHANCE * width + place] = where(mine, offer.hit_chance, chance)

    @part
    def granted(board, entitlements, n, prices, price_row):
        """Add the support of the n-th policy that acts, at most what the ones before left of either cost.

        `prices` is the board with the price index in `price_row`; the first policy starts afresh.
        """
        for place in range(width):
            t = gathered(Terms, board, TERMS, width, place)
            may = gathered(Entitled, entitlements, n * ENTITLED, width, place)
            index = prices[price_row * width + place]
            price, cost = t.price * index, t.agent_cost * index
            left = where(n == 0, price, board[LEFT * width + place])
            cost_left = where(n == 0, cost, board[COST_LEFT * width + place])
            amount = price_support(price, left, may)
            with_agents = agent_support(cost, cost_left, amount, may)
            board[AMOUNT * width + place] = amount
            board[AGENT_AMOUNT * width + place] = with_agents
            board[LEFT * width + place] = left - amount
            board[COST_LEFT * width + place] = cost_left - with_agents
            board[GRANTED * width + place] = where(n == 0, 0.0, board[GRANTED * width + place]) + amount
            so_far = where(n == 0, 0.0, board[AGENT_GRANTED * width + place])
            board[AGENT_GRANTED * width + place] = so_far + with_agents

    return entitled, granted, offered
