"""Which articles are held out together: whole groups, whole sources, or blocks of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from triage.domain.corpus import Article
from triage.errors import CorpusError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.intp]


def deal(articles: Sequence[Article], folds: int, seed: int) -> Ints:
    """Return the fold of each article, 0 to `folds` - 1; a group stays whole and each language is dealt evenly.

    Articles with the same text are one group, whatever theirs are called: a copy in another fold would fake a score.
    Raises `CorpusError` when there are fewer groups than folds.
    """
    groups = whole_groups(articles)
    langs = {group: article.lang for group, article in zip(groups, articles, strict=True)}
    names = sorted(langs)
    if len(names) < folds:
        raise CorpusError(
            f"{len(names)} groups of articles cannot be parted into {folds} folds; give more articles or fewer --folds"
        )
    order = np.random.default_rng(seed).permutation(len(names))
    shuffled = sorted((names[at] for at in order), key=lambda name: langs[name])
    fold = {name: at % folds for at, name in enumerate(shuffled)}
    return np.array([fold[group] for group in groups], dtype=np.intp)


def whole_groups(articles: Sequence[Article]) -> list[str]:
    """Return a group for each article, such that equal groups and equal texts share one."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for article in articles:
        parent[root(f"group:{article.group}")] = root(f"text:{article.text}")
    return [root(f"group:{article.group}") for article in articles]


def forward_blocks(articles: Sequence[Article], blocks: int) -> tuple[list[tuple[Ints, Ints]], list[str]]:
    """Return (earlier, block) for each block of time but the first, and the ids of the articles without a date.

    A group that reaches into a block is left out of what lies before it. Raises `CorpusError` when dates are too few.
    """
    undated = [article.id for article in articles if not article.date]
    dated = np.array([at for at, article in enumerate(articles) if article.date], dtype=np.intp)
    if len({articles[at].date for at in dated}) <= blocks:
        raise CorpusError(
            f"{len(dated)} dated articles are too few for {blocks} forward blocks; give dates or fewer --folds"
        )
    order = dated[np.argsort([articles[at].date for at in dated], kind="stable")]
    groups = np.array(whole_groups(articles))
    parts = np.array_split(order, blocks + 1)
    splits = []
    for at in range(1, blocks + 1):
        earlier = np.concatenate(parts[:at])
        splits.append((earlier[~np.isin(groups[earlier], groups[parts[at]])], parts[at]))
    return splits, undated


def splits_by(articles: Sequence[Article], by: str, folds: int, seed: int) -> tuple[list[tuple[Ints, Ints]], list[str]]:
    """Return (train, test) indices for each fold, held out by `group`, `source` or `time`, and the ids set aside.

    Raises `CorpusError` when the articles lack the sources or dates for it.
    """
    if by == "time":
        return forward_blocks(articles, folds)
    fold = deal(articles, folds, seed) if by == "group" else _deal_sources(articles, folds, seed)
    everyone = np.arange(len(articles))
    return [(everyone[fold != at], everyone[fold == at]) for at in range(int(fold.max()) + 1)], []


def _deal_sources(articles: Sequence[Article], folds: int, seed: int) -> Ints:
    sources = sorted({article.source for article in articles})
    if len(sources) < 2:
        raise CorpusError("all articles have the same source; --group-by source needs at least two")
    order = np.random.default_rng(seed).permutation(len(sources))
    fold = {sources[source]: at % min(folds, len(sources)) for at, source in enumerate(order)}
    return np.array([fold[article.source] for article in articles], dtype=np.intp)
