"""Which words carry a score: positive terms of the log-odds laid on the characters where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.domain.score import Evidence, Voice
from triage.learn.documents import WORD, Document, Unit
from triage.learn.features import DENSE, GROUPS, occurrences

if TYPE_CHECKING:
    import scipy.sparse as sp
    from numpy.typing import NDArray

    from triage.learn.linear import Linear

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.int64]

MAX_SPANS = 8


@dataclass(frozen=True, slots=True)
class Shares:
    """The evidence for one marker: spans, and what has no place. All shares sum to 1."""

    spans: tuple[Evidence, ...]
    other: Mapping[str, float]


def explain_unit(
    linear: Linear, row: sp.csr_matrix, document: Document, unit: Unit, markers: Mapping[str, int]
) -> dict[str, Shares]:
    """Return the evidence for some markers (name → column of the model) in one unit, whose matrix row is `row`.

    A marker's share at a character is the sum of its positive terms there over all its positive terms, each term laid
    evenly on the characters of its occurrences. Words above the unit's mean share a character are shown, neighbours
    joined; what else has a place is `rest`.
    """
    layout = _Layout(linear, row, document, unit)
    return {marker: layout.shares(marker, column) for marker, column in markers.items()}


class _Layout:
    """Where the n-grams of a unit stand, worked out once for all markers."""

    def __init__(self, linear: Linear, row: sp.csr_matrix, document: Document, unit: Unit) -> None:
        self.row = row
        self.weights = linear.weights
        self.intercept = linear.intercept
        self.ngrams = len(linear.columns)
        self.length = len(unit.text)
        features, starts, ends = occurrences(unit.text)
        place = np.searchsorted(linear.columns, features)
        place[place == self.ngrams] = 0
        kept = (linear.columns[place] == features) & (ends > starts) if self.ngrams else np.zeros(len(place), bool)
        self.starts, self.ends = starts[kept], ends[kept]
        self.at = np.searchsorted(row.indices, place[kept])
        sizes = (self.ends - self.starts).astype(np.float64)
        self.spread = np.bincount(self.at, weights=sizes, minlength=len(row.indices))
        self.words = list(_words(document, unit))

    def shares(self, marker: str, column: int) -> Shares:
        terms = np.maximum(self.row.data * self.weights[self.row.indices, column], 0.0).astype(np.float64)
        total = float(terms.sum() + max(self.intercept[column], 0.0))
        if total == 0:
            return Shares((), {"rest": 1.0})
        other = dict.fromkeys(GROUPS, 0.0)
        for index, term in zip(self.row.indices, terms, strict=True):
            if index >= self.ngrams:
                other[DENSE[index - self.ngrams][1]] += float(term) / total
        spans = tuple(self._spans(marker, terms / total))
        other["rest"] = max(1.0 - sum(other.values()) - sum(span.share for span in spans), 0.0)
        return Shares(spans, {group: share for group, share in other.items() if share > 0})

    def _spans(self, marker: str, terms: Floats) -> Iterator[Evidence]:
        mass = np.concatenate([[0.0], np.cumsum(self._by_character(terms))])
        located = mass[-1]
        size = sum(word.end - word.start for word in self.words)
        if located <= 0 or not size:
            return
        heavy = [w for w in self.words if (mass[w.end] - mass[w.start]) * size >= located * (w.end - w.start)]
        runs = sorted(_joined(heavy), key=lambda run: (mass[run[0].start] - mass[run[-1].end], run[0].start))[
            :MAX_SPANS
        ]
        for run in sorted(_merged(runs), key=lambda run: run[0].start):
            share = float(mass[run[-1].end] - mass[run[0].start])
            yield Evidence(
                marker=marker, start=run[0].received[0], end=run[-1].received[1], share=share, voice=run[0].voice
            )

    def _by_character(self, terms: Floats) -> Floats:
        each = terms[self.at] / self.spread[self.at]
        steps = np.bincount(self.starts, weights=each, minlength=self.length + 1)
        steps -= np.bincount(self.ends, weights=each, minlength=self.length + 1)
        return np.maximum(np.cumsum(steps)[: self.length], 0.0)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a unit: its offsets there, in the text as received, its place in the row of words, its voice."""

    start: int
    end: int
    received: tuple[int, int]
    number: int
    span: int
    voice: Voice


def _words(document: Document, unit: Unit) -> Iterator[_Word]:
    origin = document.folded.origin
    number = begin = 0
    for at, span in enumerate(unit.spans):
        first, last = document.folded_bounds(span)
        for match in WORD.finditer(document.folded.text, first, last):
            received = (origin[match.start()], max(origin[match.end()], origin[match.end() - 1] + 1))
            number += 1
            yield _Word(
                match.start() - first + begin,
                match.end() - first + begin,
                (received[0], min(received[1], span.end)),
                number,
                at,
                span.voice,
            )
        begin += last - first + 1


def _joined(words: Iterable[_Word]) -> list[list[_Word]]:
    """Return runs of words that follow one another in one span of the text."""
    runs: list[list[_Word]] = []
    for word in words:
        if runs and runs[-1][-1].number + 1 == word.number and runs[-1][-1].span == word.span:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _merged(runs: Iterable[list[_Word]]) -> list[list[_Word]]:
    """Return runs that share no character of the text as received ("½" unfolds into two words)."""
    merged: list[list[_Word]] = []
    for run in sorted(runs, key=lambda run: run[0].start):
        if merged and run[0].received[0] < merged[-1][-1].received[1]:
            merged[-1].extend(run)
        else:
            merged.append(list(run))
    return merged
