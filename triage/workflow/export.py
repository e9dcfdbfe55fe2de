"""Export: decided cases, and the markers that moderators confirmed or struck, as files for other tools."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from triage.corpora.write import article_line
from triage.domain.case import Decision
from triage.errors import NotEnoughLabels
from triage.exchange import cases as exchange
from triage.exchange.cases import ExportedCase
from triage.files.atomic import atomic_output
from triage.store import audit, decisions, reports
from triage.workflow.confirmed import articles_of, rows_of
from triage.workflow.lessons import decided_cases

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from triage.workflow.database import Desk


class Format(StrEnum):
    """What an export looks like."""

    CSV = "csv"
    JSON_LINES = "jsonl"
    CORPUS = "corpus"
    LABEL_STUDIO = "label-studio"


def export(desk: Desk, out: Path, wanted: Format, *, overwrite: bool, by: str, now: datetime) -> int:
    """Write decided cases to a file and return how many; the act goes on record.

    A corpus holds the cases with confirmed or struck markers alone, annotated for just these. Erased content is in no
    export. Raises `NotEnoughLabels` where there is nothing to write, `OutputError` where `out` exists or cannot be
    written.
    """
    with desk.reading() as connection:
        count, data = _written(connection, desk, wanted)
    if not count:
        what = "has confirmed or struck markers" if wanted is Format.CORPUS else "is decided"
        raise NotEnoughLabels(f"no case of {desk.place} {what}; there is nothing to export")
    with atomic_output(out, overwrite=overwrite) as stream:
        stream.write(data)
    body = {"format": wanted, "cases": count, "file": str(out.absolute())}
    with desk.writing() as connection:
        audit.append(connection, at=now, by=by, act="export", body=body)
    return count


def _written(connection: Connection, desk: Desk, wanted: Format) -> tuple[int, bytes]:
    if wanted is Format.CORPUS:
        rows = rows_of(decided_cases(connection, desk.identity.id), desk.identity.id)
        articles, _ = articles_of(connection, rows, desk.identity.id)
        return len(articles), b"".join(map(article_line, articles))
    cases = _cases(connection, desk)
    write = {
        Format.CSV: exchange.csv_rows,
        Format.JSON_LINES: exchange.json_lines,
        Format.LABEL_STUDIO: exchange.label_studio,
    }[wanted]
    return len(cases), write(cases)


def _cases(connection: Connection, desk: Desk) -> list[ExportedCase]:
    made: dict[int, list[Decision]] = {}
    for decision in decisions.all_made(connection):
        if not decision.withdrawn:
            made.setdefault(int(decision.case), []).append(decision)
    found = []
    for one in decided_cases(connection, desk.identity.id):
        if one.case not in made:
            continue
        newest = made[one.case][-1]
        found.append(
            ExportedCase(
                case=str(one.case),
                lang=one.lang,
                url=one.content.url,
                title=one.content.title,
                text=one.content.text,
                verdict=newest.verdict.value,
                reason=newest.reason,
                decided_at=newest.decided_at.isoformat(),
                decisions=len(made[one.case]),
                reports=sum(reports.channels(connection, one.case).values()),
                markers=one.markers,
            )
        )
    return found
