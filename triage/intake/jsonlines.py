"""Rows of JSON Lines: one object a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from triage.domain.report import Blank, Place, Rejection
from triage.intake.rows import Columns, Raw, RawRow
from triage.intake.streams import LONGEST_LINE, Line, Stream, Unreadable, bounded, check_encoding

_BOM = b"\xef\xbb\xbf"
_LOOK_AHEAD = 1_000


def read_json_lines(stream: Stream, mapping: Mapping[str, str]) -> Iterator[Raw]:
    """Yield the rows of a JSON Lines file.

    A line that is no JSON object is rejected; of a key that is there twice the last counts; numbers beyond 64 bits,
    NaN and lone surrogates are no JSON here. A mapped column must occur in the first 1,000 rows (of the first 256
    KB). Raises `Unreadable` for a file that is one JSON array and `UsageError` for a mapped column that does not
    occur.
    """
    head = stream.head_lines()
    if head[0].removeprefix(_BOM).lstrip().startswith(b"["):
        raise Unreadable("is a JSON array; write one object a line, for example with: jq -c '.[]'")
    check_encoding(head)
    names = list(dict.fromkeys(name for line in head[:_LOOK_AHEAD] for name in _keys(line)))
    columns = Columns(mapping, names, stream.name)
    for line in stream.lines():
        place = Place(file=stream.name, line=line.number)
        row = _row(line)
        if isinstance(row, str):
            yield Rejection(place=place, reason=row, raw=bounded(line.data))
        elif not row:
            yield Blank(place=place)
        else:
            values, extra = columns.split(row)
            yield RawRow(place=place, values=values, extra=extra, raw=line.data)


def _row(line: Line) -> dict[str, Any] | str:
    """Return the object in a line, or why there is none. A blank line is an object without keys."""
    import orjson

    if line.is_too_long:
        return f"the line is longer than {LONGEST_LINE // 1_000_000} MB"
    data = line.data.removeprefix(_BOM).strip()
    if not data:
        return {}
    try:
        row = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        return _not_utf8(data) or f"is no JSON: {error.msg} (column {error.colno})"
    return row if isinstance(row, dict) else "is no JSON object"


def _not_utf8(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"is not UTF-8 (byte 0x{data[error.start]:02X} at {error.start + 1})"
    return ""


def _keys(line: bytes) -> list[str]:
    row = _row(Line(0, line))
    return [] if isinstance(row, str) else list(row)
