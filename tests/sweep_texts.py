"""Sweep files as text: a sound one, and others made from it by changing a part."""

import re
from pathlib import Path

SOUND = {
    "about": 'title = "A title"\nquestion = "A question?"',
    "base": 'scenario = "subsidy"\nset = { "run.firms" = 300 }',
    "design": 'kind = "sobol"\npoints = 8',
    'vary."security.loss"': 'role = "uncertain"',
    'vary."policy.subsidy.rate"': 'role = "counterfactual"',
    "replicates": "number = 4",
    "record": 'outcomes = ["share.firms.public", "share.firms.public[micro]"]',
}
"""Tables of a sound file."""


def sweep_text(changes: dict[str, str | None]) -> str:
    """The sound file with tables replaced, added, or left out (None)."""
    tables = {name: each for name, each in (SOUND | changes).items() if each is not None}
    return "\n".join(f"[{name}]\n{settings}\n" for name, settings in tables.items())


def only(key: str, settings: str, **changes: str | None) -> dict[str, str | None]:
    """Changes after which one quantity is varied."""
    varied = {name: None for name in SOUND if name.startswith("vary")}
    return varied | changes | {f'vary."{key}"': settings}


def written(folder: Path, changes: dict[str, str | None], name: str = "sweep.toml") -> Path:
    """A file with the sound tables, changed."""
    path = folder / name
    path.write_text(sweep_text(changes), encoding="utf-8")
    return path


def tables_of(text: str) -> list[tuple[str, str]]:
    """Tables of a sweep file in their order: name and text, the heading included."""
    parts = re.split(r"^(?=\[)", text, flags=re.MULTILINE)
    return [(part[1 : part.index("]")], part) for part in parts if part.startswith("[")]
