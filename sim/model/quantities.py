"""Turning what a file says into parameter values: numbers in range, texts of a choice, values by class."""

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sim.model.complaints import Refused, listed, shown, suggestion, unknown
from sim.model.nouns import MOST_PROVIDERS, OPTIONS
from sim.model.parameters import BY, PARAMETERS, Parameter

SHARES = "market.shares"
"""The parameter whose length is the number of public providers."""

CONSTANTS = (*(f"constant.{option}" for option in OPTIONS), "constant.appeal")
"""Parameters that are solved from the starting shares unless they are given."""

AVAILABLE = tuple(f"available.{option}" for option in OPTIONS)
"""Parameters that open and close the options by class."""

_FIGURES = tuple(
    re.compile(
        rf"(?P<whole>[+-]?(?:[1-9]\d{{0,2}}(?:[{apart} ]\d{{3}})+|\d*))(?:[{point}](?P<decimals>\d+))?"
        r"(?P<power>e[+-]?\d+)?(?P<per_cent> ?%)?"
    )
    for apart, point in (",.", ".,")
)
"""A number with thousands set apart and decimals: as in 20,000.5, and as in 20.000,5."""

Value = float | int | str | tuple[float | int, ...]


def number(raw: object, hard: tuple[float, float], unit: str, integer: bool = False) -> float | int:
    """A finite number within its hard range; whole numbers as `int`, all others as `float`.

    Raises
    ------
    Refused
        It is not a number (a truth value is none), not finite, not whole or out of range.
    """
    low, high = hard
    allowed = f"{'a whole number from ' if integer else ''}{_plain(low)} to {_plain(high)} {unit}".strip()
    if integer and (low, high) == (0, 1):
        allowed = "0 or 1"
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise Refused(f"{shown(raw)} is not a number", allowed, _as_figure(raw, hard, integer))
    if isinstance(raw, float) and not math.isfinite(raw):
        raise Refused(f"{shown(raw)} is not a finite number", allowed, "Give a finite number.")
    if not low <= raw <= high:
        advice = "Give a value within the range."
        if high == 1 and 1 < raw <= 100 and not integer:
            advice = f"Per cent are hundredths: {raw:g} % is {raw / 100:g}."
        raise Refused(f"{shown(raw)} is out of range", allowed, advice)
    if not integer:
        return float(raw) + 0.0  # -0.0 becomes 0.0: one value, one run id
    if raw != int(raw):
        raise Refused(f"{shown(raw)} is not a whole number", allowed, "Round it.")
    return int(raw)


def _as_figure(raw: object, hard: tuple[float, float], integer: bool) -> str:
    """What to write instead of what is no number.

    For a text that looks like one 90.5 for 90,5, 0.3 for 30 %, and 20000 or 20 for 20,000, which may mean either.
    """
    if isinstance(raw, bool) and integer and hard[1] == 1:
        return f"Write {int(raw)}."
    if not isinstance(raw, str):
        return "Give a single number."
    read = {_read(figure.fullmatch(raw.strip())) for figure in _FIGURES}
    numbers = (each for each in read if each is not None and hard[0] <= each <= hard[1] and not (integer and each % 1))
    readings = " or ".join(f"{number:.15g}" for number in sorted(numbers, reverse=True))
    return f"{f'Write {readings}' if readings else 'Give a number'}, without quotes."


def _read(figure: re.Match[str] | None) -> float | None:
    """The number that a text was taken for; None where it has no digit."""
    if not figure or not (figure["decimals"] or figure["whole"].strip("+-")):
        return None
    whole = re.sub("[., ]", "", figure["whole"])
    return float(f"{whole}.{figure['decimals'] or 0}{figure['power'] or ''}") / (100 if figure["per_cent"] else 1)


def _plain(limit: float) -> str:
    """A limit as people write it: 100,000 and not 1e+05; whole numbers in full."""
    return f"{int(limit):,}" if limit == int(limit) else f"{limit:g}"


def text(raw: object) -> str:
    """A text."""
    if not isinstance(raw, str):
        raise Refused(f"{shown(raw)} is not a text", "a text in quotes", "Put it in quotes.")
    return raw


def flag(raw: object) -> bool:
    """A truth value."""
    if not isinstance(raw, bool):
        raise Refused(f"{shown(raw)} is neither true nor false", "true or false", "Give one, without quotes.")
    return raw


def tables_in_a_row(raw: object) -> bool:
    """Whether it is what double brackets make."""
    return isinstance(raw, list) and bool(raw) and all(isinstance(each, Mapping) for each in raw)


def table(raw: object, heading: str = "[name]") -> Mapping[str, Any]:
    """A table of settings, which a file begins with a heading."""
    if tables_in_a_row(raw):
        raise Refused(
            "a list of tables stands where a table belongs",
            "a table of settings",
            f"Write {heading}, with single brackets.",
        )
    if not isinstance(raw, Mapping):
        raise Refused(f"{shown(raw)} stands where a table belongs", "a table of settings", f"Write {heading} above it.")
    return raw


def defaults() -> dict[str, Value]:
    """Default of every parameter, those by class and the like as tuples in the fixed order."""
    return dict(_defaults())


@cache
def _defaults() -> Mapping[str, Value]:
    shares = PARAMETERS[SHARES].default
    assert isinstance(shares, tuple)
    values: dict[str, Value] = {}
    for key, parameter in PARAMETERS.items():
        default = parameter.default
        if isinstance(default, tuple):
            values[key] = tuple(_one(parameter, each) for each in default)
        elif parameter.by:
            values[key] = (_one(parameter, default),) * len(BY.get(parameter.by, shares))
        else:
            values[key] = default if isinstance(default, str) else _one(parameter, default)
    return values


def amounts(values: Mapping[str, Value], key: str) -> tuple[float | int, ...]:
    """Value of a parameter that has several, by class and the like."""
    value = values[key]
    assert isinstance(value, tuple)
    return value


def quantity(parameter: Parameter, raw: object, inherited: Value, providers: int) -> Value:
    """Value of one parameter as a file gives it.

    Parameters
    ----------
    raw
        A number (for all entries), a table by entry (the others keep `inherited`), a list by provider,
        or a text of the parameter's choices.
    inherited
        Value so far, normalised.
    providers
        Number of public providers.
    """
    if parameter.choices:
        if not isinstance(raw, str):
            raise Refused(f"{shown(raw)} is not a text", listed(parameter.choices), "Write one of these, in quotes.")
        if raw not in parameter.choices:
            raise unknown("choice", raw, parameter.choices)
        return raw
    if not parameter.by:
        return _one(parameter, raw)
    assert isinstance(inherited, tuple)
    if parameter.by == "provider":
        return _by_provider(parameter, raw, inherited, providers)
    if isinstance(raw, Mapping):
        return _updated(parameter, raw, inherited, BY[parameter.by])
    if isinstance(raw, list):
        names = BY[parameter.by]
        raise Refused(
            f"a list does not say which {parameter.by} is meant",
            f"a number for all, or a table by {parameter.by} ({listed(names)})",
            f"Write {{{names[0]} = ...}}.",
        )
    return (_one(parameter, raw),) * len(inherited)


def _one(parameter: Parameter, raw: object) -> float | int:
    return number(raw, parameter.hard, parameter.unit, parameter.integer)


def _updated(
    parameter: Parameter, raw: Mapping[str, Any], inherited: tuple[float | int, ...], names: Sequence[str]
) -> tuple[float | int, ...]:
    values = list(inherited)
    for name, each in raw.items():
        if name not in names:
            raise unknown(parameter.by, name, names)
        try:
            values[names.index(name)] = _one(parameter, each)
        except Refused as refusal:
            raise Refused(f"{name}: {refusal.problem}", refusal.allowed, refusal.remedy) from None
    return tuple(values)


def _by_provider(
    parameter: Parameter, raw: object, inherited: tuple[float | int, ...], providers: int
) -> tuple[float | int, ...]:
    if isinstance(raw, Mapping):
        return _updated(parameter, raw, inherited, [str(index + 1) for index in range(len(inherited))])
    if isinstance(raw, list):
        if not 1 <= len(raw) <= MOST_PROVIDERS:
            raise Refused(
                f"a list of {len(raw)}", f"1 to {MOST_PROVIDERS} providers", "Change the length of the list."
            )
        return tuple(_one(parameter, each) for each in raw)
    if parameter.key == SHARES:
        raise Refused(
            f"{shown(raw)} is not a list", f"a list of 1 to {MOST_PROVIDERS} shares", "Write [0.6, 0.4], say."
        )
    return (_one(parameter, raw),) * providers


def unknown_parameter(group: str, name: str) -> Refused:
    """Refusal of a key that is no parameter, with the nearest one."""
    own = [key.split(".", 1)[1] for key in PARAMETERS if key.startswith(f"{group}.")]
    whole, _, part = name.rstrip("]").partition("[")
    if part and whole in own:
        advice = f"Write {whole} = {{{part} = ...}}."
        return Refused(f"{shown(name)} is no key of a file", f"{whole}, with a table of what differs", advice)
    near = suggestion(name, own, "") or suggestion(f"{group}.{name}", PARAMETERS)
    return Refused(f"there is no parameter {shown(f'{group}.{name}')}", listed(own) + f" in [{group}]", near)
