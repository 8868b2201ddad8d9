"""Lifting: plain rules made callable from compiled code, without the rules knowing.

The exact operations of `sim.model.arithmetic` get compiled versions; other functions are compiled as they stand.
"""

import inspect
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core.errors import TypingError
from numba.extending import intrinsic, overload, register_jitable

from sim.engines import compiling
from sim.engines.compiling import INSIDE, Apart, Usual
from sim.model import arithmetic

compiling.prepare()

BIASED = 1.5 * 2.0**52 + 1023.0
"""Added to an integral float, whose value plus the bias of an exponent then stands in the lowest bits.

Processors without AVX-512 convert floats to integers one at a time; addition is vectorised everywhere.
"""


@overload(arithmetic.where, jit_options=INSIDE)
def _where(condition, yes, no):
    return lambda condition, yes, no: yes if condition else no


@overload(arithmetic.maximum, jit_options=INSIDE)
def _maximum(x, y):
    return lambda x, y: arithmetic.where(x > y, x, y)


@overload(arithmetic.minimum, jit_options=INSIDE)
def _minimum(x, y):
    return lambda x, y: arithmetic.where(x < y, x, y)


@overload(arithmetic.floor, jit_options=INSIDE)
def _floor(x):
    return lambda x: np.floor(x)


@overload(arithmetic.split, jit_options=INSIDE)
def _split(x):
    def split(x):
        normal = x * 2.0**54 if x < 2.0**-1022 else x
        bits = np.float64(normal).view(np.int64)
        exponent = (bits >> 52) - (1076 if x < 2.0**-1022 else 1022)
        return np.int64((bits & 0xFFFFFFFFFFFFF) | 0x3FE0000000000000).view(np.float64), float(exponent)

    return split


@overload(arithmetic.scaled, jit_options=INSIDE)
def _scaled(x, exponent):
    def scaled(x, exponent):
        half = np.floor(0.5 * exponent)  # powers of two of either half are normal numbers
        first = np.float64(half + BIASED).view(np.uint64) << np.uint64(52)
        second = np.float64((exponent - half) + BIASED).view(np.uint64) << np.uint64(52)
        return x * np.uint64(first).view(np.float64) * np.uint64(second).view(np.float64)

    return scaled


@overload(arithmetic.pro_rata, jit_options=INSIDE)
def _pro_rata(claim, left, due):
    def pro_rata(claim, left, due):
        part = rest = 0  # claim·left takes up to 124 bits: a long division, from the claim's highest bit on
        for bit in range(61, -1, -1):
            part, rest = part + part, rest + rest
            if rest >= due:
                part, rest = part + 1, rest - due
            if (claim >> bit) & 1:
                rest += left
            if rest >= due:
                part, rest = part + 1, rest - due
        return part

    return pro_rata


for _function in ("both", "either", "logarithm", "exponential", "power"):
    register_jitable(**INSIDE)(getattr(arithmetic, _function))


@intrinsic
def gathered(typing_context, kind, board, first, width, lane):
    """Return the named tuple `kind` of one lane from a board of rows of `width` lanes, starting at row `first`.

    Only the fields a rule reads are loaded: the others are never used, and the compiler removes them. Integers come as
    floats.
    """
    if board.layout != "C":
        raise TypingError("gathered needs a contiguous board")
    named = kind.instance_class
    result = types.NamedUniTuple(types.float64, len(named._fields), named)

    def generate(context, builder, signature, arguments):
        data = context.make_array(signature.args[1])(context, builder, arguments[1]).data
        _, _, row, step, column = arguments
        start = builder.add(builder.mul(row, step), column)
        values = []
        for field in range(len(named._fields)):
            place = builder.add(start, builder.mul(step, step.type(field)))
            number = builder.load(builder.gep(data, [place], inbounds=True))
            values.append(context.cast(builder, number, signature.args[1].dtype, types.float64))
        return context.make_tuple(builder, result, values)

    return result(kind, board, types.intp, types.intp, types.intp), generate


gathered._set_uuid("sim.gathered")


@intrinsic
def scattered(typing_context, values, board, first, width, lane):
    """Write a named tuple to one lane of a board, as `gathered` reads it; whole numbers become what the board holds."""
    if board.layout != "C":
        raise TypingError("scattered needs a contiguous board")

    def generate(context, builder, signature, arguments):
        numbers, _, row, step, column = arguments
        data = context.make_array(signature.args[1])(context, builder, arguments[1]).data
        start = builder.add(builder.mul(row, step), column)
        for field in range(len(values)):
            place = builder.add(start, builder.mul(step, step.type(field)))
            number = context.cast(builder, builder.extract_value(numbers, field), values[field], board.dtype)
            builder.store(number, builder.gep(data, [place], inbounds=True))
        return context.get_dummy_value()

    return types.void(values, board, types.intp, types.intp, types.intp), generate


scattered._set_uuid("sim.scattered")


def held(kind, thing, row, width, place):
    """Return the named tuple `kind` of a place: `thing` itself if it is the same for all, else from rows of a board."""
    raise NotImplementedError("only in compiled code")


@overload(held, jit_options={**INSIDE, "_nrt": False})
def _held(kind, thing, row, width, place):
    if isinstance(thing, types.Array):
        return lambda kind, thing, row, width, place: gathered(kind, thing, row, width, place)
    return lambda kind, thing, row, width, place: thing  # noqa: ARG005


def number(thing, row, width, place):
    """Return the number of one place: `thing` itself if it is the same for all, else from a row of a board of them."""
    raise NotImplementedError("only in compiled code")


@overload(number, jit_options={**INSIDE, "_nrt": False})
def _number(thing, row, width, place):
    if isinstance(thing, types.Array):
        return lambda thing, row, width, place: thing[row * width + place]
    return lambda thing, row, width, place: thing  # noqa: ARG005


@intrinsic
def prefetched(typing_context, array, place):
    """Prefetch the cache line of an entry of a flat array: the processor need not wait for it later."""
    if array.ndim != 1:
        raise TypingError("prefetched needs a flat array")

    def generate(context, builder, signature, arguments):
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        place = builder.gep(data, [arguments[1]], inbounds=True)
        flag, nothing = ir.IntType(32), context.get_dummy_value()
        kind = ir.FunctionType(ir.VoidType(), [place.type, flag, flag, flag])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [place.type], kind)
        builder.call(prefetch, [place, flag(0), flag(3), flag(1)])  # to be read, kept in all caches, data
        return nothing

    return types.void(array, types.intp), generate


prefetched._set_uuid("sim.prefetched")


def compiled(rules: Any, *variant: int, hands_on: bool = False, often: bool = True) -> Callable[[Any], Any]:
    """Return a decorator that compiles the parts of a kernel built from `rules`.

    Numba finds a kernel on disk by what its closure holds, and tells compiled functions apart by a number drawn anew in
    every process: parts built from a module get a fixed name instead, or no kernel would ever be found again.

    A call passes every array in seven words and counts a reference to it, which together took a third of the time:
    parts are inlined into the kernel (`forceinline`), without reference counts, for they keep no array (`_nrt`).

    Parameters
    ----------
    variant
        What else the parts depend on.
    hands_on
        Whether they return an array they are given, which then has to be counted.
    often
        Whether they are called for every firm; others are not inlined, and so compiled once, not wherever called.
    """
    name = getattr(rules, "__name__", "")

    def decorate(function: Any) -> Any:
        part = njit(**INSIDE, error_model="numpy", _nrt=hands_on, forceinline=often)(function)
        if sys.modules.get(name) is rules:  # an altered copy goes without: it must not pass for the module it copies
            part._set_uuid(":".join(map(str, (function.__module__, function.__qualname__, name, *variant))))
        return part

    return decorate


def kernel(in_place: bool = False, **options: Any) -> Any:
    """Return a decorator that compiles what Python calls, and keeps it on disk.

    Parameters
    ----------
    in_place
        Whether it only writes into arrays it is given, none of which overlap: these are passed five times as fast.
    """
    options |= {"_nrt": False, "pipeline_class": Apart} if in_place else {"pipeline_class": Usual}
    compile_later = njit(error_model="numpy", no_cfunc_wrapper=True, **options)
    return lambda function: compiling.cached(compile_later(function))


_lifted: set[Any] = set()


def lift(rules: Any) -> Any:
    """Register every plain function of a module (or namespace) of rules for compilation, once; return it."""
    functions = vars(rules).values()
    for function in functions:
        if inspect.isfunction(function) and function not in _lifted and function.__module__ != arithmetic.__name__:
            register_jitable(**INSIDE, _nrt=False)(function)
            _lifted.add(function)
    return rules
