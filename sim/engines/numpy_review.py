"""A review of some firms in the NumPy engine: in all lanes at once, and only of those whom a question concerns."""

from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from sim.engines.counting import Cells
from sim.engines.narrowing import Narrow
from sim.engines.state import seen_of
from sim.engines.world import World
from sim.model.arithmetic import total
from sim.model.facts import Firm, Priced, Seen, Support, Terms
from sim.model.review import NO_HELP, Contract, Luck, claim, contract, grants, learn, stay
from sim.model.tallies import ROW


class Posted(NamedTuple):
    """What firms face this month."""

    terms: Narrow
    offers: list[Narrow]
    acting: list[int]  # policies that grant anybody anything
    supports: list[Narrow]  # of those
    whom: list[Narrow]  # whether they grant a firm anything, in some lane


class Review:
    """Some firms that review at once, in all lanes.

    Parameters
    ----------
    rules
        The module `sim.model.rules`, or one like it.
    seen
        `facts.Seen`, (fields, firms, lanes), or (fields, 1, lanes) where all see the same.
    posted
        What they face.
    """

    def __init__(self, rules: Any, world: World, month: int, rows: slice, seen: np.ndarray, posted: Posted):
        self._lanes, self._month, self._months = len(world.lanes), month, float(world.interval)
        self._rules, self._seen, self._posted = rules, seen, posted
        self._state, self._classes = world.state.part(rows), world.layout.classes[rows]
        block = world.block
        self._kinds = self._classes * np.int8(block.targets.shape[2]) + block.groups[world.traits.sector[rows]]
        self._columns, self._tastes = world.columns(rows), world.tastes[rows]
        aware, hit, self._draws = world.luck(month, rows)
        self._luck = Luck(aware[:, None], hit[:, None], tuple(self._draws.T[..., None]))
        self._firm, (self._terms, offers) = Firm(*self._columns[..., None]), self._facing(self._kinds)
        self._learnt = learn(self._rules, self._firm, self._luck, self._state, Seen(*seen), self._terms, offers)

    def decide(self, tallies: np.ndarray, claims: np.ndarray, codes: np.ndarray) -> None:
        """Let those that are aware in some lane choose, and the others stay; add flows and claims to the counts."""
        state, learnt = self._state, self._learnt
        knows = learnt.aware.any(axis=1)
        if knows.any():
            self._choose(np.flatnonzero(knows), tallies, claims, codes)
        if not knows.all():
            self._stay(np.flatnonzero(~knows), tallies)
        for field in ("aware", "hits", "misses"):
            getattr(state, field)[:] = getattr(learnt, field)
        np.putmask(state.last_hit, learnt.was_hit, np.int16(self._month))

    def _of(self, who):
        """Some of the firms, with their draws of options, and what they see."""
        luck = Luck(None, None, self._draws[who].T[..., None])
        seen = self._seen.take(who, axis=1) if self._seen.shape[1] > 1 else self._seen
        return Firm(*self._columns.take(who, axis=1)[..., None]), luck, Seen(*seen)

    def _facing(self, kinds):
        """Terms and offers of firms of the given kinds."""
        return Terms(*self._posted.terms.of(kinds)), [Priced(*offer.of(kinds)) for offer in self._posted.offers]

    def _choose(self, who, tallies, claims, codes):
        """Let some firms choose."""
        (firm, luck, seen), kinds, s = self._of(who), self._kinds[who], self._state
        was = SimpleNamespace(**{name: getattr(s, name).take(who, axis=0) for name in ("option", "provider")})
        now = {name: getattr(self._learnt, name).take(who, axis=0) for name in ("aware", "was_hit", "risk")}
        learnt, tastes = SimpleNamespace(**now), self._tastes[who].T[..., None]
        t, offers = self._facing(kinds)
        cells, helped = Cells(self._classes[who], self._lanes), [NO_HELP] * len(offers)
        supported = np.zeros(learnt.aware.shape, bool)
        some = np.flatnonzero(self._heard(firm, kinds))
        if some.size:
            entitled, granted, at = self._grants(who[some], was.option.take(some, axis=0))
            helped = _spread(granted, some, supported.shape)
        new = contract(self._rules, firm, luck, tastes, was, learnt, seen, t, offers, helped, self._months)
        if some.size:
            theirs = Contract(*(each.take(some, axis=0) for each in new))
            claimed = claim(self._rules, theirs, at, entitled, granted, self._months)
            supported[some] = claimed.supported
            self._count_claims(Cells(self._classes[who[some]], self._lanes), claimed, tallies, claims)
        _count_flows(tallies, cells, was, learnt, new)
        s.supported[who] = supported
        for field in ("option", "provider", "agents"):
            getattr(s, field)[who] = getattr(new, field)
        codes[who] = seen_of(new.option, learnt.was_hit)

    def _heard(self, firm, kinds):
        """Which firms of the given kinds some policy may grant something, in some lane, (firms,)."""
        heard = np.zeros((kinds.size, 1), bool)
        for policy, whom in zip(self._posted.supports, self._posted.whom, strict=True):
            hears = self._rules.is_eligible(False, firm, Support(*policy.of(kinds))).any(axis=1, keepdims=True)
            heard |= whom.of(kinds)[0] & hears
        return heard[:, 0]

    def _grants(self, who, option):
        """What some firms are entitled to and would be granted at each provider, and what providers offer them."""
        firm, kinds = Firm(*self._columns.take(who, axis=1)[..., None]), self._kinds[who]
        offers, supports = self._facing(kinds)[1], [Support(*policy.of(kinds)) for policy in self._posted.supports]
        return *grants(self._rules, firm, option, offers, supports), offers

    def _count_claims(self, cells, claimed, tallies, claims):
        """Add what firms claim to the counts and claims."""
        for policy, amounts in zip(self._posted.acting, claimed.claims, strict=True):
            claims[policy] += cells.sum(amounts.astype(np.int64))
        tallies[ROW["capped"]] += cells.number(claimed.capped)

    def _stay(self, who, tallies):
        """Count the contracts of firms that stay without cloud; to ask for all is as fast as to pick these."""
        found = stay(self._rules, self._firm, self._luck, Seen(*self._seen), self._terms, self._months)
        cells = Cells(self._classes[who], self._lanes)
        for name, amounts in zip(("surplus", "overrated"), found, strict=True):
            tallies[ROW[name]] += cells.sum(np.broadcast_to(amounts, self._learnt.risk.shape)[who])


def _spread(granted, some, shape):
    """Support on price and agents at each provider, all policies together, where only some firms have any."""
    helped = np.zeros((len(granted), 2, *shape))
    for here, each in zip(helped, granted, strict=True):
        here[0, some], here[1, some] = total(each.of_price), total(each.of_agents)
    return helped


def _count_flows(tallies, cells, was, learnt, new):
    """Add what has happened to firms that chose to the counts, shape (rows, classes, lanes)."""
    was_on, on = was.option >= 2, new.option >= 2
    flows = {
        "hits": learnt.was_hit & on,
        "returns": was_on & ~on,
        "provider_changes": was_on & on & (was.provider != new.provider),
    }
    for name, which in flows.items():
        tallies[ROW[name]] += cells.number(which)
    tallies[ROW["surplus"]] += cells.sum(new.surplus)
    tallies[ROW["overrated"]] += cells.sum(new.overrated)
