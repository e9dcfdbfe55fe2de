"""Some documents scored together: one matrix for the pieces of all, one for all whole texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from triage.domain.score import UNRELIABLE, PassageScore, TextScore, Voice
from triage.learn.evidence import Shares, explain_unit
from triage.learn.features import tabulate
from triage.learn.thresholds import found

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.learn.documents import Document
    from triage.learn.heads import Head
    from triage.learn.model import MarkerModel

    Floats = NDArray[np.floating[Any]]


class _Said(Protocol):
    """What one head says of some texts: a row a text, a column a marker; `own` in the author's own voice alone."""

    head: Head
    texts: Floats
    own: Floats

    def evidence(self, at: int, markers: Mapping[str, int]) -> dict[str, Shares]:
        """Return the evidence for some markers (name → column) in text `at`."""

    def passages(self, at: int) -> list[PassageScore]:
        """Return the scores of the pieces of text `at`, where the head judges pieces."""


def score_documents(
    model: MarkerModel,
    documents: Sequence[Document],
    warnings: Sequence[Sequence[str]],
    *,
    evidence: bool,
    passages: bool,
) -> list[TextScore]:
    """Return a score for each document; `warnings` are those already known, one sequence a document."""
    said: list[_Said] = []
    if model.passage:
        said.append(_InPieces(model.passage, documents))
    if model.article:
        said.append(_InWholes(model.article, documents))
    hits = [_found(one) for one in said]
    scores = []
    for at, document in enumerate(documents):
        reasons = tuple(dict.fromkeys([*warnings[at], *model.warnings_of(document)]))
        markers = {m: float(p) for one in said for m, p in zip(one.head.markers, one.texts[at], strict=True)}
        own = {m: float(p) for one in said for m, p in zip(one.head.markers, one.own[at], strict=True)}
        over: list[str] = []
        shares: dict[str, Shares] = {}
        if UNRELIABLE.isdisjoint(reasons):
            for one, hit in zip(said, hits, strict=True):
                columns = {one.head.markers[column]: int(column) for column in np.flatnonzero(hit[at])}
                over += columns
                if evidence and columns:
                    shares |= one.evidence(at, columns)
        over.sort(key=lambda marker: (-markers[marker], marker))
        scores.append(
            TextScore(
                model=model.id,
                lang=document.lang,
                markers=markers,
                found=tuple(over),
                own_voice=own,
                evidence=tuple(span for marker in over if marker in shares for span in shares[marker].spans),
                evidence_other={marker: shares[marker].other for marker in over if marker in shares},
                warnings=reasons,
                passages=tuple(passage for one in said for passage in one.passages(at)) if passages else (),
            )
        )
    return scores


def _found(said: _Said) -> NDArray[np.bool_]:
    scale = said.head.text_scale or said.head.scale
    return found(said.texts, scale.thresholds, said.head.exclusive)


class _InPieces:
    """A head that judges pieces: the likeliest piece of a text speaks for it, of its own pieces for the own voice."""

    def __init__(self, head: Head, documents: Sequence[Document]) -> None:
        self.head, self.documents = head, documents
        pieces = [document.piece_units() for document in documents]
        self.units = [unit for units in pieces for unit in units]
        self.first = np.cumsum([0, *map(len, pieces)])
        self.X = head.linear.matrix(tabulate(self.units))
        self.log_odds = head.linear.log_odds_of(self.X)
        starts = self.first[:-1]
        self.texts = head.probabilities(np.maximum.reduceat(self.log_odds, starts), of_texts=True)
        is_own = np.array([unit.spans[0].voice is Voice.OWN for unit in self.units], dtype=bool)
        in_own = np.where(is_own[:, None], self.log_odds, -np.inf)
        self.own = head.probabilities(np.maximum.reduceat(in_own, starts), of_texts=True)
        self.own[~np.logical_or.reduceat(is_own, starts)] = 0.0

    def evidence(self, at: int, markers: Mapping[str, int]) -> dict[str, Shares]:
        begin, end = self.first[at : at + 2]
        by_piece: dict[int, dict[str, int]] = {}
        for marker, column in markers.items():
            best = int(begin + self.log_odds[begin:end, column].argmax())
            by_piece.setdefault(best, {})[marker] = column
        shares: dict[str, Shares] = {}
        for piece, columns in by_piece.items():
            shares |= explain_unit(self.head.linear, self.X, piece, self.documents[at], self.units[piece], columns)
        return shares

    def passages(self, at: int) -> list[PassageScore]:
        begin, end = self.first[at : at + 2]
        probabilities = self.head.probabilities(self.log_odds[begin:end])
        scores = []
        for unit, row in zip(self.units[begin:end], probabilities, strict=True):
            (span,) = unit.spans
            markers = dict(zip(self.head.markers, map(float, row), strict=True))
            scores.append(PassageScore(start=span.start, end=span.end, voice=span.voice, markers=markers))
        return scores


class _InWholes:
    """A head that judges whole texts, and for the own voice the own pieces joined."""

    def __init__(self, head: Head, documents: Sequence[Document]) -> None:
        self.head, self.documents = head, documents
        self.units = [document.whole_unit() for document in documents]
        self.X = head.linear.matrix(tabulate(self.units))
        self.texts = head.probabilities(head.linear.log_odds_of(self.X))
        self.own = self.texts.copy()
        own_units = {at: document.own_unit() for at, document in enumerate(documents) if document.has_quoted}
        mixed = [at for at, unit in own_units.items() if unit]
        self.own[[at for at, unit in own_units.items() if not unit]] = 0.0
        if mixed:
            table = tabulate([unit for unit in own_units.values() if unit])
            self.own[mixed] = head.probabilities(head.linear.log_odds(table))

    def evidence(self, at: int, markers: Mapping[str, int]) -> dict[str, Shares]:
        return explain_unit(self.head.linear, self.X, at, self.documents[at], self.units[at], markers)

    def passages(self, _at: int) -> list[PassageScore]:
        return []
