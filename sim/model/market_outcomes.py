"""Outcomes of providers, infrastructures and the treasury, one lane and month at a time (like `sim.model.outcomes`)."""

from typing import NamedTuple

from sim.model.arithmetic import LITTLE, Number, maximum, minimum, where
from sim.model.nouns import CLASSES
from sim.model.units import MONEY_UNITS


class Offered(NamedTuple):
    """What is reported of a provider at the end of a month."""

    price: Number  # index
    unit_cost: Number  # index
    congestion: Number  # share of price
    in_price: Number  # part of the price index that is support
    risk: Number  # objective, per year
    strength: Number  # of the ecosystem
    hit_share: Number  # of the customers, in the month


class Sums(NamedTuple):
    """Sums over providers, added up from first to last; weighted by their seats on public cloud, and plain."""

    seats: Number
    squares: Number  # of seats
    price: Number
    plain_price: Number
    cost: Number
    plain_cost: Number
    congestion: Number
    plain_congestion: Number
    in_price: Number
    plain_in_price: Number
    risk: Number
    plain_risk: Number
    strength: Number
    plain_strength: Number
    hits: Number
    plain_hits: Number


NO_PROVIDER = Sums(*[0.0] * len(Sums._fields))


class Market(NamedTuple):
    """State of the market at the end of a month besides its providers."""

    interoperability: Number  # κ, with what policies open
    paid: Number  # smallest units paid so far by all policies
    left: Number  # smallest units left of all budgets
    support: Number  # average support per public seat-month, money
    profit: Number  # since the start, money


class Nation(NamedTuple):
    """What turns counts into national outcomes."""

    weights: Number  # national firms per simulated firm, (classes,)
    mean_price: Number  # mean list price of all seats at the start
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


def mean_price(prices, seats, weights):
    """Mean of list prices by class over all national seats; just their one price where classes have one."""
    above = [count * (price - prices[0]) for count, price in zip(seats, prices, strict=True)]
    return prices[0] + nationwide(above, weights) / nationwide(seats, weights)


def private_seats(n):
    """Seats on private infrastructure: private clouds and the private part of hybrids."""
    return n.seats_private + n.seats_hybrid + n.seats_public - n.public_seats


def with_provider(sums, own, offered, weights):
    """Return sums with those of one more provider.

    Parameters
    ----------
    own
        Its public seats by class.
    offered
        `Offered`.
    weights
        As `Nation` has them.
    """
    mine = nationwide(own, weights)
    return Sums(
        seats=sums.seats + mine,
        squares=sums.squares + mine * mine,
        price=sums.price + mine * offered.price,
        plain_price=sums.plain_price + offered.price,
        cost=sums.cost + mine * offered.unit_cost,
        plain_cost=sums.plain_cost + offered.unit_cost,
        congestion=sums.congestion + mine * offered.congestion,
        plain_congestion=sums.plain_congestion + offered.congestion,
        in_price=sums.in_price + mine * offered.in_price,
        plain_in_price=sums.plain_in_price + offered.in_price,
        risk=sums.risk + mine * offered.risk,
        plain_risk=sums.plain_risk + offered.risk,
        strength=sums.strength + mine * offered.strength,
        plain_strength=sums.plain_strength + offered.strength,
        hits=sums.hits + mine * offered.hit_share,
        plain_hits=sums.plain_hits + offered.hit_share,
    )


def of_market(classes, providers, sums, market, nation):
    """Outcomes of providers, infrastructures and the treasury, from sums over so many providers."""
    weights, money = nation.weights, nation.mean_price
    total, squares = sums.seats, sums.squares
    used, safe = total > 0.0, maximum(total, LITTLE)
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
        price=where(used, sums.price / safe, sums.plain_price / providers) * money,
        unit_cost=where(used, sums.cost / safe, sums.plain_cost / providers) * money,
        congestion=where(used, sums.congestion / safe, sums.plain_congestion / providers),
        risk_objective=where(used, sums.risk / safe, sums.plain_risk / providers),
        concentration=where(used, squares / safe / safe, 0.0),
        infrastructures=where(cloud > 0.0, cloud * cloud / maximum(separate, LITTLE), 0.0),
        interoperability=where(cloud > 0.0, linked / maximum(cloud * cloud, LITTLE), 0.0),
        ecosystem=where(used, sums.strength / safe, sums.plain_strength / providers),
        incidents=where(used, sums.hits / safe, sums.plain_hits / providers),
        support=market.support,
        support_in_price=where(used, sums.in_price / safe, sums.plain_in_price / providers) * money,
        profit=market.profit,
        spent=spent,
        budget_left=market.left / MONEY_UNITS,
        fiscal_cost=spent * nation.cost_of_funds,
    )
