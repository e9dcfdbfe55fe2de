"""Scores as a file: JSON Lines, CSV or Parquet, one text a row, in the order in which they are written."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from triage.domain.score import TextScore
from triage.errors import MissingExtra, UsageError
from triage.exchange.cells import neutral
from triage.files.atomic import atomic_output

_BATCH_ROWS = 1_000


class Scores(Protocol):
    """Where scores are written to."""

    def write(self, text_id: str, score: TextScore) -> None:
        """Add the score of one text."""

    def finish(self) -> None:
        """Write what is still held back."""


@contextmanager
def open_scores(path: Path, markers: Sequence[str], *, overwrite: bool) -> Iterator[Scores]:
    """Yield where to write the scores of texts; the ending of `path` says how: .jsonl, .csv or .parquet.

    JSON Lines hold `score_row`. CSV and Parquet have a column for each of `markers` and one for each in the author's
    own voice (`own_voice:…`, empty where there is none); in CSV lists are joined by spaces and evidence is JSON.
    The file appears whole at the end, or not at all. Raises `UsageError` for another ending, `MissingExtra` for Parquet
    without pyarrow and `OutputError` where `path` exists and `overwrite` is false, or cannot be written.
    """
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise UsageError(f'"{path}" must end in one of {", ".join(_KINDS)}')
    if kind is _Parquet:
        _need_pyarrow()
    with atomic_output(path, overwrite=overwrite) as stream:
        scores = kind(stream, markers)
        try:
            yield scores
        finally:
            scores.finish()


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


class _JsonLines:
    def __init__(self, stream: BinaryIO, _markers: Sequence[str]) -> None:
        self._stream = stream

    def write(self, text_id: str, score: TextScore) -> None:
        self._stream.write(_json(score_row(text_id, score)) + b"\n")

    def finish(self) -> None:
        pass


class _Csv:
    def __init__(self, stream: BinaryIO, markers: Sequence[str]) -> None:
        self._markers = markers
        self._text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
        self._rows = csv.writer(self._text)  # CR LF ends a line: else a lone CR in a cell would not be quoted
        own = [f"own_voice:{marker}" for marker in markers]
        self._rows.writerow(["id", "lang", "model", "found", "warnings", *markers, *own, "evidence", "evidence_other"])

    def write(self, text_id: str, score: TextScore) -> None:
        told = [text_id, score.lang, score.model, " ".join(score.found), " ".join(score.warnings)]
        numbers = [score.markers[marker] for marker in self._markers]
        own = [score.own_voice.get(marker, "") for marker in self._markers]
        why = [_json(score.evidence).decode(), _json(score.evidence_other).decode()]
        self._rows.writerow([*map(neutral, told), *numbers, *own, *why])

    def finish(self) -> None:
        self._text.detach()


class _Parquet:
    def __init__(self, stream: BinaryIO, markers: Sequence[str]) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        self._markers = markers
        self._held: list[dict[str, Any]] = []
        number, word = pa.float64(), pa.string()
        place = [("marker", word), ("start", pa.int64()), ("end", pa.int64()), ("share", number), ("voice", word)]
        self._schema = pa.schema(
            [
                *((name, word) for name in ("id", "lang", "model")),
                *((name, pa.list_(word)) for name in ("found", "warnings")),
                *((marker, number) for marker in markers),
                *((f"own_voice:{marker}", number) for marker in markers),
                ("evidence", pa.list_(pa.struct(place))),
                ("evidence_other", pa.map_(word, pa.map_(word, number))),
            ]
        )
        self._file = parquet.ParquetWriter(stream, self._schema, compression="zstd")

    def write(self, text_id: str, score: TextScore) -> None:
        row = score_row(text_id, score)
        row |= {marker: score.markers[marker] for marker in self._markers}
        row |= {f"own_voice:{marker}": score.own_voice.get(marker) for marker in self._markers}
        row["evidence"] = [
            {"marker": one.marker, "start": one.start, "end": one.end, "share": one.share, "voice": str(one.voice)}
            for one in score.evidence
        ]
        row["evidence_other"] = [(marker, list(parts.items())) for marker, parts in score.evidence_other.items()]
        self._held.append(row)
        if len(self._held) >= _BATCH_ROWS:
            self._pass_on()

    def finish(self) -> None:
        self._pass_on()
        self._file.close()

    def _pass_on(self) -> None:
        import pyarrow as pa

        if self._held:
            self._file.write_table(pa.Table.from_pylist(self._held, schema=self._schema))
            self._held = []


def _need_pyarrow() -> None:
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise MissingExtra("writing Parquet", "parquet") from None


_KINDS: dict[str, Callable[[BinaryIO, Sequence[str]], Scores]] = {
    ".jsonl": _JsonLines,
    ".csv": _Csv,
    ".parquet": _Parquet,
}
