"""doccano's JSON Lines export: `text` with `label` as `[start, end, name]` or names, or `entities` and `cats`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from triage.corpora.formats.drafts import Draft, finish
from triage.corpora.formats.marks import Names, fit
from triage.corpora.formats.posts import text_rows
from triage.corpora.formats.rows import text_of
from triage.corpora.formats.source import Mended, Outcome, Source, set_aside
from triage.domain.corpus import LabelledSpan
from triage.domain.report import Rejection

LABELS = (str, [str], [[(int, str)]])
ENTITY = {"start_offset": int, "end_offset": int, "label": str}
SHAPE = {"label": LABELS, "labels": LABELS, "cats": LABELS, "entities": [ENTITY]}


def read_doccano(source: Source) -> Iterator[Outcome]:
    """Return the texts of an export. Other columns (`meta` or beside `text`) give title, language, source and date."""
    names = Names(source.taxonomy, "doccano")
    drafts = []
    for row in text_rows(source, (".jsonl", ".json"), SHAPE):
        if isinstance(row, Rejection):
            yield row
            continue
        place, cells = row
        meta = cells.get("meta") if isinstance(cells.get("meta"), dict) else {}
        draft = Draft(
            place=place, id=text_of(cells, "id"), text=text_of(cells, "text"), facts={**cells, **(meta or {})}
        )
        for part in _labels(cells):
            if isinstance(part, str):
                draft.labels.add(names.marker(part))
                continue
            where = fit(draft.text, *part[:2]) if len(part) == 3 else "no start, end and name"
            if isinstance(where, str):
                yield set_aside(place, where, part)
                continue
            if where.change:
                yield Mended(place=place, reason=where.change, raw=str(part[2]))
            draft.spans.append(LabelledSpan(start=where.start, end=where.end, label=names.marker(str(part[2]))))
        drafts.append(draft)
    yield from finish(drafts, source.taxonomy)


def _labels(cells: Mapping[str, Any]) -> Iterator[Any]:
    for key in ("label", "labels", "cats"):
        value = cells.get(key)
        yield from [value] if isinstance(value, str) else value or ()
    for part in cells.get("entities") or ():
        yield [part.get("start_offset"), part.get("end_offset"), part.get("label")]
