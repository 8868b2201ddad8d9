"""Parameters and their sources as a reader sees them: tables for the terminal, Markdown for documents."""

import re
from collections import Counter
from collections.abc import Iterable
from fnmatch import fnmatchcase

from rich.console import Group
from rich.table import Table
from rich.text import Text

from sim.model.evidence import Claim, Row, source
from sim.model.parameters import BY, PARAMETERS, Grade, Parameter, UnknownName, nearest_name
from sim.model.scenario import library
from sim.model.texts import read_toml

MARKDOWN_COLUMNS = (
    "parameter", "symbol", "default", "unit", "plausible", "accepted", "grade", "sources", "what it does",
    "would be replaced by",
)  # fmt: skip


def matching(pattern: str) -> list[Parameter]:
    """Parameters whose key, symbol, name or grade matches a pattern; without wildcards, contains it.

    Raises
    ------
    UnknownName
        If none does; the message offers the nearest key.
    """
    wanted = pattern.lower()
    if not any(wildcard in wanted for wildcard in "*?["):
        wanted = f"*{wanted}*"
    found = [
        each
        for each in PARAMETERS.values()
        if any(fnmatchcase(text.lower(), wanted) for text in (each.key, each.symbol, each.name, each.grade))
    ]
    if not found:
        raise UnknownName(
            f"No parameter matches '{pattern}'.{nearest_name(pattern, PARAMETERS)} A pattern is part of a "
            "key, symbol, name or grade, such as cost, θ or literature; * stands for anything. "
            "`sim parameters` lists all of them."
        )
    return found


def written(value: float | int | str) -> str:
    """A number as a reader writes it, thousands apart and none in powers of ten; words as they are."""
    if isinstance(value, str):
        return value
    return f"{int(value):,}" if value == int(value) else f"{value:,.10g}"


def default(parameter: Parameter) -> str:
    """The default of a parameter, by class, sector or region where it differs between them."""
    value = parameter.default
    if not isinstance(value, tuple):
        return written(value) + (f" for every {parameter.by}" if parameter.by else "")
    if parameter.by not in BY:
        return " ".join(written(each) for each in value)
    if len(set(value)) == 1:
        return f"{written(value[0])} for every {parameter.by}"
    return ", ".join(f"{noun} {written(each)}" for noun, each in zip(BY[parameter.by], value, strict=True))


def plausible(parameter: Parameter) -> str:
    """The range a sweep explores, or a dash."""
    return " to ".join(written(end) for end in parameter.plausible) if parameter.plausible else "-"


def accepted(parameter: Parameter) -> str:
    """What a scenario may say: the hard range or the allowed words."""
    if parameter.choices:
        return ", ".join(parameter.choices)
    whole = "whole numbers " if parameter.integer else ""
    return whole + " to ".join(written(end) for end in parameter.hard)


def grade_counts(found: Iterable[Parameter]) -> str:
    """How many parameters there are of each evidence grade, as a sentence."""
    listed = list(found)
    count = Counter(each.grade for each in listed)
    grades = ", ".join(f"{count[grade]} {grade.value}" for grade in Grade)
    return f"{len(listed)} parameter{'' if len(listed) == 1 else 's'} by evidence grade: {grades}."


def parameters_view(pattern: str = "") -> Group:
    """The printed table of the parameters that match, followed by the count per grade.

    Raises
    ------
    UnknownName
        If none matches.
    """
    found = matching(pattern)
    table = Table(show_lines=True)
    table.add_column("parameter", ratio=2, overflow="fold")
    table.add_column("values", ratio=3)
    table.add_column("meaning", ratio=4)
    for each in found:
        table.add_row(_names(each), _values(each), _meaning(each))
    return Group(table, Text(grade_counts(found)))


def _names(each: Parameter) -> Text:
    symbol = "" if each.symbol == "-" else f"\n{each.symbol}"
    sources = ", ".join(each.sources)
    return Text.assemble((each.key, "bold"), f"{symbol}\n", (each.grade.value, "italic"), f"\n{sources}")


def _values(each: Parameter) -> Text:
    return Text.assemble(
        ("default ", "dim"), f"{default(each)}\n",
        ("unit ", "dim"), f"{each.unit}\n",
        ("plausible ", "dim"), f"{plausible(each)}\n",
        ("accepted ", "dim"), accepted(each),
    )  # fmt: skip


def _meaning(each: Parameter) -> Text:
    text = Text.assemble((each.name, "bold"), f"\n{each.sentence}")
    if each.arithmetic:
        text.append(f"\nArithmetic: {each.arithmetic}, figures of {', '.join(each.sources)}.")
    if each.replaced_by:
        text.append(f"\nWould be replaced by {each.replaced_by}.", style="dim")
    return text


def cited_by(identifier: str) -> list[str]:
    """Keys of the parameters that cite a source."""
    return [key for key, each in PARAMETERS.items() if identifier in each.sources]


def scenarios_citing(identifier: str) -> list[str]:
    """Names of the scenarios of the library whose own file cites a source, in `about.says` or `[sources]`."""
    files = {name: read_toml(path) for name, path in library().items()}
    texts = {name: f"{file['about'].get('says')} {file.get('sources')}" for name, file in files.items()}
    return [name for name, text in texts.items() if re.search(rf"\b{identifier}\b", text)]


def source_view(identifier: str) -> Table:
    """The printed claim or evidence row with this identifier, and the parameters and scenarios that cite it.

    Raises
    ------
    BadInput
        If there is no such source.
    """
    found = source(identifier)
    table = Table(title=found.identifier, show_header=False, title_justify="left")
    table.add_column("field", style="bold", no_wrap=True)
    table.add_column("entry", overflow="fold")
    for label, entry in _entries(found):
        table.add_row(label, Text(entry or "-"))
    table.add_row("cited by", Text(", ".join(cited_by(found.identifier)) or "no parameter"))
    table.add_row("in scenarios", Text(", ".join(scenarios_citing(found.identifier)) or "none of the library"))
    return table


def _entries(found: Claim | Row) -> list[tuple[str, str]]:
    if isinstance(found, Claim):
        return [("statement", found.statement), ("document", found.document), ("kind", found.kind)]
    return [
        ("figure", found.figure),
        ("unit", found.unit),
        ("year", found.year),
        ("population", found.population),
        ("source", found.source),
        ("address", found.addresses.replace(" ; ", "\n")),
        ("status", found.status),
        ("informs", found.informs),
    ]


def markdown(pattern: str = "") -> str:
    """The parameters that match as a Markdown table, followed by the count per grade.

    Raises
    ------
    UnknownName
        If none matches.
    """
    found = matching(pattern)
    lines = [_line(MARKDOWN_COLUMNS), _line("---" for _ in MARKDOWN_COLUMNS)]
    lines += [
        _line((
            f"`{each.key}`", each.symbol, default(each), each.unit, plausible(each), accepted(each),
            each.grade.value + (f": {each.arithmetic}" if each.arithmetic else ""), ", ".join(each.sources),
            each.sentence, each.replaced_by or "-",
        ))
        for each in found
    ]  # fmt: skip
    return "\n".join([*lines, "", grade_counts(found), ""])


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("*", "\\*") for cell in cells) + " |"
