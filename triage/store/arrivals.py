"""The reports of cases as they arrived, and the records of those who sent them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from triage.store.arrays import among
from triage.store.schema import case, case_report, decision, report

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class Arrived(NamedTuple):
    """One report of a case, with the number of its reporter's first report at the desk."""

    case: int
    number: int
    at: datetime
    reporter: str | None
    first_of_reporter: int | None
    claim: str
    quality: float


def newest_cases(connection: Connection, limit: int) -> list[int]:
    """Return the ids of the cases that were opened last, oldest first."""
    newest = connection.scalars(sa.select(case.c.id).order_by(case.c.id.desc()).limit(limit))
    return sorted(newest)


def of_cases(connection: Connection, cases: Collection[int]) -> dict[int, list[Arrived]]:
    """Return the reports of these cases in the order in which they were taken in; erased ones are left out."""
    rows = connection.execute(
        sa.select(
            case_report.c.case_id,
            report.c.number,
            report.c.received_at,
            report.c.reporter,
            report.c.claim,
            report.c.quality,
        )
        .join(report, report.c.number == case_report.c.report_number)
        .where(among(connection, case_report.c.case_id, cases), report.c.erased_at.is_(None))
        .order_by(case_report.c.case_id, report.c.number)
    ).all()
    first = _first_numbers(connection, {row.reporter for row in rows if row.reporter})
    found: dict[int, list[Arrived]] = {of: [] for of in cases}
    for row in rows:
        found[row.case_id].append(
            Arrived(
                row.case_id,
                row.number,
                row.received_at,
                row.reporter,
                first.get(row.reporter),
                row.claim,
                row.quality,
            )
        )
    return found


def best_quality(connection: Connection, cases: Collection[int]) -> Iterator[tuple[int, str | None, float]]:
    """Yield, for each of these cases and each of its reporters (None: anonymous), the quality of their best report."""
    rows = connection.execute(
        sa.select(case_report.c.case_id, report.c.reporter, sa.func.max(report.c.quality).label("quality"))
        .join(report, report.c.number == case_report.c.report_number)
        .where(among(connection, case_report.c.case_id, cases))
        .group_by(case_report.c.case_id, report.c.reporter)
    )
    return ((row.case_id, row.reporter, row.quality) for row in rows)


def judged_cases(connection: Connection, reporters: Collection[str]) -> dict[str, set[int]]:
    """Return the cases with decisions that these reporters reported on, by reporter."""
    rows = connection.execute(
        sa.select(report.c.reporter, case_report.c.case_id)
        .distinct()
        .join(case_report, case_report.c.report_number == report.c.number)
        .where(among(connection, report.c.reporter, reporters))
        .where(sa.exists().where(decision.c.case_id == case_report.c.case_id))
    )
    found: dict[str, set[int]] = {}
    for row in rows:
        found.setdefault(row.reporter, set()).add(row.case_id)
    return found


def last_judged(connection: Connection, limit: int) -> set[int]:
    """Return the cases of the newest decisions."""
    return set(connection.scalars(sa.select(decision.c.case_id).order_by(decision.c.id.desc()).limit(limit)))


def _first_numbers(connection: Connection, reporters: Collection[str]) -> dict[str | None, int]:
    rows = connection.execute(
        sa.select(report.c.reporter, sa.func.min(report.c.number).label("first"))
        .where(among(connection, report.c.reporter, reporters))
        .group_by(report.c.reporter)
    )
    return {row.reporter: row.first for row in rows}
