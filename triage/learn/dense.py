"""The columns that a person can name: length, punctuation, and where a unit stands in its text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.learn.documents import Unit, is_unspaced

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.integer[Any]]

# A name and the group under which evidence shows it, in the order of the columns.
DENSE: tuple[tuple[str, str], ...] = (
    ("log_characters", "length"),
    ("short", "length"),
    ("long", "length"),
    ("word_length", "length"),
    ("exclamation", "punctuation"),
    ("question", "punctuation"),
    ("quotation", "punctuation"),
    ("ellipsis_dash", "punctuation"),
    ("comma_colon", "punctuation"),
    ("capitals", "punctuation"),
    ("shouted", "punctuation"),
    ("digits", "punctuation"),
    ("position", "context"),
    ("first", "context"),
    ("last", "context"),
    ("passages", "context"),
    ("echo", "context"),
    ("quoted", "context"),
)
GROUPS = ("length", "punctuation", "context")
_SIGNS = ("!！¡", "?？¿؟", "\"'«»“”„‘’「」『』‹›", "…—–", ",;:，、：；،؛")
_UPPER, _LOWER, _DIGIT, _WORD, _ALONE = (1 << at for at in range(5, 10))
_SHORT, _LONG = 4.0, 5.5  # log characters: some 54 and 244
_SHOUTED = 3  # letters from which a word in capitals is no abbreviation of two


def dense_columns(units: Sequence[Unit]) -> Floats:
    """Return the dense columns of some units, one row a unit."""
    if not units:
        return np.zeros((0, len(DENSE)))
    kinds, unit = _kinds([one.text for one in units])
    count = len(units)

    def number(mask: NDArray[np.bool_]) -> Floats:
        return np.bincount(unit[mask], minlength=count).astype(float)

    sizes = np.array([len(one.text) for one in units], dtype=float)
    log_size, size = np.log1p(sizes), np.maximum(sizes, 1)
    first = _word_starts(kinds, unit)
    words = np.maximum(number(first), 1)
    signs = [number(kinds & (1 << at) > 0) for at in range(len(_SIGNS))]
    position = np.array([one.position for one in units])
    return np.column_stack(
        [
            log_size,
            np.maximum(0, _SHORT - log_size),
            np.maximum(0, log_size - _LONG),
            number(kinds & _WORD > 0) / words,
            *np.log1p(signs[:4]),
            np.log1p(signs[4]) / np.sqrt(words),
            number(kinds & _UPPER > 0) / size,
            np.log1p(_shouted(kinds, unit, first, count)),
            number(kinds & _DIGIT > 0) / size,
            position,
            position == 0,
            position == 1,
            np.log([one.passages for one in units]),
            [one.echo for one in units],
            [one.quoted for one in units],
        ]
    )


def _kinds(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """Return what each character of all texts is, as bits, and the number of its text."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    table = np.zeros(0x110000, dtype=np.int16)
    seen = np.zeros(0x110000, dtype=bool)
    seen[codes] = True
    for code in np.flatnonzero(seen).tolist():
        table[code] = _kind(chr(code))
    return table[codes], np.repeat(np.arange(len(texts)), [len(text) for text in texts])


def _kind(character: str) -> int:
    kind = sum(1 << at for at, signs in enumerate(_SIGNS) if character in signs)
    kind |= _UPPER * character.isupper() | _LOWER * character.islower() | _DIGIT * character.isdigit()
    return kind | _WORD * (character.isalnum() or character == "_") | _ALONE * is_unspaced(character)


def _word_starts(kinds: Ints, unit: Ints) -> NDArray[np.bool_]:
    """Return where words begin: a run of word characters in one text, or one character of a script without spaces."""
    word = kinds & _WORD > 0
    alone = kinds & _ALONE > 0
    run = word & ~alone
    before = np.concatenate([[False], run[:-1] & (unit[:-1] == unit[1:])])
    return np.asarray((run & ~before) | (word & alone))


def _shouted(kinds: Ints, unit: Ints, first: NDArray[np.bool_], count: int) -> Floats:
    """Return how many words of each text are in capitals throughout."""
    number = np.cumsum(first) - 1
    word = (kinds & _WORD > 0) & (number >= 0)
    total = int(number[-1]) + 1 if len(number) else 0
    size, upper, lower = (
        np.bincount(number[word & (kinds & kind > 0)], minlength=total) for kind in (_WORD, _UPPER, _LOWER)
    )
    shouted = (size >= _SHOUTED) & (upper > 0) & (lower == 0)
    return np.bincount(unit[first][shouted], minlength=count).astype(float)
