"""The inversion: constants for which the stationary law of the reference firms' choices gives a world's shares."""

from collections.abc import Sequence
from functools import lru_cache
from threading import get_ident
from typing import Any

import numpy as np

from sim.engines.start_kernels import FIRM_STRIP, FOUR, SUMS, average, ready
from sim.model.appeals import appeals
from sim.model.arithmetic import total
from sim.model.errors import BadInput
from sim.model.fitting import TOLERANCE, Averages, fitted
from sim.model.nouns import CLASSES, OPTIONS
from sim.model.population import Values
from sim.model.reference import PARTS, reference
from sim.model.start import StartWorld, log_stationary, start_values, start_worlds, target_shares
from sim.model.terms import over_lanes


def solved(lanes: Sequence[dict[str, Any]]) -> StartWorld:
    """Solve base worlds with one population: put constants, appeals and what is available into the values of each.

    Returns
    -------
    StartWorld
        The worlds at the start, with these constants, side by side.
    """
    shares = np.array([target_shares(values) for values in lanes])
    for values, wanted, appeal in zip(lanes, shares, appeals(lanes).T.tolist(), strict=True):
        values["constant.appeal"] = tuple(appeal)
        for option, by_class in zip(OPTIONS, wanted.T.tolist(), strict=True):
            values[f"constant.{option}"] = (0.0,) * len(CLASSES)
            offered = zip(values[f"available.{option}"], by_class, strict=True)
            values[f"available.{option}"] = tuple(int(o and p > 0) for o, p in offered)
    world, (columns, tastes) = start_worlds(lanes), reference(lanes[0])
    room = _room(len(lanes), tastes.shape[0], get_ident())
    levels, links, means = boards(columns, tastes, world, room[:2])
    targets = _targets(lanes, shares)
    shifts, found = fitted(averages(levels, links, PARTS, room[2]), targets, means)
    for n in np.flatnonzero((np.abs(found - targets) > TOLERANCE).any(axis=1)):
        raise _out_of_reach(targets[n], found[n], CLASSES[n % len(CLASSES)])
    by_option = shifts.reshape(len(lanes), len(CLASSES), FOUR).T * over_lanes(lanes, "choice.scale")
    for option, by_class in zip(OPTIONS, by_option, strict=True):
        for values, each in zip(lanes, by_class.T.tolist(), strict=True):
            values[f"constant.{option}"] = tuple(each)
    return world.with_constants({f"constant_{option}": each for option, each in zip(OPTIONS, by_option, strict=True)})


@lru_cache(maxsize=1)
def _room(worlds: int, firms: int, _thread: int) -> np.ndarray:
    """Room for levels, links and weights, kept: at times the system takes longer to hand it out than all the rest.

    No two threads are given the same: a worker of a scheduler may solve worlds in several.
    """
    return np.empty((3, worlds * len(CLASSES), FOUR * firms))


def boards(
    columns: np.ndarray, tastes: np.ndarray, world: StartWorld, room: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Work out what firms' choices are made of, in each world class by class.

    Parameters
    ----------
    columns
        Traits of firms, shape (fields, classes, firms).
    tastes
        Tastes for providers, shape (firms, providers).
    room
        For levels and links, shape (2, worlds · classes, strips · 4 · FIRM_STRIP).

    Returns
    -------
    levels, links : ndarray, shape (worlds · classes, strips · 4 · FIRM_STRIP)
        `stationary.level` and `stationary.link`.
    means : ndarray, shape (worlds · classes, 4)
        Mean levels of the firms to whom an option is open.
    """
    lanes = world.terms.shape[-1]
    levels, links = room
    sums, best = np.empty((len(levels), 2, FOUR, FIRM_STRIP)), np.empty(3 * FIRM_STRIP)
    inputs = columns, tastes.T, *world
    ready(*(each.ravel() for each in inputs), lanes, best, *(each.ravel() for each in (levels, links, sums)))
    level, there = sums.sum(axis=-1).swapaxes(0, 1)
    return levels, links, level / np.maximum(there, 1.0)


def _targets(lanes, shares):
    """Shares among aware firms of each world's classes, (lanes · classes, options); zeros where there are none."""
    aware = np.array([values["awareness.start"] for values in lanes])
    there = (np.array([values["population.sample_mix"] for values in lanes]) > 0.0) & (aware > 0.0)
    found = conditional_shares(np.moveaxis(shares, 2, 0), np.where(there, aware, 1.0))
    return np.where(there, found, 0.0).reshape(FOUR, -1).T.copy()


def conditional_shares(shares: np.ndarray, aware: np.ndarray) -> np.ndarray:
    """Shares among the firms that are aware, (options, …), from shares of all: the unaware are all on premise."""
    result = shares / aware
    result[0] = (shares[0] - (1.0 - aware)) / aware
    result = np.maximum(result, 0.0)
    return result / total(result)  # a file's shares sum to 1 only nearly


def averages(levels: np.ndarray, links: np.ndarray, parts: np.ndarray, weights: np.ndarray) -> Averages:
    """Average stationary laws of some problems' firms, as a function of shifts of their levels.

    Parameters
    ----------
    levels, links
        `stationary.level` and `stationary.link`, boards of shape (problems, strips · 4 · FIRM_STRIP).
    parts
        Part of its class that each firm stands for, shape (firms,); they sum to 1.
    weights
        Room of the same shape, for as long as the function is used.
    """
    bases = np.full((len(levels), FOUR), np.inf)

    def law(which, shifts):
        sums = np.empty((len(which), SUMS, FIRM_STRIP))
        problems = levels.ravel(), links.ravel(), parts, weights.ravel(), bases.ravel()
        average(*problems, which, shifts.ravel(), sums.ravel())
        means = sums.sum(axis=-1)
        gains = np.zeros((len(which), FOUR, FOUR))
        gains[:, FIRST, SECOND] = gains[:, SECOND, FIRST] = means[:, FOUR:]
        gains[:, DIAGONAL, DIAGONAL] = -total(gains.swapaxes(0, 1))  # those of all options together are nothing
        return means[:, :FOUR], gains

    return law


FIRST, SECOND = np.triu_indices(FOUR, 1)
"""Pairs of options, in the order of `stationary.law`."""

DIAGONAL = np.arange(FOUR)


def board(rows: np.ndarray) -> np.ndarray:
    """Numbers of firms by option, shape (4, firms), as a board of one problem."""
    return rows.reshape(FOUR, -1, FIRM_STRIP).swapaxes(0, 1).reshape(1, -1)


def _out_of_reach(target: np.ndarray, shares: np.ndarray, name: str) -> BadInput:
    """What to say of shares among the aware firms of a class that no constants give."""
    wanted = np.flatnonzero(target > 0.0)
    worst = max(wanted[1:], key=lambda k: target[k] - shares[k], default=wanted[0])
    return BadInput(
        f"start.{OPTIONS[worst]}[{name}]: no option constant makes {target[worst]:.3g} of the aware {name} firms "
        f"choose {OPTIONS[worst]} (the nearest found is {shares[worst]:.3g}); too few of them can afford it or are "
        f"offered it. Lower the share, or raise population.liquid_funds[{name}], cost.credit[{name}] or "
        f"choice.scale[{name}]"
    )


def tilt(values: Values, world: StartWorld) -> np.ndarray:
    """Log multipliers with which the law of a world's reference firms gives other starting shares, (classes, options).

    Parameters
    ----------
    values
        Of the base world, with the starting shares wanted.
    world
        The base world at the start, with its constants.
    """
    (columns, tastes), targets = reference(values), _targets([values], target_shares(values)[None])
    result = np.zeros(targets.shape)
    for c in np.flatnonzero(targets.any(axis=1)).tolist():
        systematic = start_values(columns[:, c], tastes, c, world)
        result[c] = _tilted(log_stationary(systematic, columns[:, c], c, world)[..., 0], targets[c], CLASSES[c])
    return result


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
    law = law + never[:, None]
    there = law > -np.inf
    means = np.where(there, law, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    levels = board(law)
    laws = averages(levels, np.ones(levels.shape), PARTS, np.empty(levels.shape))
    found, shares = fitted(laws, target[None], means[None])
    if np.abs(shares[0] - target).max() > TOLERANCE:
        raise BadInput(
            f"start: too few {name} firms can afford private or hybrid cloud to start at the shares "
            f"{', '.join(f'{share:.3g}' for share in target)} of the aware; lower those shares, or raise "
            f"population.liquid_funds[{name}]"
        )
    return never + found[0]
