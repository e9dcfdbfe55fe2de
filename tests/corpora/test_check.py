from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sample_corpus import DOUBT, rows, taxonomy, write

from triage.corpora.check import check, infer

LONG = "Nobody knows who signed for the new pipes below the harbour, and the water board of Ferrow will not say a word."


def kinds(tmp_path: Path, *files: list[dict[str, Any]]) -> set[str]:
    """The kinds of what is found in some files, each of sound rows and those given."""
    paths = [write(tmp_path / f"{at}.jsonl", lines) for at, lines in enumerate(files)]
    return {finding.kind for finding in check(paths, taxonomy()).findings}


def changed(at: int, **fields: Any) -> list[dict[str, Any]]:
    made = rows(12)
    made[at] = {**made[at], **fields}
    return made


def test_a_sound_corpus_has_no_findings(tmp_path: Path) -> None:
    assert kinds(tmp_path, rows(12)) == set()


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"spans": [{"start": 0, "end": 9999, "label": DOUBT}]}, "broken"),
        ({"text": "  "}, "broken"),
        ({"annotated": {}}, "annotated"),
        ({"labels": ["frame:Weather", "genre:opinion"]}, "unknown"),
        ({"labels": ["frame:Morality", "genre:opinion"]}, "not_looked_for"),
        ({"id": "a0-0"}, "twice"),
        ({"text": rows(12)[0]["text"], "passages": []}, "copy"),
    ],
)
def test_a_fault_is_found_with_file_and_line(tmp_path: Path, fields: dict[str, Any], kind: str) -> None:
    path = write(tmp_path / "c.jsonl", changed(5, **fields))

    faults = [fault for fault in check([path], taxonomy()).faults if fault.kind == kind]

    assert [str(fault.place) for fault in faults] == [f"{path} line 6"]


def test_an_unknown_name_comes_with_the_likeliest_right_one(tmp_path: Path) -> None:
    path = write(tmp_path / "c.jsonl", changed(5, labels=["frame:Econmic", "genre:opinion"]))

    messages = [str(fault) for fault in check([path], taxonomy()).faults]

    assert any("did you mean frame:Economic?" in message for message in messages)


def test_a_family_that_the_taxonomy_does_not_know_is_open(tmp_path: Path) -> None:
    row = {"id": "b", "group": "b", "text": LONG, "labels": ["bias:Biased"], "annotated": {"article": ["bias:*"]}}
    other = {**row, "id": "c", "group": "c", "text": "Something else was said at the fair.", "labels": []}

    assert kinds(tmp_path, [*rows(12), row, other]) == set()


def test_a_group_in_two_files_is_a_leak(tmp_path: Path) -> None:
    second = [
        {**row, "id": f"b{at}", "text": f"{LONG} {at}" * (at + 1), "passages": []} for at, row in enumerate(rows(2))
    ]

    assert "group_in_two_files" in kinds(tmp_path, rows(12), second)


def test_near_copies_in_two_groups_are_remarked_on_and_no_fault(tmp_path: Path) -> None:
    plain = {"labels": [], "annotated": {"article": ["frame:Economic"]}}
    near = [{"id": "x", "text": LONG, **plain}, {"id": "y", "text": LONG.replace("Ferrow", "Farrow"), **plain}]
    path = write(tmp_path / "c.jsonl", [*rows(12), *near])

    (finding,) = check([path], taxonomy()).findings

    assert (finding.kind, finding.is_fault) == ("near_copy", False)


def test_a_marker_that_every_article_has_is_one_class(tmp_path: Path) -> None:
    biased = {"labels": ["bias:Biased"], "annotated": {"article": ["bias:Biased"]}}
    lines = [{"id": str(at), "text": row["text"], **biased} for at, row in enumerate(rows(12))]

    assert "one_class" in kinds(tmp_path, lines)


def test_no_line_stops_the_check(tmp_path: Path) -> None:
    path = write(tmp_path / "c.jsonl", rows(12))
    path.write_bytes(b"{\n" + path.read_bytes() + b"[]\n")

    checked = check([path, tmp_path / "missing.jsonl"], taxonomy())

    assert checked.articles == 12
    assert [fault.kind for fault in checked.faults] == ["broken"] * 3


def test_annotated_is_proposed_from_the_labels_and_never_promises_more(tmp_path: Path) -> None:
    genres = ["genre:opinion", "genre:reporting", "genre:satire"]
    lines = [{**row, "labels": [genres[at % 3]], "annotated": {}} for at, row in enumerate(rows(12))]

    proposal = infer(write(tmp_path / "c.jsonl", lines), taxonomy())

    assert proposal == {"article": ["genre:*"], "passage": [DOUBT, "technique:Loaded_Language"]}


def test_a_file_without_an_article_is_a_fault(tmp_path: Path) -> None:
    assert kinds(tmp_path, rows(12), []) == {"empty"}
