"""Labelled articles as units, features and labels: all that no fold changes, worked out once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Memory

from triage.domain.corpus import Article
from triage.domain.taxonomy import Taxonomy
from triage.errors import CorpusError
from triage.learn.documents import Document, Unit
from triage.learn.features import Table, tabulate
from triage.learn.targets import Targets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Labels = NDArray[np.float32]
    Ints = NDArray[Any]


@dataclass(frozen=True)
class Part:
    """Units of one kind: their table, their labels (NaN is missing), and the article of each row."""

    table: Table
    labels: Labels
    article: Ints
    units: Sequence[Unit]

    def rows(self, articles: Ints) -> Ints:
        """Return the rows that belong to some articles."""
        return np.flatnonzero(np.isin(self.article, articles))


class Prepared:
    """The parts of some articles, each worked out when it is first asked for and kept.

    `cache` is a folder that keeps features between runs.
    """

    def __init__(self, articles: Sequence[Article], taxonomy: Taxonomy, *, cache: Path | None = None) -> None:
        self.articles = articles
        self.targets = Targets(articles, taxonomy)
        self._tabulate: Callable[[list[Unit]], Table] = Memory(cache, verbose=0).cache(tabulate)

    @cached_property
    def passages(self) -> Part:
        """What a passage model is fitted on and judged by."""
        units = [document.passage_units() for document in self.documents]
        labels = [self.targets.passages(article, own) for article, own in zip(self.articles, units, strict=True)]
        return self._part(units, labels)

    @cached_property
    def pieces(self) -> Part:
        """The passages cut by voice, without labels: from these a text gets its score."""
        if not any(document.has_own_passages for document in self.documents):
            return self.passages
        return self._part([document.piece_units() for document in self.documents], [])

    @cached_property
    def wholes(self) -> Part:
        """The whole articles."""
        labels = [self.targets.article(article)[None] for article in self.articles]
        return self._part([[document.whole_unit()] for document in self.documents], labels)

    @cached_property
    def documents(self) -> list[Document]:
        """The articles cut into what is judged, with their own passages where they have any."""
        return [Document(a.text, a.lang, [(p.start, p.end) for p in a.passages]) for a in self.articles]

    def columns(self, markers: Sequence[str]) -> list[int]:
        """Return the label columns of some markers."""
        return [self.targets.markers.index(marker) for marker in markers]

    def _part(self, units: list[list[Unit]], labels: list[Labels]) -> Part:
        rows = np.repeat(np.arange(len(units)), [len(own) for own in units])
        flat = [unit for own in units for unit in own]
        empty = np.zeros((0, len(self.targets.markers)), dtype=np.float32)
        return Part(self._tabulate(flat), np.concatenate([empty, *labels]), rows, flat)


def refuse_unannotated(articles: Sequence[Article]) -> None:
    """Raise `CorpusError` at the first article that does not say what its annotators looked for."""
    for article in articles:
        if not any(article.annotated.values()):
            raise CorpusError(
                f"{article.place or article.id}: the article lacks annotated, so silence cannot be told from absence; "
                "see: triage corpus check --infer"
            )
