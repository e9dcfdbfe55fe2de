"""What stands in a text besides its words: how many letters, signs, capitals and figures, and what it says again."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from triage.learn.ngrams.alphabet import CODE_MASK, EXPANDS, PAGE
from triage.learn.ngrams.compiled import entry, part
from triage.learn.ngrams.kernel import ONE, PRIME, mixed

UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # kana and Han: a character is a word
SIGNS = ("!！¡", "?？¿؟", "\"'«»“”„‘’「」『』‹›", "…—–", ",;:，、：；،؛")
UPPER, LOWER, DIGIT, WORD, ALONE = (1 << at for at in range(5, 10))
# What is counted of each range: its code points, those in words, each kind of sign, capitals, figures, words, and the
# words of three letters and more that are in capitals throughout.
COUNTS: tuple[str, ...] = ("size", "letters", "exclamation", "question", "quotation", "ellipsis_dash", "comma_colon")
COUNTS += ("capitals", "digits", "words", "shouted")
_SHOUTED: Final = 3
_UNKNOWN: Final = 1 << 14
_ALONE = re.compile(f"[{UNSPACED}]")
_SIGMA, _FINAL_SIGMA = 0x3C3, 0x3C2
_PAGE_BITS, _PAGE_MASK = 8, PAGE - 1
_KINDS = np.full(0x110000, _UNKNOWN, np.int16)


def kinds_of(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.int16]:
    """Return the table of what code points are, as bits, in which those of `codes` are filled in."""
    if (_KINDS[codes] == _UNKNOWN).any():
        for code in np.unique(codes).tolist():
            _KINDS[code] = _kind(chr(code))
    return _KINDS


def _kind(character: str) -> int:
    kind = sum(1 << at for at, signs in enumerate(SIGNS) if character in signs)
    kind |= UPPER * character.isupper() | LOWER * character.islower() | DIGIT * character.isdigit()
    is_word = character.isalnum() or character == "_"
    return kind | WORD * is_word | ALONE * (_ALONE.match(character) is not None)


@entry
def count_signs(codes: Any, begins: Any, ends: Any, kinds: Any, out: Any) -> None:
    """Write what is counted (`COUNTS`) of each range of code points, a row a range."""
    for at in range(len(begins)):
        row = out[at]
        row[:] = 0
        row[0] = ends[at] - begins[at]
        letters = capitals = small = 0
        is_run = False
        for k in range(begins[at], ends[at]):
            kind = kinds[codes[k]]
            is_word = (kind & WORD) != 0
            goes_on = is_word and (kind & ALONE) == 0 and is_run
            if not goes_on:
                row[10] += (letters >= _SHOUTED) & (capitals > 0) & (small == 0)
                letters = capitals = small = 0
                row[9] += is_word
            letters += is_word
            capitals += is_word & ((kind & UPPER) != 0)
            small += is_word & ((kind & LOWER) != 0)
            is_run = is_word and (kind & ALONE) == 0
            row[1] += is_word
            row[7] += (kind & UPPER) != 0
            row[8] += (kind & DIGIT) != 0
            for sign in range(5):
                row[2 + sign] += (kind >> sign) & 1
        row[10] += (letters >= _SHOUTED) & (capitals > 0) & (small == 0)


@entry
def count_again(
    codes: Any, bounds: Any, first: Any, begins: Any, ends: Any, kinds: Any, tables: Any, pairs: Any, again: Any
) -> None:
    """Write how many pairs of neighbouring words each piece has, and how many of them its text has more than once.

    Text t is `codes[bounds[t]:bounds[t + 1]]` and has the pieces from `first[t]` up to `first[t + 1]`, in order. Words
    are in lower case, and the final sigma is no letter of its own.
    """
    longest = 1
    for text in range(len(bounds) - 1):
        longest = max(longest, bounds[text + 1] - bounds[text])
    starts, hashes = np.empty(longest + 1, np.int32), np.empty(longest, np.uint64)
    size = 1
    while size < 2 * longest:
        size *= 2
    keys, times, slots = np.zeros(size, np.uint64), np.zeros(size, np.int32), np.empty(longest, np.int32)
    repeated = np.zeros(longest + 1, np.int32)
    for text in range(len(bounds) - 1):
        words = _words(codes, bounds[text], bounds[text + 1], kinds, tables, starts, hashes)
        for k in range(words - 1):
            slots[k] = _slot(keys, times, mixed(hashes[k] * PRIME + hashes[k + 1]))
            times[slots[k]] += 1
        for k in range(words - 1):
            repeated[k + 1] = repeated[k] + (times[slots[k]] > 1)
        for k in range(words - 1):
            times[slots[k]] = 0
        at = 0
        for piece in range(first[text], first[text + 1]):
            while at > 0 and starts[at - 1] >= begins[piece]:
                at -= 1
            while at < words and starts[at] < begins[piece]:
                at += 1
            begin = at
            while at < words and starts[at] < ends[piece]:
                at += 1
            pairs[piece] = max(at - 1 - begin, 0)
            again[piece] = repeated[at - 1] - repeated[begin] if at - 1 > begin else 0


@part
def _slot(keys: Any, times: Any, key: Any) -> Any:
    """Return the place of a key: its own, or an empty one that becomes its own."""
    mask = len(keys) - 1
    at = np.int64(key >> np.uint64(20)) & mask
    while times[at] and keys[at] != key:
        at = (at + 1) & mask
    keys[at] = key
    return at


@part
def _words(codes: Any, begin: Any, end: Any, kinds: Any, tables: Any, starts: Any, hashes: Any) -> Any:
    """Write where each word begins and its hash in lower case; return how many there are."""
    pages, entries, expansions = tables
    words, is_run, h = 0, False, np.uint64(0)
    for at in range(begin, end):
        code = np.int64(codes[at])
        kind = kinds[code]
        if not kind & WORD:
            is_run = False
            continue
        if not is_run or kind & ALONE:
            starts[words] = at
            words += 1
            h = np.uint64(0)
        is_run = not kind & ALONE
        row = np.int64(entries[np.int64(pages[code >> _PAGE_BITS]) << _PAGE_BITS | code & _PAGE_MASK])
        if row & EXPANDS:
            for lower in expansions[row & CODE_MASK]:
                if lower != 0:
                    h = h * PRIME + (np.uint64(lower) + ONE)
        else:
            lower = (code + row) & CODE_MASK
            h = h * PRIME + (np.uint64(_SIGMA if lower == _FINAL_SIGMA else lower) + ONE)
        hashes[words - 1] = mixed(h)
    return words
