"""Subject groups: cases about alike matters, found from their words alone, so that no slice needs a name beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    import scipy.sparse as sp
    from numpy.typing import NDArray

COARSE, FINE = 4, 12
"""How many groups a language is parted into, twice: a matter that is split in one parting may be whole in the other."""

_LEAST = 20  # cases of a language that are worth parting, and a group on average
_DIMENSIONS = 32
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
            for parts in (COARSE, FINE):
                count = min(parts, len(rows) // _LEAST)
                if count < 2:
                    continue
                for at, inside in enumerate(_parted(ngrams[rows], count, seed)):
                    mask = np.zeros(len(langs), dtype=bool)
                    mask[rows[inside]] = True
                    groups[f"{lang} {at + 1} of {count}"] = mask
    return groups


def _parted(ngrams: sp.csr_matrix, count: int, seed: int) -> list[NDArray[Any]]:
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD

    dimensions = min(_DIMENSIONS, ngrams.shape[0] - 1, ngrams.shape[1] - 1)
    if dimensions < 2:
        return []
    places = TruncatedSVD(dimensions, random_state=seed).fit_transform(ngrams)[:, 1:]
    lengths = np.linalg.norm(places, axis=1, keepdims=True)
    found = KMeans(count, n_init=_STARTS, random_state=seed).fit_predict(places / np.where(lengths > 0, lengths, 1))
    return [np.flatnonzero(found == at) for at in range(count)]
