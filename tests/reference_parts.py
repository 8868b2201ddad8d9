"""Fit what the reference firms stand for: parts with which averages over few points are those over very many.

`python tests/reference_parts.py` writes `sim/model/parts.py` in a quarter of an hour on two cores, and
prints how far shares of base worlds it has not seen are off before and after. In each world the law of the start is
averaged over the reference firms of each class and over very many evenly spread points; parts are sought, of equal ones
at first, with which these averages are the same. Laws are taken at constants solved with the parts that are there, so
that another run gives slightly other parts, as good as these.
"""

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear
from scipy.stats import qmc

from sim.engines.constants import constants
from sim.model import reference
from sim.model.errors import BadInput
from sim.model.nouns import CLASSES, MOST_PROVIDERS, OPTIONS
from sim.model.parameters import PARAMETERS
from sim.model.scenario import Scenario, load
from sim.model.start import StartWorld, log_stationary, start_values

FILE = Path(reference.__file__).with_name("parts.py")

MODULE = '''"""What reference firms stand for, an equal part as {whole:,}; written by `tests/reference_parts.py`."""

FITTED = (
{numbers}
)  # fmt: skip
'''

BASES = ("baseline", "eu-2014", "increasing-returns", "no-network", "mean-field", "ring")
"""Scenarios whose base worlds differ."""

MANY = {"library": 2**20, "one moved": 2**18, "many moved": 2**16}
"""Kinds of base worlds: those of the library, such with one parameter moved, and with many. Of each, points that stand
for all firms of a class; two scrambles of 2^16 differ by .02 percentage points in the baseline."""

AT_ONCE = 2**16
"""Points whose firms are in memory at once."""

MOVED = [
    key for key, each in PARAMETERS.items()
    if each.plausible and key.split(".")[0] in
    ("population", "sector", "choice", "cost", "benefit", "reach", "agents", "switch", "security", "risk", "ecosystem")
]  # fmt: skip
"""Parameters that may act at the start."""

OFTEN = 0.35
"""Chance of each to be moved in a world where many are."""

ALONE, TOGETHER = 2, 800
"""Draws of each parameter alone, and worlds with many moved."""

LIBRARY = 30.0
"""How much more errors in the worlds of the library count than those of either other kind of world."""

STIFF = 2e-3
"""What departing from equal parts costs: more leaves larger errors, less fits what other worlds have not."""

FEWEST = 0.05
"""Least of a part, in equal parts: none is dropped."""

WHOLE = 1000
"""Parts are written as whole numbers, an equal part as this."""


def somewhere(key: str, rng: np.random.Generator) -> str:
    """A setting within the plausible range of a parameter."""
    plausible = PARAMETERS[key].plausible
    assert plausible
    low, high = plausible
    return f"{key}={np.exp(rng.uniform(*np.log(plausible))) if low > 0.0 else rng.uniform(low, high):.6g}"


def other_shares(rng: np.random.Generator) -> Iterator[str]:
    """Starting shares of classes, with as many aware firms as that needs, sectors and providers of any kind."""
    cloud = rng.dirichlet(np.ones(len(OPTIONS)), len(CLASSES))[:, 1:] * rng.uniform(0.05, 0.6)
    for option, shares in zip(OPTIONS, np.column_stack([1.0 - cloud.sum(axis=1), cloud]).T, strict=True):
        yield f"start.{option}={{{', '.join(f'{c} = {p:.4f}' for c, p in zip(CLASSES, shares, strict=True))}}}"
    yield f"awareness.start={rng.uniform(cloud.sum(axis=1).max() + 0.03, 0.9):.4f}"
    sectors = rng.dirichlet(np.ones(len(load("baseline").values["population.sector_mix"])))
    yield f"population.sector_mix={sectors.tolist()}"
    yield f"market.shares={rng.dirichlet(np.full(rng.integers(1, MOST_PROVIDERS + 1), 3)).tolist()}"


def moved_alone(rng: np.random.Generator) -> Iterator[list[str]]:
    """Settings with one parameter moved."""
    for key in MOVED:
        for _ in range(ALONE):
            yield [somewhere(key, rng)]


def moved_together(rng: np.random.Generator) -> Iterator[list[str]]:
    """Settings with many parameters moved, and in every second world shares, sectors and providers."""
    for n in range(TOGETHER):
        settings = [somewhere(key, rng) for key in MOVED if rng.random() < OFTEN]
        yield [*settings, *other_shares(rng)] if n % 2 else settings


def solvable(name: str, settings: list[str]) -> tuple[Scenario, StartWorld] | None:
    """A base world with its constants, if there are any, of the settings that can be."""
    usable: list[str] = []
    for each in settings:
        with suppress(BadInput):
            load(name, [*usable, each], resolve=True)
            usable.append(each)
    with suppress(BadInput):
        scenario = load(name, usable, resolve=bool(usable))
        return scenario, constants([scenario])[0].world
    return None


def laws(scenario: Scenario, world: StartWorld, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chances of the options but the first at points of each class, (classes · 3, points)."""
    columns, tastes = reference.firms_at(points[:, : points_of(scenario)], scenario.base_values)
    found = []
    for c in range(len(CLASSES)):
        values = start_values(columns[:, c], tastes, c, world)
        law = np.exp(log_stationary(values, columns[:, c], c, world)[..., 0])
        found.append(law[1:] / law.sum(axis=0))
    return np.concatenate(found)


def points_of(scenario: Scenario) -> int:
    """Columns of points that a scenario needs."""
    return len(reference.DRAWS) + len(scenario.base_values["market.shares"])


def row(many: int, world: tuple[str, list[str]]) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Chances at the reference points of a world, and their averages over so many points, by option and class."""
    if not (solved := solvable(*world)):
        return None
    cube = qmc.Sobol(len(reference.DRAWS) + MOST_PROVIDERS, scramble=True, rng=7)
    parts = (cube.random(AT_ONCE).clip(1e-12, 1.0 - 1e-12) for _ in range(many // AT_ONCE))
    averages = np.mean([laws(*solved, part).mean(axis=1) for part in parts], axis=0)
    return laws(*solved, reference.points(MOST_PROVIDERS)), averages


def rows(kind: str, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chances and averages of the worlds of a kind, one after the other."""
    with ProcessPoolExecutor() as pool:
        found = pool.map(partial(row, MANY[kind]), drawn(kind, seed), chunksize=4)
        chances, averages = zip(*filter(None, found), strict=True)
    return np.concatenate(chances), np.concatenate(averages)


def fitted(kinds: list[tuple[NDArray[np.float64], NDArray[np.float64]]], counts: list[float]) -> NDArray[np.float64]:
    """Parts of the points, in equal parts, with which averages are nearest; errors count as chance would make them."""
    systems, missing = [np.ones((1, reference.POINTS)) / reference.POINTS * 1e3], [np.zeros(1)]
    for (chances, averages), count in zip(kinds, counts, strict=True):
        each = count / np.sqrt(averages * (1.0 - averages) + 1e-4) / np.sqrt(len(averages))
        systems.append(chances / reference.POINTS * each[:, None])
        missing.append((averages - chances.mean(axis=1)) * each)
    stiff = STIFF / 10.0 * np.eye(reference.POINTS)
    system, right = np.concatenate([*systems, stiff]), np.concatenate([*missing, np.zeros(reference.POINTS)])
    square = np.linalg.cholesky(system.T @ system).T
    found = lsq_linear(square, np.linalg.solve(square.T, system.T @ right), (FEWEST - 1.0, np.inf), tol=1e-12)
    return 1.0 + found.x


def others(
    chances: NDArray[np.float64], averages: NDArray[np.float64], library: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Worlds with laws other than the library's: elsewhere what was moved does not act, or constants undo it."""
    shape = -1, len(CLASSES) * (len(OPTIONS) - 1), reference.POINTS
    known = library.reshape(shape)
    acts = [all(np.abs(world - each).max() > 1e-6 for each in known) for world in chances.reshape(shape)]
    return chances.reshape(shape)[acts].reshape(-1, reference.POINTS), averages.reshape(shape[:2])[acts].ravel()


def worst(gaps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Largest of a world's errors, percentage points, from those of `rows`; that of on premise is their sum."""
    by_class = gaps.reshape(-1, len(OPTIONS) - 1)
    every = np.abs(np.column_stack([by_class, by_class.sum(axis=1)]))
    return 100.0 * every.reshape(-1, len(CLASSES) * len(OPTIONS)).max(axis=1)


def told(kind: str, chances: NDArray[np.float64], averages: NDArray[np.float64], parts: NDArray[np.float64]) -> None:
    """Print how far a world's worst share of aware firms, on premise among them, is off."""
    for name, each in (("equal", np.ones(len(parts))), ("fitted", parts)):
        off = worst(chances @ each / each.sum() - averages)
        most = f"median {np.median(off):.3f}, nine in ten {np.quantile(off, 0.9):.3f}, largest {off.max():.3f}"
        click.echo(f"{kind}, {name} parts, worst share of a world off by, percentage points: {most}")


def drawn(kind: str, seed: int) -> Iterator[tuple[str, list[str]]]:
    """Worlds of a kind."""
    rng = np.random.default_rng(seed)
    if kind == "library":
        yield from ((name, []) for name in BASES)
    elif kind == "one moved":
        yield from ((name, settings) for name in BASES[:3] for settings in moved_alone(rng))
    else:
        yield from ((BASES[n % 3], settings) for n, settings in enumerate(moved_together(rng)))


def written(parts: NDArray[np.float64]) -> str:
    """The module that holds the parts."""
    lines = ("    " + ", ".join(f"{part:.0f}" for part in some) + "," for some in parts.reshape(-1, 16))
    return MODULE.format(whole=WHOLE, numbers="\n".join(lines))


def main() -> int:
    """Fit, write and tell."""
    kinds = tuple(MANY)
    known = [rows(kind, 1) for kind in kinds]
    parts = np.round(fitted(known, [LIBRARY, 1.0, 1.0]) * WHOLE)
    FILE.write_text(written(parts), "utf-8")
    click.echo(f"parts from {parts.min() / WHOLE:.2f} to {parts.max() / WHOLE:.2f} of an equal one")
    told(kinds[0], *known[0], parts)
    for kind in kinds[1:]:
        told(f"{kind}, not seen", *others(*rows(kind, 2), known[0][0]), parts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
