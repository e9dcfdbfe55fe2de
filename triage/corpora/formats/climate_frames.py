"""Narrative frames of climate news: the authors' table (`RE HI CO MO EC`) or JSON Lines with a list `frames`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from triage.corpora.formats.posts import text_rows
from triage.corpora.formats.rows import iso_date, text_of
from triage.corpora.formats.source import Outcome, Source, set_aside
from triage.domain.corpus import Article
from triage.domain.report import Rejection
from triage.domain.taxonomy import LabelMap, Level

COLUMNS = {"RE": "resolution", "HI": "human_interest", "CO": "conflict", "MO": "moral", "EC": "economic"}


def read_climate_frames(source: Source) -> Iterator[Outcome]:
    """Return the articles of a file or folder. A frame whose cell is neither true nor false was not looked for."""
    label_map = source.label_map("climate-frames")
    for row in text_rows(source, (".tsv", ".jsonl", ".csv"), {"frames": [str]}, finest=("articles",)):
        if isinstance(row, Rejection):
            yield row
            continue
        place, cells = row
        judged = _judged(cells)
        if not judged:
            yield set_aside(place, "it has no frames", text_of(cells, "ID", "id"))
            continue
        ident = text_of(cells, "id", "ID")
        yield Article(
            id=ident,
            group=ident,
            text=text_of(cells, "text"),
            lang=text_of(cells, "lang") or "en",
            source="".join(text_of(cells, "source").lower().split()),
            date=iso_date(text_of(cells, "date")),
            labels=_markers(label_map, (frame for frame, is_there in judged.items() if is_there)),
            annotated={Level.ARTICLE: tuple(sorted(_markers(label_map, judged)))},
            place=place,
        )


def _judged(cells: Mapping[str, Any]) -> dict[str, bool]:
    """Return which frames were judged, and how."""
    if cells.get("frames") is not None:
        return dict.fromkeys(COLUMNS.values(), False) | dict.fromkeys(cells["frames"], True)
    truth = {"true": True, "false": False}
    cleaned = {frame: text_of(cells, column).strip(" ()").lower() for column, frame in COLUMNS.items()}
    return {frame: truth[cell] for frame, cell in cleaned.items() if cell in truth}


def _markers(label_map: LabelMap, frames: Any) -> frozenset[str]:
    return frozenset(marker for frame in frames for marker in label_map.markers(frame))
