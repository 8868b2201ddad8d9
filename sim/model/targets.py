"""Whom a policy is aimed at, and in what money: readers of these settings, and notes where it reaches nobody."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sim.model.complaints import Refused, shown, unknown
from sim.model.nouns import CLASSES, SECTORS
from sim.model.quantities import Value, amounts


def targets(noun: str, known: Sequence[str]) -> Callable[[Any], tuple[str, ...]]:
    """Reader of a list of size classes or sectors: known, none twice, at least one."""

    def read(raw: Any) -> tuple[str, ...]:
        allowed = f"a list of {', '.join(known)}, each at most once"
        if not isinstance(raw, list) or not raw or not all(isinstance(each, str) for each in raw):
            # What a shell leaves of a list without quotes around the whole setting is a text.
            where = " On the command line, put the whole setting in quotes: '...'." if isinstance(raw, str) else ""
            raise Refused(f"{shown(raw)} is not a list of targets", allowed, f'Write ["{known[0]}"], say.{where}')
        for each in raw:
            if each not in known:
                raise unknown(noun, each, known)
            if raw.count(each) > 1:
                raise Refused(f"targets overlap: {shown(each)} is named twice", allowed, "Name it once.")
        return tuple(each for each in known if each in raw)

    return read


def currency(own: str) -> Callable[[Any], str]:
    """Reader of the currency of a policy's money: that of its world, or nothing is what it seems."""

    def read(raw: Any) -> str:
        if raw != own:
            raise Refused(
                f"its money is in {shown(raw)}, and this world counts in {own}",
                f'"{own}", or no currency at all',
                f"Convert the budget, caps and costs into {own}.",
            )
        return own

    return read


def nobody(
    stem: str, values: Mapping[str, Value], reach: float, classes: Sequence[str], sectors: Sequence[str]
) -> list[str]:
    """Notes on a policy that is aimed at firms that do not exist or never hear of it: harmless, but hardly meant."""
    simulated, mix = amounts(values, "population.sample_mix"), amounts(values, "population.sector_mix")
    national = amounts(values, "population.national_mix")
    there = [size for size, *parts in zip(CLASSES, simulated, national, strict=True) if all(parts)]
    busy = [sector for sector, part in zip(SECTORS, mix, strict=True) if part > 0]
    found = []
    if not set(classes) & set(there):
        found.append(f"{stem} is aimed at nobody: there are no {' or '.join(classes)} firms in this world.")
    if not set(sectors) & set(busy):
        found.append(f"{stem} is aimed at nobody: no firms are in {' or '.join(sectors)} in this world.")
    if reach == 0.0:
        found.append(f"{stem} reaches nobody: its reach is 0.")
    return found
