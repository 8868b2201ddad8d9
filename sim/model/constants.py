"""Option constants: solved so that a world starts at its observed shares and stays there when frozen.

They are a property of a world, not of a replicate: the averages over a class's firms are taken over a fixed reference
population, evenly spread points (Sobol) pushed through the same trait functions as the firms themselves. So they can
be printed, held in counterfactuals, and cost nothing per replicate (docs/model.md, "Changes against the first design").
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.model.appeals import appeals
from sim.model.arithmetic import total
from sim.model.errors import BadInput
from sim.model.fitting import Averages, OutOfReach, fitted
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.population import Values
from sim.model.reference import reference
from sim.model.scenario import Scenario
from sim.model.start import (
    Frictions,
    StartWorld,
    frictions,
    log_stationary,
    start_values,
    start_world,
    target_shares,
)

START_KEYS = (*(f"start.{option}" for option in OPTIONS), "awareness.start")
"""What a counterfactual may change of the start while constants are held."""


@dataclass(frozen=True)
class Constants:
    """What places a world at its starting shares.

    Attributes
    ----------
    values
        Parameter values `constant.*` and `available.*` (tuples by class) and `constant.appeal` (by provider).
    world
        The base world at the start, with these constants.
    tilt
        Log multipliers of the stationary law with which firms are placed at the scenario's starting shares; all zero
        where constants were solved for these very shares; shape (classes, options).
    """

    values: dict[str, tuple]
    world: StartWorld
    tilt: np.ndarray


def constants(scenario: Scenario) -> Constants:
    """Return the constants of a scenario's base world, solved or as given, and the tilt of its own starting shares.

    Raises
    ------
    BadInput
        If no constants reproduce the base world's starting shares, or no firm can be where it is to start.
    """
    base = tuple(scenario.base_values.items())
    start = tuple((key, scenario.values[key]) for key in START_KEYS)
    return _placed(base, start, scenario.constants_given)


def solve(scenario: Scenario) -> dict[str, tuple]:
    """Return the constants firms choose with: those solved for the base world, or those given, as parameter values."""
    return _chosen(scenario, constants(scenario))


def _chosen(scenario: Scenario, constants: Constants) -> dict[str, tuple]:
    """Constants firms choose with, as parameter values."""
    given = {key: scenario.values[key] for key in constants.values if key.startswith("constant.")}
    return constants.values | given if scenario.constants_given else constants.values


def lane_values(scenario: Scenario, constants: Constants) -> Values:
    """Parameter values of a scenario with the constants firms choose with, those of its base world or given."""
    found = _chosen(scenario, constants)
    dropped = {
        key: tuple(min(own, base) for own, base in zip(scenario.values[key], found[key], strict=True))
        for key in found
        if key.startswith("available.")
    }
    return {**scenario.values, **found, **dropped}


@lru_cache(maxsize=4096)
def _placed(base: tuple, start: tuple, given: bool) -> Constants:
    """Constants of a base world, and the tilt with which firms are placed at starting shares of their own."""
    values, world = _solved(base, given)
    tilt = np.zeros((len(CLASSES), len(OPTIONS)))
    wanted = dict(base) | dict(start)
    if given or any(wanted[key] != value for key, value in base if key in START_KEYS):
        shares, (columns, tastes) = target_shares(wanted), reference(wanted)
        for c in _classes(wanted):
            systematic, _, _ = start_values(columns[:, c], tastes, c, world)
            law = log_stationary(systematic, columns[:, c], c, world)[..., 0]
            tilt[c] = _tilted(law, conditional_shares(shares[c], wanted["awareness.start"][c]), CLASSES[c])
    return Constants(values, world, tilt)


@lru_cache(maxsize=4096)
def _solved(base: tuple, given: bool) -> tuple[dict[str, tuple], StartWorld]:
    """Constants, appeals and what is available, solved for the base world's starting shares unless given."""
    values = dict(base)
    keys = [f"{group}.{option}" for group in ("constant", "available") for option in OPTIONS]
    if given:
        return {key: values[key] for key in (*keys, "constant.appeal")}, start_world(values)
    shares, (columns, tastes) = target_shares(values), reference(values)
    values["constant.appeal"] = tuple(appeals(values).tolist())
    for k, option in enumerate(OPTIONS):
        values[f"constant.{option}"] = (0.0,) * len(CLASSES)
        offered = values[f"available.{option}"]
        values[f"available.{option}"] = tuple(int(o and p > 0) for o, p in zip(offered, shares[:, k], strict=True))
    world = start_world(values)
    found = np.zeros((len(CLASSES), len(OPTIONS)))
    for c in _classes(values):
        systematic, _, _ = start_values(columns[:, c], tastes, c, world)
        target = conditional_shares(shares[c], values["awareness.start"][c])
        costs = frictions(columns[:, c], c, world)
        found[c] = _fitted(systematic[..., 0], costs, target, values["choice.scale"][c], CLASSES[c])
    by_option = dict(zip(OPTIONS, found.T, strict=True))
    values |= {f"constant.{option}": tuple(each.tolist()) for option, each in by_option.items()}
    world = world.with_constants({f"constant_{option}": each for option, each in by_option.items()})
    return {key: values[key] for key in (*keys, "constant.appeal")}, world


def _classes(values: Values) -> list[int]:
    """Classes that are simulated and have aware firms at the start."""
    both = zip(values["population.sample_mix"], values["awareness.start"], strict=True)
    return [c for c, (share, aware) in enumerate(both) if share > 0.0 and aware > 0.0]


def conditional_shares(shares: np.ndarray, aware: float) -> np.ndarray:
    """Shares among the firms that are aware, from shares of all: the unaware are all on premise."""
    result = shares / aware
    result[0] = (shares[0] - (1.0 - aware)) / aware
    result = np.maximum(result, 0.0)
    return result / result.sum()  # a file's shares sum to 1 only nearly


def _fitted(systematic: np.ndarray, costs: Frictions, target: np.ndarray, scale: float, name: str) -> np.ndarray:
    """Constants, that of on-premise (or the first option wanted) at 0, whose law gives the target shares on average."""
    try:
        values = np.where(costs.is_open[..., 0], systematic - 0.5 * scale * costs.entry[..., 0], -np.inf)
        return fitted(stationary_averages(systematic, costs, scale), target, values, scale)
    except OutOfReach as found:
        shares = found.shares
    wanted = np.flatnonzero(target > 0.0)
    worst = max(wanted[1:], key=lambda k: target[k] - shares[k], default=wanted[0])
    raise BadInput(
        f"start.{OPTIONS[worst]}[{name}]: no option constant makes {target[worst]:.3g} of the aware {name} firms "
        f"choose {OPTIONS[worst]} (the nearest found is {shares[worst]:.3g}); too few of them can afford it or are "
        f"offered it. Lower the share, or raise population.liquid_funds[{name}], cost.credit[{name}] or "
        f"choice.scale[{name}]"
    )


def stationary_averages(systematic: np.ndarray, costs: Frictions, scale: float) -> Averages:
    """Average stationary law of firms, as a function of shifts of their values.

    The law of `start.log_stationary` is symmetric in w_k = e^((V_k - g_k/2)/σ): π_k ∝ w_k·(w_k + Σ_{j≠k} l_k·l_j·w_j)
    with l_k = e^(-(f + g_k)/2σ). So π_k is σ/2 times the slope by V_k of the logarithm of the sum of these four.

    Parameters
    ----------
    systematic
        Values of the options without constants, shape (4, firms).
    costs
        Frictions of these firms, in one lane.
    scale
        Gumbel scale σ.
    """
    entry, moving = costs.entry[..., 0], costs.moving[..., 0]
    levels = np.where(costs.is_open[..., 0], systematic / scale - 0.5 * entry, -np.inf)
    links = np.exp(-0.5 * (moving + entry))

    def averages(shift):
        weights = _weights(levels + (shift / scale)[:, None])
        entering = links * weights
        products = weights * (weights + links * (total(entering) - entering))
        sums = _above_zero(total(products))
        law = products / sums
        mean, together = law.mean(axis=1), _mean_products(entering / sums, entering)
        np.fill_diagonal(together, (weights / sums * weights).mean(axis=1) + mean)
        return mean, (together - 2.0 * _mean_products(law, law)) / scale

    return averages


def tilted_averages(law: np.ndarray) -> Averages:
    """Average law of firms, given in logarithms, (4, firms), as a function of log multipliers."""

    def averages(tilt):
        weights = _weights(law + tilt[:, None])
        tilted = weights / _above_zero(total(weights))
        mean = tilted.mean(axis=1)
        return mean, np.diag(mean) - _mean_products(tilted, tilted)

    return averages


def _weights(logs):
    """Exponentials over options, up to a factor for each firm that makes the largest 1; all 0 where nothing is open."""
    most = logs.max(axis=0)
    most[most == -np.inf] = 0.0
    return np.exp(logs - most)


def _above_zero(sums):
    """Sums of weights, 1 where nothing is open."""
    return np.where(sums > 0.0, sums, 1.0)


def _mean_products(x, y):
    """Means over firms of all products of two rows; added up without threads, so that no machine load moves a bit."""
    return np.einsum("kn,ln->kl", x, y) / x.shape[1]


def _tilted(law: np.ndarray, target: np.ndarray, name: str) -> np.ndarray:
    """Log multipliers with which the law, (4, firms), gives the target shares on average."""
    wanted = target > 0.0
    closed = wanted & np.isneginf(law).all(axis=1)
    if closed.any():
        option = OPTIONS[int(np.flatnonzero(closed)[0])]
        raise BadInput(
            f"start.{option}[{name}]: a share of firms starts on {option}, but it is available to no {name} firm, "
            f"or none can afford it; set the share to 0, or available.{option} to 1"
        )
    never = np.where(wanted, 0.0, -np.inf)
    try:
        law = law + never[:, None]
        return never + fitted(tilted_averages(law), target, law, 1.0)
    except OutOfReach:
        raise BadInput(
            f"start: too few {name} firms can afford private or hybrid cloud to start at the shares "
            f"{', '.join(f'{share:.3g}' for share in target)} of the aware; lower those shares, or raise "
            f"population.liquid_funds[{name}]"
        ) from None
