"""Decided cases as they leave the desk: CSV that no spreadsheet runs, JSON Lines, tasks for Label Studio.

Nothing in them tells who reported: no pseudonym, no claim, no contact; and nobody's name who decided.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from triage.exchange.cells import neutral

HEAD = (
    "case",
    "lang",
    "url",
    "title",
    "text",
    "verdict",
    "reason",
    "decided_at",
    "decisions",
    "reports",
    "confirmed",
    "struck",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedCase:
    """One decided case: its content, what was decided last, and the markers confirmed (1) or struck (0)."""

    case: str
    lang: str
    url: str
    title: str
    text: str
    verdict: str
    reason: str
    decided_at: str
    decisions: int
    reports: int
    markers: Mapping[str, int]

    @property
    def confirmed(self) -> list[str]:
        """Return the markers that moderators confirmed."""
        return [marker for marker, value in self.markers.items() if value]

    @property
    def struck(self) -> list[str]:
        """Return the markers that moderators struck."""
        return [marker for marker, value in self.markers.items() if not value]

    def row(self) -> dict[str, Any]:
        """Return the case as a row, with the markers as two lists."""
        row = asdict(self)
        del row["markers"]
        return {**row, "confirmed": self.confirmed, "struck": self.struck}


def json_lines(cases: Iterable[ExportedCase]) -> bytes:
    """Return one JSON object a case and line."""
    return b"".join(orjson.dumps(case.row(), option=orjson.OPT_APPEND_NEWLINE) for case in cases)


def csv_rows(cases: Iterable[ExportedCase]) -> bytes:
    """Return a CSV with a head; lists are joined by spaces, and no cell begins as a formula would."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(HEAD)
    for case in cases:
        row = case.row()
        cells = (" ".join(row[name]) if isinstance(row[name], list) else str(row[name]) for name in HEAD)
        writer.writerow([neutral(cell) for cell in cells])
    return stream.getvalue().encode()


def label_studio(cases: Iterable[ExportedCase]) -> bytes:
    """Return tasks with the confirmed markers as choices of the whole text; a case without markers is a bare task."""
    return orjson.dumps([_task(case) for case in cases], option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _task(case: ExportedCase) -> dict[str, Any]:
    data = {"id": f"case-{case.case}", "text": case.text or case.title, "lang": case.lang}
    chosen = {"type": "choices", "from_name": "markers", "to_name": "text", "value": {"choices": case.confirmed}}
    annotated = [{"result": [chosen] if case.confirmed else [], "updated_at": case.decided_at}]
    return {"data": data, "annotations": annotated if case.markers else []}
