"""Claims: the first free case of the queue, or of the rounds of review, leased to one moderator by one statement."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from triage.store.leases import LEASE_TO, let_go, open_to, write_down
from triage.store.queue import BY_LOT, BY_URGENCY
from triage.store.schema import assignment, case_urgency, review_round

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate


class _First(NamedTuple):
    """How the first case of a selection is leased: passing over those that are locked, or waiting for them."""

    free: sa.Select[tuple[int]]
    passing_over: ReturningUpdate[Any] | ReturningInsert[Any]
    waiting: ReturningUpdate[Any] | ReturningInsert[Any]


def claim(
    connection: Connection, moderator: str, *, now: datetime, until: datetime, lot_below: float | None = None
) -> tuple[int, int] | None:
    """Lease the first free case of the queue in one atomic statement; return (case, token), or None for none.

    The first is the most urgent, or with `lot_below` the one with the lowest lot below it. On PostgreSQL the same
    statement keeps the lease in the history of leases.
    """
    is_drawn = lot_below is not None
    values = {"to": moderator, "until": until, "now": now, "below": lot_below, "drawn_by_lot": is_drawn}
    if connection.dialect.name == "postgresql":
        return _take_first(connection, _LUCKIEST_NOTED if is_drawn else _MOST_URGENT_NOTED, values)
    got = _take_first(connection, _LUCKIEST if is_drawn else _MOST_URGENT, values)
    if got:
        write_down(connection, *got, moderator, now=now, until=until, drawn=is_drawn)
    return got


def claim_round(
    connection: Connection, moderator: str, kinds: Collection[str], *, now: datetime, until: datetime
) -> tuple[int, int, int] | None:
    """Lease the case of the round of review that has waited longest and return (case, token, round), or None.

    Who asked for a round, or has ever decided the case, is not given it.
    """
    waits = (review_round.c.is_open.is_(True), review_round.c.kind.in_(sorted(kinds)), *open_to(moderator))
    free = (
        sa.select(case_urgency.c.case_id)
        .join(review_round, review_round.c.case_id == case_urgency.c.case_id)
        .where(*waits, case_urgency.c.is_open.is_(False), case_urgency.c.free_at <= sa.bindparam("now"))
        .order_by(review_round.c.id)
        .limit(1)
    )
    got = _take_first(connection, _first(free), {"to": moderator, "until": until, "now": now})
    if got is None:
        return None
    first = sa.select(sa.func.min(review_round.c.id)).where(review_round.c.case_id == got[0], *waits)
    number = connection.scalar(first)
    if number is None:  # the round was closed by the one whom this statement has waited for
        let_go(connection, got[0], None)
        return claim_round(connection, moderator, kinds, now=now, until=until)
    write_down(connection, *got, moderator, now=now, until=until, round_id=number)
    return (*got, int(number))


def _take_first(connection: Connection, first: _First, values: dict[str, Any]) -> tuple[int, int] | None:
    """Lease the first case of a selection in one statement, so that two moderators never get the same.

    SQLite lets one write at a time, PostgreSQL passes over rows that another has locked. Where only those are left, it
    waits for them: they may be locked for ranking alone.
    """
    row = connection.execute(first.passing_over, values).one_or_none()
    while row is None and connection.scalar(first.free, values) is not None:
        row = connection.execute(first.waiting, values).one_or_none()
    return None if row is None else (row.case_id, row.token)


def _first(free: sa.Select[tuple[int]]) -> _First:
    return _First(free, *(_leasing(free, skips_locked=skips) for skips in (True, False)))


def _first_noted(free: sa.Select[tuple[int]]) -> _First:
    return _First(free, *(_noted(_leasing(free, skips_locked=skips)) for skips in (True, False)))


def _leasing(free: sa.Select[tuple[int]], *, skips_locked: bool) -> ReturningUpdate[Any]:
    first = free.with_for_update(skip_locked=skips_locked, of=case_urgency).scalar_subquery()
    return LEASE_TO.where(case_urgency.c.case_id == first)


def _noted(leasing: ReturningUpdate[Any]) -> ReturningInsert[Any]:
    """Return the statement that leases a case and keeps that in the history of leases, too."""
    got = leasing.cte("got")
    kept = {
        assignment.c.case_id: got.c.case_id,
        assignment.c.token: got.c.token,
        assignment.c.moderator: sa.bindparam("to", type_=assignment.c.moderator.type),
        assignment.c.claimed_at: sa.bindparam("now", type_=assignment.c.claimed_at.type),
        assignment.c.expires_at: sa.bindparam("until", type_=assignment.c.expires_at.type),
        assignment.c.drawn: sa.bindparam("drawn_by_lot", type_=assignment.c.drawn.type),
    }
    insert = assignment.insert().from_select([column.name for column in kept], sa.select(*kept.values()))
    return insert.returning(assignment.c.case_id, assignment.c.token)


# The statements of a claim stand ready: to build them anew costs more than to run them.
_FREE = (
    sa.select(case_urgency.c.case_id)
    .where(case_urgency.c.is_open.is_(True), case_urgency.c.free_at <= sa.bindparam("now"))
    .limit(1)
)
_BY_URGENCY = _FREE.order_by(*BY_URGENCY)
_BY_LOT = _FREE.where(case_urgency.c.lot < sa.bindparam("below")).order_by(*BY_LOT)
_MOST_URGENT, _MOST_URGENT_NOTED = _first(_BY_URGENCY), _first_noted(_BY_URGENCY)
_LUCKIEST, _LUCKIEST_NOTED = _first(_BY_LOT), _first_noted(_BY_LOT)
