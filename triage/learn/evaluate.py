"""Measure a stored model, or the learner out of fold, on labelled articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from triage.domain.corpus import Article
from triage.domain.taxonomy import Taxonomy
from triage.learn.folds import splits_by
from triage.learn.judging import LEVELS, SPAN, Said, judge, places, said_by
from triage.learn.learner import learn
from triage.learn.measure import measured
from triage.learn.prepare import Prepared, refuse_unannotated
from triage.learn.spans.labelled import Labelled
from triage.learn.spans.learner import Spoken, read_marking
from triage.learn.spans.marking import Marking
from triage.learn.spans.measure import measured_spans, span_rows
from triage.learn.train import text_digest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.learn.model import MarkerModel

    Ints = NDArray[Any]

INNER_FOLDS = 3


@dataclass(frozen=True)
class Measured:
    """The figures by level; how many articles the model was trained on; the ids that were set aside; what was found."""

    levels: dict[str, dict[str, Any]]
    trained_on: int = 0
    set_aside: Sequence[str] = ()
    found: Sequence[dict[str, Any]] = ()


def evaluate(
    model: MarkerModel,
    articles: Sequence[Article],
    taxonomy: Taxonomy,
    *,
    seed: int = 0,
    levels: Sequence[str] = LEVELS,
) -> Measured:
    """Return the figures of a model on labelled articles, every unit counted; a level without labels has n alone.

    A marker that the annotators looked for and the model does not know counts as never found.
    """
    prepared = Prepared(articles, taxonomy)
    everyone = np.arange(len(articles))
    heads = {name: head for name in ("passage", "article") if (head := getattr(model, name))}
    said = said_by(heads, prepared, everyone)
    figures = _levels(prepared, everyone, said, seed, levels)
    rows = [row for level in levels if level != SPAN for row in _found(prepared, level, said[level])]
    labelled = Labelled(prepared)
    if SPAN in levels and (model.marking or any(labelled.given)):
        spoken = read_marking(model.marking or Marking(None, None), labelled, everyone, model.passage)
        figures[SPAN] = measured_spans(labelled, everyone, spoken, seed)
        rows += span_rows(model, labelled, spoken)
    known = set(model.manifest.get("texts", ()))
    return Measured(
        levels=figures,
        trained_on=sum(text_digest(article.text) in known for article in articles),
        found=rows,
    )


def crossval(
    articles: Sequence[Article],
    taxonomy: Taxonomy,
    *,
    folds: int = 5,
    by: str = "group",
    seed: int = 0,
    jobs: int | None = None,
    levels: Sequence[str] = LEVELS,
    cache: Path | None = None,
) -> Measured:
    """Return the figures of the learner on articles that it has not seen, held out by `group`, `source` or `time`.

    In each fold everything is learnt from the other articles: weights, calibration and thresholds. Raises `CorpusError`
    where the articles cannot be parted so.
    """
    refuse_unannotated(articles)
    prepared = Prepared(articles, taxonomy, cache=cache)
    splits, set_aside = splits_by(articles, by, folds, seed)
    labelled = Labelled(prepared)
    spans = Spoken(labelled) if SPAN in levels and any(labelled.given) else None
    said: dict[str, list[list[Said]]] = {level: [] for level in LEVELS}
    tests = [np.sort(test) for _, test in splits]
    for train, test in zip([train for train, _ in splits], tests, strict=True):
        with threadpool_limits(1):
            learnt = learn(prepared, np.sort(train), seed=seed, folds=INNER_FOLDS, jobs=jobs)
        for level, parts in said_by({name: part.head for name, part in learnt.items()}, prepared, test).items():
            said[level].append(parts)
        if spans:
            spans.learn(np.sort(train), test, learnt.get("passage"), seed)
    tested = np.sort(np.concatenate(tests))
    joined = {level: [_joined(prepared, level, tests, parts)] for level, parts in said.items()}
    figures = _levels(prepared, tested, joined, seed, levels)
    if spans:
        figures[SPAN] = measured_spans(labelled, tested, spans.of(tested), seed)
    return Measured(levels=figures, set_aside=set_aside)


def _levels(
    prepared: Prepared, articles: Ints, said: Mapping[str, Sequence[Said]], seed: int, levels: Sequence[str]
) -> dict[str, dict[str, Any]]:
    with threadpool_limits(1):
        return {
            level: measured(prepared, articles, judge(prepared, articles, level, said[level]), seed)
            for level in levels
            if level != SPAN
        }


def _joined(prepared: Prepared, level: str, tests: Sequence[Ints], said: Sequence[Sequence[Said]]) -> Said:
    """Return what the models of all folds said, each of its own articles; what a fold did not learn is never found."""
    part = prepared.wholes if level == "article" else prepared.passages
    rows = part.rows(np.concatenate(tests))
    markers = prepared.targets.markers
    probabilities, hits = np.zeros((len(rows), len(markers))), np.zeros((len(rows), len(markers)), dtype=bool)
    for test, parts in zip(tests, said, strict=True):
        mine = np.searchsorted(rows, part.rows(test))
        for one in parts:
            cells = np.ix_(mine, np.array(prepared.columns(one.markers), dtype=np.intp))
            probabilities[cells], hits[cells] = one.probabilities, one.found
    return Said(markers, probabilities, hits)


def _found(prepared: Prepared, level: str, said: Sequence[Said]) -> Iterator[dict[str, Any]]:
    """Return one row a unit with the markers found in it: `id, labels`, and in passages `start, end`."""
    part = prepared.wholes if level == "article" else prepared.passages
    for at, (ident, start, end) in enumerate(places(part, prepared)):
        labels = sorted(m for one in said for m, hit in zip(one.markers, one.found[at], strict=True) if hit)
        where = {} if level == "article" else {"start": start, "end": end}
        yield {"id": ident, **where, "labels": labels}
