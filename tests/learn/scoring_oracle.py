"""A plain statement of what scoring gives: units as texts of their own, a matrix, and Python around it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import accumulate, pairwise

import numpy as np

from triage.domain.score import UNRELIABLE, Voice
from triage.learn.dense import DENSE, GROUPS
from triage.learn.documents import WORD, Document, Unit
from triage.learn.features import occurrences, tabulate
from triage.learn.heads import Head
from triage.learn.model import MarkerModel
from triage.learn.thresholds import found

MOST_SPANS = 8
GROUP = np.array([GROUPS.index(group) for _, group in DENSE])


def plain_score(model: MarkerModel, document: Document) -> dict:
    """Return `markers`, `own_voice`, `found`, and of what is found `evidence` (start, end, share, voice), `other`."""
    score: dict = {"markers": {}, "own_voice": {}, "found": set(), "evidence": {}, "other": {}}
    reliable = UNRELIABLE.isdisjoint(model.warnings_of(document))
    for head, units, own in (
        (model.passage, document.piece_units(), [u for u in document.piece_units() if u.spans[0].voice is Voice.OWN]),
        (model.article, [document.whole_unit()], [unit] if (unit := document.own_unit()) else []),
    ):
        if head is None:
            continue
        X = head.linear.matrix(tabulate(units))
        log_odds = head.linear.log_odds_of(X)
        values = head.probabilities(log_odds.max(axis=0, keepdims=True), of_texts=True)
        score["markers"] |= dict(zip(head.markers, values[0].tolist(), strict=True))
        heard = np.zeros(len(head.markers))
        if own:
            own_odds = head.linear.log_odds(tabulate(own)).max(axis=0, keepdims=True)
            heard = head.probabilities(own_odds, of_texts=True)[0]
        score["own_voice"] |= dict(zip(head.markers, heard.tolist(), strict=True))
        if reliable:
            scale = head.text_scale or head.scale
            for column in np.flatnonzero(found(values, scale.thresholds, head.exclusive)[0]).tolist():
                unit = int(log_odds[:, column].argmax())
                score["found"].add(head.markers[column])
                spans, other = plain_evidence(head, X, unit, document, units[unit], column)
                score["evidence"][head.markers[column]] = spans
                score["other"][head.markers[column]] = other
    return score


def plain_evidence(head: Head, X, row: int, document: Document, unit: Unit, column: int):
    linear, size = head.linear, len(unit.text)
    terms = np.maximum(X[row].toarray()[0] * linear.weights[:, column], 0.0)
    total = terms.sum() + max(linear.intercept[column], 0.0)
    if total == 0:
        return [], {"rest": 1.0}
    other = {g: terms[len(linear.columns) :][at == GROUP].sum() / total for at, g in enumerate(GROUPS)}
    share = np.zeros(size)
    features, starts, ends = occurrences(unit.text)
    places = linear.places[features]
    spread = Counter()
    for place, start, end in zip(places, starts, ends, strict=True):
        spread[place] += end - start
    for place, start, end in zip(places, starts, ends, strict=True):
        if place >= 0 and end > start:
            share[start:end] += terms[place] / total / spread[place]
    spans = plain_spans(share, document, unit)
    other["rest"] = 1.0 - sum(other.values()) - sum(span[2] for span in spans)
    return spans, {group: value for group, value in other.items() if value > 0}


def plain_spans(share, document: Document, unit: Unit):
    bounds = [document.folded_bounds(span) for span in unit.spans]
    begins = [0, *accumulate(end - start + 1 for start, end in bounds)]
    words = [match.span() for match in WORD.finditer(unit.text)]
    mass = np.concatenate([[0.0], np.cumsum(share)])
    size = sum(end - start for start, end in words)
    runs: list[list[tuple[int, int, int]]] = []
    before = None
    for at, (start, end) in enumerate(words):
        if mass[-1] <= 0 or (mass[end] - mass[start]) * size < mass[-1] * (end - start):
            continue
        span = np.searchsorted(begins, start, side="right") - 1
        if before == (at - 1, span):
            runs[-1].append((start, end, span))
        else:
            runs.append([(start, end, span)])
        before = (at, span)
    runs.sort(key=lambda run: -(mass[run[-1][1]] - mass[run[0][0]]))
    spans: list[tuple[int, int, int, int]] = []
    origin = document.folded.origin
    for run in sorted(runs[:MOST_SPANS]):
        start, end, span = run[0][0], run[-1][1], run[0][2]
        if spans and origin[start - begins[span] + bounds[span][0]] < spans[-1][3]:
            start, _, span, _ = spans.pop()
        behind = end - begins[span] + bounds[span][0]
        last = min(max(origin[behind], origin[behind - 1] + 1), unit.spans[span].end)
        spans.append((start, end, span, last))
    return [
        (origin[a - begins[s] + bounds[s][0]], last, mass[b] - mass[a], unit.spans[s].voice) for a, b, s, last in spans
    ]


def plain_echo(folded: str, bounds: list[tuple[int, int]]) -> float:
    """Return the share of the word pairs within some parts of a text that the text has more than once."""
    words = [(match.start(), match[0].lower().replace("ς", "σ")) for match in WORD.finditer(folded)]
    pairs = list(pairwise(word for _, word in words))
    count, starts = Counter(pairs), [start for start, _ in words]
    own = [
        pair
        for start, end in bounds
        for pair in pairs[bisect_left(starts, start) : max(bisect_left(starts, end) - 1, 0)]
    ]
    return sum(count[pair] > 1 for pair in own) / len(own) if own else 0.0
