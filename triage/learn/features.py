"""Texts as numbers: hashed n-grams of words and characters, and a few dense columns that a person can name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from triage.learn.documents import WORD, Unit
from triage.learn.ngrams.rule import Rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

N_FEATURES = 2**18  # of each of the two kinds of n-gram
RULES = (Rule("word", 1, 2, N_FEATURES), Rule("char_wb", 2, 5, N_FEATURES))

# The dense columns: a name and the group under which evidence shows them.
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


@dataclass(frozen=True)
class Table:
    """Units as numbers, nothing learnt yet: `ngrams` (units × 2·N_FEATURES, log term counts) and `dense` columns."""

    ngrams: sp.csr_matrix
    dense: NDArray[np.float64]

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
    return Table(ngrams, np.array([_dense(unit) for unit in units], dtype=np.float64).reshape(len(units), len(DENSE)))


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


def _dense(unit: Unit) -> list[float]:
    text = unit.text
    size = max(len(text), 1)
    words = WORD.findall(text)
    count = max(len(words), 1)
    log_size = float(np.log1p(len(text)))
    return [
        log_size,
        max(0.0, 4.0 - log_size),
        max(0.0, log_size - 5.5),
        sum(map(len, words)) / count,
        _damped(text, "!！¡"),
        _damped(text, "?？¿؟"),
        _damped(text, "\"'«»“”„‘’「」『』‹›"),
        _damped(text, "…—–"),
        _damped(text, ",;:，、：；،؛") / np.sqrt(count),
        sum(map(str.isupper, text)) / size,
        float(np.log1p(sum(len(word) > 2 and word.isupper() for word in words))),
        sum(map(str.isdigit, text)) / size,
        unit.position,
        float(unit.position == 0),
        float(unit.position == 1),
        float(np.log(unit.passages)),
        unit.echo,
        unit.quoted,
    ]


def _damped(text: str, signs: str) -> float:
    return float(np.log1p(sum(map(text.count, signs))))
