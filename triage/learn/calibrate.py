"""From log-odds to probabilities: a sigmoid fitted on out-of-fold scores, pooled where positives are few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit, logit

from triage.learn.newton import logistic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

STEADY = 30  # positives from which a marker's own slope counts as much as the pooled one
FLOOR = 1e-6
RIDGE = 1e-2


@dataclass(frozen=True)
class Sigmoids:
    """One rising sigmoid a marker: probability = 1 / (1 + exp(-(slope · log-odds + offset)))."""

    slope: Floats
    offset: Floats

    def probabilities(self, log_odds: Floats) -> Floats:
        """Return calibrated probabilities of the shape of `log_odds` (units × markers)."""
        return np.asarray(np.clip(expit(log_odds * self.slope + self.offset), FLOOR, 1 - FLOOR))


def fit_sigmoids(log_odds: Floats, labels: NDArray[np.float32]) -> Sigmoids:
    """Return sigmoids fitted on out-of-fold log-odds (Platt 1999); NaN labels are left out.

    A marker's slope is drawn towards the one that all markers share by as much as its positives are few; its offset
    then keeps the mean probability at the marker's own share of positives.
    """
    count = labels.shape[1]
    slope, offset = np.ones(count), np.zeros(count)
    known = ~np.isnan(labels)
    shared = _shared_slope(log_odds, labels, known)
    for marker in range(count):
        rows = known[:, marker]
        positives = float(labels[rows, marker].sum())
        own = _slope(log_odds[rows, marker], labels[rows, marker]) if positives else shared
        weight = positives / (positives + STEADY)
        slope[marker] = max(weight * own + (1 - weight) * shared, 0.05)
        offset[marker] = _offset(slope[marker] * log_odds[rows, marker], positives)
    return Sigmoids(slope, offset)


def _slope(scores: Floats, labels: NDArray[np.float32]) -> float:
    if labels.min() == labels.max():
        return 1.0
    return float(logistic(scores[:, None], labels > 0, RIDGE)[0])


def _shared_slope(log_odds: Floats, labels: NDArray[np.float32], known: NDArray[np.bool_]) -> float:
    """Return one slope for all markers, each around its own mean score and with its own share of positives."""
    scores, targets = [], []
    for marker in range(labels.shape[1]):
        rows = known[:, marker]
        positives = labels[rows, marker].sum()
        if 0 < positives < rows.sum():
            scores.append(log_odds[rows, marker] - np.median(log_odds[rows, marker]))
            targets.append(labels[rows, marker])
    if not scores:
        return 1.0
    return max(float(logistic(np.concatenate(scores)[:, None], np.concatenate(targets) > 0, RIDGE)[0]), 0.05)


def _offset(scores: Floats, positives: float) -> float:
    """Return the offset at which the mean probability is the (smoothed) share of positives."""
    if not len(scores):
        return 0.0
    share = (positives + 0.5) / (len(scores) + 1)
    low, high = -60.0, 60.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if expit(scores + middle).mean() < share else (low, middle)
    return (low + high) / 2


def normalised(probabilities: Floats) -> Floats:
    """Return the rows of an exclusive family scaled to sum to one."""
    return np.asarray(probabilities / probabilities.sum(axis=1, keepdims=True))


def shrunk(own: Floats, common: Floats | float, weight: Floats) -> Floats:
    """Return thresholds between each marker's own (weight 1) and the common one (weight 0), in log-odds."""
    return np.asarray(expit(weight * logit(own) + (1 - weight) * logit(common)))
