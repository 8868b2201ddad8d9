"""Reading `[replicates]`: a number, or a rule that says when there are enough."""

from collections.abc import Mapping, Sequence
from typing import Any

from sim.experiments.sweeps.sweep import BASE, Reduction, Replicates
from sim.model.complaints import Complaints, Refused, listed, shown, unknown
from sim.model.outcome_table import OUTCOMES
from sim.model.quantities import number, table, text
from sim.model.run import RUN_FIELDS

FEWEST = 8
"""Smallest batch of a stopping rule: an interval from fewer replicates tells little."""

RULE = ("batch", "most", "outcome", "half_width", "reference")
"""Settings of a stopping rule; the reference may be left out."""


def read_replicates(
    complaints: Complaints, where: str, settings: Any, default: int, reductions: Sequence[Reduction], points: int
) -> Replicates:
    """The number of replicates, or the stopping rule.

    Parameters
    ----------
    default
        Replicates where the file says nothing.
    points
        How many points the design has; 0 where it could not be read.
    """
    found = Replicates(default)
    with complaints.at(where, "replicates"):
        for key in table(settings, "[replicates]"):
            if key not in ("number", *RULE):
                complaints.add(where, f"replicates.{key}", unknown("setting", key, ("number", *RULE)))
        beside = [key for key in RULE if key in settings]
        if "number" in settings and beside:
            raise Refused(
                f"number stands beside {listed(beside)}", "number alone, or a stopping rule", "Remove one of the two."
            )
        if "number" in settings:
            with complaints.at(where, "replicates.number"):
                found = Replicates(_whole(settings["number"], 1, "replicates"))
        elif beside:
            found = _rule(complaints, where, settings, reductions, points)
    return found


def _rule(
    complaints: Complaints, where: str, settings: Mapping[str, Any], reductions: Sequence[Reduction], points: int
) -> Replicates:
    names = tuple(reduction.name for reduction in reductions)
    missing = [key for key in RULE[:-1] if key not in settings]
    for key in missing:
        complaints.add(where, f"replicates.{key}", Refused(
            "a stopping rule needs it", f"number alone, or {listed(RULE[:-1])} and perhaps reference", "Add it.",
        ))  # fmt: skip
    if missing:
        return Replicates(None)
    batch = most = 0
    half_width, reference = 0.0, None
    with complaints.at(where, "replicates.batch"):
        batch = _whole(settings["batch"], FEWEST, "replicates")
    with complaints.at(where, "replicates.most"):
        most = _whole(settings["most"], 1, "replicates")
        if batch and most % batch:
            near = max(1, most // batch) * batch
            raise Refused(
                f"{most} is no multiple of batch, {batch}", "whole batches", f"Take {near} or {near + batch}."
            )
    with complaints.at(where, "replicates.outcome"):
        outcome = text(settings["outcome"])
        its = "record", "record.outcomes", f"reduce.{outcome}", f"reduce.{outcome}.outcome"
        if outcome not in names and not complaints.doubted(*its):
            raise unknown("reduction", settings["outcome"], names)
    with complaints.at(where, "replicates.half_width"):
        half_width = float(number(settings["half_width"], (0.0, 1e18), "(unit of the outcome)"))
        if half_width <= 0:
            raise Refused("an interval is never as narrow as 0", "above 0", "Give half the width that is enough.")
        kept = next((each for each in reductions if each.name == settings["outcome"]), None)
        any_width = kept is None or OUTCOMES[kept.outcome].hard is None or kept.take in ("time-to", "cumulative")
        if half_width >= 1 and not any_width:
            problem = f"{half_width:g} is as wide as all that it could be"
            raise Refused(problem, "above 0 and less than 1", "Write 0.01 for 1 %, say.")
    with complaints.at(where, "replicates.reference"):
        reference = _reference(settings.get("reference"), points)
    return Replicates(None, batch, most, settings["outcome"], half_width, reference)


def _whole(raw: Any, fewest: int, unit: str) -> int:
    return int(number(raw, (fewest, RUN_FIELDS["replicates"].hard[1]), unit, integer=True))


def _reference(raw: Any, points: int) -> int | str | None:
    """What paired differences are taken to."""
    if raw is None or raw == BASE:
        return raw
    allowed = f'"{BASE}", or the number of a point' + (f", 1 to {points}" if points else "")
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise Refused(f"{shown(raw)} is no reference", allowed, "Take one, or leave it out for the outcome itself.")
    if raw < 1 or (points and raw > points):
        raise Refused(f"there is no point {raw}", allowed, "Take one; points are counted from 1.")
    return raw
