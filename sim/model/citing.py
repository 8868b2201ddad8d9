"""What a scenario and its own values rest on: `about.says` and `[sources]` name evidence that exists and was read."""

import re

from sim.model.complaints import Refused, shown, suggestion
from sim.model.evidence import RECALLED, Row, evidence
from sim.model.merging import Draft
from sim.model.parameters import PARAMETERS

ASSUMPTION = "assumption"
"""What stands in for identifiers where a value rests on nothing published."""

_SOURCE = re.compile(rf"(?:[A-Z]\d+(?:, [A-Z]\d+)*|{ASSUMPTION}): .+", re.DOTALL)


def check_sources(draft: Draft) -> None:
    """Complain about sources of nothing, and about sources that do not exist or are only recalled."""
    if "says" in draft.about:
        with draft.complaints.at(draft.origins["about.says"], "about.says"):
            _check_identifiers(draft.about["says"])
    happenings = [f"policy.{name}" for name in draft.policies] + [f"event.{name}" for name in draft.events]
    known = [*PARAMETERS, *happenings]
    for key, source in draft.sources.items():
        with draft.complaints.at(draft.origins[f"sources.{key}"], f"sources.{key}"):
            refused = key.startswith(("policy.", "event.")) and draft.complaints.doubted(key)
            if key not in known and not refused:
                raise Refused(
                    f"there is no {key} to give a source for",
                    "a parameter, policy.NAME or event.NAME",
                    suggestion(key, known, "Mend the name."),
                )
            _check_identifiers(source)


def _check_identifiers(source: str) -> None:
    allowed = f'identifiers of evidence, or the word {ASSUMPTION}, then ": " and how'
    if not _SOURCE.fullmatch(source):
        own = shown(f"{ASSUMPTION}: " + (source if source not in ("", ASSUMPTION) else "why"))
        raise Refused(
            f"{shown(source)} does not begin with its sources",
            allowed,
            f'Write "A1, A9: how", or {own} where it is not among the evidence.',
        )
    for identifier in source.partition(":")[0].split(", "):
        found = evidence().get(identifier)
        if found is None and identifier != ASSUMPTION:
            raise Refused(
                f"there is no source {shown(identifier)}",
                allowed,
                f"`sim parameters --source ID` prints one; begin with {ASSUMPTION} where it is not among them.",
            )
        if isinstance(found, Row) and found.status.startswith(RECALLED):
            raise Refused(
                f"{identifier} is from memory, and nothing may rest on it", allowed, "Take another."
            )
