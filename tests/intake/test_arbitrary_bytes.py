"""Whatever the bytes, a reader gives rows or one clear line."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.domain.report import Blank, Rejection, Report
from triage.errors import InputError
from triage.intake.pseudonym import Pseudonymiser
from triage.intake.read import read_reports

PSEUDONYMISE = Pseudonymiser(b"a key for the tests")
PIECES = {
    "csv": [
        b"text",
        b"id",
        b",",
        b'"',
        b"\n",
        b"\r\n",
        b"\r",
        b";",
        b"\xe9",
        b"\0",
        b"\xef\xbb\xbf",
        b"a",
        b" ",
        b"sep=",
    ],
    "jsonl": [
        b'{"text":',
        b'"a"',
        b"}",
        b"{",
        b"[",
        b"]",
        b"\n",
        b"\\ud800",
        b"1e999",
        b",",
        b'"id":',
        b"\xe9",
        b"\0",
        b"null",
    ],
    "eml": [
        b"From: a@b\n",
        b"Subject: ",
        b"=?utf-8?b?",
        b"?=",
        b"\n",
        b"Content-Type: ",
        b"multipart/mixed; boundary=x",
        b"--x",
        b"--x--",
        b"text/html",
        b"; charset=utf-7",
        b"message/rfc822",
        b"Content-Transfer-Encoding: ",
        b"base64",
        b"x-uuencode",
        b"Content-Disposition: attachment; filename*=",
        b"Date: ",
        b"\xe9",
        b"\0",
        b"<p>",
        b"quoted-printable",
        b"=E9",
        b"> ",
        b"; filename*0=a.html",
        b"multipart/alternative; boundary=x",
        b"---- Forwarded message ----\n",
        b"; name*=utf-8''%ff",
    ],
    "mbox": [b"From a 12:00\n", b"\n", b"Subject: a\n", b"words\n", b">From b\n", b"From c\n", b"\xe9\0"],
    "html": [
        b"<html>",
        b"<p>",
        b"</p>",
        b"<!--",
        b"<script>",
        b"&#0;",
        b"&#xd800;",
        b"\xff\xfe",
        b"<meta charset=utf-7>",
        b"words ",
        b"<",
    ],
    "txt": [b"\xef\xbb\xbf", b"\xff\xfe", b"\xe9", b"\r\n", b"a", b"\0", b"\xd8\x00"],
    "parquet": [b"PAR1", b"\0\0\0\1", b"\x15\x04"],
    "csv.gz": [b"\x1f\x8b\x08", b"\0\0\0\0\0\0", gzip.compress(b"text\na\n"), b"\0"],
    "jsonl.zst": [b"\x28\xb5\x2f\xfd", b"\0", b"\x01"],
    "unknown": [b"From ", b"{", b"text,", b"<html", b"\n", b"PAR1", b"Date:"],
}


@pytest.mark.parametrize("kind", PIECES)
def test_any_bytes_are_rows_or_an_input_error(kind, tmp_path_factory):
    path: Path = tmp_path_factory.mktemp("bytes") / f"a.{kind}"

    @settings(max_examples=80, deadline=None)
    @given(
        st.binary(max_size=200)
        | st.lists(st.sampled_from(PIECES[kind]) | st.binary(max_size=9), max_size=25).map(b"".join)
    )
    def any_bytes(data: bytes) -> None:
        path.write_bytes(data)
        try:
            rows = list(
                read_reports(
                    [path], mapping={}, channel=None, pseudonymise=PSEUDONYMISE, now=datetime(2026, 5, 1, tzinfo=UTC)
                )
            )
        except InputError as error:
            assert "\n" not in str(error)
            return
        assert all(isinstance(row, Report | Rejection | Blank) and orjson.dumps(row) for row in rows)

    any_bytes()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(min_size=1), st.text()), min_size=1, max_size=5), st.sampled_from(",;\t|"))
def test_what_a_csv_writer_writes_is_read_back(tmp_path_factory, rows, delimiter):
    import csv

    path = tmp_path_factory.mktemp("csv") / "a.csv"
    sound = [(text, other) for text, other in rows if "\0" not in text + other and text.strip()]
    sound = [pair for pair in sound if "".join(pair).encode("utf-8", "ignore").decode() == "".join(pair)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        writer.writerows([("text", "code"), *sound])
    read = read_reports(
        [path], mapping={}, channel=None, pseudonymise=PSEUDONYMISE, now=datetime(2026, 5, 1, tzinfo=UTC)
    )

    assert [row.text for row in read if isinstance(row, Report)] == [text for text, _ in sound]
