"""Scores as a file: JSON Lines, CSV or Parquet, one text a row, in the order in which they are given."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from triage.domain.score import TextScore
from triage.errors import MissingExtra, UsageError
from triage.exchange.cells import neutral

STDOUT = "-"


class Kind(StrEnum):
    """How scores are written, named as the ending of the file's name."""

    JSON_LINES = ".jsonl"
    CSV = ".csv"
    PARQUET = ".parquet"


def kind_of(path: str | Path) -> Kind:
    """Return what the ending of a name says; standard output (-) gets JSON Lines.

    Raises `UsageError` for another ending and `MissingExtra` for Parquet without pyarrow.

    >>> kind_of("scores.CSV")
    <Kind.CSV: '.csv'>
    """
    if str(path) == STDOUT:
        return Kind.JSON_LINES
    try:
        kind = Kind(Path(path).suffix.lower())
    except ValueError:
        raise UsageError(f'"{path}" must end in one of {", ".join(Kind)}') from None
    if kind is Kind.PARQUET:
        _need_pyarrow()
    return kind


@dataclass(frozen=True, slots=True)
class Layout:
    """Scores as bytes: the same rows give the same bytes, whoever writes them.

    JSON Lines hold `score_row`. CSV and Parquet have a column for each of `markers` and one for each in the author's
    own voice (`own_voice:…`, empty where there is none); in CSV lists are joined by spaces and evidence is JSON.
    """

    kind: Kind
    markers: tuple[str, ...]

    def head(self) -> bytes:
        """Return what stands before the first row of a file."""
        if self.kind is not Kind.CSV:
            return b""
        own = [f"own_voice:{marker}" for marker in self.markers]
        names = ["id", "lang", "model", "found", "warnings", *self.markers, *own, "evidence", "evidence_other"]
        return _csv([names])

    def rows(self, ids: Sequence[str], scores: Sequence[TextScore]) -> bytes:
        """Return the rows of some texts; in Parquet they are a file of their own, one part of a folder."""
        pairs = zip(ids, scores, strict=True)
        if self.kind is Kind.JSON_LINES:
            return b"".join(_json(score_row(*pair)) + b"\n" for pair in pairs)
        if self.kind is Kind.CSV:
            return _csv([self._cells(*pair) for pair in pairs])
        return self._parquet([self._columns(*pair) for pair in pairs])

    def _cells(self, text_id: str, score: TextScore) -> list[object]:
        told = [text_id, score.lang, score.model, " ".join(score.found), " ".join(score.warnings)]
        numbers = [score.markers[marker] for marker in self.markers]
        own = [score.own_voice.get(marker, "") for marker in self.markers]
        why = [_json(score.evidence).decode(), _json(score.evidence_other).decode()]
        return [*map(neutral, told), *numbers, *own, *why]

    def _columns(self, text_id: str, score: TextScore) -> dict[str, Any]:
        row = score_row(text_id, score)
        row |= {marker: score.markers[marker] for marker in self.markers}
        row |= {f"own_voice:{marker}": score.own_voice.get(marker) for marker in self.markers}
        row["evidence"] = [
            {"marker": one.marker, "start": one.start, "end": one.end, "share": one.share, "voice": str(one.voice)}
            for one in score.evidence
        ]
        row["evidence_other"] = [(marker, list(parts.items())) for marker, parts in score.evidence_other.items()]
        return row

    def _parquet(self, rows: list[dict[str, Any]]) -> bytes:
        import pyarrow as pa
        from pyarrow import parquet

        number, word = pa.float64(), pa.string()
        place = [("marker", word), ("start", pa.int64()), ("end", pa.int64()), ("share", number), ("voice", word)]
        schema = pa.schema(
            [
                *((name, word) for name in ("id", "lang", "model")),
                *((name, pa.list_(word)) for name in ("found", "warnings")),
                *((marker, number) for marker in self.markers),
                *((f"own_voice:{marker}", number) for marker in self.markers),
                ("evidence", pa.list_(pa.struct(place))),
                ("evidence_other", pa.map_(word, pa.map_(word, number))),
            ]
        )
        stream = io.BytesIO()
        parquet.write_table(pa.Table.from_pylist(rows, schema=schema), stream, compression="zstd")
        return stream.getvalue()


def score_row(text_id: str, score: TextScore) -> dict[str, Any]:
    """Return the row of one text as it stands in a JSON Lines file of scores."""
    return {
        "id": text_id,
        "lang": score.lang,
        "model": score.model,
        "markers": score.markers,
        "found": score.found,
        "own_voice": score.own_voice,
        "evidence": score.evidence,
        "evidence_other": score.evidence_other,
        "warnings": score.warnings,
    }


def _json(value: Any) -> bytes:
    import orjson

    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)  # CR LF ends a line: else a lone CR in a cell would not be quoted
    return text.getvalue().encode()


def _need_pyarrow() -> None:
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise MissingExtra("writing Parquet", "parquet") from None
