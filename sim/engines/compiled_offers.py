"""What policies' support and providers' offers are worth to a firm, in a strip of lanes of the compiled engine."""

from typing import Any

from sim.engines.compiled_boards import (
    AMOUNT,
    AT,
    BEST,
    BEST_AT,
    BEST_GAIN,
    BEST_PRICE,
    CHANCE,
    GRANTED,
    LEFT,
    OWN,
    OWN_GAIN,
    OWN_PRICE,
    PRICE,
    TERMS,
    WAS,
)
from sim.engines.lifting import compiled, gathered
from sim.model.arithmetic import where
from sim.model.facts import Offer, Support, Terms
from sim.model.review import WORST


def compile_offers(rules: Any, width: int) -> tuple[Any, Any, Any]:
    """Compile what a policy's support and a provider are worth to a firm."""
    part = compiled(rules, width)
    provider_value, agent_gain, price_support = rules.provider_value, rules.agent_gain, rules.price_support

    @part
    def offered(board, posted, offer_row, j, taste, firm):
        """Compare provider j, its support in GRANTED, with the best so far; the first one starts afresh."""
        number = float(j)
        for lane in range(width):
            t, offer = gathered(Terms, board, TERMS, width, lane), gathered(Offer, posted, offer_row, width, lane)
            best = where(j == 0, WORST, board[BEST * width + lane])
            mine = board[AT * width + lane] == number
            value = provider_value(taste, board[GRANTED * width + lane], firm, offer, t)
            gain = where(agent_gain(firm, offer, t) > 0.0, 1.0, 0.0)
            better = value > best
            board[BEST * width + lane] = where(better, value, best)
            board[BEST_AT * width + lane] = where(better, number, board[BEST_AT * width + lane])
            board[BEST_GAIN * width + lane] = where(better, gain, board[BEST_GAIN * width + lane])
            board[BEST_PRICE * width + lane] = where(better, offer.price, board[BEST_PRICE * width + lane])
            board[OWN * width + lane] = where(mine, value, where(j == 0, WORST, board[OWN * width + lane]))
            board[OWN_GAIN * width + lane] = where(mine, gain, board[OWN_GAIN * width + lane])
            board[OWN_PRICE * width + lane] = where(mine, offer.price, board[OWN_PRICE * width + lane])
            chance = where(j == 0, 0.0, board[CHANCE * width + lane])
            board[CHANCE * width + lane] = where(mine, offer.hit_chance, chance)

    @part
    def begun(board, posted, price_row):
        """Start adding up support at a price index: nothing granted, all of the price left."""
        for lane in range(width):
            t = gathered(Terms, board, TERMS, width, lane)
            index = posted[price_row * width + lane]
            board[PRICE * width + lane] = index
            board[LEFT * width + lane] = t.price * index
            board[GRANTED * width + lane] = 0.0

    @part
    def granted(board, posted, rows, firm):
        """Add the support of one policy to GRANTED, at most what the ones before left of the price.

        `rows` are those of its terms and of whether it applies to the firm's sector.
        """
        for lane in range(width):
            t, policy = gathered(Terms, board, TERMS, width, lane), gathered(Support, posted, rows[0], width, lane)
            rate = policy.rate * posted[rows[1] * width + lane]
            policy = Support(rate, policy.cap, policy.reach, policy.new_users)
            price, left = t.price * board[PRICE * width + lane], board[LEFT * width + lane]
            on_cloud = where(board[WAS * width + lane] > 1.5, 1.0, 0.0)
            amount = price_support(price, left, on_cloud, firm, policy)
            board[AMOUNT * width + lane] = amount
            board[LEFT * width + lane] = left - amount
            board[GRANTED * width + lane] = board[GRANTED * width + lane] + amount

    return begun, granted, offered
