from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime

import pytest

from triage.domain.report import Blank, Rejection, Report
from triage.errors import InputError, UsageError
from triage.files.reading import zstd

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

ROWS = [
    {"id": "1", "text": "疫苗", "received_at": datetime(2026, 5, 1, 10, tzinfo=UTC), "shares": 3, "tags": ["a"]},
    {"id": "2", "text": None, "received_at": None, "shares": None, "tags": None},
    {"id": None, "text": None, "received_at": None, "shares": None, "tags": None},
]


def _file(rows) -> bytes:
    sink = io.BytesIO()
    parquet.write_table(rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows), sink)
    return sink.getvalue()


@pytest.mark.parametrize(("name", "pack"), [("", bytes), (".gz", gzip.compress), (".zst", zstd.compress)])
def test_each_row_is_one_with_its_number(read, name, pack):
    rows = read(f"a.parquet{name}", pack(_file(ROWS)))

    assert [(type(row), row.place.position) for row in rows] == [(Report, 1), (Rejection, 2), (Blank, 3)]
    assert rows[0].received_at == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert rows[0].extra == {"shares": "3", "tags": '["a"]'}


def test_text_that_is_not_utf8_costs_its_own_row_only(read):
    text = pa.array([b"a", b"\xe9", b"c"], pa.binary()).view(pa.string())
    rows = read("a.parquet", _file(pa.table({"text": text})))

    assert [row.text for row in rows if isinstance(row, Report)] == ["a", "c"]
    assert [row.place.position for row in rows if isinstance(row, Rejection)] == [2]


def test_a_foreign_column_is_mapped(read):
    assert [row.text for row in read("a.parquet", _file([{"body": "b"}]), mapping={"text": "body"})] == ["b"]
    with pytest.raises(UsageError, match='no column "bodi"; it has body'):
        read("a.parquet", _file([{"body": "b"}]), mapping={"text": "bodi"})


@pytest.mark.parametrize(
    "data", [b"PAR1", b"id,text\n", _file(ROWS)[:-9], _file(ROWS)[:200] + b"x" * 400 + _file(ROWS)[600:]]
)
def test_a_damaged_file_is_one_clear_line(read, data):
    with pytest.raises(InputError, match=r"a\.parquet is no sound Parquet file"):
        read("a.parquet", data)


def test_a_table_without_content_says_how_to_map_it(read):
    with pytest.raises(InputError, match="--map"):
        read("a.parquet", _file([{"body": "b"}]))
