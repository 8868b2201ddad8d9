"""Random valid scenarios for property tests: any parameters, policies and events within what files may say."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from sim.model.checking import MIXES
from sim.model.declared import Field, Instrument
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.nouns import CLASSES, OPTIONS, SECTORS
from sim.model.parameters import BY, PARAMETERS
from sim.model.parameters.declaration import Parameter

START = tuple(f"start.{option}" for option in OPTIONS)
TOGETHER = {*MIXES, *START, "awareness.start", "population.smallest", "population.largest", "population.not_applicable"}
"""Parameters that only together make a valid world."""

LEAST_SHARE = 0.01
BASE_PROVIDERS = len(PARAMETERS["market.shares"].default)
PROVIDERS = 1, BASE_PROVIDERS, 8
"""Numbers of providers that are drawn: each has a kernel of its own, to be compiled."""


def number(low: float, high: float, plausible: tuple[float, float] | None, integer: bool) -> st.SearchStrategy:
    """A number that a file may give: mostly plausible, sometimes an end of the hard range."""
    ends = st.sampled_from((low, high))
    inner = plausible or (low, high)
    if integer:
        return st.one_of(st.integers(int(inner[0]), int(inner[1])), ends.map(int))
    return st.one_of(st.floats(inner[0], inner[1]), st.floats(inner[0], inner[1]), ends)


def shares(count: int) -> st.SearchStrategy[list[float]]:
    """Shares of one whole, none below a hundredth."""
    return st.lists(st.floats(0.05, 1.0), min_size=count, max_size=count).map(
        lambda weights: [LEAST_SHARE + (1 - count * LEAST_SHARE) * weight / sum(weights) for weight in weights]
    )


def entered(value: Any) -> str:
    """A value as the command line takes it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {entered(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(entered, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def value(parameter: Parameter) -> st.SearchStrategy[Any]:
    """A valid value of a parameter that stands alone."""
    if parameter.choices:
        return st.sampled_from(parameter.choices)
    one = number(*parameter.hard, parameter.plausible, parameter.integer)
    names = BY.get(parameter.by)
    return st.fixed_dictionaries(dict.fromkeys(names, one)) if names else one


ALONE = {
    key: value(each)
    for key, each in PARAMETERS.items()
    if key not in TOGETHER and not key.startswith(("constant.", "available."))
}


@st.composite
def populations(draw) -> dict[str, Any]:
    """Mixes, class limits, starting shares and awareness that fit each other."""
    found: dict[str, Any] = {}
    for key in MIXES:
        names = BY.get(PARAMETERS[key].by)
        drawn = draw(shares(len(names) if names else draw(st.sampled_from(PROVIDERS))))
        found[key] = dict(zip(names, drawn, strict=True)) if names else drawn
    smallest = draw(st.fixed_dictionaries(dict.fromkeys(CLASSES, st.integers(1, 60))))
    found["population.smallest"] = smallest
    found["population.largest"] = {size: least + draw(st.integers(0, 300)) for size, least in smallest.items()}
    useless = draw(st.fixed_dictionaries(dict.fromkeys(CLASSES, st.floats(0, 0.5))))
    found["population.not_applicable"] = useless
    starts = {size: draw(shares(len(OPTIONS))) for size in CLASSES}
    for size, own in starts.items():  # no more on cloud than it applies to
        cloud = (1 - useless[size]) * 0.9
        own[1:] = [cloud * each for each in own[1:]]
        own[0] = 1 - sum(own[1:])
    found |= {key: {size: starts[size][n] for size in CLASSES} for n, key in enumerate(START)}
    found["awareness.start"] = {
        size: (1 - own[0]) + draw(st.floats(0, 1)) * (1 - useless[size] - (1 - own[0])) for size, own in starts.items()
    }
    found["cost.credit"] = 1e6  # whoever is to start with a private cloud can afford it
    return found


@st.composite
def constants(draw, providers: int) -> dict[str, Any]:
    """Option constants and appeals held (while the base world's providers are there), solved again, or given."""
    way = draw(st.sampled_from(("held", "solved", "given")))
    if way != "given":
        return {"constants.solve": True} if way == "solved" or providers != BASE_PROVIDERS else {}
    given = [*(f"constant.{option}" for option in OPTIONS), "constant.appeal"]
    optional = {key: value(PARAMETERS[key]) for key in given}
    return {"constants.solve": False} | draw(st.fixed_dictionaries({}, optional=optional))


def happening(kind: Instrument) -> st.SearchStrategy[dict[str, Any]]:
    """Settings that an instrument or a kind of event has of its own."""
    ranges = {name: (1, 1) if name == "provider" else each.hard for name, each in kind.fields.items()}

    def of(name: str, each: Field) -> st.SearchStrategy:
        inner = None if name == "provider" else each.plausible
        return number(*ranges[name], inner, each.integer)

    return st.fixed_dictionaries({}, optional={name: of(name, each) for name, each in kind.fields.items()})


@st.composite
def measures(draw, months: int) -> dict[str, Any]:
    """Up to five policies and three events, with dates, ramps, targets, budgets and settings of their own."""
    found: dict[str, Any] = {}
    for n, name in enumerate(draw(st.lists(st.sampled_from(list(INSTRUMENTS)), max_size=5))):
        start = draw(st.integers(1, months))
        own = draw(happening(INSTRUMENTS[name]))
        own |= {"instrument": name, "start": start, "end": draw(st.integers(start, months))}
        optional = {
            "ramp": st.integers(0, 12), "strength": st.floats(0, 1), "budget": st.floats(0, 1e10),
            "classes": st.lists(st.sampled_from(CLASSES), min_size=1, unique=True),
            "sectors": st.lists(st.sampled_from(SECTORS), min_size=1, unique=True),
            "reach": st.floats(0, 1), "redemption": st.floats(0, 1), "new_users": st.booleans(),
        }  # fmt: skip
        taken = {"ramp", "strength", "budget", *INSTRUMENTS[name].targets}
        own |= draw(st.fixed_dictionaries({}, optional={key: optional[key] for key in optional if key in taken}))
        found |= {f"policy.p{n}.{key}": each for key, each in own.items()}
    for n, name in enumerate(draw(st.lists(st.sampled_from(list(EVENTS)), max_size=3))):
        start = draw(st.integers(1, months))
        own = draw(happening(EVENTS[name])) | {"kind": name, "start": start, "end": draw(st.integers(start, months))}
        found |= {f"event.e{n}.{key}": each for key, each in own.items()}
    return found


@st.composite
def scenarios(draw) -> dict[str, Any]:
    """Settings of a random valid scenario of few firms and months, by key."""
    months = draw(st.integers(3, 30))
    found = draw(st.fixed_dictionaries({}, optional=ALONE))
    found |= draw(st.one_of(st.just({}), populations()))
    found |= draw(constants(len(found.get("market.shares", PARAMETERS["market.shares"].default))))
    found |= draw(measures(months))
    firms = draw(st.integers(40, 90))
    kind, partners = found.get("network.kind", "random"), draw(st.integers(1, 12))
    found["network.partners"] = partners
    firms -= firms % partners if kind == "groups" else 0
    found["review.interval"] = draw(st.sampled_from((1, 2, 5, 12, 24)))
    sometimes = {f"available.{option}": PARAMETERS[f"available.{option}"] for option in OPTIONS[1:]}
    if not any(key.startswith("start.") for key in found) and draw(st.booleans()):
        option = draw(st.sampled_from(list(sometimes)))
        found[option], found[f"start.{option.split('.')[1]}"] = 0, 0
        base = {o: PARAMETERS[f"start.{o}"].default for o in OPTIONS}
        gone = option.split(".")[1]
        found["start.on_premise"] = {
            size: base["on_premise"][n] + base[gone][n] for n, size in enumerate(CLASSES)  # type: ignore[index]
        }
    return found | {"run.firms": firms, "run.months": months, "run.seed": draw(st.integers(0, 2**63 - 1))}


def broken(key: str, good: Any) -> st.SearchStrategy[tuple[str, Any]]:
    """A setting that no file may hold in place of a good one: its key, and its value."""
    stem, _, name = key.rpartition(".")
    if name in ("instrument", "kind") and stem.count("."):
        return st.just((key, "no_such_thing"))
    wrong = [(f"{stem}.{name}qx", good)]
    if key in PARAMETERS and not PARAMETERS[key].choices:
        low, high = PARAMETERS[key].hard
        bads = (low - 1, 2 * high + 1, float("nan"), float("inf"), "much", True)
        wrong += [(key, {next(iter(good)): bad} if isinstance(good, Mapping) else bad) for bad in bads]
    elif key in PARAMETERS:
        wrong += [(key, "no-such-choice"), (key, 3)]
    elif name in ("budget", "rate", "strength", "reach", "ramp", "cap"):
        wrong += [(key, bad) for bad in (-1, float("nan"), float("inf"), "much", [1])]
    elif name in ("classes", "sectors"):
        wrong += [(key, bad) for bad in ([], ["nobody"], "micro", [good[0], good[0]])]
    elif name == "end":
        wrong += [(key, 0), (key, "2026-13"), (key, "1999-01")]
    elif name in ("firms", "months"):
        wrong += [(key, bad) for bad in (0, -3, 2.5, float("nan"), "many")]
    elif key in MIXES:
        wrong.append((key, [0.5, 0.4] if isinstance(good, list) else {next(iter(good)): 0.999}))
    return st.sampled_from(wrong)


@st.composite
def faulty_scenarios(draw) -> tuple[dict[str, Any], str]:
    """Settings of a random scenario in which one thing is wrong, and the key of that thing."""
    found = draw(scenarios())
    key = draw(st.sampled_from(sorted(found)))
    place, bad = draw(broken(key, found[key]))
    return {each: value for each, value in found.items() if each != key} | {place: bad}, place


def overrides(settings: Mapping[str, Any]) -> list[str]:
    """Settings as `sim run --set` takes them."""
    return [f"{key}={entered(each)}" for key, each in settings.items()]
