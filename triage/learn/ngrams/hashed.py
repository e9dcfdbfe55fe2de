"""`HashedNgrams`: a scikit-learn transformer from texts to hashed n-gram features."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from triage.learn.ngrams.alphabet import UNICODE_VERSION
from triage.learn.ngrams.fused import Block
from triage.learn.ngrams.rule import Analyzer, Int32s, Rule

Weights = npt.NDArray[np.float32]


class HashedNgrams(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Texts to a sparse matrix of weighted n-gram counts, many times as fast as `TfidfVectorizer`, with no vocabulary.

    Which n-grams a text has is said by `triage.learn.ngrams.rule.Rule`; each falls into one of `n_features` columns by
    its hash, and what falls into one column is counted together. A count c weighs 1 + ln c (`sublinear_tf`), times
    the column's idf, ln((1 + texts) / (1 + texts that have it)) + 1 (`use_idf`), over the row's length (`norm="l2"`).

    Fitted state: `idf_` (float32, one a column; ones without `use_idf`) and `unicode_version_`, by which letters and
    words were told.

    >>> HashedNgrams(n_features=16).fit_transform(["To be", "or not to be"]).shape
    (2, 16)
    """

    def __init__(
        self,
        *,
        analyzer: Analyzer = "word",
        ngram_range: tuple[int, int] = (1, 2),
        n_features: int = 2**18,
        sublinear_tf: bool = True,
        use_idf: bool = True,
        norm: Literal["l2"] | None = "l2",
    ) -> None:
        self.analyzer = analyzer
        self.ngram_range = ngram_range
        self.n_features = n_features
        self.sublinear_tf = sublinear_tf
        self.use_idf = use_idf
        self.norm = norm

    def fit(self, X: Iterable[str], y: Any = None) -> HashedNgrams:
        """Learn the idf of every column from the texts."""
        self._learn(self._count(X))
        return self

    def fit_transform(self, X: Iterable[str], y: Any = None) -> csr_matrix:
        """Return what `fit(X).transform(X)` would, reading the texts once."""
        counted = self._count(X)
        self._learn(counted)
        return self._weigh(counted)

    def transform(self, X: Iterable[str]) -> csr_matrix:
        """Return the matrix of the texts, n × n_features, CSR float32 with sorted indices."""
        check_is_fitted(self, "idf_")
        return self._weigh(self._count(X))

    def occurrences(self, text: str) -> tuple[Int32s, Int32s, Int32s]:
        """Return the column, start and end of every n-gram in the text, repeats and all; see `Rule.occurrences`."""
        return self.rule().occurrences(text)

    def rule(self) -> Rule:
        """Return the n-gram rule that the parameters say; raises ValueError if they cannot be meant."""
        low, high = self.ngram_range
        return Rule(self.analyzer, low, high, self.n_features)

    def block(self) -> Block:
        """Return the fitted transformer as a block of a `FusedScorer`, in which every column counts."""
        check_is_fitted(self, "idf_")
        every = np.arange(self.n_features, dtype=np.int32)
        return Block(
            rule=self.rule(), columns=every, idf=self.idf_, sublinear_tf=self.sublinear_tf, has_norm=bool(self.norm)
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags

    def _count(self, X: Iterable[str]) -> csr_matrix:
        if self.norm not in ("l2", None):
            raise ValueError(f'norm must be "l2" or None, not {self.norm!r}')
        indptr, indices, counts = self.rule().counts(_texts(X))
        return csr_matrix((counts, indices, indptr), shape=(len(indptr) - 1, self.n_features))

    def _learn(self, counted: csr_matrix) -> None:
        self.unicode_version_ = UNICODE_VERSION
        self.idf_: Weights = np.ones(self.n_features, np.float32)
        if self.use_idf:
            having = np.bincount(counted.indices, minlength=self.n_features)
            self.idf_[:] = np.log((1 + counted.shape[0]) / (1 + having)) + 1

    def _weigh(self, counted: csr_matrix) -> csr_matrix:
        weights: Weights = counted.data.astype(np.float32)
        if self.sublinear_tf:
            np.log(weights, out=weights)
            weights += 1
        weights *= self.idf_[counted.indices]
        weighted = csr_matrix((weights, counted.indices, counted.indptr), shape=counted.shape)
        if self.norm:
            lengths = np.sqrt(weighted.multiply(weighted).sum(axis=1, dtype=np.float64)).A1
            lengths[lengths == 0] = 1
            weights /= np.repeat(lengths, np.diff(counted.indptr)).astype(np.float32)
        weighted.has_sorted_indices = True
        return weighted


def _texts(X: Iterable[str]) -> list[str]:
    if isinstance(X, str):
        raise ValueError("HashedNgrams takes a list of texts, not one text")
    texts = list(X)
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"HashedNgrams takes a list of str; text {place} is {type(text).__name__}")
    return texts
