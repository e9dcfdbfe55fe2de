"""The span part of a model: finds spans in texts, and names the technique that each most likely has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.domain.score import MarkedSpan
from triage.domain.taxonomy import ANY_TECHNIQUE
from triage.learn.features import tabulate
from triage.learn.spans.attributes import attributes
from triage.learn.spans.facts import facts
from triage.learn.spans.technique import Given, Technique, span_units
from triage.learn.spans.tokens import tokenise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.learn.documents import Document, Unit
    from triage.learn.heads import Head
    from triage.learn.spans.overlap import Bounds
    from triage.learn.spans.tagger import Found, Tagger

    Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Marking:
    """What finds spans (`tagger`), and what names the technique of given ones (`technique`); either may be missing."""

    tagger: Tagger | None
    technique: Technique | None


def mark(marking: Marking, passage: Head | None, documents: Sequence[Document]) -> list[list[MarkedSpan]]:
    """Return the spans of each document. `passage` is the head whose log-odds the marking has learnt to read."""
    if not marking.tagger:
        return [[] for _ in documents]
    tokens = tokenise(documents)
    found = marking.tagger.find(tokens, attributes(tokens), len(documents))
    return [
        name_found(marking.technique, passage, document, own) for document, own in zip(documents, found, strict=True)
    ]


def name_found(technique: Technique | None, passage: Head | None, document: Document, found: Found) -> list[MarkedSpan]:
    """Return the spans found in one document, each with its likeliest technique, *any* where none can be told."""
    if technique is None:
        names = [(ANY_TECHNIQUE, 1.0)] * len(found.bounds)
    else:
        names = _names(technique, passage, document, found.bounds)
    return [
        MarkedSpan(start=start, end=end, label=label, probability=share * probability)
        for (start, end), share, (label, probability) in zip(found.bounds, found.shares, names, strict=True)
    ]


def enclosing(units: Sequence[Unit], spans: Sequence[Bounds]) -> list[int]:
    """Return, for each span, the place of the unit in which it begins; units are in order."""
    starts = [unit.spans[0].start for unit in units]
    return [max(int(np.searchsorted(starts, start, side="right")) - 1, 0) for start, _ in spans]


def _names(
    technique: Technique, passage: Head | None, document: Document, spans: Sequence[Bounds]
) -> list[tuple[str, float]]:
    """Return the likeliest technique of each span of a document, and its probability if the span has any."""
    if not spans:
        return []
    units = document.passage_units()
    log_odds = passage.linear.log_odds(tabulate(units)) if passage else np.zeros((len(units), 0))
    given = Given(tabulate(span_units(document, spans)), facts(document, spans), log_odds[enclosing(units, spans)])
    probabilities = technique.probabilities(given)
    best = probabilities.argmax(axis=1)
    return [(technique.markers[at], float(row[at])) for at, row in zip(best.tolist(), probabilities, strict=True)]
