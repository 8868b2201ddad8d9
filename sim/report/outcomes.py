"""Outcomes as a reader sees them: what each means, its unit, and how it is summed up over firms or providers."""

from rich.table import Table
from rich.text import Text

from sim.model.complaints import shown, suggestion
from sim.model.errors import BadInput
from sim.model.outcome_table import OUTCOMES, Outcome


def outcomes_view(pattern: str = "") -> Table:
    """The printed table of the outcomes whose name or sentence contains a text; all without one.

    Raises
    ------
    BadInput
        If none matches.
    """
    found = [each for each in OUTCOMES.values() if pattern.lower() in f"{each.name}\n{each.sentence}".lower()]
    if not found:
        raise BadInput(
            f"No outcome matches {shown(pattern)}. Allowed: a part of a name or sentence; `sim outcomes` lists all. "
            f"{suggestion(pattern, list(OUTCOMES), 'Leave the pattern out.')}"
        )
    table = Table(show_lines=True)
    for title, ratio in (("outcome", 2), ("what it is", 3), ("how it is summed up", 4)):
        table.add_column(title, ratio=ratio, overflow="fold")
    for each in found:
        table.add_row(_name(each), each.sentence, each.summed)
    return table


def _name(outcome: Outcome) -> Text:
    """Name, unit and groups, each on a line."""
    groups = "in total and by size class" if outcome.by_class else "in total"
    return Text.assemble((outcome.name, "bold"), f"\n{outcome.unit}\n{groups}")
