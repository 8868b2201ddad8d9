"""Reading `[design]`: how points are chosen."""

from typing import Any

from sim.experiments.sweeps.sweep import Design
from sim.model.complaints import Complaints, Refused, listed, unknown
from sim.model.quantities import number, table

KINDS = {
    "grid": (),
    "lhs": ("points", "seed"),
    "sobol": ("points", "seed"),
    "morris": ("trajectories", "levels", "seed"),
    "list": ("file",),
}
"""Designs and their settings."""

LIMITS = {
    "points": (2, 2**20, "points"),
    "trajectories": (2, 10_000, "trajectories"),
    "levels": (2, 100, "levels"),
    "seed": (0, 2**32 - 1, "(any seed)"),
}

DEFAULTS = {"seed": 1, "levels": 4}


def read_plan(complaints: Complaints, where: str, settings: Any) -> Design:
    """The design of a sweep file; one without a kind, and complaints, where it cannot be read."""
    with complaints.at(where, "design"):
        if settings is None:
            raise Refused("the design is missing", f"[design] with kind = {listed(KINDS)}", 'Add kind = "sobol", say.')
        kind = table(settings).get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            problem = unknown("design", str(kind), tuple(KINDS))
            complaints.add(where, "design.kind", problem)
            return Design("")
        found = {}
        for key, raw in settings.items():
            with complaints.at(where, f"design.{key}"):
                if key == "kind":
                    continue
                if key not in KINDS[kind]:
                    raise unknown(f"setting of a {kind} design", key, ("kind", *KINDS[kind]))
                if key != "file":
                    low, high, unit = LIMITS[key]
                    found[key] = int(number(raw, (low, high), unit, integer=True))
                    _check(kind, key, found[key])
        for key in KINDS[kind]:
            if key not in settings and key not in DEFAULTS:
                complaints.add(where, f"design.{key}", Refused("it is missing", f"{key} = ...", "Add it."))
        return Design(kind, **{key: DEFAULTS[key] for key in KINDS[kind] if key in DEFAULTS} | found)
    return Design("")


def _check(kind: str, key: str, value: int) -> None:
    if kind == "sobol" and key == "points" and value & (value - 1):
        below = 1 << value.bit_length() - 1
        raise Refused(
            f"{value:,} is no power of two, so a Sobol sequence would lose its balance",
            "2, 4, 8, ... points",
            f"Take {below:,} or {2 * below:,}.",
        )
    if kind == "morris" and key == "levels" and value % 2:
        raise Refused(f"{value} levels", "an even number, so that steps are equally likely", f"Take {value + 1}.")
