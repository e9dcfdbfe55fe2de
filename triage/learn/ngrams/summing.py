"""Log-odds of a text's pieces, its whole and its own voice, from n-grams that are hashed once."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from triage.learn.ngrams.compiled import entry, part
from triage.learn.ngrams.cut import forget, number, one_more, pair_feature
from triage.learn.ngrams.lines import LANES, add_lines, prefetch

PIECES: Final = 0  # the head that judges pieces comes first in a row of the table
WHOLES: Final = 1
_AHEAD: Final = 16


@entry
def score_cut(
    cut: Any,
    tables: Any,
    cutting: Any,
    weights: Any,
    memory: Any,
    sums: Any,
    pieces: Any,
    wholes: Any,
    owns: Any,
) -> None:
    """Write the weighted sums of each piece, each whole text and its own pieces, a row each and a column a weight.

    Columns come in whole lines; a head that is missing has none, and nothing is done for it. `owns` is written only for
    texts with pieces in either voice. Sums are in the steps in which the table counts.
    """
    row_of, idf_of, table, stride, light = weights
    for text in range(len(cut.first) - 1):
        first, last = cut.first[text], cut.first[text + 1]
        found = number(cut, text, tables, cutting, row_of, idf_of, memory)
        numbers = found.numbers
        if pieces.shape[1]:
            for piece in range(first, last):
                _sum_piece(piece, first, found, cutting, memory, light, table, stride, sums, pieces)
        if wholes.shape[1]:
            begin = pieces.shape[1]
            _sum_whole(found, memory, light, table, stride, begin, sums, wholes[text])
            if _has_both(cut.is_own, first, last):
                numbers = _count_own(cut, first, last, found, cutting, row_of, idf_of, memory)
                _sum_counted(found, numbers, memory, light, table, stride, begin, sums, owns[text])
        forget(memory, numbers)


@part
def _has_both(is_own: Any, first: Any, last: Any) -> Any:
    own = 0
    for piece in range(first, last):
        own += is_own[piece]
    return 0 < own < last - first


@part
def _sum_piece(
    piece: Any,
    first: Any,
    found: Any,
    cutting: Any,
    memory: Any,
    light: Any,
    table: Any,
    stride: Any,
    sums: Any,
    out: Any,
) -> None:
    """Write the sums of one piece."""
    at = piece - first
    occurrences, counts, chosen = memory.occurrences, memory.counts, memory.chosen
    begin, end = memory.word_first[at], memory.word_first[at + 1]
    n = count(occurrences, begin, end, counts, chosen, 0)
    n = count(occurrences, found.words + begin, found.words + end - 1, counts, chosen, n)
    out[piece, :] = 0
    _add_counted(n, memory, PIECES, light, table, stride, 0, sums, out[piece])
    n = 0
    for length in range(cutting.high - cutting.low + 1):
        n = count(occurrences, memory.char_first[length, at], memory.char_first[length, at + 1], counts, chosen, n)
    _add_counted(n, memory, PIECES, light, table, stride, 0, sums, out[piece])


@part
def count(occurrences: Any, begin: Any, end: Any, counts: Any, chosen: Any, n: Any) -> Any:
    """Count numbers and write each that is new after the n chosen ones; return how many are chosen."""
    for k in range(begin, end):
        number_ = occurrences[k]
        seen = counts[number_]
        chosen[n] = number_
        n += seen == 0
        counts[number_] = seen + 1
    return n


@part
def _add_counted(
    n: Any, memory: Any, head: Any, light: Any, table: Any, stride: Any, begin: Any, sums: Any, out: Any
) -> None:
    """Add what the chosen numbers weigh to `out`, as a vector of length 1, and forget their counts."""
    chosen, counts, rows, weights = memory.chosen, memory.counts, memory.chosen_rows, memory.weights
    idf, all_rows = memory.idf[head], memory.rows
    for k in range(n):
        number_ = chosen[k]
        rows[k] = np.int64(all_rows[number_]) * stride + begin
        weights[k] = weight(counts[number_], light) * idf[number_]
        counts[number_] = 0
    _add_rows(rows, weights, n, table, sums, out)


@part
def _sum_whole(found: Any, memory: Any, light: Any, table: Any, stride: Any, begin: Any, sums: Any, out: Any) -> None:
    """Write the sums of a whole text."""
    out[:] = 0
    for low, high in ((0, found.word_numbers), (found.word_numbers, found.numbers)):
        n = _weigh_counted(low, high, memory, light, stride, begin, 0)
        _add_rows(memory.chosen_rows, memory.weights, n, table, sums, out)


@part
def _count_own(cut: Any, first: Any, last: Any, found: Any, cutting: Any, row_of: Any, idf_of: Any, memory: Any) -> Any:
    """Count the n-grams of the own pieces joined, in `whole`; return how many numbers there are now."""
    whole, occurrences, word_first = memory.whole, memory.occurrences, memory.word_first
    whole[: found.numbers] = 0
    numbers, before = found.numbers, -1
    for piece in range(first, last):
        if not cut.is_own[piece]:
            continue
        at = piece - first
        begin, end = word_first[at], word_first[at + 1]
        if begin < end:
            if before >= 0:
                feature = pair_feature(memory.hashes, before, begin, cutting.n_features)
                joint, numbers = one_more(memory, numbers, feature, row_of, idf_of)
                whole[joint] += 1
            before = end - 1
        for k in range(begin, end):
            whole[occurrences[k]] += 1
        for k in range(found.words + begin, found.words + end - 1):
            whole[occurrences[k]] += 1
        for length in range(cutting.high - cutting.low + 1):
            for k in range(memory.char_first[length, at], memory.char_first[length, at + 1]):
                whole[occurrences[k]] += 1
    return numbers


@part
def _sum_counted(
    found: Any, numbers: Any, memory: Any, light: Any, table: Any, stride: Any, begin: Any, sums: Any, out: Any
) -> None:
    """Write the sums of what is counted in `whole`; numbers after those of the text are pairs of words."""
    rows, weights = memory.chosen_rows, memory.weights
    out[:] = 0
    n = _weigh_counted(0, found.word_numbers, memory, light, stride, begin, 0)
    n = _weigh_counted(found.numbers, numbers, memory, light, stride, begin, n)
    _add_rows(rows, weights, n, table, sums, out)
    n = _weigh_counted(found.word_numbers, found.numbers, memory, light, stride, begin, 0)
    _add_rows(rows, weights, n, table, sums, out)


@part
def _weigh_counted(low: Any, high: Any, memory: Any, light: Any, stride: Any, begin: Any, n: Any) -> Any:
    """Write rows and weights of the numbers that `whole` counts, after the n that are there; return how many are."""
    whole, rows, weights, idf, all_rows = memory.whole, memory.chosen_rows, memory.weights, memory.idf, memory.rows
    for k in range(low, high):
        rows[n] = np.int64(all_rows[k]) * stride + begin
        weights[n] = weight(whole[k], light) * idf[WHOLES, k]
        n += whole[k] > 0
    return n


@part
def weight(times: Any, light: Any) -> Any:
    """Return what a count weighs: 1 + ln of it."""
    if times < len(light):
        return light[times]
    return np.float32(1 + np.log(np.float64(times)))


@part
def _add_rows(rows: Any, weights: Any, n: Any, table: Any, sums: Any, out: Any) -> None:
    """Add the weighted sum of some rows to `out`, over the length of the vector of weights."""
    width = len(out)
    sums[:width] = 0
    squares = 0.0
    for k in range(n):
        squares += np.float64(weights[k]) * weights[k]
    if squares == 0:
        return
    for k in range(min(_AHEAD, n)):
        prefetch(table, rows[k])
    k = 0
    while k + 4 <= n:
        for ahead in range(k + _AHEAD, min(k + _AHEAD + 4, n)):
            prefetch(table, rows[ahead])
        four = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
        places = rows[k], rows[k + 1], rows[k + 2], rows[k + 3]
        for to in range(0, width, LANES):
            add_lines(sums, to, table, places, four)
        k += 4
    for rest in range(k, n):
        for to in range(0, width, LANES):
            add_lines(sums, to, table, (rows[rest],), (weights[rest],))
    scale = np.float32(1 / np.sqrt(squares))
    for to in range(width):
        out[to] += sums[to] * scale
