"""The reduced model of `peers/reduced.py` in other frameworks, in plain NumPy and Numba, and on our engines.

Each peer runs in a process of its own, with the Python of its own environment (`.venv-peers`, made by `make bench`);
they take turns, and a process times itself without what it imports. What each finds is compared with our compiled
engine: shares and price after 60 and 120 months, which must agree within `TOLERANCE` standard errors of the difference
of means.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from machine import one_core
from rows import Row, emit, last_words, options, row

FOLDER = Path(__file__).with_name("peers")
ENVIRONMENTS = Path(__file__).parents[1] / ".venv-peers"

SMALL, MIDDLE, LARGE = 2000, 20_000, 200_000
TOLERANCE = 5.0
REFERENCE = 60
"""Replicates of our compiled engine that the others are compared with."""

FIRST_REPLICATE = 1_000_000
"""Of the reference: beyond all seeds of peers."""


class Peer(NamedTuple):
    """Someone who computes the reduced model."""

    name: str
    script: str  # and its arguments
    environment: str  # "" for our own
    sizes: tuple[int, ...] = (SMALL, MIDDLE)

    @property
    def python(self) -> str:
        """The interpreter of its environment."""
        return str(ENVIRONMENTS / self.environment / "bin" / "python") if self.environment else sys.executable


PEERS = (
    Peer("our compiled engine, 64 lanes", "ours.py compiled 64", "", (SMALL,)),
    Peer("our compiled engine", "ours.py compiled 1", "", (SMALL, MIDDLE, LARGE)),
    Peer("our NumPy engine, 64 lanes", "ours.py numpy 64", "", (SMALL,)),
    Peer("our NumPy engine", "ours.py numpy 1", ""),
    Peer("our Mesa engine", "ours.py mesa 1", ""),
    Peer("Numba, a loop for this model alone", "numba_peer.py", "numba", (SMALL, MIDDLE, LARGE)),
    Peer("plain NumPy", "numpy_peer.py", "numpy", (SMALL, MIDDLE, LARGE)),
    Peer("Mesa", "mesa_peer.py", "mesa"),
    Peer("Mesa `batch_run`", "mesa_batch_peer.py", "mesa"),
    Peer("AgentPy", "agentpy_peer.py", "agentpy"),
    Peer("mesa-frames", "mesa_frames_peer.py", "mesa-frames", (SMALL, MIDDLE, LARGE)),
)
MANY, ONE = PEERS[0].name, PEERS[1].name


def missing(peer: Peer) -> str:
    """Why a peer cannot run here, or ""."""
    folder = ENVIRONMENTS / peer.environment
    if not peer.environment or (folder / ".installed").exists():
        return ""
    said = folder / ".said"
    return last_words(said.read_text()) if said.exists() else f"no {folder.name} environment: run `make bench`"


def one_round(peer: Peer, firms: int, turn: int) -> dict[str, Any] | str:
    """What a process of the peer tells, or why it could not."""
    script, *arguments = peer.script.split()
    command = [peer.python, FOLDER / script, *arguments, str(firms), str(1000 * turn)]
    path = {} if peer.environment else {"PYTHONPATH": str(ENVIRONMENTS.parent)}
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | path
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
    except OSError as error:  # its environment is gone
        return str(error)
    return json.loads(done.stdout) if done.returncode == 0 else last_words(done.stderr)


def rounds_of(peers: dict[Peer, str], rounds: int) -> dict[tuple[Peer, int], list[dict[str, Any]]]:
    """What all peers tell, in turns; `peers` says of each why it fell out, and is added to."""
    found: dict[tuple[Peer, int], list[dict[str, Any]]] = {}
    for turn in range(rounds):
        for peer in peers:
            for firms in peer.sizes:
                if peers[peer]:
                    continue
                print(f"round {turn + 1} of {rounds}: {peer.name}, {firms:,} firms", file=sys.stderr)
                told = one_round(peer, firms, turn)
                if isinstance(told, str):
                    peers[peer] = told
                else:
                    found.setdefault((peer, firms), []).append(told)
    return found


def reference(firms: int) -> np.ndarray:
    """What our compiled engine finds, shape (replicates, 2 months, 5 numbers)."""
    sys.path.insert(0, str(FOLDER))
    import ours
    from reduced import P

    block, engine = ours.scenarios(firms, 1), ours.compiled_engine
    replicates = range(FIRST_REPLICATE, FIRST_REPLICATE + REFERENCE)
    records = [ours.array_run(ours.build(block, each), engine) for each in replicates]
    return np.array([[each[60], each[P.months]] for each in records])


def distance(found: np.ndarray, expected: np.ndarray) -> tuple[float, float]:
    """Largest distance of the means, in standard errors, and in percentage points of a share.

    Both are taken to have the spread of what is expected, which has more replicates.
    """
    apart = np.abs(found.mean(axis=0) - expected.mean(axis=0))
    error = expected.std(axis=0, ddof=1) * np.sqrt(1 / len(found) + 1 / len(expected))
    return float((apart / error).max()), float(100 * apart[:, :4].max())


def main() -> None:
    """Measure and compare."""
    rounds = options(__doc__, 5).rounds
    one_core()
    peers = {peer: missing(peer) for peer in PEERS}
    found = rounds_of(peers, rounds)
    expected = {firms: reference(firms) for firms in (SMALL, MIDDLE)}
    rows: list[Row] = []
    for (peer, firms), told in found.items():
        if peers[peer]:
            continue
        apart = distance(np.array([run for each in told for run in each["found"]]), expected[firms]) if (
            firms in expected) else None  # fmt: skip
        for what in ("months", "whole"):
            more = {"firms": firms, "of": what, "versions": told[0]["versions"], "apart": apart}
            rows.append(row(peer.name, [each[what] for each in told], "ns per decision", **more))
    rows += [row(peer.name, [], "ns per decision", failed=why) for peer, why in peers.items() if why]
    emit(rows)


if __name__ == "__main__":
    main()
