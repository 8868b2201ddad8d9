"""Fit the EU world to the survey of EU enterprises (A1 to A3): nine numbers to twelve figures.

`python tests/fitted.py` searches for a minute and prints where it ends, beside what `scenarios/eu-2014.toml` has; it
changes no file. The years to 2021 are fitted; 2023 is kept to judge by.
"""

import sys

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from sim.engines import simulate
from sim.model.evidence import evidence
from sim.model.nouns import CLASSES
from sim.model.outcome_table import COLUMNS
from sim.model.scenario import load

WORLD = "eu-2014"
SIZES = CLASSES[1:]  # the survey has no micro firms
YEARS = np.array([2014, 2016, 2018, 2020, 2021, 2023])
FITTED = slice(1, 5)
"""Years of the fit among these: 2014 is the start, which is given."""

BEFORE = {
    "choice.scale": 10.3, "reach.public": 31.5, "switch.migration": 199.0, "awareness.innovation": 0.077,
    "awareness.imitation": 0.556, "event.pandemic.share": 0.275, "small": 0.69, "medium": 0.6, "large": 0.51,
}  # fmt: skip
"""What is searched, from where on: an earlier fit, whose search was not kept. Classes stand for their awareness."""

POINTS_OFF = 2.0
"""Unit of errors, percentage points; their squares are what is squared, since the tolerance is on the largest."""

FACTOR_OFF = 4.0
"""A number that moves by so much counts as an error of one unit: it keeps the search where numbers make sense."""

MICRO_BELOW_SMALL = 0.07
"""How much less aware micro firms are at the start than small ones; no figure says so."""

REPLICATES, FIRMS = 8, 20_000
STEP = 0.05
"""By how much the logarithm of a number is lowered to see what that does: enough to move some firms."""


def bounds() -> tuple[list[float], list[float]]:
    """Least and most of each number: whoever is on cloud is aware, and nobody to whom it does not apply."""
    values = load(WORLD).values
    both = zip(CLASSES, values["start.on_premise"], values["population.not_applicable"], strict=True)
    limits = {size: (1.001 - away, 0.999 - not_applicable) for size, away, not_applicable in both}
    low, high = zip(*(limits.get(key, (1e-9, 1e9)) for key in BEFORE), strict=True)
    return list(low), list(high)


def settings(numbers: dict[str, float]) -> list[str]:
    """Numbers as settings of the command line."""
    aware = {"micro": numbers["small"] - MICRO_BELOW_SMALL, **{size: numbers[size] for size in SIZES}}
    start = ", ".join(f"{size} = {share}" for size, share in aware.items())
    return [*(f"{key}={each}" for key, each in numbers.items() if "." in key), f"awareness.start={{{start}}}"]


def observed() -> NDArray[np.float64]:
    """Per cent of enterprises on any cloud at the start of the years, (sizes, years): rows A1 to A3."""
    return np.array([[float(part) for part in evidence()[row].figure.split(",")] for row in ("A1", "A2", "A3")])


def errors(given: list[str], replicates: int, firms: int = FIRMS) -> NDArray[np.float64]:
    """Model less survey, points, (replicates, sizes, years)."""
    months = 12 * int(YEARS[-1] - YEARS[0])
    scenario = load(WORLD, [f"run.firms={firms}", f"run.months={months}", *given], resolve=True)
    which = [COLUMNS.index(("share.firms.any_cloud", size)) for size in SIZES]
    runs = [simulate(scenario, n, every=12).values[YEARS - YEARS[0]][:, which].T for n in range(replicates)]
    return 100 * np.array(runs) - observed()


def search(replicates: int = REPLICATES, firms: int = FIRMS, most: int = 30) -> dict[str, float]:
    """Numbers with the least errors in the years of the fit, held to where they were before."""
    before, (low, high) = np.log(list(BEFORE.values())), np.log(bounds())

    def off(logs: NDArray[np.float64]) -> NDArray[np.float64]:
        numbers = dict(zip(BEFORE, np.exp(logs).tolist(), strict=True))
        found = errors(settings(numbers), replicates, firms).mean(axis=0)[:, FITTED] / POINTS_OFF
        return np.append(found * abs(found), (logs - before) / np.log(FACTOR_OFF))

    def slopes(logs: NDArray[np.float64]) -> NDArray[np.float64]:
        lower = [off(logs - step) for step in STEP * np.eye(len(logs))]
        return (off(logs) - np.array(lower)).T / STEP

    begun = np.clip(before, low + 2 * STEP, high - STEP)
    found = least_squares(off, begun, slopes, (low, high), ftol=1e-3, xtol=1e-3, max_nfev=most)
    return dict(zip(BEFORE, np.exp(found.x).tolist(), strict=True))


def root_mean_square(off: NDArray[np.float64]) -> float:
    """Of errors."""
    return float(np.sqrt(np.mean(off**2)))


def main() -> None:
    """Search, and print what was found and how far off it is, and the scenario file."""
    numbers = search()
    lines = [", ".join(f"{key} {number:.3g}" for key, number in numbers.items())]
    for name, given in (("found", settings(numbers)), ("file", [])):
        off = errors(given, 40)
        mean, error = off.mean(axis=0), off.std(axis=0, ddof=1) / np.sqrt(len(off))
        fitted, kept_out = root_mean_square(mean[:, FITTED]), root_mean_square(mean[:, -1])
        lines.append(f"{name}: root mean square {fitted:.2f} in the fit, {kept_out:.2f} in {YEARS[-1]}")
        for size, *row in zip(SIZES, mean, error, strict=True):
            lines.append(f"  {size:8}" + "".join(f"{a:7.2f} ± {b:.2f}" for a, b in zip(*row, strict=True)))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
