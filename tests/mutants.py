"""Makes faults out of source text: one operator, comparison, coefficient, term or call at a time.

A mutant is the source with one expression replaced in place, so that lines keep their numbers and the rest its text.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

ARITHMETIC = {ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "/", ast.Pow: "*"}
LOGIC = {ast.BitAnd: "|", ast.BitOr: "&"}
ASSIGNED = {ast.Add: "-=", ast.Sub: "+=", ast.Mult: "/=", ast.Div: "*=", ast.BitAnd: "|=", ast.BitOr: "&="}
COMPARED = {
    ast.Lt: ("<=", ">"), ast.LtE: ("<", ">="), ast.Gt: (">=", "<"), ast.GtE: (">", "<="), ast.Eq: ("!=",),
    ast.NotEq: ("==",),
}  # fmt: skip
CALLED = {
    "maximum": "minimum", "both": "either", "max": "min", "any": "all", "floor": "ceil", "zeros_like": "ones_like",
}  # fmt: skip
CALLED |= {other: name for name, other in CALLED.items()}
FACTOR = "1.1"
"""What a coefficient is multiplied by."""

Source: TypeAlias = Callable[[ast.expr | ast.stmt], str]
"""Gives the text of a piece of syntax."""


@dataclass(frozen=True)
class Mutant:
    """One fault: `before` at a place in a file becomes `after`."""

    place: str  # path within the package
    start: int  # position in the text
    end: int
    line: int
    before: str
    after: str

    def of(self, text: str) -> str:
        """The text with the fault in it."""
        return text[: self.start] + self.after + text[self.end :]

    def __str__(self) -> str:
        before, after = (" ".join(each.split()) for each in (self.before, self.after))
        return f"{before} → {after or 'left out'}"


def mutants(place: str, text: str) -> list[Mutant]:
    """All mutants of a file, in the order of the text; what several kinds of fault come to is there once."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def position(line: int, column: int) -> int:
        """Where in the text a place is that `ast` counts in lines and bytes."""
        start = starts[line - 1]
        return start + len(text[start : start + column].encode()[:column].decode())

    def span(node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return position(node.lineno, node.col_offset), position(node.end_lineno, node.end_col_offset)

    def source(node: ast.expr | ast.stmt) -> str:
        start, end = span(node)
        return text[start:end]

    found: dict[tuple[int, int, str], Mutant] = {}
    for node, parent in _nodes(ast.parse(text)):
        for after in _altered(node, parent, source):
            start, end = span(node)
            found.setdefault((start, end, after), Mutant(place, start, end, node.lineno, text[start:end], after))
    return sorted(found.values(), key=lambda mutant: (mutant.start, mutant.end))


def _nodes(tree: ast.Module) -> Iterator[tuple[ast.expr | ast.stmt, ast.AST]]:
    """Every expression and statement that says what is computed, with its parent: no types, no imports."""
    ahead: list[tuple[ast.AST, ast.AST]] = [(tree, tree)]
    while ahead:
        node, parent = ahead.pop()
        if isinstance(node, ast.expr | ast.stmt):
            yield node, parent
        for name, child in ast.iter_fields(node):
            if name not in ("annotation", "returns", "decorator_list"):
                children = child if isinstance(child, list) else [child]
                ahead.extend((each, node) for each in children if isinstance(each, ast.AST))


def _altered(node: ast.expr | ast.stmt, parent: ast.AST, source: Source) -> Iterator[str]:
    """What an expression or statement may be replaced by."""
    if isinstance(node, ast.BinOp):
        yield from _binary(node, source)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for symbol in COMPARED.get(type(node.ops[0]), ()):
            yield f"(({source(node.left)}) {symbol} ({source(node.comparators[0])}))"
    elif isinstance(node, ast.UnaryOp):
        yield f"({source(node.operand)})"
    elif isinstance(node, ast.Call):
        yield from _called(node, source)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield from _number(node.value)
    elif isinstance(node, ast.Attribute) and _is_coefficient(node, parent):
        yield f"({FACTOR} * {source(node)})"
    elif isinstance(node, ast.AugAssign) and type(node.op) in ASSIGNED:
        yield "pass"
        yield f"{source(node.target)} {ASSIGNED[type(node.op)]} {source(node.value)}"
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield "pass"


def _binary(node: ast.BinOp, source: Source) -> Iterator[str]:
    """Another operator, and either side alone."""
    kind, left, right = type(node.op), f"({source(node.left)})", f"({source(node.right)})"
    other = (ARITHMETIC | LOGIC).get(kind)
    if other:
        yield f"({left} {other} {right})"
        yield left
        yield f"(-{right})" if kind is ast.Sub else right


def _called(node: ast.Call, source: Source) -> Iterator[str]:
    """The opposite function, alternatives swapped, or the argument as it is."""
    head, dot, name = source(node.func).rpartition(".")
    if name in CALLED:
        yield head + dot + CALLED[name] + source(node).removeprefix(source(node.func))
    if name == "where" and len(node.args) == 3:
        condition, yes, no = map(source, node.args)
        yield f"{head}{dot}where({condition}, {no}, {yes})"
    if name in ("floor", "whole", "copy"):
        yield f"({source(node.args[0]) if node.args else head})"


def _number(value: float) -> Iterator[str]:
    """One more, a tenth more (of what is not a count), none."""
    changed = [value + 1] + ([value * float(FACTOR)] if type(value) is float else []) + [type(value)(0)]
    yield from (f"({each!r})" for each in dict.fromkeys(changed) if each != value)


def _is_coefficient(node: ast.Attribute, parent: ast.AST) -> bool:
    """Whether a fact stands in a formula: where it is only compared, a tenth more of it is no fault of its own."""
    named = isinstance(node.ctx, ast.Load) and isinstance(node.value, ast.Name) and node.value.id not in ("self", "np")
    in_formula = isinstance(parent, ast.BinOp | ast.Call | ast.UnaryOp | ast.Tuple | ast.Return | ast.keyword)
    is_function = isinstance(parent, ast.Call) and parent.func is node
    return named and in_formula and not is_function and node.attr.islower()
