"""Labelled articles: what annotators found, where, and what they looked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from triage.domain.report import Place
from triage.domain.taxonomy import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPassage:
    """A paragraph, sentence or post `text[start:end]` with the markers that annotators found in it."""

    start: int
    end: int
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSpan:
    """The words `text[start:end]` that carry one marker."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One labelled article. Offsets are code points into `text`.

    `annotated` holds, per level, the patterns (`frame:*`, `technique:Doubt`) that the annotators looked for: a marker
    not named there is missing for this article, not negative. No split ever divides a `group`. `votes` gives, for a
    marker, how many of the annotators asked said yes.
    """

    id: str
    group: str
    text: str
    title: str = ""
    lang: str = ""
    source: str = ""
    date: str = ""
    labels: frozenset[str] = frozenset()
    passages: tuple[LabelledPassage, ...] = ()
    spans: tuple[LabelledSpan, ...] = ()
    votes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    annotated: Mapping[Level, tuple[str, ...]] = field(default_factory=dict)
    corpus: str = ""
    place: Place | None = None

    def looked_for(self, level: Level) -> tuple[str, ...]:
        """Return the patterns that were looked for at a level; whoever marks spans has looked at passages too."""
        patterns = self.annotated.get(level, ())
        return (*patterns, *self.annotated.get(Level.SPAN, ())) if level is Level.PASSAGE else patterns

    def all_labels(self) -> frozenset[str]:
        """Return every label of the article, wherever it stands."""
        inside = {label for passage in self.passages for label in passage.labels}
        return self.labels | inside | {span.label for span in self.spans}
