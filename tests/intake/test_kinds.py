from __future__ import annotations

import pytest

from triage.intake.kinds import Kind, kind_of
from triage.intake.streams import Unreadable


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.csv", Kind.DELIMITED),
        ("a.TSV.gz", Kind.DELIMITED),
        ("a.b.jsonl.zst", Kind.JSON_LINES),
        ("a.ndjson", Kind.JSON_LINES),
        ("a.parquet", Kind.PARQUET),
        ("a.eml", Kind.MAIL),
        ("a.mbox.gz", Kind.MBOX),
        ("a.htm", Kind.PAGE),
        ("a.txt", Kind.TEXT),
    ],
)
def test_the_ending_of_the_name_decides(name, kind):
    assert kind_of(name, b"{}") is kind


@pytest.mark.parametrize("name", ["-", "mbox", "report.2026", "noname.gz"])
@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b'\xef\xbb\xbf {"text": "a"}', Kind.JSON_LINES),
        (b"id,text\n", Kind.DELIMITED),
        (b"text\na\n", Kind.DELIMITED),
        (b"From a@b Fri May\n", Kind.MBOX),
        (b"From: a@b\n", Kind.MAIL),
        (b"Received: by x\n", Kind.MAIL),
        (b"\n<!DOCTYPE HTML>", Kind.PAGE),
        (b"PAR1", Kind.PARQUET),
    ],
)
def test_without_a_known_ending_the_beginning_decides(name, head, kind):
    assert kind_of(name, head) is kind


@pytest.mark.parametrize("head", [b"just words\n", b"\x89PNG\r\n", b"", b"PK\x03\x04"])
def test_a_file_of_no_known_kind_says_which_there_are(head):
    with pytest.raises(Unreadable, match=r"\.csv"):
        kind_of("a.xyz", head)
