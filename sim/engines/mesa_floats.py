"""The rules for plain floats: their own files, imported once more with the exact operations written out.

`where(a > b, x, y)` serves arrays and floats, and costs a call; `x if a > b else y` says the same of floats in a third
of the time, and a decision asks for eighty such operations. What `sim.engines.lifting` is to the compiled engine this
is to Mesa: rules stand as they are, and know nothing of it. Errors, debuggers and coverage show their lines. A rule
altered in memory is not seen; put an altered copy of the module in the place of `mesa_firm.rules`, or edit the file.
"""

import ast
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType

from sim.model import arithmetic

ARGUMENTS = {"where": 3, "both": 2, "either": 2, "maximum": 2, "minimum": 2, "floor": 1}
"""Operations that are written out, and how many arguments they take."""


def on_floats(module: ModuleType) -> ModuleType:
    """Return a module of rules, imported anew for plain floats and Python bools alone.

    What an operation does not choose is not evaluated: rules are pure, so that the results are the same.
    """
    loader = _WrittenOut(module.__name__, str(module.__file__))
    spec = spec_from_loader(module.__name__, loader)
    assert spec is not None
    found = module_from_spec(spec)
    loader.exec_module(found)
    return found


class _WrittenOut(SourceFileLoader):
    """Imports a file with its operations written out; past the cache of compiled files, which holds the plain ones."""

    def get_code(self, fullname):
        path = self.get_filename(fullname)
        tree = ast.parse(self.get_data(path), path)
        imports = (node for node in tree.body if isinstance(node, ast.ImportFrom))
        names = {each.name for node in imports if node.module == arithmetic.__name__ for each in node.names}
        written = _Operations(names & ARGUMENTS.keys()).visit(tree)
        return compile(ast.fix_missing_locations(written), path, "exec", dont_inherit=True)


class _Operations(ast.NodeTransformer):
    """Puts an expression in the place of each call of some operations."""

    def __init__(self, names: set[str]):
        self._names, self._kept = names, 0

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Write one call out, those in its arguments first."""
        self.generic_visit(node)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in self._names or len(node.args) != ARGUMENTS[name] or node.keywords:
            return node
        return ast.copy_location(self._written(name, node.args), node)

    def _written(self, name: str, given: list[ast.expr]) -> ast.expr:
        """What stands for an operation on the expressions given."""
        if name == "where":
            return ast.IfExp(given[0], given[1], given[2])
        if name == "floor":
            return ast.BinOp(given[0], ast.FloorDiv(), ast.Constant(1.0))
        if name in ("both", "either"):
            return ast.BoolOp(ast.And() if name == "both" else ast.Or(), given)
        (x, x_again), (y, y_again) = map(self._twice, given)
        order = ast.Gt() if name == "maximum" else ast.Lt()
        return ast.IfExp(ast.Compare(x, [order], [y]), x_again, y_again)

    def _twice(self, node: ast.expr) -> tuple[ast.expr, ast.expr]:
        """A number for its first and second use: worked out once, and kept under a name that no rule can have."""
        if isinstance(node, ast.Name | ast.Constant):
            return node, node
        self._kept += 1
        name = f"kept {self._kept}"
        return ast.NamedExpr(ast.Name(name, ast.Store()), node), ast.Name(name, ast.Load())
