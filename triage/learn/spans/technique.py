"""Names the technique of given spans: their words, what surrounds them, and how they recur."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.learn.documents import Document, Span, Unit
from triage.learn.features import Table
from triage.learn.linear import Linear, fit_linear
from triage.learn.spans.overlap import Bounds
from triage.learn.spans.softmax import Softmax, fit_softmax

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.integer[Any]]
    Labels = NDArray[np.float32]

RIDGE = 30.0


@dataclass(frozen=True)
class Given:
    """Given spans as numbers: the table of their words, their facts, and the log-odds of the passages they stand in."""

    table: Table
    facts: Floats
    passages: Floats

    def rows(self, chosen: NDArray[Any]) -> Given:
        """Return some of the spans, by mask or index."""
        return Given(self.table.rows(chosen), self.facts[chosen], self.passages[chosen])


@dataclass(frozen=True)
class Technique:
    """Tells the technique of given spans from each other.

    `words` gives log-odds of each marker from the n-grams of the span; `whole` weighs these with the facts of the span
    and the log-odds of its passage into probabilities that sum to 1.
    """

    markers: tuple[str, ...]
    words: Linear
    whole: Softmax

    def probabilities(self, given: Given, allowed: NDArray[np.bool_] | None = None) -> Floats:
        """Return the probability of each marker for each span; those that are not `allowed` get none."""
        return self.whole.probabilities(_columns(given, self.words.log_odds(given.table)), allowed)


def span_units(document: Document, spans: Sequence[Bounds]) -> list[Unit]:
    """Return the given spans of a document as units."""
    units = []
    for start, end in spans:
        span = Span(start, end)
        low, high = document.folded_bounds(span)
        units.append(Unit(text=document.folded.text[low:high], spans=(span,), passages=len(document.passages)))
    return units


def fit_technique(
    given: Given, labels: Labels, fold: Ints, markers: Sequence[str], seed: int
) -> tuple[Technique, Floats]:
    """Return the model of some given spans, and the probabilities that it gives them out of fold.

    `labels` are rows × markers, NaN where nobody looked for a marker. What the words alone say of a span comes, for
    learning to weigh it, from a model of the other folds.
    """
    said = np.zeros(labels.shape)
    for at in np.unique(fold):
        part = fit_linear(given.table.rows(fold != at), labels[fold != at], seed)
        said[fold == at] = part.log_odds(given.table.rows(fold == at))
    columns = _columns(given, said)
    probabilities = np.zeros(labels.shape)
    for at in np.unique(fold):
        part_of = fit_softmax(columns[fold != at], labels[fold != at], RIDGE)
        probabilities[fold == at] = part_of.probabilities(columns[fold == at], allowed_by(labels[fold == at]))
    whole = fit_softmax(columns, labels, RIDGE)
    words = fit_linear(given.table, labels, seed)
    return Technique(tuple(markers), words, whole), probabilities


def allowed_by(labels: Labels) -> NDArray[np.bool_]:
    """Return which markers a span may have: those that were looked for, or all where none was."""
    known = ~np.isnan(labels)
    known[~known.any(axis=1)] = True
    return known


def likeliest(probabilities: Floats, counts: Ints) -> NDArray[np.bool_]:
    """Return, for each row, its `counts` likeliest columns: a span that is given n times has n labels."""
    order = np.argsort(np.argsort(-probabilities, axis=1, kind="stable"), axis=1)
    return np.asarray(order < counts[:, None])


def _columns(given: Given, said: Floats) -> Floats:
    return np.column_stack([said, given.passages, given.facts])
