"""Label errors: the labels of a table that its other rows speak against the most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from triage.errors import NotEnoughLabels
from triage.learn.calibrate import fit_sigmoids
from triage.learn.priority import PriorityModel, pool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.workflow.simulate import Replayed

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A row with its label, and the probability of that label by a model that learnt from the other rows."""

    id: str
    label: int
    confidence: float


def label_errors(table: Replayed, *, seed: int) -> list[Doubtful]:
    """Return all rows, the most doubtful label first.

    Out-of-fold self-confidence (Northcutt and others 2021, Confident Learning): folds keep the share of each class and
    never part equal texts. Raises `NotEnoughLabels` where a class has fewer rows than there are folds.
    """
    labels = np.array(table.labels)
    for label in (0, 1):
        count = int((labels == label).sum())
        if count < FOLDS:
            raise NotEnoughLabels(f"{count} rows have the label {label}; {FOLDS - count} more are missing")
    features = pool(table.texts)
    fold = _folds(table, seed)
    scores = np.zeros(len(labels))
    for held in range(FOLDS):
        rows = np.flatnonzero(fold != held)
        scores[fold == held] = PriorityModel(features).scores(rows.tolist(), labels[rows].tolist())[fold == held]
    known = labels[:, None].astype(np.float32)
    upheld = fit_sigmoids(scores[:, None], known).probabilities(scores[:, None])[:, 0]
    confidence = np.where(labels == 1, upheld, 1 - upheld)
    order = np.argsort(confidence, kind="stable")
    return [Doubtful(table.ids[at], table.labels[at], round(float(confidence[at]), 4)) for at in order]


def _folds(table: Replayed, seed: int) -> NDArray[np.intp]:
    """Return the fold of each row: texts are dealt class by class, equal texts together."""
    first = {text: (label, text) for text, label in zip(table.texts, table.labels, strict=True)}
    lots = np.random.default_rng(seed).permutation(len(first))
    names = sorted(first)
    shuffled = sorted((names[at] for at in lots), key=lambda text: first[text][0])
    fold = {text: at % FOLDS for at, text in enumerate(shuffled)}
    return np.array([fold[text] for text in table.texts])
