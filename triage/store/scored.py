"""What one model has said of the reports of a period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from triage.domain.score import UNRELIABLE
from triage.store.schema import report, score

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class Scored(NamedTuple):
    """A report's content with its score; `text` is empty where only the title was scored."""

    received_at: datetime
    title: str
    text: str
    markers: Mapping[str, float]
    is_reliable: bool


def received(
    connection: Connection, model: str, *, since: datetime | None, before: datetime, limit: int
) -> list[Scored]:
    """Return the newest `limit` scored reports that were received in a period, newest first."""
    wanted = [score.c.model == model, report.c.received_at < before, report.c.erased_at.is_(None)]
    rows = connection.execute(
        sa.select(report.c.received_at, report.c.title, report.c.text, score.c.markers, score.c.warnings)
        .join(report, report.c.number == score.c.report_number)
        .where(*wanted, *([report.c.received_at >= since] if since else []))
        .order_by(report.c.received_at.desc(), report.c.number)
        .limit(limit)
    )
    return [
        Scored(row.received_at, row.title, row.text, row.markers, UNRELIABLE.isdisjoint(row.warnings)) for row in rows
    ]
