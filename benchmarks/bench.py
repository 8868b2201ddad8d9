"""`make bench`: measure every part, keep what was measured, and write it into docs/performance.md.

Each part is a script of its own in a process of its own. What is measured goes to `measured.json`; parts that are not
measured this time stay as they are there. A part that fails is told of on the page, and the others go on.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from figure import draw
from machine import described, load, wait_until_quiet
from page import DOCS, MEASURED, filled, peers_that_differ
from rows import last_words

from sim.experiments.durable import write_text

HERE = Path(__file__).parent

PARTS = {
    "engines": (7, "engines.py"),
    "yardstick": (15, "yardstick.py"),
    "month": (7, "month.py"),
    "peers": (5, "peers.py"),
    "before": (7, "before.py"),
    "startup": (3, "startup.py"),
    "sizes": (2, "sizes.py"),
    "country": (1, "sizes.py", "--country"),
}
"""Rounds and script of each part."""

ASKED_FOR = ("country",)
"""Parts that are measured only when they are named."""


def measured(name: str, wanted: int | None) -> dict[str, Any]:
    """What a part gives, and under which conditions."""
    rounds, script, *flags = PARTS[name]
    rounds = wanted or rounds
    command = [sys.executable, HERE / script, "--rounds", str(rounds), *flags]
    about: dict[str, Any] = {"day": date.today().isoformat(), "machine": described(), "rounds": rounds}  # noqa: DTZ011
    about["load"] = [round(load(), 2)]
    print(f"== {name}", file=sys.stderr, flush=True)
    environment = os.environ | {"PYTHONPATH": str(HERE.parent)}
    said = []
    with tempfile.TemporaryFile("w+") as printed:
        with subprocess.Popen(command, stdout=printed, stderr=subprocess.PIPE, text=True, env=environment) as run:
            for line in run.stderr:
                print(line, end="", file=sys.stderr, flush=True)
                said.append(line)
        printed.seek(0)
        found = {"rows": json.load(printed)} if run.returncode == 0 else {"failed": last_words("".join(said))}
    about["load"].append(round(load(), 2))
    return about | found


def main() -> None:
    """Measure, keep and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, help="of every part, instead of its own number")
    parser.add_argument("--only", help=f"parts to measure, with commas between: {', '.join(PARTS)}; '': none")
    parser.add_argument("--patience", type=float, default=60, help="seconds to wait for a quiet machine")
    options = parser.parse_args()
    names = [name for name in PARTS if name not in ASKED_FOR]
    if options.only is not None:
        names = [name for name in options.only.split(",") if name]
    if unknown := set(names) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    if names:
        wait_until_quiet(0.5, options.patience)
    parts = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    for name in names:
        parts[name] = measured(name, options.rounds)
        write_text(MEASURED, json.dumps(parts, indent=1) + "\n")
    page = DOCS / "performance.md"
    write_text(page, filled(page.read_text(), parts))
    draw(parts, DOCS / "figures" / "performance.png")
    wrong = [f"{name} failed: {parts[name]['failed']}" for name in names if "failed" in parts[name]]
    wrong += [f"{peer} does not find what our compiled engine finds" for peer in peers_that_differ(parts)]
    print(f"{MEASURED.name}, {page.name} and its figure are written.")
    sys.exit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main()
