"""What corpora of short texts have in common: a row is a text, labelled as a whole or in spans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from triage.corpora.formats.marks import fit, markers_of
from triage.corpora.formats.rows import files_under, read_rows, text_of
from triage.corpora.formats.shapes import Shape, misfit
from triage.corpora.formats.source import Mended, Outcome, Source, set_aside
from triage.domain.corpus import LabelledSpan
from triage.domain.report import Place, Rejection
from triage.domain.taxonomy import ANY_TECHNIQUE, LabelMap

TEXT = ("text", "content", "paragraph", "sentence", "news_title")


def text_rows(
    source: Source, endings: tuple[str, ...], shape: Mapping[str, Shape], finest: tuple[str, ...] = ()
) -> Iterator[Rejection | tuple[Place, dict[str, Any]]]:
    """Return the rows under a path that hold a text and have a layout's shape, others as set aside.

    Where a folder holds the same texts in several files, those with the first of `finest` in their name are read,
    labelled ones before unlabelled. Splits are told by a column `split` or by the file's name.
    """
    files = files_under(source.path, endings)
    for kind in finest if source.path.is_dir() else ():
        if found := [path for path in files if kind in path.name]:
            files = sorted(found, key=lambda path: ("labeled" not in path.name, path))
            break
    for path in files:
        for row in read_rows(path):
            if isinstance(row, Rejection):
                yield row
                continue
            place, cells = row
            if not _is_wanted(path, cells, source):
                continue
            if strange := misfit(cells, shape):
                yield set_aside(place, f"{strange} has not the form of this layout", cells)
            elif text_of(cells, *TEXT).strip():
                yield place, cells
            else:
                yield set_aside(place, "the text is empty", cells)


def _is_wanted(path: Path, cells: Mapping[str, Any], source: Source) -> bool:
    split = cells.get("split")
    if not source.splits or isinstance(split, str):
        return source.wants(str(split))
    return any(split in path.name for split in source.splits)


def are_spans(labels: Any) -> bool:
    """Return whether a list of labels says where each of them stands."""
    return isinstance(labels, list) and bool(labels) and all(isinstance(label, dict) for label in labels)


def techniques(labels: Iterable[Any], label_map: LabelMap) -> frozenset[str]:
    """Return the markers of labels that are names, or objects with a `technique`."""
    names = (str(label.get("technique") or "") if isinstance(label, dict) else str(label) for label in labels)
    return markers_of(filter(None, names), label_map)


def place_spans(
    text: str, parts: Iterable[Mapping[str, Any]], place: Place, label_map: LabelMap
) -> tuple[tuple[LabelledSpan, ...], list[Outcome]]:
    """Return the spans of one text, those without a technique as *any*, and what was cut or could not be placed."""
    spans: list[LabelledSpan] = []
    remarks: list[Outcome] = []
    for part in parts:
        technique = str(part.get("technique") or "")
        where = fit(text, part.get("start"), part.get("end"), str(part.get("text_fragment") or part.get("text") or ""))
        if isinstance(where, str):
            remarks.append(set_aside(place, where, technique))
            continue
        if where.change:
            remarks.append(Mended(place=place, reason=where.change, raw=technique))
        markers = label_map.markers(technique) if technique else (ANY_TECHNIQUE,)
        spans += [LabelledSpan(start=where.start, end=where.end, label=marker) for marker in markers]
    return tuple(spans), remarks
