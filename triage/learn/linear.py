"""One logistic regression a marker over hashed n-grams and dense columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from triage.learn.features import N_FEATURES, RULES, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

MIN_UNITS = 3  # an n-gram of one unit alone says nothing about others
C = 4.0
BALANCE = 0.5  # 0 leaves the classes as they are, 1 gives both the same weight in all
DENSE_SCALE = 0.15  # of a standard deviation, beside n-gram blocks of length 1
CLIP = 4.0
LEVELS = 127  # a weight is a byte: on rows of length 1 the rounding moves a log-odds by a few thousandths
TOLERANCE = 0.1  # liblinear's own; ten times finer took a quarter longer and changed no figure


@dataclass(frozen=True)
class Linear:
    """Log-odds of some markers, linear in tf-idf n-grams and scaled dense columns.

    `columns` are the n-grams that count, ascending, with their `idf`; `weights` has a row for each of them and then one
    for each dense column, and a column a marker. Each is a whole number from -127 to 127 times the marker's own step,
    which is how they are stored: a byte each.
    """

    columns: NDArray[np.int32]
    idf: NDArray[np.float32]
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float32]
    intercept: NDArray[np.float64]

    def matrix(self, table: Table) -> sp.csr_matrix:
        """Return the model's own columns of a table: each kind of n-gram of length 1, then the dense ones."""
        return _matrix(table, self.places, self.idf, self.mean, self.scale)

    @cached_property
    def places(self) -> NDArray[np.int32]:
        """The place of every n-gram among `columns`, -1 where it does not count."""
        return _places(self.columns)

    def dense(self, columns: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Return dense columns as they are weighed: in standard deviations from the mean, clipped, and made small."""
        return _scaled(columns, self.mean, self.scale)

    def log_odds(self, table: Table) -> NDArray[np.float64]:
        """Return the uncalibrated log-odds, one row a unit and one column a marker."""
        return self.log_odds_of(self.matrix(table))

    def log_odds_of(self, X: sp.csr_matrix) -> NDArray[np.float64]:
        """Return the uncalibrated log-odds of rows that `matrix` gave."""
        return np.asarray(X @ self.weights, dtype=np.float64) + self.intercept


def fit_linear(table: Table, labels: NDArray[np.float32], seed: int) -> Linear:
    """Return the model of some units; a marker is fitted on the units where its label is not missing (NaN).

    A marker with one class only keeps no weights, and an intercept of its (smoothed) share.
    """
    columns, idf = _chosen(table.ngrams)
    mean = table.dense.mean(axis=0)
    scale = table.dense.std(axis=0)
    scale[scale == 0] = 1
    X = _matrix(table, _places(columns), idf, mean, scale).astype(np.float64)
    weights = np.zeros((X.shape[1], labels.shape[1]), dtype=np.float32)
    intercept = np.zeros(labels.shape[1])
    for rows, markers in _alike(labels):
        part = X[rows]
        for marker in markers:
            weights[:, marker], intercept[marker] = _fit_one(part, labels[rows, marker], seed)
    return Linear(columns, idf, mean, scale, unpacked(*packed(weights)), intercept)


def packed(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return weights as whole numbers, and the step of each marker (column) that they count."""
    steps = (np.abs(weights).max(axis=0, initial=0) / LEVELS).astype(np.float32)
    steps[steps == 0] = 1
    return np.rint(weights / steps).astype(np.int8), steps


def unpacked(counts: NDArray[np.int8], steps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the weights that whole numbers and steps stand for."""
    return counts.astype(np.float32) * steps


def _fit_one(X: sp.csr_matrix, y: NDArray[np.float32], seed: int) -> tuple[NDArray[Any], float]:
    positives = float(y.sum())
    negatives = len(y) - positives
    if not positives or not negatives:
        return np.zeros(X.shape[1]), float(np.log((positives + 0.5) / (negatives + 0.5)))
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        C=C,
        solver="liblinear",
        dual=True,
        tol=TOLERANCE,
        class_weight={1: (negatives / positives) ** BALANCE, 0: 1.0},
        random_state=seed,
        max_iter=1000,
    )
    model.fit(X, y.astype(np.int8))
    return model.coef_[0], float(model.intercept_[0])


def _alike(labels: NDArray[np.float32]) -> list[tuple[NDArray[np.intp], list[int]]]:
    """Return the rows that have labels, with the markers that have them in exactly these rows."""
    groups: dict[bytes, tuple[NDArray[np.intp], list[int]]] = {}
    for marker in range(labels.shape[1]):
        known = ~np.isnan(labels[:, marker])
        groups.setdefault(known.tobytes(), (np.flatnonzero(known), []))[1].append(marker)
    return list(groups.values())


def _chosen(ngrams: sp.csr_matrix) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    units = np.bincount(ngrams.indices, minlength=ngrams.shape[1])
    columns = np.flatnonzero(units >= min(MIN_UNITS, ngrams.shape[0]))
    idf = np.log((1 + ngrams.shape[0]) / (1 + units[columns])) + 1
    return columns.astype(np.int32), idf.astype(np.float32)


def _places(columns: NDArray[np.int32]) -> NDArray[np.int32]:
    places = np.full(len(RULES) * N_FEATURES, -1, dtype=np.int32)
    places[columns] = np.arange(len(columns), dtype=np.int32)
    return places


def _matrix(
    table: Table,
    places: NDArray[np.int32],
    idf: NDArray[np.float32],
    mean: NDArray[np.float64],
    scale: NDArray[np.float64],
) -> sp.csr_matrix:
    kept = _renumbered(table.ngrams, places, len(idf))
    kept.data *= idf[kept.indices]
    words = int(places[:N_FEATURES].max(initial=-1)) + 1
    _normalise(kept, words)
    dense = _scaled(table.dense, mean, scale)
    return sp.hstack([kept, sp.csr_matrix(dense.astype(np.float32))], format="csr", dtype=np.float32)


def _scaled(
    dense: NDArray[np.floating[Any]], mean: NDArray[np.float64], scale: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.asarray(np.clip((dense - mean) / scale, -CLIP, CLIP) * DENSE_SCALE)


def _renumbered(ngrams: sp.csr_matrix, places: NDArray[np.int32], width: int) -> sp.csr_matrix:
    """Return the kept columns under their new numbers."""
    indices = places[ngrams.indices]
    keep = indices >= 0
    ends = np.concatenate([[0], np.cumsum(keep)])[ngrams.indptr]
    return sp.csr_matrix((ngrams.data[keep], indices[keep], ends), shape=(ngrams.shape[0], width))


def _normalise(rows: sp.csr_matrix, words: int) -> None:
    """Scale the words of each row (the columns below `words`) to length 1, and so the rest."""
    row = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    block = 2 * row + (rows.indices >= words)
    lengths = np.sqrt(np.bincount(block, weights=rows.data.astype(np.float64) ** 2, minlength=2 * rows.shape[0]))
    rows.data /= lengths[block].astype(np.float32)
