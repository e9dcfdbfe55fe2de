"""Subject groups: cases about alike matters, found from their words alone, so that no slice needs a name beforehand.

Two kinds: parts of a language that k-means finds, and the cases that share one telling word.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from triage.learn.documents import WORD
from triage.text.normalise import fold

if TYPE_CHECKING:
    import scipy.sparse as sp
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

COARSE, FINE = 4, 12
"""How many groups a language is parted into, twice: a matter that is split in one parting may be whole in the other."""

_SHARES = 0.04, 0.3
"""Of the cases of a language: a word that fewer have is no subject, one that more have is grammar."""

_WORDS = 60  # telling words that are looked at in a language, the commonest first
_ALIKE = 0.8  # share of common cases among those of either from which two words are one slice
_LEAST = 20  # cases of a language that are worth parting, and a group on average
_SHORT = 3  # letters of a word that says little of a subject
_FIRST_UNSPACED = "\u3040"  # kana, and Han after them
_DIMENSIONS = 32
_POWERS = 2
_STARTS = 4


def subject_groups(ngrams: sp.csr_matrix, langs: Sequence[str], seed: int) -> dict[str, NDArray[np.bool_]]:
    """Return a mask over the cases for each group, by name: k-means on the leading dimensions of their n-grams.

    Each language is parted by itself, since its words would part it from the others anyway (Dumais 1988 for the
    dimensions, Lloyd 1982 for the means).
    """
    groups: dict[str, NDArray[np.bool_]] = {}
    names = np.array(langs)
    with threadpool_limits(1):
        for lang in sorted(set(langs)):
            rows = np.flatnonzero(names == lang)
            counts = sorted({min(parts, len(rows) // _LEAST) for parts in (COARSE, FINE)} - {0, 1})
            places = _places(ngrams[rows], seed) if counts else None
            for count in counts:
                for at, inside in enumerate(_parted(places, count, seed)):
                    mask = np.zeros(len(langs), dtype=bool)
                    mask[rows[inside]] = True
                    groups[f"{lang} {at + 1} of {count}"] = mask
    return groups


def _places(ngrams: sp.csr_matrix, seed: int) -> Floats | None:
    """Return where rows stand on the leading dimensions but the first, which is how common their words are."""
    from sklearn.decomposition import TruncatedSVD

    dimensions = min(_DIMENSIONS, ngrams.shape[0] - 1, ngrams.shape[1] - 1)
    if dimensions < 2:
        return None
    places = TruncatedSVD(dimensions, n_iter=_POWERS, random_state=seed).fit_transform(ngrams)[:, 1:]
    lengths = np.linalg.norm(places, axis=1, keepdims=True)
    return np.asarray(places / np.where(lengths > 0, lengths, 1))


def _parted(places: Floats | None, count: int, seed: int) -> list[NDArray[Any]]:
    from sklearn.cluster import KMeans

    if places is None:
        return []
    found = KMeans(count, n_init=_STARTS, random_state=seed).fit_predict(places)
    return [np.flatnonzero(found == at) for at in range(count)]


def word_groups(texts: Sequence[str], langs: Sequence[str]) -> dict[str, NDArray[np.bool_]]:
    """Return a mask over the cases for each telling word (in scripts without spaces, pair of characters)."""
    groups: dict[str, NDArray[np.bool_]] = {}
    names = np.array(langs)
    for lang in sorted(set(langs)):
        rows = np.flatnonzero(names == lang)
        holding: dict[str, list[int]] = {}
        for row in rows.tolist():
            for word in _words(texts[row]):
                holding.setdefault(word, []).append(row)
        low, high = max(_LEAST, _SHARES[0] * len(rows)), _SHARES[1] * len(rows)
        telling = sorted((-len(held), word) for word, held in holding.items() if low <= len(held) <= high)
        taken: list[set[int]] = []
        for _, word in telling:
            held = set(holding[word])
            if len(taken) == _WORDS:
                break
            if all(len(held & other) < _ALIKE * len(held | other) for other in taken):
                taken.append(held)
                mask = np.zeros(len(langs), dtype=bool)
                mask[sorted(held)] = True
                groups[f"{lang} \u201c{word}\u201d"] = mask
    return groups


def _words(text: str) -> set[str]:
    words = WORD.findall(fold(text).text.lower())
    pairs = {a + b for a, b in pairwise(words) if _is_alone(a) and _is_alone(b)}
    return pairs | {word for word in words if len(word) > _SHORT}


def _is_alone(word: str) -> bool:
    """Return whether a word is one character of a script without spaces."""
    return len(word) == 1 and word >= _FIRST_UNSPACED
