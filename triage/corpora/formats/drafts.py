"""Exports of annotation tools and plain tables: which labels were looked for is read off the whole file.

Such files do not say what the annotators were asked. A label that occurs anywhere in the file was on their list, so it
counts as looked for in every text that somebody annotated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from triage.corpora.formats.marks import whole
from triage.corpora.formats.rows import iso_date, text_of
from triage.domain.corpus import Article, LabelledPassage, LabelledSpan
from triage.domain.report import Place
from triage.domain.taxonomy import Level, Taxonomy

FACTS = ("title", "lang", "source")


@dataclass(slots=True, kw_only=True)
class Draft:
    """One text with its labels: of the whole (`labels`), of a passage or span; and what was judged in it alone."""

    place: Place
    id: str
    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    is_annotated: bool = True
    labels: set[str] = field(default_factory=set)
    passages: list[LabelledPassage] = field(default_factory=list)
    spans: list[LabelledSpan] = field(default_factory=list)
    votes: dict[str, tuple[int, int]] = field(default_factory=dict)
    judged: frozenset[str] | None = None


def finish(drafts: Sequence[Draft], taxonomy: Taxonomy) -> Iterator[Article]:
    """Return drafts as articles. A label of a whole text stands at its marker's level, the text being one passage."""
    in_spans = {span.label for draft in drafts for span in draft.spans}
    of_wholes = {label for draft in drafts for label in draft.labels | (draft.judged or set())}
    in_passages = {label for draft in drafts for part in draft.passages for label in part.labels}
    in_articles = {label for label in of_wholes if taxonomy.level(label) is Level.ARTICLE}
    in_passages |= of_wholes - in_articles
    for draft in drafts:
        of_passage = draft.labels - in_articles
        patterns: dict[Level, frozenset[str]] = {
            Level.ARTICLE: frozenset(in_articles),
            Level.PASSAGE: frozenset(in_passages),
            Level.SPAN: frozenset(in_spans),
        }
        if draft.judged is not None:
            patterns = {level: found & draft.judged for level, found in patterns.items()}
        yield Article(
            id=draft.id,
            group=text_of(draft.facts, "group") or draft.id,
            text=draft.text,
            title=text_of(draft.facts, "title"),
            lang=text_of(draft.facts, "lang", "language"),
            source=text_of(draft.facts, "source", "outlet"),
            date=iso_date(text_of(draft.facts, "date")),
            labels=frozenset(draft.labels & in_articles),
            passages=tuple(draft.passages) or (whole(draft.text, of_passage) if in_passages or in_articles else ()),
            spans=tuple(draft.spans),
            votes=draft.votes,
            annotated={k: tuple(sorted(v)) for k, v in patterns.items() if v} if draft.is_annotated else {},
            place=draft.place,
        )
