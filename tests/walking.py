"""docs/extend.md, read, and its changes made to a copy of the package and run there."""

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sim.engines.compiling import cache_folder

SMALL = ["--firms=800", "--months=30", "--replicates=1", "--every=6", "--no-figures", "--format=csv"]

ONE_AFTER_ANOTHER = """
import json, sys
from sim.cli import exit_code
sys.exit(max(exit_code(arguments) for arguments in json.loads(sys.argv[1])))
"""

AHEAD = """
import sys
from sim.engines import ahead
from sim.model.scenario import load
getattr(ahead, sys.argv[1])(load("baseline", ["run.firms=800", "run.months=30"]))
"""

RULE, PARAMETER, INSTRUMENT, OUTCOME = SECTIONS = (
    "Change a rule",
    "Add a parameter",
    "Add an instrument",
    "Add an outcome",
)


@dataclass(frozen=True)
class Edit:
    """A change of one file: what stands there, and what is to stand there; nothing stands in a new file."""

    place: str
    before: str
    after: str


def section(checkout: Path, title: str) -> str:
    page = (checkout / "docs" / "extend.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)\n", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[title]


def blocks(text: str, kind: str) -> list[str]:
    """Pieces of code of a kind on a page."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[str]:
    return "".join(blocks(text, "sh")).splitlines()


def edits(text: str) -> list[Edit]:
    """The changes a section shows: `diff` blocks that name their file first, and whole files as `toml`."""
    found = []
    for block in blocks(text, "diff"):
        head, *lines = block.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] in " -")
        after = "".join(line[1:] for line in lines if line[0] in " +")
        found.append(Edit(head.removeprefix("--- ").strip(), before, after))
    for block in blocks(text, "toml"):
        place = block.partition("\n")[0].removeprefix("# ")
        found.append(Edit(place, "", block))
    return found


def apply(change: Edit, folder: Path) -> None:
    """Make a change; the time at which the file was changed stays, as that of what was compiled may be later.

    Python, which has no more than that time and the file's size to tell, must not find its bytecode.
    """
    path = folder / change.place
    for bytecode in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
        bytecode.unlink()
    if not change.before:
        assert not path.exists(), f"{change.place} is there already"
        path.write_text(change.after, encoding="utf-8")
        return
    text, times = path.read_text(encoding="utf-8"), path.stat()
    assert text.count(change.before) == 1, f"{change.place} does not have, exactly once:\n{change.before}"
    path.write_text(text.replace(change.before, change.after), encoding="utf-8")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def swap(place: str, names: tuple[str, str], folder: Path) -> None:
    """Let two fields that stand beside each other change places."""
    starts = tuple(f"    {name}: " for name in names)
    lines = (folder / place).read_text(encoding="utf-8").splitlines(keepends=True)
    first, second = (line for line in lines if line.startswith(starts))
    apply(Edit(place, first + second, second + first), folder)


def copied(checkout: Path, folder: Path, *left_out: str) -> Path:
    """A copy of the package and its scenarios, without what nobody has finished writing."""
    unfinished = shutil.ignore_patterns("*.pyc.*", *left_out)
    for name in ("sim", "scenarios"):
        shutil.copytree(checkout / name, folder / name, ignore=unfinished)
    return folder


def kept(cache: Path) -> dict[Path, int]:
    """Files of compiled code, and when each was written."""
    return {path: path.stat().st_mtime_ns for path in cache.rglob("*.nb[ci]")}


def asked(printed: str) -> set[str]:
    """Files of the kernels that a process compiled or found, by what Numba prints of its cache."""
    return set(re.findall(r"\[cache\] data (?:saved to|loaded from) '(.+)'", printed))


class Walk:
    """A copy of the checkout with a cache of its own, and the outcome tables of what was run in it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.cache = folder / "cache"
        self.tables: dict[tuple[str, str, str], str] = {}

    def python(self, code: str, argument: str, **variables: object) -> str:
        """What code prints in the copy, in a process of its own that leaves no bytecode; warnings are errors."""
        given = {"XDG_CACHE_HOME": self.cache, "PYTHONDONTWRITEBYTECODE": 1} | variables
        process = subprocess.run(
            [sys.executable, "-W", "error", "-c", code, argument], cwd=self.folder, capture_output=True,
            env=os.environ | {name: str(value) for name, value in given.items()}, encoding="utf-8",
        )  # fmt: skip
        assert process.returncode == 0, process.stderr
        return process.stdout

    def sim(self, *commands: list[str], **variables: object) -> str:
        """What commands print, given one after another in a process."""
        return self.python(ONE_AFTER_ANOTHER, json.dumps(commands), **variables)

    def start_with_what_is_compiled(self) -> None:
        """Keep what this process and others have compiled from the same sources, elsewhere."""
        ours = cache_folder()
        unfinished = shutil.ignore_patterns("*.tmp.*")
        shutil.copytree(ours, self.cache / "sim" / ours.name, ignore=unfinished)

    def compile_ahead(self, half: str) -> set[str]:
        """Kernels of a half of compiling ahead."""
        return asked(self.python(AHEAD, half, NUMBA_DEBUG_CACHE=1))

    def run(self, stage: str, engine: str, *commands: str, **variables: object) -> str:
        """Run commands of the page, made small, keep their outcome tables, and return what they print."""
        folders = [self.folder.with_name(f"out-{len(self.tables) + n}") for n in range(len(commands))]
        printed = self.sim(*(
            [*shlex.split(command)[1:], *SMALL, "--engine", engine, "--out", str(out)]
            for command, out in zip(commands, folders, strict=True)
        ), **variables)  # fmt: skip
        for command, out in zip(commands, folders, strict=True):
            (table,) = out.rglob("outcomes.csv")
            self.tables[stage, command, engine] = table.read_text(encoding="utf-8")
        return printed

    def table(self, stage: str, command: str, engine: str = "mesa") -> str:
        return self.tables[stage, command, engine]

    def last(self, stage: str, command: str, outcome: str) -> float:
        """Value of an outcome in total, in the last month."""
        rows = csv.DictReader(self.table(stage, command).splitlines())
        return [float(row["value"]) for row in rows if (row["outcome"], row["group"]) == (outcome, "total")][-1]
