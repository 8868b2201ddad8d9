"""What a reader of a scenario should know: what is accepted in it, but is perhaps a slip, of a unit say."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from sim.model.complaints import listed
from sim.model.declared import PLAUSIBLE_MONEY
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.parameters import PARAMETERS
from sim.model.parameters.declaration import Parameter
from sim.model.policy_settings import POLICY_FIELDS
from sim.model.run import RUN_FIELDS
from sim.model.scenario import Scenario
from sim.report.parameters import written


def notes_on(scenario: Scenario) -> list[str]:
    """A sentence for everything that its author should know, or look at again."""
    odd = (*_implausible(scenario, _numbers(scenario)), *_overlapping(scenario), *_never_whole(scenario))
    return [*scenario.notes, *odd, *_foreign_defaults(scenario), *_drifting(scenario)]


def notes_on_size(scenario: Scenario) -> list[str]:
    """A sentence for every number of firms, months and the like that is rarely meant."""
    return list(_implausible(scenario, _numbers_of_run(scenario)))


def _implausible(scenario: Scenario, numbers: Iterator[tuple[str, Any, Any]]) -> Iterator[str]:
    """A sentence for every number, other than a default, outside of the plausible range that is declared for it."""
    for key, declared, value in numbers:
        foreign = "money" in declared.unit and scenario.currency != PLAUSIBLE_MONEY
        if declared.plausible is None or foreign or value == declared.default:
            continue
        low, high = declared.plausible
        outside = [each for each in (value if isinstance(value, tuple) else (value,)) if not low <= each <= high]
        if outside:
            span = f"{written(low)} to {written(high)} {declared.unit.replace('money', scenario.currency)}"
            said = ", ".join(map(written, dict.fromkeys(outside)))
            yield f"{key} = {said} is outside of its plausible range, {span}."


def _overlapping(scenario: Scenario) -> Iterator[str]:
    """Size classes that share numbers of employees."""
    low, high = (scenario.values[f"population.{end}"] for end in ("smallest", "largest"))
    for n, (name, following) in enumerate(pairwise(CLASSES)):
        if low[n + 1] <= high[n]:
            yield (
                f"population.largest[{name}] = {written(high[n])} and population.smallest[{following}] = "
                f"{written(low[n + 1])}: firms of the same size are of both classes."
            )


def _never_whole(scenario: Scenario) -> Iterator[str]:
    """Policies that end, or whose run does, before they have their full strength."""
    for policy in scenario.policies:
        months = min(policy.end, scenario.run.months) - policy.start
        if policy.ramp > months > 0:
            yield (
                f"policy.{policy.name}.ramp = {policy.ramp} months, but it is in force for {months}: it never has its "
                "full strength."
            )


def _drifting(scenario: Scenario) -> Iterator[str]:
    """Starting shares that the option constants do not keep, since they are those of another world."""
    keys = (f"start.{option}" for option in OPTIONS)
    changed = [key for key in keys if scenario.values[key] != scenario.base_values[key]]
    if changed:
        yield (
            f"{', '.join(changed)}: firms start there, but the option constants of the base world are held, and lead "
            "them back towards its shares. For a world that has these shares, solve the constants again: --resolve, or "
            "[constants] solve = true."
        )


def _foreign_defaults(scenario: Scenario) -> list[str]:
    """A sentence on parameters, and one for every policy, with money left at defaults meant in another currency.

    Not where the file says in [sources] on what that rests.
    """
    own, found = scenario.currency, []
    if own == PLAUSIBLE_MONEY:
        return []
    unsaid = {key: each for key, each in PARAMETERS.items() if key not in scenario.sources}
    left = [key for key, each in unsaid.items() if _is_foreign(each, scenario.values[key])]
    if left:
        found.append(
            f"{', '.join(left)} as by default, meant in {PLAUSIBLE_MONEY}, but counted in {own} in this world. Set "
            f"what they are in {own}, or say in [sources] what they rest on."
        )
    for policy in scenario.policies:
        fields = INSTRUMENTS[policy.instrument].fields.values()
        money = [each for each in fields if "money" in each.unit and policy.fields[each.name] == each.default]
        if money and f"policy.{policy.name}" not in scenario.sources:
            amounts = listed([f"{each.name} = {written(each.default)}" for each in money])
            found.append(
                f"policy.{policy.name}: {amounts} as by default, meant in {PLAUSIBLE_MONEY}, but counted in {own} "
                f"in this world. Set what it is in {own}, or say in [sources] what policy.{policy.name} rests on."
            )
    return found


def _is_foreign(parameter: Parameter, value: Any) -> bool:
    """Whether a parameter is money other than nothing, and as declared; constants are solved, or given by intent."""
    amounts = parameter.unit.startswith("money") and not parameter.key.startswith(("constant.", "welfare."))
    return amounts and value == parameter.default and any(value if isinstance(value, tuple) else (value,))


def _numbers(scenario: Scenario) -> Iterator[tuple[str, Any, Any]]:
    """Key, declaration and value of every number of parameters, policies and events."""
    for key, parameter in PARAMETERS.items():
        if not parameter.choices:
            yield key, parameter, scenario.values[key]
    for policy in scenario.policies:
        for name, declared in INSTRUMENTS[policy.instrument].fields.items():
            yield f"policy.{policy.name}.{name}", declared, policy.fields[name]
        for name, declared in POLICY_FIELDS.items():
            value = getattr(policy, name)
            yield f"policy.{policy.name}.{name}", declared, declared.default if value is None else value
    for event in scenario.events:
        for name, declared in EVENTS[event.kind].fields.items():
            yield f"event.{event.name}.{name}", declared, event.fields[name]


def _numbers_of_run(scenario: Scenario) -> Iterator[tuple[str, Any, Any]]:
    """The same of the run; any seed will do."""
    for name, declared in RUN_FIELDS.items():
        if name != "seed":
            yield f"run.{name}", declared, getattr(scenario.run, name)
