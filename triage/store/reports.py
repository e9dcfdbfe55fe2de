"""Reports as they were received: added once, never edited, at the end erased."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from triage.domain.report import Channel, Report
from triage.store.arrays import among
from triage.store.schema import case_report, report, score

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


def to_purge(connection: Connection, received_before: Mapping[str, datetime], *, limit: int) -> list[int]:
    """Return the numbers of reports that are older than their channel's reports are kept, oldest number first."""
    too_old = [
        sa.and_(report.c.channel == channel, report.c.received_at < before)
        for channel, before in received_before.items()
    ]
    old = sa.select(report.c.number).where(report.c.erased_at.is_(None), sa.or_(sa.false(), *too_old))
    return list(connection.scalars(old.order_by(report.c.number).limit(limit)))


def by_reporter(connection: Connection, reporter: str, *, limit: int) -> list[int]:
    """Return the numbers of the reports of one reporter that are not erased yet."""
    theirs = sa.select(report.c.number).where(report.c.reporter == reporter, report.c.erased_at.is_(None))
    return list(connection.scalars(theirs.order_by(report.c.number).limit(limit)))


def cases_of(connection: Connection, numbers: Collection[int]) -> dict[int, set[int]]:
    """Return which of these reports belong to which case, by case."""
    found: dict[int, set[int]] = {}
    rows = connection.execute(sa.select(case_report).where(among(connection, case_report.c.report_number, numbers)))
    for row in rows:
        found.setdefault(row.case_id, set()).add(row.report_number)
    return found


def erase(connection: Connection, numbers: Collection[int], at: datetime) -> None:
    """Empty reports and drop their scores; number, channel and times stay, so that counts go on adding up."""
    connection.execute(sa.delete(score).where(among(connection, score.c.report_number, numbers)))
    texts = dict.fromkeys(("digest", "lang", "subject", "url", "claim", "title", "text", "raw_digest", "place"), "")
    connection.execute(
        sa.update(report)
        .where(report.c.number == sa.bindparam("of"))
        .values(id=sa.bindparam("nameless"), reporter=None, extra={}, warnings=[], quality=0.0, erased_at=at, **texts),
        [{"of": number, "nameless": f"erased-{number}-{secrets.token_hex(4)}"} for number in sorted(numbers)],
    )


def are_all_erased(connection: Connection, case: int) -> bool:
    """Return whether nothing is left of the reports of a case."""
    kept = (
        sa.exists()
        .where(report.c.number == case_report.c.report_number, report.c.erased_at.is_(None))
        .where(case_report.c.case_id == case)
    )
    return not connection.scalar(sa.select(kept))


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
