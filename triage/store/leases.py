"""Leases: who holds a case, until when, under which fencing token; and whether the case waits in the queue at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from triage.store.cases import NEVER
from triage.store.schema import assignment, case, case_urgency, decision, review_round

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

# The statements of a claim and a decision stand ready: to build them anew costs more than to run them.
_LEASE = (
    sa.select(case_urgency.c.holder, case_urgency.c.token, case_urgency.c.free_at, case_urgency.c.is_open)
    .where(case_urgency.c.case_id == sa.bindparam("of"))
    .with_for_update()
)
_LEASED_CASE = (
    sa.select(case.c.id, case.c.state, case.c.harm, case_urgency.c.urgency, case_urgency.c.model)
    .add_columns(assignment.c.round_id, sa.exists().where(decision.c.case_id == case.c.id).label("was_decided"))
    .add_columns(case_urgency.c.holder, case_urgency.c.token, case_urgency.c.free_at, case_urgency.c.is_open)
    .join(case_urgency, case_urgency.c.case_id == case.c.id)
    .outerjoin(
        assignment,
        sa.and_(assignment.c.case_id == case_urgency.c.case_id, assignment.c.token == case_urgency.c.token),
    )
    .where(case.c.id == sa.bindparam("of"))
    .with_for_update(of=case_urgency)
)
LEASE_TO = (
    sa.update(case_urgency)
    .values(holder=sa.bindparam("to"), free_at=sa.bindparam("until"), token=case_urgency.c.token + 1)
    .returning(case_urgency.c.case_id, case_urgency.c.token)
)
_WRITE_DOWN = assignment.insert()
CLOSE = (
    sa.update(case)
    .where(case.c.id == sa.bindparam("of"))
    .values(state=sa.bindparam("to_state"), merged_into=sa.bindparam("into"))
)
LEAVE_QUEUE = (
    sa.update(case_urgency)
    .where(case_urgency.c.case_id == sa.bindparam("of"))
    .values(is_open=False, holder=None, free_at=NEVER)
)


class Lease(NamedTuple):
    """Who holds, or last held, a case; `is_open` and `free_at` say whether it can be claimed."""

    holder: str | None
    token: int
    free_at: datetime
    is_open: bool


class Given(NamedTuple):
    """A lease as it stands in the history of leases."""

    case_id: int
    token: int
    moderator: str
    expires_at: datetime
    round_id: int | None


class Leased(NamedTuple):
    """A case under its newest lease: what a decision needs to know.

    `round_id` is the round of review that the lease is for; `was_decided` says whether there are earlier decisions.
    """

    id: int
    state: str
    harm: float | None
    urgency: float
    model: str | None
    round_id: int | None
    was_decided: bool
    lease: Lease


def lease(connection: Connection, of: int) -> Lease | None:
    """Return the lease of a case, locked until the transaction ends, or None for an unknown case."""
    row = connection.execute(_LEASE, {"of": of}).one_or_none()
    return None if row is None else Lease(*row)


def leased(connection: Connection, of: int) -> Leased | None:
    """Return a case under its newest lease, locked until the transaction ends, or None for an unknown case."""
    row = connection.execute(_LEASED_CASE, {"of": of}).one_or_none()
    if row is None:
        return None
    lease_now = Lease(row.holder, row.token, row.free_at, row.is_open)
    return Leased(row.id, row.state, row.harm, row.urgency, row.model, row.round_id, row.was_decided, lease_now)


def give(
    connection: Connection, of: int, moderator: str, *, now: datetime, until: datetime, round_id: int | None
) -> int:
    """Lease one case to a moderator, whoever holds it, and return the new token."""
    to = {"to": moderator, "until": until, "of": of}
    token = int(connection.execute(LEASE_TO.where(case_urgency.c.case_id == sa.bindparam("of")), to).one().token)
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
    connection.execute(CLOSE, {"of": of, "to_state": state, "into": merged_into})
    connection.execute(LEAVE_QUEUE, {"of": of})
    if merged_into is not None:  # nothing is left of it to rank
        connection.execute(sa.update(case_urgency).where(case_urgency.c.case_id == of).values(is_stale=False))


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
    return bool(connection.scalar(sa.select(sa.exists().where(review_round.c.id == number, *open_to(moderator)))))


def all_given(connection: Connection) -> Iterator[Given]:
    """Yield every lease that was ever given, by case and token."""
    given = sa.select(*(assignment.c[name] for name in Given._fields)).order_by(*assignment.primary_key)
    return (Given(*row) for row in connection.execute(given.execution_options(yield_per=1_000)))


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
    row = {
        "case_id": of,
        "token": token,
        "moderator": moderator,
        "claimed_at": now,
        "expires_at": until,
        "drawn": drawn,
        "round_id": round_id,
    }
    connection.execute(_WRITE_DOWN, row)


def open_to(moderator: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions of the rounds that a moderator may decide: not asked for nor ever decided by them."""
    return (
        review_round.c.asked_by != moderator,
        ~sa.exists().where(decision.c.case_id == review_round.c.case_id, decision.c.moderator == moderator),
    )
