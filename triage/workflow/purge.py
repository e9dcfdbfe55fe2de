"""Erase reports: those that are older than their channel's are kept, or all of one reporter.

What a report said goes, with its scores, its keys and its fingerprint; its number stays, so that counts add up, and
decisions stay on record. What is gone from the desk is in no later training set. Files that left the desk are cleared
where they are named.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from triage.domain.case import CaseState
from triage.store import audit, cases, leases, meanings, reports, rounds
from triage.store.counters import take_turn
from triage.workflow.cases import part_keys, settle
from triage.workflow.clear import Gone, check_readable, clear, collect
from triage.workflow.leases import lease_of
from triage.workflow.queue import find
from triage.workflow.rules import Rules

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from triage.workflow.database import Desk

_BATCH_REPORTS = 500
_ALL = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What was erased, and how many rows were taken out of which file.

    `is_scrubbed`: whether it is gone from the database's files, too; someone may be reading.
    """

    reports: int = 0
    cases_erased: int = 0
    appeals: int = 0
    is_scrubbed: bool = True
    rows: Mapping[str, int] = field(default_factory=dict)


def purge(desk: Desk, *, rules: Rules, by: str, now: datetime, files: Sequence[Path] = ()) -> Purged:
    """Erase every report that is older than the reports of its channel are kept, also from these JSON Lines files."""
    before = _kept_since(rules, now)

    def too_old(connection: Connection, limit: int) -> list[int]:
        return reports.to_purge(connection, before, limit=limit)

    return _erase_all(desk, too_old, Gone(), files, because="retention", by=by, now=now)


def erase_reporter(
    desk: Desk,
    reporter: str,
    *,
    by: str,
    now: datetime,
    files: Sequence[Path] = (),
    pseudonymise: Callable[[str], str] | None = None,
) -> Purged:
    """Erase every report of one reporter, by their pseudonym, and what they wrote in appeals.

    From these JSON Lines files, too; with `pseudonymise`, also rows that name the reporter in other words.
    """

    def theirs(connection: Connection, limit: int) -> list[int]:
        return reports.by_reporter(connection, reporter, limit=limit)

    gone = Gone(reporter=reporter, pseudonymise=pseudonymise)
    return _erase_all(desk, theirs, gone, files, because="reporter", by=by, now=now)


def count_due(desk: Desk, reporter: str | None, *, rules: Rules, now: datetime) -> int:
    """Return how many reports `purge`, or for a reporter `erase_reporter`, would erase now."""
    with desk.reading() as connection:
        if reporter is not None:
            return len(reports.by_reporter(connection, reporter, limit=_ALL))
        return len(reports.to_purge(connection, _kept_since(rules, now), limit=_ALL))


def exports_before(desk: Desk) -> list[str]:
    """Return the files that exports went to, as far as they are still there: they may hold what was erased since."""
    with desk.reading() as connection:
        told = [link.body for link in audit.links(connection, {"export"})]
    written = dict.fromkeys(str(body["file"]) for body in told if body and "file" in body)
    return [file for file in written if Path(file).exists()]


def _kept_since(rules: Rules, now: datetime) -> dict[str, datetime]:
    return {channel: now - timedelta(days=days) for channel, days in rules.retention_days.items()}


def _erase_all(
    desk: Desk,
    choose: Callable[[Connection, int], list[int]],
    gone: Gone,
    files: Sequence[Path],
    *,
    because: str,
    by: str,
    now: datetime,
) -> Purged:
    """Clear the files, then erase in batches, a batch a transaction: cut short, it can be repeated."""
    for file in files:
        check_readable(file)
    if files:
        with desk.reading() as connection:
            collect(connection, choose(connection, _ALL), gone)
    total = Purged(rows={str(file): clear(file, gone) for file in files})
    while True:
        with desk.writing() as connection:
            take_turn(connection)
            numbers = choose(connection, _BATCH_REPORTS)
            if not numbers:
                break
            closed = _erase(connection, reports.cases_of(connection, numbers), now)
            appeals = rounds.erase_appeals(connection, numbers)
            bodies = _appeal_links(connection, appeals)
            audit.erase_bodies(connection, bodies)
            body = {"because": because, "reports": numbers, "cases_erased": closed, "bodies": bodies}
            audit.append(connection, at=now, by=by, act=audit.ERASE, body=body)
        total = replace(
            total,
            reports=total.reports + len(numbers),
            cases_erased=total.cases_erased + len(closed),
            appeals=total.appeals + len(appeals),
        )
    return replace(total, is_scrubbed=desk.scrub())


def _erase(connection: Connection, by_case: dict[int, set[int]], now: datetime) -> list[int]:
    """Erase reports by case; return the cases that nobody can judge any more."""
    closed = []
    for of in sorted(by_case):
        lease_of(connection, of)
        held = reports.numbered_of_case(connection, of)
        numbers = by_case[of]
        moved = {number: held[number] for number in numbers}
        part_keys(connection, of, moved, {one: held[one] for one in held if one not in numbers}, None)
        reports.erase(connection, numbers, now)
        waiting = find(connection, str(of))
        settle(connection, of, keep_content=waiting.content_report not in numbers)
        meanings.forget(connection, [of])
        cases.mark_stale(connection, of)
        if reports.are_all_erased(connection, of) and waiting.state in {CaseState.OPEN, CaseState.ESCALATED}:
            leases.close(connection, of, CaseState.ERASED)
            rounds.set_open(connection, [one.id for one in rounds.of_case(connection, of) if one.is_open], False)
            closed.append(of)
    return closed


def _appeal_links(connection: Connection, appeals: Collection[int]) -> list[int]:
    """Return the links of the chain that tell of these appeals, in the reporters' own words."""
    if not appeals:
        return []
    told = audit.links(connection, {"appeal"})
    return [link.number for link in told if link.body is not None and link.body["round"] in appeals]
