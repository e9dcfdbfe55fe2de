"""Compiled scoring: the weighted sum of the rows that belong to a text's features, with no matrix in between."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from triage.learn.ngrams.compiled import entry, part
from triage.learn.ngrams.kernel import distinct_of, ngrams_of, take
from triage.learn.ngrams.lines import LANES, add_lines, prefetch

_AHEAD: Final = 32  # rows are asked of memory so many rows before they are needed


class Way(NamedTuple):
    """How the features of one block weigh in a table of rows that all blocks share.

    `row_of[feature]` counts from `first_row`, or is -1 where the feature does not count; where it is empty, all do. A
    row has `width` numbers: the labels' weights times the idf, the idf itself at `idf_at`, and zeros.
    """

    row_of: Any
    first_row: int
    width: int
    idf_at: int
    is_sublinear: bool
    has_norm: bool


@entry
def score(
    data: Any, bounds: Any, tables: Any, rules: Any, scratch: Any, light: Any, table: Any, way: Any, sums: Any, out: Any
) -> None:
    """Add to `out[text]` the weighted sum of the rows of each text's features, over their length if `has_norm`.

    `light[c]` is what the smaller counts weigh; `sums` is memory for one row.
    """
    for text in range(len(bounds) - 1):
        n = weigh(scratch, ngrams_of(data, bounds, text, tables, rules, scratch), light, way)
        squares = sum_rows(scratch.rows, n, scratch.weights, table, way, sums)
        put(out, text, sums, squares, way)


@part
def put(out: Any, text: Any, sums: Any, squares: Any, way: Any) -> None:
    """Add the row sum of one text to its scores."""
    scale = np.float32(1 / np.sqrt(squares)) if way.has_norm and squares > 0 else np.float32(1)
    for label in range(out.shape[1]):
        out[text, label] += sums[label] * scale


@part
def weigh(scratch: Any, n: Any, light: Any, way: Any) -> Any:
    """Write the rows of the text's distinct features and the weights of their counts; return how many count."""
    rows, weights, counters, overflow = scratch.rows, scratch.weights, scratch.counters, scratch.overflow
    row_of, first_row, is_sublinear = way.row_of, way.first_row, way.is_sublinear
    all_count = len(row_of) == 0
    kept = 0
    for k in range(distinct_of(scratch, n, rows, 0)):
        feature = rows[k]
        c = take(counters, overflow, n, feature)
        weights[kept] = light[min(c, len(light) - 1)]
        if c >= len(light):
            weights[kept] = 1 + np.log(np.float64(c)) if is_sublinear else c
        row = feature if all_count else row_of[feature]
        rows[kept] = row + first_row
        kept += row >= 0
    return kept


@part
def sum_rows(rows: Any, n: Any, weights: Any, table: Any, way: Any, sums: Any) -> Any:
    """Write the weighted sum of rows, four at a time; return the sum of the squares of weight times idf."""
    width, idf_at = way.width, way.idf_at
    sums[:] = 0
    squares = 0.0
    for k in range(min(_AHEAD, n)):
        _ask(table, np.int64(rows[k]) * width, width)
    k = 0
    while k + 4 <= n:
        for ahead in range(k + _AHEAD, min(k + _AHEAD + 4, n)):
            _ask(table, np.int64(rows[ahead]) * width, width)
        a, b = np.int64(rows[k]) * width, np.int64(rows[k + 1]) * width
        c, d = np.int64(rows[k + 2]) * width, np.int64(rows[k + 3]) * width
        four = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
        for to in range(0, width, LANES):
            add_lines(sums, to, table, (a, b, c, d), four)
        squares += (four[0] * table[a + idf_at]) ** 2 + (four[1] * table[b + idf_at]) ** 2
        squares += (four[2] * table[c + idf_at]) ** 2 + (four[3] * table[d + idf_at]) ** 2
        k += 4
    for rest in range(k, n):
        a = np.int64(rows[rest]) * width
        for to in range(0, width, LANES):
            add_lines(sums, to, table, (a,), (weights[rest],))
        squares += (weights[rest] * table[a + idf_at]) ** 2
    return squares


@part
def _ask(table: Any, place: Any, width: Any) -> None:
    for line in range(0, width, LANES):
        prefetch(table, place + line)


@entry
def gather(indptr: Any, rows: Any, weights: Any, table: Any, way: Any, sums: Any) -> Any:
    """Add up rows that were found beforehand, a text at a time: what scoring costs where the rest is free."""
    total = 0.0
    for text in range(len(indptr) - 1):
        begin, end = indptr[text], indptr[text + 1]
        total += sum_rows(rows[begin:end], end - begin, weights[begin:end], table, way, sums) + sums[0]
    return total
