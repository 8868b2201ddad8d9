"""Reading `[vary]`: which quantities a sweep varies, over what, and in which role."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sim.experiments.sweeps.keys import SETTINGS
from sim.experiments.sweeps.laws import NEEDS, Law, law_named
from sim.experiments.sweeps.quantities import ROLES, UNCERTAIN, Level, Quantity
from sim.experiments.sweeps.subjects import Base, Subject, subject
from sim.model.complaints import Complaints, Refused, lacking, listed, shown
from sim.model.quantities import number, table, tables_in_a_row
from sim.model.reading import steps_to
from sim.model.run import month_date

OF_A_LAW = ("mode", "mean", "sd")

MOST_LEVELS = 10_000

_T = TypeVar("_T")


@dataclass(frozen=True)
class Entry:
    """One quantity while it is read; refusals go to the complaints."""

    complaints: Complaints
    where: str
    key: str
    settings: Mapping[str, Any]
    subject: Subject
    design: str

    def refuse(self, name: str, problem: str, allowed: str, remedy: str) -> None:
        """Complain about a setting."""
        self.complaints.add(self.where, f'vary."{self.key}".{name}', Refused(problem, allowed, remedy))

    def tried(self, name: str, reader: Callable[[Any], _T], raw: Any) -> _T | None:
        """What a reader makes of a setting, or None with a complaint."""
        try:
            return reader(raw)
        except Refused as refusal:
            self.complaints.add(self.where, f'vary."{self.key}".{name}', refusal)
            return None


def quantity(
    complaints: Complaints, where: str, key: str, settings: Any, base: Base, design: str
) -> tuple[Quantity, Subject]:
    """One quantity and what it speaks of; not to be used where complaints were made.

    Raises
    ------
    Refused
        The key is of nothing that can be varied.
    """
    steps = steps_to(key)
    if steps is None:
        raise Refused(
            f"{shown(key)} is no quantity",
            "a parameter, policy.NAME.SETTING, event.NAME.SETTING or run.firms",
            'Write "cost.public_price", "cost.public_price[micro]" or "policy.subsidy.rate", say.',
        )
    if not isinstance(settings, Mapping) and not tables_in_a_row(settings):
        given = shown(settings if isinstance(settings, list) else [settings])
        mend = f'Write [vary."{key}"] and below it role = "counterfactual", say, and values = {given}.'
        raise Refused(f"{shown(settings)} stands where a table belongs", "a table of each quantity, with a role", mend)
    settings = table(settings, f'[vary."{key}"]')
    values = base.world.values if settings.get("role") == UNCERTAIN else base.draft.values
    about = subject(steps, base, values)
    return _read(Entry(complaints, where, key, settings, about, design), steps), about


def _read(entry: Entry, steps: tuple[str, ...]) -> Quantity:
    for name in entry.settings:
        if name not in SETTINGS:
            refusal = lacking("a varied quantity", name, SETTINGS)
            entry.complaints.add(entry.where, f'vary."{entry.key}".{name}', refusal)
    about = entry.subject
    found = Quantity(entry.key, _role(entry), about.unit, about.kind, steps, about.integer)
    if entry.design == "list":
        for name in SETTINGS[1:]:
            if name in entry.settings:
                entry.refuse(name, "the values come from the list", "role alone", "Remove it.")
        return found
    ways = [name for name in ("range", "factor", "values") if name in entry.settings]
    if len(ways) > 1:
        entry.refuse(ways[1], f"it stands beside {ways[0]}", "one of range, factor and values", "Keep one.")
        return found
    if ways == ["values"]:
        return replace(found, values=_values(entry))
    ends = _range(entry)
    if ways == ["factor"]:
        found = replace(found, unit="multiple of the base scenario's value", factor_of=_factored(entry, ends))
    found = replace(found, law=_law(entry, ends), count=_levels(entry))
    if entry.design == "morris" and found.law and (found.integer or found.kind == "date") and not found.countable:
        way = "factor" if found.factor_of else "distribution"
        entry.refuse(
            way,
            "rounded to whole numbers, steps of a Morris design differ in length, and effects cannot be compared",
            "a range in which all are equally likely, or values",
            "Write range = [..., ...] without a distribution.",
        )
    return found


def _role(entry: Entry) -> str:
    role = entry.settings.get("role")
    if role not in ROLES:
        entry.refuse(
            "role",
            "it is missing" if role is None else f"there is no role {shown(role)}",
            '"uncertain" (option constants are solved again) or "counterfactual" (they are held)',
            'Write "uncertain" for what is not known, "counterfactual" for what could be changed.',
        )
        return ROLES[1]
    return str(role)


def _range(entry: Entry) -> tuple[float, float] | None:
    """Both ends of the range, of the factor, or the declared plausible range."""
    about = entry.subject
    way = "factor" if "factor" in entry.settings else "range"
    if about.kind == "word":
        entry.refuse(
            "values", "words have no range, and none are listed", listed(about.choices), "Write values = [...]."
        )
        return None
    if way not in entry.settings:
        if about.plausible is None:
            entry.refuse(
                "range", "it is missing, and no plausible range is declared", _span(about), "Write range = [..., ...]."
            )
        return about.plausible
    raw = entry.settings[way]
    if not isinstance(raw, list) or len(raw) != 2:
        entry.refuse(way, f"{shown(raw)} is not a pair", f"{way} = [lowest, highest]", "Give both ends.")
        return None
    low, high = (entry.tried(way, factor if way == "factor" else about.placed, end) for end in raw)
    if low is None or high is None:
        return None
    if low >= high:
        entry.refuse(
            way,
            f"{shown(raw)} is {'empty' if low == high else 'reversed'}",
            "the lower end first, and less than the upper one",
            "Swap or mend the ends, or do not vary it.",
        )
        return None
    return low, high


def _span(about: Subject) -> str:
    if about.kind == "date":
        return f'two months from "{month_date(int(about.hard[0]))}" to "{month_date(int(about.hard[1]))}"'
    return f"two numbers from {about.hard[0]:g} to {about.hard[1]:g} {about.unit}"


def factor(raw: Any) -> float:
    """One end of a factor."""
    return number(raw, (0.0, 1e6), "times the base scenario's value")


def _factored(entry: Entry, ends: tuple[float, float] | None) -> tuple[tuple[str, float], ...]:
    """What a factor multiplies, and never beyond what is accepted."""
    about = entry.subject
    if about.kind != "number":
        entry.refuse("factor", f"a {about.kind} cannot be multiplied", "range or values", "Take one of them.")
    elif not about.present:
        entry.refuse("factor", "the base scenario sets no budget to multiply", "range", "Give a range of money.")
    elif not any(present for _, present in about.present):
        entry.refuse("factor", "it is 0 in the base scenario, whatever multiplies it", "range", "Give a range.")
    for name, present in about.present if ends else ():
        for end in ends or ():
            if not about.hard[0] <= end * present <= about.hard[1]:
                entry.refuse(
                    "factor",
                    f"{end:g} times the base scenario's {present:g}{f' ({name})' if name else ''} is out of range",
                    f"products from {about.hard[0]:g} to {about.hard[1]:g} {about.unit}",
                    "Narrow the factor.",
                )
    return about.present


def _values(entry: Entry) -> tuple[Level, ...]:
    """Values that the file lists, checked one by one."""
    raw = entry.settings["values"]
    if not isinstance(raw, list) or not raw:
        entry.refuse("values", f"{shown(raw)} is no list of values", "values = [..., ...]", "Give some.")
        return ()
    for name in ("levels", "distribution", *OF_A_LAW):
        if name in entry.settings:
            entry.refuse(name, "it stands beside values", "with a range or a factor", "Remove it.")
    read = [entry.tried("values", entry.subject.level, each) for each in raw]
    kept = [each for each in read if each is not None]
    if len(set(kept)) < len(kept):
        point = " Decimals have a point: 0.1." * all(isinstance(each, int) for each in raw)
        entry.refuse("values", "a value stands there twice", "each value once", f"Remove one of them.{point}")
    return tuple(kept)


def _law(entry: Entry, ends: tuple[float, float] | None) -> Law:
    name = "uniform"
    if "distribution" in entry.settings:
        name = entry.tried("distribution", law_named, entry.settings["distribution"]) or name
    given: dict[str, float] = {}
    for key in OF_A_LAW:
        if key in NEEDS[name] and key not in entry.settings:
            entry.refuse(key, f"a {name} distribution needs it", f"{key} = a number", "Add it.")
        elif key in entry.settings and key not in NEEDS[name]:
            allowed = listed(NEEDS[name]) or "nothing but a range"
            entry.refuse(key, f"a {name} distribution has none", allowed, "Remove it.")
        elif key in entry.settings:
            placed = entry.subject.placed if entry.subject.kind == "date" and key != "sd" else _any_number
            moment = entry.tried(key, placed, entry.settings[key])
            given |= {} if moment is None else {key: moment}
    law = Law(name, *(ends or (0.0, 1.0)), **given)
    if ends and set(given) == set(NEEDS[name]):
        shown = _month if entry.subject.kind == "date" else "{:g}".format
        entry.tried("distribution", lambda law: law.check(shown), law)
    return law


def _month(number: float) -> str:
    return month_date(round(number))


def _any_number(raw: Any) -> float:
    return float(number(raw, (-1e15, 1e15), ""))


def _levels(entry: Entry) -> int:
    """How many values a grid takes of the law."""
    if "levels" not in entry.settings:
        if entry.design == "grid":
            entry.refuse("levels", "a grid needs to know which values", "levels or values", "Add levels = 5, say.")
        return 1
    if entry.design not in ("grid", ""):
        entry.refuse("levels", f"a {entry.design} design chooses the values", "levels in a grid", "Remove it.")
    count = entry.tried("levels", lambda raw: number(raw, (1, MOST_LEVELS), "levels", True), entry.settings["levels"])
    return int(count or 1)
