r"""What every code point is: its lower case and its part in a word, as tables read off the running Python.

The tables follow `str.lower()`, the `\w` of `re`, `str.split()` and `unicodedata`, whose version is `UNICODE_VERSION`:
a model that was trained under another Unicode version may cut words differently, so it stores the version.
"""

from __future__ import annotations

import functools
import sys
import unicodedata
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

UNICODE_VERSION = unicodedata.unidata_version

# The kinds of code points. Words are written WORD+; where a script has no spaces, each SOLO character is a word; a
# MARK (accent, vowel sign) belongs to the word that it follows.
OTHER, WORD, SOLO, MARK, SPACE = range(5)

# An entry of the table is the distance to the lower-case code point (modulo 2**21) with the kind above it. Where the
# lower case is several code points, EXPANDS is set and the lower part is a row of `expansions` instead.
KIND_SHIFT = 21
CODE_MASK = (1 << KIND_SHIFT) - 1
KIND_MASK = 7
EXPANDS = 1 << 24

PAGE = 256
_SOLO_NAMES = (
    "CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA",
    "HALFWIDTH KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR",
)  # fmt: skip
_UNASSIGNED = frozenset({"Cn", "Co", "Cs"})


class Alphabet(NamedTuple):
    """A table in pages: `entries[pages[c >> 8] * 256 + (c & 255)]` is the entry of code point c.

    `expansions` holds the lower cases of more than one code point, one a row, filled up with zeros.
    """

    pages: npt.NDArray[np.uint16]
    entries: npt.NDArray[np.uint32]
    expansions: npt.NDArray[np.uint32]


@functools.cache
def alphabet() -> Alphabet:
    """Return the tables of the running Python, built once a process."""
    expansions: list[str] = []
    numbers: dict[tuple[int, ...], int] = {}
    pages = [numbers.setdefault(_page(first, expansions), len(numbers)) for first in range(0, sys.maxunicode + 1, PAGE)]
    width = max(map(len, expansions), default=1)
    return Alphabet(
        pages=np.array(pages, np.uint16),
        entries=np.array(list(numbers), np.uint32).ravel(),
        expansions=np.array([[*map(ord, lower.ljust(width, "\0"))] for lower in expansions], np.uint32).reshape(
            -1, width
        ),
    )


def kind(character: str) -> int:
    r"""Return what part a character plays in a word.

    >>> [kind(c) for c in "a語 \u0301-"] == [WORD, SOLO, SPACE, MARK, OTHER]
    True
    """
    if character.isspace():
        return SPACE
    if character.isalnum() or character == "_":
        is_letter = not character.isdecimal()
        return SOLO if is_letter and unicodedata.name(character, "").startswith(_SOLO_NAMES) else WORD
    return MARK if unicodedata.category(character) in {"Mn", "Mc"} else OTHER


def _page(first: int, expansions: list[str]) -> tuple[int, ...]:
    characters = [chr(code) for code in range(first, first + PAGE)]
    if _UNASSIGNED.issuperset(map(unicodedata.category, characters)):
        return (OTHER,) * PAGE
    return tuple(_entry(character, expansions) for character in characters)


def _entry(character: str, expansions: list[str]) -> int:
    lower = character.lower()
    if len(lower) == 1:
        return kind(lower) << KIND_SHIFT | (ord(lower) - ord(character)) & CODE_MASK
    expansions.append(lower)
    return EXPANDS | len(expansions) - 1
