"""Leases: who holds a case, until when, under which fencing token; and whether the case waits in the queue at all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from triage.store.cases import NEVER
from triage.store.queue import BY_LOT, BY_URGENCY
from triage.store.schema import assignment, case, case_urgency, decision, review_round

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.sql.dml import ReturningUpdate


class Lease(NamedTuple):
    """Who holds, or last held, a case; `is_open` and `free_at` say whether it can be claimed."""

    holder: str | None
    token: int
    free_at: datetime
    is_open: bool


def lease(connection: Connection, of: int) -> Lease | None:
    """Return the lease of a case, locked until the transaction ends, or None for an unknown case."""
    row = connection.execute(
        sa.select(case_urgency.c.holder, case_urgency.c.token, case_urgency.c.free_at, case_urgency.c.is_open)
        .where(case_urgency.c.case_id == of)
        .with_for_update()
    ).one_or_none()
    return None if row is None else Lease(*row)


def claim(
    connection: Connection, moderator: str, *, now: datetime, until: datetime, lot_below: float | None = None
) -> tuple[int, int] | None:
    """Lease the first free case of the queue in one atomic statement; return (case, token), or None for none.

    The first is the most urgent, or with `lot_below` the one with the lowest lot below it.
    """
    free = sa.select(case_urgency.c.case_id).where(case_urgency.c.is_open.is_(True), case_urgency.c.free_at <= now)
    free = (
        free.order_by(*BY_URGENCY)
        if lot_below is None
        else free.where(case_urgency.c.lot < lot_below).order_by(*BY_LOT)
    )
    got = _take_first(connection, free, moderator, until)
    if got:
        write_down(connection, *got, moderator, now=now, until=until, drawn=lot_below is not None)
    return got


def claim_round(
    connection: Connection, moderator: str, kinds: Collection[str], *, now: datetime, until: datetime
) -> tuple[int, int, int] | None:
    """Lease the case of the round of review that has waited longest and return (case, token, round), or None.

    Who asked for a round, or has ever decided the case, is not given it.
    """
    waits = (review_round.c.is_open.is_(True), review_round.c.kind.in_(sorted(kinds)), *_open_to(moderator))
    free = (
        sa.select(case_urgency.c.case_id)
        .join(review_round, review_round.c.case_id == case_urgency.c.case_id)
        .where(*waits, case_urgency.c.is_open.is_(False), case_urgency.c.free_at <= now)
        .order_by(review_round.c.id)
    )
    got = _take_first(connection, free, moderator, until)
    if got is None:
        return None
    first = sa.select(sa.func.min(review_round.c.id)).where(review_round.c.case_id == got[0], *waits)
    number = connection.scalar(first)
    if number is None:  # the round was closed by the one whom this statement has waited for
        let_go(connection, got[0], None)
        return claim_round(connection, moderator, kinds, now=now, until=until)
    write_down(connection, *got, moderator, now=now, until=until, round_id=number)
    return (*got, int(number))


def give(
    connection: Connection, of: int, moderator: str, *, now: datetime, until: datetime, round_id: int | None
) -> int:
    """Lease one case to a moderator, whoever holds it, and return the new token."""
    leased = _leased_to(moderator, until).where(case_urgency.c.case_id == of)
    token = int(connection.execute(leased).one().token)
    write_down(connection, of, token, moderator, now=now, until=until, round_id=round_id)
    return token


def extend(connection: Connection, of: int, token: int, until: datetime) -> None:
    """Let a lease last until later."""
    connection.execute(sa.update(case_urgency).where(case_urgency.c.case_id == of).values(free_at=until))
    same = sa.and_(assignment.c.case_id == of, assignment.c.token == token)
    connection.execute(sa.update(assignment).where(same).values(expires_at=until))


def let_go(connection: Connection, of: int, until: datetime | None) -> None:
    """End the lease of a case: free at once, or put off until later."""
    connection.execute(
        sa.update(case_urgency)
        .where(case_urgency.c.case_id == of)
        .values(holder=None, free_at=NEVER if until is None else until)
    )


def close(connection: Connection, of: int, state: str, merged_into: int | None = None) -> None:
    """Take a case out of the queue."""
    connection.execute(sa.update(case).where(case.c.id == of).values(state=state, merged_into=merged_into))
    closed = sa.update(case_urgency).where(case_urgency.c.case_id == of)
    connection.execute(closed.values(is_open=False, holder=None, free_at=NEVER))
    if merged_into is not None:  # nothing is left of it to rank
        connection.execute(closed.values(is_stale=False))


def reopen(connection: Connection, of: int, state: str) -> None:
    """Put a case back, free for all; to be ranked where it returns to the queue."""
    is_open = state == "open"
    connection.execute(sa.update(case).where(case.c.id == of).values(state=state))
    connection.execute(
        sa.update(case_urgency)
        .where(case_urgency.c.case_id == of)
        .values(is_open=is_open, is_stale=is_open, holder=None, free_at=NEVER)
    )


def round_of(connection: Connection, of: int, token: int) -> int | None:
    """Return the round of review that a lease is for, or None for the first."""
    same = sa.and_(assignment.c.case_id == of, assignment.c.token == token)
    found = connection.scalar(sa.select(assignment.c.round_id).where(same))
    return None if found is None else int(found)


def may_decide(connection: Connection, number: int, moderator: str) -> bool:
    """Return whether a moderator may decide a round: they neither asked for it nor ever decided its case."""
    return bool(connection.scalar(sa.select(sa.exists().where(review_round.c.id == number, *_open_to(moderator)))))


def has_worked(connection: Connection, moderator: str) -> bool:
    """Return whether someone has ever held a case at this desk."""
    return bool(connection.scalar(sa.select(sa.exists().where(assignment.c.moderator == moderator))))


def write_down(
    connection: Connection,
    of: int,
    token: int,
    moderator: str,
    *,
    now: datetime,
    until: datetime,
    drawn: bool = False,
    round_id: int | None = None,
) -> None:
    """Keep a lease in the history of leases."""
    connection.execute(
        assignment.insert().values(
            case_id=of,
            token=token,
            moderator=moderator,
            claimed_at=now,
            expires_at=until,
            drawn=drawn,
            round_id=round_id,
        )
    )


def _take_first(
    connection: Connection, free: sa.Select[tuple[int]], moderator: str, until: datetime
) -> tuple[int, int] | None:
    """Lease the first case of a selection in one statement, so that two moderators never get the same.

    SQLite lets one write at a time, PostgreSQL passes over rows that another has locked. Where only those are left, it
    waits for them: they may be locked for ranking alone.
    """
    free = free.limit(1)
    row, waits = None, False
    while row is None and (not waits or connection.scalar(free) is not None):
        first = free.with_for_update(skip_locked=not waits, of=case_urgency).scalar_subquery()
        row = connection.execute(_leased_to(moderator, until).where(case_urgency.c.case_id == first)).one_or_none()
        waits = True
    return None if row is None else (row.case_id, row.token)


def _leased_to(moderator: str, until: datetime) -> ReturningUpdate[Any]:
    leased = sa.update(case_urgency).values(holder=moderator, free_at=until, token=case_urgency.c.token + 1)
    return leased.returning(case_urgency.c.case_id, case_urgency.c.token)


def _open_to(moderator: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        review_round.c.asked_by != moderator,
        ~sa.exists().where(decision.c.case_id == review_round.c.case_id, decision.c.moderator == moderator),
    )
