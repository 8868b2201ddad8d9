"""What evidence is held to: figures that an arithmetic uses are those of its rows, and series repeat theirs."""

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from sim.model.errors import BadInput
from sim.model.evidence import Row, _table

READ = "read it"
"""Status of a row whose figure was read in the source named, neither second hand nor partly."""

SCALES = frozenset({1.0, 12.0, 100.0, 1e3, 1e6, 1e9})
"""Figures an arithmetic may use without finding them in the row: complements, months, per cent, thousands."""

OPERATIONS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True)
class Point:
    """One observation of a series: its row, what, where, size class, year and value (% of enterprises)."""

    row: str
    series: str
    geography: str
    size_class: str
    year: int
    value: float


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
