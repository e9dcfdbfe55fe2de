"""The compiled lookup of n-grams in a fitted vocabulary: exact strings, no hashes in place of them."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from triage.learn.ngrams.alphabet import SOLO, WORD
from triage.learn.ngrams.compiled import entry, part
from triage.learn.ngrams.kernel import HALF, ONE, PRIME, mixed, pad, read
from triage.learn.ngrams.weighing import put, sum_rows, weigh

STOP: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
_NODE: Final = np.uint64(0xFFFFFFFF)


class Lexicon(NamedTuple):
    """The n-grams of a fitted vocabulary, exactly, as a tree with the root 0.

    `branches` is an open table of pairs, a key (parent << 32 | symbol) + 1 and its value: the child, and above its 32
    bits the column of the n-gram that ends there plus 1, or 0. Symbols of character n-grams are code points. Those of
    word n-grams are the numbers of the root's children: word w, `word_codes[word_begins[w]:word_begins[w + 1]]`, which
    `word_slots` finds by its hash, has the value `word_values[w]`, or `STOP`.
    """

    branches: Any
    word_slots: Any
    word_begins: Any
    word_codes: Any
    word_values: Any
    shortest: int


class Seen(NamedTuple):
    """Words that were met before, and the columns of all their n-grams: the memory of one thread.

    `used` counts words, codes and columns. When one of them runs out of space, all is forgotten.
    """

    slots: Any
    begins: Any
    codes: Any
    column_begins: Any
    columns: Any
    used: Any


@part
def _step(branches: Any, node: Any, symbol: Any) -> Any:
    """Return the value of a child of a node, or 0."""
    key = (node << HALF | symbol) + ONE
    mask = len(branches) - 1
    place = np.int64(mixed(key * PRIME) >> HALF) & mask
    while branches[place, 0] != 0:
        if branches[place, 0] == key:
            return branches[place, 1]
        place = (place + 1) & mask
    return np.uint64(0)


@part
def _find(slots: Any, begins: Any, known: Any, codes: Any, begin: Any, end: Any) -> Any:
    """Return the number of a word, or ~place of the free slot where it belongs."""
    h = np.uint64(0)
    for i in range(begin, end):
        h = h * PRIME + (np.uint64(codes[i]) + ONE)
    mask = len(slots) - 1
    place = np.int64(mixed(h) >> HALF) & mask
    while slots[place] != 0:
        number = np.int64(slots[place]) - 1
        first = begins[number]
        if begins[number + 1] - first == end - begin:
            same = 0
            while same < end - begin and known[first + same] == codes[begin + same]:
                same += 1
            if same == end - begin:
                return number
        place = (place + 1) & mask
    return ~place


@part
def _known_word_ngrams(scratch: Any, size: Any, rules: Any, lexicon: Any) -> Any:
    """Write the columns of the text's word n-grams that are in the lexicon, as scikit-learn cuts words."""
    codes, kinds, values, features = scratch.codes, scratch.kinds, scratch.hashes, scratch.features
    slots, begins, known = lexicon.word_slots, lexicon.word_begins, lexicon.word_codes
    branches, word_values = lexicon.branches, lexicon.word_values
    low, high, shortest = rules.low, rules.high, lexicon.shortest
    kinds[size] = 0
    words = 0
    begin: Any = 0
    for i in range(size + 1):
        if kinds[i] in (WORD, SOLO):
            continue
        if i - begin >= shortest:
            word = _find(slots, begins, known, codes, begin, i)
            values[words] = word_values[word] if word >= 0 else np.uint64(0)
            words += values[words] != STOP
        begin = i + 1
    written = 0
    for i in range(words):
        value = values[i]
        for n in range(1, min(high, words - i) + 1):
            if n > 1:
                value = _step(branches, value & _NODE, values[i + n - 1] & _NODE)
            if value == 0:
                break
            features[written] = np.int64(value >> HALF) - 1
            written += n >= low and value > _NODE
    return written


@part
def _known_chars(padded: Any, begin: Any, end: Any, low: Any, high: Any, branches: Any, found: Any, at: Any) -> Any:
    """Write from `at` on the columns of one padded word's n-grams that are in the lexicon; return where they end."""
    for i in range(begin, end):
        value = np.uint64(0)
        for n in range(1, min(high, end - i) + 1):
            value = _step(branches, value & _NODE, np.uint64(padded[i + n - 1]))
            if value == 0:
                break
            found[at] = np.int64(value >> HALF) - 1
            at += (n >= low or n == end - begin) and value > _NODE
    return at


@part
def _known_char_ngrams(scratch: Any, size: Any, rules: Any, lexicon: Any, seen: Any) -> Any:
    """Write the columns of the text's `char_wb` n-grams that are in the lexicon; words met before are looked up."""
    padded, reach, features = scratch.padded, scratch.reach, scratch.features
    branches = lexicon.branches
    slots, begins, codes, column_begins, columns, used = seen
    low, high = rules.low, rules.high
    length = pad(scratch, size, high, None)
    begin, written = np.int64(0), np.int64(0)
    while begin < length - 1:
        end = begin + reach[begin]
        most = (end - begin) * (high - low + 2)
        if end - begin > len(codes) >> 4 or most > len(columns) >> 4:
            written = _known_chars(padded, begin, end, low, high, branches, features, written)
            begin = end - 1
            continue
        word = _find(slots, begins, codes, padded, begin, end)
        if word < 0:
            if (
                2 * used[0] >= len(slots)
                or used[0] + 2 > len(begins)
                or used[1] + end - begin > len(codes)
                or used[2] + most > len(columns)
            ):
                slots[:] = 0
                used[:] = 0
                word = _find(slots, begins, codes, padded, begin, end)
            place, word = ~word, used[0]
            slots[place] = word + 1
            codes[used[1] : used[1] + end - begin] = padded[begin:end]
            begins[word], begins[word + 1] = used[1], used[1] + end - begin
            last = _known_chars(padded, begin, end, low, high, branches, columns, used[2])
            column_begins[word], column_begins[word + 1] = used[2], last
            used[0], used[1], used[2] = word + 1, begins[word + 1], last
        first, last = column_begins[word], column_begins[word + 1]
        for k in range(last - first):
            features[written + k] = columns[first + k]
        written += last - first
        begin = end - 1
    return written


@entry
def score_known(
    data: Any, bounds: Any, tables: Any, rules: Any, scratch: Any, light: Any, table: Any, way: Any, sums: Any,
    out: Any, lexicon: Any, seen: Any,
) -> None:  # fmt: skip
    """Do as `score` does, with the columns of a fitted vocabulary for features."""
    for text in range(len(bounds) - 1):
        n = read(data, bounds[text], bounds[text + 1], tables, scratch.codes, scratch.kinds, None)
        if rules.is_char:
            n = _known_char_ngrams(scratch, n, rules, lexicon, seen)
        else:
            n = _known_word_ngrams(scratch, n, rules, lexicon)
        n, squares = weigh(scratch, n, light, way)
        sum_rows(scratch.rows, n, scratch.weights, table, way.width, sums)
        put(out, text, sums, squares, way)


@entry
def plant(keys: Any, values: Any, branches: Any) -> None:
    """Put the pairs into the branches of a `Lexicon`, which have room for twice as many."""
    mask = len(branches) - 1
    for k in range(len(keys)):
        key = keys[k] + ONE
        place = np.int64(mixed(key * PRIME) >> HALF) & mask
        while branches[place, 0] != 0:
            place = (place + 1) & mask
        branches[place, 0], branches[place, 1] = key, values[k]


@entry
def enrol(slots: Any, begins: Any, codes: Any) -> None:
    """Put distinct words into the slots of a `Lexicon`, which has room for twice as many."""
    for word in range(len(begins) - 1):
        place = _find(slots, begins, codes, codes, begins[word], begins[word + 1])
        slots[~place] = word + 1
