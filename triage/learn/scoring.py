"""Some documents scored together: log-odds of every piece and of every whole, read as probabilities with evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.domain.score import UNRELIABLE, PassageScore, TextScore, Voice
from triage.learn.cutting import CutTexts
from triage.learn.evidence import Found, Shares, evidence_for
from triage.learn.ngrams.laying import WHOLE
from triage.learn.thresholds import found

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.learn.documents import Document
    from triage.learn.fused_heads import Odds
    from triage.learn.heads import Head
    from triage.learn.model import MarkerModel

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.integer[Any]]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class _Said:
    """What one head (0 for pieces, 1 for wholes) says of some texts: a row a text, a column a marker.

    `own` are the probabilities in the author's own voice alone, `unit` the piece that speaks for the text.
    """

    head: int
    markers: tuple[str, ...]
    texts: Floats
    own: Floats
    hits: Bools
    unit: Ints


def score_documents(
    model: MarkerModel,
    documents: Sequence[Document],
    warnings: Sequence[Sequence[str]],
    *,
    evidence: bool,
    passages: bool,
) -> list[TextScore]:
    """Return a score for each document; `warnings` are those already known, one sequence a document."""
    reasons = [
        tuple(dict.fromkeys([*given, *model.warnings_of(document)]))
        for given, document in zip(warnings, documents, strict=True)
    ]
    texts = CutTexts(documents)
    odds = model.fused.log_odds(texts)
    said = []
    if model.passage:
        said.append(_by_pieces(model.passage, texts, odds))
    if model.article:
        said.append(_by_wholes(model.article, texts, odds))
    unreliable = [not UNRELIABLE.isdisjoint(why) for why in reasons]
    for one in said:
        one.hits[unreliable] = False
    shares: list[dict[str, Shares]] = [{} for _ in documents]
    if evidence:
        names = [head.markers if head else () for head in (model.passage, model.article)]
        shares = evidence_for(model.fused, texts, odds, _found(said), names)
    every = _passages(model, texts, odds) if passages else [()] * len(documents)
    markers = [marker for one in said for marker in one.markers]
    rows = (
        np.concatenate(part, axis=1).tolist() for part in zip(*((o.texts, o.own, o.hits) for o in said), strict=True)
    )
    scores = []
    for at, (values, own, hits) in enumerate(zip(*rows, strict=True)):
        probabilities = dict(zip(markers, values, strict=True))
        over = [marker for marker, hit in zip(markers, hits, strict=True) if hit]
        over.sort(key=lambda marker: (-probabilities[marker], marker))
        laid = [shares[at][marker] for marker in over] if evidence else []
        scores.append(
            TextScore(
                model=model.id,
                lang=documents[at].lang,
                markers=probabilities,
                found=tuple(over),
                own_voice=dict(zip(markers, own, strict=True)),
                evidence=tuple(span for one in laid for span in one.spans),
                evidence_other={marker: shares[at][marker].other for marker in over if evidence},
                warnings=reasons[at],
                passages=every[at],
            )
        )
    return scores


def _by_pieces(head: Head, texts: CutTexts, odds: Odds) -> _Said:
    """Return what a head for pieces says: the likeliest piece of a text speaks for it, its own for the own voice."""
    starts = texts.first[:-1]
    highest = np.maximum.reduceat(odds.pieces, starts)
    speaks = odds.pieces == np.repeat(highest, np.diff(texts.first), axis=0)
    order = np.where(speaks, np.arange(len(odds.pieces))[:, None], len(odds.pieces))
    own = np.maximum.reduceat(np.where(texts.is_own[:, None], odds.pieces, -np.inf), starts)
    return _read(0, head, texts, highest, own, np.minimum.reduceat(order, starts))


def _by_wholes(head: Head, texts: CutTexts, odds: Odds) -> _Said:
    """Return what a head for whole texts says; for the own voice it judges the own pieces joined."""
    own = np.where(texts.is_mixed[:, None], odds.owns, odds.wholes)
    return _read(1, head, texts, odds.wholes, own, np.full(odds.wholes.shape, WHOLE))


def _read(at: int, head: Head, texts: CutTexts, log_odds: Floats, own_odds: Floats, unit: Ints) -> _Said:
    scale = head.text_scale or head.scale
    values = head.probabilities(log_odds, of_texts=True)
    own = head.probabilities(own_odds, of_texts=True)
    own[~texts.has_own] = 0.0
    return _Said(at, head.markers, values, own, found(values, scale.thresholds, head.exclusive), unit)


def _found(said: Sequence[_Said]) -> Found:
    """Return the markers found, with the unit from which each one's evidence comes."""
    parts = []
    for one in said:
        text, column = np.nonzero(one.hits)
        parts.append((text, np.full(len(text), one.head), one.unit[text, column], column))
    return Found(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _passages(model: MarkerModel, texts: CutTexts, odds: Odds) -> list[tuple[PassageScore, ...]]:
    """Return the scores of the pieces of each text, where there is a head that judges pieces."""
    if model.passage is None:
        return [()] * (len(texts.first) - 1)
    rows = model.passage.probabilities(odds.pieces).tolist()
    scores = [
        PassageScore(start=start, end=end, voice=voice, markers=dict(zip(model.passage.markers, row, strict=True)))
        for start, end, voice, row in zip(
            texts.starts.tolist(),
            texts.stops.tolist(),
            (Voice.OWN if own else Voice.QUOTED for own in texts.is_own.tolist()),
            rows,
            strict=True,
        )
    ]
    return [tuple(scores[begin:end]) for begin, end in zip(texts.first[:-1], texts.first[1:], strict=True)]
