"""A moderator's work: claim a case, look at it, decide it or give it back; each is one transaction and on record."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from triage.domain.case import Assignment, CaseState, Decision, Verdict
from triage.errors import StaleLease, UsageError
from triage.store import audit, counters, decisions, queue, reports, scores
from triage.workflow.entry import content_of
from triage.workflow.queue import find

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.engine import Connection

    from triage.domain.report import Report
    from triage.domain.score import TextScore
    from triage.workflow.database import Desk

LEASE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """All that a moderator is shown of one case. Scores are of the content of `content_report`, newest first."""

    case: str
    state: str
    opened_at: datetime
    urgency: float
    parts: dict[str, float]
    holder: str | None
    expires_at: datetime | None
    reports_in_all: int
    reports: list[Report]
    content_report: Report
    scores: list[TextScore]
    decisions: list[Decision]

    @property
    def content(self) -> str:
        """Return the text that scores and evidence speak of."""
        return content_of(self.content_report)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a moderator says of a case: a verdict with its reason, and which markers are right or wrong."""

    verdict: Verdict
    reason: str
    note: str = ""
    confirmed: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()


def claim(
    desk: Desk, moderator: str, *, now: datetime, drawn_every: int, lease: timedelta = LEASE
) -> Assignment | None:
    """Lease the next case that nobody holds to a moderator, or return None when nothing is left.

    Every `drawn_every`-th lease goes to a case drawn by lot. A lease that has run out is free to others.
    """
    with desk.writing() as connection:
        is_drawn = (counters.given(connection, "claim") + 1) % drawn_every == 0
        below = 1 / drawn_every
        got = queue.claim(connection, moderator, now=now, until=now + lease, lot_below=below) if is_drawn else None
        got = got or queue.claim(connection, moderator, now=now, until=now + lease)
        if got is None:
            return None
        counters.reserve(connection, "claim")
        case, number = got
        audit.append(connection, at=now, by=moderator, act="claim", body={"case": case, "token": number})
    return Assignment(case=str(case), moderator=moderator, token=token(case, number), expires_at=now + lease)


def show(desk: Desk, case: str, *, now: datetime, most_reports: int | None = None) -> CaseView:
    """Return one case with its reports (the first `most_reports`), scores and decisions, or raise `NotFound`."""
    with desk.reading() as connection:
        waiting = find(connection, case)
        is_held = waiting.holder is not None and waiting.free_at > now
        return CaseView(
            case=str(waiting.id),
            state=waiting.state,
            opened_at=waiting.opened_at,
            urgency=waiting.urgency,
            parts=dict(waiting.parts),
            holder=waiting.holder if is_held else None,
            expires_at=waiting.free_at if is_held else None,
            reports_in_all=waiting.reports,
            reports=reports.of_case(connection, waiting.id, most_reports),
            content_report=reports.numbered(connection, waiting.content_report),
            scores=scores.of_report(connection, waiting.content_report),
            decisions=decisions.of_case(connection, waiting.id),
        )


def decide(
    desk: Desk,
    case: str,
    ruling: Ruling,
    *,
    moderator: str,
    lease_token: str,
    known_markers: Collection[str],
    now: datetime,
) -> Decision:
    """Put a decision on record and close the case.

    Only the holder of a live lease decides, by its token: else `StaleLease` says who holds the case. The same verdict
    under the same token again returns the first decision, so that a command whose answer was lost can be repeated.
    Markers must be known to the taxonomy or to the score: else `UsageError`.
    """
    if not ruling.reason.strip():
        raise UsageError("a decision needs a reason: --reason TEXT")
    with desk.writing() as connection:
        waiting = find(connection, case)
        lease = _lease(connection, waiting.id)
        number = _number(lease_token, waiting.id)
        _check_markers(ruling, {*known_markers, *waiting.markers})
        earlier = decisions.under(connection, waiting.id, number) if number else None
        if earlier:
            return _same(earlier, ruling, moderator)
        if waiting.state != CaseState.OPEN:
            raise StaleLease(f"case {waiting.id} is {waiting.state} already; see: triage show {waiting.id}")
        _check_lease(waiting.id, lease, number, moderator, now)
        made = Decision(id="", case=str(waiting.id), moderator=moderator, decided_at=now, **asdict(ruling))
        made = decisions.add(connection, made, token=lease.token, model=waiting.model)
        queue.close(connection, waiting.id, CaseState.DECIDED)
        body = {"case": waiting.id, "token": lease.token, "decision": made.id, **asdict(ruling)}
        audit.append(connection, at=now, by=moderator, act="decide", body=body)
    return made


def release(
    desk: Desk, case: str, *, moderator: str, lease_token: str | None, until: datetime | None, now: datetime
) -> None:
    """Give back a case that the moderator holds: free for others at once, or put off until later.

    Raises `StaleLease` when someone else holds it or the token is an older lease's, `UsageError` for a past `until`.
    """
    if until is not None and until <= now:
        raise UsageError(f"{until.isoformat()} is not in the future")
    with desk.writing() as connection:
        waiting = find(connection, case)
        lease = _lease(connection, waiting.id)
        number = lease.token if lease_token is None else _number(lease_token, waiting.id)
        _check_lease(waiting.id, lease, number, moderator, now)
        queue.let_go(connection, waiting.id, until)
        body = {"case": waiting.id, "token": lease.token, "until": until}
        audit.append(connection, at=now, by=moderator, act="release", body=body)


def token(case: int, number: int) -> str:
    """Return how a lease's fencing token is written; it names its case, so that it fits no other.

    >>> token(12, 3)
    '12-3'
    """
    return f"{case}-{number}"


def _number(written: str, case: int) -> int:
    """Return the count in a written token, 0 if it is not one of this case."""
    of, dash, number = written.partition("-")
    fits = dash and of == str(case) and number.isascii() and number.isdigit() and len(number) < 19
    return int(number) if fits else 0


def _lease(connection: Connection, case: int) -> queue.Lease:
    lease = queue.lease(connection, case)
    assert lease is not None, "every case has a row in the queue's table"
    return lease


def _check_lease(case: int, lease: queue.Lease, number: int, moderator: str, now: datetime) -> None:
    is_live = lease.holder is not None and lease.free_at > now
    if is_live and lease.holder == moderator and lease.token == number:
        return
    if not is_live:
        raise StaleLease(f"nobody holds case {case} now, your lease is over; take a case with: triage next")
    until = f"{lease.free_at:%Y-%m-%d %H:%M} UTC"
    if lease.holder == moderator:
        raise StaleLease(f"the token is not that of your lease of case {case}, which you hold until {until}")
    raise StaleLease(f"case {case} is held by {lease.holder} until {until}; take another with: triage next")


def _check_markers(ruling: Ruling, known: Collection[str]) -> None:
    for marker in (*ruling.confirmed, *ruling.struck):
        if marker not in known:
            raise UsageError(f'"{marker}" is no known marker; a marker reads family:Name, such as technique:Doubt')
    both = sorted(set(ruling.confirmed) & set(ruling.struck))
    if both:
        raise UsageError(f"{both[0]} cannot be both confirmed and struck")


def _same(earlier: Decision, ruling: Ruling, moderator: str) -> Decision:
    if earlier.moderator == moderator and earlier.verdict == ruling.verdict:
        return earlier
    raise StaleLease(
        f"case {earlier.case} was decided under this token already: {earlier.verdict} by {earlier.moderator}"
    )
