"""Fit a marker model on labelled articles."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from triage.domain.corpus import Article
from triage.domain.taxonomy import Taxonomy
from triage.learn.artefact import seal
from triage.learn.figures import Judged
from triage.learn.judging import LEVELS, SPAN, Said, judge
from triage.learn.learner import FOLDS, learn, out_of_fold
from triage.learn.measure import measured
from triage.learn.model import MarkerModel
from triage.learn.prepare import Prepared, refuse_unannotated
from triage.learn.spans.labelled import Labelled
from triage.learn.spans.learner import fit_marking
from triage.learn.spans.measure import measured_spans
from triage.text.language import primary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Labels = NDArray[np.float32]
    Ints = NDArray[Any]


def fit(
    articles: Sequence[Article],
    taxonomy: Taxonomy,
    *,
    seed: int = 0,
    folds: int = FOLDS,
    jobs: int | None = None,
    corpora: Sequence[Mapping[str, Any]] = (),
    cache: Path | None = None,
    spans: bool = True,
) -> MarkerModel:
    """Return a marker model fitted on labelled articles, with its out-of-fold figures in the manifest.

    `corpora` are the files of the articles (path, sha256, articles), for the manifest. The same articles and seed give
    the same model for any number of `jobs` (default: all cores). With `spans` it also learns to find spans, where the
    articles have enough of them. Raises `CorpusError` where an article lacks `annotated` or no marker has enough
    examples.
    """
    refuse_unannotated(articles)
    with threadpool_limits(1):  # one thread adds in one order, and is quicker on vectors this short
        return _fitted(Prepared(articles, taxonomy, cache=cache), seed, folds, jobs, corpora, spans=spans).model


def fit_beside(
    articles: Sequence[Article],
    known: int,
    taxonomy: Taxonomy,
    *,
    seed: int = 0,
    folds: int = FOLDS,
    jobs: int | None = None,
    corpora: Sequence[Mapping[str, Any]] = (),
    spans: bool = True,
) -> tuple[MarkerModel, dict[str, tuple[Judged, Judged]]]:
    """Return a model fitted on all articles, and by level what is said out of fold without and with the new ones.

    The first `known` articles are those of the model to compare with. Both sides are judged on the same held-out units
    of all articles, in the same folds; the first learns from the known articles alone. `spans` is as in `fit`, and so
    is what is raised.
    """
    refuse_unannotated(articles)
    with threadpool_limits(1):
        fitted = _fitted(Prepared(articles, taxonomy), seed, folds, jobs, corpora, spans=spans)
        among = np.arange(known)
        before = learn(fitted.prepared, fitted.everyone, seed=seed, folds=folds, jobs=jobs, among=among)
        said = out_of_fold(fitted.prepared, fitted.everyone, before, among=among)
        sides = {
            level: tuple(judge(fitted.prepared, fitted.everyone, level, one[level]) for one in (said, fitted.said))
            for level in LEVELS
            if fitted.said[level]
        }
    return fitted.model, {level: (old, new) for level, (old, new) in sides.items()}


@dataclass(frozen=True)
class _Fitted:
    model: MarkerModel
    prepared: Prepared
    said: Mapping[str, list[Said]]
    everyone: Ints


def _fitted(
    prepared: Prepared,
    seed: int,
    folds: int,
    jobs: int | None,
    corpora: Sequence[Mapping[str, Any]],
    *,
    spans: bool,
) -> _Fitted:
    articles = prepared.articles
    everyone = np.arange(len(articles))
    learnt = learn(prepared, everyone, seed=seed, folds=folds, jobs=jobs)
    said = out_of_fold(prepared, everyone, learnt)
    heads = {name: part.head for name, part in learnt.items()}
    labelled = Labelled(prepared)
    marking = fit_marking(labelled, everyone, learnt.get("passage"), seed) if spans else None
    facts: dict[str, Any] = {
        "seed": seed,
        "folds": folds,
        "corpora": list(corpora),
        "articles": len(articles),
        "languages": dict(sorted(Counter(filter(None, (primary(article.lang) for article in articles))).items())),
        "texts": sorted(text_digest(article.text) for article in articles),
        "left_out": _left_out(prepared, [marker for head in heads.values() for marker in head.markers]),
        "figures": {
            level: measured(prepared, everyone, judge(prepared, everyone, level, spoken), seed)
            for level, spoken in said.items()
            if spoken
        },
    }
    if marking:
        facts["figures"][SPAN] = measured_spans(labelled, everyone, marking.said, seed)
    model = seal(heads.get("passage"), heads.get("article"), facts, marking.marking if marking else None)
    return _Fitted(model, prepared, said, everyone)


def text_digest(text: str) -> str:
    """Return a short digest by which a text is known again."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _left_out(prepared: Prepared, markers: Sequence[str]) -> dict[str, int]:
    """Return the markers that were looked for and not learnt, with how many articles have them."""
    counts = np.nansum(prepared.wholes.labels, axis=0)
    return {m: int(n) for m, n in zip(prepared.targets.markers, counts, strict=True) if m not in markers}
