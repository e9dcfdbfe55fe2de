from __future__ import annotations

import json

import orjson
import pytest

from triage.domain.report import Blank, Rejection, Report
from triage.errors import InputError, UsageError


def test_every_field_of_a_row_arrives_in_its_place(read):
    row = {
        "id": "r1",
        "received_at": "2026-05-01T10:00:00+02:00",
        "channel": "Phone",
        "reporter": "Jo Field",
        "claim": "a claim",
        "subject": "s1",
        "url": "https://site.example/a",
        "title": "a title",
        "text": "a text",
        "lang": "en",
        "shares": 7,
    }
    (report,) = read("a.jsonl", json.dumps(row).encode())

    assert report.received_at.isoformat() == "2026-05-01T08:00:00+00:00"
    assert report.channel == "phone"
    assert report.reporter.startswith("p-")
    kept = ("id", "claim", "subject", "url", "title", "text", "lang")
    assert {name: getattr(report, name) for name in kept} == {name: row[name] for name in kept}
    assert report.extra == {"shares": "7"}
    assert str(report.place).endswith("a.jsonl line 1")


def test_a_broken_line_costs_its_own_row_only(read):
    rows = read("a.jsonl", b'{"text": "a"}\n{"text": "b\n[1]\n"x"\nnull\n{"text": "c"}\n')

    assert [row.text for row in rows if isinstance(row, Report)] == ["a", "c"]
    assert [row.place.line for row in rows if isinstance(row, Rejection)] == [2, 3, 4, 5]


def test_a_line_in_another_encoding_costs_its_own_row_only(read):
    rows = read("a.jsonl", b'{"text": "caf\xe9"}\n{"text": "b"}\n')

    assert rows[0].reason == "is not UTF-8 (byte 0xE9 at 14)"
    assert rows[0].raw == '{"text": "caf\\xe9"}'
    assert rows[1].text == "b"


@pytest.mark.parametrize("line", [b"", b"   ", b"\r", b"{}", b'{"text": null}', b'{"text": " "}', b'{"x": ""}'])
def test_a_row_with_nothing_in_it_is_blank(read, line):
    assert [type(row) for row in read("a.jsonl", line + b'\n{"text": "b"}\n')] == [Blank, Report]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": NaN}', "is no JSON"),
        (b'{"text": "\\ud800"}', "is no JSON"),
        (b'{"a": ' + b"[" * 100_000, "is no JSON"),
        (b'{"text": "a", "b": ' + b"[" * 500 + b"]" * 500 + b"}", "b is nested too deeply"),
        (b'{"text": "a\\u0000"}', "text holds a NUL byte"),
        (b'{"text": "a", "b\\u0000": "c"}', "the name of a column holds a NUL byte"),
        (b'{"text": "a", "id": 123456789012345678901234567890}', "id is a number too large to be kept exactly"),
        (b'{"text": ["a"]}', "text is no text"),
        (b'{"text": true}', "text is no text"),
        (b'{"text": {"a": 1}}', "text is no text"),
        (b'{"id": "1", "lang": "en"}', "has no url, title, text, claim or subject"),
        (b'{"note": "only this"}', "has no url, title, text, claim or subject"),
        (b'{"text": "a", "received_at": "31/02/2026"}', 'received_at "31/02/2026" is not a date'),
        (b'{"text": "a", "received_at": true}', 'received_at "True" is not a date'),
        (b'{"text": "a", "channel": "fax"}', 'channel "fax" is none of phone, email, web, file, api'),
        (b'{"text": "a", "id": "' + b"x" * 501 + b'"}', "id is longer than 500 characters"),
    ],
)
def test_a_row_that_cannot_be_kept_as_it_is_is_set_aside(read, line, reason):
    rows = read("a.jsonl", line + b'\n{"text": "b"}\n')

    assert rows[0].reason.startswith(reason)
    assert rows[1].text == "b"


def test_a_number_is_an_id_too(read):
    assert [row.id for row in read("a.jsonl", b'{"id": 7, "text": "a"}')] == ["7"]


def test_of_a_key_that_is_there_twice_the_last_counts(read):
    assert [row.text for row in read("a.jsonl", b'{"text": "a", "text": "b"}')] == ["b"]


def test_values_that_are_no_text_are_kept_as_json(read):
    (row,) = read("a.jsonl", b'{"text": "a", "b": [1, {"c": null}], "d": false, "e": null}')

    assert row.extra == {"b": '[1,{"c":null}]', "d": "false"}


def test_a_line_that_is_too_long_costs_its_own_row_only(read):
    rows = read("a.jsonl", b'{"text": "' + b"x" * 10_000_001 + b'"}\n{"text": "b"}\n')

    assert rows[0].reason == "the line is longer than 10 MB"
    assert len(rows[0].raw) == 2_000
    assert rows[1].text == "b"


def test_a_byte_order_mark_is_passed_over(read):
    assert [row.text for row in read("a.jsonl", b'\xef\xbb\xbf{"text": "a"}')] == ["a"]


def test_a_json_array_is_one_clear_line(read):
    with pytest.raises(InputError, match="one object a line"):
        read("a.json", b'[{"text": "a"}]')


def test_a_mapped_column_that_does_not_occur_is_named_with_those_that_do(read):
    with pytest.raises(UsageError, match='no column "body"; it has text, note'):
        read("a.jsonl", b'{"text": "a"}\n{"note": "b"}\n', mapping={"claim": "body"})


def test_a_file_in_another_encoding_is_one_clear_line(read):
    with pytest.raises(InputError, match="not UTF-8"):
        read("a.jsonl", '{"text": "прививка"}\n'.encode("cp1251") * 3)


def test_what_is_accepted_can_always_be_written_again(read):
    rows = read("a.jsonl", '{"text": "a\\ud83d\\ude00 \\uffff 疫苗"}\n'.encode())

    assert orjson.loads(orjson.dumps(rows[0].text)) == "a😀 \uffff 疫苗"
