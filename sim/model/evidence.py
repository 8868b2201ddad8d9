"""The evidence that parameters cite: claims of the source documents, published figures, short series.

Everything is shipped with the package in ``sim/evidence``: `claims.csv` paraphrases the interview (I) and the
other documents (D), `rows.csv` holds one published figure a row, `series.csv` the European series behind rows
A1-A5 and A8-A10.
"""

import ast
import csv
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sim.model.errors import BadInput

READ = "read it"
"""Status of a row whose figure was read in the source named, neither second hand nor partly."""

RECALLED = "recalled"
"""How the status of a row begins that is from memory: nothing may rest on it."""

SCALES = frozenset({1.0, 12.0, 100.0, 1e3, 1e6, 1e9})
"""Figures an arithmetic may use without finding them in the row: complements, months, per cent, thousands."""

OPERATIONS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True)
class Claim:
    """A statement of a source document, paraphrased.

    Attributes
    ----------
    identifier, statement, document, kind : str
        ``I5``, what is said, where, and what the model makes of it.
    """

    identifier: str
    statement: str
    document: str
    kind: str


@dataclass(frozen=True)
class Row:
    """A published figure.

    Attributes
    ----------
    identifier, figure, unit, year, population : str
        ``A37``, the figure as published, its unit, year, population and definition.
    source, addresses : str
        The publisher ("as reproduced in" where only a copy was read); full addresses divided by `` ; ``.
    status : str
        How it was read: `READ`, read in part or second hand, derived, recalled.
    informs : str
        What it is good for.
    """

    identifier: str
    figure: str
    unit: str
    year: str
    population: str
    source: str
    addresses: str
    status: str
    informs: str


@dataclass(frozen=True)
class Point:
    """One observation of a series: its row, what, where, size class, year and value (% of enterprises)."""

    row: str
    series: str
    geography: str
    size_class: str
    year: int
    value: float


def _table(name: str) -> list[dict[str, str]]:
    """The lines of a table shipped with the package, as text by column."""
    text = (files("sim") / "evidence" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def evidence() -> dict[str, Claim | Row]:
    """Every claim and every row by identifier, claims first, in the order of the documents."""
    every: list[Claim | Row] = [Claim(**line) for line in _table("claims.csv")]
    every += [Row(**line) for line in _table("rows.csv")]
    return {each.identifier: each for each in every}


@cache
def series() -> tuple[Point, ...]:
    """The European series behind rows A1-A5 and A8-A10, in per cent of enterprises."""
    return tuple(
        Point(
            row=line["row"],
            series=line["series"],
            geography=line["geography"],
            size_class=line["size_class"],
            year=int(line["year"]),
            value=float(line["value"]),
        )
        for line in _table("series.csv")
    )


def source(identifier: str) -> Claim | Row:
    """The claim or row with this identifier; capitals do not matter.

    Raises
    ------
    BadInput
        If there is none; the message says which identifiers exist.
    """
    known = evidence()
    if identifier.strip().upper() in known:
        return known[identifier.strip().upper()]
    same_letter = [each for each in known if each[0] == identifier.strip()[:1].upper()]
    groups = "".join(dict.fromkeys(each[0] for each in known))
    allowed = f"those with {same_letter[0][0]} are {', '.join(same_letter)}" if same_letter else (
        f"identifiers are one of the letters {', '.join(groups)} and a number, such as A37"
    )
    raise BadInput(f"There is no source '{identifier}': {allowed}.")


def worked_out(arithmetic: str) -> float:
    """The value of an arithmetic of numbers, + - * / and parentheses; nothing else is understood.

    Raises
    ------
    BadInput
        If the text is anything else.
    """
    try:
        return _value(ast.parse(arithmetic, mode="eval").body, arithmetic)
    except (SyntaxError, ZeroDivisionError) as problem:
        raise BadInput(f"'{arithmetic}' is not an arithmetic: {problem}.") from problem


def _value(node: ast.expr, arithmetic: str) -> float:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return float(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATIONS:
        return OPERATIONS[type(node.op)](_value(node.left, arithmetic), _value(node.right, arithmetic))
    raise BadInput(f"'{arithmetic}' may hold numbers, + - * / and parentheses only.")


def figures_used(arithmetic: str) -> set[float]:
    """The numbers an arithmetic uses, except the `SCALES`."""
    numbers = {float(number) for number in re.findall(r"\d+\.?\d*|\.\d+", arithmetic)}
    return numbers - SCALES


def figures_printed(row: Row) -> set[float]:
    """The numbers in a row's figure; 1 377 counts as 1377 as well as 1 and 377."""
    joined = re.sub(r"(?<=\d) (?=\d{3}\b)", "", row.figure)
    found = re.findall(r"\d+\.?\d*|\.\d+", f"{row.figure} ; {joined}")
    return {float(number) for number in found}
