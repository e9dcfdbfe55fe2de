"""Look again: escalate a case, undo a decision, appeal against one. The record keeps what was said before."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from triage.domain.case import Assignment, CaseState, Decision, Review
from triage.errors import NotFound, UsageError
from triage.store import audit, decisions, leases, reports, rounds
from triage.workflow.leases import LEASE, check_not_held, held_by, lease_of, token
from triage.workflow.queue import find
from triage.workflow.rules import Rules

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from triage.workflow.database import Desk


class Party(StrEnum):
    """Who may appeal: the publisher of the subject, or a reporter."""

    PUBLISHER = "publisher"
    REPORTER = "reporter"


def escalate(desk: Desk, case: str, *, moderator: str, lease_token: str | None, reason: str, now: datetime) -> int:
    """Hand a case that one holds up to a senior, and return the number of the round that it waits for.

    Raises `UsageError` without a reason or in a later round, `StaleLease` when someone else holds the case.
    """
    _check_given(reason, "escalating")
    with desk.writing() as connection:
        of, held = held_by(connection, case, moderator, lease_token, now)
        if not held.is_open:
            raise UsageError(f"case {of} is under review already; decide it, or give it back with: triage release {of}")
        leases.close(connection, of, CaseState.ESCALATED)
        number = rounds.ask(connection, of, Review.ESCALATION, by=moderator, now=now, reason=reason)
        body = {"case": of, "token": held.token, "round": number, "reason": reason}
        audit.append(connection, at=now, by=moderator, act="escalate", body=body)
    return number


def undo(
    desk: Desk, case: str, *, moderator: str, reason: str, rules: Rules, now: datetime, lease: timedelta = LEASE
) -> Assignment | None:
    """Withdraw the newest standing decision of a case, which then waits to be decided anew in the same round.

    Only who made it, or a senior, may. They hold the case from then on (the result), unless it is a senior who took
    part in the case before: then it is free for others, and None comes back. Rounds that had followed from the decision
    are called off. Raises `NotFound` where nothing is decided, `UsageError` for someone else or without a reason,
    `StaleLease` while someone else is at work on the case.
    """
    _check_given(reason, "undoing a decision")
    with desk.writing() as connection:
        of = find(connection, case).id
        check_not_held(of, lease_of(connection, of), moderator, now)
        before = decisions.of_case(connection, of)
        undone = standing(of, before)
        if moderator != undone.moderator and moderator not in rules.seniors:
            raise UsageError(
                f"decision {undone.id} was made by {undone.moderator}; only they or a senior can undo it "
                "([desk] seniors in triage.toml)"
            )
        decisions.withdraw(connection, undone, by=moderator, reason=reason, at=now)
        round_id = _wait_again(connection, of, undone)
        may_hold = moderator == undone.moderator or all(one.moderator != moderator for one in before)
        until = now + lease
        number = leases.give(connection, of, moderator, now=now, until=until, round_id=round_id) if may_hold else None
        body = {"case": of, "decision": undone.id, "reason": reason, "token": number, "round": round_id, "until": until}
        audit.append(connection, at=now, by=moderator, act="undo", body=body)
    if number is None:
        return None
    return Assignment(case=str(of), moderator=moderator, token=token(of, number), expires_at=until)


def appeal(
    desk: Desk,
    case: str,
    *,
    party: Party,
    reason: str,
    report: str | None,
    by: str,
    rules: Rules,
    now: datetime,
) -> int:
    """Put an appeal on record and return the number of its round, which nobody decides who decided the case before.

    A reporter appeals by the id of their report. Raises `UsageError` without a reason, for a case that is not decided
    or under appeal already, and after the time for appeals, `NotFound` for a report that is not of this case.
    """
    _check_given(reason, "an appeal")
    if (party == Party.REPORTER) != (report is not None):
        raise UsageError("an appeal by a reporter names their report, one by the publisher none: --report ID")
    with desk.writing() as connection:
        waiting = find(connection, case)
        lease_of(connection, waiting.id)
        made = standing(waiting.id, decisions.of_case(connection, waiting.id))
        if waiting.state != CaseState.DECIDED:
            raise UsageError(f"case {waiting.id} is {waiting.state}; an appeal is against a decision")
        if any(one.is_open and one.kind == Review.APPEAL for one in rounds.of_case(connection, waiting.id)):
            raise UsageError(f"case {waiting.id} is under appeal already; see: triage show {waiting.id}")
        if now - made.decided_at > timedelta(days=rules.appeal_days):
            raise UsageError(f"case {waiting.id} was decided more than {rules.appeal_days} days ago")
        number = None if report is None else reports.number_in(connection, waiting.id, report)
        if report is not None and number is None:
            raise NotFound(f'case {waiting.id} has no report "{report}"; see: triage show {waiting.id} --all')
        asked = rounds.ask(
            connection, waiting.id, Review.APPEAL, by=by, now=now, reason=reason, party=party, report_number=number
        )
        body = {"case": waiting.id, "round": asked, "party": party, "decision": made.id, "reason": reason}
        audit.append(connection, at=now, by=by, act="appeal", body=body)
    return asked


def standing(of: int, made: list[Decision]) -> Decision:
    """Return the newest decision of a case that was not undone, or raise `NotFound`."""
    newest = next((one for one in reversed(made) if not one.withdrawn), None)
    if newest is None:
        raise NotFound(f"case {of} has no decision; see: triage show {of}")
    return newest


def _wait_again(connection: Connection, of: int, undone: Decision) -> int | None:
    """Let a case wait in the round of its undone decision; return that round, None for the first."""
    asked = rounds.of_case(connection, of)
    mine = [one.id for one in asked if one.kind == undone.review][-1:]
    later = [one.id for one in asked if one.is_open and one.kind != Review.APPEAL and one.id not in mine]
    rounds.set_open(connection, later, False)
    rounds.set_open(connection, mine, True)
    states = {Review.FIRST: CaseState.OPEN, Review.ESCALATION: CaseState.ESCALATED}
    leases.reopen(connection, of, states.get(undone.review, CaseState.DECIDED))
    return mine[0] if mine else None


def _check_given(reason: str, what: str) -> None:
    if not reason.strip():
        raise UsageError(f"{what} needs a reason: --reason TEXT")
