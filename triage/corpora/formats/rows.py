"""Rows of JSON, JSON Lines, CSV, Parquet and tab-separated files, each with its place."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from triage.corpora.formats.source import set_aside
from triage.domain.report import Place, Rejection
from triage.errors import CorpusError, MissingExtra
from triage.files.reading import BROKEN, open_bytes, plain_suffix

Row = tuple[Place, dict[str, Any]]
DELIMITERS = ",;\t|"
LONGEST_CELL = 10_000_000
MOST_LINES = 1_000


def read_bytes(path: Path) -> bytes:
    """Return all bytes of a file, decompressed.

    Raises `InputError` where it cannot be opened, `CorpusError` where it is damaged.
    """
    with open_bytes(path) as stream:
        try:
            return stream.read()
        except BROKEN as error:
            raise CorpusError(f"{path}: is damaged or ends early: {error}") from error


def read_text(path: Path) -> str:
    """Return the text of a file as it is, line ends included.

    Raises `CorpusError` where it is not UTF-8.
    """
    try:
        return read_bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: is not UTF-8 (byte {error.start}); convert it first") from error


def read_rows(path: Path) -> Iterator[Row | Rejection]:
    """Return the rows of a file as dictionaries, those that cannot be read as set aside. The name says the kind.

    `.csv` and `.tsv` have a header; `.parquet` needs the extra; all others are JSON: an array, or an object a line.
    """
    kind = plain_suffix(path)
    if kind == ".parquet":
        yield from _parquet_rows(path)
    elif kind in {".csv", ".tsv"}:
        yield from _csv_rows(path)
    else:
        yield from _json_rows(path)


def tab_lines(path: Path) -> Iterator[tuple[Place, list[str]]]:
    """Return the cells of the non-empty lines of a tab-separated file without a header and without quoting."""
    for number, line in enumerate(read_text(path).removeprefix("\ufeff").split("\n"), start=1):
        if line.strip():
            yield Place(file=str(path), line=number), [cell.strip() for cell in line.rstrip("\r").split("\t")]


def text_of(row: Mapping[str, Any], *keys: str) -> str:
    """Return the first of some cells that holds anything, as a string.

    >>> text_of({"title": None, "headline": 7}, "title", "headline")
    '7'
    """
    return next((str(row[key]) for key in keys if row.get(key) not in (None, "")), "")


def iso_date(text: str) -> str:
    """Return the day at the beginning of a text, or nothing where it does not begin with one.

    >>> iso_date("2022-10-06T00:00:00Z"), iso_date("May 2020")
    ('2022-10-06', '')
    """
    found = re.match(r"\d{4}-\d{2}-\d{2}", text)
    return found.group() if found else ""


def files_under(path: Path, endings: Sequence[str]) -> list[Path]:
    """Return a file itself, or the files of some kinds under a folder, in order of name.

    Raises `CorpusError` where a folder holds none.
    """
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.is_file() and plain_suffix(file) in endings)
    if not found:
        raise CorpusError(f"{path}: holds no {', '.join(endings)} file")
    return found


def _json_rows(path: Path) -> Iterator[Row | Rejection]:
    import orjson

    data = read_bytes(path).removeprefix(b"\xef\xbb\xbf")
    if data.lstrip()[:1] == b"[":
        try:
            parts = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise CorpusError(f"{path}: is no valid JSON: {error}") from error
        for number, part in enumerate(parts, start=1):
            place = Place(file=str(path), position=number)
            yield (place, part) if isinstance(part, dict) else set_aside(place, "no object", part)
        return
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        place = Place(file=str(path), line=number)
        try:
            part = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield set_aside(place, f"no valid JSON: {error}", line.decode("utf-8", "replace"))
            continue
        yield (place, part) if isinstance(part, dict) else set_aside(place, "no object", part)


def _csv_rows(path: Path) -> Iterator[Row | Rejection]:
    csv.field_size_limit(LONGEST_CELL)
    lines = read_text(path).removeprefix("\ufeff").split("\n")
    delimiter = max(DELIMITERS, key=lines[0].count)
    header = next(csv.reader(lines[:1], delimiter=delimiter), [])
    at = 1
    while at < len(lines):
        place = Place(file=str(path), line=at + 1)
        cells, used = _record(lines, at, delimiter)
        if not used:
            yield set_aside(place, "a quotation mark is never closed", lines[at])
        elif cells and len(cells) != len(header):
            yield set_aside(place, f"{len(cells)} cells under {len(header)} columns", lines[at])
        elif cells:
            yield place, dict(zip(header, cells, strict=True))
        at += used or 1


def _record(lines: Sequence[str], at: int, delimiter: str) -> tuple[list[str], int]:
    """Return the cells of the record that begins with a line, and its number of lines: 0 where it never ends."""
    is_over = False

    def record_lines() -> Iterator[str]:
        nonlocal is_over
        yield from (line + "\n" for line in lines[at : at + MOST_LINES])
        is_over = True

    reader = csv.reader(record_lines(), delimiter=delimiter)
    try:
        cells = next(reader)
    except csv.Error:
        return [], 0
    return cells, 0 if is_over else reader.line_num


def _parquet_rows(path: Path) -> Iterator[Row | Rejection]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise MissingExtra("reading Parquet", "parquet") from error
    try:
        rows = parquet.read_table(io.BytesIO(read_bytes(path))).to_pylist()
    except ArrowException as error:
        raise CorpusError(f"{path}: is no Parquet file: {error}") from error
    for number, row in enumerate(rows, start=1):
        yield Place(file=str(path), position=number), row
