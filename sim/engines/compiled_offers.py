"""What policies' support and providers' offers are worth to a firm, in a strip of lanes of the compiled engine."""

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
    GRANTED,
    LEFT,
    OWN,
    OWN_GAIN,
    OWN_PRICE,
    OWN_RISK,
    TERMS,
    WAS,
)
from sim.engines.lifting import compiled, gathered
from sim.model.arithmetic import where
from sim.model.facts import Entitled, Offer, Support, Terms
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
    def entitled(board, entitlements, n, posted, support_row, firm):
        """Put what the firm may have of the n-th policy that acts on the board of its entitlements."""
        row = n * ENTITLED
        rate, agent_rate = np.uint64((row + RATE) * width), np.uint64((row + AGENT_RATE) * width)
        most = np.uint64((row + MOST) * width)
        for lane in range(np.uint64(width)):
            policy = gathered(Support, posted, support_row, width, lane)
            eligible = is_eligible(where(board[np.uint64(WAS * width) + lane] > 1.5, 1.0, 0.0), firm, policy)
            entitlements[rate + lane] = where(eligible, policy.rate, 0.0)
            entitlements[agent_rate + lane] = where(eligible, policy.agent_rate, 0.0)
            entitlements[most + lane] = most_support(firm, policy)

    @part
    def offered(board, posted, offer_row, j, taste, firm):
        """Compare provider j, its support granted already, with the best so far; the first starts afresh."""
        number = float(j)
        for lane in range(width):
            t, offer = gathered(Terms, board, TERMS, width, lane), gathered(Offer, posted, offer_row, width, lane)
            best = where(j == 0, WORST, board[BEST * width + lane])
            mine = board[AT * width + lane] == number
            with_agents = agent_gain(board[AGENT_GRANTED * width + lane], firm, offer, t)
            value = provider_value(taste, board[GRANTED * width + lane], with_agents, firm, offer, t)
            gain = where(with_agents > 0.0, 1.0, 0.0)
            better = value > best
            board[BEST * width + lane] = where(better, value, best)
            board[BEST_AT * width + lane] = where(better, number, board[BEST_AT * width + lane])
            board[BEST_GAIN * width + lane] = where(better, gain, board[BEST_GAIN * width + lane])
            board[BEST_PRICE * width + lane] = where(better, offer.price, board[BEST_PRICE * width + lane])
            board[BEST_RISK * width + lane] = where(better, offer.risk, board[BEST_RISK * width + lane])
            board[OWN * width + lane] = where(mine, value, where(j == 0, WORST, board[OWN * width + lane]))
            board[OWN_GAIN * width + lane] = where(mine, gain, board[OWN_GAIN * width + lane])
            board[OWN_PRICE * width + lane] = where(mine, offer.price, board[OWN_PRICE * width + lane])
            board[OWN_RISK * width + lane] = where(mine, offer.risk, board[OWN_RISK * width + lane])
            chance = where(j == 0, 0.0, board[CHANCE * width + lane])
            board[CHANCE * width + lane] = where(mine, offer.hit_chance, chance)

    @part
    def granted(board, entitlements, n, prices, price_row):
        """Add the support of the n-th policy that acts, at most what the ones before left of either cost.

        `prices` is the board with the price index in `price_row`; the first policy starts afresh.
        """
        for lane in range(width):
            t = gathered(Terms, board, TERMS, width, lane)
            may = gathered(Entitled, entitlements, n * ENTITLED, width, lane)
            index = prices[price_row * width + lane]
            price, cost = t.price * index, t.agent_cost * index
            left = where(n == 0, price, board[LEFT * width + lane])
            cost_left = where(n == 0, cost, board[COST_LEFT * width + lane])
            amount = price_support(price, left, may)
            with_agents = agent_support(cost, cost_left, amount, may)
            board[AMOUNT * width + lane] = amount
            board[AGENT_AMOUNT * width + lane] = with_agents
            board[LEFT * width + lane] = left - amount
            board[COST_LEFT * width + lane] = cost_left - with_agents
            board[GRANTED * width + lane] = where(n == 0, 0.0, board[GRANTED * width + lane]) + amount
            so_far = where(n == 0, 0.0, board[AGENT_GRANTED * width + lane])
            board[AGENT_GRANTED * width + lane] = so_far + with_agents

    return entitled, granted, offered
