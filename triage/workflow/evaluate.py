"""Evaluate a stored model, or the learner out of fold, on labelled corpora."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from triage.files.atomic import atomic_output
from triage.learn import evaluate as figures
from triage.learn.judging import LEVELS, SPAN
from triage.learn.prepare import refuse_unannotated
from triage.workflow.train import articles_of

if TYPE_CHECKING:
    from triage.domain.taxonomy import Taxonomy
    from triage.learn.evaluate import Measured
    from triage.learn.model import MarkerModel


def evaluate(
    model: MarkerModel,
    paths: Sequence[Path],
    taxonomy: Taxonomy,
    *,
    level: str | None = None,
    seed: int = 0,
    predictions: Path | None = None,
    overwrite: bool = False,
) -> Measured:
    """Return the figures of a model on corpus files; with `predictions`, write what it found in every unit there.

    Spans are among the levels where the model finds them or the corpora have them. Raises `CorpusError` where a corpus
    is broken.
    """
    articles = articles_of(paths)
    if not predictions:
        refuse_unannotated(articles)
    measured = figures.evaluate(model, articles, taxonomy, seed=seed, levels=levels_of(level))
    if predictions:
        import orjson

        with atomic_output(predictions, overwrite=overwrite) as stream:
            for row in measured.found:
                stream.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    return measured


def crossval(
    paths: Sequence[Path],
    taxonomy: Taxonomy,
    *,
    folds: int = 5,
    by: str = "group",
    level: str | None = None,
    seed: int = 0,
    jobs: int | None = None,
    cache: Path | None = None,
) -> Measured:
    """Return the figures of the learner on corpus files, out of fold."""
    return figures.crossval(
        articles_of(paths), taxonomy, folds=folds, by=by, seed=seed, jobs=jobs, levels=levels_of(level), cache=cache
    )


def levels_of(level: str | None) -> tuple[str, ...]:
    """Return the levels to measure: the one that is named, or all."""
    return (level,) if level else (*LEVELS, SPAN)
