"""Option constants: solved so that a world starts at its observed shares and stays there when frozen.

They are a property of a world, not of a replicate: the averages over a class's firms are taken over a fixed reference
population, evenly spread points (Sobol) pushed through the same trait functions as the firms themselves. So they can
be printed, held in counterfactuals, and cost nothing per replicate (docs/model.md, "Changes against the first design").
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import optimize, special, stats

from sim.model.errors import BadInput
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.population import TASTE_COLUMNS, TRAIT_COLUMNS, Values, traits
from sim.model.scenario import Scenario
from sim.model.start import StartWorld, log_stationary, start_values, start_world, target_shares

POINTS = 1024
"""Reference firms per class, a power of two."""

TOLERANCE = 1e-10
"""Largest difference of a solved share from its target."""


@dataclass(frozen=True)
class Constants:
    """What places a world at its starting shares.

    Attributes
    ----------
    values
        Parameter values `constant.*` and `available.*` (tuples by class) and `constant.appeal` (by provider).
    tilt
        Log multipliers of the stationary law that reproduce the starting shares; all zero where constants were solved
        for them; shape (classes, options).
    """

    values: dict[str, tuple]
    tilt: np.ndarray


def constants(scenario: Scenario) -> Constants:
    """Return the constants of a scenario's base world, solved or as given.

    Raises
    ------
    BadInput
        If no constants reproduce the starting shares.
    """
    frozen = tuple(sorted(scenario.base_values.items()))
    return _constants(frozen, scenario.constants_given)


def solve(scenario: Scenario) -> dict[str, tuple]:
    """Return the solved (or given) constants as parameter values."""
    return constants(scenario).values


def lane_values(scenario: Scenario) -> Values:
    """Parameter values of a scenario with the constants of its base world."""
    found = constants(scenario).values
    dropped = {
        key: tuple(min(own, base) for own, base in zip(scenario.values[key], found[key], strict=True))
        for key in found
        if key.startswith("available.")
    }
    return {**scenario.values, **found, **dropped}


@lru_cache(maxsize=4096)
def _constants(frozen: tuple, given: bool) -> Constants:
    values = dict(frozen)
    shares = target_shares(values)
    if not given:
        values["constant.appeal"] = tuple(float(a) for a in _appeals(values))
        for k, option in enumerate(OPTIONS):
            values[f"constant.{option}"] = (0.0,) * len(CLASSES)
            offered = values[f"available.{option}"]
            values[f"available.{option}"] = tuple(int(o and p > 0) for o, p in zip(offered, shares[:, k], strict=True))
    world = start_world(values)
    found = np.array([values[f"constant.{option}"] for option in OPTIONS]).T
    tilt = np.zeros_like(found)
    for c, name in enumerate(CLASSES):
        if values["population.sample_mix"][c] == 0.0 or values["awareness.start"][c] == 0.0:
            continue
        columns, systematic = _reference(c, world)
        target = conditional_shares(shares[c], values["awareness.start"][c])
        scale = values["choice.scale"][c]
        if not given:
            found[c] = _fit(
                lambda shift: _averages(log_stationary(systematic + shift[:, None], columns, c, world)),  # noqa: B023
                target, scale, name,
            )  # fmt: skip
        law = log_stationary(systematic + (0.0 if given else found[c][:, None]), columns, c, world)
        tilt[c] = _fit(lambda shift: _averages(law + shift[:, None]), target, 1.0, name)  # noqa: B023
    keys = [f"{group}.{option}" for group in ("constant", "available") for option in OPTIONS]
    result = {key: values[key] for key in (*keys, "constant.appeal")}
    result |= {f"constant.{option}": tuple(found[:, k].tolist()) for k, option in enumerate(OPTIONS)}
    return Constants(result, tilt)


def conditional_shares(shares: np.ndarray, aware: float) -> np.ndarray:
    """Shares among the firms that are aware, from shares of all: the unaware are all on premise."""
    result = shares / aware
    result[0] = (shares[0] - (1.0 - aware)) / aware
    return np.maximum(result, 0.0)


def _reference(size_class: int, world: StartWorld):
    """Traits and values of the reference firms of one class, constants included if the world has them."""
    providers = len(world.values["market.shares"])
    columns = len(TRAIT_COLUMNS) + len(TASTE_COLUMNS) + providers
    points = stats.qmc.Sobol(columns, scramble=False).random(POINTS) + 0.5 / POINTS
    normals = special.ndtri(points[:, len(TRAIT_COLUMNS) :])
    firms = traits(
        points[:, : len(TRAIT_COLUMNS)], normals[:, : len(TASTE_COLUMNS)], np.ones(POINTS, bool),
        np.full(POINTS, size_class, np.int8), world.values,
    )  # fmt: skip
    trait_columns = firms.firm_columns()
    values, _, _ = start_values(trait_columns, normals[:, len(TASTE_COLUMNS) :], size_class, world)
    return trait_columns, values


def _averages(logs: np.ndarray) -> np.ndarray:
    """Mean over firms of the probabilities with these logarithms; shape (4, firms) → (4,)."""
    weights = np.exp(logs - logs.max(axis=0))
    return (weights / weights.sum(axis=0)).mean(axis=1)


def _fit(shares_at, target: np.ndarray, scale: float, name: str) -> np.ndarray:
    """Shifts of the options, on-premise (or the first one wanted) at 0, for which `shares_at` gives the target shares.

    Newton's method with steps of at most three Gumbel scales.
    """
    wanted = np.flatnonzero(target > 0.0)
    free = wanted[1:]
    shift, step = np.zeros(len(OPTIONS)), 1e-4 * scale
    for _ in range(200):
        shares = shares_at(shift)
        gap = shares[free] - target[free]
        if np.abs(gap).max(initial=0.0) <= TOLERANCE:
            return shift
        slope = np.empty((len(free), len(free)))
        for n, k in enumerate(free):
            moved = shift.copy()
            moved[k] += step
            slope[:, n] = (shares_at(moved)[free] - shares[free]) / step
        try:
            move = np.linalg.solve(slope, gap)
        except np.linalg.LinAlgError:
            break
        shift[free] -= np.clip(move, -3.0 * scale, 3.0 * scale)
    worst = int(free[np.argmax(np.abs(gap))])
    raise BadInput(
        f"start.{OPTIONS[worst]}[{name}]: no option constant makes {target[worst]:.3g} of the aware {name} firms "
        f"choose {OPTIONS[worst]} (the nearest found is {shares[worst]:.3g}); too few of them can afford or are offered it. "
        f"Lower the share, or raise population.liquid_funds[{name}], cost.credit[{name}] or choice.scale[{name}]"
    )


def _appeals(values: Values) -> np.ndarray:
    """Appeal of each provider for which normal tastes split customers by `market.shares`."""
    shares = np.asarray(values["market.shares"])
    spread = values["choice.taste_provider"]
    if len(shares) == 1:
        return np.zeros(1)
    if spread == 0.0:
        raise BadInput(
            "choice.taste_provider is 0 with several providers: nothing then splits customers by market.shares; "
            "raise it, or give one provider, or set [constants] solve = false and give constant.appeal"
        )
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()

    def gap(free):
        d = np.concatenate([[0.0], free])
        chosen = [
            weights @ np.prod([special.ndtr(nodes + d[j] - d[k]) for k in range(len(d)) if k != j], axis=0)
            for j in range(len(d))
        ]
        return np.log(np.array(chosen[1:]) / chosen[0]) - np.log(shares[1:] / shares[0])

    found = optimize.root(gap, np.log(shares[1:] / shares[0]), tol=1e-12)
    if not found.success:
        raise BadInput(f"market.shares: no appeals split customers as {tuple(shares)}; move the shares nearer together")
    world = start_world({**values, "constant.appeal": (0.0,) * len(shares)})
    mix = np.asarray(values["population.national_mix"])
    reach = mix @ (np.asarray(values["reach.public"]) * (1.0 - values["reach.network_weight"])) / mix.sum()
    total = np.concatenate([[0.0], found.x]) * spread
    appeals = total - reach * world.presence
    return appeals - appeals.mean()
