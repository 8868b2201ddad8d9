"""docs/extend.md, walked through on a copy: its changes apply one after another, and all engines see all of them alike.

On the way the Mesa engine runs, which has next to nothing to compile anew after a change.
"""

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

import pytest

ENGINES = ("numpy", "compiled", "mesa")
SMALL = ["--firms=800", "--months=30", "--replicates=1", "--every=6", "--no-figures", "--format=csv"]
MOST_FILES = 3

ONE_AFTER_ANOTHER = """
import json, sys
from sim.cli import exit_code
sys.exit(max(exit_code(arguments) for arguments in json.loads(sys.argv[1])))
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
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


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
    path = folder / change.place
    if not change.before:
        assert not path.exists(), f"{change.place} is there already"
        path.write_text(change.after, encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    assert text.count(change.before) == 1, f"{change.place} does not have, exactly once:\n{change.before}"
    path.write_text(text.replace(change.before, change.after), encoding="utf-8")


def copied(checkout: Path, folder: Path) -> Path:
    for name in ("sim", "scenarios"):
        shutil.copytree(checkout / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


class Walk:
    """A copy of the checkout, and the outcome tables of what was run in it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.environment = os.environ | {"XDG_CACHE_HOME": str(folder / "cache")}
        self.tables: dict[tuple[str, str, str], str] = {}

    def sim(self, *commands: list[str]) -> str:
        """What commands print, given one after another in a process."""
        process = subprocess.run(
            [sys.executable, "-c", ONE_AFTER_ANOTHER, json.dumps(commands)],
            cwd=self.folder, env=self.environment, capture_output=True, encoding="utf-8",
        )  # fmt: skip
        assert process.returncode == 0, process.stderr
        return process.stdout

    def run(self, stage: str, engine: str, *commands: str) -> None:
        """Run commands of the page, made small, and keep their outcome tables."""
        folders = [f"out/{len(self.tables) + n}" for n in range(len(commands))]
        self.sim(*(
            [*shlex.split(command)[1:], *SMALL, "--engine", engine, "--out", out]
            for command, out in zip(commands, folders, strict=True)
        ))  # fmt: skip
        for command, out in zip(commands, folders, strict=True):
            (table,) = (self.folder / out).rglob("outcomes.csv")
            self.tables[stage, command, engine] = table.read_text(encoding="utf-8")

    def table(self, stage: str, command: str, engine: str = "mesa") -> str:
        return self.tables[stage, command, engine]

    def last(self, stage: str, command: str, outcome: str) -> float:
        """Value of an outcome in total, in the last month."""
        rows = csv.DictReader(self.table(stage, command).splitlines())
        return [float(row["value"]) for row in rows if (row["outcome"], row["group"]) == (outcome, "total")][-1]


BASELINE = "sim run baseline"
BEFORE = "before any change"
AFTER = "after all of them"


def commands(text: str) -> list[str]:
    return "".join(blocks(text, "sh")).splitlines()


@pytest.fixture(scope="module")
def walk(checkout, tmp_path_factory):
    """The commands of all sections, one after another, and at the end the last of each on every engine."""
    walk = Walk(copied(checkout, tmp_path_factory.mktemp("extended")))
    walk.run(BEFORE, "mesa", BASELINE)
    for title in SECTIONS:
        text = section(checkout, title)
        for change in edits(text):
            apply(change, walk.folder)
        for command in commands(text):
            if command.startswith("sim run"):
                walk.run(title, "mesa", command)
            else:
                walk.tables[title, command, "mesa"] = walk.sim(shlex.split(command)[1:])
    for engine in ENGINES:
        walk.run(AFTER, engine, *dict.fromkeys(commands(section(checkout, title))[-1] for title in SECTIONS))
    return walk


@pytest.mark.parametrize("title", SECTIONS)
def test_an_extension_touches_few_files(title, checkout):
    assert 1 <= len({change.place for change in edits(section(checkout, title))}) <= MOST_FILES


@pytest.mark.parametrize("title", SECTIONS)
def test_an_extension_needs_no_other(title, checkout, tmp_path):
    folder = copied(checkout, tmp_path)
    for change in edits(section(checkout, title)):
        apply(change, folder)
    Walk(folder).sim(["check", "baseline"])


@pytest.mark.parametrize("title", SECTIONS)
def test_engines_agree_on_the_extended_model(title, checkout, walk):
    command = commands(section(checkout, title))[-1]
    assert len({walk.table(AFTER, command, engine) for engine in ENGINES}) == 1


def test_a_changed_rule_changes_results(walk):
    assert walk.table(RULE, BASELINE) != walk.table(BEFORE, BASELINE)
    assert walk.last(RULE, BASELINE, "share.aware") < walk.last(BEFORE, BASELINE, "share.aware")


def test_a_new_parameter_is_listed_settable_and_neutral_by_default(checkout, walk):
    shown, default, changed = commands(section(checkout, PARAMETER))
    assert "cost.schooling" in walk.table(PARAMETER, shown)
    assert walk.table(PARAMETER, default) == walk.table(RULE, BASELINE)
    public = "share.firms.public"
    assert walk.last(PARAMETER, changed, public) < walk.last(PARAMETER, default, public)


def test_a_new_instrument_moves_what_it_raises(checkout, walk):
    checked, granted = commands(section(checkout, INSTRUMENT))
    assert "is a sound scenario" in walk.table(INSTRUMENT, checked)
    returned = [walk.last(*each, "spent") for each in ((INSTRUMENT, granted), (PARAMETER, BASELINE))]
    assert returned[0] > returned[1] == 0.0
    staying = [walk.last(*each, "share.firms.on_premise") for each in ((INSTRUMENT, granted), (PARAMETER, BASELINE))]
    assert abs(staying[0] - staying[1]) > 0.005


def test_a_new_outcome_is_in_the_table(checkout, walk):
    (command,) = commands(section(checkout, OUTCOME))
    assert "share.firms.public_use" not in walk.table(BEFORE, BASELINE)
    parts = sum(walk.last(OUTCOME, command, f"share.firms.{option}") for option in ("public", "hybrid"))
    assert walk.last(OUTCOME, command, "share.firms.public_use") == pytest.approx(parts)
