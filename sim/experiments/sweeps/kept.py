"""Reading what a sweep keeps: recorded outcomes, and the numbers taken from them."""

import re
from collections.abc import Sequence
from typing import Any

from sim.experiments.sweeps.part import OF_RUN
from sim.experiments.sweeps.sweep import Reduction
from sim.model.complaints import Complaints, Refused, lacking, listed, shown, suggestion, unknown
from sim.model.outcome_table import OUTCOMES, SINCE_START, TOTAL, columns, spelled
from sim.model.quantities import number, table, text
from sim.model.run import MOST_MONTHS, RUN_FIELDS, month_date, month_index
from sim.model.scenario import Scenario

TAKES = {"final": (), "at": ("date",), "peak": (), "time-to": ("above", "below"), "cumulative": ()}
"""Ways to take one number from an outcome, and what they need."""

_OUTCOME = re.compile(r"(?P<name>[\w.]+)(?:\[(?P<group>[\w.-]+)\])?")
_NAME = re.compile(r"[A-Za-z][\w.-]*(\[[\w.-]+\])?")


def outcome_of(raw: Any, scenario: Scenario | None) -> tuple[str, str]:
    """Outcome and group of a text such as `share.firms.public[micro]`; any group where there is no scenario.

    Raises
    ------
    Refused
        There is no such outcome, or it has no such group.
    """
    match = _OUTCOME.fullmatch(text(raw))
    if match is None or match["name"] not in OUTCOMES:
        raise unknown("outcome", str(raw), tuple(OUTCOMES))
    name, group = match["name"], match["group"] or TOTAL
    policies = scenario.policies if scenario else ()
    groups = [each for outcome, each in columns(p.name for p in policies) if outcome == name]
    if scenario and group not in groups:
        raise Refused(
            f"{name} has no group {shown(group)}",
            listed(spelled(name, each) for each in groups),
            suggestion(group, groups, "Take one of these."),
        )
    return name, group


def read_record(
    complaints: Complaints, where: str, settings: Any, scenario: Scenario | None, varied: Sequence[str]
) -> tuple[tuple[tuple[str, str], ...], int]:
    """Recorded outcomes, and the months between recorded values; read for its mistakes where there is no scenario.

    None may have the name of a varied quantity: each has a column of this name.
    """
    found: list[tuple[str, str]] = []
    months = scenario.run.months if scenario else MOST_MONTHS
    every = min(12, months)
    with complaints.at(where, "record"):
        if settings is None:
            raise Refused("nothing is recorded", '[record] with outcomes = ["share.firms.public"], say', "Add it.")
        for key in table(settings, "[record]"):
            if key not in ("outcomes", "every"):
                complaints.add(where, f"record.{key}", unknown("setting", key, ("outcomes", "every")))
        with complaints.at(where, "record.every"):
            field = RUN_FIELDS["every"]
            raw = settings.get("every", every)
            every = int(number(raw, (1, months), "months (as long as the run)", field.integer))
        outcomes = settings.get("outcomes")
        if not isinstance(outcomes, list) or not outcomes:
            complaints.add(where, "record.outcomes", Refused(
                "no outcome is recorded" if not outcomes else f"{shown(outcomes)} is no list", "a list of outcomes",
                'Write outcomes = ["share.firms.public", "price"], say.',
            ))  # fmt: skip
            return (), every
        for raw in outcomes:
            with complaints.at(where, "record.outcomes"):
                found.append(outcome_of(raw, scenario))
                if spelled(*found[-1]) in varied:
                    raise Refused(
                        f"{raw} is varied too, and tables would have two columns of this name",
                        "outcomes that no varied quantity is called like",
                        f'Keep it by another name: [reduce.NAME] with outcome = "{raw}".',
                    )
    return tuple(dict.fromkeys(found)), every


def read_reductions(
    complaints: Complaints, where: str, tables: Any, scenario: Scenario | None, varied: Sequence[str]
) -> tuple[Reduction, ...]:
    """Reductions, in the order of the file; none may have the name of another column of the table of runs."""
    found = []
    with complaints.at(where, "reduce"):
        for name, settings in table(tables, "[reduce.NAME]").items():
            with complaints.at(where, f"reduce.{name}"):
                if name in (*OF_RUN, *varied):
                    raise Refused(f"there is a column {name} of every run already", "another name", "Rename it.")
                found.append(_reduction(complaints, where, name, table(settings, f"[reduce.{name}]"), scenario))
    return tuple(found)


def default_reductions(record: Sequence[tuple[str, str]]) -> tuple[Reduction, ...]:
    """The final value of every recorded outcome."""
    return tuple(Reduction(f"final.{spelled(*each)}", *each, take="final") for each in record)


def _reduction(complaints: Complaints, where: str, name: str, settings: Any, scenario: Scenario | None) -> Reduction:
    if not _NAME.fullmatch(name):
        raise Refused(
            f"{shown(name)} is no name for a column",
            "a letter first, then letters, digits, points, _ and -",
            "Rename it.",
        )
    take = settings.get("take", "final")
    if not isinstance(take, str) or take not in TAKES:
        raise unknown("reduction", str(take), tuple(TAKES))
    for key in settings:
        if key not in ("outcome", "take", *TAKES[take]):
            known = ("outcome", "take", *TAKES[take])
            complaints.add(where, f"reduce.{name}.{key}", lacking(f'take = "{take}"', key, known))
    outcome = group = ""
    with complaints.at(where, f"reduce.{name}.outcome"):
        if "outcome" not in settings:
            raise Refused("it is missing", "an outcome, such as share.firms.public[micro]", "Add it.")
        outcome, group = outcome_of(settings["outcome"], scenario)
        if take == "cumulative" and SINCE_START in OUTCOMES[outcome].summed:
            raise Refused(
                f"{outcome} is a {OUTCOMES[outcome].summed}, so that its months cannot be summed up again",
                "outcomes of a month",
                'Take the last of them: take = "final".',
            )
    if take == "at":
        return Reduction(name, outcome, group, take, month=_month(settings.get("date"), scenario))
    if take == "time-to":
        hard = OUTCOMES[outcome].hard if outcome else None
        unit = OUTCOMES[outcome].unit if hard else "(unit of the outcome)"
        above, below = (
            None if key not in settings else float(number(settings[key], hard or (-1e18, 1e18), unit))
            for key in ("above", "below")
        )
        if (above is None) == (below is None):
            raise Refused(
                "both above and below are given" if above is not None else "the threshold is missing",
                "above = a number, or below = a number", "Give one of the two.",
            )  # fmt: skip
        return Reduction(name, outcome, group, take, above=above, below=below)
    return Reduction(name, outcome, group, take)


def _month(raw: Any, scenario: Scenario | None) -> int:
    """Reported month of a date: the state at the end of that calendar month."""
    if scenario is None:
        return 0
    run = scenario.run
    first = month_index(run.start)
    last = month_date(first + run.months - 1)
    window = f'"{month_date(first - 1)}", the start, to "{last}"'
    if raw is None:
        raise Refused("the date is missing", window, f'Add date = "{last}", say.')
    month = month_index(raw, last) - first + 1
    if not 0 <= month <= run.months:
        raise Refused(f"{shown(raw)} lies outside of the run", window, "Mend the date, or lengthen run.months.")
    return month
