"""The reduced model that every peer computes, its parameters, and how a peer is timed; needs no package.

`reduced.toml` beside it holds the values, as a scenario of this project. N firms of one seat each choose between on
premise (0), private (1), public (2) and hybrid (3). Firm i reviews in months t with t ≡ i (mod 12); all who review in a
month see the end of the month before. At a review, of its eight partners (drawn once from all other firms)

    m   on public or hybrid, and x of those were hit at a review less than 12 months ago or 12
    own 1 if the firm itself is on public or hybrid; it is then hit with probability h = 1 - (1 - rate/12)^12
    a ← μ·a + (1 - μ)·a₀ + amplification·(x + w·hit)
    b ← μ·b + (1 - μ)·b₀ + max(0, m + w·own - x - w·hit)
    θ = a/(a + b)
    V = -c_on | -v | G = -p + ρ·m/8 - θ·ℓ/12 | φ·G - (1 - φ)·v - integration
    option ← argmax V_k - migration/horizon·[k is not its option] + σ·Gumbel

Month t ends with cumulative use X ← X + firms on public or hybrid and the price p = p₀·(X/X₀)^(-λ), X₀ being 48 months
of use at the start. Firms start with (a₀, b₀), at the shares of `[start]`, and users of public cloud were hit at the
review before with probability h. After each month the four shares and the price are recorded.
"""

import json
import platform
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

with Path(__file__).with_name("reduced.toml").open("rb") as file:
    FILE = tomllib.load(file)

YEAR = 12
OPTIONS = ("on_premise", "private", "public", "hybrid")


class Parameters(NamedTuple):
    """Parameters, by the names that all peers use; rates per review."""

    months: int
    interval: int
    partners: int
    scale: float
    start: tuple[float, ...]
    on_premise: float
    private: float
    price: float
    hybrid_share: float
    integration: float
    reach: float
    prior_hits: float
    prior_misses: float
    loss: float
    amplification: float
    memory: float
    own_weight: float
    hit: float
    moving: float
    learning: float
    past_months: float


_security, _cost = FILE["security"], FILE["cost"]

P = Parameters(
    months=FILE["run"]["months"],
    interval=FILE["review"]["interval"],
    partners=FILE["network"]["partners"],
    scale=FILE["choice"]["scale"],
    start=tuple(FILE["start"][option] for option in OPTIONS),
    on_premise=_cost["on_premise"],
    private=_cost["private"],
    price=_cost["public_price"],
    hybrid_share=_cost["hybrid_share"],
    integration=_cost["integration"],
    reach=FILE["reach"]["public"],
    prior_hits=_security["prior_hits"],
    prior_misses=_security["prior_misses"],
    loss=_security["loss"] / YEAR,
    amplification=_security["amplification"],
    memory=_security["memory"],
    own_weight=_security["own_weight"],
    hit=1.0 - (1.0 - FILE["risk"]["objective"] / YEAR) ** YEAR,
    moving=FILE["switch"]["migration"] / FILE["switch"]["horizon"],
    learning=FILE["market"]["learning"],
    past_months=FILE["market"]["history"] * YEAR,
)
ENOUGH = 0.5
"""Seconds of processor time after which a process has measured enough."""

Records = Sequence[Sequence[float]]
"""Shares of the four options and the price, at the start and after each month."""


def starting_options(firms: int) -> list[int]:
    """Options of the firms at the start, in order; to be shuffled."""
    counts = [round(firms * share) for share in P.start[1:]]
    return [0] * (firms - sum(counts)) + [k for k, count in enumerate(counts, start=1) for _ in range(count)]


def price(use: float, first_use: float) -> float:
    """Price after a cumulative use."""
    return P.price * (use / first_use) ** -P.learning


def measure(packages: Sequence[str], make: Callable[[int, int], Any], run: Callable[[Any], Records], lanes: int = 1):
    """Time runs of a peer as its command line ends (FIRMS SEED), and print what was found as JSON.

    Parameters
    ----------
    packages
        Whose versions are told.
    make
        Firms, seed → a model ready to run.
    run
        Run it over all months.
    lanes
        Runs that `run` does at once.
    """
    firms, seed = (int(each) for each in sys.argv[-2:])
    run(make(min(firms, 240), 0))  # imports put off until use, compilation, and the like
    making = running = 0.0
    found: list[Records] = []
    while making + running < ENOUGH:
        begun = time.process_time()
        model = make(firms, seed + len(found))
        ready = time.process_time()
        records = run(model)
        making, running = making + ready - begun, running + time.process_time() - ready
        found.append([[float(number) for number in each] for each in (records[60], records[P.months])])
    decisions = lanes * len(found) * firms * P.months / P.interval
    told = {
        "months": running * 1e9 / decisions,
        "whole": (making + running) * 1e9 / decisions,
        "found": found,
        "versions": [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in packages)],
    }
    print(json.dumps(told))
