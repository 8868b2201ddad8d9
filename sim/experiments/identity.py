"""What a run is, for telling equal runs from different ones: its identity, versions and machine."""

import dataclasses
import hashlib
import json
import os
import platform
import shlex
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import sim

PACKAGE = Path(sim.__file__).parent
MODEL_FLOORS = ("model", "engines")
"""Folders of the package whose source decides results."""

PACKAGES = ("numpy", "numba", "mesa", "pyarrow", "scipy")
"""Packages whose versions the manifest records."""


class Differs(Exception):
    """A run computed again gave other outcomes than the run that was kept."""


@cache
def model_version() -> str:
    """Version of the package and a hash of every source file that decides results.

    Returns
    -------
    str
        For example "0.1.0+3f2a91c07b5e"; an edited rule gives another one.
    """
    digest = hashlib.sha256()
    for floor in MODEL_FLOORS:
        for path in sorted((PACKAGE / floor).rglob("*.py")):
            digest.update(path.relative_to(PACKAGE).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{sim.__version__}+{digest.hexdigest()[:12]}"


@cache
def source_version(name: str) -> str:
    """A hash of one source file of the package that decides what is kept of runs, but none of their outcomes."""
    return hashlib.sha256((PACKAGE / name).read_bytes()).hexdigest()[:12]


def run_id(fields: Mapping[str, Any], constants: Mapping[str, Any], replicates: int) -> str:
    """Twelve hexadecimal digits of all resolved inputs and the model version: equal inputs, equal digits.

    Runs that share them have equal outcome tables. Not the other way round: a run of a written
    `scenario.toml` has the same outcomes under another id, since constants given instead of
    solved are another input.

    Parameters
    ----------
    fields : mapping
        Every input that decides results: values, run settings (seed, firms, months, interval of
        recording), policies and events.
    constants : mapping
        Option constants and provider appeal, in money per seat-month.
    replicates : int
        Replicates wanted.

    Notes
    -----
    The model version belongs to it. The engine does not, because engines agree to the bit; nor do
    names and texts, the output format and the output folder.
    """
    content = {"fields": fields, "constants": constants, "replicates": replicates, "model": model_version()}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def versions() -> dict[str, str]:
    """Versions of the interpreter, of this package and of the packages that compute."""
    found = {"python": platform.python_version(), "sim": sim.__version__}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def machine() -> dict[str, str]:
    """Operating system, machine type and processor; byte equality is promised within one type."""
    return {"system": platform.system(), "type": platform.machine(), "processor": _processor()}


def command_line(arguments: Sequence[str]) -> str:
    """The command as typed, ready to paste, without the path to anybody's home.

    Parameters
    ----------
    arguments : sequence of str
        What followed `sim`. An absolute path is written relative to the current folder, or as its
        last part where it lies elsewhere.
    """
    return shlex.join(["sim", *(_without_home(argument) for argument in arguments)])


def _without_home(argument: str) -> str:
    option, equals, text = argument.partition("=") if argument.startswith("--") else ("", "", argument)
    path = Path(text)
    if not path.is_absolute():
        return argument
    inside = path.is_relative_to(Path.cwd())
    return f"{option}{equals}{os.path.relpath(path) if inside else path.name}"


def _processor() -> str:
    """Name of the processor; on Linux from the kernel, because the library call is empty there."""
    kernel = Path("/proc/cpuinfo")
    if kernel.exists():
        for line in kernel.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _plain(value: Any) -> Any:
    """A value that JSON knows in place of one it does not."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Mapping):
        return dict(value)
    return value.item() if hasattr(value, "item") else list(value)
