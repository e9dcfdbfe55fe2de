"""Sixteen numbers at a time: what numba would not find in a plain loop by itself.

Each function stands for a few machine instructions, on any kind of processor. Written as a plain loop, a sum of rows
took five times as long; without asking for the rows early, four times as long again.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from triage.learn.ngrams.alphabet import OTHER, SPACE, WORD

LANES: Final = 16  # float32 in a line of 64 bytes

ASCII: Final = 16  # bytes that `read_ascii` looks at

_INDEX = ir.IntType(32)
_BYTES = ir.IntType(8).as_pointer()
_LINE = ir.VectorType(ir.FloatType(), LANES)
_CHARACTERS = ir.VectorType(ir.IntType(8), ASCII)
_CODES = ir.VectorType(ir.IntType(32), ASCII)


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


@intrinsic  # type: ignore[untyped-decorator]
def read_ascii(typing: Any, data: Any, at: Any, codes: Any, kinds: Any, to: Any) -> Any:
    """Write the lower-case codes and the kinds of the bytes from `at` up to the first beyond ASCII; return how many.

    At most `ASCII` bytes are read, and so many places written, whatever stands in them.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data, at, codes, kinds, to = arguments
        address = _at(context, builder, signature.args[0], data, at, _CHARACTERS.as_pointer())
        given = builder.load(address, align=1)
        is_upper = _within(builder, given, "A", "Z")
        lower = builder.select(is_upper, builder.add(given, _every(32)), given)
        is_word = builder.or_(_within(builder, lower, "a", "z"), _within(builder, lower, "0", "9"))
        is_word = builder.or_(is_word, _within(builder, lower, "_", "_"))
        is_space = builder.or_(_within(builder, lower, "\t", "\r"), _within(builder, lower, "\x1c", " "))
        kind = builder.select(is_word, _every(WORD), builder.select(is_space, _every(SPACE), _every(OTHER)))
        to_kinds = _at(context, builder, signature.args[3], kinds, to, _CHARACTERS.as_pointer())
        builder.store(kind, to_kinds, align=1)
        to_codes = _at(context, builder, signature.args[2], codes, to, _CODES.as_pointer())
        builder.store(builder.zext(lower, _CODES), to_codes, align=4)
        beyond = builder.bitcast(builder.icmp_signed("<", given, _every(0)), ir.IntType(ASCII))
        places = builder.or_(builder.zext(beyond, _INDEX), _INDEX(1 << ASCII))
        return builder.zext(builder.cttz(places, ir.IntType(1)(1)), ir.IntType(64))

    return types.int64(data, types.intp, codes, kinds, types.intp), generate


def _every(number: int) -> Any:
    return ir.Constant(_CHARACTERS, [number] * ASCII)


def _within(builder: Any, characters: Any, first: str, last: str) -> Any:
    above = builder.sub(characters, _every(ord(first)))
    return builder.icmp_unsigned("<=", above, _every(ord(last) - ord(first)))


def _filled(builder: Any, number: Any) -> Any:
    empty = ir.Constant(_LINE, ir.Undefined)
    first = builder.insert_element(empty, number, _INDEX(0))
    return builder.shuffle_vector(first, empty, ir.Constant(ir.VectorType(_INDEX, LANES), [0] * LANES))
