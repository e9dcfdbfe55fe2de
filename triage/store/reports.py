"""Reports as they were received: added once, never edited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from triage.domain.report import Channel, Report
from triage.store.arrays import among
from triage.store.schema import case_report, report

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Row


class NumberedReport(NamedTuple):
    """A report with the desk's own number for it and how much it gives a moderator to work with."""

    number: int
    report: Report
    quality: float


def known_digests(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Return the content digests of those ids that the desk knows."""
    rows = connection.execute(sa.select(report.c.id, report.c.digest).where(among(connection, report.c.id, ids)))
    return {row.id: row.digest for row in rows}


def add(connection: Connection, numbered: Iterable[NumberedReport], taken_in_at: datetime) -> None:
    """Add reports under their numbers."""
    rows = [
        {
            "number": number,
            "id": one.id,
            "digest": one.digest,
            "received_at": one.received_at,
            "taken_in_at": taken_in_at,
            "channel": one.channel.value,
            "reporter": one.reporter,
            "quality": quality,
            "lang": one.lang,
            "subject": one.subject,
            "url": one.url,
            "claim": one.claim,
            "title": one.title,
            "text": one.text,
            "extra": dict(one.extra),
            "warnings": list(one.warnings),
            "raw_digest": one.raw_digest,
            "place": "" if one.place is None else str(one.place),
        }
        for number, one, quality in numbered
    ]
    if rows:
        connection.execute(report.insert(), rows)


def of_case(connection: Connection, case: int, limit: int | None = None) -> list[Report]:
    """Return the reports of a case in the order in which the desk took them in."""
    rows = connection.execute(
        sa.select(report)
        .join(case_report, case_report.c.report_number == report.c.number)
        .where(case_report.c.case_id == case)
        .order_by(report.c.number)
        .limit(limit)
    )
    return [as_report(row) for row in rows]


def numbered_of_case(connection: Connection, case: int) -> dict[int, Report]:
    """Return the reports of a case by the desk's number, in the order in which they were taken in."""
    rows = connection.execute(
        sa.select(report)
        .join(case_report, case_report.c.report_number == report.c.number)
        .where(case_report.c.case_id == case)
        .order_by(report.c.number)
    )
    return {row.number: as_report(row) for row in rows}


def numbered(connection: Connection, number: int) -> Report:
    """Return the report with the desk's number `number`."""
    return as_report(connection.execute(sa.select(report).where(report.c.number == number)).one())


def number_in(connection: Connection, case: int, report_id: str) -> int | None:
    """Return the desk's number of a report of a case, or None where the case has no report of this id."""
    return connection.scalar(
        sa.select(report.c.number)
        .join(case_report, case_report.c.report_number == report.c.number)
        .where(case_report.c.case_id == case, report.c.id == report_id)
    )


def channels(connection: Connection, case: int) -> dict[str, int]:
    """Return how many reports of a case came by each channel."""
    rows = connection.execute(
        sa.select(report.c.channel, sa.func.count().label("came"))
        .join(case_report, case_report.c.report_number == report.c.number)
        .where(case_report.c.case_id == case)
        .group_by(report.c.channel)
        .order_by(report.c.channel)
    )
    return {row.channel: row.came for row in rows}


def as_report(row: Row[Any]) -> Report:
    """Return a row of the table as the domain knows it."""
    return Report(
        id=row.id,
        received_at=row.received_at,
        channel=Channel(row.channel),
        digest=row.digest,
        reporter=row.reporter,
        claim=row.claim,
        subject=row.subject,
        url=row.url,
        title=row.title,
        text=row.text,
        lang=row.lang,
        extra=row.extra,
        warnings=tuple(row.warnings),
        raw_digest=row.raw_digest,
    )
