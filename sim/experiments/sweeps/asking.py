"""What a folder is asked for: written down when it is new, compared when it is not."""

import dataclasses
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sim.experiments import identity
from sim.experiments.durable import made_folder, write_text
from sim.experiments.sweeps.folder import Point, SweepFolder
from sim.experiments.sweeps.items import recorded_months
from sim.experiments.sweeps.part import columns_of
from sim.experiments.sweeps.sampling import design_points
from sim.experiments.sweeps.sweep import BASE_POINT, Replicates, Sweep
from sim.experiments.tables import calendar_month
from sim.model.complaints import counted, shown
from sim.model.errors import BadInput
from sim.model.scenario import merged

SHOWN = 6
"""Differences to an older sweep that a refusal names."""


def prepare(sweep: Sweep, folder: SweepFolder, command: str) -> dict[int, Point]:
    """Write down what is asked, where the folder is new or what it holds can be added to.

    Returns
    -------
    dict of int to values
        All points by number; those that the folder had keep theirs.

    Raises
    ------
    BadInput
        If the folder holds a sweep that differs in anything but more points and more replicates.
    """
    before = folder.manifest()
    if folder.is_orphaned():
        raise BadInput(
            f"{folder.path} holds runs, but not both manifest.json and points.parquet, which say of what. Restore "
            "them, or use another folder with --out."
        )
    if before:
        refuse_changes(sweep, folder)
    points = numbered(sweep, folder)
    made_folder(folder.path)
    if points != folder.points():
        folder.write_points(points)
    for name, text in sweep.texts.items():
        write_text(folder.path / name, text)
    columns, months = columns_of(sweep), recorded_months(sweep)
    folder.write_manifest({
        "sweep": sweep.name,
        "title": sweep.title,
        "question": sweep.question,
        "status": "partial",
        "scenario": {"name": sweep.base.name, "title": sweep.base.title, "settings": sweep.base.settings},
        "design": sweep.design.kind,
        "levels": sweep.design.levels,
        "points": len(points),
        "replicates": dataclasses.asdict(sweep.replicates),
        "reductions": columns.reductions,
        "outcomes": columns.outcomes,
        "months": months,
        "dates": [calendar_month(sweep.base.run.start, month) for month in months],
        "currency": sweep.base.currency,
        "price_level": sweep.base.price_level,
        "quantities": {
            each.key: {
                "role": each.role, "unit": each.unit, "countable": each.countable,
                "distribution": each.law and each.law.name,
            }
            for each in sweep.quantities
        },
        "asked": asked_of(sweep),
        "command": command,
        "versions": identity.versions(),
        "machine": identity.machine(),
        "wall_seconds": before.get("wall_seconds", 0.0),
    })  # fmt: skip
    return points


def asked_of(sweep: Sweep) -> dict[str, Any]:
    """What no two sweeps in one folder may differ in, as plain JSON values."""
    content = {
        "model version": identity.model_version(),
        "base scenario": sweep.base.fingerprint_fields(),
        "left out": _left_out(sweep),
        "role": {each.key: each.role for each in sweep.quantities},
        "factor": {each.key: each.factor_of for each in sweep.quantities if each.factor_of},
        "record": {"outcomes": columns_of(sweep).outcomes, "every": sweep.every},
        "reduce": {each.name: dataclasses.asdict(each) for each in sweep.reductions},
        "program of reduce": identity.source_version("experiments/sweeps/summing_up.py"),
        "order of reduce": [each.name for each in sweep.reductions],
    }
    return dict(json.loads(json.dumps(content)))


def _left_out(sweep: Sweep) -> dict[str, Any]:
    """Settings of policies and events that lie outside of the base's run: a point may move them into it."""
    draft, base = merged(sweep.layers), sweep.base
    drafted = {f"policy {name}": given for name, given in draft.policies.items()}
    drafted |= {f"event {name}": given for name, given in draft.events.items()}
    there = {f"policy {each.name}" for each in base.policies} | {f"event {each.name}" for each in base.events}
    return {
        stem: {key: each.value for key, each in given.items()} for stem, given in drafted.items() if stem not in there
    }


def refuse_changes(sweep: Sweep, folder: SweepFolder) -> None:
    """Refuse a folder that holds a sweep which asked something else.

    Raises
    ------
    BadInput
        With what differs.
    """
    before = folder.manifest()
    if "asked" not in before:
        raise BadInput(
            f"{folder.path} holds something else than a sweep: its manifest.json is of a run. Allowed: an empty or new "
            "folder, or that of this sweep. Name another one with --out."
        )
    old, new = _flat(before["asked"]), _flat(asked_of(sweep))
    there, now = Replicates(**before.get("replicates", {"number": 0})).limit, sweep.replicates.limit
    if now < there:  # their runs would be drawn and exported all the same
        old, new = old | {"replicates": there}, new | {"replicates": now}
    changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    if not changed:
        return
    pairs = [f"{key}: {shown(old.get(key, 'none'))} there, {shown(new.get(key, 'none'))} now" for key in changed]
    more = f"; and {len(changed) - SHOWN} more" if len(changed) > SHOWN else ""
    raise BadInput(
        f"{folder.path} holds a sweep that differs from this one: {'; '.join(pairs[:SHOWN])}{more}. "
        "Allowed in one folder: the same sweep, with more points or more replicates. Give this one a folder of its "
        "own with --out, or restore what was changed."
    )


def _flat(settings: Any, path: str = "") -> dict[str, Any]:
    """Nested settings by dotted path; of a list of named things, policies say, each by its name."""
    if isinstance(settings, list) and all(isinstance(each, Mapping) and "name" in each for each in settings):
        settings = {each["name"]: each for each in settings} or settings
    if isinstance(settings, Mapping) and settings:
        return {key: each for name, inner in settings.items() for key, each in _flat(inner, f"{path} {name}").items()}
    return {path.strip(): settings}


def numbered(sweep: Sweep, folder: SweepFolder) -> dict[int, Point]:
    """Points of a sweep by number: those that the folder knows keep theirs, new ones follow.

    Raises
    ------
    BadInput
        If a known point is no longer wanted.
    """
    known, wanted = folder.points() if folder.manifest() else {}, design_points(sweep)
    # Drawn points may be rounded to the same values: each is one more all the same.
    there, asked = (Counter(frozenset(values.items()) for values in each) for each in (known.values(), wanted))
    gone = there - asked
    if gone:
        first = next(values for values in known.values() if frozenset(values.items()) in gone)
        raise BadInput(
            f"{folder.path} holds {counted(gone.total(), 'point')} that this sweep file no longer has, the first being "
            f"{first}. Allowed in one folder: the same points and more (a longer Sobol design, more values of a "
            "grid). Give this sweep a folder of its own with --out, or restore the design."
        )
    found, last = dict(known), max(known, default=BASE_POINT)
    for values in wanted:
        if there[frozenset(values.items())]:
            there[frozenset(values.items())] -= 1
        else:
            last += 1
            found[last] = values
    return found
