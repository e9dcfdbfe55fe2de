from __future__ import annotations

import gzip
import io
import json
import os
import sys
import threading
import zlib
from pathlib import Path

import pytest

from triage.domain.report import Blank, Rejection, Report
from triage.errors import InputError, UsageError
from triage.files.reading import zstd
from triage.intake.read import read_reports

SHIPPED = Path(__file__).parents[2] / "data" / "reports"


@pytest.mark.parametrize(("ending", "pack"), [("", bytes), (".gz", gzip.compress), (".zst", zstd.compress)])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b"text\nThe words.\n"),
        ("a.jsonl", b'{"text": "The words."}'),
        ("a.txt", b"The words."),
        ("a.html", b"<html><body><p>The words.</p></body></html>"),
        ("a.eml", b"Subject: a\n\nThe words."),
        ("a.mbox", b"From a Fri May  1 12:00:00 2026\nSubject: a\n\nThe words."),
    ],
)
def test_every_kind_is_read_plain_and_compressed(read, name, data, ending, pack):
    (report,) = read(name + ending, pack(data))

    assert report.text.strip() == "The words."


def test_files_are_read_in_the_order_given(read, tmp_path):
    for name in "ba":
        (tmp_path / f"{name}.txt").write_text(name)

    assert [row.text for row in read([tmp_path / "b.txt", tmp_path / "a.txt"])] == ["b", "a"]


@pytest.mark.parametrize("data", [b"text\na\n", b'{"text": "a"}\n', b"From: x@y.example\n\na"])
def test_standard_input_is_known_by_how_it_begins(read, monkeypatch, data):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    assert [row.text.strip() for row in read([Path("-")])] == ["a"]


def test_a_pipe_is_read_once(read, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(b"text\na\n"))
    writer.start()

    assert [row.text for row in read([pipe])] == ["a"]
    writer.join()


def test_a_missing_file_stops_the_run_before_anything_is_read(tmp_path):
    (tmp_path / "a.txt").write_text("a")

    with pytest.raises(InputError, match=r"b\.txt does not exist"):
        read_reports(
            [tmp_path / "a.txt", tmp_path / "b.txt"],
            mapping={},
            channel=None,
            pseudonymise=str,
            now=None,  # type: ignore[arg-type]
        )


def test_a_folder_that_is_no_maildir_is_one_clear_line(read, tmp_path):
    with pytest.raises(InputError, match="is a folder and no maildir; name the files in it"):
        read([tmp_path])


def test_an_unknown_field_or_channel_is_named_with_those_that_exist(read):
    with pytest.raises(UsageError, match='no field "body"; the fields are id, received_at'):
        read("a.txt", b"a", mapping={"body": "text"})
    with pytest.raises(UsageError, match='no channel "fax"; use one of phone, email'):
        read("a.txt", b"a", channel="fax")
    with pytest.raises(UsageError, match="only once"):
        read([Path("-"), Path("-")])


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.txt", "a.eml", "a.mbox", "a.html", "a.parquet", "a.csv.gz"])
@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \r\n\r\n"])
def test_an_empty_file_is_one_clear_line(read, name, data):
    with pytest.raises(InputError, match=f"{name} is empty"):
        read(name, gzip.compress(data) if name.endswith("gz") else data)


def test_among_others_an_unreadable_file_is_a_rejection_and_the_others_are_read(read, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"a")
    (tmp_path / "b.csv").write_bytes(b"")
    (tmp_path / "c.txt").write_bytes(b"c")
    rows = read([tmp_path / "a.txt", tmp_path / "b.csv", tmp_path / "c.txt"])

    assert [type(row) for row in rows] == [Report, Rejection, Report]
    assert (rows[1].place.file, rows[1].reason) == (str(tmp_path / "b.csv"), "is empty")


def _noise(rows: int) -> bytes:
    return b"".join(b'{"text": "%d %d"}\n' % (n, n**7) for n in range(rows))


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".zst", zstd.compress)])
@pytest.mark.parametrize("share", [0.3, 0.8, 0.999])
def test_of_a_cut_off_archive_the_rows_before_the_break_are_kept(read, ending, pack, share):
    whole = pack(_noise(20_000))
    cut = whole[: int(len(whole) * share)]
    decompress = zlib.decompressobj(wbits=31).decompress if ending == ".gz" else zstd.ZstdDecompressor().decompress
    rows = read(f"a.jsonl{ending}", cut)
    texts = [row.text for row in rows if isinstance(row, Report)]

    assert texts == [f"{n} {n**7}" for n in range(decompress(cut).count(b"\n"))]
    assert len(rows) == len(texts) + 1
    assert rows[-1].reason == "ends early: the compressed data is cut off; the rows before it are kept"
    assert rows[-1].place.line == len(texts) + 1


def test_of_a_damaged_archive_the_rows_before_the_damage_are_kept(read):
    whole = bytearray(gzip.compress(_noise(20_000)))
    whole[len(whole) // 2 : len(whole) // 2 + 999] = b"\xff" * 999
    rows = read("a.jsonl.gz", bytes(whole))

    assert len(rows) > 5_000
    assert isinstance(rows[-1], Rejection)
    assert "cannot be read on" in rows[-1].reason


def test_a_file_that_is_not_compressed_as_its_name_says_is_one_clear_line(read):
    with pytest.raises(InputError, match=r"a\.csv\.gz cannot be read on: Not a gzipped file"):
        read("a.csv.gz", b"text\na\n")


def test_without_an_id_the_row_is_known_by_its_digest(read):
    one, same, other, elsewhere = (
        read(name, data)[0].id
        for name, data in [
            ("a.csv", b"text,reporter\na,Jo\n"),
            ("b.csv", b"text,reporter\na,Jo\n"),
            ("a.csv", b"text,reporter\na,Mo\n"),
            ("a.csv", b"text,reporter,x\na,Jo,1\n"),
        ]
    )

    assert one == same
    assert len({one, other, elsewhere}) == 3


def test_the_digest_is_of_the_content_alone_whatever_its_white_space(read):
    def digest(row: dict[str, str]) -> str:
        return read("a.jsonl", json.dumps(row).encode())[0].digest

    row = {"id": "1", "text": "a  b\r\nc", "claim": "d", "url": "https://e.example"}

    assert digest(row) == digest({**row, "text": "a b\nc", "lang": "en", "received_at": "2026-05-01", "reporter": "Jo"})
    assert digest(row) != digest({**row, "claim": "e"})
    assert digest(row) != digest({"id": "1", "text": "a b c", "claim": "d", "title": "https://e.example"})


def test_a_row_names_its_own_channel_else_that_of_the_run_counts(read):
    data = b'{"text": "a", "channel": "web"}\n{"text": "b"}\n'

    assert [row.channel for row in read("a.jsonl", data, channel="api")] == ["web", "api"]
    assert [row.channel for row in read("a.jsonl", data)] == ["web", "file"]


WEB_FORM = {
    "received_at": "Submitted at",
    "reporter": "Your contact",
    "claim": "What is wrong?",
    "url": "Link",
    "title": "Headline",
    "text": "Pasted text",
    "lang": "Page language",
}


@pytest.mark.parametrize(
    ("pattern", "mapping", "reports", "rejections", "blanks"),
    [
        ("web-form.csv", WEB_FORM, 47, 4, 2),
        ("phone.jsonl", {}, 49, 2, 1),
        ("feed.jsonl", {}, 43, 0, 0),
        ("forwarded.mbox", {}, 23, 1, 0),
        ("pages/*.html", {}, 16, 0, 0),
        ("notes/*.txt", {}, 9, 0, 0),
    ],
)
def test_the_shipped_reports_are_read_as_they_were_written(read, pattern, mapping, reports, rejections, blanks):
    rows = read(sorted(SHIPPED.glob(pattern)), mapping=mapping)

    assert [sum(isinstance(row, kind) for row in rows) for kind in (Report, Rejection, Blank)] == [
        reports,
        rejections,
        blanks,
    ]
    forwarded = [row for row in rows if isinstance(row, Report) and pattern == "forwarded.mbox"]
    assert sum("whole_mail_scored" in row.warnings for row in forwarded) == (1 if forwarded else 0)
