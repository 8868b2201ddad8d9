"""How Python calls compiled code month after month: without asking each time what it hands over."""

from collections.abc import Callable
from typing import Any, ClassVar

from numba import typeof
from numba._dispatcher import compute_fingerprint


class Settled:
    """A kernel whose arguments are of the same types in all months of a run: what they are is asked once.

    To find out takes a tenth of a microsecond for an array and twice that in a named tuple, ten times as long as to
    hand it over. What is called later without asking has to be of the same types: arrays with as many axes, as
    contiguous, of the same kind of numbers.
    """

    _known: ClassVar[dict[tuple[Any, bytes], Callable[..., Any]]] = {}

    def __init__(self, function: Any):
        self._function = function
        self._call: Callable[..., Any] = self._first

    def __call__(self, *arguments: Any) -> Any:
        """Call the kernel."""
        return self._call(*arguments)

    def _first(self, *arguments: Any) -> Any:
        self.settle(*arguments)
        return self._call(*arguments)

    def settle(self, *arguments: Any) -> None:
        """Compile the kernel for arguments of these types, without calling it."""
        key = self._function, compute_fingerprint(arguments)
        if key not in self._known:
            self._known[key] = self._function.compile(tuple(map(typeof, arguments)))
        self._call = self._known[key]
