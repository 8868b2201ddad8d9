"""What all replicates of a block of lanes share: parameters, measures, and what follows from these alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from operator import is_
from typing import NamedTuple

import numpy as np

from sim.engines.constants import Constants, constants, lane_values
from sim.model import terms
from sim.model.arithmetic import exponential
from sim.model.channels import FIRM_CHANNELS, PROVIDER_CHANNELS
from sim.model.errors import BadInput
from sim.model.measures import Measures, resolve
from sim.model.monthly_terms import MonthlyTerms
from sim.model.parameters import PARAMETERS
from sim.model.population import Values
from sim.model.scenario import Scenario
from sim.model.sealed import Sealed


class Raising(NamedTuple):
    """What measures raise, month after month; arrays."""

    raised: np.ndarray  # place in the levels, number of the measure, and row of the channel; (raises of all months, 3)
    starts: np.ndarray  # where those of each month start, and the end of the last; (months + 1,)


@dataclass(frozen=True, eq=False)
class Block:
    """Scenarios that run as lanes; nothing that is found here is ever written to."""

    lanes: tuple[Scenario, ...]
    constants: tuple[Constants, ...]
    values: tuple[Values, ...]
    measures: Measures

    @cached_property
    def monthly(self) -> MonthlyTerms:
        """What the terms that change are made of."""
        return MonthlyTerms(self.values, self.lanes[0].run.months)

    @cached_property
    def climate(self) -> np.ndarray:
        """`market.Climate` of each month without policies and events, shape (months + 1, fields, lanes)."""
        return terms.climate(self.values, self.lanes[0].run.months)

    @cached_property
    def given(self) -> dict[str, np.ndarray]:
        """Fields of `exogenous.Exogenous` that are parameters."""
        lanes = partial(terms.over_lanes, self.values)
        return {
            "paid": np.stack([lanes("cost.public_price"), lanes("agents.cost")]),
            "paying": lanes("agents.paying_share"),
            "quality": lanes("benefit.quality"),
            "interoperability": lanes("reach.interoperability"),
            "appeal": lanes("constant.appeal"),
            "shares": lanes("market.shares"),
            "cost_of_funds": lanes("welfare.cost_of_funds"),
        }

    @cached_property
    def outside_growth(self) -> np.ndarray:
        """How outside demand has grown by each month, shape (months + 1, 1, lanes)."""
        time = np.arange(self.lanes[0].run.months + 1)[:, None, None] / 12.0
        return exponential(time * terms.over_lanes(self.values, "market.outside_growth"))

    @cached_property
    def to_firms(self) -> Raising:
        """What reaches firms in each month."""
        return _raising(self.measures, tuple(FIRM_CHANNELS))

    @cached_property
    def to_providers(self) -> Raising:
        """What reaches providers in each month."""
        return _raising(self.measures, tuple(PROVIDER_CHANNELS))

    @cached_property
    def groups(self) -> np.ndarray:
        """Group of each sector, int8, (sectors,): those of a group are alike to every measure that reaches firms."""
        raising = [n for n, name in self.measures.raises if name in FIRM_CHANNELS]
        targets = self.measures.targets[[*raising, *self.measures.supporting]]
        sectors = np.moveaxis(targets, 2, 0).reshape(targets.shape[2], -1)
        first = (sectors[:, None] == sectors).all(axis=-1).argmax(axis=1)
        return np.unique(first, return_inverse=True)[1].astype(np.int8)

    @cached_property
    def targets(self) -> np.ndarray:
        """`Measures.targets` by group of sectors, of measures that reach firms; (measures, classes, groups, lanes)."""
        firsts = np.unique(self.groups, return_index=True)[1]
        return self.measures.targets.take(firsts, axis=2)

    @cached_property
    def own_policies(self) -> np.ndarray:
        """Numbers of the measures that each lane's policies are, in its order; -1 where others have more."""
        places = {name: n for n, name in enumerate(self.measures.names[: self.measures.policies])}
        mine = [[places[policy.name, policy.instrument] for policy in lane.policies] for lane in self.lanes]
        found = np.full((len(mine), max(map(len, mine))), -1)
        for lane, policies in enumerate(mine):
            found[lane, : len(policies)] = policies
        return found


class _Same(tuple[Scenario, ...]):
    """Scenarios, told apart by being the very same objects: to compare all that they hold would take too long."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash(tuple(map(id, self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and len(self) == len(other) and all(map(is_, self, other))


def block_of(lanes: Sequence[Scenario]) -> Block:
    """The block of some lanes; kept, for the next replicate mostly has the very same scenarios.

    Raises
    ------
    BadInput
        If lanes differ in what makes the population or the network, or in the order of their measures.
    """
    return _block(_Same(lanes))


@lru_cache(maxsize=4)
def _block(lanes: _Same) -> Block:
    _check(lanes)
    found = tuple(constants(lanes))
    values = tuple(Sealed(lane_values(scenario, each)) for scenario, each in zip(lanes, found, strict=True))
    return Block(tuple(lanes), found, values, resolve(lanes))


def _check(lanes: Sequence[Scenario]) -> None:
    """Refuse lanes that cannot share one population and one calendar."""
    first = lanes[0]
    for other in lanes[1:]:
        differing = [
            key
            for key, parameter in PARAMETERS.items()
            if parameter.shared and other.values[key] != first.values[key]
        ]
        settings = ("firms", "months", "seed")
        differing += [f"run.{name}" for name in settings if getattr(other.run, name) != getattr(first.run, name)]
        if len(other.values["market.shares"]) != len(first.values["market.shares"]):
            differing.append("market.shares (number of providers)")
        if differing:
            raise BadInput(
                f"scenarios {first.name} and {other.name} cannot run side by side: they differ in "
                f"{', '.join(differing)}, which make the population; run them one by one"
            )


def _raising(measures, reach):
    """What is raised in each month in the channels of `reach`."""
    kinds = [(k, n, reach.index(name)) for k, (n, name) in enumerate(measures.raises) if name in reach]
    found = np.array(kinds, np.intp).reshape(-1, 3)
    at_work = measures.at_work[:, found[:, 0]]
    starts = np.concatenate([[0], at_work.sum(axis=1).cumsum()])
    return Raising(found[at_work.nonzero()[1]], starts)
