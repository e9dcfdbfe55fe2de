"""Read labelled corpora: JSON Lines, one article a line, also gzip or zstd."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from triage.domain.corpus import Article, LabelledPassage, LabelledSpan
from triage.domain.report import Place
from triage.domain.taxonomy import Level, is_marker_id
from triage.errors import CorpusError
from triage.files.reading import BROKEN, open_bytes


def read_articles(paths: Iterable[str | Path]) -> Iterator[Article]:
    """Return the articles of corpus files, in file order.

    Raises `CorpusError` naming file and line at the first line that is no valid article.
    """
    for path in paths:
        for place, line in read_lines(path):
            yield parse_article(line, place)


def read_lines(path: str | Path) -> Iterator[tuple[Place, bytes]]:
    """Return the non-blank lines of a file, each with its place.

    Raises `InputError` when the file cannot be opened, `CorpusError` when it is damaged or cut off.
    """
    place = Place(file=str(path))
    try:
        with open_bytes(Path(path)) as stream:
            for number, line in enumerate(stream, start=1):
                place = Place(file=str(path), line=number)
                if line.strip(b"\xef\xbb\xbf \t\r\n"):
                    yield place, line.removeprefix(b"\xef\xbb\xbf")
    except BROKEN as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CorpusError(f"{place}: cannot be read: {reason}") from error


def digest(path: str | Path) -> str:
    """Return the SHA-256 of a corpus file as it lies on disk, in hexadecimal."""
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read: {error.strerror}") from error


def parse_article(line: bytes, place: Place) -> Article:
    """Return the article in one line of JSON.

    Raises `CorpusError` for a missing or ill-typed field, an offset past the text or a label that is no marker id.
    """
    import orjson

    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise CorpusError(f"{place}: no valid JSON: {error}") from error
    if not isinstance(row, dict):
        raise CorpusError(f"{place}: not an object but {type(row).__name__}")
    text = _string(row, "text", place, required=True)
    ident = _string(row, "id", place, required=True)
    return Article(
        id=ident,
        group=_string(row, "group", place) or ident,
        text=text,
        title=_string(row, "title", place),
        lang=_string(row, "lang", place),
        source=_string(row, "source", place),
        date=_string(row, "date", place),
        labels=_labels(row.get("labels"), "labels", place),
        passages=tuple(
            LabelledPassage(start=start, end=end, labels=_labels(part.get("labels"), f"passages[{at}].labels", place))
            for at, part, start, end in _parts(row, "passages", text, place)
        ),
        spans=tuple(
            LabelledSpan(start=start, end=end, label=_label(part.get("label"), f"spans[{at}].label", place))
            for at, part, start, end in _parts(row, "spans", text, place)
        ),
        votes=_votes(row.get("votes"), place),
        annotated=_annotated(row.get("annotated"), place),
        corpus=place.file,
        place=place,
    )


def _string(row: Mapping[str, Any], key: str, place: Place, *, required: bool = False) -> str:
    value = row.get(key)
    if value is None and not required:
        return ""
    if isinstance(value, int) and not isinstance(value, bool) and key in {"id", "group"}:
        return str(value)
    if not isinstance(value, str):
        raise CorpusError(f"{place}: {key} is {'missing' if value is None else 'no string'}")
    if required and not value:
        raise CorpusError(f"{place}: {key} is empty")
    return value


def _label(value: object, where: str, place: Place) -> str:
    if not isinstance(value, str) or not is_marker_id(value):
        raise CorpusError(f"{place}: {where} holds {value!r}; a marker reads family:Name, such as technique:Doubt")
    return value


def _labels(values: object, where: str, place: Place) -> frozenset[str]:
    if values is None:
        return frozenset()
    if not isinstance(values, list):
        raise CorpusError(f"{place}: {where} is no list")
    return frozenset(_label(value, where, place) for value in values)


def _parts(
    row: Mapping[str, Any], key: str, text: str, place: Place
) -> Iterator[tuple[int, Mapping[str, Any], int, int]]:
    """Return the parts of `row[key]` with their offsets, which must lie in the text."""
    parts = row.get(key)
    if parts is None:
        return
    if not isinstance(parts, list):
        raise CorpusError(f"{place}: {key} is no list")
    for at, part in enumerate(parts):
        if not isinstance(part, dict):
            raise CorpusError(f"{place}: {key}[{at}] is no object")
        start, end = part.get("start"), part.get("end")
        if type(start) is not int or type(end) is not int:
            raise CorpusError(f"{place}: {key}[{at}] lacks whole numbers start and end")
        if not 0 <= start < end <= len(text):
            raise CorpusError(f"{place}: {key}[{at}] {start}-{end} does not lie in the text of {len(text)} code points")
        yield at, part, start, end


def _votes(value: object, place: Place) -> dict[str, tuple[int, int]]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise CorpusError(f"{place}: votes is no object")
    votes = {}
    for marker, pair in value.items():
        _label(marker, "votes", place)
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(count) is int for count in pair)):
            raise CorpusError(f"{place}: votes of {marker} must be [yes, asked]")
        if not 0 <= pair[0] <= pair[1]:
            raise CorpusError(f"{place}: votes of {marker} say {pair[0]} of {pair[1]}")
        votes[marker] = (pair[0], pair[1])
    return votes


def _annotated(value: object, place: Place) -> dict[Level, tuple[str, ...]]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise CorpusError(f"{place}: annotated is no object")
    annotated = {}
    for level, patterns in value.items():
        if level not in set(Level):
            raise CorpusError(f'{place}: annotated names the level "{level}"; use article, passage or span')
        if not isinstance(patterns, list):
            raise CorpusError(f"{place}: annotated.{level} is no list")
        annotated[Level(level)] = tuple(_pattern(pattern, level, place) for pattern in patterns)
    return annotated


def _pattern(value: object, level: str, place: Place) -> str:
    if isinstance(value, str) and (is_marker_id(value) or (value.endswith(":*") and is_marker_id(value[:-1] + "x"))):
        return value
    raise CorpusError(f"{place}: annotated.{level} holds {value!r}; use family:* or family:Name")
