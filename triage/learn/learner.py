"""Heads fitted on labelled articles, with calibration and thresholds from held-out folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, cpu_count, delayed

from triage.domain.taxonomy import Taxonomy
from triage.errors import CorpusError
from triage.learn.calibrate import fit_sigmoids, normalised
from triage.learn.features import Table
from triage.learn.folds import deal, whole_groups
from triage.learn.heads import Head, Scale
from triage.learn.judging import LEVELS, Said, highest, read_units
from triage.learn.linear import Linear, fit_linear
from triage.learn.prepare import Part, Prepared
from triage.learn.thresholds import choose_thresholds, exclusive_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Labels = NDArray[np.float32]
    Ints = NDArray[Any]

FOLDS = 5
MIN_POSITIVES = 5
SERIAL = 20_000_000  # n-grams × markers up to which processes cost more than they save


@dataclass(frozen=True)
class Learnt:
    """A head with the out-of-fold log-odds from which it was calibrated.

    Rows of `units` are those of its part that belong to the articles learnt from, rows of `texts` these articles: for a
    passage head the maximum over each text's pieces. `fold` is the fold of each article.
    """

    head: Head
    units: Floats
    texts: Floats
    fold: Ints


def learn(
    prepared: Prepared,
    articles: Ints,
    *,
    seed: int,
    folds: int = FOLDS,
    jobs: int | None = None,
    among: Ints | None = None,
) -> dict[str, Learnt]:
    """Return the heads (`passage`, `article`) fitted on some of the articles.

    With `among`, only these of them are learnt from, in every fold, while all are held out in turn. The heads are
    calibrated and given thresholds out of fold, with groups whole. Raises `CorpusError` when no marker has enough
    examples of both classes.
    """
    fold = deal([prepared.articles[at] for at in articles], folds, seed)
    among = articles if among is None else among
    fits = {}
    if prepared.targets.passage_markers:
        markers = _learnable(prepared, prepared.passages, among, passages=True)
        fits["passage"] = _Fit(prepared.passages, prepared.pieces, markers)
    markers = _learnable(prepared, prepared.wholes, among, passages=False)
    fits["article"] = _Fit(prepared.wholes, None, markers)
    fits = {name: fit_ for name, fit_ in fits.items() if fit_.markers}
    if not fits:
        raise CorpusError(
            f"no marker has {MIN_POSITIVES} examples with and {MIN_POSITIVES} without it; "
            "see what there is with: triage corpus check"
        )
    learnt = {}
    for (name, fit_), (linear, scores) in zip(
        fits.items(), _fit_all(list(fits.values()), prepared, articles, among, fold, seed, jobs), strict=True
    ):
        columns = prepared.columns(fit_.markers)
        units, texts, text_scale = scores[0], scores[0], None
        if fit_.applied:
            texts = highest(scores[1], fit_.applied.article[fit_.applied.rows(articles)])
            text_scale = fit_scale(
                texts, prepared.wholes.labels[articles][:, columns], fit_.markers, prepared.targets.taxonomy
            )
        labels = fit_.part.labels[fit_.part.rows(articles)][:, columns]
        head = Head(
            markers=fit_.markers,
            linear=linear,
            scale=fit_scale(units, labels, fit_.markers, prepared.targets.taxonomy),
            text_scale=text_scale,
            exclusive=exclusive_columns(fit_.markers, prepared.targets.taxonomy),
        )
        learnt[name] = Learnt(head, units, texts, fold)
    return learnt


def fit_scale(log_odds: Floats, labels: Labels, markers: Sequence[str], taxonomy: Taxonomy) -> Scale:
    """Return calibration and thresholds from out-of-fold log-odds."""
    sigmoids = fit_sigmoids(log_odds, labels)
    probabilities = sigmoids.probabilities(log_odds)
    for family in map(list, exclusive_columns(markers, taxonomy)):
        probabilities[:, family] = normalised(probabilities[:, family])
    return Scale(sigmoids, choose_thresholds(probabilities, labels, markers, taxonomy))


def out_of_fold(
    prepared: Prepared, articles: Ints, learnt: Mapping[str, Learnt], among: Ints | None = None
) -> dict[str, list[Said]]:
    """Return what the heads said of the articles out of fold, by level.

    Calibration and thresholds for a fold come from the scores of the other folds, with `among` from these articles
    alone.
    """
    inside = np.isin(articles, articles if among is None else among)
    wholes = prepared.wholes.labels[articles]
    said: dict[str, list[Said]] = {level: [] for level in LEVELS}
    if passage := learnt.get("passage"):
        rows = prepared.passages.rows(articles)
        owner = np.searchsorted(articles, prepared.passages.article[rows])
        labels = prepared.passages.labels[rows]
        said["passage"].append(
            _cross_read(prepared, passage.head, passage.units, labels, passage.fold[owner], inside[owner])
        )
        said["article"].append(_cross_read(prepared, passage.head, passage.texts, wholes, passage.fold, inside))
    if article := learnt.get("article"):
        said["article"].append(_cross_read(prepared, article.head, article.units, wholes, article.fold, inside))
    return said


def _cross_read(
    prepared: Prepared, head: Head, log_odds: Floats, labels: Labels, fold: Ints, inside: NDArray[np.bool_]
) -> Said:
    own = labels[:, prepared.columns(head.markers)]
    probabilities, hits = np.zeros(log_odds.shape), np.zeros(log_odds.shape, dtype=bool)
    for at in np.unique(fold):
        others = (fold != at) & inside
        scale = fit_scale(log_odds[others], own[others], head.markers, prepared.targets.taxonomy)
        said = read_units(replace(head, scale=scale), log_odds[fold == at])
        probabilities[fold == at], hits[fold == at] = said.probabilities, said.found
    return Said(head.markers, probabilities, hits)


@dataclass(frozen=True)
class _Fit:
    """One matrix to fit, and the further part to which each fold's model is applied."""

    part: Part
    applied: Part | None
    markers: tuple[str, ...]


def _fit_all(
    fits: Sequence[_Fit], prepared: Prepared, articles: Ints, among: Ints, fold: Ints, seed: int, jobs: int | None
) -> list[tuple[Linear, list[Floats]]]:
    """Return, for each matrix, the model of all articles and the out-of-fold log-odds of its parts."""
    splits = [(among, np.zeros(0, dtype=np.intp))]
    splits += [(np.intersect1d(articles[fold != at], among), articles[fold == at]) for at in range(fold.max() + 1)]
    tasks, work = [], 0
    for fit in fits:
        labels = fit.part.labels[:, prepared.columns(fit.markers)]
        tables = [fit.part.table, *([fit.applied.table] if fit.applied else [])]
        work += fit.part.table.ngrams.nnz * len(fit.markers)
        for train, test in splits:
            tests = [part.rows(test) for part in (fit.part, fit.applied) if part]
            tasks.append(delayed(_fit_one)(labels, fit.part.rows(train), tables, tests, seed))
    workers = 1 if work < SERIAL else min(jobs or cpu_count(), len(tasks))
    done = Parallel(n_jobs=workers)(tasks)
    results = []
    for at, fit in enumerate(fits):
        mine = done[at * len(splits) : (at + 1) * len(splits)]
        out_of_fold = [
            _assembled([scores[which] for _, scores in mine[1:]], [part.rows(test) for _, test in splits[1:]])
            for which, part in enumerate(part for part in (fit.part, fit.applied) if part)
        ]
        results.append((mine[0][0], out_of_fold))
    return results


def _fit_one(
    labels: Labels, train: Ints, tables: Sequence[Table], tests: Sequence[Ints], seed: int
) -> tuple[Linear, list[Floats]]:
    linear = fit_linear(tables[0].rows(train), labels[train], seed)
    return linear, [linear.log_odds(table.rows(test)) for table, test in zip(tables, tests, strict=True)]


def _assembled(scores: Sequence[Floats], rows: Sequence[Ints]) -> Floats:
    order = np.argsort(np.concatenate(rows), kind="stable")
    return np.concatenate(scores)[order]


def _learnable(prepared: Prepared, part: Part, articles: Ints, *, passages: bool) -> tuple[str, ...]:
    """Return the markers of a level with enough units of both classes, in more than one group."""
    rows = part.rows(articles)
    groups = np.array(whole_groups(prepared.articles))[part.article[rows]]
    markers = []
    for column, marker in enumerate(prepared.targets.markers):
        if (marker in prepared.targets.passage_markers) is not passages:
            continue
        labels = part.labels[rows, column]
        if all((labels == value).sum() >= MIN_POSITIVES and len(set(groups[labels == value])) > 1 for value in (0, 1)):
            markers.append(marker)
    return tuple(markers)
