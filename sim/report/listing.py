"""The scenarios that come with the project, in the order in which they are read, and as they are printed."""

import shutil
import textwrap
from collections.abc import Iterator

from sim.model.scenario import Scenario, library, load

GROUPS = ("Base worlds", "Policies", "Events", "Other worlds")
"""Headings, in the order of reading."""

INDENT = 26
"""Columns before titles and questions: the longest name and a space."""

WIDEST = 120


def grouped() -> dict[str, list[Scenario]]:
    """Every scenario of the library under the heading where it belongs, by name; a group without any is left out."""
    found: dict[str, list[Scenario]] = {heading: [] for heading in GROUPS}
    for name in sorted(library()):
        scenario = load(name)
        found[_heading(scenario)].append(scenario)
    return {heading: scenarios for heading, scenarios in found.items() if scenarios}


def world_before(scenario: Scenario) -> str:
    """The world in which a scenario of the library takes place: the nearest before it without policy or event, or "".

    "" where there is none, or where it does not run over the same months, so that nothing can be compared.
    """
    for name in reversed(scenario.chain[:-1]):
        world = load(name)
        if not world.policies and not world.events:
            same = (world.run.start, world.run.months) == (scenario.run.start, scenario.run.months)
            return name if same else ""
    return ""


def printed_scenarios(long: bool) -> Iterator[str]:
    """Lines that list the library: names with titles and questions; `long`, what the sources say as well."""
    width = min(WIDEST, shutil.get_terminal_size((WIDEST, 0)).columns)
    for number, (heading, scenarios) in enumerate(grouped().items()):
        if number:
            yield ""
        yield heading
        for scenario in scenarios:
            says = [f"Sources: {scenario.says}"] if long and scenario.says else []
            for first, text in enumerate([scenario.title, scenario.question, *says]):
                yield from _wrapped("" if first else scenario.name, text, width)


def _heading(scenario: Scenario) -> str:
    if len(scenario.chain) == 1:
        return "Base worlds"
    if scenario.policies:
        return "Policies"
    return "Events" if scenario.events else "Other worlds"


def _wrapped(name: str, text: str, width: int) -> list[str]:
    """Lines of a text beside a name."""
    first, beside = f"{name:{INDENT}}", " " * INDENT
    width = max(width, 2 * INDENT)
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=beside, break_on_hyphens=False)
