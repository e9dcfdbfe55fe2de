"""Rounds of review after the first: asked for, waiting for someone who may decide them, and closed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from triage.domain.case import Review
from triage.store.arrays import among
from triage.store.counters import reserve
from triage.store.schema import review_round

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class Round(NamedTuple):
    """A round of review: who asked for it, and why. `party` and `report_number` belong to an appeal."""

    id: int
    case: int
    kind: Review
    is_open: bool
    asked_by: str
    asked_at: datetime
    party: str
    report_number: int | None
    reason: str


def ask(
    connection: Connection,
    of: int,
    kind: Review,
    *,
    by: str,
    now: datetime,
    reason: str = "",
    party: str = "",
    report_number: int | None = None,
) -> int:
    """Let a case wait for a round of review and return the round's number."""
    number = reserve(connection, "round")
    connection.execute(
        review_round.insert().values(
            id=number,
            case_id=of,
            kind=kind.value,
            is_open=True,
            asked_by=by,
            asked_at=now,
            party=party,
            report_number=report_number,
            reason=reason,
        )
    )
    return number


def of_case(connection: Connection, of: int) -> list[Round]:
    """Return the rounds of a case, oldest first."""
    rows = connection.execute(sa.select(review_round).where(review_round.c.case_id == of).order_by(review_round.c.id))
    return [
        Round(
            row.id,
            row.case_id,
            Review(row.kind),
            row.is_open,
            row.asked_by,
            row.asked_at,
            row.party,
            row.report_number,
            row.reason,
        )
        for row in rows
    ]


def set_open(connection: Connection, numbers: list[int], is_open: bool) -> None:
    """Close rounds, or open them again."""
    if numbers:
        connection.execute(sa.update(review_round).where(review_round.c.id.in_(numbers)).values(is_open=is_open))


def erase_appeals(connection: Connection, report_numbers: Collection[int]) -> list[int]:
    """Empty what reporters wrote in appeals by these reports, and return the numbers of those rounds."""
    theirs = among(connection, review_round.c.report_number, report_numbers)
    return list(
        connection.scalars(sa.update(review_round).where(theirs).values(reason="").returning(review_round.c.id))
    )
