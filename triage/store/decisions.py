"""Decisions: insert-only; what was said once is on record."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from triage.domain.case import Decision, Review, Verdict
from triage.store.arrays import among
from triage.store.counters import reserve
from triage.store.schema import decision, withdrawal

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Row


def add(connection: Connection, made: Decision, *, token: int) -> Decision:
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
            model=made.model,
            decided_at=made.decided_at,
            supersedes=int(made.supersedes) if made.supersedes else None,
            lang=made.lang,
        )
    )
    return replace(made, id=str(number))


def withdraw(connection: Connection, made: Decision, *, by: str, reason: str, at: datetime) -> None:
    """Put on record that a decision was undone; it says nothing from then on."""
    connection.execute(withdrawal.insert().values(decision_id=int(made.id), at=at, by=by, reason=reason))


def under(connection: Connection, case: int, token: int) -> Decision | None:
    """Return the decision that was made under one lease of a case, or None."""
    row = connection.execute(_WITH_WITHDRAWAL.where(decision.c.case_id == case, decision.c.token == token))
    found = row.one_or_none()
    return None if found is None else _decision(found)


def of_case(connection: Connection, case: int) -> list[Decision]:
    """Return the decisions of a case, oldest first."""
    rows = connection.execute(_WITH_WITHDRAWAL.where(decision.c.case_id == case).order_by(decision.c.id))
    return [_decision(row) for row in rows]


def of_cases(connection: Connection, cases: Collection[int]) -> dict[int, list[Decision]]:
    """Return the decisions of these cases, oldest first; a case without any is not in it."""
    found: dict[int, list[Decision]] = {}
    made = _WITH_WITHDRAWAL.where(among(connection, decision.c.case_id, cases)).order_by(decision.c.id)
    for row in connection.execute(made):
        found.setdefault(row.case_id, []).append(_decision(row))
    return found


def all_made(connection: Connection) -> Iterator[Decision]:
    """Yield every decision of the desk, oldest first."""
    rows = connection.execute(_WITH_WITHDRAWAL.order_by(decision.c.id).execution_options(yield_per=1_000))
    return (_decision(row) for row in rows)


_WITH_WITHDRAWAL = sa.select(decision, withdrawal.c.at.label("withdrawn_at")).outerjoin(withdrawal)


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
        lang=row.lang,
        model=row.model,
        withdrawn=row.withdrawn_at is not None,
    )
