"""Work on pieces of a population side by side; what comes of it does not depend on the number of threads."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Piece = TypeVar("Piece")
Found = TypeVar("Found")


def in_threads(work: Callable[[Piece], Found], pieces: Sequence[Piece], threads: int) -> Iterator[Found]:
    """What `work` gives for each piece, in their order, while it goes on with the next ones.

    An error or an interruption ends it: pieces not begun are left.
    """
    if threads == 1 or len(pieces) < 2:
        yield from map(work, pieces)
        return
    with ThreadPoolExecutor(min(threads, len(pieces))) as pool:
        yield from pool.map(work, pieces)
