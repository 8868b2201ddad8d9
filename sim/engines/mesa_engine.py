"""The Mesa model: firms, public providers and the government as agents; the readable one.

One agent, one method for what it does, one step a month (docs/model.md, "Process overview and scheduling"). The
rules are those of `sim.model.rules` and `sim.model.market`, called with plain floats; results equal the array engines'
to the bit.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise, starmap

import mesa
import numpy as np

from sim.engines.arrays import OnMonth, count
from sim.engines.mesa_firm import Firm, everywhere
from sim.engines.mesa_government import Government
from sim.engines.mesa_posted import Priced, Terms
from sim.engines.mesa_provider import PublicProvider
from sim.engines.result import Result
from sim.engines.state import State
from sim.engines.world import World, build
from sim.model import market, outcomes, terms
from sim.model.arithmetic import total
from sim.model.errors import BadInput
from sim.model.market_outcomes import Market, Nation, Offered
from sim.model.nouns import CLASSES, SECTORS
from sim.model.outcome_table import COLUMNS, columns, spelled
from sim.model.population import Traits
from sim.model.review import Luck
from sim.model.run import recorded
from sim.model.scenario import Scenario, load
from sim.model.tallies import FIRST_FLOW, PROVIDER_SEATS, ROW, Counts
from sim.model.units import MONEY_UNITS


class CloudAdoption(mesa.Model):
    """SMEs choosing between on-premise, private, public and hybrid cloud.

    Parameters
    ----------
    scenario
        A scenario, or the name or path of one.
    replicate
        Number of the replicate; with the scenario's seed it decides all luck. `mesa.batch_run` makes replicates by
        `{"replicate": range(20)}`, not by `iterations`, which would run the same one again.
    rng
        Seed of Mesa's own generators; no rule draws from them, so it changes nothing.

    Attributes
    ----------
    tallies : list of list of int
        Counts over firms, by size class and row (`tallies.ROW`).
    terms, offers : list of list of mesa_posted.Terms and of a mesa_posted.Priced for each provider
        What the firms of each class and sector face this month.
    traits, draws : ndarray
        Rows of `facts.Firm`, one a firm, and of `review.Luck`, one a firm that reviews this month.
    seen : facts.Seen
        What every firm sees in the mean field.

    Raises
    ------
    BadInput
        If there is no such scenario or replicate.
    """

    def __init__(self, scenario: Scenario | str = "baseline", replicate: int = 0, rng=0):
        super().__init__(rng=0 if rng is None else rng)
        if not isinstance(replicate, int | np.integer) or replicate < 0:
            raise BadInput(f"replicate {replicate!r}: allowed are whole numbers from 0")
        self.case = scenario if isinstance(scenario, Scenario) else load(str(scenario))
        self.world = build([self.case], replicate)
        self.month, self._whole = 0, True
        self.interval, self.mean_field = self.world.interval, self.world.mean_field
        self.tallies = count(self.world).sum(axis=0)[:, :, 0].T.tolist()
        self.weights = self.world.layout.weights.tolist()
        self.seats = total(w * sum(counts[4:8]) for w, counts in zip(self.weights, self.tallies, strict=True))
        self.prices = [float(p) for p in self.world.values[0]["cost.public_price"]]
        self.government = Government(self)
        self.providers = [PublicProvider(self, j) for j in range(self.world.providers)]
        for provider in self.providers:
            provider.settle()
        self.traits = self.world.traits.firm_columns().T.copy()
        self.firms = Firm.settle(self)
        self.world = _without_firms(self.world)
        bounds = self.world.layout.bounds[:: len(CLASSES)].tolist()
        self._turns = [slice(first, last) for first, last in pairwise(bounds)]
        self._monthly = self.world.block.monthly
        self._terms = np.repeat(self._monthly.first, self.world.measures.sectors, axis=1)
        self._outcomes: tuple[int, Mapping[str, float]] = (-1, {})
        self.columns = columns(policy.name for policy in self.case.policies)
        self.datacollector = mesa.DataCollector(model_reporters=dict(map(_reporter, self.columns)))
        self.datacollector.collect(self)

    def step(self) -> None:
        """One month, in the order of docs/model.md, "Process overview and scheduling"; beyond the last only say so.

        Saying so a step late is what lets `mesa.batch_run` report the last month on Mesa 3.3, which leaves out what
        was collected in the last step.

        Raises
        ------
        RuntimeError
            If the step before was interrupted: half of a month is no state to go on from.
        """
        if self.month == self.world.months:
            self.running = False
            return
        if not self._whole:
            raise RuntimeError(f"month {self.month + 1} was interrupted, and half of it is done: make the model anew")
        self._whole = self.running = False
        self.government.resolve()
        self.post()
        for counts in self.tallies:
            counts[FIRST_FLOW:PROVIDER_SEATS] = [0] * (PROVIDER_SEATS - FIRST_FLOW)
        firms = self.draw()
        for firm in firms:
            firm.look()
        for firm in firms:
            firm.decide()
        for provider in self.providers:
            provider.suffer_incidents()
        self.government.note_hits()
        self.government.pay()
        for provider in self.providers:
            provider.book()
        self.government.add_up()
        for provider in self.providers:
            provider.invest()
        self.month += 1
        self.datacollector.collect(self)
        self._whole = self.running = True

    def national(self, row: int) -> float:
        """National sum of a count, in class order."""
        return total(weight * counts[row] for weight, counts in zip(self.weights, self.tallies, strict=True))

    def draw(self) -> list[Firm]:
        """Draw the luck of the firms that review this month, and return them."""
        turn = self._turns[self.month % self.interval]
        self.draws, self._first = np.column_stack(self.world.luck(self.month, turn)), turn.start
        return self.firms[turn]

    def luck(self, place: int) -> Luck:
        """Draws of the firm at a place that reviews this month."""
        if not 0 <= place - self._first < len(self.draws):
            raise ValueError(f"firm {place} does not review in this month: it has no draws")
        awareness, hit, *gumbels = self.draws[place - self._first].tolist()
        return Luck(awareness, hit, gumbels)

    def post(self) -> None:
        """Let providers post their offers, and work out what each class of firms faces this month."""
        for provider in self.providers:
            provider.post()
        on_premise, public = self.national(ROW["seats_on_premise"]), self.national(ROW["public_seats"])
        private = self.seats - on_premise - public
        shares = np.array([[on_premise / self.seats], [private / self.seats]])
        levels = {channel: np.array(level)[:, :, None] for channel, level in self.government.levels.items()}
        media = np.array([total(self.government.media_hits)])
        self._monthly.write(self._terms, self.month, levels, media, shares)
        told_apart = [[Terms(*each) for each in sectors] for sectors in self._terms[..., 0].tolist()]
        self.terms = told_apart if len(told_apart[0]) > 1 else [sectors * len(SECTORS) for sectors in told_apart]
        self.offers = [[self.offered(t) for t in sectors] for sectors in self.terms]
        if self.mean_field:
            self.seen = everywhere(self)

    def offered(self, t) -> list[Priced]:
        """What the providers' offers come to for firms that face the terms t."""
        return [Priced(*terms.priced(provider.offer, t)) for provider in self.providers]

    def outcomes(self) -> dict[str, float]:
        """All outcomes at the end of the last month, by column name."""
        return dict(self.reported())

    def reported(self) -> Mapping[str, float]:
        """The same, as it is kept until the next step."""
        if self._outcomes[0] != self.month:
            found = [0.0] * len(COLUMNS)
            seats = [[counts[PROVIDER_SEATS + p.number] for counts in self.tallies] for p in self.providers]
            classes = [Counts(*counts[:PROVIDER_SEATS]) for counts in self.tallies]
            surplus = list(zip(*self.government.surplus, strict=True))
            outcomes.values(classes, seats, self._offered(), surplus, self._market(), self._nation(), found)
            found += (self.government.treasury.spent[:, 0] / MONEY_UNITS).tolist()
            self._outcomes = self.month, dict(zip(starmap(spelled, self.columns), found, strict=True))
        return self._outcomes[1]

    def _offered(self) -> list[Offered]:
        """What is reported of each provider."""
        climate, last = self.government.climate(self.month), (self.month - 1) % self.interval
        return [
            Offered(
                price=p.state.price,
                unit_cost=p.state.unit_cost,
                congestion=p.state.congestion,
                in_price=p.state.in_price,
                risk=market.objective_risk(p.state.security, climate),
                strength=market.strength(p.state.quality, climate),
                hit_share=p.hit_shares[last],
            )
            for p in self.providers
        ]

    def _market(self) -> Market:
        """What is reported of the market besides."""
        government, treasury = self.government, self.government.treasury
        return Market(
            interoperability=government.interoperability(),
            paid=int(treasury.spent.sum()),
            left=int(treasury.left.sum()),
            support=government.support,
            profit=government.profit,
        )

    def _nation(self) -> Nation:
        """What turns counts into national outcomes."""
        funds = self.world.values[0]["welfare.cost_of_funds"]
        return Nation(self.weights, self.government.mean_price, funds)


def _without_firms(world: World) -> World:
    """A world without what its firms know from now on: traits, partners and state."""
    nobody = Traits.room(0, world.values[0])
    state = State.room(0, len(world.lanes))
    return replace(world, traits=nobody, partners=np.empty((0, 0), np.int32), state=state, all_columns=None)


def _reporter(column):
    """Name of a column, and the function that reads it off a model."""
    name = spelled(*column)
    return name, lambda model: model.reported()[name]


def simulate_scenario(scenario: Scenario, replicate: int, every: int, on_month: OnMonth | None) -> Result:
    """Run the Mesa model to its end and return what the other engines return."""
    model = CloudAdoption(scenario, replicate)
    for _ in range(model.world.months):
        model.step()
        if on_month is not None:
            on_month(model.month)
    collected, months = model.datacollector.model_vars, np.array(recorded(model.world.months, every))
    values = np.array([collected[spelled(*column)] for column in model.columns]).T[months].copy()
    final = State(*(np.array(each) for each in zip(*(firm.standing_now() for firm in model.firms), strict=True)))
    return Result(months, values, _typed(final, model.world.state))


def _typed(final: State, like: State) -> dict[str, np.ndarray]:
    """Final state with the number types of the array engines."""
    return {name: array.astype(getattr(like, name).dtype) for name, array in vars(final).items()}
