"""Sixteen numbers at a time: what numba would not find in a plain loop by itself.

Each function stands for a few machine instructions, on any kind of processor. Written as a plain loop, a sum of rows
took five times as long; without asking for the rows early, four times as long again.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.core.cgutils import get_or_insert_function
from numba.extending import intrinsic

from triage.learn.ngrams.alphabet import OTHER, SPACE, WORD

LANES: Final = 16  # numbers that are added at once
CODES: Final = 16  # code points that `read_ascii` looks at

_INDEX, _LONG = ir.IntType(32), ir.IntType(64)
_BYTES = ir.IntType(8).as_pointer()
_LINE = ir.VectorType(ir.FloatType(), LANES)
_BYTE_LINE = ir.VectorType(ir.IntType(8), LANES)
_CODES = ir.VectorType(ir.IntType(32), CODES)
_KINDS = ir.VectorType(ir.IntType(8), CODES)


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
    """Add `weights[k]` times the line `to` numbers after `table[places[k]]` to the line at `sums[to]`, for each k.

    The table holds float32, or whole numbers in a byte each.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        sums, to, table, places, weights = arguments
        is_whole = signature.args[2].dtype == types.int8
        kind = (_BYTE_LINE if is_whole else _LINE).as_pointer()
        total = None
        for k in range(len(signature.args[3])):
            place = builder.add(builder.extract_value(places, k), to)
            line = builder.load(
                _at(context, builder, signature.args[2], table, place, kind), align=1 if is_whole else 4
            )
            if is_whole:
                line = builder.sitofp(line, _LINE)
            product = builder.fmul(line, _filled(builder, builder.extract_value(weights, k)), flags=("contract",))
            total = builder.fadd(product, total, flags=("contract",)) if total else product
        address = _at(context, builder, signature.args[0], sums, to, _LINE.as_pointer())
        builder.store(builder.fadd(builder.load(address, align=4), total), address, align=4)
        return context.get_dummy_value()

    return types.void(sums, types.intp, table, places, weights), generate


@intrinsic  # type: ignore[untyped-decorator]
def read_ascii(typing: Any, data: Any, at: Any, codes: Any, kinds: Any, to: Any) -> Any:
    """Write the lower-case codes and the kinds of the code points from `at` up to the first beyond ASCII.

    Returns how many. `CODES` code points are read, and so many places written, whatever stands in them.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data, at, codes, kinds, to = arguments
        given = builder.load(_at(context, builder, signature.args[0], data, at, _CODES.as_pointer()), align=4)
        is_upper = _within(builder, given, "A", "Z")
        lower = builder.select(is_upper, builder.add(given, _every(32)), given)
        is_word = builder.or_(_within(builder, lower, "a", "z"), _within(builder, lower, "0", "9"))
        is_word = builder.or_(is_word, _within(builder, lower, "_", "_"))
        is_space = builder.or_(_within(builder, lower, "\t", "\r"), _within(builder, lower, "\x1c", " "))
        kind = builder.select(is_word, _every(WORD), builder.select(is_space, _every(SPACE), _every(OTHER)))
        to_kinds = _at(context, builder, signature.args[3], kinds, to, _KINDS.as_pointer())
        builder.store(builder.trunc(kind, _KINDS), to_kinds, align=1)
        builder.store(lower, _at(context, builder, signature.args[2], codes, to, _CODES.as_pointer()), align=4)
        beyond = builder.bitcast(builder.icmp_unsigned(">", given, _every(0x7F)), ir.IntType(CODES))
        places = builder.or_(builder.zext(beyond, _INDEX), _INDEX(1 << CODES))
        return builder.zext(builder.cttz(places, ir.IntType(1)(1)), _LONG)

    return types.int64(data, types.intp, codes, kinds, types.intp), generate


@intrinsic(prefer_literal=True)  # type: ignore[untyped-decorator]
def equal_bits(typing: Any, kinds: Any, at: Any, kind: Any) -> Any:
    """Return 64 bits: bit i says whether `kinds[at + i]` is this kind."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds, at, _ = arguments
        lanes = ir.VectorType(ir.IntType(8), 64)
        given = builder.load(_at(context, builder, signature.args[0], kinds, at, lanes.as_pointer()), align=1)
        same = builder.icmp_unsigned("==", given, ir.Constant(lanes, [signature.args[2].literal_value] * 64))
        return builder.bitcast(same, _LONG)

    return types.uint64(kinds, types.intp, kind), generate


@intrinsic  # type: ignore[untyped-decorator]
def lowest_bit(typing: Any, bits: Any) -> Any:
    """Return the place of the lowest bit that is set; there must be one."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.IntType(1)(1))

    return types.int64(types.uint64), generate


@intrinsic  # type: ignore[untyped-decorator]
def hash_of_8(typing: Any, codes: Any, at: Any, powers: Any, first: Any) -> Any:
    """Return the sum of (`codes[at + i]` + 1) * `powers[first + i]` for eight i, modulo 2**64."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        codes, at, powers, first = arguments
        eight, longs = ir.VectorType(ir.IntType(32), 8), ir.VectorType(_LONG, 8)
        given = builder.load(_at(context, builder, signature.args[0], codes, at, eight.as_pointer()), align=4)
        factors = builder.load(_at(context, builder, signature.args[2], powers, first, longs.as_pointer()), align=8)
        parts = builder.mul(builder.add(builder.zext(given, longs), ir.Constant(longs, [1] * 8)), factors)
        kind = ir.FunctionType(_LONG, [longs])
        add = get_or_insert_function(builder.module, kind, "llvm.vector.reduce.add.v8i64")
        return builder.call(add, [parts])

    return types.uint64(codes, types.intp, powers, types.intp), generate


@intrinsic  # type: ignore[untyped-decorator]
def differ_8(typing: Any, codes: Any, at: Any, others: Any, place: Any) -> Any:
    """Return 8 bits: bit i says whether `codes[at + i]` and `others[place + i]` differ."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        codes, at, others, place = arguments
        eight = ir.VectorType(ir.IntType(32), 8).as_pointer()
        one = builder.load(_at(context, builder, signature.args[0], codes, at, eight), align=4)
        other = builder.load(_at(context, builder, signature.args[2], others, place, eight), align=4)
        bits = builder.bitcast(builder.icmp_unsigned("!=", one, other), ir.IntType(8))
        return builder.zext(bits, _LONG)

    return types.uint64(codes, types.intp, others, types.intp), generate


def _every(number: int) -> Any:
    return ir.Constant(_CODES, [number] * CODES)


def _within(builder: Any, characters: Any, first: str, last: str) -> Any:
    above = builder.sub(characters, _every(ord(first)))
    return builder.icmp_unsigned("<=", above, _every(ord(last) - ord(first)))


def _filled(builder: Any, number: Any) -> Any:
    empty = ir.Constant(_LINE, ir.Undefined)
    first = builder.insert_element(empty, number, _INDEX(0))
    return builder.shuffle_vector(first, empty, ir.Constant(ir.VectorType(_INDEX, LANES), [0] * LANES))
