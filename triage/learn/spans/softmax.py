"""Multinomial logistic regression on a few columns, where each row says which classes were looked for at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import logsumexp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

CLIP = 4.0
STEPS = 200


@dataclass(frozen=True)
class Softmax:
    """Probabilities of classes that exclude each other, linear in scaled columns; `weights` has the intercept last."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]

    def probabilities(self, columns: Floats, allowed: NDArray[np.bool_] | None = None) -> Floats:
        """Return the probability of each class in each row, 0 where it is not `allowed`; rows sum to 1."""
        scores = _design(columns, self.mean, self.scale) @ self.weights
        if allowed is not None:
            scores = np.where(allowed, scores, -np.inf)
        return np.asarray(np.exp(scores - logsumexp(scores, axis=1, keepdims=True)))


def fit_softmax(columns: Floats, labels: NDArray[np.float32], ridge: float) -> Softmax:
    """Return the model of some rows; `labels` are rows × classes, NaN where nobody looked for a class.

    Minimises the cross-entropy, among the classes that were looked for, with each row's labels in equal shares, plus
    ridge / 2 · |weights|² (the intercepts free). A row without labels teaches nothing.
    """
    from scipy.optimize import minimize

    rows = np.nansum(labels, axis=1) > 0
    known = ~np.isnan(labels[rows])
    shares = np.nan_to_num(labels[rows]) / np.nansum(labels[rows], axis=1, keepdims=True)
    mean, scale = columns[rows].mean(axis=0), columns[rows].std(axis=0)
    scale[scale < 1e-9] = 1
    design = _design(columns[rows], mean, scale)
    penalty = np.full((design.shape[1], 1), ridge)
    penalty[-1] = 1e-6

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(design.shape[1], -1)
        scores = np.where(known, design @ weights, -np.inf)
        logs = scores - logsumexp(scores, axis=1, keepdims=True)
        gradient = design.T @ (np.exp(logs) - shares) + penalty * weights
        entropy = -float((shares * np.where(known, logs, 0)).sum())
        return entropy + float((penalty * weights**2).sum()) / 2, gradient.ravel()

    start = np.zeros(design.shape[1] * labels.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return Softmax(mean, scale, found.x.reshape(design.shape[1], -1))


def _design(columns: Floats, mean: Floats, scale: Floats) -> Floats:
    scaled = np.clip((columns - mean) / scale, -CLIP, CLIP)
    return np.column_stack([scaled, np.ones(len(scaled))])
