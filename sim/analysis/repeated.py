"""Sweeps that must agree whoever computes them, however they are cut and however often they are stopped."""

import hashlib
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from sim.analysis.bench import Bench, Broken
from sim.analysis.judging import exactly
from sim.analysis.oracle import Check
from sim.experiments.sweeps.folder import SweepFolder

SWEEP = """\
[base]
scenario = "{scenario}"

[design]
kind = "grid"

[vary."policy.subsidy.rate"]
role = "counterfactual"
values = [0.2, 0.5, 0.8]

[vary."market.pass_through"]
role = "counterfactual"
values = [0.1, 0.3]

[replicates]
number = {replicates}

[record]
outcomes = ["share.firms.public", "price", "spent"]
every = 12
"""

ALONE = ("policy.subsidy.rate=0.8", "market.pass_through=0.3")
"""Settings of the last point, to be run by itself."""

MOST_SECONDS = 600
"""Time that a sweep of these may take; one that hangs is ended, and fails the oracle."""


def checks(bench: Bench) -> list[Check]:
    """Workers, blocks, and a process that is killed and started again; where time is short, its workers are the two."""
    text = SWEEP.format(scenario=bench.file.name, replicates=bench.size(1024, 256))
    file = bench.written("O18-sweep.toml", text)
    workers = (1,) if bench.quick else (1, 2, 8)
    hashes = [_parts(_swept(bench, file, f"workers-{many}", "--workers", str(many))) for many in workers]
    resumed = _parts(_killed_and_resumed(bench, file))
    found = [exactly("sweep by 1 worker, and by 2 killed and resumed", hashes[0], resumed, "to the byte")]
    if not bench.quick:
        found.append(exactly("sweep by 1, 2 and 8 workers", hashes[0], _joined(hashes[1:]), "to the byte"))
        _swept(bench, file, "blocks", "--workers", "1", "--limit", "5")
        _swept(bench, file, "blocks", "--workers", "1")
    return [*found, _lanes(bench)]


def _swept(bench: Bench, file: Path, name: str, *options: str) -> Path:
    """Folder of the sweep, carried out by a process of its own."""
    command = _command(file, bench.folder / name, *options)
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Broken(f"sim sweep {' '.join(options)} did not end within {MOST_SECONDS} seconds") from error
    if done.returncode:
        raise Broken(f"sim sweep {' '.join(options)} ended with {done.returncode}: {done.stderr.strip()}")
    return bench.folder / name


def _command(file: Path, out: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "sim", "sweep", str(file), "--out", str(out), *options]


def _killed_and_resumed(bench: Bench, file: Path) -> Path:
    """Folder of a sweep that was killed as soon as it had kept something."""
    out = bench.folder / "killed"
    command = _command(file, out, "--workers", "2")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    end = time.monotonic() + MOST_SECONDS
    try:
        while process.poll() is None and not any(out.glob("parts/*.parquet")):
            if time.monotonic() > end:
                raise Broken(f"sim sweep --workers 2 kept nothing within {MOST_SECONDS} seconds")
            time.sleep(0.01)
    finally:
        process.kill()
        process.communicate()  # until its workers, too, have ended: they write to the same pipe
    return _swept(bench, file, "killed", "--workers", "2", "--resume")


def _lanes(bench: Bench) -> Check:
    """The last point as a run of its own, as a lane among others, and in a block that was cut elsewhere."""
    alone = bench.run(*ALONE, "run.every=12", "run.replicates=3")
    columns = ("share.firms.public", "price", "spent")
    expected = np.stack([alone.of(name) for name in columns])
    differing = []
    for folder in ("workers-1", "blocks")[: 1 if bench.quick else 2]:
        sweep = SweepFolder.looked(bench.folder / folder)
        *_, last = sweep.runs(list(columns))
        found = np.array([last[name].to_pylist()[:3] for name in columns])
        differing.append(int((found != expected).sum()))
    what = "a lane of a block and alone" if bench.quick else "a lane of a block, of a smaller one, and alone"
    found_said = f"{max(differing)} of them differ"
    return exactly(what, "0 of them differ", found_said, f"exact, {expected.size:,} numbers")


def _parts(folder: Path) -> str:
    """Hash of all parts of a sweep's folder, with their names."""
    digest = hashlib.sha256()
    for path in sorted((folder / "parts").glob("*.parquet")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _joined(hashes: list[str]) -> str:
    """The hash that all have, or those they have."""
    return ", ".join(sorted(set(hashes)))
