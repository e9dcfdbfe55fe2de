"""What needs no reading to reach: constant labels, and length, punctuation or the source alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit

from triage.domain.taxonomy import Taxonomy
from triage.learn.dense import DENSE
from triage.learn.figures import Judged
from triage.learn.linear import CLIP
from triage.learn.newton import logistic
from triage.learn.thresholds import choose_thresholds, exclusive_columns, found

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    _Rule = Callable[[NDArray[np.float32], NDArray[np.bool_]], Floats]

FOLDS = 5
RIDGE = 1.0
STEADY = 2.0  # units by which a source's share is drawn towards that of all


def baselines(judged: Judged, dense: Floats, taxonomy: Taxonomy, seed: int) -> dict[str, Judged]:
    """Return the same units as judged by each trivial rule, learnt out of fold on these very labels.

    `constant` finds the same markers everywhere, those whose share of positives is over the best common threshold;
    `source`, where there is more than one, knows the share in each source; `length` and `punctuation` are logistic
    regressions on these alone. `dense` are the dense columns of the units.
    """
    if not judged.markers or not len(judged.lengths):
        return {}
    group = np.array([name for _, name in DENSE])
    rules: dict[str, _Rule] = {
        "constant": partial(_by_source, np.zeros(len(dense), dtype=np.intp)),
        "length": partial(_by_columns, dense[:, group == "length"]),
        "punctuation": partial(_by_columns, dense[:, group == "punctuation"]),
    }
    names, source = np.unique(judged.sources, return_inverse=True)
    if len(names) > 1:
        rules["source"] = partial(_by_source, source)
    fold = _folds(judged, seed)
    return {name: _baseline(judged, rule, fold, taxonomy) for name, rule in rules.items()}


def _folds(judged: Judged, seed: int) -> NDArray[np.intp]:
    names, group = np.unique(judged.groups, return_inverse=True)
    return np.random.default_rng(seed).permutation(len(names))[group] % FOLDS


def _baseline(judged: Judged, rule: _Rule, fold: NDArray[np.intp], taxonomy: Taxonomy) -> Judged:
    probabilities = np.zeros(judged.labels.shape)
    hits = np.zeros(judged.labels.shape, dtype=bool)
    exclusive = exclusive_columns(judged.markers, taxonomy)
    for at in np.unique(fold):
        train, test = fold != at, fold == at
        everywhere = rule(judged.labels, train)
        thresholds = choose_thresholds(everywhere[train], judged.labels[train], judged.markers, taxonomy)
        probabilities[test], hits[test] = everywhere[test], found(everywhere[test], thresholds, exclusive)
    return replace(judged, probabilities=probabilities, found=hits)


def _by_source(source: NDArray[np.intp], labels: NDArray[np.float32], train: NDArray[np.bool_]) -> Floats:
    """Return the share of positives in each unit's source among those trained on, drawn towards that of all."""
    known = train[:, None] & ~np.isnan(labels)
    positive = known & (labels > 0)
    overall = (positive.sum(axis=0) + 0.5) / (known.sum(axis=0) + 1)
    sums = np.zeros((2, int(source.max()) + 1, labels.shape[1]))
    np.add.at(sums[0], source, positive)
    np.add.at(sums[1], source, known)
    return np.asarray(((sums[0] + STEADY * overall) / (sums[1] + STEADY))[source])


def _by_columns(X: Floats, labels: NDArray[np.float32], train: NDArray[np.bool_]) -> Floats:
    """Return the probabilities of a logistic regression on some columns, fitted where `train`."""
    probabilities = _by_source(np.zeros(len(X), dtype=np.intp), labels, train)
    scale = X[train].std(axis=0)
    centred = np.clip((X - X[train].mean(axis=0)) / np.where(scale > 0, scale, 1), -CLIP, CLIP)
    for column in range(labels.shape[1]):
        known = train & ~np.isnan(labels[:, column])
        if len(np.unique(labels[known, column])) == 2:
            weights = logistic(centred[known], labels[known, column] > 0, RIDGE)
            probabilities[:, column] = expit(centred @ weights[:-1] + weights[-1])
    return probabilities
