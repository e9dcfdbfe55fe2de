from __future__ import annotations

import json
from pathlib import Path

import pytest
from layouts import articles, judged, lay, marked, remarks

from triage.domain.taxonomy import Level
from triage.errors import CorpusError

WAVE = "🌊 The bunglers fell."


def span(start: int, end: int, label: str, words: str = "") -> dict[str, object]:
    value = {"start": start, "end": end, "labels": [label], **({"text": words} if words else {})}
    return {"type": "labels", "from_name": "label", "to_name": "text", "value": value}


def choice(*labels: str) -> dict[str, object]:
    return {"type": "choices", "from_name": "frame", "to_name": "text", "value": {"choices": list(labels)}}


def annotation(*result: dict[str, object], **facts: object) -> dict[str, object]:
    return {"result": list(result), "was_cancelled": False, **facts}


def task(number: int, *annotations: dict[str, object], text: str = WAVE) -> dict[str, object]:
    return {
        "id": number,
        "data": {"text": text, "lang": "en", "source": "Ostrell Post"},
        "annotations": list(annotations),
    }


def export(folder: Path, *tasks: dict[str, object]) -> Path:
    return lay(folder, {"export.json": json.dumps(list(tasks))})


def test_the_tools_offsets_in_utf_16_units_become_code_points(tmp_path: Path) -> None:
    made = annotation(span(7, 15, "Name calling/labeling", "bunglers"), choice("Political"))
    [article] = articles("label-studio", export(tmp_path, task(1, made))).values()

    assert marked(article) == [("bunglers", "technique:Name_Calling-Labeling")]
    assert article.labels == {"frame:Political"}
    assert (article.lang, article.source) == ("en", "Ostrell Post")


def test_a_label_used_anywhere_in_the_export_was_looked_for_in_every_annotated_task(tmp_path: Path) -> None:
    made = annotation(span(7, 15, "Doubt", "bunglers"), choice("Political"))
    found = articles("label-studio", export(tmp_path, task(1, made), task(2, annotation()), task(3)))

    looked_for = {Level.ARTICLE: ("frame:Political",), Level.SPAN: ("technique:Doubt",)}
    assert found["1"].annotated == found["2"].annotated == looked_for
    assert found["3"].annotated == {}


def test_of_several_annotators_the_newest_stands_and_all_are_counted(tmp_path: Path) -> None:
    first = annotation(choice("Political", "Economic"), updated_at="2026-01-01")
    second = annotation(choice("Political"), updated_at="2026-02-01")
    skipped = annotation(choice("Morality"), updated_at="2026-03-01", was_cancelled=True)
    [article] = articles("label-studio", export(tmp_path, task(1, first, second, skipped))).values()

    assert article.labels == {"frame:Political"}
    assert article.votes == {"frame:Political": (2, 2), "frame:Economic": (1, 2)}


def test_the_annotation_that_the_team_agreed_on_wins_over_a_newer_one(tmp_path: Path) -> None:
    agreed = annotation(choice("Economic"), updated_at="2026-01-01", ground_truth=True)
    newer = annotation(choice("Political"), updated_at="2026-02-01")
    [article] = articles("label-studio", export(tmp_path, task(1, agreed, newer))).values()

    assert article.labels == {"frame:Economic"}


def test_what_is_no_label_of_text_is_set_aside(tmp_path: Path) -> None:
    rectangle = {"type": "rectanglelabels", "value": {"x": 1, "rectanglelabels": ["Doubt"]}}
    folder = export(tmp_path, task(1, annotation(rectangle, span(90, 99, "Doubt"))), task(2, text=" "))

    assert [finding.reason for finding in remarks("label-studio", folder)] == [
        "a rectanglelabels is neither a label of some words nor a choice",
        "90-99 does not lie in the text of 20 code points",
        "the task has no data.text",
    ]


def test_a_task_of_another_form_is_set_aside_with_its_place(tmp_path: Path) -> None:
    [finding] = remarks("label-studio", export(tmp_path, task(1), {**task(2), "annotations": [{"result": "x"}]}))

    assert (finding.reason, finding.place.position) == ("annotations has not the form of this layout", 2)


def test_doccanos_places_names_and_entities_are_read(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "text": WAVE, "label": [[6, 14, "Doubt"], [19, 30, "Doubt"], [1]], "meta": {"lang": "en"}},
        {"id": 2, "text": WAVE, "label": ["Political", "Sarcasm"]},
        {"id": 3, "text": WAVE, "entities": [{"start_offset": 6, "end_offset": 14, "label": "Slogans"}]},
    ]
    folder = lay(tmp_path, {"all.jsonl": "".join(json.dumps(row) + "\n" for row in rows)})

    found = articles("doccano", folder)
    assert marked(found["1"]) == [("bunglers", "technique:Doubt"), (".", "technique:Doubt")]
    assert found["1"].lang == "en"
    assert found["2"].labels == {"frame:Political"}
    assert judged(found["2"]) == [(WAVE, {"doccano:Sarcasm"})]
    assert marked(found["3"]) == [("bunglers", "technique:Slogans")]
    assert [f.reason.split(" (")[0] for f in remarks("doccano", folder)] == [
        "cut off at the end of the text",
        "no start, end and name",
    ]


def test_a_table_names_labels_in_one_column(tmp_path: Path) -> None:
    table = 'id,text,label,lang\n1,Salt!,"Doubt|Slogans",en\n2,Wax.,,en\n3,Oil,"Name_Calling,Labeling",en\n'
    found = articles("csv", lay(tmp_path, {"table.csv": table}))

    assert judged(found["1"]) == [("Salt!", {"technique:Doubt", "technique:Slogans"})]
    assert judged(found["2"]) == [("Wax.", set())]
    assert judged(found["3"]) == [("Oil", {"technique:Name_Calling-Labeling"})]
    assert {len(one.annotated[Level.PASSAGE]) for one in found.values()} == {3}


def test_a_column_headed_by_a_marker_leaves_empty_cells_unjudged(tmp_path: Path) -> None:
    table = "text;bias:Biased;frame:Economic\nSalt!;1;\nWax.;0;1\nOil.;maybe;1\n"
    folder = lay(tmp_path, {"table.csv": table})

    salt, wax = articles("csv", folder).values()
    assert judged(salt) == [("Salt!", {"bias:Biased"})]
    assert salt.annotated == {Level.PASSAGE: ("bias:Biased",)}
    assert wax.labels == {"frame:Economic"}
    assert wax.annotated == {Level.ARTICLE: ("frame:Economic",), Level.PASSAGE: ("bias:Biased",)}
    [finding] = remarks("csv", folder)
    assert (finding.reason, finding.place.line) == ('"maybe" is neither 1 nor 0', 4)


@pytest.mark.parametrize(
    ("table", "said"),
    [("text,label\nSalt,1\nWax,0\n", "holds only 0 and 1"), ("text,rating\nSalt,1\n", "neither a column label")],
)
def test_a_table_whose_labels_cannot_be_named_is_refused(tmp_path: Path, table: str, said: str) -> None:
    with pytest.raises(CorpusError, match=said):
        articles("csv", lay(tmp_path, {"table.csv": table}))
