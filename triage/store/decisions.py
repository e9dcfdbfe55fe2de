"""Decisions: insert-only; what was said once is on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from triage.domain.case import Decision, Review, Verdict
from triage.store.counters import reserve
from triage.store.schema import decision

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Row


def add(connection: Connection, made: Decision, *, token: int, model: str | None) -> Decision:
    """Add a decision made under the lease `token` and return it with its id."""
    number = reserve(connection, "decision")
    connection.execute(
        decision.insert().values(
            id=number,
            case_id=int(made.case),
            token=token,
            moderator=made.moderator,
            verdict=made.verdict.value,
            reason=made.reason,
            note=made.note,
            confirmed=list(made.confirmed),
            struck=list(made.struck),
            review=made.review.value,
            model=model,
            decided_at=made.decided_at,
            supersedes=int(made.supersedes) if made.supersedes else None,
        )
    )
    return under(connection, int(made.case), token) or made


def under(connection: Connection, case: int, token: int) -> Decision | None:
    """Return the decision that was made under one lease of a case, or None."""
    row = connection.execute(
        sa.select(decision).where(decision.c.case_id == case, decision.c.token == token)
    ).one_or_none()
    return None if row is None else _decision(row)


def of_case(connection: Connection, case: int) -> list[Decision]:
    """Return the decisions of a case, oldest first."""
    rows = connection.execute(sa.select(decision).where(decision.c.case_id == case).order_by(decision.c.id))
    return [_decision(row) for row in rows]


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        id=str(row.id),
        case=str(row.case_id),
        moderator=row.moderator,
        verdict=Verdict(row.verdict),
        reason=row.reason,
        decided_at=row.decided_at,
        review=Review(row.review),
        note=row.note,
        confirmed=tuple(row.confirmed),
        struck=tuple(row.struck),
        supersedes="" if row.supersedes is None else str(row.supersedes),
    )
