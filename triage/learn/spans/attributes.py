"""What a tagger sees of a token: hashed facts about the word, its neighbours, its passage and its text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from triage.learn.spans.tokens import Tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.integer[Any]]
    Hashes = NDArray[np.uint64]

BITS = 20
_U = np.uint64
_GOLDEN, _SPREAD, _EDGE = _U(0x9E3779B97F4A7C15), _U(0xFF51AFD7ED558CCD), _U(12345)
_GRAMS = (3, 4, 5)
_MANY, _OFTEN, _LENGTHS = 5, 6, 7  # from which on positions, repetitions and doublings of length are not told apart


@dataclass(frozen=True)
class Attributes:
    """The attributes of tokens as the rows of a matrix of ones.

    `indices[indptr[i]:indptr[i + 1]]` are those of token i, each below 2**BITS.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]


def attributes(tokens: Tokens) -> Attributes:
    """Return the attributes of all tokens.

    Words, shapes, beginnings and endings of the token and its neighbours within the passage, their pairs and triples,
    the place in the passage and its length, quotation, and how often the text has the word and the pair; for words of
    over two letters, their character n-grams. No attribute is tied to a language.
    """
    types, word = np.unique(np.array([*tokens.words, ""], dtype=object), return_inverse=True)
    columns = _columns(tokens, types.tolist(), word[:-1])
    fixed = np.stack([_mixed(np.full(len(tokens), _U(7919 * at)), column) for at, column in enumerate(columns, 1)], 1)
    return _with_grams(_cut(fixed), types.tolist(), word[:-1])


def _columns(tokens: Tokens, types: Sequence[str], word: Ints) -> list[Hashes]:
    """Return one attribute a column, before the column's own number is mixed in."""
    lower = _hashes(types, str.lower)[word]
    near = partial(_neighbour, tokens.passage)
    words, shapes, begins, ends = (
        {offset: near(_hashes(types, view)[word], offset) for offset in range(-reach, reach + 1)}
        for view, reach in ((str.lower, 3), (_shape, 1), (lambda w: w.lower()[:4], 2), (lambda w: w.lower()[-3:], 1))
    )
    columns = [*words.values(), *shapes.values(), *begins.values(), *ends.values()]
    affixes = (lambda w: w.lower()[:3], lambda w: w.lower()[:5], lambda w: w.lower()[-2:], lambda w: w.lower()[-4:])
    columns += [_hashes(types, view)[word] for view in affixes]
    columns += [_mixed(words[at], words[at + 1]) for at in (-2, -1, 0, 1)]
    columns += [_mixed(begins[at], begins[at + 1]) for at in (-1, 0)]
    columns += [_mixed(words[at], _mixed(words[at + 1], words[at + 2])) for at in (-2, -1, 0)]
    columns.append(_mixed(shapes[-1], _mixed(shapes[0], shapes[1])))
    return columns + _of_passage(tokens, lower) + _of_text(tokens, lower, words[1])


def _of_passage(tokens: Tokens, lower: Hashes) -> list[Hashes]:
    """Return where a token stands in its passage, the passage's length, edges and voice, and its place in the text."""
    bounds = tokens.first()
    first = np.repeat(bounds[:-1], np.diff(bounds))
    last = np.repeat(bounds[1:], np.diff(bounds)) - 1
    here = np.arange(len(tokens))
    before, after, quoted = here - first, last - here, tokens.quoted.astype(_U)
    opening = tokens.first_of_documents(int(tokens.document.max(initial=-1)) + 1)[:-1]
    place = tokens.passage - tokens.passage[opening[tokens.document]]
    return [
        np.minimum(before, _MANY).astype(_U),
        np.minimum(after, _MANY).astype(_U),
        np.minimum(np.log2(before + after + 2), _LENGTHS).astype(_U),
        quoted,
        _mixed(quoted, np.minimum(before, 3).astype(_U)),
        lower[first],
        lower[last],
        np.minimum(place, 3).astype(_U),
    ]


def _of_text(tokens: Tokens, lower: Hashes, following: Hashes) -> list[Hashes]:
    """Return how often the text has the word, the pair that it begins, and the pair that it ends."""
    single = _mixed(tokens.document.astype(_U), lower)
    words, pairs = (_times(hashes) for hashes in (single, _mixed(single, following)))
    return [words, pairs, np.concatenate([np.ones(1, dtype=_U), pairs[:-1]])[: len(tokens)]]


def _times(hashes: Hashes) -> Hashes:
    _, which, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    return np.minimum(counts, _OFTEN)[which].astype(_U)


def _neighbour(passage: Ints, hashes: Hashes, offset: int) -> Hashes:
    """Return the hash of the token that stands `offset` further on in the same passage, or that of an edge."""
    there = np.arange(len(hashes)) + offset
    inside = (there >= 0) & (there < len(hashes))
    inside[inside] = passage[there[inside]] == passage[inside]
    result = np.full(len(hashes), _EDGE)
    result[inside] = hashes[there[inside]]
    return result


def _with_grams(fixed: NDArray[np.int32], types: Sequence[str], word: Ints) -> Attributes:
    """Return rows of the fixed columns followed by the character n-grams of the word."""
    grams = [_grams(one) for one in types]
    sizes = np.array([len(own) for own in grams])
    begin = np.concatenate([[0], np.cumsum(sizes)])
    own, width = sizes[word], fixed.shape[1]
    indptr = np.concatenate([[0], np.cumsum(own + width)])
    indices = np.empty(indptr[-1], dtype=np.int32)
    in_row = np.arange(indptr[-1]) - np.repeat(indptr[:-1], own + width)
    indices[in_row < width] = fixed.ravel()
    places = in_row[in_row >= width] - width + np.repeat(begin[word], own)
    indices[in_row >= width] = np.concatenate(grams)[places]
    return Attributes(indptr, indices)


def _grams(word: str) -> NDArray[np.int32]:
    marked = f"<{word.lower()}>"
    found = {marked[at : at + size] for size in _GRAMS for at in range(len(marked) - size + 1)} if len(word) > 2 else ()
    return _cut(_hashes(sorted(found), lambda gram: f"gram {gram}"))


def _hashes(words: Sequence[str], view: Callable[[str], str]) -> Hashes:
    seen = [view(word).encode("utf-8", "surrogatepass") for word in words]
    return np.array([crc32(data) << 32 | crc32(data, 1) for data in seen], dtype=_U)


def _mixed(one: Hashes, other: Hashes) -> Hashes:
    with np.errstate(over="ignore"):
        mixed = (one ^ (other + _GOLDEN + (one << _U(6)) + (one >> _U(2)))) * _SPREAD
    return np.asarray(mixed ^ (mixed >> _U(32)))


def _cut(hashes: Hashes) -> NDArray[np.int32]:
    with np.errstate(over="ignore"):
        return np.asarray((hashes * _GOLDEN) >> _U(64 - BITS)).astype(np.int32)


def _shape(word: str) -> str:
    """Return how a word is written: its sign itself, digits, or its capitals.

    >>> [_shape(word) for word in ("Rome", "UN", "I", "eBay", "tax", "42", "!")]
    ['Xx', 'XX', 'X', 'mixed', 'x', 'digits', '!']
    """
    if not any(map(str.isalnum, word)):
        return word
    if word.isdigit():
        return "digits"
    if word.isupper():
        return "X" if len(word) == 1 else "XX"
    if word[0].isupper() and not any(map(str.isupper, word[1:])):
        return "Xx"
    return "mixed" if any(map(str.isupper, word)) else "x"
