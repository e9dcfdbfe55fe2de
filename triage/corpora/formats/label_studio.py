"""Label Studio's JSON export: tasks with `data`, and `annotations` whose `result` holds labels and choices.

Spans (`labels`) are placed by the words that the tool repeats, since its offsets count UTF-16 units. Choices are labels
of the whole text. Of several annotations the one that the team agreed on stands, else the newest; `votes` counts all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from triage.corpora.formats.drafts import Draft, finish
from triage.corpora.formats.marks import Names, fit
from triage.corpora.formats.rows import files_under, read_rows, text_of
from triage.corpora.formats.shapes import misfit
from triage.corpora.formats.source import Mended, Outcome, Source, set_aside
from triage.domain.corpus import LabelledSpan
from triage.domain.report import Place, Rejection

VALUE = {"labels": [str], "choices": [str], "text": (str, [str])}
SHAPE = {"data": dict, "annotations": [{"result": [{"type": str, "value": VALUE}]}]}


def read_label_studio(source: Source) -> Iterator[Outcome]:
    """Return the tasks of an export; one that nobody annotated is an article annotated for nothing."""
    names = Names(source.taxonomy, "label-studio")
    drafts = []
    for path in files_under(source.path, (".json", ".jsonl")):
        for row in read_rows(path):
            if isinstance(row, Rejection):
                yield row
                continue
            place, task = row
            if strange := misfit(task, SHAPE):
                yield set_aside(place, f"{strange} has not the form of this layout", task)
                continue
            data = task.get("data") or {}
            text = text_of(data, "text", "content", "body")
            if not text.strip():
                yield set_aside(place, "the task has no data.text", task)
                continue
            made = [part for part in task.get("annotations") or () if not part.get("was_cancelled")]
            draft = Draft(
                place=place,
                id=text_of(data, "id") or text_of(task, "id"),
                text=text,
                facts=data,
                is_annotated=bool(made),
            )
            if made:
                yield from _add_labels(draft, max(made, key=_standing), names)
                draft.votes = _votes(made, names)
            drafts.append(draft)
    yield from finish(drafts, source.taxonomy)


def _standing(annotation: Mapping[str, Any]) -> tuple[bool, str]:
    is_agreed = annotation.get("ground_truth") is True  # the tool's own key
    return is_agreed, text_of(annotation, "updated_at", "created_at")


def _add_labels(draft: Draft, annotation: Mapping[str, Any], names: Names) -> Iterator[Outcome]:
    for part in annotation.get("result") or ():
        value = part.get("value") or {}
        kind = part.get("type")
        labels = value.get(kind)
        if kind == "choices" and labels:
            draft.labels.update(names.marker(label) for label in labels)
        elif kind == "labels" and labels:
            yield from _add_spans(draft, value, labels, draft.place, names)
        else:
            yield set_aside(draft.place, f"a {kind} is neither a label of some words nor a choice", part)


def _add_spans(
    draft: Draft, value: Mapping[str, Any], labels: list[str], place: Place, names: Names
) -> Iterator[Outcome]:
    where = fit(draft.text, value.get("start"), value.get("end"), text_of(value, "text"))
    if isinstance(where, str):
        yield set_aside(place, where, value)
        return
    if where.change:
        yield Mended(place=place, reason=where.change, raw=", ".join(labels))
    for label in labels:
        draft.spans.append(LabelledSpan(start=where.start, end=where.end, label=names.marker(label)))


def _votes(made: list[dict[str, Any]], names: Names) -> dict[str, tuple[int, int]]:
    """Return, for each label, how many of several annotators gave it anywhere; nothing where there was one."""
    yes: Counter[str] = Counter()
    for annotation in made:
        values = [part.get("value") or {} for part in annotation.get("result") or ()]
        given = (label for value in values for kind in ("labels", "choices") for label in value.get(kind) or ())
        yes.update({names.marker(label) for label in given})
    return {marker: (count, len(made)) for marker, count in yes.items()} if len(made) > 1 else {}
