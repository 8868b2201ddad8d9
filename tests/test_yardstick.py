"""The yardstick of the benchmarks: C that decides as the compiled kernel does, to the bit, and in vectors."""

import os
import shutil

import numpy as np
import pytest
import yardstick
from small_worlds import differences, world
from whole import lanes


def look_for_compiler():
    """Nothing but the yardstick needs a C compiler; in CI it has to be there."""
    if not shutil.which("cc") and "CI" not in os.environ:
        pytest.skip("no C compiler cc on the PATH (Debian: apt-get install gcc): the yardstick is not compared")


@pytest.fixture(scope="module")
def in_c():
    look_for_compiler()
    return yardstick.c_review()


@pytest.mark.parametrize("count", [yardstick.WIDTH, yardstick.WIDTH + 5])
def test_every_month_is_decided_as_by_the_kernel(count, in_c):
    """State, counts, claims and moves of each month; lanes that fill a strip, and some that do not."""
    block, kernel = lanes(count, 300), yardstick.kernel_review()
    yardstick.run(block, yardstick.checked(kernel, in_c))
    usual, own = (yardstick.run(block, review)[0] for review in (kernel, in_c))
    assert [differences(ours, theirs) for ours, theirs in zip(usual, own, strict=True)] == [[]] * count


@pytest.mark.parametrize("name", ["hits", "tallies", "claims", "moved"])
def test_a_difference_in_one_bit_is_noticed(name, in_c):
    def wrong(*arguments):
        took = in_c(*arguments)
        state, tallies, claims, moved = arguments[4], *arguments[7:10]
        array = {"hits": state[5], "tallies": tallies, "claims": claims, "moved": moved[0]}[name]
        array.view(np.uint8).flat[-1] ^= 1
        return took

    with pytest.raises(AssertionError, match="disagree"):
        yardstick.run(lanes(2, 100), yardstick.checked(yardstick.kernel_review(), wrong))


@pytest.mark.parametrize(("processor", "width"), [("native", 16), ("x86-64-v3", 32), ("x86-64-v4", 64)])
def test_every_step_is_a_loop_of_vectors(processor, width):
    """By the compiler's own report; what is left of single numbers does not depend on the lane."""
    look_for_compiler()
    for step, (size, packed, scalar) in yardstick.vectorised(processor).items():
        assert size >= width, step
        assert packed, step
        assert scalar <= packed / 20


def test_more_than_it_was_written_for_is_refused(in_c):
    with pytest.raises(ValueError, match="knows 3 providers"):
        yardstick.run([world("baseline", "network.kind=mean-field", "run.months=1")], in_c)


def test_a_missing_compiler_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="no compiler cc"):
        yardstick.c_review()
