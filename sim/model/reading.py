"""Reading scenario files: the library, TOML, the chain of `extends`, and settings from the command line."""

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.model.complaints import listed, shown, suggestion
from sim.model.errors import BadInput

COMMAND_LINE = "command line"

ABOUT = ("title", "question", "says")
"""What a scenario says of itself to readers."""

_SETTING = re.compile(r"(?P<path>[\w-]+(?:\.[\w-]+)*)(?:\[(?P<part>\w+)\])?")

_TWICE = re.compile(r"Cannot declare (?P<names>\(.*\)) twice (?P<where>\(at line .*\))")

_DECISIVE = re.compile(r"\s*(market\.shares|policy\.[\w-]+\.instrument|event\.[\w-]+\.kind)\s*=")

_NO_ZERO = re.compile(r"(?<![\w.])\.(?=\d)")


@dataclass(frozen=True)
class Document:
    """Nested tables and where they were written (a file's path, or the command line)."""

    where: str
    tables: Mapping[str, Any]


@dataclass(frozen=True)
class Layer:
    """One step of the chain from the base world to the scenario: a file, or the whole command line."""

    name: str
    documents: tuple[Document, ...]


def library() -> dict[str, Path]:
    """Scenarios that come with the project, by name.

    They are inside the package when it is installed, beside it in a clone.
    """
    package = Path(__file__).parents[1]
    inside = package / "scenarios"
    folder = inside if inside.is_dir() else package.parent / "scenarios"
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def chain(name_or_path: str | os.PathLike[str]) -> list[Layer]:
    """Layers of a scenario, base world first, following `extends`.

    Raises
    ------
    BadInput
        A file is missing, unreadable, not UTF-8, not TOML, or extends itself in a circle.
    """
    path = _located(os.fspath(name_or_path), Path(), "scenario")
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
        layers.insert(0, Layer(path.stem, (Document(str(path), tables),)))
        if "extends" not in tables:
            return layers
        parent = tables["extends"]
        if not isinstance(parent, str) or not parent:
            raise BadInput(
                f"{path}, extends: {shown(parent)} is not a name. Allowed: a library scenario "
                f"({listed(library())}) or the path of a file, in quotes. Mend or remove it."
            )
        path = _located(parent, path.parent, f"{path}, extends: scenario")


def _located(name: str, folder: Path, what: str) -> Path:
    """Path of a library scenario or of a file given relative to a folder; missing files are refused here."""
    known = library()
    if not name:
        raise BadInput(
            f"{what}: the name is empty. Allowed: a library scenario ({listed(known)}) "
            "or the path of a TOML file. Give one of them."
        )
    if name in known:
        return known[name]
    path = folder / name
    try:
        if path.exists():
            return path
    except (OSError, ValueError):
        pass  # a name no file can have is as missing as any other
    raise BadInput(
        f"{what} {shown(name)} does not exist. Allowed: a library scenario ({listed(known)}) "
        f"or the path of a TOML file. {suggestion(name, known, 'Mend the name or the path.')}"
    )


def read_toml(path: Path) -> dict[str, Any]:
    """Tables of one TOML file.

    Raises
    ------
    BadInput
        The file cannot be read, is a folder, is not UTF-8 or not TOML; syntax errors name the line.
    """
    try:
        raw = path.read_bytes()
    except IsADirectoryError:
        raise BadInput(f"{path} is a folder. Allowed: a TOML file. Name the file inside it.") from None
    except OSError as error:
        raise BadInput(
            f"{path} cannot be read: {error.strerror}. Allowed: a readable TOML file. Check its rights."
        ) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadInput(
            f"{path}, line {line}: the file is not UTF-8 text. Allowed: TOML in UTF-8. "
            "Save it again with the encoding UTF-8."
        ) from None
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(_unreadable(path, text, error)) from None


def _unreadable(path: Path, text: str, error: Exception) -> str:
    """What is wrong with text that is not TOML."""
    reason = str(error) if isinstance(error, ValueError) else "nested too deeply"
    reason = reason.replace("at end of document", f"at line {len(text.splitlines())}, the end of the file")
    twice = _TWICE.fullmatch(reason)
    if twice:
        name = ".".join(re.findall(r"'([^']*)'", twice["names"]))
        return (
            f"{path}: [{name}] stands there twice {twice['where']}. Allowed: one table of each name. Rename one of the "
            "two, or put its settings under the first."
        )
    return (
        f"{path} is not TOML: {reason}. Allowed: TOML, such as `public_price = 90` under `[cost]`. Mend that line."
    )


def emptiness(layer: Layer) -> list[str]:
    """A note about a base world whose files set no value; a title alone does not count."""
    tables = {key: each for document in layer.documents for key, each in document.tables.items() if each}
    if tables.keys() - {"about"}:
        return []
    names = ", ".join(Path(document.where).name for document in layer.documents)
    return [f"{names} sets no value: it is a base world of declared defaults (`sim parameters` lists them)."]


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

    A change of the number of providers, and what a new policy or event is, come first: they decide what the others
    mean.

    Raises
    ------
    BadInput
        A setting is not of that form.
    """
    ordered = sorted(settings, key=lambda text: _DECISIVE.match(text) is None)
    return Layer(COMMAND_LINE, tuple(Document(COMMAND_LINE, _setting(text)) for text in ordered))


def _setting(text: str) -> dict[str, Any]:
    path, equals, value = text.partition("=")
    match = _SETTING.fullmatch(path.strip())
    steps = match["path"].split(".") if match else []
    if len(steps) not in (2, 3) or steps[0] in ("extends", "base") or not equals or not text.isprintable():
        raise BadInput(
            f"{COMMAND_LINE}: {shown(text)} is not a setting. Allowed: PARAMETER=VALUE, such as "
            "cost.public_price=90, cost.public_price[micro]=90, policy.subsidy.rate=0.3 or run.firms=500. "
            "Write it so."
        )
    tables: Any = _value(value.strip())
    for step in reversed(steps + ([match["part"]] if match and match["part"] else [])):
        tables = {step: tables}
    return tables


def _value(text: str) -> Any:
    """A TOML value, .5 included; the rest (2027-01, ring) is text: a shell needs no quotes in quotes."""
    for spelling in (text, _NO_ZERO.sub("0.", text)):
        try:
            tables = tomllib.loads(f"value = {spelling}")
        except (ValueError, RecursionError):
            continue
        return tables["value"]
    return text
