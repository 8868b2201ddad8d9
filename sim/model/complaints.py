"""How bad input is said: what is wrong, where, what is allowed and what to do; several in one message."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sim.model.errors import BadInput
from sim.model.parameters import nearest_name
from sim.model.spelling import toml

MOST_SHOWN = 60
"""Characters of a refused value that a message repeats."""

MOST_LISTED = 16
"""Names that a message lists."""


class Refused(Exception):
    """A value that is not accepted; whoever knows the file and the key turns it into a sentence."""

    def __init__(self, problem: str, allowed: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem, self.allowed, self.remedy = problem, allowed, remedy


class Complaints:
    """Complaints about one scenario, gathered so that a reader can mend them in one go.

    `keys` are those refused so far, and `currency` replaces the word "money" in what is allowed.
    """

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.keys: set[str] = set()
        self.currency = "money"

    def add(self, where: str, key: str, refusal: Refused) -> None:
        """Note one refusal at a file (or the command line) and a key path; the same sentence counts once."""
        allowed = refusal.allowed.replace("money", self.currency)
        sentence = f"{where}, {key}: {refusal.problem}. Allowed: {allowed}. {refusal.remedy}"
        if sentence not in self.sentences:
            self.sentences.append(sentence)
        self.keys.add(key)

    def doubted(self, *keys: str) -> bool:
        """Whether one of these was refused, so that nothing can be said yet of what depends on it."""
        return not self.keys.isdisjoint(keys)

    @contextmanager
    def at(self, where: str, key: str) -> Iterator[None]:
        """Gather the refusal that the block ends in, if any."""
        try:
            yield
        except Refused as refusal:
            self.add(where, key, refusal)

    def stop_if_any(self) -> None:
        """Raise `BadInput` with everything gathered so far."""
        if self.sentences:
            raise BadInput(*self.sentences)


ELSEWHERE = {
    "extends": "It belongs at the top of the file, before the first table.",
    "providers": "Their number is that of the entries of market.shares: give that many shares.",
}
"""What to do about names that stand elsewhere, or for something else."""


def suggestion(word: str, known: Iterable[str], otherwise: str = "Use one of these.") -> str:
    """Sentence that offers the nearest known name, or says something else where none is near."""
    if word in ELSEWHERE:
        return ELSEWHERE[word]
    names = list(known)
    same_ending = [name for name in names if name.rsplit(".", 1)[-1] == word.rsplit(".", 1)[-1]]
    if same_ending:
        return f"Did you mean '{same_ending[0]}'?"
    return nearest_name(word.lower(), names).strip() or otherwise


def unknown(noun: str, word: str, known: Sequence[str]) -> Refused:
    """Refusal of a name that does not exist."""
    return Refused(f"there is no {noun} {shown(word)}", listed(known) or "none", suggestion(word, known))


def lacking(owner: str, word: str, known: Sequence[str]) -> Refused:
    """Refusal of a setting that something does not have."""
    return Refused(f"{owner} has no setting {shown(word)}", listed(known), suggestion(word, known))


_TAKEN_FOR = {
    "instrument": ("kind", "events", "[event.NAME] if it is an event"),
    "kind": ("instrument", "policies", "[policy.NAME] if it is a policy"),
}
"""What is written for the setting that decides what a policy or event is, whose it is, and where it belongs."""


def undecided(
    noun: str, decisive: str, kinds: Sequence[str], inherited: Sequence[str], settings: Mapping[str, Any]
) -> Refused:
    """Refusal of a new policy or event in a file without the setting that decides what it is."""
    other, others, heading = _TAKEN_FOR[decisive]
    if other in settings:
        problem, word = f"its {decisive} is missing, and {other} is a setting of {others}", str(settings[other])
        mend = suggestion(word, kinds, f"Begin it with {heading}.")
        if word in kinds:
            mend = f'Write {decisive} = "{word}" instead.'
        return Refused(problem, f"{decisive} with {listed(kinds)}", mend)
    inherits = f", and no {noun} of this name is inherited" if inherited else ""
    mend = f"; or mend its name, to change one that is inherited ({listed(inherited)})" if inherited else ""
    return Refused(
        f"its {decisive} is missing{inherits}", listed(kinds), f'Add {decisive} = "{kinds[0]}", say{mend}.'
    )


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number of things: "1 policy", "2,000 firms"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def duration(seconds: float) -> str:
    """A time for reading: seconds below two minutes, minutes below two hours, then hours."""
    if seconds < 120:
        return f"{math.ceil(seconds)} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.1f} hours"


def in_prices(currency: str, price_level: str) -> str:
    """What is said once where money is shown: "; money in CNY, 2026 prices", or nothing in a world without a level."""
    return f"; money in {currency}, {price_level}" if price_level else ""


def listed(names: Iterable[str], most: int = MOST_LISTED) -> str:
    """Names in a row, so many at most."""
    every = list(names)
    more = len(every) - most
    return ", ".join(every[:most]) + (f" and {more} more" if more > 0 else "")


def shown(value: object) -> str:
    """A refused value as a message repeats it: as TOML, but text as it stands between its quotes; cut when long."""
    text = f'"{value}"' if isinstance(value, str) else toml(value)
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 3] + "..."
