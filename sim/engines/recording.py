"""Recording: the outcomes of every lane, month by month, compiled (`sim.model.outcomes` has the formulas)."""

import numpy as np

from sim.engines.economy import Economy
from sim.engines.lifting import compiled, gathered, kernel, lift
from sim.engines.posting_kernels import climate
from sim.engines.result import Result
from sim.engines.settling import Settled
from sim.model import market, market_outcomes, outcomes, terms
from sim.model.channels import Raised
from sim.model.market import Climate, Provider
from sim.model.market_outcomes import Market, Nation
from sim.model.outcome_table import COLUMNS
from sim.model.rules import MONEY_UNITS
from sim.model.tallies import PROVIDER_SEATS, Counts

PRICE, UNIT_COST, CONGESTION, IN_PRICE = (
    Provider._fields.index(name) for name in ("price", "unit_cost", "congestion", "in_price")
)
WIDTH = len(COLUMNS)
"""Columns that every scenario has; spending by policy follows."""

for _rules in (market, market_outcomes, outcomes, terms):
    lift(_rules)


class Record:
    """Outcomes of the months recorded.

    Parameters
    ----------
    economy
        The block's.
    months
        Recorded months.
    """

    def __init__(self, economy: Economy, months: np.ndarray):
        world = economy.world
        self._economy, self._months, self._done = economy, months, 0
        places = {name: n for n, name in enumerate(world.measures.names[: world.measures.policies])}
        mine = [[places[policy.name, policy.instrument] for policy in lane.policies] for lane in world.lanes]
        widths = np.array([WIDTH + len(each) for each in mine])
        self._ends = np.cumsum(widths * len(months))
        self._own = np.full((len(mine), max(map(len, mine))), -1)
        for lane, policies in enumerate(mine):
            self._own[lane, : len(policies)] = policies
        self._values = np.empty(self._ends[-1])  # in one piece: lane by lane, in each record by record
        self._assessed = np.empty((2, world.providers))
        self._record = Settled(_record)
        self._widths, self._starts = widths, self._ends - widths * len(months)

    def add(self, month: int) -> None:
        """Record the state after `month` months."""
        economy, treasury = self._economy, self._economy.fiscal.treasury
        self._record(
            economy.tallies, economy.weights, economy.providers, economy.plain_climate[month], economy.climate,
            economy.fiscal.raised, economy.hit_shares[(month - 1) % economy.interval], economy.reference,
            treasury.spent, treasury.left, economy.support, economy.surplus, economy.profit, self._own,
            self._starts + self._done * self._widths, self._assessed, self._values,
        )  # fmt: skip
        self._done += 1

    def results(self) -> list[Result]:
        """One result a lane."""
        state = vars(self._economy.world.state)
        found = []
        for lane, (start, end) in enumerate(zip(self._starts, self._ends, strict=True)):
            values = self._values[start:end].reshape(len(self._months), -1)
            found.append(Result(self._months, values, {name: array[:, lane] for name, array in state.items()}))
        return found


@kernel(in_place=True)
def _record(
    tallies, weights, providers, plain, now, raised, hit_shares, reference, spent, left, support, surplus, profit, own,
    places, room, result,
):  # fmt: skip
    """Write the outcomes of each lane into `result` from its place on.

    They are those of the month after: its climate without measures is `plain`, and `now` room for it with them.
    """
    risk, strength = room[0], room[1]
    climate(plain, raised, now)
    for lane in range(len(places)):
        _assess(providers, now, lane, risk, strength)
        _write(
            tallies, weights, providers, risk, strength, raised, hit_shares, reference, spent, left, support, surplus,
            profit, lane, places[lane], result,
        )  # fmt: skip
        for k in range(own.shape[1]):
            if own[lane, k] >= 0:
                result[places[lane] + WIDTH + k] = spent[own[lane, k], lane] / MONEY_UNITS


@compiled(outcomes)
def _assess(providers, climate, lane, risk, strength):
    """Write objective risk and ecosystem strength of each provider."""
    lanes = climate.shape[1]
    now = gathered(Climate, climate, 0, lanes, lane)
    for j in range(len(risk)):
        state = gathered(Provider, providers, 0, len(risk) * lanes, j * lanes + lane)
        risk[j], strength[j] = market.objective_risk(state.security, now), market.strength(state.quality, now)


@compiled(outcomes)
def _sum(numbers, lane):
    """Sum over the policies of a lane."""
    result = 0
    for n in range(len(numbers)):
        result += numbers[n, lane]
    return result


@compiled(outcomes)
def _write(
    tallies, weights, providers, risk, strength, raised, hit_shares, reference, spent, left, support, surplus, profit,
    lane, place, result,
):  # fmt: skip
    """Write the outcomes that every scenario has; no slice leaves this function, for none is counted here."""
    lanes = tallies.shape[2]
    step, count = tallies.shape[1] * lanes, len(risk)
    classes = (
        gathered(Counts, tallies, 0, step, lane), gathered(Counts, tallies, 0, step, lanes + lane),
        gathered(Counts, tallies, 0, step, 2 * lanes + lane), gathered(Counts, tallies, 0, step, 3 * lanes + lane),
    )  # fmt: skip
    opened = gathered(Raised, raised, 0, raised.shape[1], lane).opened
    state = Market(
        providers[PRICE, :, lane], providers[UNIT_COST, :, lane], providers[CONGESTION, :, lane],
        providers[IN_PRICE, :, lane], risk, strength, hit_shares[:, lane],
        terms.opened(reference.interoperability[lane], opened), _sum(spent, lane), _sum(left, lane), support[lane],
        surplus[:, :, lane], profit[lane],
    )  # fmt: skip
    nation = Nation(weights, reference.prices[:, lane], reference.mean_price[lane], reference.cost_of_funds[lane])
    own = tallies[PROVIDER_SEATS : PROVIDER_SEATS + count, :, lane]
    outcomes.values(classes, own, state, nation, result[place:])
