"""What is compiled sooner than by Numba's own ways is compiled alike."""

import re

import numba
import pytest
from numba.core.compiler import Flags

from sim.engines.compiling import INSIDE, Settings
from sim.engines.lifting import kernel


def settings(kind, **values):
    made = kind()
    for name, value in values.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize("other", [{}, {"nrt": True}, {"nrt": True, "noalias": True}, {"nrt": False, "noalias": True}])
def test_settings_are_equal_where_those_of_numba_are(other):
    """And equal ones are found as a key."""
    mine = {"nrt": True, "noalias": True}
    equal = settings(Flags, **mine) == settings(Flags, **other)
    assert (settings(Settings, **mine) == settings(Settings, **other)) is equal
    assert (settings(Settings, **other) in {settings(Settings, **mine).copy(): 0}) is equal
    assert (settings(Settings, **mine) == settings(Flags, **other)) is equal


def test_a_part_is_code_of_the_kernel_alone(tmp_path, monkeypatch):
    """It has no machine code that could be called, and the kernel calls none."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    part = numba.njit(**INSIDE)(lambda x: 3.0 * x)
    whole = kernel()(lambda x: part(x) + 1.0)
    assert whole(2.0) == 7.0
    (within,), (code,) = part.overloads.values(), whole.inspect_llvm().values()
    name = within.fndesc.llvm_func_name
    assert within.library.get_pointer_to_function(name) == 0
    assert not re.search(rf"call .*{re.escape(name)}", code)
