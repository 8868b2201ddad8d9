"""How far a sweep is: one reading of its folder, as text for people or JSON for batch jobs."""

import json
import os
import shlex
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.experiments import identity
from sim.experiments.sweeps.folder import SweepFolder
from sim.experiments.sweeps.rounds import standing
from sim.experiments.sweeps.sweep import BASE, Replicates
from sim.model.complaints import counted, duration
from sim.report.sweeps.words import base_title, reduction_words

REASONS_SHOWN = 5
"""Reasons for failures that are named; the table of runs has all."""

COMPUTING, COMPLETE, INCOMPLETE = "computing", "complete", "incomplete"
"""States of a sweep; one that was stopped, killed or limited is incomplete."""


def status(folder: SweepFolder) -> dict[str, Any]:
    """How far the sweep is whose folder was `looked` at, as plain JSON values.

    Nothing is written; of parts only rows that failed are read, and a stopping rule's outcome.
    """
    manifest, failures = folder.manifest(), folder.failures()
    rule = Replicates(**manifest["replicates"])
    points = list(folder.points())
    kept = sum(item.runs for item in folder.parts.values())
    replicates, missing = _replicates(rule, points, folder)
    free = folder.is_free()
    return {
        "folder": str(folder.path),
        "sweep": manifest["sweep"],
        "title": manifest["title"],
        "question": manifest["question"],
        "scenario": manifest["scenario"] | {"described": base_title(manifest)},
        "design": manifest["design"],
        "quantities": {
            key: {"role": about["role"], "unit": about["unit"].replace("money", manifest["currency"])}
            for key, about in manifest["quantities"].items()
        },
        "state": COMPUTING if not free else INCOMPLETE if missing else COMPLETE,
        "points": len(points),
        "replicates": replicates,
        "runs": {"kept": kept, "missing": missing, "failed": len(failures)},
        "damaged": [part.name for part in folder.damaged],
        "failures": _reasons(failures)[:REASONS_SHOWN],
        "model": {"of the sweep": manifest["asked"]["model version"], "of this program": identity.model_version()},
        "size": {"bytes": _bytes(folder.path), "parts": len(folder.parts)},
        "written": _written(folder.path),
        "wall_seconds": manifest["wall_seconds"],
        "command": manifest["command"],
        "reductions": manifest["reductions"],
        "comparable": _comparable(manifest),
    }


def _comparable(manifest: dict[str, Any]) -> str:
    """The first reduction whose numbers at different points can be compared; the first of all where none can."""
    words = (reduction_words(name, manifest) for name in manifest["reductions"])
    return next((each.key for each in words if each.of_one_zero), manifest["reductions"][0])


def status_json(found: dict[str, Any]) -> str:
    """The state as JSON for a batch job."""
    return json.dumps(found, indent=2, ensure_ascii=False)


def status_lines(found: dict[str, Any]) -> list[str]:
    """The state as lines for people."""
    folder = shlex.quote(found["folder"])
    quantities = ", ".join(f"{key} ({about['role']})" for key, about in found["quantities"].items())
    size, seconds = found["size"], found["wall_seconds"]
    spent = f", {duration(seconds)} of computing so far" if seconds else ""
    rows = [
        ("sweep", f"{found['sweep']}: {found['title']}"),
        ("question", found["question"]),
        ("scenario", f"{found['scenario']['name']}: {found['scenario']['described']}"),
        ("design", f"{found['design']}, {counted(found['points'], 'point')}" + _beside(found["replicates"])),
        ("varied", quantities),
        ("replicates", _replicates_text(found["replicates"])),
        ("state", state_text(found)),
        *(("failed", text) for text in _failures(found, folder)),
        *(("damaged", f"{name}; the command below computes it anew") for name in found["damaged"]),
        ("model", _model_text(found["model"])),
        ("size", f"{size['bytes'] / 1e6:,.1f} MB, {counted(size['parts'], 'part')}"),
        ("written", f"last at {found['written']}{spent}"),
        ("go on", _how_to_go_on(found)),
        ("export", f"sim export {folder} --format csv"),
        ("plot", f"sim plot {folder} {_figure(found)}"),
    ]  # fmt: skip
    return [f"{name:<10} {text}" for name, text in rows if text]


def _replicates(rule: Replicates, numbers: list[int], folder: SweepFolder) -> tuple[dict[str, Any], int]:
    """What is said of replicates, and the least number of runs that are still missing."""
    if rule.number is not None:
        done = {point: sum(map(len, spans)) for point, spans in folder.done().items()}
        missing = sum(max(0, rule.number - done.get(point, 0)) for point in numbers)
        return {"number": rule.number}, missing
    found = standing(rule, numbers, folder)
    said = {
        "batch": rule.batch, "most": rule.most, "outcome": rule.outcome, "half_width": rule.half_width,
        "reference": rule.reference, "narrow": len(found.narrow), "at_most": len(found.at_most),
        "without a value": len(found.empty), "going": len(found.going),
    }  # fmt: skip
    return said, found.missing


def _reasons(failures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Failures of the same stage and message together: the first of them, and how many runs there are."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for each in failures:
        found.setdefault((each["stage"], each["message"]), {**each, "runs": 0})["runs"] += 1
    return list(found.values())


def _figure(found: dict[str, Any]) -> str:
    """What a figure may be drawn of: effects, or the first reduction whose points can be compared along a quantity."""
    outcome = f"--outcome {shlex.quote(found['comparable'])}"
    return f"{outcome} --effects" if found["design"] == "morris" else (
        f"{outcome} --by {shlex.quote(next(iter(found['quantities'])))}"
    )


def _beside(found: dict[str, Any]) -> str:
    """What runs besides the points of a design."""
    return " and the base scenario" if found.get("reference") == BASE else ""


def _replicates_text(found: dict[str, Any]) -> str:
    if "number" in found:
        return f"{found['number']:,} of each point"
    reference = found["reference"]
    to = "the base scenario" if reference == BASE else f"point {reference}"
    less, other = (f", less that of {to},", "other points") if reference is not None else ("", "points")
    empty = found["without a value"]
    without = f"in no run with a value {empty:,}, " if empty else ""
    return (
        f"in batches of {found['batch']:,} until the 95 % interval of {found['outcome']}{less} is "
        f"±{found['half_width']:g}, at most {found['most']:,}; {other} narrow enough {found['narrow']:,}, at most "
        f"and still wider {found['at_most']:,}, {without}still going {found['going']:,}"
    )


def state_text(found: dict[str, Any]) -> str:
    """The state in words: whether somebody computes, runs kept and runs missing."""
    runs = found["runs"]
    kept, missing = runs["kept"], runs["missing"]
    at_least = "at least " if "going" in found["replicates"] else ""
    far = f"{counted(kept, 'run')} kept" + (f", {at_least}{missing:,} missing" if missing else "")
    said = {
        COMPUTING: "incomplete, a process is computing now",
        COMPLETE: "complete",
        INCOMPLETE: "incomplete, and no process is computing",
    }
    return f"{said[found['state']]}: {far}"


def _failures(found: dict[str, Any], folder: str) -> list[str]:
    """How many runs failed, and why."""
    failed, reasons = found["runs"]["failed"], found["failures"]
    if not failed:
        return []
    rest = failed - sum(reason["runs"] for reason in reasons)
    every = "  {}, first point {point}, replicate {replicate}; {stage}: {message}"
    return [
        f"{counted(failed, 'run')}:",
        *(every.format(counted(reason["runs"], "run"), **reason) for reason in reasons),
        *([f"  and {counted(rest, 'run')} for other reasons"] if rest else []),
        f"  `sim export {folder} --format csv` writes a row with stage and message for each",
    ]


def _model_text(model: dict[str, str]) -> str:
    there, here = model.values()
    if there == here:
        return there
    return f"{there}; this program has {here}, whose results would differ: it can export and plot, not go on"


def _how_to_go_on(found: dict[str, Any]) -> str:
    if found["state"] == COMPLETE:
        return ""
    if not found["command"].startswith("sim sweep"):
        return f"{found['command']}(...)  (as it was begun)"
    words, again = iter(shlex.split(found["command"])), []
    for word in words:
        if word in ("--limit", "--out"):
            next(words, None)
        elif not word.startswith(("--limit=", "--out=")):
            again.append(word)
    return f"{shlex.join([*again, '--out', found['folder']])}  (where the sweep's file is)"


def _there(paths: Iterable[Path]) -> Iterator[os.stat_result]:
    """What the system says of files; one that is renamed or removed meanwhile is left out."""
    for each in paths:
        with suppress(FileNotFoundError):
            yield each.stat()


def _bytes(path: Path) -> int:
    """Size of all files."""
    return sum(each.st_size for each in _there(path.rglob("*")) if stat.S_ISREG(each.st_mode))


def _written(path: Path) -> str:
    """When the newest part or the manifest was written, UTC."""
    newest = max(each.st_mtime for each in _there([path / "manifest.json", *path.glob("parts/*.parquet")]))
    return datetime.fromtimestamp(newest, UTC).isoformat(timespec="seconds")
