"""At every corner of the hard ranges every rule is finite, and equal in all engines."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from small_worlds import differences, review, world

from sim.engines import simulate, simulate_lanes
from sim.model import rules
from sim.model.channels import FIRM_CHANNELS
from sim.model.facts import Firm, Offer, Seen, Support, Terms
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.monthly_terms import MonthlyTerms
from sim.model.nouns import OPTIONS
from sim.model.parameters import PARAMETERS
from sim.model.review import Luck, Standing
from sim.model.scenario import Scenario
from sim.model.terms import class_terms, priced

FIXED = {
    "population.sample_mix", "population.national_mix", "population.sector_mix", "population.region_mix",
    "market.shares", "population.smallest", "population.largest", "available.on_premise",
    "network.kind", "network.partners",
}  # fmt: skip
"""Held together by other checks, or varied on their own below."""

def measures() -> tuple[str, ...]:
    """Every instrument and every kind of event at the upper end of its settings, most of them together.

    Money stays out of it: at the ends of all ranges it is more than the treasury can count, which is refused.
    """
    money, found, turn = ("spending", "cost", "supervision", "premium"), [], 0
    for table, noun, known in (("policy", "instrument", INSTRUMENTS), ("event", "kind", EVENTS)):
        for name, each in known.items():
            turn += 1
            stem = f"{table}.{name[:9]}"
            found += [f"{stem}.{noun}={name}", f"{stem}.start={1 + turn % 4}"]
            found += [f"{stem}.end={5 + turn % 8}"] if table == "event" else []
            for key, setting in each.fields.items():
                if key not in ("provider", "cap"):
                    free = table == "policy" and key in money
                    found.append(f"{stem}.{key}={0 if free else setting.hard[1]}")
    again = ("instrument=public_cloud_subsidy", "start=2", "rate=1", "new_users=true")
    return (*found, *(f"policy.again.{each}" for each in again))


MEASURES = measures()

OWN = [
    key
    for key, parameter in PARAMETERS.items()
    if not (parameter.shared or key in FIXED or key.startswith(("start.", "constant.")))
]
"""Parameters in which lanes may differ."""

SHARED = [key for key, parameter in PARAMETERS.items() if parameter.shared and key not in FIXED]


def at(scenario: Scenario, keys: list[str], high: np.ndarray) -> dict:
    """Values of a scenario with parameters at the low or high end of their hard range."""
    values = dict(scenario.values)
    for key, is_high in zip(keys, high, strict=True):
        end = PARAMETERS[key].hard[int(is_high)]
        end = int(end) if PARAMETERS[key].integer else float(end)
        values[key] = (end,) * len(values[key]) if isinstance(values[key], tuple) else end
    return values


def design(factors: int, draws: int, seed: int) -> np.ndarray:
    """All low, all high, each one turned from either, and random corners; True for high."""
    low = np.zeros((1, factors), bool)
    one = np.eye(factors, dtype=bool)
    drawn = np.random.Generator(np.random.SFC64(seed)).random((draws, factors)) < 0.5
    return np.concatenate([low, ~low, one, ~one, drawn])


@cache
def corners(kind: str = "random") -> list[Scenario]:
    """Counterfactual corners of everything lanes may differ in, policies and events at their ends too."""
    given = (f"network.kind={kind}", "network.partners=6", "review.interval=2")
    base = world("baseline", *given, *MEASURES, "run.months=12", firms=24)
    bare = replace(base, policies=(), events=())
    return [
        replace(base if n % 2 else bare, values=at(base, OWN, high)) for n, high in enumerate(design(len(OWN), 250, 1))
    ]


def assert_finite(result, note) -> None:
    assert np.isfinite(result.values).all(), note
    assert np.isfinite(result.final["hits"]).all(), note
    assert np.isfinite(result.final["misses"]).all(), note


@pytest.mark.parametrize("kind", ["random", "mean-field"])
def test_corners_of_what_lanes_may_differ_in(kind):
    scenarios = corners(kind)
    numpy, compiled = simulate_lanes(scenarios, 0, "numpy"), simulate_lanes(scenarios, 0, "compiled")
    for n, scenario in enumerate(scenarios):
        assert_finite(numpy[n], n)
        assert differences(numpy[n], compiled[n]) == [], n
        if n % 8 == 0 or n < 4:
            assert differences(numpy[n], simulate(scenario, 0, "mesa")) == [], n


def shared_corners() -> list[Scenario]:
    """Corners of everything at once, each a world of its own that starts without cloud, constants given."""
    start = [f"start.{option}={int(option == 'on_premise')}" for option in OPTIONS]
    base = world("baseline", *start, "constants.solve=false", *MEASURES, "run.months=9", "network.partners=2", firms=16)
    keys = SHARED + OWN + [f"constant.{name}" for name in (*OPTIONS, "appeal")]
    kinds = PARAMETERS["network.kind"].choices
    sizes = ((1, 1), (1, 10**6), (10**6, 10**6))
    found = []
    for n, high in enumerate(design(len(keys), 40, 2)):
        if n >= 2 * len(SHARED) and n < 2 + 2 * len(keys) and n % 7:  # lanes cover the others one by one
            continue
        values = at(base, keys, high)
        values["network.kind"] = kinds[n % len(kinds)]
        values["network.partners"] = (2, 1, 15, 8)[n % 4] if kinds[n % len(kinds)] != "groups" else (1, 2, 8, 16)[n % 4]
        values["population.smallest"], values["population.largest"] = ((each,) * 4 for each in sizes[n % 3])
        values["market.shares"] = ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.45, 0.35, 0.2))[n % 3]
        values["awareness.start"] = tuple(1.0 - na for na in values["population.not_applicable"])
        found.append(replace(base, values=values, base_values=values, policies=base.policies if n % 2 else ()))
    return found


def test_corners_of_everything():
    for n, scenario in enumerate(shared_corners()):
        numpy = simulate(scenario, 0, "numpy")
        assert_finite(numpy, n)
        assert differences(numpy, simulate(scenario, 0, "compiled")) == [], n
        if n % 4 == 0:
            assert differences(numpy, simulate(scenario, 0, "mesa")) == [], n


def drawn(rng: np.random.Generator, kind: type, ends: list[tuple[float, ...]], count: int):
    """A named tuple of arrays, each entry one of the given ends."""
    return kind(*(rng.choice(np.array(end, float), count) for end in ends))


def test_one_review_at_corners_is_finite_and_the_same_for_floats_and_arrays():
    values = [scenario.values for scenario in corners()]
    lanes, months = len(values), 1200
    terms = class_terms(values)
    highest = {"outreach": 12.0, "certified": 100.0, "demand": 5.0, "shown": 100.0, "warned": 6e4, "control": 1e5}
    levels = {channel: np.full((4, 1, lanes), highest.get(channel, 1.0)) for channel in FIRM_CHANNELS}
    MonthlyTerms(values, months).write(terms, months, levels, np.full(lanes, 60.0), np.full((2, lanes), 0.5))
    flat = np.moveaxis(terms, 2, 0).reshape(len(Terms._fields), -1)
    count = flat.shape[1]
    rng = np.random.Generator(np.random.SFC64(3))
    normal, unit = (-8.3, 0.0, 8.3), (0.0, 1.0)
    seats = rng.choice([1.0, 1e7], count)
    traits = [unit, unit, unit, (1e-300, 1.0), (0.0, 1e11), unit, (1e-18, 1e18), unit, unit, unit, (1e-14, 3e3)]
    traits += [normal] * 5
    firm = drawn(rng, Firm, traits, count)
    firm = firm._replace(seats=seats, per_seat=1.0 / seats, size_scale=1.0 / seats)
    ends = [(1e-44, 1.0, 1e5), (0.0, 1e12), (-99.0, 1e14), unit, unit, (-1e5, 1e5), unit, unit]
    offers = [drawn(rng, Offer, ends, count) for _ in range(3)]
    supports = [drawn(rng, Support, [unit, unit, (0.0, 1e9), unit, unit], count) for _ in range(2)]
    seen = drawn(rng, Seen, [unit, unit, unit, (0.0, 1000.0), (0.0, 1000.0)], count)
    gumbels = tuple(rng.choice([-3.6, 36.7], count) for _ in range(4))
    luck = Luck(rng.choice([0.0, 1 - 2.0**-53], count), rng.random(count), gumbels)
    option = rng.integers(0, 4, count)
    provider = np.where(option >= 2, rng.integers(0, 3, count), -1)
    hits, misses = (rng.choice([1e-9, 1e9], count) for _ in range(2))
    standing = Standing(option, provider, rng.random(count) < 0.8, hits, misses)
    tastes = [rng.choice([-8.3, 8.3], count) for _ in offers]

    offers = [priced(offer, Terms(*flat)) for offer in offers]
    arrays = review(rules, firm, luck, tastes, standing, seen, Terms(*flat), offers, supports, 60.0)
    for n in range(count):
        parts = review(
            rules, at_place(firm, n), Luck(*at_place(luck[:2], n), at_place(luck.gumbels, n)), at_place(tastes, n),
            Standing(*(each[n].item() for each in standing)), at_place(seen, n), Terms(*flat[:, n].tolist()),
            [at_place(each, n) for each in offers], [at_place(each, n) for each in supports], 60.0,
        )  # fmt: skip
        found = [(name, number) for part in parts for name, number in zip(part._fields, part, strict=True)]
        for (name, number), array in zip(found, (each for part in arrays for each in part), strict=True):
            numbers, whole = (number, [each[n] for each in array]) if name == "claims" else ([number], [array[n]])
            assert np.isfinite(numbers).all(), (n, name)
            assert numbers == [each.item() for each in whole], (n, name)


def at_place(arrays, n: int):
    """Entry n of each array, as a tuple of Python floats of the same kind."""
    numbers = [float(each[n]) for each in arrays]
    return type(arrays)(*numbers) if hasattr(arrays, "_fields") else tuple(numbers)
