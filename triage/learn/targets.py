"""What a model is fitted to: a matrix of labels in which *not looked for* is missing and never negative."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.domain.corpus import Article
from triage.domain.taxonomy import ANY_TECHNIQUE, Level, Taxonomy, family_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.learn.documents import Unit

    Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Targets:
    """The labels of some articles under a taxonomy.

    `markers` are all that were looked for or found. A marker is judged in passages where any article has it annotated
    there (and the taxonomy does not place it in articles), else in articles.
    """

    articles: Sequence[Article]
    taxonomy: Taxonomy

    @cached_property
    def markers(self) -> tuple[str, ...]:
        """Every marker that was looked for in any article, and what those found imply, in order of name."""
        found = {label for article in self.articles for label in article.all_labels()}
        patterns = {p for article in self.articles for level in Level for p in article.looked_for(level)}
        looked_for = self.taxonomy.expand(patterns, found)
        return tuple(
            sorted(looked_for | {summary for label in looked_for & found for summary in self._summaries(label)})
        )

    @cached_property
    def passage_markers(self) -> frozenset[str]:
        """The markers that are judged in passages."""
        looked_for = {p for article in self.articles for p in article.looked_for(Level.PASSAGE)}
        annotated = self.taxonomy.expand(looked_for, self.markers)
        return frozenset(m for m in annotated if self._named_level(m) is not Level.ARTICLE)

    def passages(self, article: Article, units: Sequence[Unit]) -> Floats:
        """Return the labels of an article's passages, one row a unit and one column a marker; NaN is missing.

        What was looked for in the article alone counts here where it says something of every passage: nothing found, or
        one passage in all.
        """
        labels = [self._in_unit(article, unit) for unit in units]
        rows = self._matrix(labels, self.known(article, Level.PASSAGE))
        whole = self.article(article)
        for at in range(len(self.markers)):
            if np.isnan(rows[:, at]).all() and (whole[at] == 0 or len(units) == 1):
                rows[:, at] = whole[at]
        return rows

    def article(self, article: Article) -> Floats:
        """Return the labels of an article as a whole, one a marker; NaN is missing."""
        known = self.known(article, Level.ARTICLE) | self.known(article, Level.PASSAGE)
        return np.asarray(self._matrix([article.all_labels()], known)[0])

    def is_gathered(self, marker: str) -> bool:
        """Return whether nobody looked for a marker in whole articles: it is gathered there from passages."""
        return marker not in self._looked_for_in_articles

    def is_technique(self, marker: str) -> bool:
        """Return whether a marker is a persuasion technique: any of them, or one that implies it."""
        return ANY_TECHNIQUE in (marker, *self._summaries(marker))

    @cached_property
    def _looked_for_in_articles(self) -> frozenset[str]:
        patterns = {p for article in self.articles for p in article.looked_for(Level.ARTICLE)}
        return self.taxonomy.expand(patterns, self.markers)

    @cached_property
    def _column(self) -> dict[str, int]:
        return {marker: at for at, marker in enumerate(self.markers)}

    @cached_property
    def _summary_markers(self) -> tuple[str, ...]:
        return tuple(marker for marker in self.taxonomy.markers if self.taxonomy.is_summary(marker))

    @cached_property
    def _mapped(self) -> frozenset[str]:
        """Markers of any family that a mapping declares to be techniques."""
        maps = (m for m in self.taxonomy.maps.values() if m.implies_any)
        return frozenset(marker for m in maps for markers in m.labels.values() for marker in markers)

    def _summaries(self, marker: str) -> list[str]:
        """Return the summary markers that a marker implies."""
        families = {family_of(marker), *(["technique"] if marker in self._mapped else [])}
        return [s for s in self._summary_markers if family_of(s) in families and s != marker]

    def _named_level(self, marker: str) -> Level | None:
        known = marker in self.taxonomy.markers or family_of(marker) in self.taxonomy.families
        return self.taxonomy.level(marker) if known else None

    def known(self, article: Article, level: Level) -> frozenset[str]:
        """Return the markers that the annotators of an article looked for at a level."""
        patterns = article.looked_for(level)
        if patterns not in self._expanded:
            self._expanded[patterns] = self.taxonomy.expand(patterns, self.markers)
        return self._expanded[patterns]

    @cached_property
    def _expanded(self) -> dict[tuple[str, ...], frozenset[str]]:
        """What patterns were found to mean: most articles of a corpus name the same."""
        return {}

    def _in_unit(self, article: Article, unit: Unit) -> set[str]:
        here = [(span.start, span.end) for span in unit.spans]
        parts = [(p.start, p.end, p.labels) for p in article.passages]
        parts += [(s.start, s.end, frozenset([s.label])) for s in article.spans]
        return {
            label
            for start, end, labels in parts
            if any(start < there_end and end > there for there, there_end in here)
            for label in labels
        }

    def _matrix(self, labels: Sequence[Iterable[str]], known: frozenset[str]) -> Floats:
        """Return 1 for a label, 0 for what was looked for and not found; what a label implies is 1 also where not."""
        rows = np.full((len(labels), len(self.markers)), np.nan, dtype=np.float32)
        rows[:, [self._column[marker] for marker in known if marker in self._column]] = 0
        for row, found in zip(rows, labels, strict=True):
            for label in known.intersection(found):
                row[[self._column[marker] for marker in (label, *self._summaries(label))]] = 1
        return rows
