"""Decisions: insert-only; what was said once is on record."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from triage.domain.case import CaseState, Decision, Review, Verdict
from triage.store.arrays import among
from triage.store.counters import reserve
from triage.store.leases import CLOSE, LEAVE_QUEUE, close
from triage.store.schema import decision, withdrawal

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Row


def add(connection: Connection, made: Decision, *, token: int) -> Decision:
    """Add a decision made under the lease `token` and return it with its id."""
    number = reserve(connection, "decision")
    connection.execute(_ADD, {"id": number, **_row(made, token)})
    return replace(made, id=str(number))


def add_and_close(connection: Connection, made: Decision, *, token: int) -> Decision:
    """Add a decision, take its case out of the queue and return the decision with its id.

    On PostgreSQL that is one statement.
    """
    if connection.dialect.name != "postgresql":
        close(connection, int(made.case), CaseState.DECIDED)
        return add(connection, made, token=token)
    row = {f"new_{name}": value for name, value in _row(made, token).items()}
    case = {"of": int(made.case), "to_state": CaseState.DECIDED.value, "into": None}
    return replace(made, id=str(connection.execute(_ADD_AND_CLOSE, {**row, **case}).scalar_one()))


def _row(made: Decision, token: int) -> dict[str, Any]:
    return {
        "case_id": int(made.case),
        "token": token,
        "moderator": made.moderator,
        "verdict": made.verdict.value,
        "reason": made.reason,
        "note": made.note,
        "confirmed": list(made.confirmed),
        "struck": list(made.struck),
        "review": made.review.value,
        "model": made.model,
        "decided_at": made.decided_at,
        "supersedes": int(made.supersedes) if made.supersedes else None,
        "lang": made.lang,
    }


def withdraw(connection: Connection, made: Decision, *, by: str, reason: str, at: datetime) -> None:
    """Put on record that a decision was undone; it says nothing from then on."""
    connection.execute(withdrawal.insert().values(decision_id=int(made.id), at=at, by=by, reason=reason))


def of_case(connection: Connection, case: int) -> list[Decision]:
    """Return the decisions of a case, oldest first."""
    return list(by_token(connection, case).values())


def by_token(connection: Connection, case: int) -> dict[int, Decision]:
    """Return the decisions of a case by the lease under which each was made, oldest first."""
    return {row.token: _decision(row) for row in connection.execute(_OF_CASE, {"case": case})}


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


_ADD = decision.insert()
_ADD_AND_CLOSE = (
    decision.insert()
    .values({column: sa.bindparam(f"new_{column.name}") for column in decision.c if column.name != "id"})
    .values(id=sa.func.nextval("decision_number"))
    .returning(decision.c.id)
    .add_cte(CLOSE.cte("closed"), LEAVE_QUEUE.cte("left_queue"))
)
_WITH_WITHDRAWAL = sa.select(decision, withdrawal.c.at.label("withdrawn_at")).outerjoin(withdrawal)
_OF_CASE = _WITH_WITHDRAWAL.where(decision.c.case_id == sa.bindparam("case")).order_by(decision.c.id)


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
