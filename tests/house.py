"""Reads the source as text: who imports whom, who draws chance, how long files and functions are.

Each check takes the folder of the package and yields one sentence per finding, so that a test can also
hand it a folder with a fault in it.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

FLOORS = ("model", "engines", "experiments", "analysis", "report", "app", "cli")
"""From the ground up: a file may import its own floor and those below."""

ENGINES = ("numpy", "compiled", "mesa")
"""First word of the files of each engine: numpy_engine.py, compiled_engine.py and so on."""

HELD = {
    "numba": ("engines/",),
    "mesa": ("engines/mesa_", "app/"),
    "matplotlib": ("report/", "app/"),
    "numpy.random": ("engines/streams.py",),
    "random": (),
    "secrets": (),
}
"""Where a module of others may be imported: beginnings of paths within the package."""

RULES = ("model/rules.py", "model/market.py")
RULES_MAY_IMPORT = {"numpy", "sim.model.arithmetic", "sim.model.facts", "sim.model.units", "typing"}
ROUNDED_DIFFERENTLY = {"exp", "exp2", "expm1", "log", "log1p", "log2", "log10", "power", "pow", "tanh"}
"""Functions whose last bit differs between NumPy and compiled code."""

FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef

LONGEST_FILE = 250
LONGEST_FUNCTION = 60


@dataclass(frozen=True)
class Source:
    """One file of the package."""

    package: Path
    path: Path

    @cached_property
    def place(self) -> str:
        """Path within the package, for example model/rules.py."""
        return self.path.relative_to(self.package).as_posix()

    @cached_property
    def tree(self) -> ast.Module:
        return parsed(self.path.read_text(encoding="utf-8"))

    @property
    def module(self) -> str:
        """Dotted name, for example sim.model.rules."""
        name = "sim/" + self.place.removesuffix(".py").removesuffix("__init__")
        return name.rstrip("/").replace("/", ".")

    def imports(self, run_at_import: bool = False) -> Iterator[tuple[int, str]]:
        """Line and dotted name of all that is imported; `from a import b` gives a.b.

        Parameters
        ----------
        run_at_import
            Leave out what is imported inside functions only.
        """
        for node in _outside_functions(self.tree) if run_at_import else ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node)
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = ["sim", *self.place.split("/")[:-1]]
        return ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [node.module])])


@cache
def parsed(text: str) -> ast.Module:
    """Syntax tree of a file; every check looks at every file."""
    return ast.parse(text)


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, FUNCTION | ast.Lambda):
            yield child
            yield from _outside_functions(child)


def sources(package: Path) -> list[Source]:
    """All files of the package."""
    return [Source(package, path) for path in sorted(package.rglob("*.py"))]


def floor_of(name: str) -> int | None:
    """Floor of a path or dotted name below the package; None for the package itself and what is not of it."""
    parts = name.replace("/", ".").removesuffix(".py").split(".")
    parts = parts[1:] if parts[0] == "sim" else parts
    first = "cli" if parts[:1] == ["__main__"] else parts[0] if parts else ""
    return FLOORS.index(first) if first in FLOORS else None


def arrows_up(package: Path) -> Iterator[str]:
    """Imports from a higher floor, and any import of the house by the package itself."""
    for source in sources(package):
        own = -1 if source.place == "__init__.py" else floor_of(source.place)
        if own is None:
            yield f"{source.place}: stands on no floor; the floors are {', '.join(FLOORS)}"
            continue
        for line, name in source.imports():
            floor = floor_of(name) if name.startswith("sim.") else None
            if floor is not None and floor > own:
                yield f"{source.place}:{line}: imports {name} from a higher floor"


def modules_out_of_place(package: Path) -> Iterator[str]:
    """Modules of others imported, or np.random named, where they do not belong."""
    for source in sources(package):
        imported = list(source.imports())
        for held, places in HELD.items():
            if source.place.startswith(places):
                continue
            for line, name in imported:
                if name == held or name.startswith(held + "."):
                    yield f"{source.place}:{line}: imports {name}; {held} belongs in {places or 'no file'}"
        if not source.place.startswith(HELD["numpy.random"]):
            for node in ast.walk(source.tree):
                if isinstance(node, ast.Attribute) and ast.unparse(node) in ("np.random", "numpy.random"):
                    yield f"{source.place}:{node.lineno}: names np.random"


def engines_mixed(package: Path) -> Iterator[str]:
    """Engines that import another engine, directly or through a file they share."""
    graph, ever = _imported(package, run_at_import=True), _imported(package, run_at_import=False)
    for source in sources(package):
        own = _engine(source.module)
        if own is None:
            continue
        for name in sorted(ever[source.module] | _reached(source.module, graph)):
            if _engine(name) not in (None, own):
                yield f"{source.place}: the {own} engine reaches {name}"


def _engine(module: str) -> str | None:
    """Engine a module belongs to."""
    parts = module.split(".")
    first = parts[2].split("_")[0] if parts[:2] == ["sim", "engines"] and len(parts) > 2 else ""
    return first if first in ENGINES else None


def _imported(package: Path, run_at_import: bool) -> dict[str, set[str]]:
    """For each module those of the house that it imports, when it is imported itself or ever."""
    known = {source.module for source in sources(package)}
    graph = {}
    for source in sources(package):
        names = {name for _, name in source.imports(run_at_import)}
        graph[source.module] = {name if name in known else name.rpartition(".")[0] for name in names} & known
    return graph


def _reached(start: str, graph: dict[str, set[str]]) -> set[str]:
    seen, ahead = set(), [start]
    while ahead:
        new = graph.get(ahead.pop(), set()) - seen
        seen |= new
        ahead.extend(new)
    return seen


def rules_not_plain(package: Path) -> Iterator[str]:
    """What a rule may not have: other imports, branches, functions that round differently."""
    for source in sources(package):
        if source.place not in RULES:
            continue
        for line, name in source.imports():
            if not any(name == allowed or name.startswith(allowed + ".") for allowed in RULES_MAY_IMPORT):
                yield f"{source.place}:{line}: imports {name}"
        for node in ast.walk(source.tree):
            if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Try | ast.Match):
                yield f"{source.place}:{node.lineno}: branches; use where()"
            elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Pow):
                yield f"{source.place}:{node.lineno}: ** differs between engines; use power()"
            elif isinstance(node, ast.Attribute) and node.attr in ROUNDED_DIFFERENTLY:
                yield f"{source.place}:{node.lineno}: {ast.unparse(node)} differs between engines"


def source_as_text(package: Path) -> Iterator[str]:
    """Code made from text, or text made from code."""
    for source in sources(package):
        for node in ast.walk(source.tree):
            name = getattr(node, "id", getattr(node, "attr", ""))
            if name in ("eval", "exec", "getsource"):
                yield f"{source.place}:{node.lineno}: uses {name}"


def too_long(package: Path) -> Iterator[str]:
    """Files and functions nobody wants to read; a function inside another counts for itself."""
    for source in sources(package):
        lines = len(source.path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_FILE:
            yield f"{source.place}: {lines} lines, more than {LONGEST_FILE}"
        for node in ast.walk(source.tree):
            if isinstance(node, FUNCTION):
                inner = sum(_lines(child) for child in node.body if isinstance(child, FUNCTION))
                length = _lines(node) - inner
                if length > LONGEST_FUNCTION:
                    where = f"{source.place}:{node.lineno}: {node.name}"
                    yield f"{where} has {length} lines, more than {LONGEST_FUNCTION}"


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or 0) - node.lineno + 1


def seeds_tested_for_truth(package: Path) -> Iterator[str]:
    """`if seed`, which takes the seed 0 for none."""
    for source in sources(package):
        for node in ast.walk(source.tree):
            for tested in _truth_tests(node):
                if "seed" in ast.unparse(tested).rpartition(".")[2]:
                    where = f"{source.place}:{tested.lineno}"
                    yield f"{where}: tests the truth of {ast.unparse(tested)}; 0 is a seed"


def _truth_tests(node: ast.AST) -> Iterator[ast.expr]:
    """Bare names whose truth a node asks for."""
    asked: list[ast.expr] = []
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        asked = [node.test]
    elif isinstance(node, ast.BoolOp):
        asked = node.values
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        asked = [node.operand]
    return (each for each in asked if isinstance(each, ast.Name | ast.Attribute))
