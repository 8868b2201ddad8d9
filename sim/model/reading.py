"""Reading scenario files: the library, TOML, the chain of `extends`, and settings from the command line."""

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.model.complaints import listed, shown, suggestion
from sim.model.errors import BadInput
from sim.model.texts import read_toml

COMMAND_LINE = "command line"

ABOUT = ("title", "question", "says")
"""What a scenario says of itself to readers."""

_SETTING = re.compile(r"(?P<path>[\w-]+(?:\.[\w-]+)*)(?:\[(?P<part>\w+)\])?")

_DECISIVE = re.compile(r"market\.shares|policy\.[\w-]+\.instrument|event\.[\w-]+\.kind")

_OTHER = {"scenario": ("sweep", "sweep"), "sweep": ("scenario", "run")}
"""What else comes with the project, and the command for it."""

_NO_ZERO = re.compile(r"(?<![\w.])\.(?=\d)")


@dataclass(frozen=True)
class Document:
    """Nested tables and where they were written (a file's path, or the command line)."""

    where: str
    tables: Mapping[str, Any]


@dataclass(frozen=True)
class Layer:
    """One step of the chain from the base world to the scenario: a file, or single settings, also by their keys."""

    name: str
    documents: tuple[Document, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)


def library() -> dict[str, Path]:
    """Scenarios that come with the project, by name.

    They are inside the package when it is installed, beside it in a clone.
    """
    package = Path(__file__).parents[1]
    inside = package / "scenarios"
    folder = inside if inside.is_dir() else package.parent / "scenarios"
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def sweeps() -> dict[str, Path]:
    """Sweeps that come with the project, by name."""
    folder = next(iter(library().values())).parent / "sweeps"
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def chain(name_or_path: str | os.PathLike[str], folder: Path = Path(), what: str = "scenario") -> list[Layer]:
    """Layers of a scenario, base world first, following `extends`.

    Parameters
    ----------
    folder
        What a path is relative to.
    what
        How a message begins that the scenario does not exist.

    Raises
    ------
    BadInput
        A file is missing, unreadable, not UTF-8, not TOML, of a sweep, or extends itself in a circle.
    """
    path, asked = located(os.fspath(name_or_path), folder, what), what == "scenario"
    layers: list[Layer] = []
    visited: list[Path] = []
    while True:
        if path.resolve() in visited:
            circle = " -> ".join(each.name for each in [*visited, path])
            raise BadInput(
                f"{path}, extends: the files extend each other in a circle ({circle}). "
                "Allowed: a chain that ends in a base world, a file without extends. Remove one extends."
            )
        visited.append(path.resolve())
        tables = read_toml(path)
        if {"design", "vary"} <= tables.keys():
            advice = f"`sim sweep {path}` carries a sweep out; with --dry-run it is only checked."
            place, advice = (path, advice) if asked else (f"{what} {path}", "Name that of a scenario there.")
            raise BadInput(f"{place}: this is the file of a sweep. Allowed: a scenario. {advice}")
        layers.insert(0, Layer(path.stem, (Document(str(path), tables),)))
        if "extends" not in tables:
            return layers
        parent = tables["extends"]
        if not isinstance(parent, str) or not parent:
            raise BadInput(
                f"{path}, extends: {shown(parent)} is not a name. Allowed: a library scenario "
                f"({listed(library())}) or the path of a file, in quotes. Mend or remove it."
            )
        what, asked = f"{path}, extends: scenario", False
        path = located(parent, path.parent, what)


def located(name: str, folder: Path, what: str, kind: str = "scenario") -> Path:
    """Path of a scenario or sweep of the library, or of a file given relative to a folder; missing ones are refused."""
    known, others = (library(), sweeps()) if kind == "scenario" else (sweeps(), library())
    allowed = f"Allowed: a library {kind} ({listed(known)}) or the path of a TOML file."
    if not name:
        raise BadInput(f"{what}: the name is empty. {allowed} Give one of them.")
    if name in known:
        return known[name]
    path, advice = folder / name, suggestion(name, known, "Mend the name or the path.")
    try:
        if path.exists():
            return path
        if path.with_name(f"{path.name}.toml").exists():
            advice = f"Did you mean '{name}.toml'?"
    except (OSError, ValueError):
        pass  # a name no file can have is as missing as any other
    if name in others:
        other, command = _OTHER[kind]
        advice = f"It is a {other}, which `sim {command} {name}` carries out; with --dry-run it is only checked."
    raise BadInput(f"{what} {shown(name)} does not exist. {allowed} {advice}")


def emptiness(layer: Layer) -> list[str]:
    """A note about a base world whose files set no value of it; a title or policies alone do not count."""
    tables = {key: each for document in layer.documents for key, each in document.tables.items() if each}
    if tables.keys() - {"about", "policy", "event", "sources"}:
        return []
    names = ", ".join(Path(document.where).name for document in layer.documents)
    return [
        f"{names} sets no value: it is a base world of declared defaults (`sim parameters` lists them). To change "
        'another world, begin it with extends = "baseline", say.'
    ]


def flattened(settings: Mapping[str, Any], stem: str = "") -> dict[str, Any]:
    """Dotted keys of nested tables: `cost.private = ...` is the same with and without quotes."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            flat |= flattened(value, f"{stem}{name}.")
        else:
            flat[f"{stem}{name}"] = value
    return flat


def command_line(settings: Sequence[str]) -> Layer:
    """Layer of `PARAMETER=VALUE` settings, such as `cost.public_price[micro]=90`; later ones win.

    Raises
    ------
    BadInput
        Settings are not of that form: all that are not.
    """
    read = [_setting(text) for text in settings]
    refused = [shown(text) for text, setting in zip(settings, read, strict=True) if setting is None]
    if refused:
        raise BadInput(
            f"{COMMAND_LINE}: {listed(refused)} {'is not a setting' if len(refused) == 1 else 'are no settings'}. "
            "Allowed: PARAMETER=VALUE, such as cost.public_price=90, cost.public_price[micro]=90, "
            "policy.subsidy.rate=0.3 or run.firms=500. Write it so."
        )
    return settings_layer(COMMAND_LINE, COMMAND_LINE, [setting for setting in read if setting is not None])


def settings_layer(name: str, where: str, settings: Sequence[tuple[Sequence[str], Any]]) -> Layer:
    """Layer of single settings, each the steps to it (`steps_to`) and its value; later ones win.

    A change of the number of providers, and what a new policy or event is, come first: they decide what the others
    mean.
    """
    ordered = sorted(settings, key=lambda setting: _DECISIVE.fullmatch(".".join(setting[0])) is None)
    by_key: dict[str, Any] = {}
    for steps, value in settings:
        by_key.pop(_key(steps), None)  # given again it comes after what was set meanwhile, of one of its entries, say
        by_key[_key(steps)] = value
    return Layer(name, tuple(Document(where, _nested(steps, value)) for steps, value in ordered), by_key)


def written_out(key: str, value: Any) -> str:
    """What to write for a setting whose whole key stands in quotes; empty where the key is none of a setting."""
    steps = steps_to(key) or ()
    if not steps:
        return ""
    if steps[0] in ("policy", "event") and len(steps) == 2:
        return f"Write [{key.strip()}], without quotes."
    if _by_entry(steps):
        steps, value = steps[:-1], {steps[-1]: value}
    return f"Write [{'.'.join(steps[:-1])}] and below it {steps[-1]} = {shown(value)}."


def _nested(steps: Sequence[str], value: Any) -> dict[str, Any]:
    tables = value
    for step in reversed(steps):
        tables = {step: tables}
    return tables


def steps_to(path: str) -> tuple[str, ...] | None:
    """Steps through the tables to a setting such as `cost.public_price[micro]`; None where a path has no such form."""
    match = _SETTING.fullmatch(path.strip())
    steps = match["path"].split(".") if match else []
    if match is None or len(steps) not in (2, 3) or steps[0] in ("extends", "base"):
        return None
    return (*steps, match["part"]) if match["part"] else tuple(steps)


def _key(steps: Sequence[str]) -> str:
    """The setting that steps lead to: what `steps_to` takes apart."""
    group, *names = steps
    return f"{group}.{names[0]}[{names[1]}]" if _by_entry(steps) else ".".join(steps)


def _by_entry(steps: Sequence[str]) -> bool:
    """Whether the last step is that to an entry of a parameter, a class say."""
    return len(steps) == 3 and steps[0] not in ("policy", "event")


def _setting(text: str) -> tuple[tuple[str, ...], Any] | None:
    """Steps to a setting, and its value; None where the text has no such form."""
    path, equals, value = text.partition("=")
    steps = steps_to(path)
    return (steps, _value(value.strip())) if steps and equals and text.isprintable() else None


def _value(text: str) -> Any:
    """A TOML value, .5 included; the rest (2027-01, ring) is text: a shell needs no quotes in quotes."""
    for spelling in (text, _NO_ZERO.sub("0.", text)):
        try:
            tables = tomllib.loads(f"value = {spelling}")
        except (ValueError, RecursionError):
            continue
        return tables["value"]
    return text
