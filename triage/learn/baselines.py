"""What needs no reading to reach: constant labels, and length, punctuation or the source alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.domain.taxonomy import Taxonomy
from triage.learn.features import DENSE
from triage.learn.figures import Judged
from triage.learn.linear import CLIP
from triage.learn.thresholds import choose_thresholds, exclusive_columns, found

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

FOLDS = 5


def baselines(judged: Judged, dense: Floats, taxonomy: Taxonomy, seed: int) -> dict[str, Judged]:
    """Return the same units as judged by each trivial rule, learnt out of fold on these very labels.

    `constant` finds the same markers everywhere, those whose share of positives is over the best common threshold;
    `length`, `punctuation` and `source` are logistic regressions on these alone, `source` where there is more than one.
    `dense` are the dense columns of the units.
    """
    groups = np.array([group for _, group in DENSE])
    columns = {
        "constant": np.zeros((len(dense), 0)),
        "length": dense[:, groups == "length"],
        "punctuation": dense[:, groups == "punctuation"],
    }
    names, source = np.unique(judged.sources, return_inverse=True)
    if len(names) > 1:
        columns["source"] = np.eye(len(names))[source]
    fold = _folds(judged, seed)
    return {name: _baseline(judged, X, fold, taxonomy) for name, X in columns.items()} if len(judged.lengths) else {}


def _folds(judged: Judged, seed: int) -> NDArray[np.intp]:
    names, group = np.unique(judged.groups, return_inverse=True)
    return np.random.default_rng(seed).permutation(len(names))[group] % FOLDS


def _baseline(judged: Judged, X: Floats, fold: NDArray[np.intp], taxonomy: Taxonomy) -> Judged:
    probabilities = np.zeros(judged.labels.shape)
    hits = np.zeros(judged.labels.shape, dtype=bool)
    exclusive = exclusive_columns(judged.markers, taxonomy)
    for at in np.unique(fold):
        train, test = fold != at, fold == at
        inside, outside = _probabilities(X, judged.labels, train, test)
        thresholds = choose_thresholds(inside, judged.labels[train], judged.markers, taxonomy)
        probabilities[test], hits[test] = outside, found(outside, thresholds, exclusive)
    return replace(judged, probabilities=probabilities, found=hits)


def _probabilities(
    X: Floats, labels: NDArray[np.float32], train: NDArray[np.bool_], test: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Return the probabilities of the units trained on and of the others."""
    from sklearn.linear_model import LogisticRegression

    scale = X[train].std(axis=0) if train.any() else np.ones(X.shape[1])
    centred = np.clip((X - X[train].mean(axis=0)) / np.where(scale > 0, scale, 1), -CLIP, CLIP)
    inside, outside = np.zeros((train.sum(), labels.shape[1])), np.zeros((test.sum(), labels.shape[1]))
    for column in range(labels.shape[1]):
        known = train & ~np.isnan(labels[:, column])
        share = (np.nansum(labels[train, column]) + 0.5) / (known.sum() + 1)
        if X.shape[1] and len(np.unique(labels[known, column])) == 2:
            model = LogisticRegression(max_iter=500).fit(centred[known], labels[known, column] > 0)
            inside[:, column], outside[:, column] = (model.predict_proba(centred[part])[:, 1] for part in (train, test))
        else:
            inside[:, column], outside[:, column] = share, share
    return inside, outside
