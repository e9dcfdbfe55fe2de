"""Rows of Parquet, batch by batch."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from triage.domain.report import Place, Rejection
from triage.errors import MissingExtra
from triage.intake.rows import Columns, Raw, RawRow, no_content_columns
from triage.intake.streams import Stream, Unreadable

_BATCH = 512


def read_parquet(stream: Stream, mapping: Mapping[str, str]) -> Iterator[Raw]:
    """Yield the rows of a Parquet file. It is copied to a temporary file on disk first, as its end is read first.

    Raises `MissingExtra` without pyarrow, `Unreadable` where the file is damaged and `UsageError` for a mapped
    column that does not exist.
    """
    need_pyarrow()
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(stream, copy)
        if stream.broken:
            raise Unreadable(stream.broken)
        yield from rows_of(copy, stream.name, mapping)


def need_pyarrow() -> None:
    """Raise `MissingExtra` without pyarrow."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise MissingExtra("reading Parquet", "parquet") from None


def rows_of(
    file: BinaryIO, name: str, mapping: Mapping[str, str], first: int = 0, last: int = sys.maxsize
) -> Iterator[Raw]:
    """Yield the rows of an open Parquet file called `name`, from row `first` up to row `last`, counted from 0.

    Row groups without any of them are not read. Raises `Unreadable` and `UsageError` as `read_parquet` does.
    """
    import orjson
    import pyarrow as pa
    from pyarrow import parquet

    try:
        # Read a megabyte at a time: else whole row groups are held, and kept by the allocator.
        table = parquet.ParquetFile(file, pre_buffer=False, buffer_size=1 << 20)
        columns = Columns(mapping, table.schema_arrow.names, name)
        if not columns.has_content:
            raise Unreadable(no_content_columns(table.schema_arrow.names))
        groups, number = _groups(table.metadata, first, last)
        for batch in table.iter_batches(batch_size=_BATCH, row_groups=groups, use_threads=False):
            skipped = min(max(first - number, 0), batch.num_rows)
            number += skipped
            for row in _rows(batch.slice(skipped, max(last - number, 0))):
                number += 1
                place = Place(file=name, position=number)
                if row is None:
                    yield Rejection(place=place, reason="holds text that is not UTF-8", raw="")
                    continue
                values, extra = columns.split(row)
                yield RawRow(place=place, values=values, extra=extra, raw=orjson.dumps(row, default=str))
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(f"is no sound Parquet file: {str(error).splitlines()[0][:200]}") from None


def _groups(metadata: Any, first: int, last: int) -> tuple[list[int], int]:
    """Return the row groups that have rows from `first` up to `last`, and the number of rows before them."""
    groups: list[int] = []
    before = begin = 0
    for group in range(metadata.num_row_groups):
        end = begin + metadata.row_group(group).num_rows
        if end > first and begin < last:
            before = before if groups else begin
            groups.append(group)
        begin = end
    return groups, before


def _rows(batch: Any) -> Iterator[dict[str, Any] | None]:
    """Yield the rows of a batch, None for one with text that is not UTF-8."""
    try:
        yield from batch.to_pylist()
    except UnicodeDecodeError:
        for at in range(batch.num_rows):
            try:
                yield batch.slice(at, 1).to_pylist()[0]
            except UnicodeDecodeError:
                yield None
