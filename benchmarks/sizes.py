"""Cost of a firm-month and memory of a firm, over sizes of the population.

One run of the baseline over 120 months, all outcomes, the population drawn included; processor time of all threads
together. The Mesa engine runs 24 months. `--country` has the command simulate 10 and 50 million firms instead: minutes.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rows import Row, emit, options, row

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
COUNTRY = (10_000_000, 50_000_000)
MONTHS = 120
FEWER = {"numpy": (100_000, 200_000, 24), "mesa": (50_000, 100_000, 24)}
"""Fewer firms, more firms and months, by which the other engines are measured."""

GIBIBYTE = 2**30


def fresh(engine: str, firms: int, months: int) -> dict[str, float]:
    """What `fresh.py` prints."""
    print(f"{engine}, {firms:,} firms", file=sys.stderr)
    command = [sys.executable, Path(__file__).with_name("fresh.py"), engine, str(firms), str(months)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def populations(rounds: int) -> list[Row]:
    """Firm-months of the compiled engine over sizes, those of the other engines at one, and memory."""
    found: dict[tuple[str, int], list[dict[str, float]]] = {}
    for _ in range(rounds):
        for firms in SIZES:
            found.setdefault(("compiled", firms), []).append(fresh("compiled", firms, MONTHS))
        for engine, (fewer, more, months) in FEWER.items():
            for firms in (fewer, more):
                found.setdefault((engine, firms), []).append(fresh(engine, firms, months))
    rows, at = [], {"compiled": (SIZES[0], SIZES[-1], MONTHS)} | FEWER
    for (engine, firms), runs in found.items():
        if engine == "compiled" or firms == at[engine][1]:
            nanoseconds = [1e9 * each["run"] / (firms * at[engine][2]) for each in runs]
            rows.append(row(engine, nanoseconds, "ns per firm-month", firms=firms, months=at[engine][2]))
            later = [1e9 * (each["run"] - each["first"]) / (firms * (at[engine][2] - 1)) for each in runs]
            rows.append(row(engine, later, "ns per firm-month from the second month on", firms=firms))
    for engine, (fewer, more, _) in at.items():
        pairs = zip(found[engine, fewer], found[engine, more], strict=True)
        rows.append(row(engine, [(b["peak"] - a["peak"]) / (more - fewer) for a, b in pairs], "bytes per firm"))
    return rows


def countries() -> list[Row]:
    """Time and memory of the command at the size of a whole country."""
    rows = []
    for firms in COUNTRY:
        with tempfile.TemporaryDirectory() as out:
            settings = ["--firms", str(firms), "--replicates", "1", "--no-figures", "--out", out]
            command = [sys.executable, "-m", "sim", "run", "baseline", *settings]
            begun = time.perf_counter()
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            _, status, used = os.wait4(process.pid, 0)  # the command has threads, but no processes
            elapsed, process.returncode = time.perf_counter() - begun, os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"sim run with {firms:,} firms ended with code {process.returncode}")
        seconds = used.ru_utime + used.ru_stime
        rows += [
            row("elapsed", [elapsed], "s", firms=firms),
            row("processor", [seconds], "s", firms=firms),
            row("compiled", [1e9 * seconds / (firms * MONTHS)], "ns per firm-month", firms=firms, months=MONTHS),
            row("memory at the peak", [1024 * used.ru_maxrss / GIBIBYTE], "GiB", firms=firms),
        ]
    return rows


if __name__ == "__main__":
    chosen = options(__doc__, 2, country="10 and 50 million firms, by the command; takes minutes")
    emit(countries() if chosen.country else populations(chosen.rounds))
