"""Splits and merges of cases: insert-only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from triage.store.counters import reserve
from triage.store.schema import regrouping

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class Regrouping(NamedTuple):
    """Reports that were moved from one case to another by a person, and why."""

    act: str
    from_case: int
    to_case: int
    reports: Sequence[int]
    at: datetime
    by: str
    reason: str


def add(connection: Connection, made: Regrouping) -> None:
    """Put a split or a merge on record."""
    number = reserve(connection, "regrouping")
    connection.execute(regrouping.insert().values(id=number, **{**made._asdict(), "reports": list(made.reports)}))


def of_case(connection: Connection, case: int) -> list[Regrouping]:
    """Return what was split from or merged into a case, or out of it, oldest first."""
    either = sa.or_(regrouping.c.from_case == case, regrouping.c.to_case == case)
    rows = connection.execute(sa.select(regrouping).where(either).order_by(regrouping.c.id))
    return [
        Regrouping(row.act, row.from_case, row.to_case, tuple(row.reports), row.at, row.by, row.reason) for row in rows
    ]
