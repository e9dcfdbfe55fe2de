from __future__ import annotations

import gzip

import pytest

from triage.domain.report import Rejection, Report
from triage.errors import InputError

ONE = b"From a@b.example Fri May  1 12:00:00 2026\nFrom: a@b.example\nSubject: %s\n\nThe words of %s.\n\n"


def _mbox(*names: bytes) -> bytes:
    return b"".join(ONE % (name, name) for name in names)


def test_each_mail_of_an_mbox_is_a_row_with_its_number(read):
    rows = read("a.mbox", _mbox(b"one", b"two", b"three"))

    assert [(row.title, row.place.position) for row in rows] == [("one", 1), ("two", 2), ("three", 3)]


def test_a_body_line_that_begins_with_from_opens_no_mail(read):
    (row,) = read(
        "a.mbox", _mbox(b"one") + b"From here on it was silent.\nFrom the sea at 12:00 it rose.\n>From a 12:00\n"
    )

    assert row.text.endswith("From here on it was silent.\nFrom the sea at 12:00 it rose.\nFrom a 12:00\n")


def test_a_broken_mail_costs_its_own_row_only(read):
    rows = read("a.mbox", _mbox(b"one") + b"From x Fri May  1 12:00:00 2026\nno header\n\nwords\0\n\n" + _mbox(b"two"))

    assert [type(row) for row in rows] == [Report, Rejection, Report]


def test_a_mail_with_a_line_too_long_costs_its_own_row_only(read):
    rows = read("a.mbox", _mbox(b"one", b"x" * 10_000_001, b"two"))

    assert [type(row) for row in rows] == [Report, Rejection, Report]
    assert "10 MB" in rows[1].reason


def test_the_mail_that_a_cut_off_archive_ends_in_is_set_aside(read):
    noise = b"".join(b"%d " % (n * n) for n in range(9_000))
    rows = read("a.mbox.gz", gzip.compress(_mbox(b"one", b"two", noise))[:-9_000])

    assert [row.title for row in rows if isinstance(row, Report)] == ["one", "two"]
    assert [row.reason for row in rows if isinstance(row, Rejection)] == [
        "ends early: the compressed data is cut off; the rows before it are kept"
    ]


def test_a_file_that_is_no_mbox_is_one_clear_line(read):
    with pytest.raises(InputError, match="is no mbox"):
        read("a.mbox", b"id,text\n1,a\n")


def test_a_maildir_gives_its_mails_by_name_and_leaves_tmp_alone(read, tmp_path):
    for part, name in (("cur", "2:2,S"), ("new", "1"), ("tmp", "0")):
        (tmp_path / "box" / part).mkdir(parents=True, exist_ok=True)
        (tmp_path / "box" / part / name).write_bytes(f"Subject: {part}\n\nwords\n".encode())
    (tmp_path / "box" / "new" / "3").write_bytes(b"no mail")
    rows = read([tmp_path / "box"])

    assert [row.title for row in rows if isinstance(row, Report)] == ["cur", "new"]
    assert [row.place.file for row in rows if isinstance(row, Rejection)] == [str(tmp_path / "box" / "new" / "3")]


def test_a_maildir_without_mails_is_one_clear_line(read, tmp_path):
    for part in ("cur", "new"):
        (tmp_path / "box" / part).mkdir(parents=True)

    with pytest.raises(InputError, match="maildir without mails"):
        read([tmp_path / "box"])
