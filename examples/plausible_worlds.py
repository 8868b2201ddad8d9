"""Whether scenarios do in other plausible worlds what they do at the defaults (docs/model.md shows what comes of it).

Worlds are drawn whose parameters are uniform over their plausible ranges, independently of each other. All start at the
same shares: option constants are solved again in each, and worlds where firms could not afford to start so are left
out. Every scenario is compared with the baseline in the same world, on the same random numbers. Held at the default is
what shapes the population, what differs by class, and what has no plausible range. Most ranges are assumptions: this
shows what a conclusion hangs on, not how probable it is.
"""

import argparse

import numpy as np

from sim import load_scenario
from sim.engines import simulate_lanes
from sim.engines.constants import constants
from sim.model.errors import BadInput
from sim.model.outcome_table import COLUMNS
from sim.model.parameters import PARAMETERS

ADOPTION = [COLUMNS.index((f"share.firms.{option}", "total")) for option in ("public", "hybrid")]
WELFARE = COLUMNS.index(("welfare", "total"))
CLEAR = 3.0
"""Standard errors of the mean over replicates by which a world counts as above or below 0."""


def varied() -> list[str]:
    """Parameters that are drawn."""
    held = {key for key, each in PARAMETERS.items() if each.shared or key.startswith("population.")}
    differ = {key for key, each in PARAMETERS.items() if isinstance(each.default, tuple) and len(set(each.default)) > 1}
    return [key for key, each in PARAMETERS.items() if each.plausible and key not in held | differ]


def drawn(worlds: int, seed: int) -> list[dict[str, float]]:
    """Settings of some worlds."""
    keys, rng = varied(), np.random.default_rng(seed)
    low, high = np.array([PARAMETERS[key].plausible for key in keys]).T
    points = rng.uniform(low, high, (worlds, len(keys))).tolist()
    return [dict(zip(keys, point, strict=True)) for point in points]


def can_start(world: dict[str, float]) -> bool:
    """Whether the starting shares can be had there."""
    try:
        constants([load_scenario("baseline", world, resolve=True)])
    except BadInput:
        return False
    return True


def at_the_end(name: str, worlds: list[dict[str, float]], firms: int, replicates: int) -> np.ndarray:
    """Points of public and hybrid cloud, and billions of welfare, at the end of a run; (2, worlds, replicates)."""
    lanes = [load_scenario(name, {"run.firms": firms, **world}, resolve=True) for world in worlds]
    months = lanes[0].run.months
    runs = [simulate_lanes(lanes, replicate, every=months) for replicate in range(replicates)]
    ends = np.array([[result.values[-1, [*ADOPTION, WELFARE]] for result in lane] for lane in zip(*runs, strict=True)])
    return np.stack([100.0 * ends[..., :2].sum(axis=-1), 1e-9 * ends[..., 2]])


def counted(differences: np.ndarray) -> str:
    """In how many worlds differences, (worlds, replicates), are above and below 0, and how large they are."""
    means, errors = differences.mean(axis=1), differences.std(axis=1, ddof=1) / np.sqrt(differences.shape[1])
    low, high = np.quantile(means, (0.05, 0.95))
    above, below = (means > CLEAR * errors).sum(), (means < -CLEAR * errors).sum()
    return f"{above:7}{below:7}{f'{low:.2f} to {high:.2f}':>20}"


def main() -> None:
    """Print a line a scenario."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("scenarios", nargs="+", help="changes of the baseline, by name")
    for name, number in (("worlds", 100), ("replicates", 8), ("firms", 2000), ("seed", 1)):
        asked.add_argument(f"--{name}", type=int, default=number, help=f"{number} unless given")
    given = asked.parse_args()
    if given.replicates < 2:
        asked.error("--replicates: at least two, or nothing tells a difference from chance")
    usual = load_scenario("baseline").base_values
    for name in given.scenarios:
        if load_scenario(name).base_values != usual:
            asked.error(f"{name} takes place in another world than the baseline: name one that only changes it")
    worlds = [world for world in drawn(given.worlds, given.seed) if can_start(world)]
    if not worlds:
        asked.error("--worlds: none of so few can start at the given shares")
    print(f"{len(worlds)} of {given.worlds} worlds start at the given shares; {len(varied())} parameters vary")
    print(f"{'at the end, less the baseline':32}{'public or hybrid, points':^34}{'welfare, billions':^34}")
    print(f"{'':32}" + f"{'above':>7}{'below':>7}{'5 to 95 % of worlds':>20}" * 2)
    base = at_the_end("baseline", worlds, given.firms, given.replicates)
    for name in given.scenarios:
        adoption, welfare = at_the_end(name, worlds, given.firms, given.replicates) - base
        print(f"{name:32}{counted(adoption)}{counted(welfare)}", flush=True)


if __name__ == "__main__":
    main()
