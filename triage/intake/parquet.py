"""Rows of Parquet, batch by batch."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

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
    import orjson

    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise MissingExtra("reading Parquet", "parquet") from None
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(stream, copy)
        if stream.broken:
            raise Unreadable(stream.broken)
        try:
            # Read a megabyte at a time: else whole row groups are held, and kept by the allocator.
            table = parquet.ParquetFile(copy, pre_buffer=False, buffer_size=1 << 20)
            columns = Columns(mapping, table.schema_arrow.names, stream.name)
            if not columns.has_content:
                raise Unreadable(no_content_columns(table.schema_arrow.names))
            number = 0
            for batch in table.iter_batches(batch_size=_BATCH, use_threads=False):
                for row in _rows(batch):
                    number += 1
                    place = Place(file=stream.name, position=number)
                    if row is None:
                        yield Rejection(place=place, reason="holds text that is not UTF-8", raw="")
                        continue
                    values, extra = columns.split(row)
                    yield RawRow(place=place, values=values, extra=extra, raw=orjson.dumps(row, default=str))
        except (pa.ArrowException, OSError) as error:
            raise Unreadable(f"is no sound Parquet file: {str(error).splitlines()[0][:200]}") from None


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
