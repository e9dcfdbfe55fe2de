"""Everything that is said of the span level: figures, trivial baselines beside them, and intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.learn.baselines import baselines
from triage.learn.dense import dense_columns
from triage.learn.figures import Judged, report
from triage.learn.folds import whole_groups
from triage.learn.intervals import DRAWS, bootstrap, interval
from triage.learn.spans.labelled import Labelled
from triage.learn.spans.learner import SaidSpans
from triage.learn.spans.marking import name_found
from triage.learn.spans.overlap import Bounds, merged, overlaps, span_scores
from triage.learn.spans.technique import likeliest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.learn.model import MarkerModel

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.integer[Any]]

GIVEN = "technique_given_span"
NAMES = ("span_f1", "span_precision", "span_recall", GIVEN)


def measured_spans(labelled: Labelled, articles: Ints, said: SaidSpans, seed: int) -> dict[str, Any]:
    """Return the figures of the span level, in the shape that `--json` prints.

    `span_f1` is subtask SI of SemEval-2020 task 11, over the articles that were searched for any technique;
    `technique_given_span` is its subtask TC, the micro-F1 of techniques of given spans, where a span that is given n
    times gets its n likeliest. The other figures are of the given spans, with a column a technique.
    """
    judged = judge_spans(labelled, articles, said)
    trivial = baselines(judged, _dense(labelled, articles), labelled.prepared.targets.taxonomy, seed)
    trivial = {
        name: replace(one, found=likeliest(one.probabilities, _times(labelled, articles)))
        for name, one in trivial.items()
    }
    sums = _sums(labelled, articles, [found.bounds for found in said.found])
    figures = report(judged, trivial, _intervals(labelled, articles, judged, sums, seed))
    figures["overall"] |= _scores(sums, judged)
    for lang, own in figures["by_lang"].items():
        here = np.array([labelled.prepared.articles[at].lang == lang for at in articles])
        own |= _scores(sums[here], judged.rows(judged.langs == lang))
    guesses = {"constant": _everything(labelled, articles), "random": _drawn(labelled, articles, seed)}
    for name in (*trivial, *guesses):
        figures["baselines"].setdefault(name, dict.fromkeys(figures["overall"]))
        own = _sums(labelled, articles, guesses[name]) if name in guesses else None
        figures["baselines"][name] |= _scores(own, trivial.get(name))
    return {**figures, **{name: figures["overall"][name] for name in ("span_f1", GIVEN)}}


def judge_spans(labelled: Labelled, articles: Ints, said: SaidSpans) -> Judged:
    """Return the given spans of some articles under what was said of them."""
    rows = labelled.rows(articles)
    owners = [labelled.prepared.articles[at] for at in labelled.article[rows]]
    bounds = [labelled.bounds[at] for at in rows]
    groups = np.array(whole_groups(labelled.prepared.articles), dtype=str)
    return Judged(
        level="span",
        markers=labelled.markers,
        counted=np.ones(len(labelled.markers), dtype=bool),
        labels=labelled.labels[rows],
        probabilities=said.given,
        found=likeliest(said.given, labelled.times[rows]) & (said.given > 0),
        lengths=np.array([end - start for start, end in bounds], dtype=np.int64),
        groups=groups[labelled.article[rows]],
        langs=np.array([owner.lang for owner in owners], dtype=str),
        sources=np.array([owner.source for owner in owners], dtype=str),
    )


def _scores(sums: Floats | None, judged: Judged | None) -> dict[str, float | None]:
    """Return what the span level adds to the figures; None where it cannot be told."""
    scores: dict[str, float | None] = dict.fromkeys(NAMES)
    if sums is not None and sums[:, 3].any():
        scores |= {name: float(value) for name, value in span_scores(sums.sum(axis=0)).items()}
    if judged is not None and (hits := _hits(judged))[:, 1].any():
        right, rows = hits.sum(axis=0)
        scores[GIVEN] = float(right / rows)
    return scores


def _hits(judged: Judged) -> Floats:
    """Return, for each given span, how many of its labels are right and how many it has."""
    labels = np.nan_to_num(judged.labels) > 0
    return np.stack([(labels & judged.found).sum(axis=1), labels.sum(axis=1)], axis=1).astype(float)


def _sums(labelled: Labelled, articles: Ints, found: Sequence[Sequence[Bounds]]) -> Floats:
    """Return the sums of `overlaps` for each article, zero where it was not searched."""
    sums = overlaps(found, [labelled.marked[at] for at in articles])
    sums[~labelled.searched[articles]] = 0
    return sums


def _intervals(labelled: Labelled, articles: Ints, judged: Judged, sums: Floats, seed: int) -> dict[str, list[float]]:
    """Return the 95 % interval of each figure, by resampling groups of articles."""
    intervals = bootstrap(judged, seed) if judged.markers else {}
    names, group = np.unique(np.array(whole_groups(labelled.prepared.articles))[articles], return_inverse=True)
    if len(names) < 2:
        return intervals
    draws = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=DRAWS)
    drawn: dict[str, Floats] = {}
    if sums[:, 3].any():
        drawn |= span_scores(draws @ _by_group(sums, group, len(names)))
    hits = _hits(judged)
    if hits[:, 1].any():
        owner = np.searchsorted(articles, labelled.article[labelled.rows(articles)])
        right, rows = (draws @ _by_group(hits, group[owner], len(names))).T
        drawn[GIVEN] = right / np.maximum(rows, 1)
    return intervals | {name: interval(values) for name, values in drawn.items()}


def _by_group(values: Floats, group: Ints, count: int) -> Floats:
    sums = np.zeros((count, values.shape[1]))
    np.add.at(sums, group, values)
    return sums


def _times(labelled: Labelled, articles: Ints) -> Ints:
    return np.asarray(labelled.times[labelled.rows(articles)])


def _dense(labelled: Labelled, articles: Ints) -> Floats:
    return dense_columns([labelled.units[at] for at in labelled.rows(articles)])


def _everything(labelled: Labelled, articles: Ints) -> list[list[Bounds]]:
    """Return every passage as a span."""
    return [merged(labelled.prepared.documents[at].passages) for at in articles]


def _drawn(labelled: Labelled, articles: Ints, seed: int) -> list[list[Bounds]]:
    """Return spans at random places, as many for the size of a text as are labelled and as long as these."""
    draw = np.random.default_rng(seed)
    lengths = np.array([end - start for at in articles for start, end in labelled.marked[at]] or [1])
    texts = [labelled.prepared.articles[at].text for at in articles]
    share = lengths.size / max(sum(map(len, texts)), 1)
    spans = []
    for text in texts:
        count = draw.binomial(len(text), min(share, 1.0))
        starts = np.sort(draw.integers(0, max(len(text), 1), count))
        ends = np.minimum(starts + draw.choice(lengths, count), np.append(starts[1:], len(text))[:count])
        spans.append([(s, e) for s, e in zip(starts.tolist(), ends.tolist(), strict=True) if e > s])
    return spans


def span_rows(model: MarkerModel, labelled: Labelled, said: SaidSpans) -> Iterator[dict[str, Any]]:
    """Return one row a span found, `id, start, end, labels`, and one a span that the corpus gives, marked `given`."""
    technique = model.marking.technique if model.marking else None
    articles = labelled.prepared.articles
    hits = likeliest(said.given, labelled.times) & (said.given > 0)
    edges = np.searchsorted(labelled.article, np.arange(len(articles) + 1)).tolist()
    for at, (article, document) in enumerate(zip(articles, labelled.prepared.documents, strict=True)):
        for span in name_found(technique, model.passage, document, said.found[at]):
            yield {"id": article.id, "start": span.start, "end": span.end, "labels": [span.label]}
        for row in range(edges[at], edges[at + 1]):
            labels = [marker for marker, hit in zip(labelled.markers, hits[row], strict=True) if hit]
            start, end = labelled.bounds[row]
            yield {"id": article.id, "start": start, "end": end, "labels": labels, "given": True}
