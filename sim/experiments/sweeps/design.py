"""Reading `[design]`: how points are chosen, and how many there are."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from sim.experiments.sweeps.quantities import Quantity
from sim.experiments.sweeps.sweep import Design
from sim.model.complaints import Complaints, Refused, counted, lacking, listed, unknown
from sim.model.quantities import number, table

KINDS: dict[str, tuple[str, ...]] = {
    "grid": (),
    "lhs": ("points", "seed"),
    "sobol": ("points", "seed"),
    "morris": ("trajectories", "levels", "seed"),
    "list": ("file",),
}
"""Designs and their settings."""

MOST_POINTS = 2**20

LIMITS = {
    "points": (2, MOST_POINTS, "points"),
    "trajectories": (2, 10_000, "trajectories"),
    "levels": (2, 100, "levels"),
    "seed": (0, 2**32 - 1, "(any seed)"),
}

DEFAULTS: dict[str, Any] = {"seed": 1, "levels": 4}

SAY = {"points": "points = 64", "trajectories": "trajectories = 10", "file": 'file = "points.csv"'}
"""What to add where a setting is missing."""


def read_design(complaints: Complaints, where: str, settings: Any) -> Design:
    """The design of a sweep file; one of no kind, and a complaint, where that cannot be read."""
    kind = ""
    found: dict[str, Any] = {}
    with complaints.at(where, "design"):
        if settings is None:
            raise Refused("the design is missing", f"[design] with kind = {listed(KINDS)}", 'Add kind = "sobol", say.')
        given = table(settings, "[design]").get("kind")
        if given is None:
            raise Refused("its kind is missing", listed(KINDS), 'Add kind = "sobol", say.')
        if not isinstance(given, str) or given not in KINDS:
            raise unknown("design", str(given), tuple(KINDS))
        kind = given
        found = _numbers(complaints, where, kind, settings)
    defaults = {key: DEFAULTS[key] for key in KINDS.get(kind, ()) if key in DEFAULTS}
    return Design(kind, **(defaults | found))


def _numbers(complaints: Complaints, where: str, kind: str, settings: Mapping[str, Any]) -> dict[str, int]:
    found = {}
    for key, raw in settings.items():
        with complaints.at(where, f"design.{key}"):
            if key not in ("kind", *KINDS[kind]):
                raise lacking(f"a {kind} design", key, ("kind", *KINDS[kind]))
            if key in LIMITS:
                low, high, unit = LIMITS[key]
                found[key] = int(number(raw, (low, high), unit, integer=True))
                _check(kind, key, found[key])
            elif key == "file" and not (isinstance(raw, str) and raw and raw.isprintable()):
                raise Refused("it is no name", "the path of a CSV file beside this one, in quotes", SAY["file"])
    for key in KINDS[kind]:
        if key not in settings and key not in DEFAULTS:
            complaints.add(
                where, f"design.{key}", Refused("it is missing", f"a {kind} design has one", f"Add {SAY[key]}.")
            )
    return found


def _check(kind: str, key: str, value: int) -> None:
    if kind == "sobol" and key == "points" and value & (value - 1):
        below = 1 << value.bit_length() - 1
        raise Refused(
            f"{value:,} is no power of two, and a Sobol sequence is balanced at powers of two only",
            "2, 4, 8, 16 and so on",
            f"Take {below:,} or {2 * below:,}.",
        )
    if kind == "morris" and key == "levels" and value % 2:
        raise Refused(f"{value} levels", "an even number, so that steps up and down are alike", f"Take {value + 1}.")


def size(design: Design, quantities: Sequence[Quantity]) -> int:
    """How many points a design has.

    Raises
    ------
    Refused
        They are too many.
    """
    points = design.points or len(design.rows) or design.trajectories * (len(quantities) + 1)
    if design.kind == "grid":
        points = prod(len(quantity.levels()) for quantity in quantities)
    if points > MOST_POINTS:
        raise Refused(
            f"it has {counted(points, 'point')}",
            f"at most {MOST_POINTS:,} points",
            "Take fewer levels, or a sobol design.",
        )
    return points
