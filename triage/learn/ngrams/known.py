"""The compiled lookup of n-grams in a fitted vocabulary: exact strings, no hashes in place of them."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from triage.learn.ngrams import alphabet as abc
from triage.learn.ngrams.compiled import entry, part
from triage.learn.ngrams.kernel import HALF, LAST, ONE, PRIME, ZERO, hash_of, mixed, pad, read
from triage.learn.ngrams.lines import differ_8, equal_bits, lowest_bit, prefetch
from triage.learn.ngrams.weighing import put, sum_rows, weigh

STOP: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
_NODE: Final = np.uint64(0xFFFFFFFF)
_AHEAD: Final = 12  # words whose branches are asked of memory before they are needed
_WORD, _SOLO = abc.WORD, abc.SOLO


class Lexicon(NamedTuple):
    """The n-grams of a fitted vocabulary, exactly, as a tree with the root 0.

    `branches` is an open table of pairs laid end to end, a key (parent << 32 | symbol) + 1 and its value: the child,
    and above its 32 bits the column of the n-gram that ends there plus 1, or 0. Symbols of character n-grams are code
    points. Those of word n-grams are the numbers of the root's children: word w, which is
    `word_codes[word_begins[w]:word_begins[w + 1]]` and which `word_slots` finds by its hash, has the value
    `word_values[w]`, or `STOP`.
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
    key, mask = _key(node, symbol), (len(branches) >> 1) - 1
    place = _place(branches, key)
    while branches[2 * place] != ZERO:
        if branches[2 * place] == key:
            return branches[2 * place + 1]
        place = (place + 1) & mask
    return ZERO


@part
def _key(node: Any, symbol: Any) -> Any:
    return ((node & _NODE) << HALF | symbol & _NODE) + ONE


@part
def _place(branches: Any, key: Any) -> Any:
    """Return where the search for a key begins, in pairs."""
    return np.int64(mixed(key * PRIME) >> HALF) & ((len(branches) >> 1) - 1)


@part
def _runs(scratch: Any, size: Any, shortest: Any) -> Any:
    r"""Write where each run of `\w` of at least `shortest` codes begins and ends; return how many there are."""
    kinds, begins, ends = scratch.kinds, scratch.begins, scratch.ends
    begun, ended, before = 0, 0, ZERO
    for place in range(0, size, 64):
        words = equal_bits(kinds, place, _WORD) | equal_bits(kinds, place, _SOLO)
        after = np.uint64(kinds[place + 64] == _WORD) | np.uint64(kinds[place + 64] == _SOLO)
        first = words & ~(words << ONE | before)
        last = words & ~(words >> ONE | after << LAST)
        before = words >> LAST
        while first != ZERO:
            begins[begun] = place + lowest_bit(first)
            first &= first - ONE
            begun += 1
        while last != ZERO:
            ends[ended] = place + lowest_bit(last) + 1
            last &= last - ONE
            ended += 1
    kept = 0
    for i in range(begun):
        begins[kept], ends[kept] = begins[i], ends[i]
        kept += ends[i] - begins[i] >= shortest
    return kept


@part
def _find(slots: Any, begins: Any, known: Any, codes: Any, begin: Any, end: Any) -> Any:
    """Return the number of a word, or ~place of the free slot where it belongs."""
    return _found(slots, begins, known, codes, begin, end, mixed(hash_of(codes, begin, end)))


@part
def _found(slots: Any, begins: Any, known: Any, codes: Any, begin: Any, end: Any, mixed_hash: Any) -> Any:
    """Return what `_find` does of a word whose mixed hash is known."""
    mask, size = len(slots) - 1, end - begin
    place = np.int64(mixed_hash >> HALF) & mask
    while slots[place] != 0:
        number = np.int64(slots[place]) - 1
        first = begins[number]
        if begins[number + 1] - first == size and _is_same(codes, begin, known, first, size):
            return number
        place = (place + 1) & mask
    return ~place


@part
def _is_same(codes: Any, begin: Any, known: Any, first: Any, size: Any) -> Any:
    left = size
    while left > 8:
        if differ_8(codes, begin, known, first) != ZERO:
            return False
        begin, first, left = begin + 8, first + 8, left - 8
    return differ_8(codes, begin, known, first) & ((ONE << np.uint64(left)) - ONE) == ZERO


@part
def _known_word_ngrams(scratch: Any, size: Any, rules: Any, lexicon: Any) -> Any:
    """Write the columns of the text's word n-grams that are in the lexicon, as scikit-learn cuts words."""
    codes, values, features = scratch.codes, scratch.hashes, scratch.features
    slots, known_begins, known = lexicon.word_slots, lexicon.word_begins, lexicon.word_codes
    branches, word_values = lexicon.branches, lexicon.word_values
    low, high = rules.low, rules.high
    runs = _runs(scratch, size, lexicon.shortest)
    for i in range(runs):
        values[i] = mixed(hash_of(codes, scratch.begins[i], scratch.ends[i]))
        prefetch(slots, np.int64(values[i] >> HALF) & (len(slots) - 1))
    words = 0
    for i in range(runs):
        word = _found(slots, known_begins, known, codes, scratch.begins[i], scratch.ends[i], values[i])
        values[words] = word_values[word] if word >= 0 else ZERO
        words += values[words] != STOP
    values[words : words + _AHEAD + 1] = 0
    written = 0
    for i in range(words):
        if high > 1:
            prefetch(branches, 2 * _place(branches, _key(values[i + _AHEAD], values[i + _AHEAD + 1])))
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
                or used[1] + end - begin + 8 > len(codes)
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
    mask = (len(branches) >> 1) - 1
    for k in range(len(keys)):
        key = keys[k] + ONE
        place = _place(branches, key)
        while branches[2 * place] != ZERO:
            place = (place + 1) & mask
        branches[2 * place], branches[2 * place + 1] = key, values[k]


@entry
def enrol(slots: Any, begins: Any, codes: Any) -> None:
    """Put distinct words into the slots of a `Lexicon`, which has room for twice as many."""
    for word in range(len(begins) - 1):
        place = _find(slots, begins, codes, codes, begins[word], begins[word + 1])
        slots[~place] = word + 1
