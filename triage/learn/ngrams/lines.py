"""Rows of weights, a line of the memory cache at a time: ask for a line early, and add up the lines of four rows.

Both stand for one or a few machine instructions, which numba would not find by itself: written as a plain loop, the sum
took five times as long, and without asking early, four times as long again.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

LANES: Final = 16  # float32 in a line of 64 bytes

_INDEX = ir.IntType(32)
_BYTES = ir.IntType(8).as_pointer()
_LINE = ir.VectorType(ir.FloatType(), LANES)


def _at(context: Any, builder: Any, array_type: Any, array: Any, place: Any, kind: Any) -> Any:
    start = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(start, [place]), kind)


@intrinsic  # type: ignore[untyped-decorator]
def prefetch(typing: Any, table: Any, place: Any) -> Any:
    """Ask the memory for the line of `table[place]`, without waiting for it."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address = _at(context, builder, signature.args[0], arguments[0], arguments[1], _BYTES)
        kind = ir.FunctionType(ir.VoidType(), [_BYTES, _INDEX, _INDEX, _INDEX])
        ask = builder.module.declare_intrinsic("llvm.prefetch", [_BYTES], kind)
        builder.call(ask, [address, _INDEX(0), _INDEX(3), _INDEX(1)])  # to read; keep near; data, not code
        return context.get_dummy_value()

    return types.void(table, types.intp), generate


@intrinsic  # type: ignore[untyped-decorator]
def add_lines(typing: Any, sums: Any, to: Any, table: Any, places: Any, weights: Any) -> Any:
    """Add `weights[k]` times the line `to` numbers after `table[places[k]]` to the line at `sums[to]`, for each k."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        sums, to, table, places, weights = arguments
        address = _at(context, builder, signature.args[0], sums, to, _LINE.as_pointer())
        total = builder.load(address, align=4)
        for k in range(len(signature.args[3])):
            place = builder.add(builder.extract_value(places, k), to)
            line = builder.load(_at(context, builder, signature.args[2], table, place, _LINE.as_pointer()), align=4)
            product = builder.fmul(line, _filled(builder, builder.extract_value(weights, k)), flags=("contract",))
            total = builder.fadd(product, total, flags=("contract",))
        builder.store(total, address, align=4)
        return context.get_dummy_value()

    return types.void(sums, types.intp, table, places, weights), generate


def _filled(builder: Any, number: Any) -> Any:
    empty = ir.Constant(_LINE, ir.Undefined)
    first = builder.insert_element(empty, number, _INDEX(0))
    return builder.shuffle_vector(first, empty, ir.Constant(ir.VectorType(_INDEX, LANES), [0] * LANES))
