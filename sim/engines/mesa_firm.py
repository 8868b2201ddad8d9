"""A firm as a Mesa agent."""

import gc
from typing import NoReturn

import mesa

from sim.engines.mesa_floats import on_floats
from sim.model import facts
from sim.model import review as plain_review
from sim.model import rules as plain_rules
from sim.model.arithmetic import total
from sim.model.facts import Seen
from sim.model.nouns import CLASSES
from sim.model.review import Claimed, Contract, Learnt
from sim.model.tallies import AGENT_SEATS, PROVIDER_SEATS, ROW
from sim.model.units import BELIEF_UNITS

rules, review = on_floats(plain_rules), on_floats(plain_review)

FIRMS, SEATS, PUBLIC_SEATS, ISLANDS, AWARE, AGENTS, RISK = (
    ROW[name] for name in ("firms_on_premise", "seats_on_premise", "public_seats", "islands", "aware", "agents", "risk")
)
HITS, RETURNS, PROVIDER_CHANGES, CAPPED = (ROW[name] for name in ("hits", "returns", "provider_changes", "capped"))
SUPPORTED, SUPPORTED_SEATS, SURPLUS, OVERRATED = (
    ROW[name] for name in ("supported", "supported_seats", "surplus", "overrated")
)
"""Rows of the counts; of the first two also the rows of the other options follow."""


class Firm(mesa.Agent):
    """A firm of any size; everything it knows and does.

    What is reported is counted as firms decide: who changes what a firm has or believes by hand takes it out of the
    counts before, `count(-1)`, and puts it back after, `count(+1)`; it is reported from the next step on. Firms neither
    enter nor leave.

    Attributes
    ----------
    place : int
        Its row in the arrays of the model and its world where what never changes is kept.
    seats, size_class, sector : int
        Its seats, and codes of `nouns.CLASSES` and `nouns.SECTORS`.
    partners : tuple of Firm
        Whom it listens to; empty in the mean field.
    option, provider, aware, agents, supported
        Its IT: code of `nouns.OPTIONS`, number of its provider (-1 for none), aware of cloud or not, using agents, and
        whether some policy pays for its contract.
    hits, misses : float
        Its belief about public cloud, as pseudo-counts a and b.
    last_hit : int
        Month of the review at which its last hit was booked; -32768 for never.
    public_seats, risk : int
        What is counted of it, and follows from the above: its seats on public cloud, and the risk it perceives in
        `units.BELIEF_UNITS`.
    saw_on_premise, saw_private, saw_cloud, saw_hits : int
        How many of its partners were on premise, in private clouds, on public cloud, and hit, when it last looked.
    """

    __slots__ = (
        "agents", "aware", "hits", "last_hit", "misses", "option", "partners", "place", "provider",
        "public_seats", "risk", "saw_cloud", "saw_hits", "saw_on_premise", "saw_private", "seats", "sector",
        "size_class", "supported",
    )  # fmt: skip
    public_seats: int
    risk: int

    @classmethod
    def settle(cls, model) -> list["Firm"]:
        """Create the firms of a model as its world has them at the start, and link them."""
        world = model.world
        columns = zip(
            world.traits.seats.tolist(), world.layout.classes.tolist(), world.traits.sector.tolist(),
            *(each[:, 0].tolist() for each in vars(world.state).values()), strict=True,
        )  # fmt: skip
        was_on = gc.isenabled()
        gc.disable()  # nothing becomes garbage here, and to look for it takes as long as to make the firms
        try:
            firms = [cls(model, place, *row) for place, row in enumerate(columns)]
            for firm, partners in zip(firms, world.partners, strict=True):
                firm.partners = tuple([firms[n] for n in partners.tolist()])
        finally:
            if was_on:
                gc.enable()
        return firms

    def __init__(self, model, place, seats, size_class, sector, *state):
        super().__init__(model)
        self.place, self.seats, self.size_class, self.sector = place, seats, size_class, sector
        self.option, self.provider, self.aware, self.agents, self.supported = state[:5]
        self.hits, self.misses, self.last_hit = state[5:]
        self._derive()

    def remove(self) -> NoReturn:
        """Refuse to leave: partners would go on listening, and the counts have it."""
        raise NotImplementedError("firms neither enter nor leave (docs/model.md, Limits): run fewer, by run.firms")

    @property
    def traits(self) -> facts.Firm:
        """What never changes: seats, capability, sensitivity, funds, tastes and so on."""
        return facts.Firm._make(self.model.traits[self.place].tolist())

    @property
    def tastes(self) -> list[float]:
        """Taste for each provider."""
        return self.model.world.tastes[self.place].tolist()

    def standing_now(self) -> tuple:
        """Its state, in the order of `state.State`."""
        contract = self.option, self.provider, self.aware, self.agents, self.supported
        return *contract, self.hits, self.misses, self.last_hit

    def look(self) -> None:
        """Look at its partners, as they are at the end of last month."""
        since = self.model.month - self.model.interval
        on_premise = private = cloud = hits = 0
        for partner in self.partners:
            option = partner.option
            if option == 0:
                on_premise += 1
            elif option == 1:
                private += 1
            else:
                cloud += 1
                hits += partner.last_hit >= since
        # Four numbers, for a tuple each would keep the garbage collector busy.
        self.saw_on_premise, self.saw_private, self.saw_cloud, self.saw_hits = on_premise, private, cloud, hits

    def seen(self) -> Seen:
        """What it saw when it looked, or what all see in the mean field."""
        if self.model.mean_field:
            return self.model.seen
        cloud, share = self.saw_cloud, 1.0 / max(len(self.partners), 1)
        shares = self.saw_on_premise * share, self.saw_private * share, cloud * share
        return Seen(*shares, float(cloud), float(self.saw_hits))

    def decide(self) -> None:
        """Become aware or not and learn, from what it has seen; if aware, choose option, provider and agents."""
        model, size_class, sector, seen = self.model, self.size_class, self.sector, self.seen()
        terms, offers, months = model.terms[size_class][sector], model.offers[size_class][sector], float(model.interval)
        traits, luck = self.traits, model.luck(self.place)
        learnt = review.learn(rules, traits, luck, self, seen, terms, offers)
        if learnt.aware:
            supports = model.government.supports[size_class][sector]
            self.act(learnt, *review.choose(
                rules, traits, luck, self.tastes, self, learnt, seen, terms, offers, supports, months,
            ))  # fmt: skip
        else:
            self.wait(learnt, *review.stay(rules, traits, luck, seen, terms, months))

    def learn(self, learnt: Learnt) -> None:
        """Take to heart what it learnt, and have it counted."""
        counts, risk = self.model.tallies[self.size_class], counted(learnt.risk)
        counts[AWARE] += learnt.aware - self.aware
        counts[RISK] += risk - self.risk
        self.aware, self.hits, self.misses, self.risk = learnt.aware, learnt.hits, learnt.misses, risk

    def wait(self, learnt: Learnt, surplus: float, overrated: float) -> None:
        """Stay without cloud for another contract: of what is counted only its belief may have changed."""
        counts = self.model.tallies[self.size_class]
        self.learn(learnt)
        counts[SURPLUS] += int(surplus)
        counts[OVERRATED] += int(overrated)

    def act(self, learnt: Learnt, new: Contract, claimed: Claimed) -> None:
        """Put a decision into force, and have it counted."""
        counts = self.model.tallies[self.size_class]
        was, old_provider = self.option, self.provider
        self.learn(learnt)
        contract = new.option, new.provider, new.agents, claimed.supported, int(new.public_seats)
        if contract != (was, old_provider, self.agents, self.supported, self.public_seats):
            self._count_contract(-1)
            self.option, self.provider, self.agents, self.supported, self.public_seats = contract
            self._count_contract(+1)
        if learnt.was_hit:
            self.last_hit = self.model.month
        if self.option >= 2:
            counts[HITS] += learnt.was_hit > 0.0
            counts[PROVIDER_CHANGES] += was >= 2 and self.provider != old_provider
        else:
            counts[RETURNS] += was >= 2
        counts[CAPPED] += claimed.capped
        counts[SURPLUS] += int(new.surplus)
        counts[OVERRATED] += int(new.overrated)
        for policy, claim in enumerate(claimed.claims):
            self.model.government.claims[policy][self.size_class] += int(claim)

    def count(self, sign: int) -> None:
        """Enter the firm into the counts of its class as it is now (sign 1), or take it out as it was entered (-1)."""
        if sign > 0:
            self._derive()
        counts = self.model.tallies[self.size_class]
        counts[AWARE] += sign * self.aware
        counts[RISK] += sign * self.risk
        self._count_contract(sign)

    def _count_contract(self, sign: int) -> None:
        """Enter what it has, or take it out; what it knows is counted when it learns."""
        counts, seats, public = self.model.tallies[self.size_class], self.seats, self.public_seats
        counts[FIRMS + self.option] += sign
        counts[SEATS + self.option] += sign * seats
        if self.option > 0:
            counts[ISLANDS] += sign * (seats - public) ** 2
        if self.provider >= 0:
            counts[PUBLIC_SEATS] += sign * public
            counts[PROVIDER_SEATS + self.provider] += sign * public
            counts[AGENTS] += sign * self.agents
            counts[AGENT_SEATS + self.provider] += sign * public * self.agents
            counts[SUPPORTED] += sign * self.supported
            counts[SUPPORTED_SEATS] += sign * public * self.supported

    def _derive(self) -> None:
        """Work out what is counted of it from what it has and believes."""
        self.public_seats = int(rules.public_seats(self.option, self, self.model.case.values["cost.hybrid_share"]))
        self.risk = counted(rules.perceived_risk(self.hits, self.misses))


def counted(risk: float) -> int:
    """Perceived risk in the whole units in which it is summed over firms."""
    return int(rules.whole(risk * BELIEF_UNITS))


def everywhere(model) -> Seen:
    """What every firm sees in the mean field: national shares, and hits among as many as it would listen to."""
    d = model.case.values["network.partners"]
    firms = [model.national(k) for k in range(4)]
    everybody = firms[0] + firms[1] + firms[2] + firms[3]
    cloud = (firms[2] + firms[3]) / everybody
    kept = [sum(month[c] for month in model.government.hits_kept) for c in range(len(CLASSES))]
    hit = total(weight * number for weight, number in zip(model.weights, kept, strict=True)) / everybody
    return Seen(firms[0] / everybody, firms[1] / everybody, cloud, d * cloud, d * hit)
