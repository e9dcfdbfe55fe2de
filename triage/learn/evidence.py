"""Which words carry a score: positive terms of the log-odds laid on the characters where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.domain.score import Evidence
from triage.learn.dense import DENSE, GROUPS
from triage.learn.documents import WORD, Document, Unit
from triage.learn.features import occurrences

if TYPE_CHECKING:
    import scipy.sparse as sp
    from numpy.typing import NDArray

    from triage.learn.linear import Linear

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.integer[Any]]

MAX_SPANS = 8
_GROUP = np.array([GROUPS.index(group) for _, group in DENSE])


@dataclass(frozen=True, slots=True)
class Shares:
    """The evidence for one marker: spans, and what has no place. All shares sum to 1."""

    spans: tuple[Evidence, ...]
    other: Mapping[str, float]


def explain_unit(
    linear: Linear, X: sp.csr_matrix, row: int, document: Document, unit: Unit, markers: Mapping[str, int]
) -> dict[str, Shares]:
    """Return the evidence for some markers (name → column of the model) in one unit, which is `row` of the matrix X.

    A marker's share at a character is the sum of its positive terms there over all its positive terms, each term laid
    evenly on the characters of its occurrences. Words above the unit's mean share a character are shown, neighbours
    joined; what else has a place is `rest`.
    """
    layout = _Layout(linear, X, row, document, unit)
    return {marker: layout.shares(marker, column) for marker, column in markers.items()}


class _Layout:
    """Where the n-grams and words of a unit stand, worked out once for all markers."""

    def __init__(self, linear: Linear, X: sp.csr_matrix, row: int, document: Document, unit: Unit) -> None:
        self.linear = linear
        cells = slice(X.indptr[row], X.indptr[row + 1])
        self.columns, self.values = X.indices[cells], X.data[cells].astype(np.float64)
        self.ngrams = int(np.searchsorted(self.columns, len(linear.columns)))
        self.group = _GROUP[self.columns[self.ngrams :] - len(linear.columns)]
        self.length = len(unit.text)
        features, starts, ends = occurrences(unit.text)
        place = linear.places[features]
        kept = (place >= 0) & (ends > starts)
        self.starts, self.ends = starts[kept], ends[kept]
        self.at = np.searchsorted(self.columns[: self.ngrams], place[kept])
        sizes = (self.ends - self.starts).astype(np.float64)
        self.spread = np.bincount(self.at, weights=sizes, minlength=self.ngrams)
        self.words = _Words(document, unit)

    def shares(self, marker: str, column: int) -> Shares:
        terms = np.maximum(self.values * self.linear.weights[self.columns, column], 0.0)
        total = float(terms.sum() + max(self.linear.intercept[column], 0.0))
        if total == 0:
            return Shares((), {"rest": 1.0})
        terms /= total
        grouped = np.bincount(self.group, weights=terms[self.ngrams :], minlength=len(GROUPS))
        other = {group: float(share) for group, share in zip(GROUPS, grouped, strict=True)}
        spans = tuple(self._spans(marker, terms[: self.ngrams]))
        other["rest"] = max(1.0 - sum(other.values()) - sum(span.share for span in spans), 0.0)
        return Shares(spans, {group: share for group, share in other.items() if share > 0})

    def _spans(self, marker: str, terms: Floats) -> Iterator[Evidence]:
        each = terms[self.at] / self.spread[self.at]
        steps = np.bincount(self.starts, weights=each, minlength=self.length + 1)
        steps -= np.bincount(self.ends, weights=each, minlength=self.length + 1)
        mass = np.concatenate([[0.0], np.cumsum(np.maximum(np.cumsum(steps[: self.length]), 0.0))])
        for first, last in self.words.heavy_runs(mass):
            start, end = self.words.received(first, last)
            share = float(mass[self.words.ends[last]] - mass[self.words.starts[first]])
            voice = self.words.unit.spans[self.words.span[first]].voice
            yield Evidence(marker=marker, start=start, end=end, share=share, voice=voice)


class _Words:
    """The words of a unit: `starts` and `ends` in its text, and the number of the `span` in which each stands."""

    def __init__(self, document: Document, unit: Unit) -> None:
        self.unit, self.origin = unit, document.folded.origin
        bounds = [document.folded_bounds(span) for span in unit.spans]
        sizes = [last - first + 1 for first, last in bounds]  # and the line break that joins it to the next
        begins = np.cumsum([0, *sizes[:-1]])
        found = np.array([match.span() for match in WORD.finditer(unit.text)], dtype=np.int64).reshape(-1, 2)
        self.starts, self.ends = found.T
        self.span = np.searchsorted(begins, self.starts, side="right") - 1
        self.shift = np.array([first for first, _ in bounds]) - begins

    def heavy_runs(self, mass: Floats) -> list[tuple[int, int]]:
        """Return the heaviest runs of words (first, last) above the mean mass a character; `mass` is summed up."""
        if not len(self.starts) or mass[-1] <= 0:
            return []
        sizes = self.ends - self.starts
        own = mass[self.ends] - mass[self.starts]
        heavy = np.flatnonzero(own * sizes.sum() >= mass[-1] * sizes)
        parted = (np.diff(heavy) > 1) | (np.diff(self.span[heavy]) > 0)
        firsts = heavy[np.concatenate([[True], parted])] if len(heavy) else heavy
        lasts = heavy[np.concatenate([parted, [True]])] if len(heavy) else heavy
        order = np.argsort(mass[self.starts[firsts]] - mass[self.ends[lasts]], kind="stable")[:MAX_SPANS]
        return self._apart(sorted(zip(firsts[order].tolist(), lasts[order].tolist(), strict=True)))

    def received(self, first: int, last: int) -> tuple[int, int]:
        """Return where a run of words stands in the text as received."""
        shift = int(self.shift[self.span[first]])
        begin, end = int(self.starts[first]) + shift, int(self.ends[last]) + shift
        limit = self.unit.spans[self.span[first]].end
        return self.origin[begin], min(max(self.origin[end], self.origin[end - 1] + 1), limit)

    def _apart(self, runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return the runs, joined where two share a character of the text as received ("½" folds into two words)."""
        apart: list[tuple[int, int]] = []
        for first, last in runs:
            if apart and self.received(first, last)[0] < self.received(*apart[-1])[1]:
                apart[-1] = (apart[-1][0], last)
            else:
                apart.append((first, last))
        return apart
