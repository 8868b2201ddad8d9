"""Policies and events: what is in force when, for whom; read from the settings of a scenario file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.model.complaints import Refused, listed, shown, unknown
from sim.model.declared import Field
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.merging import Draft, Given
from sim.model.nouns import CLASSES, SECTORS
from sim.model.policy_settings import EVENT_SETTINGS, POLICY_FIELDS, having, settings_of
from sim.model.quantities import SHARES, flag, number
from sim.model.run import MOST_MONTHS, month_date, month_index
from sim.model.sealed import Sealed
from sim.model.targets import currency, nobody, targets


@dataclass(frozen=True)
class Policy:
    """A policy in force during the months [start, end) of the run, counted from 0.

    Parameters
    ----------
    name, instrument
        Its own name, and the instrument it uses.
    start, end
        First month in force and first month no more; either may lie outside of the run.
    ramp
        Months over which it grows to full strength.
    strength
        Share of the instrument's settings in force.
    classes, sectors
        Who is eligible, in the fixed order of the nouns.
    new_users
        Only firms not on public or hybrid before.
    budget
        Money, or None without a limit.
    reach, redemption
        Shares of the eligible who hear of it, and of those who carry it through.
    fields
        The instrument's own settings.
    """

    name: str
    instrument: str
    start: int
    end: int
    ramp: int
    strength: float
    classes: tuple[str, ...]
    sectors: tuple[str, ...]
    new_users: bool
    budget: float | None
    reach: float
    redemption: float
    fields: dict[str, float]


@dataclass(frozen=True)
class Event:
    """Something that happens during the months [start, end) of the run, counted from 0."""

    name: str
    kind: str
    start: int
    end: int
    fields: dict[str, float]


class _Settings:
    """Settings of one policy or event while they are read; refusals go to the complaints of the draft."""

    def __init__(self, draft: Draft, stem: str, given: Mapping[str, Given]) -> None:
        self.draft, self.stem, self.given = draft, stem, given
        self.where = next(iter(given.values())).where

    def read(self, key: str, reader: Callable[[Any], Any], default: Any) -> Any:
        """A setting, or its default when it is missing or refused."""
        if key not in self.given:
            return default
        setting = self.given[key]
        try:
            return reader(setting.value)
        except Refused as refusal:
            self.refuse(key, refusal)
            return default

    def number(self, declared: Field) -> Any:
        def read(raw: Any) -> float | int:
            if declared.name == "provider" and not self.draft.complaints.doubted(SHARES):
                _check_provider(raw, self.draft.providers)
            return number(raw, declared.hard, declared.unit, declared.integer)

        return self.read(declared.name, read, read(declared.default))

    def refuse(self, key: str, refusal: Refused) -> None:
        where = self.given[key].where if key in self.given else self.where
        self.draft.complaints.add(where, f"{self.stem}.{key}", refusal)

    def check_names(self, decisive: str, known: Sequence[str], elsewhere: Callable[[str], list[str]]) -> None:
        """Refuse settings that are not known; `elsewhere` names what has them instead."""
        strange = [key for key in self.given if key not in known]
        stale = [key for key in strange if self.given[key].step < self.given[decisive].step]
        if stale:  # the lines to mend are not those inherited, but the one that makes something else of them
            self.refuse(decisive, _of_another(self.stem, self.given[decisive].value, stale, elsewhere))
        for key in strange:
            if key not in stale:
                refusal = unknown("setting", key, known)
                if others := elsewhere(key):
                    problem = f"there is no setting {shown(key)}: only policies with {listed(others)} have it"
                    refusal = Refused(problem, listed(known), "Remove it.")
                self.refuse(key, refusal)

    def latest(self) -> str:
        """Which of its dates was set last along the chain."""
        return max((key for key in ("end", "start") if key in self.given), key=lambda key: self.given[key].step)


def policies(draft: Draft) -> tuple[Policy, ...]:
    """Policies of a scenario, in the order of its files; those (partly) outside of the run are noted."""
    found: list[Policy] = []
    for name, given in draft.policies.items():
        settings = _Settings(draft, f"policy.{name}", given)
        instrument = settings.read("instrument", _INSTRUMENT, None)
        own = INSTRUMENTS[instrument].fields if instrument else {}
        if instrument:
            settings.check_names("instrument", (*own, *settings_of(instrument)), having)
        dates = _dates(settings, draft.run["months"])
        numbers = {key: settings.number(declared) for key, declared in POLICY_FIELDS.items()}
        policy = {
            "classes": settings.read("classes", targets("class", CLASSES), CLASSES),
            "sectors": settings.read("sectors", targets("sector", SECTORS), SECTORS),
            "new_users": settings.read("new_users", flag, False),
            "fields": Sealed({key: settings.number(declared) for key, declared in own.items()}),
        }
        settings.read("currency", currency(draft.world["currency"]), None)
        if instrument and dates:
            numbers["budget"] = numbers["budget"] if "budget" in given else None
            draft.notes += nobody(settings.stem, draft.values, numbers["reach"], policy["classes"], policy["sectors"])
            found.append(
                Policy(name=name, instrument=instrument, start=dates[0], end=dates[1], **numbers, **policy)
            )
    return tuple(found)


def events(draft: Draft) -> tuple[Event, ...]:
    """Events of a scenario, in the order of its files; those (partly) outside of the run are noted."""
    found: list[Event] = []
    for name, given in draft.events.items():
        settings = _Settings(draft, f"event.{name}", given)
        kind = settings.read("kind", _KIND, None)
        own = EVENTS[kind].fields if kind else {}
        if kind:
            settings.check_names("kind", (*own, *EVENT_SETTINGS), lambda _: [])
        dates = _dates(settings, draft.run["months"], must_end=True)
        fields = {key: settings.number(declared) for key, declared in own.items()}
        if kind and dates:
            found.append(Event(name, kind, *dates, Sealed(fields)))
    return tuple(found)


def _of_another(stem: str, kind: str, inherited: Sequence[str], elsewhere: Callable[[str], list[str]]) -> Refused:
    """Refusal of another instrument, or kind, for something whose inherited settings it does not have."""
    noun = stem.split(".")[0]
    alike = [each for each in elsewhere(inherited[0]) if all(each in elsewhere(key) for key in inherited)]
    return Refused(
        f"{kind} has no {listed(inherited)}, which {stem} inherits",
        listed(alike) or "the one that it inherits",
        f"Give the new {noun} a name of its own, [{noun}.{kind}] say"
        + ("; strength = 0 ends what the inherited one does." if noun == "policy" else "."),
    )


def _check_provider(raw: Any, providers: int) -> None:
    if isinstance(raw, int | float) and raw > providers:
        raise Refused(
            f"there is no provider {shown(raw)}",
            f"1 to {providers}, the number of entries of market.shares",
            "Name one of these.",
        )


def _missing(what: str, remedy: str) -> Refused:
    return Refused(f"{what} is missing", 'a month of the run, as "YYYY-MM" or counted from 1', remedy)


def _one_of(noun: str, known: Mapping[str, Any], others: Mapping[str, Any], what: str, so: str) -> Callable[[Any], str]:
    """Reader of a known name; one that is known as something else is told where it belongs."""

    def read(raw: Any) -> str:
        if isinstance(raw, str) and raw in others:
            raise Refused(f"{shown(raw)} is {what}", listed(known), f'Write {so} = "{raw}".')
        if not isinstance(raw, str) or raw not in known:
            raise unknown(noun, str(raw), tuple(known))
        return raw

    return read


_INSTRUMENT = _one_of("instrument", INSTRUMENTS, EVENTS, "a kind of event", "[event.NAME] with kind")
_KIND = _one_of("kind of event", EVENTS, INSTRUMENTS, "an instrument", "[policy.NAME] with instrument")


def _dates(settings: _Settings, months: int, must_end: bool = False) -> tuple[int, int] | None:
    """Months [start, end) of a policy or event, or None when it takes no part in the run."""
    first_month = month_index(settings.draft.run["start"])
    example = month_date(first_month + min(12, months - 1))
    if "start" not in settings.given:
        settings.refuse("start", _missing("the first month", f'Add start = "{example}", say.'))
    if must_end and "end" not in settings.given:
        settings.refuse("end", _missing("the last month of the event", "For one month, repeat its start."))
    start = settings.read("start", lambda raw: _month(raw, first_month, example), None)
    last = settings.read("end", lambda raw: _month(raw, first_month, example), None if must_end else months - 1)
    if start is None or last is None:
        return None
    begins, ends = month_date(first_month + start), month_date(first_month + last)
    span = f"{begins} to {ends}" if "end" in settings.given else f"from {begins}"
    window = f"{month_date(first_month)} to {month_date(first_month + months - 1)}"
    if last < start and "end" in settings.given:
        key = settings.latest()
        later, earlier = f"{month_date(first_month + start)} or later", f"{month_date(first_month + last)} or earlier"
        settings.refuse(key, Refused(
            f"the end lies before the start ({span})", later if key == "end" else earlier, "Swap or mend the dates.",
        ))  # fmt: skip
        return None
    if last < 0 or start >= months:
        doubted = settings.draft.complaints.doubted("run.start", "run.months")
        if settings.given[settings.latest()].step >= settings.draft.run_step and not doubted:
            settings.refuse("start", Refused(
                f"it lies outside of the run ({span})", window, "Mend the dates, run.start or run.months.",
            ))  # fmt: skip
        settings.draft.notes.append(
            f"{settings.stem} ({span}) lies outside of the run ({window}) and is left out."
        )
        return None
    if start < 0 or last >= months:
        settings.draft.notes.append(f"{settings.stem} ({span}) lies partly outside of the run ({window}).")
    return start, last + 1


def _month(raw: Any, first_month: int, example: str) -> int:
    """Month of the run, from 0, of a date or of a number counted from 1."""
    if isinstance(raw, int | float):
        if 1900 <= raw <= 2999:
            month = 'a month, as "YYYY-MM" or counted from 1'
            raise Refused(f"{raw:g} is a year", month, f'Write "{raw:.0f}-01", say, in quotes.')
        return int(number(raw, (1, MOST_MONTHS), "(month of the run)", integer=True)) - 1
    return month_index(raw, example) - first_month
