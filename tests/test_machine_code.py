"""The review is compiled to vector instructions: a slower kernel is noticed without timing it."""

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numba
import pytest
from machine_code import PROCESSOR
from small_worlds import world

from sim.engines import compiled_engine, compiled_offers, simulate_lanes

RECORDED = 13_141
"""Instructions of the review on that processor. If changed on purpose, time the engine (`make bench`), then record."""

LOOPS = (
    "learnt", "stayed", "entitled", "granted", "offered", "chosen", "claimed", "supported",
    *(f"{loop} by {policies}" for loop in ("compared", "settled") for policies in compiled_offers.AT_ONCE),
)  # fmt: skip

ARITHMETIC = ("vadd", "vsub", "vmul", "vdiv", "vmin", "vmax")


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """Instructions of the review and its parts, compiled for a fixed processor in a process of its own."""
    folder = tmp_path_factory.mktemp("machine-code")
    (folder / "types").write_bytes(pickle.dumps(argument_types()))
    environment = os.environ | {"NUMBA_CPU_NAME": PROCESSOR, "NUMBA_CPU_FEATURES": "", "XDG_CACHE_HOME": str(folder)}
    command = [sys.executable, Path(__file__).with_name("machine_code.py"), folder / "types"]
    run = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(run.stdout)


def argument_types() -> tuple:
    """Types of what a review of several lanes is handed."""
    found = []

    def review_of(_world, arguments, drawn):
        found.append(tuple(map(numba.typeof, (*arguments, *drawn))))
        return lambda *_: None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled_engine, "_review_of", review_of)
        patch.setattr(compiled_engine.Partners, "finishing", lambda *_: lambda: None)
        prices = range(100, 100 + compiled_engine.WIDTH)
        lanes = [world("subsidy", f"cost.public_price={price}", "run.months=1", firms=60) for price in prices]
        simulate_lanes(lanes, 0, "compiled")
    return found[0]


def arithmetic(names: list[str]) -> tuple[int, int]:
    """Number of operations on several numbers at once, and on one at a time."""
    packed, scalar = (sum(name.startswith(ARITHMETIC) and name.endswith(ending) for name in names)
                      for ending in ("pd", "sd"))  # fmt: skip
    return packed, scalar


def test_risk_is_divided_on_many_lanes_at_once(compiled):
    assert "vdivpd" in compiled["learnt"]
    assert "vdivsd" not in compiled["learnt"]


@pytest.mark.parametrize("part", LOOPS)
def test_every_loop_works_on_many_lanes_at_once(compiled, part):
    """What does not depend on the lane is worked out before; no second version does one lane at a time, in case."""
    packed, scalar = arithmetic(compiled[part])
    assert packed > 0
    assert scalar <= packed / 10


def test_the_review_has_about_as_many_instructions_as_recorded(compiled):
    assert compiled["review"] == pytest.approx(RECORDED, rel=0.1)
