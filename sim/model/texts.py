"""Files as text and as TOML; what cannot be read is said in a sentence."""

import re
import tomllib
from pathlib import Path
from typing import Any

from sim.model.complaints import MOST_SHOWN
from sim.model.errors import BadInput

_SLIPS = (
    (r"Cannot overwrite a value.*\n\s*([^=]*[^=\s])\s*=", r"`\1` is set a second time there. Remove one of the two."),
    (r"[“”„‘’«»]", 'Write straight quotes: "...".'),
    (r"[＝＂＃，．［］｛｝０-９]", 'Write signs and digits of half width: = " # , . [ ] { } 0.'),
    (r"^\s*\[[^\]\"']*[^\x00-\x7f]", "Write names with letters from a to z, digits, _ and - only."),
    (r"^[^\"'#]*//", "A comment begins with #."),
    (r"=\s*[\d.,]+ ?%", "Per cent are hundredths: write 0.3 for 30 %."),
    (r"=\s*[+-]?\d[\d.]*,\d", "Write a point in front of decimals, and nothing between thousands: 0.3, 20000."),
    (r"[=\[,]\s*[+-]?\.\d", "Write 0 in front of the point: 0.3."),
    (r"^[^\"'#]*?[=\[,]\s*(\d{4}-\d\d)\s*([],}#]|$)", r'Put the month in quotes: "\1".'),
    (r"=\s*[+-]?[1-9]\d{0,2}([. ']\d{3})+\b", "Write nothing between thousands: 20000000, or 2e7."),
    (r"=\s*[+-]?\d[\d.]* ?[A-Za-z€$¥]", "Write the number alone, without a unit: 30000, or 2e10 for 20 billion."),
    (r"=\s*(True|False)\b", "Write true or false, in small letters."),
    (r"=\s*(null|None|nil)\b", "Leave out what has no value."),
    (r"^[^\"'#=]+=([^\"'#]*?[\[,])?\s*([^\W\d][\w-]*)\s*([],#]|$)", r'Put text in quotes: "\2".'),
    (r"^\s*([\w.-]+)\[(\w+)\]\s*=", r"Write \1 = {\2 = ...}."),
)
"""What the reason and the line of a syntax error look like after a usual slip, and how it is written."""

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
    except FileNotFoundError:
        raise BadInput(
            f"{path} does not exist. Allowed: the path of a {kind} file, from the folder of the file that names it. "
            "Mend the path, or put the file there."
        ) from None
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
    number = re.search(r"at line (\d+)", reason)
    line = text.splitlines()[int(number[1]) - 1 : int(number[1])] if number else []
    found = (re.search(slip, "\n".join([reason, *line]), re.MULTILINE) for slip, _ in _SLIPS)
    mended = (match.expand(advice) for match, (_, advice) in zip(found, _SLIPS, strict=True) if match)
    return (
        f"{path} is not TOML: {reason}{''.join(f': `{each.strip()[:MOST_SHOWN]}`' for each in line)}. "
        f"Allowed: TOML, such as `public_price = 90` under `[cost]`. {next(mended, 'Mend that line.')}"
    )
