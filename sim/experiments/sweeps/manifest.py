"""The manifest of a sweep's folder: reading it, and whether it holds all that one of a sweep does."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.model.complaints import listed
from sim.model.errors import BadInput

KEYS: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("sweep", "title", "question", "status", "design", "currency", "command"), str),
    **dict.fromkeys(("reductions", "outcomes", "months", "dates"), list),
    **dict.fromkeys(("scenario", "replicates", "quantities", "asked", "versions", "machine"), dict),
    "points": int,
    "wall_seconds": (int, float),
}
"""What every manifest of a sweep has, and of which kind it is."""


def read(path: Path) -> dict[str, Any]:
    """What a manifest says; empty where there is none.

    Raises
    ------
    BadInput
        If there is one that cannot be read.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except NotADirectoryError:
        allowed = "the folder of a sweep, or from Python of a run"
        raise BadInput(f"{path.parent} is a file. Allowed: {allowed}. Name its folder.") from None
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read ({error}). Restore it, or use another folder with --out.") from error
    if not isinstance(found, dict):
        raise BadInput(f"{path} is no manifest of a sweep. Restore it, or use another folder with --out.")
    return found


def refuse_incomplete(content: Mapping[str, Any], path: Path) -> None:
    """Refuse a manifest that somebody has changed.

    Raises
    ------
    BadInput
        With what is missing or of another kind.
    """
    lacking = [key for key, kind in KEYS.items() if not isinstance(content.get(key), kind)]
    if lacking:
        raise BadInput(
            f"{path} lacks {listed(lacking)}, or has something else there. Restore it as `sim sweep` wrote it; the "
            "parts beside it are as they were."
        )


def no_sweep(path: Path, content: Mapping[str, Any]) -> BadInput:
    """What is wrong with a folder that holds no sweep and no finished run, as its manifest and what is in it tell."""
    if "replicates_wanted" in content:
        kept, wanted = content.get("replicates_finished"), content["replicates_wanted"]
        failures = content.get("failures")
        why = f" (first failure: {failures[0]['message']})" if failures else ""
        return BadInput(
            f"{path} holds a run that is not finished: {kept} of {wanted} replicates are kept{why}. Allowed: finished "
            f"ones. Give its command again, which goes on where it stopped: {content.get('command')}."
        )
    inside = sorted(each.parent.name for each in path.glob("*/manifest.json"))
    if inside:
        return BadInput(f"{path} holds no sweep itself. Allowed: folders in it, {listed(inside)}. Name one of them.")
    return BadInput(
        f"{path} holds no sweep. Allowed: the folder that `sim sweep` wrote, results/sweeps/NAME where --out was not "
        "given; from Python that of a run as well, results/SCENARIO/RUN_ID. Run `sim sweep FILE` first, or mend the "
        "path."
    )
