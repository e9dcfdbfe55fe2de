"""Evidence, compiled: the positive terms of a unit's log-odds laid on the characters and words where they stand."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from triage.learn.ngrams.compiled import entry, part
from triage.learn.ngrams.cut import forget, number
from triage.learn.ngrams.signs import ALONE, WORD
from triage.learn.ngrams.summing import count, weight

WHOLE: Final = -1  # in the place of a piece: all pieces together
MAX_SPANS: Final = 8
_LANES: Final = 8  # markers that are laid out at once
_BLANK: Final = 32


class Asked(NamedTuple):
    """For which units evidence is wanted, in the order of their texts, and for which columns of the table.

    Unit u is piece `piece[u]` of `text[u]` (or its `WHOLE`) under head `head[u]`; its columns are `columns[first[u]:
    first[u + 1]]`. Beside each column stand its step in log-odds, and the positive terms that have no place (`base`).
    """

    text: Any
    piece: Any
    head: Any
    first: Any
    columns: Any
    steps: Any
    base: Any


class Laid(NamedTuple):
    """What is found: for each column asked the `total` of its positive terms, and `spans` of its words.

    The spans of column c are the first `count[c]` of `MAX_SPANS` from c · MAX_SPANS on: offsets in the text as
    received, their piece, and the share of the total.
    """

    total: Any
    count: Any
    start: Any
    end: Any
    piece: Any
    share: Any


@entry
def lay(
    cut: Any,
    tables: Any,
    cutting: Any,
    weights: Any,
    memory: Any,
    asked: Any,
    signs: Any,
    kinds: Any,
    bounds: Any,
    origin: Any,
    stops: Any,
    laid: Any,
) -> None:
    """Fill in what is `laid` for all that is `asked`.

    `signs` are the code points by which words are told (before final sigmas were made small ones), `origin` their
    offsets in the texts as received (one more a text than `bounds` says), `stops` where each piece ends there.
    """
    row_of, idf_of, table, stride, light = weights
    unit = 0
    while unit < len(asked.text):
        text = asked.text[unit]
        first, last = cut.first[text], cut.first[text + 1]
        found = number(cut, text, tables, cutting, row_of, idf_of, memory)
        heads, tails = _places(last - first, found, cutting, memory)
        words = _words(cut, first, last, signs, kinds, memory)
        while unit < len(asked.text) and asked.text[unit] == text:
            _lay_unit(
                unit, cut, first, last, found, cutting, table, stride, light, memory, asked, heads, tails, words,
                origin[bounds[text] + text :], bounds[text], stops, laid,
            )  # fmt: skip
            unit += 1
        forget(memory, found.numbers)


@part
def _places(pieces: Any, found: Any, cutting: Any, memory: Any) -> Any:
    """Return where each occurrence begins and ends in the pieces joined by line breaks, blanks left out."""
    places, begins, ends = memory.places, memory.begins, memory.ends
    padded, padded_from, reach, bounds = memory.padded, memory.padded_from, memory.reach, memory.pad_first
    heads, tails = np.empty(found.chars_end, np.int32), np.empty(found.chars_end, np.int32)
    for k in range(found.words):
        heads[k], tails[k] = places[begins[k]], places[ends[k] - 1] + 1
    for k in range(found.words - 1):
        heads[found.words + k], tails[found.words + k] = heads[k], tails[k + 1]
    at = found.pairs_end
    for n in range(cutting.low, cutting.high + 1):
        for i in range(bounds[0], bounds[pieces]):
            if n <= reach[i]:
                last = i + n - 1
                heads[at] = places[padded_from[i + (padded[i] == _BLANK)]]
                tails[at] = places[padded_from[last - (padded[last] == _BLANK)]] + 1
                at += 1
    return heads, tails


@part
def _words(cut: Any, first: Any, last: Any, signs: Any, kinds: Any, memory: Any) -> Any:
    """Return where words begin and end in the joined pieces, the piece of each, and how many stand before a piece."""
    size = memory.joined[last - first]
    starts, ends, pieces = np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int32)
    before = np.zeros(last - first + 1, np.int32)
    words = 0
    for piece in range(first, last):
        is_run = False
        shift = memory.joined[piece - first] - cut.begins[piece]
        for at in range(cut.begins[piece], cut.ends[piece]):
            kind = kinds[signs[at]]
            if not kind & WORD:
                is_run = False
                continue
            if not is_run or kind & ALONE:
                starts[words], pieces[words] = at + shift, piece - first
                words += 1
            is_run = not kind & ALONE
            ends[words - 1] = at + shift + 1
        before[piece - first + 1] = words
    return starts, ends, pieces, before


@part
def _lay_unit(
    unit: Any,
    cut: Any,
    first: Any,
    last: Any,
    found: Any,
    cutting: Any,
    table: Any,
    stride: Any,
    light: Any,
    memory: Any,
    asked: Any,
    heads: Any,
    tails: Any,
    words: Any,
    origin: Any,
    text_begin: Any,
    stops: Any,
    laid: Any,
) -> None:
    """Fill in what is laid for the columns of one unit."""
    piece = asked.piece[unit]
    begin, end = (0, last - first) if piece == WHOLE else (piece - first, piece - first + 1)
    values = np.zeros(found.numbers, np.float64)
    spread = np.zeros(found.numbers, np.float64)
    ranges = _ranges(begin, end, found, cutting, memory)
    n = _weigh(ranges, 2, asked.head[unit], light, memory, values, 0)
    n = _weigh(ranges[2:], len(ranges) - 2, asked.head[unit], light, memory, values, n)
    for low, high in ranges:
        for k in range(low, high):
            spread[memory.occurrences[k]] += tails[k] - heads[k]
    terms = np.empty((found.numbers, _LANES), np.float64)
    low, high = memory.joined[begin], memory.joined[end] - 1
    mass = np.empty((high - low + 2, _LANES), np.float64)
    for column in range(asked.first[unit], asked.first[unit + 1], _LANES):
        lanes = min(_LANES, asked.first[unit + 1] - column)
        _weigh_terms(column, lanes, n, table, stride, memory, asked, values, spread, terms, laid)
        _lay_terms(ranges, low, memory, heads, tails, terms, mass)
        for lane in range(lanes):
            _choose(
                column + lane, mass[:, lane], low, words, words[3][begin], words[3][end], cut, first, memory,
                origin, text_begin, stops, laid,
            )  # fmt: skip


@part
def _ranges(begin: Any, end: Any, found: Any, cutting: Any, memory: Any) -> Any:
    """Return the ranges of occurrences that belong to some neighbouring pieces: two of words, then of characters."""
    lengths = cutting.high - cutting.low + 1
    ranges = np.empty((2 + lengths, 2), np.int64)
    one, other = memory.word_first[begin], memory.word_first[end]
    ranges[0, 0], ranges[0, 1] = one, other
    ranges[1, 0], ranges[1, 1] = found.words + one, found.words + other - 1
    for n in range(lengths):
        ranges[2 + n, 0], ranges[2 + n, 1] = memory.char_first[n, begin], memory.char_first[n, end]
    return ranges


@part
def _weigh(ranges: Any, many: Any, head: Any, light: Any, memory: Any, values: Any, n: Any) -> Any:
    """Write the values of the numbers in some ranges, as a vector of length 1, after the n chosen ones."""
    counts, chosen, idf = memory.counts, memory.chosen, memory.idf[head]
    before = n
    for at in range(many):
        n = count(memory.occurrences, ranges[at, 0], ranges[at, 1], counts, chosen, n)
    squares = 0.0
    for k in range(before, n):
        values[chosen[k]] = weight(counts[chosen[k]], light) * idf[chosen[k]]
        squares += values[chosen[k]] ** 2
        counts[chosen[k]] = 0
    for k in range(before, n):
        values[chosen[k]] /= np.sqrt(squares) if squares > 0 else 1.0
    return n


@part
def _weigh_terms(
    column: Any,
    lanes: Any,
    n: Any,
    table: Any,
    stride: Any,
    memory: Any,
    asked: Any,
    values: Any,
    spread: Any,
    terms: Any,
    laid: Any,
) -> None:
    """Write what each number gives to a character, as a share of all positive terms, which go to `total`."""
    chosen, rows = memory.chosen, memory.rows
    columns, steps = np.zeros(_LANES, np.int64), np.zeros(_LANES, np.float64)
    totals = np.zeros(_LANES, np.float64)
    for lane in range(lanes):
        columns[lane], steps[lane] = asked.columns[column + lane], asked.steps[column + lane]
        totals[lane] = asked.base[column + lane]
    for k in range(n):
        number_ = chosen[k]
        row, value, share = np.int64(rows[number_]) * stride, values[number_], 1 / max(spread[number_], 1.0)
        for lane in range(_LANES):
            term = max(value * steps[lane] * table[row + columns[lane]], 0.0)
            totals[lane] += term
            terms[number_, lane] = term * share
    for lane in range(lanes):
        laid.total[column + lane] = totals[lane]
    for lane in range(_LANES):
        totals[lane] = 1 / totals[lane] if totals[lane] > 0 else 0.0
    for k in range(n):
        for lane in range(_LANES):
            terms[chosen[k], lane] *= totals[lane]


@part
def _lay_terms(ranges: Any, low: Any, memory: Any, heads: Any, tails: Any, terms: Any, mass: Any) -> None:
    """Write the shares of all characters up to each, from `low` on."""
    occurrences = memory.occurrences
    mass[:] = 0
    for at in range(len(ranges)):
        for k in range(ranges[at, 0], ranges[at, 1]):
            number_, head, tail = occurrences[k], heads[k] - low + 1, tails[k] - low + 1
            for lane in range(_LANES):
                mass[head, lane] += terms[number_, lane]
            if tail < len(mass):
                for lane in range(_LANES):
                    mass[tail, lane] -= terms[number_, lane]
    here = np.zeros(_LANES, np.float64)
    for at in range(1, len(mass)):
        for lane in range(_LANES):
            here[lane] += mass[at, lane]
            mass[at, lane] = mass[at - 1, lane] + max(here[lane], 0.0)


@part
def _choose(
    column: Any,
    mass: Any,
    low: Any,
    words: Any,
    begin: Any,
    end: Any,
    cut: Any,
    first: Any,
    memory: Any,
    origin: Any,
    text_begin: Any,
    stops: Any,
    laid: Any,
) -> None:
    """Write the heaviest runs of words above the mean share a character, joined where they share one as received."""
    starts, ends, pieces, _ = words
    size = 0
    for word in range(begin, end):
        size += ends[word] - starts[word]
    everything = mass[len(mass) - 1]
    firsts, lasts = np.empty(MAX_SPANS + 1, np.int32), np.empty(MAX_SPANS + 1, np.int32)
    masses = np.empty(MAX_SPANS + 1, np.float64)
    runs = 0
    word = begin
    while everything > 0 and word < end:
        if not _is_heavy(mass, low, starts[word], ends[word], everything, size):
            word += 1
            continue
        start = word
        while (
            word + 1 < end
            and pieces[word + 1] == pieces[start]
            and _is_heavy(mass, low, starts[word + 1], ends[word + 1], everything, size)
        ):
            word += 1
        runs = _put(firsts, lasts, masses, runs, start, word, mass[ends[word] - low] - mass[starts[start] - low])
        word += 1
    _by_place(firsts, lasts, runs)
    spans, at = 0, column * MAX_SPANS
    for run in range(runs):
        one, other = firsts[run], lasts[run]
        if spans and _start(cut, first, memory, origin, text_begin, words, one) < laid.end[at + spans - 1]:
            spans -= 1
            one = firsts[spans]
        firsts[spans] = one
        piece = first + pieces[one]
        laid.start[at + spans] = _start(cut, first, memory, origin, text_begin, words, one)
        behind = ends[other] - memory.joined[pieces[one]] + cut.begins[piece] - text_begin
        laid.end[at + spans] = min(max(origin[behind], origin[behind - 1] + 1), stops[piece])
        laid.piece[at + spans] = piece
        laid.share[at + spans] = mass[ends[other] - low] - mass[starts[one] - low]
        spans += 1
    laid.count[column] = spans


@part
def _is_heavy(mass: Any, low: Any, start: Any, end: Any, everything: Any, size: Any) -> Any:
    return (mass[end - low] - mass[start - low]) * size >= everything * (end - start)


@part
def _start(cut: Any, first: Any, memory: Any, origin: Any, text_begin: Any, words: Any, word: Any) -> Any:
    """Return where a word begins in the text as received."""
    at = words[2][word]
    return origin[words[0][word] - memory.joined[at] + cut.begins[first + at] - text_begin]


@part
def _put(firsts: Any, lasts: Any, masses: Any, runs: Any, first: Any, last: Any, share: Any) -> Any:
    """Put a run among the heaviest, which stand in order, the earlier first where two are alike; return how many."""
    at = runs
    while at > 0 and masses[at - 1] < share:
        firsts[at], lasts[at], masses[at] = firsts[at - 1], lasts[at - 1], masses[at - 1]
        at -= 1
    firsts[at], lasts[at], masses[at] = first, last, share
    return min(runs + 1, MAX_SPANS)


@part
def _by_place(firsts: Any, lasts: Any, runs: Any) -> None:
    for k in range(1, runs):
        first, last, at = firsts[k], lasts[k], k
        while at > 0 and firsts[at - 1] > first:
            firsts[at], lasts[at] = firsts[at - 1], lasts[at - 1]
            at -= 1
        firsts[at], lasts[at] = first, last
