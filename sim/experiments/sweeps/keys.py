"""Keys of varied quantities, wherever the dots in them part tables of `[vary]`."""

from collections.abc import Iterator, Mapping
from typing import Any

from sim.model.reading import steps_to

SETTINGS = ("role", "range", "factor", "values", "levels", "distribution", "mode", "mean", "sd")
"""What may be said of a varied quantity."""


def leaves(tables: Mapping[str, Any], stem: str = "") -> Iterator[tuple[str, Any]]:
    """Keys of quantities and what is said of them; `[vary.cost.private]` is `[vary."cost.private"]`."""
    for name, settings in tables.items():
        key = f"{stem}{name}"
        further = isinstance(settings, Mapping) and settings and _further(key, settings)
        yield from leaves(settings, f"{key}.") if further else [(key, settings)]


def _further(key: str, settings: Mapping[str, Any]) -> bool:
    """Whether the keys of quantities go on within a table, be it that values stand there without a table of theirs."""
    ends = len(steps_to(key) or ()) == (3 if key.startswith(("policy.", "event.")) else 2)
    within = all(isinstance(each, Mapping) for each in settings.values())
    return within or not (ends or settings.keys() & set(SETTINGS))
