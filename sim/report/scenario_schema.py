"""The JSON Schema of a scenario file, by which editors complete, explain and check what is written.

It says what a single value may be. What must hold between values (shares that sum to 1, an end after its
start) is checked when the scenario is read.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sim.model.declared import Field, Instrument
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.nouns import CLASSES, MOST_PROVIDERS, SECTORS
from sim.model.parameters import BY, GROUPS, PARAMETERS, Parameter
from sim.model.policy_settings import EVENT_SETTINGS, IN_WORDS, POLICY_FIELDS, POLICY_SETTINGS
from sim.model.quantities import SHARES
from sim.model.run import MOST_MONTHS, RUN_FIELDS
from sim.report.parameters import plausible, written

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT: Schema = {"type": "string"}
SAYS: Schema = {**TEXT, "description": "What the sources say to it, identifiers first: I7, D21: how."}
FLAG: Schema = {"type": "boolean"}
DATE: Schema = {"type": "string", "pattern": r"^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$"}
MONTH: Schema = {
    "description": 'A month, as "YYYY-MM" or counted from 1 at the start of the run.',
    "anyOf": [DATE, {"type": "integer", "minimum": 1, "maximum": MOST_MONTHS}],
}
HAPPENING_NAMES: Schema = {"pattern": "^[A-Za-z_-][A-Za-z0-9_-]*$"}


def scenario_schema() -> Schema:
    """The schema as nested tables ready for `json.dumps`."""
    by_key = {"type": "object", "additionalProperties": {"$ref": "#/$defs/sources"}}
    parent = {**TEXT, "minLength": 1, "description": "A scenario of the library, or the path of a file."}
    solve = {**FLAG, "description": "Solve the option constants for this world."}
    currency = {**TEXT, "pattern": "^[A-Z]{3}$"}
    return {
        "$schema": DIALECT,
        "title": "Scenario",
        "$defs": {"sources": {"anyOf": [TEXT, by_key]}},
        **_closed({
            "extends": parent,
            "about": _closed({"title": TEXT, "question": TEXT, "says": SAYS}),
            "world": _closed({"currency": currency, "price_level": TEXT}),
            "run": _closed({"start": DATE, **_fields(RUN_FIELDS)}),
            "policy": _happenings(_policy_settings(), "instrument", INSTRUMENTS),
            "event": _happenings(dict.fromkeys(EVENT_SETTINGS, MONTH), "kind", EVENTS),
            "constants": _closed({"solve": solve}),
            "sources": by_key,
            "base": _closed({group: {"$ref": f"#/properties/{group}"} for group in GROUPS}),
            **{group: _group(group) for group in GROUPS},
        }),
    }  # fmt: skip


def schema_text() -> str:
    """The schema as JSON text ending in a line feed."""
    return json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"


def _closed(properties: Mapping[str, Schema]) -> Schema:
    """A table that holds these settings and no others."""
    return {"type": "object", "properties": dict(properties), "additionalProperties": False}


def _number(hard: tuple[float, float], integer: bool) -> Schema:
    return {"type": "integer" if integer else "number", "minimum": hard[0], "maximum": hard[1]}


def _fields(fields: Mapping[str, Field]) -> dict[str, Schema]:
    return {
        name: {
            **_number(field.hard, field.integer),
            "description": f"{field.sentence} Unit: {field.unit}. Plausible: "
            f"{' to '.join(map(written, field.plausible))}.",
            "default": field.default,
        }
        for name, field in fields.items()
    }


def _group(group: str) -> Schema:
    """The table of one group of parameters."""
    return _closed({
        key.removeprefix(f"{group}."): _parameter(each)
        for key, each in PARAMETERS.items()
        if key.startswith(f"{group}.")
    })  # fmt: skip


def _parameter(each: Parameter) -> Schema:
    described = {
        "title": f"{each.name} ({each.symbol})" if each.symbol != "-" else each.name,
        "description": _description(each),
        "default": _default(each),
    }
    if each.choices:
        return {**described, "enum": list(each.choices)}
    number = _number(each.hard, each.integer)
    if not each.by:
        return {**described, **number}
    if each.by == "provider":
        lists: list[Schema] = [
            {"type": "array", "items": number, "minItems": 1, "maxItems": MOST_PROVIDERS},
            _closed({str(provider): number for provider in range(1, MOST_PROVIDERS + 1)}),
        ]
        return {**described, "anyOf": lists if each.key == SHARES else [number, *lists]}
    return {**described, "anyOf": [number, _closed(dict.fromkeys(BY[each.by], number))]}


def _description(each: Parameter) -> str:
    span = f" Plausible: {plausible(each)}." if each.plausible else ""
    evidence = f"{each.grade.value} ({', '.join(each.sources)})"
    return f"{each.sentence} Unit: {each.unit}.{span} Evidence: {evidence}."


def _default(each: Parameter) -> Any:
    """The default in the form a scenario file would write it."""
    if not isinstance(each.default, tuple):
        return each.default
    if each.by == "provider":
        return list(each.default)
    return dict(zip(BY[each.by], each.default, strict=True))


def _policy_settings() -> dict[str, Schema]:
    return {
        **dict.fromkeys(POLICY_SETTINGS, MONTH),
        **_fields(POLICY_FIELDS),
        "classes": _targets(CLASSES),
        "sectors": _targets(SECTORS),
        "currency": {"type": "string", "description": IN_WORDS["currency"]},
        "new_users": {**FLAG, "description": IN_WORDS["new_users"]},
    }


def _targets(nouns: Iterable[str]) -> Schema:
    return {"type": "array", "items": {"enum": list(nouns)}, "minItems": 1, "uniqueItems": True}


def _happenings(settings: dict[str, Schema], decisive: str, known: Mapping[str, Instrument]) -> Schema:
    """Policies or events by name; which further settings one takes depends on its instrument or kind.

    One that only changes what it inherits need not repeat it, and may then hold any setting of any of them.
    """
    settings = {**settings, decisive: {"enum": list(known), "description": "; ".join(_explained(known))}}
    everything = [*settings, *dict.fromkeys(name for each in known.values() for name in each.fields)]
    cases = [
        {
            "if": {"properties": {decisive: {"const": name}}, "required": [decisive]},
            "then": {
                "properties": _fields(each.fields),
                "propertyNames": {"enum": [*settings, *each.fields]},
            },
        }
        for name, each in known.items()
    ]
    entry = {"type": "object", "properties": settings, "propertyNames": {"enum": everything}, "allOf": cases}
    return {"type": "object", "propertyNames": HAPPENING_NAMES, "additionalProperties": entry}


def _explained(known: Mapping[str, Instrument]) -> list[str]:
    return [f"{name}: {each.sentence}" for name, each in known.items()]
