"""What is called without asking what it is handed gets arrays of the same types in all months."""

import numpy as np
import pytest
from numba import njit
from numba._dispatcher import compute_fingerprint
from small_worlds import BUSY, everything, world

from sim.engines import arrays, compiled_engine, numpy_engine, streams
from sim.engines.settling import Settled
from sim.engines.world import build

SETTINGS = {
    "no measures": (),
    "few measures": BUSY,
    "all measures": tuple(everything()),
    "mean field": (*BUSY, "network.kind=mean-field"),
    "one provider": ("market.shares=[1]", "constants.solve=true"),
    "partners beyond a byte": ("network.partners=260",),
}


@pytest.fixture
def watched(monkeypatch):
    """Have every call compared with the first; kernels called so far."""
    first = {}

    def call(self, *arguments):
        handed = compute_fingerprint(arguments)
        assert first.setdefault(self, handed) == handed, self._function
        return self._call(*arguments)

    monkeypatch.setattr(Settled, "__call__", call)
    return first


@pytest.mark.parametrize("lanes", [1, 2, 40])
@pytest.mark.parametrize("name", SETTINGS)
def test_all_months_hand_over_the_same_types(name, lanes, watched):
    given = *SETTINGS[name], "run.months=30", "review.interval=6"
    block = [world("baseline", *given, f"cost.private={160 + n}") for n in range(lanes)]
    arrays.run(build(block, 0), compiled_engine, 1)
    kernels = {settled._function for settled in watched}
    assert len(kernels) == (7 if name == "mean field" else 8)


@pytest.mark.usefixtures("watched")
def test_months_without_firms_and_months_in_pieces_do(monkeypatch):
    arrays.run(build([world(firms=9)], 0), compiled_engine, 1)
    cut = streams.pieces
    monkeypatch.setattr(streams, "pieces", lambda first, last, size=7: cut(first, last, min(size, 7)))
    monkeypatch.setattr(streams, "CHUNK", 49)
    arrays.run(build([world("baseline", *BUSY)], 0, threads=2), compiled_engine, 1)
    arrays.run(build([world("baseline", *BUSY)], 0), numpy_engine, 1)


@pytest.mark.usefixtures("watched")
def test_another_type_would_be_noticed():
    @njit
    def doubled(numbers):
        for n in range(len(numbers)):
            numbers[n] *= 2

    settled, numbers = Settled(doubled), np.ones(8)
    settled(numbers[:4])
    for other in (numbers[::2], numbers.astype(np.float32), numbers.reshape(2, 4)):
        with pytest.raises(AssertionError):
            settled(other)
    assert numbers.tolist() == [2.0] * 4 + [1.0] * 4
