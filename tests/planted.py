"""Plants a hundred faults in the rules, one at a time, and tells which test catches each: `make mutants`.

Each fault gets a copy of the package, so that the compiled engine compiles it too. Verdicts are kept: the same command
continues where it was stopped, and what was found with other sources or other tests is found anew.
"""

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click
from mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("sim", "scenarios", "tests", "docs", "pyproject.toml")

OWN = ("mutants.py", "planted.py", "test_mutants.py")
"""Files that no verdict depends on."""

DRAWN = {"model/rules.py": 45, "model/market.py": 25, "model/treasury.py": 15, "engines/streams.py": 15}
"""Faults drawn from each file: a hundred."""

LEAST = 0.9
"""Part of the faults that has to be caught."""


@dataclass(frozen=True)
class Stage:
    """A call of pytest; quick ones come first."""

    arguments: tuple[str, ...]
    seconds: int  # after which a fault counts as caught: the source itself needs a tenth


STAGES = (
    Stage(("tests/test_rules.py", "tests/test_market.py", "tests/test_treasury.py", "tests/test_streams.py",
           "tests/test_outcomes.py", "-k", "not compiled and not mesa"), 120),
    Stage(("tests/test_instruments.py", "tests/test_money.py", "tests/test_network.py", "tests/test_corners.py",
           "tests/test_population.py", "tests/test_constants.py", "-k", "not compiled and not sign"), 600),
    Stage(("tests/test_engines_equal.py", "tests/test_mechanisms.py", "tests/test_treasury.py", "tests/test_money.py",
           "tests/test_instruments.py", "tests/test_worlds.py", "tests/test_patterns.py",
           "tests/test_policy_patterns.py"), 1800),
)  # fmt: skip
"""By hand and closed forms; runs of the NumPy and the Mesa engine; whatever compiles."""

FROZEN = Stage(("tests/test_frozen.py",), 600)
"""Numbers as they were: notices every change and knows no reason, so what it alone catches counts as survived."""


def drawn(seed: int, package: Path = ROOT / "sim") -> list[Mutant]:
    """The faults of a seed, file by file, each file's in the order of its text."""
    chance, found = random.Random(seed), []
    for place, count in DRAWN.items():
        every = mutants(place, (package / place).read_text(encoding="utf-8"))
        found += [every[n] for n in sorted(chance.sample(range(len(every)), count))]
    return found


def caught_by(mutant: Mutant | None, stages: tuple[Stage, ...]) -> str:
    """Name of the first test that fails in a copy with the fault; empty if none does."""
    with tempfile.TemporaryDirectory(prefix="planted-") as temporary:
        copy = Path(temporary)
        for part in COPIED:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, copy / part, ignore=shutil.ignore_patterns("__pycache__", "figures"))
            else:
                shutil.copy(source, copy / part)
        if mutant:
            path = copy / "sim" / mutant.place
            path.write_text(mutant.of(path.read_text(encoding="utf-8")), encoding="utf-8")
        return next(filter(None, (_failing(stage, copy) for stage in stages)), "")


def _failing(stage: Stage, copy: Path) -> str:
    """The first test of a stage that fails, empty if none does."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider", *stage.arguments]
    environment = os.environ | {"PYTHONPATH": str(copy), "XDG_CACHE_HOME": str(copy / "cache")}
    try:
        run = subprocess.run(
            command, cwd=copy, env=environment, text=True, capture_output=True, timeout=stage.seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return f"no end within {stage.seconds} s"
    if run.returncode == 0:
        return ""
    named = re.search(r"^(?:FAILED|ERROR) (?:tests/)?(\S+)", run.stdout, re.MULTILINE)
    if not named:
        raise RuntimeError(f"pytest ended with {run.returncode} and named no test:\n{run.stdout}{run.stderr}")
    return named[1]


def sources_key() -> str:
    """Digest of all that decides a verdict: sources, tests, and which of them are tried; not of this file."""
    key = hashlib.sha256(repr((STAGES, FROZEN)).encode())
    for path in sorted(path for part in COPIED[:3] for path in (ROOT / part).rglob("*.*")):
        if path.suffix in (".py", ".toml", ".json") and path.name not in OWN:
            key.update(path.read_bytes())
    return key.hexdigest()[:16]


class Verdicts:
    """What was found so far, a line of JSON each."""

    def __init__(self, path: Path, key: str):
        self._path, self._key = path, key
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self._found = {tuple(row["fault"]): row["caught_by"] for row in map(json.loads, lines) if row["key"] == key}

    def of(self, mutant: Mutant | None) -> str:
        """The test that catches a fault, from what is kept or by trying."""
        fault = (mutant.place, mutant.start, mutant.end, mutant.after) if mutant else ("nothing",)
        if fault not in self._found:
            found = caught_by(mutant, STAGES)
            if mutant and not found and (ROOT / FROZEN.arguments[0]).exists() and caught_by(mutant, (FROZEN,)):
                found = FROZEN.arguments[0]
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": self._key, "fault": fault, "caught_by": found}) + "\n")
            self._found[fault] = found
        return self._found[fault]


def table(found: list[tuple[Mutant, str]]) -> Iterator[str]:
    """A line for each fault, and the count."""
    for mutant, test in found:
        yield f"{mutant.place}:{mutant.line}  {mutant}  {'caught by ' + test if test else 'SURVIVED'}"
    frozen = sum(test == FROZEN.arguments[0] for _, test in found)
    caught = sum(bool(test) for _, test in found) - frozen
    by_file = Counter(mutant.place for mutant, test in found if not test or test == FROZEN.arguments[0])
    yield f"Missed, by file: {dict(by_file)}"
    yield f"{caught} of {len(found)} planted faults caught, {frozen} more by frozen numbers alone."


def main() -> int:
    """Plant the faults of a seed; 1 if too few are caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="which hundred (default: 1)")
    parser.add_argument("--workers", type=int, default=2, help="faults tried at the same time (default: 2)")
    parser.add_argument("--kept", type=Path, default=ROOT / ".mutants.jsonl", help="file of verdicts")
    given = parser.parse_args()
    verdicts, faults = Verdicts(given.kept, sources_key()), drawn(given.seed)
    broken = verdicts.of(None)
    if broken:
        click.echo(f"{broken} fails without any fault planted: mend it first")
        return 2
    with ThreadPoolExecutor(given.workers) as pool:
        found = list(zip(faults, pool.map(verdicts.of, faults), strict=True))
    click.echo("\n".join(table(found)))
    caught = sum(bool(test) and test != FROZEN.arguments[0] for _, test in found)
    return 0 if caught >= LEAST * len(found) else 1


if __name__ == "__main__":
    sys.exit(main())
