"""Evaluate a stored model, or the learner out of fold, on labelled corpora."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from triage.errors import UsageError
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

    Spans are among the levels where the model finds them or the corpora have them. Raises `UsageError`
    where neither is so and spans alone are asked for, `CorpusError` where a corpus is broken.
    """
    articles = articles_of(paths)
    if not predictions:
        refuse_unannotated(articles)
    measured = _with(level, figures.evaluate(model, articles, taxonomy, seed=seed, levels=levels_of(level)))
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
    """Return the figures of the learner on corpus files, out of fold. Raises as `evaluate` does."""
    measured = figures.crossval(
        articles_of(paths), taxonomy, folds=folds, by=by, seed=seed, jobs=jobs, levels=levels_of(level), cache=cache
    )
    return _with(level, measured)


def levels_of(level: str | None) -> tuple[str, ...]:
    """Return the levels to measure: the one that is named, or all."""
    return (level,) if level else (*LEVELS, SPAN)


def _with(level: str | None, measured: Measured) -> Measured:
    """Return the figures, which must have the level that was asked for."""
    if level and level not in measured.levels:
        raise UsageError(f"nobody labelled spans in these corpora, so --level {level} has nothing to measure")
    return measured
