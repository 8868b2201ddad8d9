"""Instruments of policy and kinds of event as a reader sees them: what each does, and its settings."""

from typing import NamedTuple

from rich.console import Group
from rich.table import Table
from rich.text import Text

from sim.model.complaints import shown, suggestion
from sim.model.declared import Field, Instrument
from sim.model.errors import BadInput
from sim.model.happenings import EVENTS
from sim.model.instruments import INSTRUMENTS
from sim.model.policy_settings import EVENT_SETTINGS, IN_WORDS, POLICY_FIELDS, settings_of
from sim.report.parameters import written


class Entry(NamedTuple):
    """An instrument or a kind of event.

    Attributes
    ----------
    noun
        "policy" or "event".
    common
        Settings it takes besides its own.
    """

    noun: str
    about: Instrument
    common: tuple[str, ...]

    def matches(self, pattern: str) -> bool:
        """Whether its name, what it does, or one of its settings contains a text."""
        own = (f"{each.name} {each.sentence}" for each in self.about.fields.values())
        texts = [self.noun, self.about.name, self.about.sentence, *self.common, *own]
        return any(pattern.lower() in text.lower() for text in texts)


def instruments_view(pattern: str = "") -> Group:
    """The printed table of the instruments and kinds of event that match, and the settings that they have in common.

    Parameters
    ----------
    pattern
        A part of a name, of a setting or of a sentence; all without one.

    Raises
    ------
    BadInput
        If none matches.
    """
    every = [Entry("policy", each, settings_of(each.name)) for each in INSTRUMENTS.values()]
    every += [Entry("event", each, EVENT_SETTINGS) for each in EVENTS.values()]
    found = [each for each in every if each.matches(pattern)]
    if not found:
        names = [*INSTRUMENTS, *EVENTS, *POLICY_FIELDS, *IN_WORDS]
        raise BadInput(
            f"No instrument, kind of event or setting matches {shown(pattern)}. Allowed: a part of a name, setting "
            f"or sentence; `sim instruments` lists all. {suggestion(pattern, names, 'Leave the pattern out.')}"
        )
    table = Table(show_lines=True)
    for title, ratio in (("instrument or kind", 2), ("what it does", 3), ("settings", 5)):
        table.add_column(title, ratio=ratio, overflow="fold")
    for noun, about, common in found:
        name = Text.assemble((about.name, "bold"), f"\n{noun}\n{', '.join(about.sources)}")
        lines = [*map(_number, about.fields.values()), Text(", ".join(common), style="dim")]
        table.add_row(name, about.sentence, Text("\n").join(lines))
    shared = dict.fromkeys(name for each in found for name in each.common)
    explained = [_number(POLICY_FIELDS[name]) if name in POLICY_FIELDS else _words(name) for name in shared]
    return Group(table, Text("\n").join(explained))


def _number(field: Field) -> Text:
    """A setting on a line: name, default, ranges, unit, sentence."""
    hard, plausible = (" to ".join(map(written, ends)) for ends in (field.hard, field.plausible))
    ranges = f"{hard}, plausible {plausible}; {field.unit}"
    return Text.assemble((field.name, "bold"), f" = {written(field.default)} ({ranges}): {field.sentence}")


def _words(name: str) -> Text:
    return Text.assemble((name, "bold"), f": {IN_WORDS[name]}")
