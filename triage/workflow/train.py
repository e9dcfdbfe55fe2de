"""Train: labelled corpora in, a stored model out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage.corpora.read import digest, read_articles, read_lines
from triage.errors import CorpusError, OutputError
from triage.learn.artefact import save
from triage.learn.card import card
from triage.learn.train import fit
from triage.shipped import portable

if TYPE_CHECKING:
    from triage.domain.corpus import Article
    from triage.domain.taxonomy import Taxonomy
    from triage.learn.model import MarkerModel


def train(
    paths: Sequence[Path],
    folder: Path,
    taxonomy: Taxonomy,
    *,
    now: datetime,
    seed: int = 0,
    jobs: int | None = None,
    cache: Path | None = None,
    spans: bool = True,
    overwrite: bool = False,
) -> MarkerModel:
    """Return a model fitted on corpus files and stored in `folder`; with `spans` it learns to find them, too.

    Raises `OutputError` where the folder exists and may not be overwritten, `CorpusError` where a corpus is broken or
    does not say what its annotators looked for.
    """
    if folder.exists() and not overwrite:
        raise OutputError(f"{folder} exists already; name another folder or add --overwrite")
    model = fitted(paths, taxonomy, now=now, seed=seed, jobs=jobs, cache=cache, spans=spans)
    save(model, folder, card(model), overwrite=overwrite)
    return model


def fitted(
    paths: Sequence[Path],
    taxonomy: Taxonomy,
    *,
    now: datetime,
    seed: int = 0,
    jobs: int | None = None,
    cache: Path | None = None,
    spans: bool = True,
) -> MarkerModel:
    """Return a model fitted on corpus files, not stored yet."""
    begun = time.monotonic()
    model = fit(articles_of(paths), taxonomy, seed=seed, jobs=jobs, corpora=corpora_of(paths), cache=cache, spans=spans)
    times = {"trained_at": now.isoformat(), "seconds": round(time.monotonic() - begun, 1)}
    return replace(model, manifest={**model.manifest, "times": times})


def corpora_of(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Return what a manifest says of corpus files: where they lie, their SHA-256 and how many articles they hold."""
    return [
        {"path": portable(path), "sha256": digest(path), "articles": sum(1 for _ in read_lines(path))} for path in paths
    ]


def articles_of(paths: Sequence[Path]) -> list[Article]:
    """Return the articles of corpus files, or raise `CorpusError` where one is broken or holds none."""
    articles: list[Article] = []
    for path in paths:
        own = list(read_articles([path]))
        if not own:
            raise CorpusError(f"{path} holds no article")
        articles += own
    return articles
