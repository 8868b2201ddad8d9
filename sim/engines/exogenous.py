"""What no month changes in the economy of a block of lanes: parameters, outside demand, and sums at the start."""

from typing import NamedTuple

import numpy as np

from sim.engines.world import World
from sim.model.market_outcomes import mean_price, nationwide
from sim.model.tallies import ROW
from sim.model.terms import over_lanes


class Exogenous(NamedTuple):
    """What the economy takes as given, by lane; arrays."""

    paid: np.ndarray  # list price of a public seat at the start, and cost of agents of one, (2, classes, lanes)
    paying: np.ndarray  # paying share of agent users (I18), (lanes,)
    quality: np.ndarray  # b_q, (lanes,)
    interoperability: np.ndarray  # κ, (lanes,)
    appeal: np.ndarray  # (providers, lanes)
    outside: np.ndarray  # outside demand in seats by month, (months + 1, providers, lanes)
    shares: np.ndarray  # market shares at the start, by which outside and anchored seats go, (providers, lanes)
    seats: np.ndarray  # national seats of all firms, (lanes,)
    mean_price: np.ndarray  # what outside customers pay at the start: mean list price over national seats, (lanes,)
    cost_of_funds: np.ndarray  # marginal cost of public funds, (lanes,)


def exogenous(world: World, public: np.ndarray, tallies: np.ndarray) -> Exogenous:
    """Collect what the economy of a block takes as given.

    Parameters
    ----------
    public
        National public seats of each provider at the start, shape (providers, lanes).
    tallies
        Counts over firms at the start, shape (rows, classes, lanes).
    """
    block, given = world.block, world.block.given
    first, weights = ROW["seats_on_premise"], world.layout.weights
    seats = tallies[first] + tallies[first + 1] + tallies[first + 2] + tallies[first + 3]
    return Exogenous(
        outside=block.outside_growth * (over_lanes(block.values, "market.outside") * sum(public)) * given["shares"],
        seats=nationwide(seats, weights),
        mean_price=mean_price(given["paid"][0], seats, weights),
        **given,
    )
