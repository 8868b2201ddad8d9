"""What a sweep may vary: parameters, numbers and dates of policies and events, the number of firms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.model.complaints import Refused, listed, suggestion, unknown
from sim.model.declared import Field
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.merging import Draft, Given
from sim.model.parameters import BY, GROUPS, PARAMETERS, Parameter
from sim.model.policy_settings import POLICY_FIELDS, settings_of
from sim.model.quantities import SHARES, Value, amounts, unknown_parameter
from sim.model.reading import Layer
from sim.model.run import RUN_FIELDS
from sim.model.scenario import Scenario, from_layers, merged

FIRMS = "firms"

WHY_NOT = {
    "start": "outcomes of all points stand in one table of months",
    "months": "outcomes of all points stand in one table of months",
    "every": "[record] every says which months are kept",
    "replicates": "[replicates] says how many there are",
    "seed": "all points share their luck, and replicates are what differs by it",
}
"""Why settings of a run cannot be varied, but for the number of firms."""


@dataclass(frozen=True)
class Base:
    """The base scenario: its layers, the place of the last base world among them, and both as drafts."""

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
        Ranges of a number; None where there is none.
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
    if parameter.choices:
        if part:
            raise Refused(f"{parameter.key} has no entry {part[0]}", "one word", "Leave the brackets out.")
        return Subject("word", parameter.unit, choices=parameter.choices)
    value = values[parameter.key]
    present: tuple[tuple[str, float], ...]
    if isinstance(value, tuple):
        names = BY.get(parameter.by) or tuple(str(number + 1) for number in range(len(value)))
        if part and part[0] not in names:
            raise unknown(parameter.by, part[0], names)
        entries = dict(zip(names, value, strict=True))
        present = (("", entries[part[0]]),) if part else tuple(entries.items())
        if parameter.key == SHARES and not part:
            raise Refused("one number cannot be the shares of all providers", f"{SHARES}[1], say", "Name a provider.")
    elif part:
        raise Refused(f"{parameter.key} has one value and no {part[0]}", "no brackets", "Leave them out.")
    else:
        assert not isinstance(value, str)
        present = (("", value),)
    return Subject("number", parameter.unit, parameter.hard, parameter.plausible, parameter.integer, present=present)


def _happening(noun: str, name: str, rest: Sequence[str], draft: Draft) -> Subject:
    known = draft.policies if noun == "policy" else draft.events
    if name not in known:
        raise Refused(
            f"the base scenario has no {noun} {name!r}".replace("'", '"'),
            listed(known) or f"nothing: it has no {noun}",
            suggestion(name, known, "Mend the name, or take a base scenario that has it."),
        )
    settings = known[name]
    kind = settings["instrument" if noun == "policy" else "kind"].value
    declared = dict(INSTRUMENTS[kind].fields if noun == "policy" else EVENTS[kind].fields)
    if noun == "policy":
        declared |= {key: POLICY_FIELDS[key] for key in settings_of(kind) if key in POLICY_FIELDS}
    setting = rest[0] if rest else ""
    if setting in ("start", "end"):
        return Subject("date", "month")
    if setting not in declared:
        raise unknown(f"number or date of {noun}.{name} to vary", setting, ("start", "end", *declared))
    return _field(declared[setting], settings.get(setting), setting == "budget")


def _field(declared: Field, given: Given | None, unlimited: bool = False) -> Subject:
    present: Any = given.value if given else declared.default
    return Subject(
        "number", declared.unit, declared.hard, declared.plausible, declared.integer,
        present=() if unlimited and not given else (("", present),),
    )  # fmt: skip


def _run(name: str, draft: Draft) -> Subject:
    if name in WHY_NOT:
        raise Refused(f"run.{name} cannot be varied: {WHY_NOT[name]}", "run.firms", "Remove it.")
    if name != FIRMS:
        raise unknown("setting of a run to vary", name, (FIRMS,))
    declared = RUN_FIELDS[FIRMS]
    return Subject("number", declared.unit, declared.hard, declared.plausible, True, present=(("", draft.run[FIRMS]),))


def providers(base: Base) -> int:
    """Number of public providers."""
    return len(amounts(base.draft.values, SHARES))
