"""How Python calls compiled code month after month: bound to the very same arrays, whose types are asked once."""

from collections.abc import Callable
from functools import partial
from typing import Any

from numba import typeof
from numba._dispatcher import compute_fingerprint

_known: dict[tuple[Any, bytes], Callable[..., Any]] = {}


def bound(kernel: Any, *arguments: Any, more: tuple[Any, ...] = ()) -> Callable[..., Any]:
    """Return the call of a kernel with arguments that last a run: what a month changes stands in these arrays.

    To find out their types takes a tenth of a microsecond for an array and twice that in a named tuple, ten times as
    long as to pass it; and to collect them anew each month, in Python, takes as long again.

    Parameters
    ----------
    more
        What a call is passed besides. Later calls must pass the same types, which is not checked: arrays with as many
        axes, as contiguous, of the same kind of numbers.
    """
    handed = *arguments, *more
    key = kernel, compute_fingerprint(handed)
    if key not in _known:
        _known[key] = kernel.compile(tuple(map(typeof, handed)))
    return partial(_known[key], *arguments)
