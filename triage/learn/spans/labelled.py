"""Labelled articles as the span level sees them: all that no fold changes, worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.domain.taxonomy import ANY_TECHNIQUE, Level
from triage.learn.features import Table, tabulate
from triage.learn.prepare import Prepared
from triage.learn.spans.attributes import Attributes, attributes
from triage.learn.spans.facts import facts
from triage.learn.spans.marking import enclosing
from triage.learn.spans.overlap import Bounds, merged
from triage.learn.spans.technique import Given, span_units
from triage.learn.spans.tokens import Tokens, tokenise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.domain.corpus import Article
    from triage.learn.documents import Unit

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.integer[Any]]


class Labelled:
    """The spans of some articles, each part worked out when it is first asked for.

    Only techniques count. An article was *searched* where its annotators looked for any technique in spans: only there
    is what is not marked known to be plain.
    """

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self._known = [prepared.targets.known(article, Level.SPAN) for article in prepared.articles]
        self.searched = np.array([ANY_TECHNIQUE in known for known in self._known], dtype=bool)

    @cached_property
    def marked(self) -> list[list[Bounds]]:
        """The labelled spans of each article, those that share a character as one."""
        return [merged((start, end) for start, end in own) for own in self.given]

    @cached_property
    def given(self) -> list[list[Bounds]]:
        """The distinct spans of each article, in order."""
        return [
            sorted({(s.start, s.end) for s in article.spans if self._counts(s.label)}) for article in self._articles
        ]

    @cached_property
    def tokens(self) -> Tokens:
        """The tokens of all articles."""
        return tokenise(self.prepared.documents)

    @cached_property
    def attributes(self) -> Attributes:
        """The attributes of all tokens."""
        return attributes(self.tokens)

    @cached_property
    def markers(self) -> tuple[str, ...]:
        """The techniques that anyone looked for in spans, in order of name."""
        found = frozenset().union(*self._known) & set(self.prepared.targets.markers)
        summaries = self.prepared.targets.taxonomy.is_summary
        return tuple(sorted(marker for marker in found if self._counts(marker) and not summaries(marker)))

    @cached_property
    def article(self) -> Ints:
        """The article of each given span."""
        return np.repeat(np.arange(len(self.given)), [len(own) for own in self.given])

    @cached_property
    def bounds(self) -> list[Bounds]:
        """Start and end of each given span."""
        return [bounds for own in self.given for bounds in own]

    @cached_property
    def labels(self) -> NDArray[np.float32]:
        """The techniques of each given span, spans × markers; NaN where nobody looked for a technique."""
        rows = np.full((len(self.bounds), len(self.markers)), np.nan, dtype=np.float32)
        column = {marker: at for at, marker in enumerate(self.markers)}
        for at, (owner, bounds) in enumerate(zip(self.article.tolist(), self.bounds, strict=True)):
            rows[at, [column[marker] for marker in self._known[owner] if marker in column]] = 0
            for label in self._labels[owner][bounds]:
                if label in column and label in self._known[owner]:
                    rows[at, column[label]] = 1
        return rows

    @cached_property
    def times(self) -> Ints:
        """How many techniques each span is given, at least one: the scorer's list has a row for each of them."""
        is_summary = self.prepared.targets.taxonomy.is_summary
        labels = (self._labels[owner][at] for owner, at in zip(self.article.tolist(), self.bounds, strict=True))
        return np.array([max(sum(not is_summary(label) for label in own), 1) for own in labels], dtype=np.int64)

    @cached_property
    def units(self) -> list[Unit]:
        """The given spans as units."""
        return [u for d, own in zip(self.prepared.documents, self.given, strict=True) for u in span_units(d, own)]

    @cached_property
    def table(self) -> Table:
        """The table of the given spans' words."""
        return tabulate(self.units)

    @cached_property
    def facts(self) -> Floats:
        """The facts of the given spans."""
        documents = self.prepared.documents
        return np.concatenate([facts(document, own) for document, own in zip(documents, self.given, strict=True)])

    @cached_property
    def unit(self) -> Ints:
        """The row of `prepared.passages` in which each given span begins."""
        part = self.prepared.passages
        edges = np.searchsorted(part.article, np.arange(len(self._articles) + 1)).tolist()
        inside = [
            enclosing(part.units[low:high], own) for (low, high), own in zip(pairwise(edges), self.given, strict=True)
        ]
        return np.array([low + at for low, own in zip(edges, inside, strict=False) for at in own], dtype=np.int64)

    def rows(self, articles: Ints) -> Ints:
        """Return the given spans of some articles."""
        return np.flatnonzero(np.isin(self.article, articles))

    def given_rows(self, rows: Ints, passages: Floats) -> Given:
        """Return some given spans as numbers; `passages` are log-odds of all rows of `prepared.passages`."""
        return Given(self.table.rows(rows), self.facts[rows], passages[self.unit[rows]])

    @property
    def _articles(self) -> Sequence[Article]:
        return self.prepared.articles

    @cached_property
    def _labels(self) -> list[dict[Bounds, set[str]]]:
        """The labels of each article's spans by where they stand."""
        labels: list[dict[Bounds, set[str]]] = []
        for article in self._articles:
            own: dict[Bounds, set[str]] = {}
            for span in article.spans:
                if self._counts(span.label):
                    own.setdefault((span.start, span.end), set()).add(span.label)
            labels.append(own)
        return labels

    def _counts(self, marker: str) -> bool:
        return self.prepared.targets.is_technique(marker)
