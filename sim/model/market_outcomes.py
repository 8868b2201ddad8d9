"""Outcomes of providers, infrastructures and the treasury, one lane and month at a time (like `sim.model.outcomes`)."""

from typing import NamedTuple

from sim.model.arithmetic import Number, maximum, minimum, where
from sim.model.nouns import CLASSES
from sim.model.rules import MONEY_UNITS

LITTLE = 1e-300
"""Divisor instead of zero, where the quotient is not used."""


class Market(NamedTuple):
    """State of the market at the end of a month; the first seven are arrays over providers."""

    price: Number  # index
    unit_cost: Number  # index
    congestion: Number  # share of price
    in_price: Number  # part of the price index that is support
    risk: Number  # objective, per year
    strength: Number  # of the ecosystem
    hit_shares: Number  # of the customers, in the month
    interoperability: Number  # κ, with what policies open
    paid: Number  # smallest units paid so far by all policies
    left: Number  # smallest units left of all budgets
    support: Number  # average support per public seat-month, money
    surplus: Number  # surplus and overrated risk by class since the start, whole money, shape (2, classes)
    profit: Number  # since the start, money


class Nation(NamedTuple):
    """What turns counts into national outcomes."""

    weights: Number  # national firms per simulated firm, (classes,)
    prices: Number  # list price at the start, (classes,)
    mean_price: Number  # mean list price at the start
    cost_of_funds: Number  # marginal cost of public funds


class OfMarket(NamedTuple):
    """Outcomes of the nation as a whole, by their names."""

    price: Number
    unit_cost: Number
    congestion: Number
    risk_objective: Number
    concentration: Number
    infrastructures: Number
    interoperability: Number
    ecosystem: Number
    incidents: Number
    support: Number
    support_in_price: Number
    profit: Number
    spent: Number
    budget_left: Number
    fiscal_cost: Number


def nationwide(numbers, weights):
    """National sum of numbers by class, in class order."""
    result = 0.0
    for c in range(len(CLASSES)):
        result = result + weights[c] * numbers[c]
    return result


def private_seats(n):
    """Seats on private infrastructure: private clouds and the private part of hybrids."""
    return n.seats_private + n.seats_hybrid + n.seats_public - n.public_seats


def of_market(classes, own, market, nation):
    """Outcomes of providers, infrastructures and the treasury."""
    providers, weights, prices = len(market.price), nation.weights, nation.prices
    total = squares = paid = cost = charged = charged_cost = 0.0
    for j in range(providers):
        mine, worth = nationwide(own[j], weights), 0.0
        for c in range(len(CLASSES)):
            worth = worth + weights[c] * own[j][c] * prices[c]
        total, squares = total + mine, squares + mine * mine
        paid, charged = paid + worth * market.price[j], charged + market.price[j]
        cost, charged_cost = cost + worth * market.unit_cost[j], charged_cost + market.unit_cost[j]
    used, safe = total > 0.0, maximum(total, LITTLE)
    plain = (prices[0] + prices[1] + prices[2] + prices[3]) / len(CLASSES)
    micro, small, medium, large = classes
    islands = micro.islands, small.islands, medium.islands, large.islands
    # A firm that stands for less than one in the nation is an infrastructure of so many fewer seats.
    island = 0.0
    for c in range(len(CLASSES)):
        island = island + weights[c] * minimum(weights[c], 1.0) * islands[c]
    private = private_seats(micro), private_seats(small), private_seats(medium), private_seats(large)
    cloud, separate = nationwide(private, weights) + total, island + squares
    linked = separate + market.interoperability * (total * total - squares)
    spent = market.paid / MONEY_UNITS
    return OfMarket(
        price=where(used, paid / safe, charged / providers * plain),
        unit_cost=where(used, cost / safe, charged_cost / providers * plain),
        congestion=_mean(market.congestion, own, weights, total),
        risk_objective=_mean(market.risk, own, weights, total),
        concentration=where(used, squares / safe / safe, 0.0),
        infrastructures=where(cloud > 0.0, cloud * cloud / maximum(separate, LITTLE), 0.0),
        interoperability=where(cloud > 0.0, linked / maximum(cloud * cloud, LITTLE), 0.0),
        ecosystem=_mean(market.strength, own, weights, total),
        incidents=_mean(market.hit_shares, own, weights, total),
        support=market.support,
        support_in_price=_mean(market.in_price, own, weights, total) * nation.mean_price,
        profit=market.profit,
        spent=spent,
        budget_left=market.left / MONEY_UNITS,
        fiscal_cost=spent * nation.cost_of_funds,
    )


def _mean(of, own, weights, total):
    """Mean over providers by their seats on public cloud; plain while there are none."""
    weighted = plain = 0.0
    for j in range(len(of)):
        weighted, plain = weighted + nationwide(own[j], weights) * of[j], plain + of[j]
    return where(total > 0.0, weighted / maximum(total, LITTLE), plain / len(of))
