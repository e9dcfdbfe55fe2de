"""Keep, extend, hand on or give back a case that one holds; and the tokens that prove it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from triage.domain.case import Assignment
from triage.errors import NotFound, StaleLease, UsageError
from triage.store import audit, leases
from triage.workflow.queue import case_number, find, no_case

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from triage.workflow.database import Desk
    from triage.workflow.rules import Rules

LEASE = timedelta(minutes=30)


def extend(
    desk: Desk, case: str, *, moderator: str, lease_token: str | None, now: datetime, lease: timedelta = LEASE
) -> Assignment:
    """Let a live lease last until `lease` from now; its token stays. It never gets shorter.

    Raises `StaleLease` when someone else holds the case or the lease has run out.
    """
    with desk.writing() as connection:
        of, held = held_by(connection, case, moderator, lease_token, now)
        until = max(held.free_at, now + lease)
        leases.extend(connection, of, held.token, until)
        body = {"case": of, "token": held.token, "until": until}
        audit.append(connection, at=now, by=moderator, act="extend", body=body)
    return Assignment(case=str(of), moderator=moderator, token=token(of, held.token), expires_at=until)


def hand_on(
    desk: Desk,
    case: str,
    to: str,
    *,
    moderator: str,
    lease_token: str | None,
    rules: Rules,
    now: datetime,
    lease: timedelta = LEASE,
) -> Assignment:
    """Give a case that one holds to another moderator, with a lease and a token of its own; the old token is stale.

    Raises `NotFound` for someone who is no moderator, `UsageError` for oneself or someone who has decided the case
    before or asked for its review, `StaleLease` when someone else holds it.
    """
    rules.check_moderator(to)
    with desk.writing() as connection:
        of, held = held_by(connection, case, moderator, lease_token, now)
        if not rules.moderators and not leases.has_worked(connection, to):
            raise NotFound(f'"{to}" has never held a case here; let them take one with triage next, or check the name')
        if to == moderator:
            raise UsageError(f"you hold case {of} already; for more time: triage extend {of}")
        number = leases.round_of(connection, of, held.token)
        if number is not None and not leases.may_decide(connection, number, to):
            raise UsageError(f"{to} has decided case {of} or asked for its review, and cannot review it")
        given = leases.give(connection, of, to, now=now, until=now + lease, round_id=number)
        body = {"case": of, "token": given, "to": to, "round": number, "until": now + lease}
        audit.append(connection, at=now, by=moderator, act="hand_on", body=body)
    return Assignment(case=str(of), moderator=to, token=token(of, given), expires_at=now + lease)


def release(
    desk: Desk, case: str, *, moderator: str, lease_token: str | None, until: datetime | None, now: datetime
) -> None:
    """Give back a case that the moderator holds: free for others at once, or put off until later.

    Raises `StaleLease` when someone else holds it or the token is an older lease's, `UsageError` for a past `until`.
    """
    if until is not None and until <= now:
        raise UsageError(f"{until.isoformat()} is not in the future")
    with desk.writing() as connection:
        of, held = held_by(connection, case, moderator, lease_token, now)
        leases.let_go(connection, of, until)
        body = {"case": of, "token": held.token, "until": until}
        audit.append(connection, at=now, by=moderator, act="release", body=body)


def held_by(
    connection: Connection, case: str, moderator: str, lease_token: str | None, now: datetime
) -> tuple[int, leases.Lease]:
    """Return a case and its live lease, locked, or raise `StaleLease` where it is not the moderator's, by its token."""
    of = find(connection, case).id
    lease = lease_of(connection, of)
    check_lease(of, lease, lease.token if lease_token is None else number_in(lease_token, of), moderator, now)
    return of, lease


def to_decide(connection: Connection, case: str) -> leases.Leased:
    """Return a case under its newest lease, locked until the transaction ends, or raise `NotFound`."""
    found = leases.leased(connection, case_number(case))
    if found is None:
        raise no_case(case)
    return found


def lease_of(connection: Connection, case: int) -> leases.Lease:
    """Return the newest lease of a case, locked until the transaction ends."""
    lease = leases.lease(connection, case)
    assert lease is not None, "every case has a row in the queue's table"
    return lease


def is_held(lease: leases.Lease, now: datetime) -> bool:
    """Return whether somebody holds a case now."""
    return lease.holder is not None and lease.free_at > now


def check_lease(case: int, lease: leases.Lease, number: int, moderator: str, now: datetime) -> None:
    """Raise `StaleLease` unless this is the moderator's live lease."""
    if is_held(lease, now) and lease.holder == moderator and lease.token == number:
        return
    if not is_held(lease, now):
        raise StaleLease(f"nobody holds case {case} now, your lease is over; take a case with: triage next")
    until = f"{lease.free_at:%Y-%m-%d %H:%M} UTC"
    if lease.holder == moderator:
        raise StaleLease(f"the token is not that of your lease of case {case}, which you hold until {until}")
    raise StaleLease(f"case {case} is held by {lease.holder} until {until}; take another with: triage next")


def check_not_held(case: int, lease: leases.Lease, moderator: str, now: datetime) -> None:
    """Raise `StaleLease` where someone else is at work on a case."""
    if is_held(lease, now) and lease.holder != moderator:
        raise StaleLease(f"case {case} is held by {lease.holder} until {lease.free_at:%Y-%m-%d %H:%M} UTC; ask them")


def token(case: int, number: int) -> str:
    """Return how a lease's fencing token is written; it names its case, so that it fits no other.

    >>> token(12, 3)
    '12-3'
    """
    return f"{case}-{number}"


def number_in(written: str, case: int) -> int:
    """Return the count in a written token, 0 if it is not one of this case."""
    of, dash, number = written.partition("-")
    fits = dash and of == str(case) and number.isascii() and number.isdigit() and len(number) < 19
    return int(number) if fits else 0
