"""A scenario: a world, a run, policies and events, loaded from TOML, checked whole, ready for an engine."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

from sim.model import checking
from sim.model.beginning import START_KEYS, Beginning, beginning
from sim.model.citing import check_sources
from sim.model.complaints import Complaints, listed, shown
from sim.model.merging import Draft, apply_layer
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.quantities import CONSTANTS, amounts
from sim.model.reading import Layer, chain, command_line, library
from sim.model.run import Run
from sim.model.schedule import Event, Policy, events, policies
from sim.model.sealed import Sealed
from sim.model.writing import resolved_toml

__all__ = [
    "Event", "Policy", "Run", "Scenario", "from_layers", "library", "load", "merged", "resolved_toml", "with_settings",
]  # fmt: skip

TOLD_ANYWAY = ("run", "about", "world", "sources")
"""Tables whose settings are told as what they are, or change nothing."""

MOST_TOLD = 6
"""Settings that stand beside a title."""


@dataclass(frozen=True)
class Scenario:
    """Everything that decides a run, checked.

    Parameters
    ----------
    name, title, question, says
        Its file's name; what it is about, for readers; what the sources say to it, identifiers first.
    currency, price_level
        What "money" means in this world.
    run
        Firms, months, start, replicates, seed.
    values
        Every parameter: numbers, texts, or tuples in the order of the nouns (or of providers).
    base_values
        The values of the base world: option constants are solved for them (unless given) and firms placed
        by them at the start, whatever `values` then change. The same as `values` in a base world itself.
    constants_given
        Option constants are those of `values`, not solved.
    policies, events
        In the order of the files; of several supports, each gets what those before it left of the price.
    sources
        What the scenario's own values rest on, by parameter.
    chain
        Names of the layers, base world first.
    notes
        Sentences a reader should see: harmless, but perhaps not what was meant.
    settings
        What was set over its file, of which its title knows nothing, by key: on the command line, say.
    """

    name: str
    title: str
    question: str
    says: str
    currency: str
    price_level: str
    run: Run
    values: Mapping[str, Any]
    base_values: Mapping[str, Any]
    constants_given: bool
    policies: tuple[Policy, ...] = ()
    events: tuple[Event, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    chain: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.name, self.run))

    @property
    def described(self) -> str:
        """Its title, with what was set over its file."""
        return with_settings(self.title, self.settings)

    @cached_property
    def beginning(self) -> Beginning:
        """What decides its constants and where its firms start."""
        start = tuple((key, self.values[key]) for key in START_KEYS)
        return beginning(tuple(self.base_values.items()), start, self.constants_given)

    def smaller(self, firms: int, months: int) -> "Scenario":
        """The scenario with at most so many firms, or the fewest that its network allows, and so many months."""
        kind, partners = self.values["network.kind"], self.values["network.partners"]
        if kind == "groups":
            firms = max(1, firms // partners) * partners
        elif kind != "mean-field":
            firms = max(firms, partners + 1)
        return replace(self, run=replace(self.run, firms=min(firms, self.run.firms), months=months))

    def fingerprint_fields(self) -> dict[str, Any]:
        """Everything that decides results, as plain JSON values; two scenarios that agree here run alike.

        Names, texts, sources and the number of replicates are left out: more replicates change no earlier.
        """
        run = asdict(self.run)
        del run["replicates"]
        return {
            "run": run,
            "currency": self.currency,
            "values": _plain(self.values),
            "base_values": _plain(self.base_values),
            "constants_given": self.constants_given,
            "policies": [_plain(asdict(policy)) for policy in self.policies],
            "events": [_plain(asdict(event)) for event in self.events],
        }


def with_settings(title: str, settings: Mapping[str, Any]) -> str:
    """A title, and settings by key of which it knows nothing.

    >>> with_settings("A subsidy", {"policy.subsidy.rate": 0.1, "policy.subsidy.budget": 2e11})
    'A subsidy, with policy.subsidy.rate = 0.1, policy.subsidy.budget = 2e+11'
    """
    values = {key: f"{each:.10g}" if isinstance(each, float) else shown(each) for key, each in settings.items()}
    told = listed([f"{key} = {value}" for key, value in values.items()], MOST_TOLD)
    return f"{title}, with {told}" if told else title


def _plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with lists for tuples, in the order of their names."""
    return {key: list(each) if isinstance(each, tuple) else each for key, each in sorted(settings.items())}


def load(
    name_or_path: str | os.PathLike[str], overrides: Sequence[str] = (), resolve: bool = False
) -> Scenario:
    """Scenario of the library or of a file, with settings from the command line.

    Option constants are solved for the base world (the file without `extends`) and held for what differs
    from it. A later file, or the command line, that sets `[constants] solve` is a base of its own.

    Parameters
    ----------
    overrides
        Settings such as `cost.public_price[micro]=90`, `policy.subsidy.rate=0.3`, `run.firms=500`.
    resolve
        Solve the constants for the scenario as it stands, even where a file gives them.

    Raises
    ------
    BadInput
        With every complaint that was found: what, where, what is allowed, what to do.
    """
    layers = chain(name_or_path)
    name = layers[-1].name
    if overrides:
        layers.append(command_line(overrides))
    return from_layers(name, layers, resolve)


def from_layers(name: str, layers: Sequence[Layer], resolve: bool = False) -> Scenario:
    """Scenario of layers that are read already, base world first; as `load` otherwise."""
    draft = merged(layers, resolve)
    _settle_constants(draft)
    _check(draft)
    in_force, happening = policies(draft), events(draft)
    draft.complaints.stop_if_any()
    return Scenario(
        name=name,
        title=draft.about.get("title", name),
        question=draft.about.get("question", ""),
        says=draft.about.get("says", ""),
        currency=draft.world["currency"],
        price_level=draft.world["price_level"],
        run=Run(**draft.run),
        values=Sealed(draft.values),
        base_values=Sealed(draft.base_values),
        constants_given=draft.constants_given,
        policies=in_force,
        events=happening,
        sources=Sealed(_sources(draft, in_force, happening)),
        chain=tuple(layer.name for layer in layers),
        notes=tuple(draft.notes),
        settings=Sealed(_settings(layers, resolve)),
    )


def _settings(layers: Sequence[Layer], resolve: bool) -> dict[str, Any]:
    """What was set over files, by key."""
    given = {key: value for layer in layers for key, value in layer.settings.items()}
    given |= {"constants.solve": True} if resolve else {}
    return {key: value for key, value in given.items() if key.split(".")[0] not in TOLD_ANYWAY}


def _sources(draft: Draft, in_force: Sequence[Policy], happening: Sequence[Event]) -> dict[str, str]:
    """Sources of what takes part: those of policies and events left out of the run go with them."""
    there = {f"policy.{each.name}" for each in in_force} | {f"event.{each.name}" for each in happening}
    return {
        key: text
        for key, text in draft.sources.items()
        if key.split(".")[0] not in ("policy", "event") or key in there
    }


def merged(layers: Sequence[Layer], resolve: bool = False) -> Draft:
    """All layers over each other, and the values for which constants are solved; not yet checked as a whole."""
    draft = Draft(Complaints())
    for step, layer in enumerate(layers):
        draft.step = step
        apply_layer(draft, layer)
    draft.constants_given = draft.constants_given and not resolve
    if resolve:
        draft.base_values = dict(draft.values)
    return draft


def _check(draft: Draft) -> None:
    for values in (draft.base_values, draft.values):
        checking.check_values(draft, values)
    checking.check_run(draft)
    checking.check_constants(draft)
    check_sources(draft)
    checking.check_idle_constants(draft)


def _settle_constants(draft: Draft) -> None:
    """Drop options nobody starts with, and constants about to be solved, from both sets of values.

    The constant of an option without a starting share would be minus infinity: it is not available.
    """
    if draft.constants_given:
        return
    base = draft.base_values
    for option in OPTIONS:
        pairs = zip(CLASSES, amounts(base, f"start.{option}"), amounts(base, f"available.{option}"), strict=True)
        gone = [size for size, share, there in pairs if there and not share]
        if gone:
            draft.notes.append(f"{option} is not available to {', '.join(gone)} firms: none starts with it.")
        for values in (base, draft.values):
            there = amounts(values, f"available.{option}")
            values[f"available.{option}"] = tuple(
                0 if size in gone else before for size, before in zip(CLASSES, there, strict=True)
            )
    for key in CONSTANTS:
        for values in (base, draft.values):
            values[key] = (0.0,) * len(amounts(values, key))
