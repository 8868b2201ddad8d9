"""Option constants: solved so that a world starts at its observed shares and stays there when frozen.

They are a property of a world, not of a replicate: the averages over a class's firms are taken over a fixed reference
population, evenly spread points (Sobol) pushed through the same trait functions as the firms themselves. So they can
be printed, held in counterfactuals, and cost nothing per replicate (docs/model.md, "Changes against the first design").
"""

from dataclasses import dataclass
from functools import lru_cache, partial

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


START_KEYS = (*(f"start.{option}" for option in OPTIONS), "awareness.start")
"""What a counterfactual may change of the start while constants are held."""


@dataclass(frozen=True)
class Constants:
    """What places a world at its starting shares.

    Attributes
    ----------
    values
        Parameter values `constant.*` and `available.*` (tuples by class) and `constant.appeal` (by provider).
    tilt
        Log multipliers of the stationary law with which firms are placed at the scenario's starting shares; all zero
        where constants were solved for these very shares; shape (classes, options).
    """

    values: dict[str, tuple]
    tilt: np.ndarray


def constants(scenario: Scenario) -> Constants:
    """Return the constants of a scenario's base world, solved or as given, and the tilt of its own starting shares.

    Raises
    ------
    BadInput
        If no constants reproduce the base world's starting shares, or no firm can be where it is to start.
    """
    base = tuple(sorted(scenario.base_values.items()))
    start = {key: scenario.values[key] for key in START_KEYS}
    return _placed(base, tuple(start.items()), scenario.constants_given)


def solve(scenario: Scenario) -> dict[str, tuple]:
    """Return the constants firms choose with: those solved for the base world, or those given, as parameter values."""
    found = constants(scenario).values
    given = {key: scenario.values[key] for key in found if key.startswith("constant.")}
    return found | given if scenario.constants_given else found


def lane_values(scenario: Scenario) -> Values:
    """Parameter values of a scenario with the constants firms choose with."""
    found = solve(scenario)
    dropped = {
        key: tuple(min(own, base) for own, base in zip(scenario.values[key], found[key], strict=True))
        for key in found
        if key.startswith("available.")
    }
    return {**scenario.values, **found, **dropped}


@lru_cache(maxsize=4096)
def _placed(base: tuple, start: tuple, given: bool) -> Constants:
    """Constants of a base world, and the tilt with which firms are placed at starting shares of their own."""
    found = _solved(base, given)
    values = dict(base) | found
    wanted = values | dict(start)
    world, shares = start_world(values), target_shares(wanted)
    tilt = np.zeros((len(CLASSES), len(OPTIONS)))
    for c in _classes(wanted):
        columns, systematic = _reference(c, world)
        law = log_stationary(systematic, columns, c, world)
        tilt[c] = _tilted(law, conditional_shares(shares[c], wanted["awareness.start"][c]), CLASSES[c])
    return Constants(found, tilt)


@lru_cache(maxsize=4096)
def _solved(base: tuple, given: bool) -> dict[str, tuple]:
    """Constants, appeals and what is available, solved for the base world's starting shares unless given."""
    values = dict(base)
    keys = [f"{group}.{option}" for group in ("constant", "available") for option in OPTIONS]
    if not given:
        shares = target_shares(values)
        values["constant.appeal"] = tuple(float(a) for a in _appeals(values))
        for k, option in enumerate(OPTIONS):
            values[f"constant.{option}"] = (0.0,) * len(CLASSES)
            offered = values[f"available.{option}"]
            values[f"available.{option}"] = tuple(int(o and p > 0) for o, p in zip(offered, shares[:, k], strict=True))
        world = start_world(values)
        found = np.zeros((len(CLASSES), len(OPTIONS)))
        for c in _classes(values):
            columns, systematic = _reference(c, world)
            target = conditional_shares(shares[c], values["awareness.start"][c])
            law = partial(_law, systematic, columns, c, world)
            found[c] = _fitted(law, target, values["choice.scale"][c], CLASSES[c])
        values |= {f"constant.{option}": tuple(found[:, k].tolist()) for k, option in enumerate(OPTIONS)}
    return {key: values[key] for key in (*keys, "constant.appeal")}


def _classes(values: Values) -> list[int]:
    """Classes that are simulated and have aware firms at the start."""
    both = zip(values["population.sample_mix"], values["awareness.start"], strict=True)
    return [c for c, (share, aware) in enumerate(both) if share > 0.0 and aware > 0.0]


def _law(systematic, columns, size_class, world, shift):
    """Stationary law with shifted constants."""
    return log_stationary(systematic + shift[:, None], columns, size_class, world)


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
        points[:, : len(TRAIT_COLUMNS)], np.ones(POINTS), normals[:, : len(TASTE_COLUMNS)], np.ones(POINTS, bool),
        np.full(POINTS, size_class, np.int8), world.values,
    )  # fmt: skip
    trait_columns = firms.firm_columns()
    values, _, _ = start_values(trait_columns, normals[:, len(TASTE_COLUMNS) :], size_class, world)
    return trait_columns, values


def _averages(logs: np.ndarray) -> np.ndarray:
    """Mean over firms of the probabilities with these logarithms; shape (4, firms) → (4,)."""
    weights = np.exp(logs - logs.max(axis=0))
    return (weights / weights.sum(axis=0)).mean(axis=1)


def _fitted(law, target: np.ndarray, scale: float, name: str) -> np.ndarray:
    """Constants, that of on-premise (or the first option wanted) at 0, whose law gives the target shares on average.

    Newton's method with steps of at most three Gumbel scales, of a tenth of that where these go round in circles.
    """
    free = np.flatnonzero(target > 0.0)[1:]
    shift, step = np.zeros(len(OPTIONS)), 1e-4 * scale
    for most in [3.0 * scale] * 50 + [0.3 * scale] * 200:
        shares = _averages(law(shift))
        gap = shares[free] - target[free]
        if np.abs(gap).max(initial=0.0) <= TOLERANCE:
            return shift
        slope = np.empty((len(free), len(free)))
        for n, k in enumerate(free):
            moved = shift.copy()
            moved[k] += step
            slope[:, n] = (_averages(law(moved))[free] - shares[free]) / step
        try:
            move = np.linalg.solve(slope, gap)
        except np.linalg.LinAlgError:
            break
        shift[free] -= np.clip(move, -most, most)
    worst = int(free[np.argmax(-gap)])
    raise BadInput(
        f"start.{OPTIONS[worst]}[{name}]: no option constant makes {target[worst]:.3g} of the aware {name} firms "
        f"choose {OPTIONS[worst]} (the nearest found is {shares[worst]:.3g}); too few of them can afford it or are "
        f"offered it. Lower the share, or raise population.liquid_funds[{name}], cost.credit[{name}] or "
        f"choice.scale[{name}]"
    )


def _tilted(law: np.ndarray, target: np.ndarray, name: str) -> np.ndarray:
    """Log multipliers with which the law gives the target shares on average; zero where it does already.

    Each round multiplies an option by what it lacks (Berry, Levinsohn and Pakes' contraction), in logarithms, so that
    laws far from the target do no harm.
    """
    tilt, wanted = np.zeros(len(OPTIONS)), target > 0.0
    for _ in range(5000):
        logs = law + tilt[:, None]
        shares = special.logsumexp(logs - special.logsumexp(logs, axis=0), axis=1) - np.log(law.shape[1])
        if np.abs(np.exp(shares) - target).max() <= TOLERANCE:
            return tilt
        closed = np.isneginf(shares) & wanted
        if closed.any():
            option = OPTIONS[int(np.flatnonzero(closed)[0])]
            raise BadInput(
                f"start.{option}[{name}]: a share of firms starts on {option}, but it is available to no {name} firm, "
                f"or none can afford it; set the share to 0, or available.{option} to 1"
            )
        tilt = np.where(wanted, tilt + np.log(np.where(wanted, target, 1.0)) - np.where(wanted, shares, 0.0), -np.inf)
    raise BadInput(
        f"start: too few {name} firms can afford private or hybrid cloud to start at the shares "
        f"{', '.join(f'{share:.3g}' for share in target)} of the aware; lower those shares, or raise "
        f"population.liquid_funds[{name}]"
    )


def _appeals(values: Values) -> np.ndarray:
    """Appeal of each provider for which normal tastes split customers by `market.shares`."""
    shares = np.asarray(values["market.shares"])
    spread = values["choice.taste_provider"]
    if len(shares) == 1:
        return np.zeros(1)
    if shares.min() <= 0.0:
        raise BadInput(
            f"market.shares: a provider starts with a share of {shares.min():g}, which no appeal gives it; every share "
            "must be above 0. Leave the provider out, or set [constants] solve = false and give constant.appeal"
        )
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
