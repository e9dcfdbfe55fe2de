"""The compiled n-gram kernel: from texts as code points to the features of their n-grams, and on to counts and places.

One text goes through stages in scratch memory. `read` turns code points into lower-case ones and their kinds;
`_word_ngrams` or `_char_ngrams` turns those into the features of all n-grams, with repeats; `distinct_of` counts them.
The entries at the end make rows of counts, and places for evidence; `weighing` goes on to scores.

The hash of a sequence of parts is h = 0, then h = h * PRIME + part for each, modulo 2**64; mixing is
(h ^ h >> 32) * MIX. The parts of a word or of a character n-gram are its code points plus 1, those of a word n-gram the
mixed hashes of its words. Its feature is the upper half of its mixed hash, times the number of features, over 2**32.

Parts take single arrays where they are called for every n-gram: handing on a tuple of arrays counts references.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from triage.learn.ngrams import alphabet as abc
from triage.learn.ngrams.compiled import entry, part
from triage.learn.ngrams.lines import equal_bits, hash_of_8, lowest_bit, read_ascii
from triage.learn.ngrams.packing import SPARE

PRIME: Final = np.uint64(0xD6E8FEB86659FD93)
MIX: Final = np.uint64(0xC2B2AE3D27D4EB4F)

HALF: Final = np.uint64(32)
ZERO: Final = np.uint64(0)
ONE: Final = np.uint64(1)
LAST: Final = np.uint64(63)
_BLANK: Final = 32
_PAGE_BITS, _PAGE_MASK = 8, abc.PAGE - 1
_KIND_SHIFT, _KIND_MASK, _CODE_MASK, _EXPANDS = abc.KIND_SHIFT, abc.KIND_MASK, abc.CODE_MASK, abc.EXPANDS
_WORD, _SOLO, _MARK, _SPACE = abc.WORD, abc.SOLO, abc.MARK, abc.SPACE
_FEW, _SORTED_BITS = 128, 9
MOST: Final = 0xFF  # of a counter
# PRIME to the powers 8, 7, …, 0, and then zeros for the places after the end of a word.
_POWERS: Final = np.array([pow(int(PRIME), power, 2**64) for power in range(8, -1, -1)] + [0] * 8, np.uint64)


class Rules(NamedTuple):
    """How n-grams are made: of what, how long, and how many features there are (uint64)."""

    is_char: bool
    low: int
    high: int
    n_features: Any


class Scratch(NamedTuple):
    """Memory for one text at a time; all but `counters` (one a feature) as long as the longest text needs.

    `counters` and `overflow` are zero between texts: a feature's count is counters + MOST * overflow.
    """

    codes: Any
    kinds: Any
    begins: Any
    ends: Any
    hashes: Any
    running: Any
    padded: Any
    reach: Any
    candidates: Any
    features: Any
    rows: Any
    weights: Any
    counters: Any
    overflow: Any


def room(size: int, low: int, high: int) -> int:
    """Return how many n-grams a text of so many code points can have at most, with some space to spare."""
    return (size + high + 3) * (high - low + 2)


def scratch(longest: int, rules: Rules) -> Scratch:
    """Return the memory for texts of up to `longest` code points under some rules."""
    size, most = longest + rules.high + 2 * SPARE, room(longest, rules.low, rules.high)
    return Scratch(
        codes=np.empty(size, np.uint32),
        kinds=np.empty(size, np.uint8),
        begins=np.empty(size, np.int32),
        ends=np.empty(size, np.int32),
        hashes=np.empty(size, np.uint64),
        running=np.empty(size, np.uint64),
        padded=np.empty(size, np.uint32),
        reach=np.empty(size, np.int32),
        candidates=np.empty(size, np.int32),
        features=np.empty(most, np.int32),
        rows=np.empty(most, np.int32),
        weights=np.empty(most, np.float32),
        counters=np.zeros(int(rules.n_features), np.uint8),
        overflow=np.zeros(int(rules.n_features), np.int32),
    )


@part
def mixed(h: Any) -> Any:
    """Return a hash whose upper half depends on all of it."""
    return (h ^ (h >> HALF)) * MIX


@part
def _feature(h: Any, n_features: Any) -> Any:
    return np.int32(((mixed(h) >> HALF) * n_features) >> HALF)


@part
def _row(pages: Any, entries: Any, code: Any) -> Any:
    return np.int64(entries[np.int64(pages[code >> _PAGE_BITS]) << _PAGE_BITS | code & _PAGE_MASK])


@part
def read(data: Any, first: Any, last: Any, tables: Any, codes: Any, kinds: Any, origin: Any) -> Any:
    """Write the lower-case code points of one text and their kinds; return how many there are.

    `origin` gets the place in the given text of the code point that each one came from, or is None.
    """
    pages, entries, expansions = tables
    at, written = first, 0
    while at < last:
        code = np.int64(data[at])
        if code < 0x80:
            run = min(read_ascii(data, at, codes, kinds, written), last - at)
            if origin is not None:
                for k in range(run):
                    origin[written + k] = at - first + k
            at, written = at + run, written + run
            continue
        row = _row(pages, entries, code)
        if row & _EXPANDS:
            for lower in expansions[row & _CODE_MASK]:
                if lower != 0:
                    codes[written] = lower
                    kinds[written] = _row(pages, entries, np.int64(lower)) >> _KIND_SHIFT
                    if origin is not None:
                        origin[written] = at - first
                    written += 1
        else:
            codes[written] = (code + row) & _CODE_MASK
            kinds[written] = row >> _KIND_SHIFT
            if origin is not None:
                origin[written] = at - first
            written += 1
        at += 1
    kinds[written : written + SPARE] = 0
    return written


@part
def _words(scratch: Any, size: Any) -> Any:
    """Write the mixed hash of each word and where it begins and ends among the codes; return how many there are.

    Where words begin and end is read off 64 kinds at a time, one bit each; texts with marks take the long way.
    """
    codes, kinds, begins, ends, hashes = scratch.codes, scratch.kinds, scratch.begins, scratch.ends, scratch.hashes
    begun, ended, before = 0, 0, ZERO
    for place in range(0, size, 64):
        if equal_bits(kinds, place, _MARK) != ZERO:
            return _marked_words(scratch, size)
        of_words, alone = equal_bits(kinds, place, _WORD), equal_bits(kinds, place, _SOLO)
        after = np.uint64(kinds[place + 64] == _WORD)
        first = alone | of_words & ~(of_words << ONE | before)
        last = alone | of_words & ~(of_words >> ONE | after << LAST)
        before = of_words >> LAST
        while first != ZERO:
            begins[begun] = place + lowest_bit(first)
            first &= first - ONE
            begun += 1
        while last != ZERO:
            ends[ended] = place + lowest_bit(last) + 1
            last &= last - ONE
            ended += 1
    for word in range(begun):
        hashes[word] = mixed(hash_of(codes, begins[word], ends[word]))
    return begun


@part
def hash_of(codes: Any, begin: Any, end: Any) -> Any:
    """Return the hash of some codes, before mixing."""
    h, at, left = ZERO, begin, end - begin
    while left > 8:
        h = h * _POWERS[0] + hash_of_8(codes, at, _POWERS, 1)
        at, left = at + 8, left - 8
    return h * _POWERS[8 - left] + hash_of_8(codes, at, _POWERS, 9 - left)


@part
def _marked_words(scratch: Any, size: Any) -> Any:
    """Do as `_words` does, one code point at a time."""
    codes, kinds, begins, ends, hashes = scratch.codes, scratch.kinds, scratch.begins, scratch.ends, scratch.hashes
    words, open_kind, h = 0, np.int64(0), np.uint64(0)
    for i in range(size + 1):
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
    return words


@part
def _word_ngrams(scratch: Any, size: Any, rules: Any, found: Any) -> Any:
    """Write the features of all word n-grams, and their first and last word unless `found` is None; return how many."""
    features, running, hashes = scratch.features, scratch.running, scratch.hashes
    words = _words(scratch, size)
    written = 0
    running[:words] = 0
    for n in range(1, rules.high + 1):
        ngrams = max(words - n + 1, 0)
        for i in range(ngrams):
            running[i] = running[i] * PRIME + hashes[i + n - 1]
        if n >= rules.low:
            for i in range(ngrams):
                features[written + i] = _feature(running[i], rules.n_features)
            if found is not None:
                for i in range(ngrams):
                    found[written + i, 0] = i
                    found[written + i, 1] = i + n - 1
            written += ngrams
    return written


@part
def pad(scratch: Any, size: Any, high: Any, places: Any) -> Any:
    """Write what stands between white space between single blanks; return the length, 1 if there is nothing.

    `places` gets where among the codes each one came from, or is None. `reach[i]` becomes the length of the longest
    n-gram that begins at i and stays in its word, to which the blanks on both sides belong.
    """
    codes, kinds, padded, reach = scratch.codes, scratch.kinds, scratch.padded, scratch.reach
    padded[0] = _BLANK
    length = 1
    for i in range(size):
        code = np.uint32(_BLANK) if kinds[i] == _SPACE else codes[i]
        is_kept = (code != _BLANK) | (padded[length - 1] != _BLANK)
        padded[length] = code
        if places is not None:
            places[length] = i
        length += is_kept
    if padded[length - 1] != _BLANK:
        padded[length] = _BLANK
        length += 1
    padded[length : length + high] = 0
    longest = 0
    for i in range(length - 1, -1, -1):
        longest += 1
        reach[i] = longest
        longest = 1 if padded[i] == _BLANK else longest
    return length


@part
def _char_ngrams(scratch: Any, size: Any, rules: Any, found: Any, places: Any) -> Any:
    """Write the features of all `char_wb` n-grams, and their first and last place unless `found` is None.

    Places are those in `padded`. As in scikit-learn, a word that is shorter than `low` with its blanks counts once, and
    a single blank counts on either side of a word.
    """
    padded, reach, running = scratch.padded, scratch.reach, scratch.running
    features, candidates = scratch.features, scratch.candidates
    length = pad(scratch, size, rules.high, places)
    if length == 1:
        return 0
    written = 0
    running[:length] = 0
    for n in range(1, rules.high + 1):
        for i in range(length):
            running[i] = running[i] * PRIME + (np.uint64(padded[i + n - 1]) + ONE)
        if n >= rules.low:
            for i in range(length):
                candidates[i] = _feature(running[i], rules.n_features)
            for i in range(length):
                features[written] = candidates[i]
                if found is not None:
                    found[written, 0], found[written, 1] = i, i + n - 1
                written += n <= reach[i]
        for i in range(1 if n == 1 else 0, length - 1 if n == 1 == rules.low or 3 <= n < rules.low else 0):
            if padded[i] == _BLANK and (n == 1 or n == reach[i]):
                features[written] = _feature(running[i], rules.n_features)
                if found is not None:
                    found[written, 0], found[written, 1] = i, i + n - 1
                written += 1
    return written


@part
def ngrams_of(data: Any, bounds: Any, text: Any, tables: Any, rules: Any, scratch: Any) -> Any:
    """Write the features of all n-grams of a text; return how many."""
    size = read(data, bounds[text], bounds[text + 1], tables, scratch.codes, scratch.kinds, None)
    if rules.is_char:
        return _char_ngrams(scratch, size, rules, None, None)
    return _word_ngrams(scratch, size, rules, None)


@part
def distinct_of(scratch: Any, n: Any, distinct: Any, begin: Any) -> Any:
    """Count the text's n features; write each one once, from `begin` on.

    Returns where they end, and whether any overflowed.
    """
    features, counters, overflow = scratch.features, scratch.counters, scratch.overflow
    end, is_over = begin, False
    for k in range(n):
        feature = features[k]
        seen = counters[feature]
        distinct[end] = feature
        end += seen == 0
        if seen == MOST:
            overflow[feature] += 1
            seen = np.uint8(0)
            is_over = True
        counters[feature] = seen + 1
    return end, is_over


@part
def take(counters: Any, overflow: Any, is_over: Any, feature: Any) -> Any:
    """Return how often a feature was counted in the text, and forget it."""
    c = np.int64(counters[feature])
    counters[feature] = 0
    if is_over:
        c += np.int64(MOST) * overflow[feature]
        overflow[feature] = 0
    return c


@part
def _sort(features: Any, spare: Any, n_features: Any) -> None:
    """Put features in rising order, some of their bits at a time from the lowest on (as a card sorter does)."""
    n = len(features)
    if n < _FEW:
        features.sort()
        return
    starts = np.empty(1 << _SORTED_BITS, np.int32)
    shift = 0
    while n_features - ONE >> np.uint64(shift):
        starts[:] = 0
        for k in range(n):
            starts[features[k] >> shift & len(starts) - 1] += 1
        before = 0
        for digit in range(len(starts)):
            before, starts[digit] = before + starts[digit], before
        for k in range(n):
            digit = features[k] >> shift & len(starts) - 1
            spare[starts[digit]] = features[k]
            starts[digit] += 1
        features[:] = spare[:n]
        shift += _SORTED_BITS


@entry
def count(
    data: Any, bounds: Any, first: Any, tables: Any, rules: Any, scratch: Any, indptr: Any, indices: Any, counts: Any
) -> Any:
    """Count the features of the texts from `first` on, until all are done or the next might not fit; return the next.

    Row i of the result is `indices[indptr[i]:indptr[i + 1]]`, in rising order, with `counts` beside.
    """
    filled = indptr[first]
    for text in range(first, len(bounds) - 1):
        if filled + len(scratch.features) > len(indices):
            return text
        n = ngrams_of(data, bounds, text, tables, rules, scratch)
        begin = filled
        filled, is_over = distinct_of(scratch, n, indices, begin)
        _sort(indices[begin:filled], scratch.rows, rules.n_features)
        for k in range(begin, filled):
            counts[k] = take(scratch.counters, scratch.overflow, is_over, indices[k])
        indptr[text + 1] = filled
    return len(bounds) - 1


@entry
def locate(data: Any, bounds: Any, text: Any, tables: Any, rules: Any, scratch: Any) -> Any:
    """Return the feature, start and end (in the text as given) of every n-gram of one text."""
    origin, places = np.empty(len(scratch.codes), np.int32), np.empty(len(scratch.padded), np.int32)
    found = np.empty((len(scratch.features), 2), np.int32)
    size = read(data, bounds[text], bounds[text + 1], tables, scratch.codes, scratch.kinds, origin)
    if rules.is_char:
        n = _char_ngrams(scratch, size, rules, found, places)
        _leave_blanks(found[:n], scratch.padded, places)
    else:
        n = _word_ngrams(scratch, size, rules, found)
        for k in range(n):
            found[k, 0], found[k, 1] = scratch.begins[found[k, 0]], scratch.ends[found[k, 1]] - 1
    starts, ends = np.empty(n, np.int32), np.empty(n, np.int32)
    for k in range(n):
        ends[k] = origin[found[k, 1]] + 1
        starts[k] = origin[found[k, 0]] if found[k, 0] <= found[k, 1] else ends[k]
    return scratch.features[:n].copy(), starts, ends


@part
def _leave_blanks(found: Any, padded: Any, places: Any) -> None:
    """Turn places in `padded` into places among the codes, without the blanks of a word.

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
