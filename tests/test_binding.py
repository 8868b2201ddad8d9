"""What is called without asking what it is handed gets arrays of the same types in all months."""

import gc
import weakref

import numpy as np
import pytest
from numba import njit
from numba._dispatcher import compute_fingerprint
from small_worlds import BUSY, everything, world

from sim.engines import arrays, compiled_engine, numpy_engine, streams
from sim.engines.binding import bound
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
    """Compare what each review is handed besides with the first, instead of compiling one; what all were handed."""
    reviews = []

    def review_of(_world, _arguments, drawn):
        first = compute_fingerprint(drawn)

        def watched_review(*handed):
            assert compute_fingerprint(handed) == first
            reviews.append(handed)

        return watched_review

    monkeypatch.setattr(compiled_engine, "_review_of", review_of)
    monkeypatch.setattr(compiled_engine.Partners, "finishing", lambda *_: lambda: None)  # nobody has decided anything
    return reviews


@pytest.mark.parametrize("lanes", [1, 2, 40])
@pytest.mark.parametrize("name", SETTINGS)
def test_all_months_hand_over_the_same_types(name, lanes, watched):
    given = *SETTINGS[name], "run.months=30", "review.interval=6"
    block = [world("baseline", *given, f"cost.private={160 + n}") for n in range(lanes)]
    arrays.run(build(block, 0), compiled_engine, 1)
    assert len(watched) == 30


def test_months_without_firms_and_months_in_pieces_do(monkeypatch, watched):
    arrays.run(build([world(firms=9)], 0), compiled_engine, 1)
    whole = len(watched)
    cut = streams.pieces
    monkeypatch.setattr(streams, "pieces", lambda first, last, size=7: cut(first, last, min(size, 7)))
    monkeypatch.setattr(streams, "CHUNK", 49)
    arrays.run(build([world("baseline", *BUSY)], 0, threads=2), compiled_engine, 1)
    assert len(watched) > 2 * whole
    arrays.run(build([world("baseline", *BUSY)], 0), numpy_engine, 1)


@pytest.mark.parametrize("engine", [compiled_engine, numpy_engine])
def test_a_run_is_gone_with_its_results_without_collecting_garbage(engine, monkeypatch):
    """Else large replicates, one after the other, would need the memory of several."""
    begun, true = [], arrays.Economy
    monkeypatch.setattr(arrays, "Economy", lambda *given: begun.append(weakref.ref(made := true(*given))) or made)
    gc.disable()
    try:
        results = arrays.run(build([world("baseline", *BUSY)], 0), engine, 1)
        (economy,) = begun
        assert economy() is None
        values = weakref.ref(results[0].values.base)
        del results
        assert values() is None
    finally:
        gc.enable()


def test_a_kernel_is_compiled_for_the_types_it_is_handed_first():
    @njit
    def scaled(numbers, factors):
        for n in range(len(numbers)):
            numbers[n] *= factors[0]

    for array in (np.ones(4), np.ones(8)[::2], np.ones((2, 4))[1], np.ones(4, np.float32), np.ones(4, np.int64)):
        scale = bound(scaled, array, more=(np.full(1, 2),))
        scale(np.full(1, 2))
        scale(np.full(3, 3))
        assert array.tolist() == [6] * 4
        if array.dtype == np.float64:  # of other types besides, compiled anew
            halved = bound(scaled, array, more=(np.full(1, 0.5),))
            halved(np.full(1, 0.5))
            assert array.tolist() == [3] * 4
