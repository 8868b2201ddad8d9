"""Values and keys as TOML spells them, for files that are written and for messages that can be pasted back."""

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml(value: Any) -> str:
    """One value in TOML.

    >>> toml({"micro": 1, "a b": [True, "x"]})
    '{micro = 1, "a b" = [true, "x"]}'
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return toml_text(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(str(key))} = {toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(toml(each) for each in value) + "]"
    return str(value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else toml_text(key)


def toml_text(value: str) -> str:
    """A TOML basic string: JSON escapes, and the one control character JSON leaves alone."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
