"""Laying the files of a scenario over each other, from the base world to the command line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.model.complaints import Complaints, Refused, listed, shown, suggestion, undecided, unknown
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.parameters import GROUPS, PARAMETERS
from sim.model.quantities import (
    SHARES,
    Value,
    amounts,
    defaults,
    flag,
    number,
    quantity,
    table,
    tables_in_a_row,
    text,
    unknown_parameter,
)
from sim.model.reading import ABOUT, COMMAND_LINE, Document, Layer, emptiness, flattened, written_out
from sim.model.run import FIRST_MONTH, RUN_FIELDS, month_index

TABLES = ("extends", "about", "world", "run", "policy", "event", "constants", "base", "sources", *GROUPS)
"""What may stand at the top level of a scenario file."""


@dataclass(frozen=True)
class Given:
    """A setting as a file gives it: where, and at which step of the chain (0 the base world)."""

    value: Any
    where: str
    step: int


@dataclass
class Draft:
    """A scenario while its layers are applied.

    `values` are normalised parameter values, `origins` says where each that differs from its default was set.
    `base_values` are those of the base world, for which constants are solved and firms placed. `policies` and
    `events` hold their settings by name, not yet read.
    """

    complaints: Complaints
    values: dict[str, Value] = field(default_factory=defaults)
    base_values: dict[str, Value] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    world: dict[str, str] = field(default_factory=lambda: {"currency": "CNY", "price_level": ""})
    run: dict[str, Any] = field(default_factory=dict)
    run_step: int = 0
    policies: dict[str, dict[str, Given]] = field(default_factory=dict)
    events: dict[str, dict[str, Given]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    constants_given: bool = False
    constants_ever_given: bool = False
    notes: list[str] = field(default_factory=list)
    step: int = 0

    def __post_init__(self) -> None:
        self.complaints.currency = self.world["currency"]
        self.run = {name: each.default for name, each in RUN_FIELDS.items()} | {"start": FIRST_MONTH}

    @property
    def providers(self) -> int:
        """Number of public providers."""
        return len(amounts(self.values, SHARES))


def apply_layer(draft: Draft, layer: Layer) -> None:
    """Apply one layer; the first, and any that sets `[constants]`, is a base world."""
    if any("extends" in document.tables for document in layer.documents):
        draft.about = {}  # what the other world is about does not pass on
    for document in layer.documents:
        _apply(draft, document)
    if draft.step == 0:
        draft.notes += emptiness(layer)
    if draft.step == 0 or any("constants" in document.tables for document in layer.documents):
        draft.base_values = dict(draft.values)
    for document in layer.documents:
        if "base" in document.tables:
            with draft.complaints.at(document.where, "base"):
                _base(draft, document.where, table(document.tables["base"]))


def _apply(draft: Draft, document: Document) -> None:
    complaints, where, tables = draft.complaints, document.where, document.tables
    for key in (each for each in tables if each not in TABLES):
        near = written_out(key, tables[key]) if key.split(".")[0] in TABLES else ""
        near = near or suggestion(key, [*TABLES, *(f"run.{name}" for name in RUN_FIELDS), *PARAMETERS])
        complaints.add(where, key, Refused(f"there is no table {shown(key)}", listed(TABLES), near))
    for key, reader in _READERS.items():
        if key in tables:
            with complaints.at(where, key):
                heading = f"[{key}.NAME]" if key in ("policy", "event") else f"[{key}]"
                reader(draft, where, table(tables[key], heading))


def _base(draft: Draft, where: str, groups: Mapping[str, Any]) -> None:
    """Values by which firms are placed at the start, where constants were held from another world."""
    if not draft.constants_given:
        raise Refused(
            "values of another base world, while constants are solved for this one",
            "[base] together with [constants] solve = false",
            "Remove it, or extend that world.",
        )
    for group, settings in groups.items():
        for name, raw in table(settings).items():
            key = f"{group}.{name}"
            with draft.complaints.at(where, f"base.{key}"):
                if key not in PARAMETERS:
                    raise unknown_parameter(group, name)
                before = draft.base_values[key]
                draft.base_values[key] = quantity(PARAMETERS[key], raw, before, draft.providers)


def _constants(draft: Draft, where: str, settings: Mapping[str, Any]) -> None:
    for name, raw in settings.items():
        with draft.complaints.at(where, f"constants.{name}"):
            if name != "solve":
                raise unknown("setting", name, ("solve",))
            draft.constants_given = not flag(raw)
            draft.constants_ever_given |= draft.constants_given


def _world(draft: Draft, where: str, settings: Mapping[str, Any]) -> None:
    for name, raw in settings.items():
        with draft.complaints.at(where, f"world.{name}"):
            if name not in draft.world:
                raise unknown("setting of the world", name, tuple(draft.world))
            given = text(raw)
            if draft.step and given != draft.world[name]:
                raise Refused(
                    f"{shown(given)} differs from the base world",
                    f"{shown(draft.world[name])}, since amounts are not converted",
                    "Remove it, or write a base world, a file without extends.",
                )
            if name == "currency" and not (len(given) == 3 and given.isascii() and given.isupper()):
                raise Refused(f"{shown(given)} is no currency code", "three capital letters", 'Write "CNY", say.')
            draft.world[name] = given
    draft.complaints.currency = draft.world["currency"]


def _about(draft: Draft, where: str, settings: Mapping[str, Any]) -> None:
    for name, raw in settings.items():
        with draft.complaints.at(where, f"about.{name}"):
            if name not in ABOUT:
                raise unknown("setting", name, ABOUT)
            draft.about[name], draft.origins[f"about.{name}"] = text(raw), where


def _run(draft: Draft, where: str, settings: Mapping[str, Any]) -> None:
    for name, raw in settings.items():
        with draft.complaints.at(where, f"run.{name}"):
            if name == "start":
                month_index(raw)
                draft.run[name] = raw
            elif name in RUN_FIELDS:
                declared = RUN_FIELDS[name]
                draft.run[name] = number(raw, declared.hard, declared.unit, declared.integer)
            else:
                raise unknown("setting of a run", name, ("start", *RUN_FIELDS))
            draft.origins[f"run.{name}"] = where
            if name in ("start", "months"):
                draft.run_step = draft.step


def _policies(draft: Draft, where: str, entries: Mapping[str, Any]) -> None:
    _happenings(draft, draft.policies, ("policy", "instrument", tuple(INSTRUMENTS)), where, entries)


def _events(draft: Draft, where: str, entries: Mapping[str, Any]) -> None:
    _happenings(draft, draft.events, ("event", "kind", tuple(EVENTS)), where, entries)


def _happenings(
    draft: Draft,
    known: dict[str, dict[str, Given]],
    what: tuple[str, str, tuple[str, ...]],
    where: str,
    entries: Mapping[str, Any],
) -> None:
    """Settings of policies or events: a new one names what is decisive, a known one only what changes."""
    noun, decisive, kinds = what
    loose = [name for name, raw in entries.items() if not (isinstance(raw, Mapping) or tables_in_a_row(raw))]
    if len(loose) > 1:
        problem, heading = f"{listed(loose)} stand in [{noun}] itself", f"[{noun}.NAME]"
        draft.complaints.add(where, noun, Refused(problem, f"{heading} for each", f"Write {heading} above them."))
        entries = {name: raw for name, raw in entries.items() if name not in loose}
    for name, raw in entries.items():
        with draft.complaints.at(where, f"{noun}.{name}"):
            settings = table(raw, f"[{noun}.{name if tables_in_a_row(raw) else 'NAME'}]")
            if not (name.isascii() and name.replace("-", "_").isidentifier()):
                raise Refused(f"{shown(name)} is no name", "letters, digits, _ and -", "Rename it.")
            if name not in known and decisive not in settings:
                if where != COMMAND_LINE:
                    raise undecided(noun, decisive, kinds, tuple(known), settings)
                raise Refused(
                    f"there is no {noun} {shown(name)} to change, and a new one needs its {decisive}",
                    f"one of this scenario's: {', '.join(known) or 'it has none'}",
                    suggestion(name, known, f"Mend the name, or add {decisive} = ... to it."),
                )
            draft.sources.pop(f"{noun}.{name}", None)
            known.setdefault(name, {}).update({key: Given(each, where, draft.step) for key, each in settings.items()})


def _sources(draft: Draft, where: str, settings: Mapping[str, Any]) -> None:
    for key, raw in flattened(settings).items():
        with draft.complaints.at(where, f"sources.{key}"):
            draft.sources[key] = text(raw)
            draft.origins[f"sources.{key}"] = where


def _parameters(group: str) -> Callable[[Draft, str, Mapping[str, Any]], None]:
    def read(draft: Draft, where: str, settings: Mapping[str, Any]) -> None:
        # The number of providers first: it decides what the other settings by provider mean.
        for name in sorted(settings, key=lambda name: f"{group}.{name}" != SHARES):
            key = f"{group}.{name}"
            with draft.complaints.at(where, key):
                if key not in PARAMETERS:
                    raise unknown_parameter(group, name)
                draft.values[key] = quantity(PARAMETERS[key], settings[name], draft.values[key], draft.providers)
                draft.origins[key] = where
                draft.sources.pop(key, None)
            if key == SHARES:
                _stretch(draft)

    return read


def _stretch(draft: Draft) -> None:
    """Carry values that are the same for all providers over to another number of providers."""
    for key, parameter in PARAMETERS.items():
        if parameter.by == "provider" and key != SHARES:
            value = amounts(draft.values, key)
            if len(set(value)) == 1:
                draft.values[key] = value[:1] * draft.providers


_READERS: dict[str, Callable[[Draft, str, Mapping[str, Any]], None]] = {
    "constants": _constants, "world": _world, "about": _about, "run": _run, "policy": _policies, "event": _events,
    **{group: _parameters(group) for group in sorted(GROUPS, key=lambda group: group != "market")},
    "sources": _sources,  # last: a source speaks of the value that was written beside it
}  # fmt: skip
"""Readers of the tables, in the order in which these are read."""
