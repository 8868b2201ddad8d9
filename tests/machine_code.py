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

from sim.engines import compiled_booking, compiled_decision, compiled_engine, compiled_kernels, compiled_offers
from sim.engines.compiled_boards import Draws
from sim.engines.lifting import lift
from sim.model import rules
from sim.model.facts import Firm

PROCESSOR = "skylake-avx512"
WIDTH, PROVIDERS = compiled_engine.WIDTH, 3


def parts() -> Iterator[tuple[str, object, tuple]]:
    """Loops over the lanes of a strip: name, compiled function, types of its arguments."""
    board, whole = float64[::1], int64[::1]
    firm, luck = (numba.typeof(kind(*[1.0] * len(kind._fields))) for kind in (Firm, Draws))
    learnt, stayed = compiled_decision.compile_learning(lift(rules), WIDTH, PROVIDERS)
    entitled, granted, offered, compared = compiled_offers.compile_offers(rules, WIDTH, PROVIDERS, several=False)
    settled, _, (_, claimed, supported) = compiled_booking.compile_booking(rules, WIDTH, PROVIDERS)
    yield "learnt", learnt, (board, board, luck, firm)
    yield "stayed", stayed, (board, luck, firm, float64)
    yield "entitled", entitled, (board, board, int64, board, int64, firm)
    yield "granted", granted, (board, board, int64, board, int64, int64)
    yield "offered", offered, (board, board, int64, board, int64, float64, firm)
    yield "chosen", compiled_decision.compile_choice(rules, WIDTH), (board, luck, firm)
    for policies, comparison, settlement in zip(compiled_offers.AT_ONCE, compared, settled, strict=True):
        yield f"compared by {policies}", comparison, (board, board, board, board, board, firm)
        settling = board, whole, board, board, board, board, board, firm, float64
        yield f"settled by {policies}", settlement, settling
    yield "claimed", claimed, (board, board, int64, float64, board)
    yield "supported", supported, (board,)


def instructions(function: object, signature: tuple) -> list[str]:
    """Names of the instructions of a function compiled for these arguments."""
    function.compile(signature)
    (code,) = function.inspect_asm().values()
    return re.findall(r"^\t([a-z]\w*)", code, re.MULTILINE)


def main() -> None:
    """Write, as JSON, the number of instructions of the review and the names of those of each part."""
    signature = pickle.loads(Path(sys.argv[1]).read_bytes())
    review = compiled_kernels.compile_review(rules, WIDTH, several=False, providers=PROVIDERS)
    found = {"review": len(instructions(review, signature))}
    found |= {name: instructions(part, types) for name, part, types in parts()}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
