"""Texts that are cut into pieces: every n-gram is hashed once; a piece, the whole or some pieces are ranges of them.

A text's pieces stand one after another with a break between, as in a text of so many lines: n-grams of characters never
cross a break, pairs of words do. Each distinct n-gram of a text gets a number, under which its row, its idf and its
counts are kept; the occurrences of a piece are `ranges_of` the list of numbers. N-grams and their features are those
that `kernel` makes of the same text.
"""

from __future__ import annotations

import threading
from typing import Any, Final, NamedTuple

import numpy as np

from triage.learn.ngrams import alphabet as abc
from triage.learn.ngrams.compiled import part
from triage.learn.ngrams.kernel import HALF, ONE, PRIME, mixed
from triage.learn.ngrams.lines import prefetch

_BLANK: Final = 32
_SOON: Final = 24  # places that are asked of memory before they are needed
_PAGE_BITS, _PAGE_MASK = 8, abc.PAGE - 1
_KIND_SHIFT, _CODE_MASK, _EXPANDS = abc.KIND_SHIFT, abc.CODE_MASK, abc.EXPANDS
_WORD, _SOLO, _MARK, _SPACE = abc.WORD, abc.SOLO, abc.MARK, abc.SPACE
_KEPT = 1 << 16  # code points of a text up to which a thread keeps its memory
_of_thread = threading.local()


class Cut(NamedTuple):
    """Some texts and their pieces.

    `codes` are the code points of all texts; piece p is `codes[begins[p]:ends[p]]`, in the author's own voice if
    `is_own[p]`, and text t has the pieces from `first[t]` up to `first[t + 1]`.
    """

    codes: Any
    begins: Any
    ends: Any
    is_own: Any
    first: Any


class Cutting(NamedTuple):
    """Which n-grams there are: pairs of words and words, and characters from `low` to `high` long.

    Features of words are below `n_features`, those of characters from there on.
    """

    low: int
    high: int
    n_features: Any


class Weights(NamedTuple):
    """What n-grams weigh: the row of each feature, two idf a row (one a head), and rows of `stride` bytes in `table`.

    `light[c]` is what the smaller counts c weigh.
    """

    row_of: Any
    idf: Any
    table: Any
    stride: int
    light: Any


class Numbered(NamedTuple):
    """How many words a text has, where its pairs and its n-grams of characters end, and how many of them differ."""

    words: Any
    pairs_end: Any
    chars_end: Any
    word_numbers: Any
    numbers: Any


class Memory(NamedTuple):
    """Memory for one text at a time. `slots` and `counts` are zero between texts."""

    codes: Any
    kinds: Any
    places: Any
    begins: Any
    ends: Any
    hashes: Any
    padded: Any
    padded_from: Any
    reach: Any
    running: Any
    candidates: Any
    occurrences: Any
    heads: Any
    tails: Any
    slots: Any
    distinct: Any
    rows: Any
    idf: Any
    whole: Any
    counts: Any
    chosen: Any
    chosen_rows: Any
    weights: Any
    word_first: Any
    char_first: Any
    pad_first: Any
    joined: Any


def memory_for(longest: int, pieces: int, cutting: Cutting) -> Memory:
    """Return this thread's memory for texts of so many code points and pieces at most; kept unless it is large."""
    kept: Memory | None = getattr(_of_thread, "kept", None)
    room = 2 * longest + pieces  # one letter has two in lower case
    if kept is not None and len(kept.codes) >= room and len(kept.word_first) > pieces:
        return kept
    memory = _memory(1 << (2 * longest + pieces).bit_length(), 1 << pieces.bit_length(), cutting)
    if longest <= _KEPT:
        _of_thread.kept = memory
    return memory


def _memory(room: int, pieces: int, cutting: Cutting) -> Memory:
    size, lengths = room + 2 * pieces + 64, cutting.high - cutting.low + 1
    most = size * (lengths + 2)
    features = 2 * int(cutting.n_features)
    return Memory(
        codes=np.empty(size, np.uint32),
        kinds=np.empty(size, np.uint8),
        places=np.empty(size, np.int32),
        begins=np.empty(size, np.int32),
        ends=np.empty(size, np.int32),
        hashes=np.empty(size, np.uint64),
        padded=np.empty(size + cutting.high, np.uint32),
        padded_from=np.empty(size, np.int32),
        reach=np.empty(size, np.int32),
        running=np.empty(size, np.uint64),
        candidates=np.empty(size, np.int32),
        occurrences=np.empty(most, np.int32),
        heads=np.empty(most, np.int32),
        tails=np.empty(most, np.int32),
        slots=np.zeros(features, np.int32),
        distinct=np.empty(min(most, features) + 1, np.int32),
        rows=np.empty(min(most, features), np.int32),
        idf=np.empty((2, min(most, features)), np.float32),
        whole=np.empty(min(most, features), np.int32),
        counts=np.zeros(min(most, features), np.int32),
        chosen=np.empty(min(most, features) + 1, np.int32),
        chosen_rows=np.empty(min(most, features) + 1, np.int64),
        weights=np.empty(min(most, features) + 1, np.float32),
        word_first=np.empty(pieces + 1, np.int32),
        char_first=np.empty((lengths, pieces + 1), np.int32),
        pad_first=np.empty(pieces + 1, np.int32),
        joined=np.empty(pieces + 1, np.int32),
    )


@part
def number(cut: Any, text: Any, tables: Any, cutting: Any, row_of: Any, idf_of: Any, memory: Any) -> Any:
    """Number the distinct n-grams of a text, with their rows, idf and counts in the whole; return how many there are.

    Afterwards `occurrences` holds numbers: of the words, then of the pairs of neighbours, then of the characters.
    """
    first, last = cut.first[text], cut.first[text + 1]
    size = _read(cut, first, last, tables, memory)
    words = _words(first, last, size, memory)
    pairs_end = 2 * words - 1 if words else 0
    occurrences, hashes = memory.occurrences, memory.hashes
    for i in range(words):
        occurrences[i] = _feature(hashes[i], cutting.n_features)
    for i in range(words - 1):
        occurrences[words + i] = _feature(hashes[i] * PRIME + hashes[i + 1], cutting.n_features)
    chars_end = _characters(last - first, cutting, pairs_end, memory)
    word_numbers = _numbers(memory, 0, pairs_end, 0)
    numbers = _numbers(memory, pairs_end, chars_end, word_numbers)
    _look_up(memory, 0, numbers, row_of, idf_of)
    return Numbered(words, pairs_end, chars_end, word_numbers, numbers)


@part
def forget(memory: Any, numbers: Any) -> None:
    """Leave the slots of a text's n-grams empty again."""
    slots, distinct = memory.slots, memory.distinct
    for k in range(numbers):
        slots[distinct[k]] = 0


@part
def one_more(memory: Any, numbers: Any, feature: Any, row_of: Any, idf_of: Any) -> Any:
    """Return the number of a feature that the text may not have as a whole, and how many there are now."""
    at = memory.slots[feature]
    if at:
        return at - 1, numbers
    memory.slots[feature] = numbers + 1
    memory.distinct[numbers] = feature
    memory.whole[numbers] = 0
    _look_up(memory, numbers, numbers + 1, row_of, idf_of)
    return numbers, numbers + 1


@part
def pair_feature(hashes: Any, one: Any, other: Any, n_features: Any) -> Any:
    """Return the feature of a pair of words."""
    return _feature(hashes[one] * PRIME + hashes[other], n_features)


@part
def _feature(h: Any, n_features: Any) -> Any:
    return np.int32(((mixed(h) >> HALF) * n_features) >> HALF)


@part
def _read(cut: Any, first: Any, last: Any, tables: Any, memory: Any) -> Any:
    """Write the lower-case code points of all pieces, a blank after each, with kinds and places; return how many.

    `places` are offsets in the pieces joined by line breaks. `joined[p]` is where piece p begins there, `word_first[p]`
    (for the time being) where it begins among the codes.
    """
    pages, entries, expansions = tables
    codes, kinds, places = memory.codes, memory.kinds, memory.places
    given, begins, ends, joined, firsts = cut.codes, cut.begins, cut.ends, memory.joined, memory.word_first
    written = place = 0
    for piece in range(first, last):
        joined[piece - first], firsts[piece - first] = place, written
        for at in range(begins[piece], ends[piece]):
            code = np.int64(given[at])
            row = np.int64(entries[np.int64(pages[code >> _PAGE_BITS]) << _PAGE_BITS | code & _PAGE_MASK])
            if row & _EXPANDS:
                for lower in expansions[row & _CODE_MASK]:
                    if lower != 0:
                        page = np.int64(pages[lower >> _PAGE_BITS]) << _PAGE_BITS
                        codes[written], places[written] = lower, place
                        kinds[written] = np.int64(entries[page | lower & _PAGE_MASK]) >> _KIND_SHIFT
                        written += 1
            else:
                codes[written], places[written] = (code + row) & _CODE_MASK, place
                kinds[written] = row >> _KIND_SHIFT
                written += 1
            place += 1
        codes[written], kinds[written], places[written] = _BLANK, _SPACE, place
        written += 1
        place += 1
    joined[last - first], firsts[last - first] = place, written
    return written


@part
def _words(first: Any, last: Any, size: Any, memory: Any) -> Any:
    """Write the hash of each word and the codes where it begins and ends; return how many there are.

    `word_first[p]` becomes the number of words before piece p.
    """
    codes, kinds, begins, ends, hashes = memory.codes, memory.kinds, memory.begins, memory.ends, memory.hashes
    firsts = memory.word_first
    words, h = 0, np.uint64(0)
    for piece in range(last - first):
        begin, end = firsts[piece], firsts[piece + 1]
        firsts[piece] = words
        open_kind = np.int64(0)
        for i in range(begin, end):
            kind = np.int64(kinds[i])
            if (kind == _WORD and open_kind == _WORD) or (kind == _MARK and open_kind != 0):
                h = h * PRIME + (np.uint64(codes[i]) + ONE)
                continue
            if open_kind != 0:
                hashes[words] = mixed(h)
                ends[words] = i
                words += 1
            open_kind = np.int64(0)
            if kind in (_WORD, _SOLO):
                open_kind = kind
                h = np.uint64(codes[i]) + ONE
                begins[words] = i
    firsts[last - first] = words
    return words


@part
def _characters(pieces: Any, cutting: Any, written: Any, memory: Any) -> Any:
    """Write the features of all n-grams of characters from `written` on; return where they end.

    Those of one length stand together, in the order of the text; `char_first[n - low, p]` is where piece p's begin.
    """
    padded, reach, running, candidates = memory.padded, memory.reach, memory.running, memory.candidates
    occurrences, firsts = memory.occurrences, memory.char_first
    length = _pad(pieces, cutting.high, memory)
    running[:length] = 0
    bounds = memory.pad_first
    for n in range(1, cutting.high + 1):
        for i in range(length):
            running[i] = running[i] * PRIME + (np.uint64(padded[i + n - 1]) + ONE)
        if n < cutting.low:
            continue
        for i in range(length):
            candidates[i] = _feature(running[i], cutting.n_features) + np.int32(cutting.n_features)
        for piece in range(pieces):
            firsts[n - cutting.low, piece] = written
            for i in range(bounds[piece], bounds[piece + 1]):
                occurrences[written] = candidates[i]
                written += n <= reach[i]
        firsts[n - cutting.low, pieces] = written
    return written


@part
def _pad(pieces: Any, high: Any, memory: Any) -> Any:
    """Write all pieces with single blanks around what stands between white space; return the length.

    `pad_first[p]` becomes the place of the blank before piece p, `padded_from` the place of each among the codes, and
    `reach[i]` the length of the longest n-gram that begins at i and stays in its word with the blanks beside it.
    """
    codes, kinds, joined, places = memory.codes, memory.kinds, memory.joined, memory.places
    padded, padded_from, reach, bounds = memory.padded, memory.padded_from, memory.reach, memory.pad_first
    padded[0], padded_from[0] = _BLANK, 0
    length, i = 1, 0
    for piece in range(pieces):
        bounds[piece] = length - 1
        until = joined[piece + 1] - 1
        while True:  # up to the blank that follows the piece
            is_end = places[i] == until
            code = np.uint32(_BLANK) if kinds[i] == _SPACE else codes[i]
            is_kept = (code != _BLANK) | (padded[length - 1] != _BLANK)
            padded[length], padded_from[length] = code, i
            length += is_kept
            i += 1
            if is_end:
                break
    bounds[pieces] = length - 1
    padded[length : length + high] = 0
    longest = 0
    for k in range(length - 1, -1, -1):
        longest += 1
        reach[k] = longest
        longest = 1 if padded[k] == _BLANK else longest
    return length


@part
def _numbers(memory: Any, begin: Any, end: Any, numbers: Any) -> Any:
    """Put numbers in the place of features, and count them; return how many numbers there are."""
    occurrences, slots, distinct, whole = memory.occurrences, memory.slots, memory.distinct, memory.whole
    for k in range(begin, min(begin + _SOON, end)):
        prefetch(slots, occurrences[k])
    for k in range(begin, end):
        if k + _SOON < end:
            prefetch(slots, occurrences[k + _SOON])
        feature = occurrences[k]
        at = slots[feature]
        is_new = at == 0
        distinct[numbers] = feature
        numbers += is_new
        at += is_new * numbers
        slots[feature] = at
        occurrences[k] = at - 1
        whole[at - 1] = (0 if is_new else whole[at - 1]) + 1
    return numbers


@part
def _look_up(memory: Any, begin: Any, end: Any, row_of: Any, idf_of: Any) -> None:
    """Write the row of each number and its idf for either head."""
    distinct, rows, idf = memory.distinct, memory.rows, memory.idf
    for k in range(begin, min(begin + _SOON, end)):
        prefetch(row_of, distinct[k])
    for k in range(begin, end):
        if k + _SOON < end:
            prefetch(row_of, distinct[k + _SOON])
        rows[k] = row_of[distinct[k]]
    for k in range(begin, end):
        if k + _SOON < end:
            prefetch(idf_of, np.int64(rows[k + _SOON]) * 2)
        row = np.int64(rows[k]) * 2
        idf[0, k], idf[1, k] = idf_of[row], idf_of[row + 1]
