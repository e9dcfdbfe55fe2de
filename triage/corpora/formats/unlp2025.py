"""UNLP-2025: Telegram posts, Parquet with `content` and `trigger_words`, or JSON Lines with `text` and `spans`.

Techniques are those of a whole post. Spans are not tied to a technique, so they are *any technique*.
"""

from __future__ import annotations

from collections.abc import Iterator

from triage.corpora.formats.marks import looked_for, whole
from triage.corpora.formats.posts import place_spans, techniques, text_rows
from triage.corpora.formats.rows import text_of
from triage.corpora.formats.source import Outcome, Source
from triage.domain.corpus import Article
from triage.domain.report import Rejection
from triage.domain.taxonomy import ANY_TECHNIQUE, Level

SHAPE = {"techniques": [str], "spans": [[int]], "trigger_words": [[int]]}


def read_unlp2025(source: Source) -> Iterator[Outcome]:
    """Return the posts of a file or folder; those of the test part carry no labels and are annotated for nothing."""
    label_map = source.label_map("unlp2025")
    for row in text_rows(source, (".parquet", ".jsonl"), SHAPE):
        if isinstance(row, Rejection):
            yield row
            continue
        place, cells = row
        text = text_of(cells, "text", "content")
        labels = set(techniques(cells.get("techniques") or (), label_map))
        if cells.get("manipulative") is True:
            labels.add(ANY_TECHNIQUE)
        key = "spans" if "spans" in cells else "trigger_words"
        pairs = [dict(zip(("start", "end"), pair, strict=False)) for pair in cells.get(key) or ()]
        spans, remarks = place_spans(text, pairs, place, label_map)
        yield from remarks
        annotated: dict[Level, tuple[str, ...]] = {}
        if "techniques" in cells:
            annotated[Level.PASSAGE] = looked_for(label_map)
        if key in cells:
            annotated[Level.SPAN] = (ANY_TECHNIQUE,)
        yield Article(
            id=text_of(cells, "id"),
            group=text_of(cells, "id"),
            text=text,
            lang=text_of(cells, "lang"),
            passages=whole(text, labels),
            spans=spans,
            annotated=annotated,
            place=place,
        )
