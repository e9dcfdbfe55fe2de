"""Inputs that others made to break readers: nothing is ever raised, and the account always adds up."""

from __future__ import annotations

import base64
import json
from collections import Counter
from pathlib import Path

import orjson
import pytest

from triage.domain.report import Blank, Rejection, Report, Row
from triage.errors import InputError, UsageError


def _sound(row: Row) -> bool:
    """Return whether a row can be stored and shown."""
    assert isinstance(row, Report | Rejection | Blank)
    if isinstance(row, Rejection):
        assert len(row.raw) <= 2_000
        assert row.reason
    return bool(orjson.dumps(row))


def test_of_the_json_test_suite_what_must_parse_does_and_what_must_not_does_not(read, hostile):
    for path in sorted((hostile / "json-test-suite" / "test_parsing").glob("*.json")):
        value = path.read_bytes().strip()
        if b"\n" in value:
            continue
        (row, after) = read("a.jsonl", b'{"text": "a", "value": ' + value + b'}\n{"text": "after"}\n')

        assert _sound(row), path.name
        assert after.text == "after"
        assert isinstance(row, Report) or not path.name.startswith("y_"), path.name
        assert isinstance(row, Rejection) or not path.name.startswith("n_"), path.name


def test_the_files_of_the_json_test_suite_themselves_raise_nothing_else_than_an_input_error(read, hostile):
    outcomes: Counter[str] = Counter()
    for path in sorted((hostile / "json-test-suite").glob("*/*.json")):
        try:
            rows = read([path])
        except InputError:
            outcomes["refused"] += 1
        else:
            assert all(map(_sound, rows)), path.name
            outcomes["read"] += 1

    assert outcomes.total() >= 318


def test_csv_spectrum_reads_as_its_authors_expect(read, hostile):
    for path in sorted((hostile / "csv-spectrum" / "csvs").glob("*.csv")):
        expected = json.loads((hostile / "csv-spectrum" / "json" / f"{path.stem}.json").read_text("utf-8"))
        expected = expected if isinstance(expected, list) else [expected]
        for column in expected[0].keys() - {"Contact Phone Number"}:  # there the two files of its authors differ
            rows = read([path], mapping={"text": column, "claim": next(iter(expected[0]))})

            assert [row.text for row in rows if isinstance(row, Report)] == [row[column] for row in expected], path.name
            assert len(rows) == len(expected), path.name


def test_the_mails_of_cpythons_own_tests_are_each_one_row(read, hostile, tmp_path):
    for path in sorted((hostile / "mail-cpython" / "data").iterdir()):
        copy = tmp_path / f"{path.name}.eml"
        copy.write_bytes(path.read_bytes())
        try:
            rows = read([copy])
        except InputError:
            continue
        assert len(rows) == 1
        assert _sound(rows[0])


def test_the_mails_of_cpythons_own_tests_make_an_mbox_that_adds_up(read, hostile):
    mails = [path.read_bytes() for path in sorted((hostile / "mail-cpython" / "data").glob("msg_*.txt"))]
    mails = [mail.replace(b"\nFrom ", b"\n>From ") for mail in mails if not mail.startswith(b"From ")]
    rows = read("a.mbox", b"".join(b"From a@b Fri May  1 12:00:00 2026\n" + mail + b"\n\n" for mail in mails))

    assert len(rows) == len(mails)
    assert all(map(_sound, rows))


def _strings(hostile: Path) -> list[str]:
    naughty = [
        base64.b64decode(line)
        for line in (hostile / "blns" / "blns.base64.txt").read_bytes().split(b"\n")
        if line[:1] != b"#"
    ]
    lines = [
        line for path in sorted((hostile / "payloads").rglob("*.txt")) for line in path.read_bytes().splitlines()[:300]
    ]
    return [data.decode("utf-8", "replace") for data in (*naughty, *lines)]


@pytest.mark.parametrize("field", ["text", "claim", "id", "reporter", "url", "received_at", "lang", "channel", "other"])
def test_naughty_strings_are_kept_as_they_are_or_set_aside(read, hostile, field):
    strings = _strings(hostile)
    lines = [orjson.dumps({"title": f"row {n}", field: value}) for n, value in enumerate(strings)]
    rows = read("a.jsonl", b"\n".join(lines))

    assert len(rows) == len(strings)
    for row, value in zip(rows, strings, strict=True):
        assert _sound(row)
        if isinstance(row, Report) and field == "text":
            assert row.text == value
    assert field in {"received_at", "channel", "lang"} or sum(isinstance(row, Report) for row in rows) > 0.98 * len(
        rows
    )


def test_naughty_strings_survive_a_csv_file(read, hostile, tmp_path):
    import csv

    strings = [value for value in _strings(hostile) if value.strip() and "\0" not in value]
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id", "text"], *enumerate(strings)])
    rows = read([tmp_path / "a.csv"])

    assert [row.text for row in rows if isinstance(row, Report)] == strings


@pytest.mark.parametrize(
    "name", ["a.csv", "a.jsonl", "a.eml", "a.mbox", "a.txt", "a.html", "a.parquet", "a.csv.gz", "a.txt.zst"]
)
def test_a_file_of_any_kind_under_any_name_raises_nothing_else_than_an_input_error(read, hostile, name):
    paths = [path for path in sorted(hostile.rglob("*")) if path.is_file() and path.stat().st_size < 60_000]
    for path in paths[::7]:
        try:
            rows = read(name, path.read_bytes())
        except (InputError, UsageError):
            continue
        assert all(map(_sound, rows)), path.name
