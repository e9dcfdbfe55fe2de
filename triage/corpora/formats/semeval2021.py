"""SemEval-2021 task 6: the text of memes, JSON arrays of `id`, `text`, `labels`.

Subtask 1 lists techniques, subtask 2 gives each its place. Subtask 3 judges text and picture together, so its rows are
set aside.
"""

from __future__ import annotations

from collections.abc import Iterator

from triage.corpora.formats.marks import looked_for, whole
from triage.corpora.formats.posts import are_spans, place_spans, techniques, text_rows
from triage.corpora.formats.rows import text_of
from triage.corpora.formats.shapes import SPAN
from triage.corpora.formats.source import Outcome, Source, set_aside
from triage.domain.corpus import Article
from triage.domain.report import Rejection
from triage.domain.taxonomy import Level


def read_semeval2021(source: Source) -> Iterator[Outcome]:
    """Return the texts of a file or folder; of a folder the files of subtask 2 where there are any, else subtask 1."""
    label_map = source.label_map("semeval2021")
    for row in text_rows(source, (".txt", ".json", ".jsonl"), {"labels": ([str], [SPAN])}, finest=("task2", "task1")):
        if isinstance(row, Rejection):
            yield row
            continue
        place, cells = row
        if "image" in cells:
            yield set_aside(place, "subtask 3 judges text and picture together", text_of(cells, "id"))
            continue
        text, labels = text_of(cells, "text"), cells.get("labels")
        spans, remarks = place_spans(text, labels if labels and are_spans(labels) else (), place, label_map)
        yield from remarks
        level = Level.SPAN if are_spans(labels) or "task2" in place.file else Level.PASSAGE
        yield Article(
            id=text_of(cells, "id"),
            group=text_of(cells, "id"),
            text=text,
            lang="en",
            passages=whole(text, techniques(labels or (), label_map)),
            spans=spans,
            annotated={} if labels is None else {level: looked_for(label_map)},
            place=place,
        )
