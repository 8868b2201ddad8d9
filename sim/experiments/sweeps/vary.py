"""Reading `[vary]`: which quantities a sweep varies, over what, and in which role."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sim.experiments.sweeps.laws import NEEDS, Law, law_named
from sim.experiments.sweeps.quantities import ROLES, UNCERTAIN, Level, Quantity
from sim.experiments.sweeps.subjects import Base, Subject, subject
from sim.model.complaints import Complaints, Refused, listed, shown, unknown
from sim.model.quantities import number
from sim.model.reading import steps_to
from sim.model.run import month_date, month_index

SETTINGS = ("role", "range", "factor", "values", "levels", "distribution", "mode", "mean", "sd")
"""What may be said of a varied quantity."""

MOST_LEVELS = 10_000


def leaves(tables: Mapping[str, Any], stem: str = "") -> Iterator[tuple[str, Any]]:
    """Keys of quantities and what is said of them; `[vary.cost.private]` is `[vary."cost.private"]`."""
    for name, settings in tables.items():
        inner = isinstance(settings, Mapping) and settings and all(isinstance(e, Mapping) for e in settings.values())
        if inner:
            yield from leaves(settings, f"{stem}{name}.")
        else:
            yield f"{stem}{name}", settings


@dataclass(frozen=True)
class Entry:
    """One quantity while it is read; refusals go to the complaints."""

    complaints: Complaints
    where: str
    key: str
    settings: Mapping[str, Any]
    subject: Subject
    design: str

    def read(self, name: str, reader: Callable[[Any], Any], default: Any) -> Any:
        """A setting, or the default when it is missing or refused."""
        if name not in self.settings:
            return default
        try:
            return reader(self.settings[name])
        except Refused as refusal:
            self.refuse(name, refusal)
            return default

    def refuse(self, name: str, refusal: Refused) -> None:
        """Complain about a setting, or about the quantity as a whole."""
        self.complaints.add(self.where, f'vary."{self.key}"' + (f".{name}" if name else ""), refusal)


def quantity(complaints: Complaints, where: str, key: str, settings: Any, base: Base, design: str) -> Quantity | None:
    """One quantity, or None with complaints where it cannot be read."""
    with complaints.at(where, f'vary."{key}"'):
        if not isinstance(settings, Mapping):
            raise Refused(f"{shown(settings)} stands where a table belongs", listed(SETTINGS), 'Write role = "...".')
        steps = steps_to(key)
        if steps is None:
            raise Refused(
                f"{shown(key)} is no quantity",
                "a parameter, policy.NAME.SETTING, event.NAME.SETTING or run.firms",
                'Write "cost.public_price", "cost.public_price[micro]" or "policy.subsidy.rate", say.',
            )
        role = settings.get("role")
        values = base.world.values if role == UNCERTAIN else base.draft.values
        return _read(Entry(complaints, where, key, settings, subject(steps, base, values), design), steps)
    return None


def _read(entry: Entry, steps: tuple[str, ...]) -> Quantity:
    for name in entry.settings:
        if name not in SETTINGS:
            entry.refuse(name, unknown("setting of a varied quantity", name, SETTINGS))
    about = entry.subject
    found = Quantity(entry.key, _role(entry), about.unit, about.kind, steps, about.integer)
    if entry.design == "list":
        for name in SETTINGS[1:]:
            if name in entry.settings:
                entry.refuse(name, Refused("the values come from the list", "role alone", "Remove it."))
        return found
    ways = [name for name in ("range", "factor", "values") if name in entry.settings]
    if len(ways) > 1:
        entry.refuse(ways[1], Refused(f"it stands beside {ways[0]}", "one of range, factor and values", "Keep one."))
        return found
    if ways == ["values"]:
        return replace(found, values=_values(entry))
    if ways == ["factor"]:
        found = replace(found, unit="multiple of the base scenario's value", factor_of=_factored(entry))
    return replace(found, law=_law(entry, _range(entry)), count=_levels(entry))


def _role(entry: Entry) -> str:
    role = entry.settings.get("role")
    if role not in ROLES:
        problem = "its role is missing" if role is None else f"there is no role {shown(role)}"
        entry.refuse("role", Refused(
            problem, '"uncertain" (option constants solved again) or "counterfactual" (held)',
            'Write role = "counterfactual" for what may be changed, "uncertain" for what is not known, say.',
        ))  # fmt: skip
        return ROLES[1]
    return str(role)


def _range(entry: Entry) -> tuple[float, float] | None:
    """Both ends of the range, of the factor, or the declared plausible range."""
    about = entry.subject
    way = "factor" if "factor" in entry.settings else "range"
    if about.kind == "word":
        entry.refuse("values", Refused("a word has no range", listed(about.choices), "Write values = [...]."))
        return None
    if way not in entry.settings:
        if about.plausible is None:
            entry.refuse("range", Refused(
                "no plausible range is declared for it, and none is given", "range = [lowest, highest]", "Give one.",
            ))  # fmt: skip
        return about.plausible
    raw = entry.settings[way]
    if not isinstance(raw, list) or len(raw) != 2:
        entry.refuse(way, Refused(f"{shown(raw)} is not a pair", f"{way} = [lowest, highest]", "Give both ends."))
        return None
    low, high = (entry.read(way, lambda _, end=end: _end(about, end, way), None) for end in raw)
    if low is None or high is None:
        return None
    if low >= high:
        entry.refuse(way, Refused(
            f"{shown(raw)} is {'empty' if low == high else 'reversed'}", "the lower end first, and less than the upper",
            "Swap or mend the ends, or do not vary it.",
        ))  # fmt: skip
        return None
    return low, high


def _end(about: Subject, raw: Any, way: str) -> float:
    """One end of a range, or one value: dates as months since the year 0."""
    if about.kind == "date":
        return month_index(raw)
    if way == "factor":
        return number(raw, (0.0, 1e6), "times the base scenario's value")
    return number(raw, about.hard, about.unit, about.integer)


def _factored(entry: Entry) -> tuple[tuple[str, float], ...]:
    """What a factor multiplies."""
    about = entry.subject
    if about.kind != "number":
        entry.refuse("factor", Refused(f"a {about.kind} cannot be multiplied", "range or values", "Take one of them."))
    elif not about.present:
        entry.refuse("factor", Refused("the base scenario sets no budget", "range", "Give a range of money."))
    return about.present


def _values(entry: Entry) -> tuple[Level, ...]:
    """Values that the file lists, checked one by one."""
    raw = entry.settings["values"]
    if not isinstance(raw, list) or not raw:
        entry.refuse("values", Refused(f"{shown(raw)} is no list of values", "values = [..., ...]", "Give some."))
        return ()
    for name in ("levels", "distribution", "mode", "mean", "sd"):
        if name in entry.settings:
            entry.refuse(name, Refused("it stands beside values", "with a range or a factor", "Remove it."))
    read = [entry.read("values", lambda _, each=each: level(entry.subject, each), None) for each in raw]
    kept = [each for each in read if each is not None]
    if len(set(kept)) < len(kept):
        entry.refuse("values", Refused("a value stands there twice", "each value once", "Remove one of them."))
    return tuple(kept)


def level(about: Subject, raw: Any) -> Level:
    """One value of a quantity as a file gives it.

    Raises
    ------
    Refused
        It is none.
    """
    if about.kind == "word":
        if raw not in about.choices:
            raise unknown("choice", str(raw), about.choices)
        return str(raw)
    end = _end(about, raw, "range")
    return month_date(int(end)) if about.kind == "date" else end


def _law(entry: Entry, ends: tuple[float, float] | None) -> Law:
    name = entry.read("distribution", law_named, "uniform")
    given: dict[str, float] = {}
    for key in ("mode", "mean", "sd"):
        if key in NEEDS[name] and key not in entry.settings:
            entry.refuse(key, Refused(f"a {name} distribution needs it", f"{key} = a number", "Add it."))
        elif key in entry.settings and key not in NEEDS[name]:
            allowed = listed(NEEDS[name]) or "nothing but a range"
            entry.refuse(key, Refused(f"a {name} distribution has none", allowed, "Remove it."))
        elif key in entry.settings:
            given[key] = entry.read(key, lambda raw: number(raw, (-1e15, 1e15), entry.subject.unit), 0.0)
    law = Law(name, *(ends or (0.0, 1.0)), **given)
    if ends and not set(NEEDS[name]) - set(given):
        try:
            law.check()
        except Refused as refusal:
            entry.refuse("distribution", refusal)
    return law


def _levels(entry: Entry) -> int:
    """How many values a grid takes of the law."""
    if entry.design != "grid":
        if "levels" in entry.settings:
            entry.refuse("levels", Refused(
                f"a {entry.design} design chooses the values itself", "levels with kind = grid", "Remove it.",
            ))  # fmt: skip
        return 0
    if "levels" not in entry.settings:
        entry.refuse("levels", Refused("a grid needs to know which values", "levels or values", "Add levels = 5, say."))
    return entry.read("levels", lambda raw: int(number(raw, (1, MOST_LEVELS), "levels", integer=True)), 1)
