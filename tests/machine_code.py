"""Compile the review for one processor, whatever runs the tests, and tell what its machine code is made of.

`python tests/machine_code.py FILE`: the file holds the types of the review's arguments, pickled. Nothing that is
compiled is run.
"""

import json
import pickle
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numba
from numba import float64, int64

from sim.engines import compiled_booking, compiled_engine, compiled_kernels, compiled_offers
from sim.engines.compiled_boards import Draws
from sim.engines.lifting import lift
from sim.model import rules
from sim.model.facts import Firm

PROCESSOR = "skylake-avx512"
WIDTH = compiled_engine.WIDTH


def parts() -> Iterator[tuple[str, object, tuple]]:
    """Loops over the lanes of a strip: name, compiled function, types of its arguments."""
    board, firm = float64[::1], numba.typeof(Firm(*[1.0] * len(Firm._fields)))
    _, granted, offered = compiled_offers.compile_offers(lift(rules), WIDTH)
    booked, _, _ = compiled_booking.compile_booking(rules, WIDTH)
    decided = compiled_kernels.compile_decision(rules, WIDTH)
    yield "decided", decided, (board, numba.typeof(Draws(*[1.0] * len(Draws._fields))), firm, float64)
    yield "offered", offered, (board, board, int64, int64, float64, firm)
    yield "granted", granted, (board, board, int64, board, int64)
    yield "booked", booked, (board, int64[::1], int64, firm)


def instructions(function: object, signature: tuple) -> list[str]:
    """Names of the instructions of a function compiled for these arguments."""
    function.compile(signature)
    (code,) = function.inspect_asm().values()
    return re.findall(r"^\t([a-z]\w*)", code, re.MULTILINE)


def main() -> None:
    """Write, as JSON, the number of instructions of the review and the names of those of each part."""
    signature = pickle.loads(Path(sys.argv[1]).read_bytes())
    review = compiled_kernels.compile_review(rules, WIDTH, several=False)
    found = {"review": len(instructions(review, signature))}
    found |= {name: instructions(part, types) for name, part, types in parts()}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
