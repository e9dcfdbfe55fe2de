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

    `row_of[feature]` counts from `first_row`, or is -1 where the feature does not count; where it is empty, all do.
    `idf` is that of each row from `first_row` on. A row has `width` numbers, a label each and then zeros.
    """

    row_of: Any
    first_row: int
    idf: Any
    width: int
    is_sublinear: bool
    has_norm: bool


@entry
def score(
    data: Any, bounds: Any, tables: Any, rules: Any, scratch: Any, light: Any, table: Any, way: Any, sums: Any, out: Any
) -> None:
    """Add to `out[text]` the weighted sum of the rows of each text's features, over their length if `has_norm`.

    `light[c]` is what a counter of c weighs; `sums` is memory for one row.
    """
    for text in range(len(bounds) - 1):
        n, squares = weigh(scratch, ngrams_of(data, bounds, text, tables, rules, scratch), light, way)
        sum_rows(scratch.rows, n, scratch.weights, table, way.width, sums)
        put(out, text, sums, squares, way)


@part
def put(out: Any, text: Any, sums: Any, squares: Any, way: Any) -> None:
    """Add the row sum of one text to its scores."""
    scale = np.float32(1 / np.sqrt(squares)) if way.has_norm and squares > 0 else np.float32(1)
    for label in range(out.shape[1]):
        out[text, label] += sums[label] * scale


@part
def weigh(scratch: Any, n: Any, light: Any, way: Any) -> Any:
    """Write the rows of the text's distinct features and their weights.

    Returns how many count, and the sum of the squares of their weights.
    """
    rows, weights, counters, overflow = scratch.rows, scratch.weights, scratch.counters, scratch.overflow
    row_of, first_row, idf, is_sublinear = way.row_of, way.first_row, way.idf, way.is_sublinear
    all_count = len(row_of) == 0
    distinct, is_over = distinct_of(scratch, n, rows, 0)
    kept = 0
    for k in range(distinct):
        feature = rows[k]
        if is_over:
            c = take(counters, overflow, is_over, feature)
            weight = np.float32(1 + np.log(np.float64(c))) if is_sublinear else np.float32(c)
        else:
            weight = light[counters[feature]]
            counters[feature] = 0
        row = feature if all_count else row_of[feature]
        weights[kept] = weight * idf[max(row, 0)]
        rows[kept] = row + first_row
        kept += row >= 0
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    weights[kept : kept + 3] = 0
    for k in range(0, kept, 4):
        a += np.float64(weights[k]) ** 2
        b += np.float64(weights[k + 1]) ** 2
        c += np.float64(weights[k + 2]) ** 2
        d += np.float64(weights[k + 3]) ** 2
    return kept, a + b + (c + d)


@part
def sum_rows(rows: Any, n: Any, weights: Any, table: Any, width: Any, sums: Any) -> None:
    """Write the weighted sum of rows, four at a time."""
    sums[:] = 0
    for k in range(min(_AHEAD, n)):
        _ask(table, np.int64(rows[k]) * width, width)
    k = 0
    while k + 4 <= n:
        for ahead in range(k + _AHEAD, min(k + _AHEAD + 4, n)):
            _ask(table, np.int64(rows[ahead]) * width, width)
        a, b = np.int64(rows[k]) * width, np.int64(rows[k + 1]) * width
        c, d = np.int64(rows[k + 2]) * width, np.int64(rows[k + 3]) * width
        for to in range(0, width, LANES):
            add_lines(sums, to, table, (a, b, c, d), (weights[k], weights[k + 1], weights[k + 2], weights[k + 3]))
        k += 4
    for rest in range(k, n):
        a = np.int64(rows[rest]) * width
        for to in range(0, width, LANES):
            add_lines(sums, to, table, (a,), (weights[rest],))


@part
def _ask(table: Any, place: Any, width: Any) -> None:
    for line in range(0, width, 64 // table.itemsize):
        prefetch(table, place + line)


@entry
def gather(indptr: Any, rows: Any, weights: Any, table: Any, width: Any, sums: Any) -> Any:
    """Add up rows that were found beforehand, a text at a time: what scoring costs where the rest is free."""
    total = 0.0
    for text in range(len(indptr) - 1):
        begin, end = indptr[text], indptr[text + 1]
        sum_rows(rows[begin:end], end - begin, weights[begin:end], table, width, sums)
        total += sums[0]
    return total
