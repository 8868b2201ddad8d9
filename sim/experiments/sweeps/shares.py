"""Shares of one whole: when some are varied, the others give way so that the sum stays 1."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sim.experiments.sweeps.quantities import Level, Quantity, entry_names
from sim.model.checking import MIXES
from sim.model.nouns import CLASSES, ON_PREMISE, OPTIONS
from sim.model.quantities import Value, amounts

START = "start"
"""The group whose options share each class."""

ENOUGH = 12
"""Decimal places of a share that gives way."""

Setting = tuple[tuple[str, ...], Any]


def whole_of(quantity: Quantity) -> str:
    """Name of the whole that a quantity is a share of: "start", the key of a mix, or ""."""
    if quantity.steps[0] == START:
        return START
    return quantity.parameter if quantity.parameter in MIXES else ""


def giving_way(
    quantities: Iterable[Quantity], values: Mapping[str, Level], present: Mapping[str, Value]
) -> Iterator[Setting]:
    """Settings of the shares that give way at a point.

    Firms on premise give way to the options that are varied, unless they are varied themselves; the entries of a mix
    that are not varied keep their proportions.

    Parameters
    ----------
    values
        The point's, by key.
    present
        The base scenario's, by parameter.
    """
    changed: dict[str, dict[str, float]] = {}
    for quantity in quantities:
        if whole_of(quantity):
            entries = _entries(quantity, values[quantity.key], present)
            changed.setdefault(quantity.parameter, {}).update(entries)
    yield from _on_premise({key: each for key, each in changed.items() if key not in MIXES}, present)
    for key in sorted(changed.keys() & set(MIXES)):
        yield from _others(key, changed[key], present)


def _entries(quantity: Quantity, value: Level, present: Mapping[str, Value]) -> dict[str, float]:
    """What a point sets, entry by entry."""
    raw = quantity.raw(value)
    if len(quantity.steps) > 2:
        return {quantity.steps[2]: raw}
    if isinstance(raw, dict):
        return raw
    return dict.fromkeys(entry_names(quantity.parameter, amounts(present, quantity.parameter)), raw)


def _on_premise(changed: Mapping[str, Mapping[str, float]], present: Mapping[str, Value]) -> Iterator[Setting]:
    keys = [f"{START}.{option}" for option in OPTIONS]
    varied = changed.get(keys[ON_PREMISE], {})
    for place, size in enumerate(CLASSES):
        if size in varied or not any(size in each for each in changed.values()):
            continue
        cloud = sum(
            changed.get(key, {}).get(size, amounts(present, key)[place]) for key in keys if key != keys[ON_PREMISE]
        )
        yield (START, OPTIONS[ON_PREMISE], size), round(1 - cloud, ENOUGH)


def _others(key: str, changed: Mapping[str, float], present: Mapping[str, Value]) -> Iterator[Setting]:
    shares = amounts(present, key)
    others = {name: share for name, share in zip(entry_names(key, shares), shares, strict=True) if name not in changed}
    total, left = sum(others.values()), 1 - sum(changed.values())
    if total > 0:
        yield from (((*key.split("."), name), share * left / total) for name, share in others.items())
