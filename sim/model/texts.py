"""Files as text and as TOML; what cannot be read is said in a sentence."""

import re
import tomllib
from pathlib import Path
from typing import Any

from sim.model.errors import BadInput

_TWICE = re.compile(r"Cannot declare (?P<names>\(.*\)) twice (?P<where>\(at line .*\))")


def read_toml(path: Path) -> dict[str, Any]:
    """Tables of one TOML file.

    Raises
    ------
    BadInput
        The file cannot be read, is a folder, is not UTF-8 or not TOML; syntax errors name the line.
    """
    return parsed(path, read_text(path, "TOML"))


def read_text(path: Path, kind: str) -> str:
    """Text of one file of a kind (TOML, CSV).

    Raises
    ------
    BadInput
        The file cannot be read, is a folder or is not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except IsADirectoryError:
        raise BadInput(f"{path} is a folder. Allowed: a {kind} file. Name the file inside it.") from None
    except OSError as error:
        raise BadInput(
            f"{path} cannot be read: {error.strerror}. Allowed: a readable {kind} file. Check its rights."
        ) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadInput(
            f"{path}, line {line}: the file is not UTF-8 text. Allowed: {kind} in UTF-8. "
            "Save it again with the encoding UTF-8."
        ) from None


def parsed(path: Path, text: str) -> dict[str, Any]:
    """Tables of the text of a TOML file.

    Raises
    ------
    BadInput
        It is not TOML; the message names the line.
    """
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
