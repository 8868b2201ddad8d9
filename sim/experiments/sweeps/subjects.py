"""What a sweep may vary: parameters, numbers and dates of policies and events, the number of firms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.experiments.sweeps.quantities import Level, entry_names
from sim.model.complaints import Refused, listed, shown, suggestion, unknown
from sim.model.declared import Field
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.merging import Draft, Given
from sim.model.parameters import GROUPS, PARAMETERS, Parameter
from sim.model.policy_settings import POLICY_FIELDS, settings_of
from sim.model.quantities import SHARES, Value, number, unknown_parameter
from sim.model.reading import Layer
from sim.model.run import RUN_FIELDS, month_date, month_index
from sim.model.scenario import Scenario, from_layers, merged

FIRMS = "firms"

WHY_NOT = {
    "start": "the outcomes of all points stand in one table of months",
    "months": "the outcomes of all points stand in one table of months",
    "every": "[record] every says which months are kept",
    "replicates": "[replicates] says how many there are",
    "seed": "all points share their luck, and replicates are what differs by it",
}
"""Why settings of a run cannot be varied, but for the number of firms."""


@dataclass(frozen=True)
class Base:
    """The base scenario, its layers, the place of the last base world among them, and both as drafts."""

    layers: tuple[Layer, ...]
    step: int
    scenario: Scenario
    world: Draft
    draft: Draft


def base_of(name: str, layers: Sequence[Layer]) -> Base:
    """The base scenario of layers.

    Raises
    ------
    BadInput
        With the scenario's own complaints.
    """
    constants = (any("constants" in document.tables for document in layer.documents) for layer in layers)
    step = max(number for number, base in enumerate(constants) if base or number == 0)
    return Base(tuple(layers), step, from_layers(name, layers), merged(layers[: step + 1]), merged(layers))


@dataclass(frozen=True)
class Subject:
    """Something that can be varied.

    Parameters
    ----------
    kind
        "number", "date" or "word".
    hard, plausible
        Ranges of a number, or of a date as months since the year 0; no plausible one where none is declared.
    choices
        Words.
    present
        The base's own numbers by entry, ("", x) where there is one; what factors multiply.
    """

    kind: str
    unit: str
    hard: tuple[float, float] = (0.0, 0.0)
    plausible: tuple[float, float] | None = None
    integer: bool = False
    choices: tuple[str, ...] = ()
    present: tuple[tuple[str, float], ...] = ()

    def placed(self, raw: Any) -> float:
        """A number or a date of a file as a number.

        Raises
        ------
        Refused
            It is none, or out of range.
        """
        if self.kind == "number":
            return number(raw, self.hard, self.unit, self.integer)
        first, last = (month_date(int(end)) for end in self.hard)
        month = month_index(raw, first)
        if not self.hard[0] <= month <= self.hard[1]:
            raise Refused(
                f"{shown(raw)} lies outside of the run", f'"{first}" to "{last}"', "Mend the date, or set run.months."
            )
        return month

    def level(self, raw: Any) -> Level:
        """One value as a file gives it, checked.

        Raises
        ------
        Refused
            It is none, or out of range.
        """
        if self.kind == "word" and raw not in self.choices:
            raise unknown("choice", str(raw), self.choices)
        return str(raw) if self.kind == "word" else _dated(self.kind, self.placed(raw))


def _dated(kind: str, value: float) -> Level:
    return month_date(int(value)) if kind == "date" else value


def subject(steps: Sequence[str], base: Base, values: Mapping[str, Value]) -> Subject:
    """What a key speaks of; `values` are those of the base that it starts from.

    Raises
    ------
    Refused
        There is no such thing in this scenario, or it cannot be varied.
    """
    group, name, *rest = steps
    if group in GROUPS:
        if f"{group}.{name}" not in PARAMETERS:
            raise unknown_parameter(group, name)
        return _parameter(PARAMETERS[f"{group}.{name}"], rest, values)
    if group in ("policy", "event"):
        return _happening(group, name, rest, base.draft)
    if group == "run":
        return _run(name, base.draft)
    near = suggestion(".".join(steps), [*PARAMETERS, "run.firms"])
    raise Refused(f"there is no table [{group}] to vary", listed((*GROUPS, "policy", "event", "run")), near)


def _parameter(parameter: Parameter, part: Sequence[str], values: Mapping[str, Value]) -> Subject:
    key, value = parameter.key, values[parameter.key]
    if part and not isinstance(value, tuple):
        raise Refused(f"{key} has one value, and no {shown(part[0])}", f"{key} alone", "Leave the brackets out.")
    if isinstance(value, str):
        return Subject("word", parameter.unit, choices=parameter.choices)
    if isinstance(value, tuple):
        names = entry_names(key, value)
        if part and part[0] not in names:
            raise unknown(parameter.by, part[0], names)
        if key == SHARES and not part:
            raise Refused("one number cannot be the shares of all providers", f"{key}[1], say", "Name a provider.")
        entries = dict(zip(names, value, strict=True))
        present = (("", entries[part[0]]),) if part else tuple(entries.items())
    else:
        present = (("", value),)
    return Subject("number", parameter.unit, parameter.hard, parameter.plausible, parameter.integer, present=present)


def _happening(noun: str, name: str, rest: Sequence[str], draft: Draft) -> Subject:
    known = draft.policies if noun == "policy" else draft.events
    if name not in known:
        raise Refused(
            f"the base scenario has no {noun} {shown(name)}",
            listed(known) or f"nothing, for it has no {noun} at all",
            suggestion(name, known, "Mend the name, or take a base scenario that has it."),
        )
    settings = known[name]
    kind = settings["instrument" if noun == "policy" else "kind"].value
    declared = dict(INSTRUMENTS[kind].fields if noun == "policy" else EVENTS[kind].fields)
    if noun == "policy":
        declared |= {key: POLICY_FIELDS[key] for key in settings_of(kind) if key in POLICY_FIELDS}
    setting = ".".join(rest)
    if setting in ("start", "end"):
        first = month_index(draft.run["start"])
        return Subject("date", "month", (first, first + draft.run["months"] - 1))
    if setting not in declared:
        names = ("start", "end", *declared)
        problem = f"{noun}.{name} has no number or date {shown(setting)}"
        raise Refused(problem, listed(names), suggestion(setting, names))
    return _field(declared[setting], settings.get(setting))


def _field(declared: Field, given: Given | None) -> Subject:
    # A policy without a budget has no limit, which the default stands for.
    unlimited = declared.name == "budget" and given is None
    present = () if unlimited else (("", given.value if given else declared.default),)
    return Subject("number", declared.unit, declared.hard, declared.plausible, declared.integer, present=present)


def _run(name: str, draft: Draft) -> Subject:
    if name in WHY_NOT:
        raise Refused(f"run.{name} cannot be varied: {WHY_NOT[name]}", "run.firms", "Remove it.")
    if name != FIRMS:
        raise unknown("setting of a run to vary", name, (FIRMS,))
    return _field(RUN_FIELDS[FIRMS], Given(draft.run[FIRMS], "", 0))
