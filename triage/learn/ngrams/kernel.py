"""The compiled n-gram kernel: from texts as UTF-8 to the features of their n-grams, and to counts per text.

One text goes through two stages, in scratch memory that the call owns. `_read` turns bytes into lower-case code points
and their kinds; `_word_ngrams` or `_char_ngrams` turns those into the features of all n-grams, with repeats. The
entries at the end do something with the features. All stands in one file because numba's cache on disk notices
changes only in the file of an entry.

An n-gram's hash is taken over its parts: h = SEED, then h = (h ^ part) * PRIME for each, modulo 2**64. The parts of a
word and of a character n-gram are code points, those of a word n-gram the hashes of its words. Its feature is the upper
half of the mixed hash, times the number of features, over 2**32.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from triage.learn.ngrams import alphabet as abc
from triage.learn.ngrams.compiled import entry, part

SEED: Final = np.uint64(0x9E3779B97F4A7C15)
PRIME: Final = np.uint64(0xD6E8FEB86659FD93)
MIX: Final = np.uint64(0xC2B2AE3D27D4EB4F)

_HALF: Final = np.uint64(32)
_BLANK: Final = 32
_PAGE_BITS, _PAGE_MASK = 8, abc.PAGE - 1
_KIND_SHIFT, _KIND_MASK, _CODE_MASK, _EXPANDS = abc.KIND_SHIFT, abc.KIND_MASK, abc.CODE_MASK, abc.EXPANDS
_WORD, _SOLO, _MARK, _SPACE = abc.WORD, abc.SOLO, abc.MARK, abc.SPACE


def room(size: int, low: int, high: int) -> int:
    """Return how many n-grams a text of so many bytes can have at most."""
    return (size + 3) * (high - low + 2)


_room = part(room)


@part
def _feature(h: Any, n_features: Any) -> Any:
    return np.int32(((((h ^ (h >> _HALF)) * MIX) >> _HALF) * n_features) >> _HALF)


@part
def _row(tables: Any, code: Any) -> Any:
    pages, entries, _ = tables
    return np.int64(entries[np.int64(pages[code >> _PAGE_BITS]) << _PAGE_BITS | code & _PAGE_MASK])


@part
def _read(data: Any, first: Any, last: Any, tables: Any, codes: Any, kinds: Any, origin: Any) -> Any:
    """Write the lower-case code points of one text and their kinds; return how many there are.

    `origin` gets the place in the given text of the code point that each one came from, or is None.
    """
    at, written, place = first, 0, 0
    while at < last:
        code = np.int64(data[at])
        if code < 0x80:
            at += 1
        elif code < 0xE0:
            code = (code & 0x1F) << 6 | data[at + 1] & 0x3F
            at += 2
        elif code < 0xF0:
            code = (code & 0x0F) << 12 | (data[at + 1] & 0x3F) << 6 | data[at + 2] & 0x3F
            at += 3
        else:
            code = (code & 7) << 18 | (data[at + 1] & 0x3F) << 12 | (data[at + 2] & 0x3F) << 6 | data[at + 3] & 0x3F
            at += 4
        row = _row(tables, code)
        if row & _EXPANDS:
            for lower in tables[2][row & _CODE_MASK]:
                if lower != 0:
                    codes[written] = lower
                    kinds[written] = _row(tables, np.int64(lower)) >> _KIND_SHIFT & _KIND_MASK
                    if origin is not None:
                        origin[written] = place
                    written += 1
        else:
            codes[written] = (code + row) & _CODE_MASK
            kinds[written] = row >> _KIND_SHIFT & _KIND_MASK
            if origin is not None:
                origin[written] = place
            written += 1
        place += 1
    return written


@part
def _words(codes: Any, kinds: Any, size: Any, hashes: Any, spans: Any) -> Any:
    """Write the hash of each word, and where it begins and ends in `codes` unless `spans` is None; return how many."""
    words, open_kind, h = 0, np.int64(0), SEED
    for i in range(size + 1):
        kind = np.int64(kinds[i]) if i < size else np.int64(0)
        goes_on = (kind == _WORD and open_kind == _WORD) or (kind == _MARK and open_kind != 0)
        if goes_on:
            h = (h ^ np.uint64(codes[i])) * PRIME
            continue
        if open_kind != 0:
            hashes[words] = h
            if spans is not None:
                spans[words, 1] = i
            words += 1
            open_kind = np.int64(0)
        if kind in (_WORD, _SOLO):
            open_kind = kind
            h = (SEED ^ np.uint64(codes[i])) * PRIME
            if spans is not None:
                spans[words, 0] = i
    return words


@part
def _word_ngrams(
    hashes: Any, words: Any, low: Any, high: Any, n_features: Any, features: Any, spans: Any, found: Any
) -> Any:
    """Write the features of all word n-grams, and their first and last code unless `found` is None; return how many."""
    written = 0
    for i in range(words):
        h = SEED
        for n in range(1, min(high, words - i) + 1):
            h = (h ^ hashes[i + n - 1]) * PRIME
            if n >= low:
                features[written] = _feature(h, n_features)
                if found is not None:
                    found[written, 0] = spans[i, 0]
                    found[written, 1] = spans[i + n - 1, 1] - 1
                written += 1
    return written


@part
def _pad(codes: Any, kinds: Any, size: Any, high: Any, padded: Any, places: Any, reach: Any) -> Any:
    """Write the text's words between single blanks; return the length.

    `places` gets where in `codes` each one came from, or is None. `reach[i]` becomes the length of the longest n-gram
    that begins at i and stays in its word, whose blanks on both sides are its own.
    """
    padded[0] = _BLANK
    size_padded = 1
    for i in range(size):
        is_space = kinds[i] == _SPACE
        padded[size_padded] = _BLANK if is_space else codes[i]
        if places is not None:
            places[size_padded] = i
        size_padded += not (is_space and padded[size_padded - 1] == _BLANK)
    if padded[size_padded - 1] != _BLANK:
        padded[size_padded] = _BLANK
        size_padded += 1
    padded[size_padded : size_padded + high] = 0
    longest = 0
    for i in range(size_padded - 1, -1, -1):
        longest += 1
        reach[i] = longest
        if padded[i] == _BLANK:
            longest = 1
    return size_padded


@part
def _char_ngrams(
    padded: Any, reach: Any, size: Any, low: Any, high: Any, n_features: Any, features: Any, found: Any
) -> Any:
    """Write the features of all n-grams inside the padded words, and their first and last place; return how many.

    As in scikit-learn's `char_wb`, a word shorter than `low` with its blanks counts once, and single blanks count on
    both sides of a word.
    """
    written = 0
    if size == 1:
        return written
    for i in range(size):
        h = SEED
        for n in range(1, high + 1):
            h = (h ^ np.uint64(padded[i + n - 1])) * PRIME
            is_whole = n == reach[i] and n < low and padded[i] == _BLANK and i < size - 1
            if n >= low or is_whole:
                features[written] = _feature(h, n_features)
                if found is not None:
                    found[written, 0] = i
                    found[written, 1] = i + n - 1
                written += n <= reach[i]
        if low == 1 and padded[i] == _BLANK and 0 < i < size - 1:
            features[written] = _feature((SEED ^ np.uint64(_BLANK)) * PRIME, n_features)
            if found is not None:
                found[written, 0] = i
                found[written, 1] = i
            written += 1
    return written


@entry
def count(
    data: Any, bounds: Any, first: Any, tables: Any, rule: Any, counters: Any, indptr: Any, indices: Any, counts: Any
) -> Any:
    """Count the features of the texts from `first` on, until all are done or the next might not fit; return the next.

    `rule` is (is_char, low, high, n_features). Row i of the result is `indices[indptr[i]:indptr[i + 1]]`, in rising
    order, with `counts` beside. `counters` (uint32, one a feature) is zero before and after.
    """
    is_char, low, high, n_features = rule
    longest = 0
    for text in range(first, len(bounds) - 1):
        longest = max(longest, bounds[text + 1] - bounds[text])
    codes, kinds = np.empty(longest + 1, np.uint32), np.empty(longest + 1, np.uint8)
    padded, reach = np.empty(longest + high + 3, np.uint32), np.empty(longest + high + 3, np.int32)
    hashes = np.empty(longest + 1, np.uint64)
    features = np.empty(_room(longest, low, high), np.int32)
    filled = indptr[first]
    for text in range(first, len(bounds) - 1):
        if filled + _room(bounds[text + 1] - bounds[text], low, high) > len(indices):
            return text
        size = _read(data, bounds[text], bounds[text + 1], tables, codes, kinds, None)
        if is_char:
            size = _pad(codes, kinds, size, high, padded, None, reach)
            n = _char_ngrams(padded, reach, size, low, high, n_features, features, None)
        else:
            n = _word_ngrams(
                hashes, _words(codes, kinds, size, hashes, None), low, high, n_features, features, None, None
            )
        begin = filled
        for k in range(n):
            feature = features[k]
            seen = counters[feature]
            indices[filled] = feature
            filled += seen == 0
            counters[feature] = seen + np.uint32(1)
        indices[begin:filled].sort()
        for k in range(begin, filled):
            counts[k] = counters[indices[k]]
            counters[indices[k]] = 0
        indptr[text + 1] = filled
    return len(bounds) - 1


@entry
def locate(data: Any, bounds: Any, text: Any, tables: Any, rule: Any) -> Any:
    """Return the feature, start and end (in the text as given) of every n-gram of one text."""
    is_char, low, high, n_features = rule
    longest = bounds[text + 1] - bounds[text]
    codes, kinds = np.empty(longest + 1, np.uint32), np.empty(longest + 1, np.uint8)
    origin = np.empty(longest + 1, np.int32)
    features = np.empty(_room(longest, low, high), np.int32)
    found = np.empty((len(features), 2), np.int32)
    size = _read(data, bounds[text], bounds[text + 1], tables, codes, kinds, origin)
    if is_char:
        padded, reach = np.empty(longest + high + 3, np.uint32), np.empty(longest + high + 3, np.int32)
        places = np.empty(longest + high + 3, np.int32)
        size = _pad(codes, kinds, size, high, padded, places, reach)
        n = _char_ngrams(padded, reach, size, low, high, n_features, features, found)
        _leave_blanks(found[:n], padded, size, places)
    else:
        hashes, spans = np.empty(longest + 1, np.uint64), np.empty((longest + 1, 2), np.int32)
        words = _words(codes, kinds, size, hashes, spans)
        n = _word_ngrams(hashes, words, low, high, n_features, features, spans, found)
    starts, ends = np.empty(n, np.int32), np.empty(n, np.int32)
    for k in range(n):
        is_empty = found[k, 0] > found[k, 1]
        ends[k] = origin[found[k, 1]] + 1
        starts[k] = ends[k] if is_empty else origin[found[k, 0]]
    return features[:n].copy(), starts, ends


@part
def _leave_blanks(found: Any, padded: Any, size: Any, places: Any) -> None:
    """Turn places among padded words into places among the codes, without the blanks of a word.

    A single blank has no place: it becomes the empty span after the letter before it (the first letter, if none is).
    """
    for k in range(len(found)):
        begin, end = found[k, 0], found[k, 1]
        if begin == end and padded[begin] == _BLANK:
            end = max(end - 1, 1)
            found[k, 0], found[k, 1] = places[end] + 1, places[end]
        else:
            found[k, 0] = places[begin + (padded[begin] == _BLANK)]
            found[k, 1] = places[end - (padded[end] == _BLANK)]
