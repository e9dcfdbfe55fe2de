"""ArMPro: paragraphs of Arabic news, JSON Lines in four grains: span, multilabel, coarse, binary.

A paragraph is an article of one passage; paragraphs of one news page are one group. Coarse strategies stay markers of
ArMPro's own family, the binary label is *any technique*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from triage.corpora.formats.marks import looked_for, whole
from triage.corpora.formats.posts import are_spans, place_spans, techniques, text_rows
from triage.corpora.formats.rows import iso_date, text_of
from triage.corpora.formats.shapes import SPAN
from triage.corpora.formats.source import Outcome, Source
from triage.domain.corpus import Article
from triage.domain.report import Place, Rejection
from triage.domain.taxonomy import ANY_TECHNIQUE, LabelMap, Level


def read_armpro(source: Source) -> Iterator[Outcome]:
    """Return the paragraphs of a file or folder; of a folder the finest grain, since all hold the same paragraphs."""
    label_map = source.label_map("armpro")
    for row in text_rows(
        source, (".jsonl", ".json"), {"labels": ([str], [SPAN])}, finest=("span", "multilabel", "coarse", "binary")
    ):
        if isinstance(row, Rejection):
            yield row
            continue
        place, cells = row
        text, labels = text_of(cells, "paragraph", "text"), cells.get("labels")
        spans, remarks = place_spans(text, labels if labels and are_spans(labels) else (), place, label_map)
        yield from remarks
        found = techniques(labels, label_map) if labels is not None else _binary(cells)
        yield Article(
            id=text_of(cells, "paragraph_id", "id"),
            group=text_of(cells, "page_id", "paragraph_id", "id"),
            text=text,
            title=text_of(cells, "page_title"),
            lang="ar",
            source=text_of(cells, "page_domain"),
            date=iso_date(text_of(cells, "page_date")),
            passages=whole(text, found),
            spans=spans,
            annotated=_annotated(cells, place, label_map),
            place=place,
        )


def _binary(cells: Mapping[str, Any]) -> frozenset[str]:
    return frozenset({ANY_TECHNIQUE} if text_of(cells, "label").strip().lower() in {"true", "1"} else ())


def _annotated(cells: Mapping[str, Any], place: Place, label_map: LabelMap) -> dict[Level, tuple[str, ...]]:
    """Return what was looked for; an empty list of labels leaves the grain to the file's name."""
    name = Path(place.file).name
    if "labels" not in cells:
        return {Level.PASSAGE: (ANY_TECHNIQUE,)} if "label" in cells else {}
    if "coarse" in name:
        return {Level.PASSAGE: (f"{label_map.name}:*", ANY_TECHNIQUE)}
    has_spans = are_spans(cells["labels"]) or (not cells["labels"] and "span" in name)
    return {Level.SPAN if has_spans else Level.PASSAGE: looked_for(label_map)}
