"""Texts as numbers: hashed n-grams of words and characters, and a few dense columns that a person can name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from triage.learn.dense import dense_columns
from triage.learn.documents import Unit
from triage.learn.ngrams.rule import Rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

N_FEATURES = 2**18  # of each of the two kinds of n-gram
RULES = (Rule("word", 1, 2, N_FEATURES), Rule("char_wb", 2, 5, N_FEATURES))


@dataclass(frozen=True)
class Table:
    """Units as numbers, nothing learnt yet: `ngrams` (units × 2·N_FEATURES, log term counts) and `dense` columns."""

    ngrams: sp.csr_matrix
    dense: NDArray[np.floating[Any]]

    def __len__(self) -> int:
        return int(self.dense.shape[0])

    def rows(self, chosen: NDArray[Any]) -> Table:
        """Return some of the rows, by mask or index."""
        return Table(self.ngrams[chosen], self.dense[chosen])


def tabulate(units: Sequence[Unit]) -> Table:
    """Return the table of some units, one row a unit. Equal units always give equal rows."""
    texts = [unit.text for unit in units]
    ngrams = sp.hstack([_log_counts(rule, texts) for rule in RULES], format="csr", dtype=np.float32)
    ngrams.has_sorted_indices = True
    return Table(ngrams, dense_columns(units))


def occurrences(text: str) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return feature, start and end of every n-gram in a text; features are columns of `Table.ngrams`."""
    found = [np.stack(rule.occurrences(text)).astype(np.int64) for rule in RULES]
    for at, part in enumerate(found):
        part[0] += at * N_FEATURES
    features, starts, ends = np.concatenate(found, axis=1)
    return features, starts, ends


def _log_counts(rule: Rule, texts: Sequence[str]) -> sp.csr_matrix:
    indptr, indices, counts = rule.counts(texts)
    weights = 1 + np.log(counts.astype(np.float32))
    return sp.csr_matrix((weights, indices, indptr), shape=(len(texts), N_FEATURES))
