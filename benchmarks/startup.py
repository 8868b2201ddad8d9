"""How long whole commands take, from the start of Python to its end.

The first run ever has nothing compiled: its cache folder is empty, and the next one finds what it left there.
"""

import os
import subprocess
import sys
import tempfile
import time

from rows import emit, options, row

SMALL = ["run", "baseline", "--firms", "1000", "--months", "60", "--replicates", "2"]


def seconds(*arguments: str, cache: str) -> float:
    """Time of a command with compiled code kept in the folder `cache`."""
    begun = time.perf_counter()
    environment = os.environ | {"XDG_CACHE_HOME": cache}
    subprocess.run([sys.executable, "-m", "sim", *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - begun


def main() -> None:
    """Measure."""
    rounds = options(__doc__, 3).rounds
    typed = f"`sim {' '.join(SMALL)}`"
    found: dict[str, list[float]] = {}
    for turn in range(rounds):
        print(f"round {turn + 1} of {rounds}", file=sys.stderr)
        with tempfile.TemporaryDirectory() as cache, tempfile.TemporaryDirectory() as out:
            works = {
                f"{typed}, the first ever": (*SMALL, "--out", f"{out}/first"),
                typed: (*SMALL, "--out", f"{out}/second"),
                f"{typed} without figures": (*SMALL, "--out", f"{out}/third", "--no-figures"),
                "`sim --help`": ("--help",),
            }
            for name, arguments in works.items():
                found.setdefault(name, []).append(seconds(*arguments, cache=cache))
    emit([row(name, values, "s") for name, values in reversed(found.items())])


if __name__ == "__main__":
    main()
