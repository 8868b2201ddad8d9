"""Writing a scenario out whole: a base world of its own, ready to run, that gives the same results."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sim.model.parameters import BY, GROUPS, PARAMETERS
from sim.model.policy_settings import settings_of
from sim.model.quantities import AVAILABLE, CONSTANTS
from sim.model.run import month_date, month_index
from sim.model.schedule import Event, Policy
from sim.model.spelling import toml, toml_text

if TYPE_CHECKING:  # a scenario knows how to be written, so the import runs the other way
    from sim.model.scenario import Scenario


def resolved_toml(scenario: "Scenario", constants: Mapping[str, tuple[float, ...]] | None = None) -> str:
    """TOML text of a scenario with every value written out and its option constants given.

    Floats are written with the digits that bring the same float back, so that `load` of this text gives an
    equal scenario, apart from its name, from where its constants come, and from what it tells of settings.

    Parameters
    ----------
    constants
        The solved constants: `constant.on_premise` and so on for each option by class, `constant.appeal` by
        provider; options closed with them (`available.*` by class) may stand beside them. Not needed where
        the scenario gives its own.

    Raises
    ------
    ValueError
        Constants are neither in the scenario nor complete here.
    """
    values = _with_constants(scenario, dict(constants or {}))
    tables = [
        _table("about", _about(scenario)),
        _table("world", {"currency": scenario.currency, "price_level": scenario.price_level}),
        _table("run", vars(scenario.run)),
        _table("constants", {"solve": False}),
        *(_table(group, dict(_group(group, values))) for group in GROUPS),
        *_base(scenario),
        *(_table(f"policy.{policy.name}", _policy(policy, scenario)) for policy in scenario.policies),
        *(_table(f"event.{event.name}", _event(event, scenario)) for event in scenario.events),
    ]
    if scenario.sources:
        tables.append(_table("sources", {toml_text(key): text for key, text in scenario.sources.items()}))
    return "\n".join(tables)


def _about(scenario: "Scenario") -> dict[str, str]:
    about = {"title": scenario.title, "question": scenario.question}
    return about | ({"says": scenario.says} if scenario.says else {})


def _with_constants(scenario: "Scenario", given: Mapping[str, tuple[float, ...]]) -> dict[str, Any]:
    """Values of a scenario with constants put in; an option closed in either place stays closed."""
    unknown = set(given) - set(CONSTANTS) - set(AVAILABLE)
    if unknown or not (scenario.constants_given or set(CONSTANTS) <= set(given)):
        raise ValueError(
            f"a resolved scenario needs {', '.join(CONSTANTS)}; got {', '.join(given) or 'none'}"
        )
    values = dict(scenario.values)
    for key, found in given.items():
        if key in AVAILABLE:
            values[key] = tuple(min(int(a), b) for a, b in zip(found, values[key], strict=True))
        else:
            values[key] = tuple(float(each) for each in found)
    return values


def _base(scenario: "Scenario") -> Iterator[str]:
    """Tables of the values by which firms are placed at the start, where they are not the scenario's own."""
    base = {
        key: value
        for key, value in scenario.base_values.items()
        if value != scenario.values[key] and (scenario.constants_given or key not in CONSTANTS)
    }
    for group in GROUPS:
        settings = dict(_group(group, base))
        if settings:
            yield _table(f"base.{group}", settings)


def _group(group: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Settings of one group, those by class and the like as tables."""
    for key, parameter in PARAMETERS.items():
        if key in values and key.startswith(f"{group}."):
            value = values[key]
            names = BY.get(parameter.by)
            yield key.split(".", 1)[1], dict(zip(names, value, strict=True)) if names else value


def _policy(policy: Policy, scenario: "Scenario") -> dict[str, Any]:
    taken = vars(policy) | _dates(policy, scenario) | {"currency": scenario.currency}
    settings = {key: taken[key] for key in settings_of(policy.instrument) if taken[key] is not None}
    return settings | policy.fields


def _event(event: Event, scenario: "Scenario") -> dict[str, Any]:
    return {"kind": event.kind, **_dates(event, scenario), **event.fields}


def _dates(happening: Policy | Event, scenario: "Scenario") -> dict[str, str]:
    """First and last month in force as dates; the last is included in files."""
    first_month = month_index(scenario.run.start)
    return {
        "start": month_date(first_month + happening.start),
        "end": month_date(first_month + happening.end - 1),
    }


def tables_toml(tables: Mapping[str, Any]) -> str:
    """TOML text of tables as they were read from a file; a table of tables becomes one table for each."""
    parts = []
    for name, settings in tables.items():
        within = {key: each for key, each in settings.items() if name in ("policy", "event")}
        parts += [_table(f"{name}.{key}", each) for key, each in within.items()] or [_table(name, settings)]
    return "\n".join(parts)


def _table(name: str, settings: Mapping[str, Any]) -> str:
    return f"[{name}]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in settings.items())
