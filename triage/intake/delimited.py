"""Rows of CSV and its like. A row that is broken is set aside; where the next one begins is never guessed from it."""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Iterator, Mapping

from triage.domain.report import Blank, Place, Rejection
from triage.intake.rows import FIELDS, Columns, Raw, RawRow, no_content_columns
from triage.intake.streams import LONGEST_LINE, Line, Stream, Unreadable, bounded, check_encoding

MOST_LINES = 1_000
_DELIMITERS = (",", ";", "\t", "|")
_BOM = b"\xef\xbb\xbf"


class _Broken(Exception):
    """The row at hand cannot be read; says why."""


class _Lines:
    """The physical lines for a CSV reader, of which those of a broken row can be put back."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._back: deque[Line] = deque()
        self._size = 0
        self.taken: list[Line] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        """Return the next line, to the row at hand. Raises `_Broken` where the row cannot go on."""
        if len(self.taken) >= MOST_LINES or self._size > LONGEST_LINE:
            raise _Broken(f"a quotation mark is not closed within {len(self.taken)} lines")
        line = self._back.popleft() if self._back else next(self._lines, None)
        if line is None:
            if self.taken:
                raise _Broken("a quotation mark is never closed")
            raise StopIteration
        self.taken.append(line)
        self._size += len(line.data)
        if line.is_too_long:
            raise _Broken(f"the line is longer than {LONGEST_LINE // 1_000_000} MB")
        return line.data.decode("utf-8", "surrogateescape")

    def begin_row(self) -> None:
        self.taken = []
        self._size = 0

    def put_back(self) -> None:
        """Give the lines after the first of this row again."""
        self._back.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def read_delimited(stream: Stream, mapping: Mapping[str, str]) -> Iterator[Raw]:
    """Yield the rows of a CSV file with a header, whose delimiter (comma, semicolon, tab, bar) the header tells.

    A row's line is its first. What is not closed, not doubled or longer than `MOST_LINES` lines is rejected at its
    first line, and reading goes on at the next physical line. Raises `Unreadable` for a file without a usable
    header and `UsageError` for a mapped column that does not exist.
    """
    csv.field_size_limit(LONGEST_LINE + 1)
    check_encoding(stream.head_lines())
    names, delimiter, lines = _header(stream, mapping)
    columns = Columns(mapping, names, stream.name)
    if not columns.has_content:
        raise Unreadable(no_content_columns(names))
    for cells in _cells(stream, lines, delimiter, len(names)):
        if isinstance(cells, Rejection):
            yield cells
            continue
        place = Place(file=stream.name, line=lines.taken[0].number)
        if not cells:
            yield Blank(place=place)
            continue
        values, extra = columns.split(dict(zip(names, cells, strict=True)))
        yield RawRow(place=place, values=values, extra=extra, raw=b"".join(line.data for line in lines.taken))


def _cells(stream: Stream, lines: _Lines, delimiter: str, width: int) -> Iterator[list[str] | Rejection]:
    """Yield the cells of each row (none of a blank one) or its rejection; `lines.taken` are its lines."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin_row()
        reason = ""
        cells: list[str] | None = []
        try:
            cells = next(reader, None)
        except (csv.Error, _Broken) as error:
            reason = str(error) if isinstance(error, _Broken) else _explain(error)
            lines.put_back()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
        if cells is None:
            return
        holds = any(cell and not cell.isspace() for cell in cells)
        if holds and len(cells) != width:
            reason = f"has {len(cells)} columns where the header has {width}"
        if reason:
            raw = bounded(b"".join(line.data for line in lines.taken))
            yield Rejection(place=Place(file=stream.name, line=lines.taken[0].number), reason=reason, raw=raw)
        else:
            yield cells if holds else []


def _explain(error: csv.Error) -> str:
    words = str(error)
    if "expected after" in words:
        return "a quotation mark is not closed, or not doubled inside a quoted field"
    if "new-line character" in words:
        return "a bare carriage return outside quotation marks"
    return f"is no CSV: {words}"


def _header(stream: Stream, mapping: Mapping[str, str]) -> tuple[list[str], str, _Lines]:
    """Return the column names, the delimiter and the lines after the header."""
    physical = stream.lines()
    first = next(physical, Line(1, b""))
    first = first._replace(data=first.data.removeprefix(_BOM))
    if first.data[:4] == b"sep=" and len(first.data.strip()) == 5:
        first = next(physical, Line(2, b""))
    if b"\r" in first.data.rstrip(b"\r\n"):
        raise Unreadable("has bare carriage returns for line ends; save it with line feeds")
    text = _text(first)
    known = {*FIELDS, *mapping.values()}
    candidates = [(_split(text, delimiter), delimiter) for delimiter in _DELIMITERS]
    names, delimiter = max(candidates, key=lambda pair: (sum(name in known for name in pair[0]), len(pair[0])))
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise Unreadable(f'has two columns "{twice[0]}"; columns need names of their own')
    return names, delimiter, _Lines(physical)


def _text(line: Line) -> str:
    if line.is_too_long:
        raise Unreadable("its first line, the header, is longer than 10 MB")
    try:
        return line.data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"its header is not UTF-8 (byte 0x{line.data[error.start]:02X})") from None


def _split(text: str, delimiter: str) -> list[str]:
    """Return the column names in a header; a nameless one is called by its number."""
    try:
        cells = next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        cells = []
    return [cell.strip() or f"column {number}" for number, cell in enumerate(cells, start=1)]
