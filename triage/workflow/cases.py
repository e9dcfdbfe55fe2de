"""Split a case, merge two, answer the harm checklist. No report is lost or in two cases, and what was done is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from triage.domain.case import CaseState
from triage.errors import NotFound, UsageError
from triage.rank.harm import QUESTIONS, check_answers
from triage.rank.harm import harm as harm_by
from triage.rank.order import draw
from triage.store import audit, cases, leases, regroupings, reports
from triage.store.counters import reserve, take_turn
from triage.store.regroupings import Regrouping
from triage.workflow.entry import content_kind
from triage.workflow.gather import keys_of
from triage.workflow.leases import check_not_held, lease_of
from triage.workflow.queue import find

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from triage.domain.report import Report
    from triage.workflow.database import Desk


def merge(desk: Desk, case: str, into: str, *, by: str, reason: str, now: datetime) -> int:
    """Move the reports of an open case into another and return how many; its decision, if there is one, covers them.

    What led to the case leads to the other from then on. Raises `UsageError` for a case that is not open, one that
    cannot take reports, or without a reason, `StaleLease` where someone else is at work on either.
    """
    _check_reason(reason, "merging")
    with desk.writing() as connection:
        take_turn(connection)
        source, target = find(connection, case), find(connection, into)
        if source.id == target.id:
            raise UsageError(f"case {source.id} cannot be merged into itself")
        for one in sorted((source.id, target.id)):
            check_not_held(one, lease_of(connection, one), by, now)
        source, target = find(connection, case), find(connection, into)
        if source.state != CaseState.OPEN:
            raise UsageError(f"case {source.id} is {source.state}; only an open case is merged into another")
        if target.state not in {CaseState.OPEN, CaseState.DECIDED, CaseState.ESCALATED}:
            raise UsageError(f"case {target.id} is {target.state}; merge into one that is not")
        moved = reports.numbered_of_case(connection, source.id)
        cases.lead_keys(connection, cases.keys_to(connection, source.id), target.id)
        cases.lead_prints(connection, set(cases.prints_to(connection, source.id).values()), target.id)
        cases.move(connection, moved.keys(), target.id)
        leases.close(connection, source.id, CaseState.MERGED, merged_into=target.id)
        settle(connection, target.id, keep_content=source.content_kind <= target.content_kind)
        _tell(connection, Regrouping("merge", source.id, target.id, list(moved), now, by, reason))
    return len(moved)


def split(desk: Desk, case: str, ids: Sequence[str], *, by: str, reason: str, now: datetime) -> str:
    """Move reports of a case into a new one, which is open, and return its id.

    Later copies of what was moved join the new case. Raises `NotFound` for a report that the case does not have,
    `UsageError` where none would be left or without a reason, `StaleLease` where someone else is at work on the case.
    """
    _check_reason(reason, "splitting")
    with desk.writing() as connection:
        take_turn(connection)
        source = find(connection, case)
        check_not_held(source.id, lease_of(connection, source.id), by, now)
        held = reports.numbered_of_case(connection, source.id)
        moved = _chosen(source.id, held, ids)
        number = reserve(connection, "case")
        first, first_report = next(iter(moved.items()))
        new = cases.NewCase(
            number, first, content_kind(first_report), first_report.received_at, draw(str(number), desk.identity.seed)
        )
        cases.add(connection, [new])
        part_keys(connection, source.id, moved, {one: held[one] for one in held if one not in moved}, number)
        cases.move(connection, moved.keys(), number)
        cases.mark_stale(connection, source.id)
        settle(connection, source.id, keep_content=source.content_report not in moved)
        settle(connection, number, keep_content=False)
        _tell(connection, Regrouping("split", source.id, number, list(moved), now, by, reason))
    return str(number)


def assess(
    desk: Desk, case: str, answers: Mapping[str, str], *, weights: Mapping[str, float], by: str, now: datetime
) -> float:
    """Keep the answers to the harm checklist, and return the harm, 0 to 1, that they give with the team's weights.

    A question that is left out is answered no; the newest answers count. Raises `UsageError` for an unknown question or
    answer.
    """
    check_answers(answers)
    given = {question: answers.get(question, "no") for question in QUESTIONS}
    harm = harm_by(given, weights)
    with desk.writing() as connection:
        of = find(connection, case).id
        lease_of(connection, of)
        cases.set_answers(connection, of, given, harm)
        body = {"case": of, "answers": given, "harm": harm}
        audit.append(connection, at=now, by=by, act="assess", body=body)
    return harm


def settle(connection: Connection, of: int, *, keep_content: bool) -> None:
    """Say anew which report of a case came first, and where asked which holds its content: the first with a text."""
    held = reports.numbered_of_case(connection, of)
    cases.set_first(connection, of, min(held))
    if not keep_content:
        kinds = {number: content_kind(one) for number, one in held.items()}
        best = min(kinds, key=lambda number: (-kinds[number], number))
        cases.set_content(connection, [(of, best, kinds[best])])


def part_keys(
    connection: Connection, of: int, moved: Mapping[int, Report], left: Mapping[int, Report], to: int | None
) -> None:
    """Let what only the moved reports are found by lead to another case, or nowhere, and keep the rest as it is."""
    gone, stay = [keys_of(one) for one in moved.values()], [keys_of(one) for one in left.values()]
    known = cases.keys_to(connection, of)
    own = {key for keys in gone for key in keys.left} - {key for keys in stay for key in keys.left}
    cases.lead_keys(connection, own & known, to)
    stored = cases.prints_to(connection, of)
    kept = {keys.content.signature for keys in stay if keys.content}
    leaving = {keys.content.signature: keys.content for keys in gone if keys.content}
    fresh = [content for signature, content in leaving.items() if signature not in kept]
    cases.lead_prints(connection, {stored[one.signature] for one in fresh if one.signature in stored}, to)
    missing = [one for one in fresh if one.signature not in stored]
    if to is not None and missing:
        first = reserve(connection, "print", len(missing))
        prints = [cases.NewPrint(first + at, to, one.signature, one.bands) for at, one in enumerate(missing)]
        cases.add_prints(connection, prints)


def _chosen(of: int, held: Mapping[int, Report], ids: Sequence[str]) -> dict[int, Report]:
    numbers = {one.id: number for number, one in held.items()}
    unknown = [one for one in ids if one not in numbers]
    if unknown:
        raise NotFound(f'case {of} has no report "{unknown[0]}"; see: triage show {of} --all')
    chosen = {number: held[number] for number in sorted({numbers[one] for one in ids})}
    if len(chosen) in {0, len(held)}:
        raise UsageError(f"a split moves some reports of case {of} and leaves some; it has {len(held)}")
    return chosen


def _tell(connection: Connection, made: Regrouping) -> None:
    regroupings.add(connection, made)
    body = {"from": made.from_case, "to": made.to_case, "reports": list(made.reports), "reason": made.reason}
    audit.append(connection, at=made.at, by=made.by, act=made.act, body=body)


def _check_reason(reason: str, what: str) -> None:
    if not reason.strip():
        raise UsageError(f"{what} needs a reason: --reason TEXT")
