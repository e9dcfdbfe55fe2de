"""GVFC / newsframing: headlines on gun violence in one or two of nine frames.

Read are the authors' table (`news_title`, `Q3 Theme1`, `Q3 Theme2`), their folds without a header (number, headline,
a letter, nine columns of 0 and 1) and JSON Lines (`text`, `frames` or `frame_codes`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from triage.corpora.formats.marks import looked_for, whole
from triage.corpora.formats.posts import text_rows
from triage.corpora.formats.rows import files_under, tab_lines, text_of
from triage.corpora.formats.source import Outcome, Source, set_aside
from triage.domain.corpus import Article
from triage.domain.report import Place, Rejection
from triage.domain.taxonomy import LabelMap, Level
from triage.files.reading import plain_suffix

FRAMES = (
    "Gun/2nd Amendment rights",
    "Gun control/regulation",
    "Politics",
    "Mental health",
    "School/public space safety",
    "Race/ethnicity",
    "Public opinion",
    "Society/culture",
    "Economic consequences",
)
"""The names of the codes 1 to 9, from the codebook in Liu et al. 2019."""
NO_SECOND_FRAME = {"", "99", "99.0"}
SHAPE = {"frames": [str], "frame_codes": [(int, str)]}


def read_gvfc(source: Source) -> Iterator[Outcome]:
    """Return the headlines of a file or folder."""
    label_map = source.label_map("gvfc")
    for path in files_under(source.path, (".csv", ".tsv", ".jsonl")):
        if plain_suffix(path) == ".tsv":
            yield from _fold_rows(path, source, label_map)
            continue
        for row in text_rows(Source(path=path, taxonomy=source.taxonomy, splits=source.splits), (), SHAPE):
            yield row if isinstance(row, Rejection) else _headline(*row, label_map)


def _headline(place: Place, cells: Mapping[str, Any], label_map: LabelMap) -> Outcome:
    if text_of(cells, "Q1 Relevant") not in {"", "1", "1.0"}:
        return set_aside(place, "its annotators found it not relevant", text_of(cells, "news_title"))
    frames = cells.get("frames")
    if frames is None:
        codes = cells.get("frame_codes") or [text_of(cells, "Q3 Theme1"), text_of(cells, "Q3 Theme2")]
        frames = [_name(str(code)) for code in codes if str(code) not in NO_SECOND_FRAME]
    if None in frames or not frames:
        return set_aside(place, "its frames are no codes from 1 to 9", cells)
    return _article(place, text_of(cells, "id", "ID"), text_of(cells, "text", "news_title"), frames, label_map, cells)


def _fold_rows(path: Path, source: Source, label_map: LabelMap) -> Iterator[Outcome]:
    if source.splits and not any(split in path.name for split in source.splits):
        return
    for place, cells in tab_lines(path):
        if len(cells) != 3 + len(FRAMES) or not set(cells[3:]) <= {"0.0", "1.0", "0", "1"}:
            yield set_aside(place, "no row of number, headline, letter and nine columns of 0 and 1", "\t".join(cells))
            continue
        frames = [name for name, cell in zip(FRAMES, cells[3:], strict=True) if float(cell)]
        yield _article(place, cells[0], cells[1], frames, label_map, {})


def _name(code: str) -> str | None:
    number = code.removesuffix(".0")
    return FRAMES[int(number) - 1] if number.isdecimal() and 1 <= int(number) <= len(FRAMES) else None


def _article(
    place: Place, ident: str, text: str, frames: list[str], label_map: LabelMap, cells: Mapping[str, Any]
) -> Article:
    return Article(
        id=ident,
        group=ident,
        text=text,
        lang=text_of(cells, "lang") or "en",
        source=text_of(cells, "source"),
        labels=frozenset(marker for frame in frames for marker in label_map.markers(frame)),
        passages=whole(text, ()),
        annotated={Level.ARTICLE: looked_for(label_map)},
        place=place,
    )
