"""The priority model: which cases a moderator would uphold, learnt from few labels and quick enough to learn again.

A logistic regression on the tf-idf of hashed n-grams and on a few columns of length and punctuation and their likeness
to those of some texts, fitted by Newton's method with conjugate gradients from where the last fit ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from scipy.spatial.distance import cdist
from scipy.special import expit

from triage.learn.dense import dense_columns
from triage.learn.documents import Unit
from triage.learn.features import N_FEATURES, RULES
from triage.text.normalise import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

MIN_TEXTS = 2  # an n-gram of one text alone joins no two of them
PENALTY = 0.5
DENSE = 12  # the first columns of `dense_columns`: length and punctuation
DENSE_WEIGHT = 0.1  # of their inner product beside that of the n-grams, at the first labels
DENSE_HALVED = 30  # labels at which it has halved: few labels teach few columns, many teach the words
LANDMARKS = 32  # texts likeness to whose columns takes in what no straight line does
LIKENESS_WEIGHT = 0.12  # of its inner product beside that of the n-grams, at many labels
LIKENESS_HALF = 200  # labels at which it has half of that: curves take many labels to learn
SHORT = 300  # characters of the median text above which the columns count the less: long texts speak for themselves
CLIP = 4.0
FLAT = 1e-3  # the least spread of likeness that is kept
NEWTON_STEPS = 2  # of a fit that soon is followed by another from where it ended
STORED_STEPS = 30  # of a fit that nobody waits for
FLATTEST = 1e-3  # the least curvature of the loss that a step reckons with
STEPS = 60
TOLERANCE = 1e-2  # of the largest weight: a smaller Newton step is the last one
CLOSE = 3e-2  # of its length: how near each step comes to its target, as the next one starts from there


@dataclass(frozen=True)
class Pool:
    """Texts as the priority model sees them, weighed by the pool itself: no label is needed.

    `ngrams` has rows of length 1 (half of it words, half characters). `dense` has `DENSE` columns of length and
    punctuation and some of likeness in them, either of about length 1 or, where texts are long, less.
    """

    ngrams: sp.csr_matrix
    dense: Floats

    def __len__(self) -> int:
        return int(self.dense.shape[0])

    def chosen(self, rows: NDArray[Any]) -> Pool:
        """Return some of the rows, by mask or index."""
        return Pool(self.ngrams[rows], self.dense[rows])


def pool(texts: Sequence[str]) -> Pool:
    """Return the texts of open and decided cases, folded, as a pool to learn in; equal texts get equal rows."""
    folded = [fold(text).text for text in texts]
    blocks = []
    for rule in RULES:
        indptr, indices, counts = rule.counts(folded)
        weights = 1 + np.log(counts.astype(np.float32))
        blocks.append(_weighed(sp.csr_matrix((weights, indices, indptr), shape=(len(folded), N_FEATURES))))
    dense = dense_columns([Unit(text=text, spans=()) for text in folded])[:, :DENSE]
    spread = dense.std(axis=0)
    dense = np.clip((dense - dense.mean(axis=0)) / np.where(spread > 0, spread, 1), -CLIP, CLIP) / np.sqrt(DENSE)
    dense = np.hstack([dense, _likeness(dense)])
    dense *= np.sqrt(min(1.0, SHORT / max(float(np.median([len(text) for text in folded] or [0])), 1.0)))
    return Pool(sp.hstack(blocks, format="csr", dtype=np.float32), dense.astype(np.float32))


class PriorityModel:
    """Learns from the labels of some rows of a pool, and scores all its rows.

    Both classes weigh the same in all. With labels of one class only, the score is likeness to the upheld cases or
    unlikeness to the others; without any it is 0. A score orders; it is no probability.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._weights: Floats = np.zeros(pool.ngrams.shape[1] + pool.dense.shape[1] + 1, np.float32)

    def scores(self, rows: Sequence[int], labels: Sequence[int]) -> Floats:
        """Return a score for every row of the pool, after learning from `labels` (0 or 1) of `rows`.

        Minimises the weighed log loss plus `PENALTY` / 2 · |weights|², in at most `NEWTON_STEPS` steps from the
        last weights.
        """
        if not len(rows):
            return np.zeros(len(self.pool))
        chosen = np.asarray(rows)
        dense = self.pool.dense * _dense_scales(len(rows), self.pool.dense.shape[1])
        upheld = np.asarray(labels) == 1
        self._learn(_Design(self.pool.ngrams[chosen], dense[chosen]), upheld)
        return _Design(self.pool.ngrams, dense).times(self._weights).astype(float)

    def _learn(self, design: _Design, upheld: NDArray[np.bool_]) -> None:
        self._weights = _descended(design, upheld, _balanced(upheld), self._weights, NEWTON_STEPS)


def _dense_scales(labels: int, columns: int) -> Floats:
    """Return how much each dense column counts at so many labels: at first the columns, later likeness in them."""
    weights = np.full(columns, LIKENESS_WEIGHT * labels / (LIKENESS_HALF + labels))
    weights[:DENSE] = DENSE_WEIGHT * DENSE_HALVED / (DENSE_HALVED + labels)
    return np.asarray(np.sqrt(weights), np.float32)


def learn_weights(rows: Pool, upheld: NDArray[np.bool_], trust: Floats) -> Floats:
    """Return the weights of n-grams, dense columns and a constant, fitted to convergence for a model that is stored.

    `trust` is how much each label counts; both classes weigh the same in all, and the mean weight of a row is 1.
    """
    weighing = np.zeros(len(upheld), np.float32)
    for label in (True, False):
        own = upheld == label
        weighing[own] = trust[own] / max(float(trust[own].sum()), 1e-9)
    weighing *= len(upheld) / 2
    start = np.zeros(rows.ngrams.shape[1] + rows.dense.shape[1] + 1, np.float32)
    return _descended(_Design(rows.ngrams, rows.dense), upheld, weighing, start, STORED_STEPS)


def weigh(rows: Pool, weights: Floats) -> Floats:
    """Return the log-odds of some rows under the weights that `learn_weights` gave."""
    return _Design(rows.ngrams, rows.dense).times(weights)


def _descended(design: _Design, upheld: NDArray[np.bool_], weighing: Floats, weights: Floats, steps: int) -> Floats:
    """Return the weights after at most so many Newton steps on the weighed log loss."""
    weighing = weighing / np.float32(PENALTY)
    for _ in range(steps):
        share = expit(design.times(weights))
        curvature = weighing * np.maximum(share * (1 - share), np.float32(FLATTEST))
        slope = design.back(weighing * (share - upheld.astype(np.float32))) + weights
        step = _solve(_Curvature(design, curvature), -slope)
        weights = weights + step
        if np.abs(step).max() < TOLERANCE * np.abs(weights).max():
            break
    return weights


@dataclass(frozen=True)
class _Design:
    """Rows with their n-grams, their dense columns and a constant, as one matrix that is never built."""

    ngrams: sp.csr_matrix
    dense: Floats

    def times(self, weights: Floats) -> Floats:
        size = self.ngrams.shape[1]
        return np.asarray(self.ngrams @ weights[:size] + self.dense @ weights[size:-1] + weights[-1])

    def back(self, errors: Floats) -> Floats:
        return np.concatenate([self.ngrams.T @ errors, self.dense.T @ errors, errors.sum(keepdims=True)])


@dataclass(frozen=True)
class _Curvature:
    """The second derivative of the loss at some weights, which applies to a step and is never built."""

    design: _Design
    weighing: Floats

    def apply(self, step: Floats) -> Floats:
        return self.design.back(self.weighing * self.design.times(step)) + step


def _balanced(upheld: NDArray[np.bool_]) -> Floats:
    """Return weights of mean 1 by which both classes weigh the same in all; ones where there is one class."""
    positives = int(upheld.sum())
    if positives in (0, len(upheld)):
        return np.ones(len(upheld), np.float32)
    half = len(upheld) / 2
    return np.where(upheld, half / positives, half / (len(upheld) - positives)).astype(np.float32)


def _solve(curvature: _Curvature, target: Floats) -> Floats:
    """Return the solution of `curvature.apply(x) = target` by conjugate gradients, to `CLOSE` of its length."""
    weights = np.zeros_like(target)
    way = rest = target
    left = float(rest @ rest)
    enough = CLOSE**2 * float(target @ target)
    for _ in range(STEPS):
        if left <= enough:
            break
        applied = curvature.apply(way)
        step = np.float32(left / float(way @ applied))
        weights = weights + step * way
        rest = rest - step * applied
        before, left = left, float(rest @ rest)
        way = rest + np.float32(left / before) * way
    return weights


def _likeness(dense: Floats) -> Floats:
    """Return columns whose inner products are about exp(-distance²) of rows (Nyström; Williams and Seeger 2001)."""
    landmarks = dense[np.linspace(0, len(dense) - 1, min(LANDMARKS, len(dense))).astype(int)]
    between, to_all = (np.exp(-cdist(rows, landmarks, "sqeuclidean")) for rows in (landmarks, dense))
    spreads, axes = np.linalg.eigh(between)
    return np.asarray(to_all @ (axes / np.sqrt(np.maximum(spreads, FLAT))))


def _weighed(counted: sp.csr_matrix) -> sp.csr_matrix:
    """Return the n-grams that several texts have, times their idf, in rows of squared length one half."""
    having = np.bincount(counted.indices, minlength=counted.shape[1])
    columns = np.flatnonzero(having >= MIN_TEXTS)
    kept = counted[:, columns]
    kept.data *= (np.log((1 + kept.shape[0]) / (1 + having[columns])) + 1).astype(np.float32)[kept.indices]
    lengths = np.sqrt(2 * kept.multiply(kept).sum(axis=1, dtype=np.float64)).A1
    lengths[lengths == 0] = 1
    kept.data /= np.repeat(lengths, np.diff(kept.indptr)).astype(np.float32)
    return kept
