"""Fit the span part of a model on labelled articles, and read what it says of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.learn.folds import deal
from triage.learn.spans.labelled import Labelled
from triage.learn.spans.marking import Marking
from triage.learn.spans.tagger import NOTHING, Found, Tagger, choose_cut, fit_tagger, gather
from triage.learn.spans.technique import Technique, allowed_by, fit_technique

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.learn.heads import Head
    from triage.learn.learner import Learnt

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.integer[Any]]

FOLDS = 3
MIN_SPANS = 30  # of one technique, and articles searched, without which there is nothing to learn


@dataclass(frozen=True)
class SaidSpans:
    """What is said of some articles: the spans found in each, and the probability of each marker for the given ones."""

    found: Sequence[Found]
    given: Floats


@dataclass(frozen=True)
class LearntSpans:
    """A marking and what it says of the articles that it learnt from, out of fold."""

    marking: Marking
    said: SaidSpans


def fit_marking(labelled: Labelled, articles: Ints, passage: Learnt | None, seed: int) -> LearntSpans | None:
    """Return the marking fitted on some articles, or None where they have too few labelled spans.

    `passage` is the passage head learnt from these articles. Only articles that were searched for any technique teach
    where spans are.
    """
    rows = labelled.prepared.passages.rows(articles)
    log_odds = np.zeros((len(labelled.prepared.passages.units), len(passage.head.markers) if passage else 0))
    if passage:
        log_odds[rows] = passage.units
    prepared = labelled.prepared
    dealt = np.full(len(prepared.articles), -1)
    dealt[articles] = deal([prepared.articles[at] for at in articles], FOLDS, seed)
    tagger, found = _tagger(labelled, articles, np.where(labelled.searched, dealt, -1), seed)
    technique, given = _technique(labelled, articles, dealt, log_odds, seed)
    if tagger is None and technique is None:
        return None
    return LearntSpans(Marking(tagger, technique), SaidSpans(found, given))


def read_marking(marking: Marking, labelled: Labelled, articles: Ints, passage: Head | None) -> SaidSpans:
    """Return what a marking says of some articles; `passage` is the head that it was learnt beside."""
    found: list[Found] = [NOTHING] * len(articles)
    if marking.tagger:
        tokens = labelled.tokens
        shares = marking.tagger.chain.inside(labelled.attributes, tokens.first(), _passages(labelled, articles))
        everywhere = gather(tokens, shares, len(labelled.given), marking.tagger.threshold, marking.tagger.gap)
        found = [everywhere[at] for at in articles]
    rows = labelled.rows(articles)
    given = np.zeros((len(rows), len(labelled.markers)))
    if marking.technique and len(rows):
        both = [at for at, marker in enumerate(labelled.markers) if marker in marking.technique.markers]
        theirs = [marking.technique.markers.index(labelled.markers[at]) for at in both]
        labels = np.full((len(rows), len(marking.technique.markers)), np.nan, dtype=np.float32)
        labels[:, theirs] = labelled.labels[rows][:, both]
        part = labelled.prepared.passages
        log_odds = np.zeros((len(part.units), len(passage.markers) if passage else 0))
        if passage:
            read = part.rows(articles)
            log_odds[read] = passage.linear.log_odds(part.table.rows(read))
        said = marking.technique.probabilities(labelled.given_rows(rows, log_odds), allowed_by(labels))
        given[:, both] = said[:, theirs]
    return SaidSpans(found, given)


def _passages(labelled: Labelled, articles: Ints) -> Ints:
    """Return the passages with tokens, by their place in `tokens.first()`, that belong to some articles."""
    first = labelled.tokens.first()[:-1]
    return np.flatnonzero(np.isin(labelled.tokens.document[first], articles))


def _tagger(labelled: Labelled, articles: Ints, fold: Ints, seed: int) -> tuple[Tagger | None, list[Found]]:
    searched = articles[fold[articles] >= 0]
    if sum(len(labelled.marked[at]) for at in searched) < MIN_SPANS or len(np.unique(fold[searched])) < FOLDS:
        return None, [NOTHING] * len(articles)
    tagger, shares = fit_tagger(labelled.tokens, labelled.attributes, labelled.marked, fold, seed)
    found: list[Found] = [NOTHING] * len(labelled.given)
    for at in range(FOLDS):
        others, here = searched[fold[searched] != at], searched[fold[searched] == at]
        cut = choose_cut(labelled.tokens, shares, labelled.marked, others)
        everywhere = gather(labelled.tokens, shares, len(found), *cut)
        for one in here:
            found[one] = everywhere[one]
    return tagger, [found[at] for at in articles]


def _technique(
    labelled: Labelled, articles: Ints, fold: Ints, log_odds: Floats, seed: int
) -> tuple[Technique | None, Floats]:
    rows = labelled.rows(articles)
    given = np.zeros((len(rows), len(labelled.markers)))
    counts = np.nansum(labelled.labels[rows], axis=0)
    columns = np.flatnonzero(counts >= MIN_SPANS)
    folds = fold[labelled.article[rows]]
    if len(columns) < 2 or len(np.unique(folds)) < FOLDS:
        return None, given
    labels = labelled.labels[np.ix_(rows, columns)]
    markers = [labelled.markers[at] for at in columns]
    technique, said = fit_technique(labelled.given_rows(rows, log_odds), labels, folds, markers, seed)
    given[:, columns] = said
    return technique, given


class Spoken:
    """What the markings of several folds say, each of the articles that it has not seen."""

    def __init__(self, labelled: Labelled) -> None:
        self._labelled = labelled
        self._found: list[Found] = [NOTHING] * len(labelled.given)
        self._given = np.zeros((len(labelled.bounds), len(labelled.markers)))

    def learn(self, train: Ints, test: Ints, passage: Learnt | None, seed: int) -> None:
        """Learn from some articles, where they have enough spans, and keep what that says of others."""
        learnt = fit_marking(self._labelled, train, passage, seed)
        if learnt:
            said = read_marking(learnt.marking, self._labelled, test, passage.head if passage else None)
            self._given[self._labelled.rows(test)] = said.given
            for at, found in zip(test.tolist(), said.found, strict=True):
                self._found[at] = found

    def of(self, articles: Ints) -> SaidSpans:
        """Return what was said of some articles."""
        return SaidSpans([self._found[at] for at in articles], self._given[self._labelled.rows(articles)])
