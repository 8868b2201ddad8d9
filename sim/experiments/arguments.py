"""What is given from Python: refused in a sentence, or turned into what a file would say."""

import os
import reprlib
from collections.abc import Iterable, Mapping
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np

from sim.model.complaints import Complaints, Refused
from sim.model.errors import BadInput
from sim.model.parameters import BY, PARAMETERS
from sim.model.reading import steps_to

FOLDER = 'the path of a folder, "." for this one'


def wrong(argument: str, value: object, kind: str, allowed: str, advice: str = "Give one.") -> BadInput:
    """The refusal of an argument."""
    given = " ".join(reprlib.repr(value).split())
    return BadInput(f"{argument}, {given}: this is no {kind}. Allowed: {allowed}. {advice}")


def path(argument: str, value: Any, allowed: str) -> Any:
    """A path or a name; an empty one would be the folder one is in."""
    if not isinstance(value, str | os.PathLike) or value == "":
        raise wrong(argument, value, "name or path", allowed)
    return value


def folder(argument: str, value: Any, allowed: str = FOLDER) -> Path:
    """The path of a folder, "~" being one's own."""
    return Path(path(argument, value, allowed)).expanduser()


def count(argument: str, value: Any, most: int | None = None) -> int | None:
    """A whole number from 1 on, of NumPy as well, or None."""
    if value is None:
        return None
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole or value < 1 or (most is not None and value > most):
        allowed = f"whole numbers from 1 {f'to {most:,}' if most else 'on'}, or None"
        raise wrong(argument, value, "such number", allowed)
    return int(value)


def names(argument: str, value: Any) -> list[str] | None:
    """Names in a list, of which one may stand alone, or None."""
    if value is None:
        return None
    found = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
    if not all(isinstance(each, str) for each in found):
        raise wrong(argument, value, "name", "a name, a list of names, or None")
    return found


def address(argument: str, value: Any) -> None:
    """Refuse what is no text."""
    if value is not None and not isinstance(value, str):
        raise wrong(argument, value, "address", 'a text such as "tcp://HOST:PORT", or None', "Give the scheduler's.")


def function(argument: str, value: Any) -> None:
    """Refuse what cannot be called."""
    if not callable(value):
        raise wrong(argument, value, "function", "a function of what is done and what is wanted", "Or leave it out.")


def settings(complaints: Complaints, given: Any) -> list[tuple[tuple[str, ...], Any]]:
    """What settings by key say, in steps."""
    if not isinstance(given, Mapping):
        raise wrong("settings", given, "dictionary", "settings by key", "Write {'run.firms': 500}, say.")
    found = []
    for key, value in given.items():
        with complaints.at("settings", str(key)):
            steps = steps_to(key) if isinstance(key, str) else None
            if steps is None:
                allowed = "keys such as 'run.firms' or 'cost.public_price[micro]'"
                raise Refused("this is no setting", allowed, "Write it so.")
            found.append((steps, _plain(_by_entry(".".join(steps), value))))
    return found


def _by_entry(key: str, value: Any) -> Any:
    """A tuple by class and the like, as the values of a `Scenario` are, with the names that a file would give."""
    names = BY.get(PARAMETERS[key].by, ()) if key in PARAMETERS else ()
    return dict(zip(names, value, strict=True)) if isinstance(value, tuple) and len(value) == len(names) else value


def _plain(value: Any) -> Any:
    """A value as a file would give it: without types of NumPy, and a date of any kind as its month.

    Raises
    ------
    Refused
        It is nothing that a file could give.
    """
    if isinstance(value, np.datetime64) or isinstance(getattr(value, "year", None), int):
        return str(value)[:7]
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, bool | int | float | str):
        return value
    raise Refused(
        f"a {type(value).__name__} is no value of a setting",
        "a number, a text, true or false, a list, or a dictionary by class and the like",
        "Convert it, or leave it out; what pandas has, with to_dict() or tolist().",
    )
