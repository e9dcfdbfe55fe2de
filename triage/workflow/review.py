"""A moderator's work: claim a case, look at it and decide it; each is one transaction and on record."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from triage.domain.case import Assignment, CaseState, Decision, Review, Verdict
from triage.errors import StaleLease, UsageError
from triage.rank.order import draw
from triage.store import audit, claims, counters, decisions, desks, leases, queue, regroupings, reports, rounds, scores
from triage.workflow.alike import Alike, alike_to
from triage.workflow.entry import content_of
from triage.workflow.leases import LEASE, check_lease, number_in, to_decide, token
from triage.workflow.queue import find
from triage.workflow.rules import Rules

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from triage.domain.report import Report
    from triage.domain.score import TextScore
    from triage.workflow.database import Desk

FULL_URGENCY = 100.0
"""The most points that the parts of an urgency sum to with the weights as shipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """All that a moderator is shown of one case. Scores are of the content of `content_report`, newest first.

    While a second review waits, whoever has not decided the case sees no decision: `is_blind`.
    """

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
    is_blind: bool
    alike: list[Alike]
    rounds: list[rounds.Round]
    regroupings: list[regroupings.Regrouping]
    merged_into: int | None
    harm: float | None
    answers: Mapping[str, str] | None

    @property
    def content(self) -> str:
        """Return the text that scores and evidence speak of."""
        return content_of(self.content_report)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a moderator says of a case: a verdict with its reason, which markers are right or wrong, the language."""

    verdict: Verdict
    reason: str
    note: str = ""
    confirmed: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()
    lang: str = ""


def claim(
    desk: Desk, moderator: str, *, now: datetime, drawn_every: int, lease: timedelta = LEASE
) -> Assignment | None:
    """Lease the next case that nobody holds to a moderator, or return None when nothing is left.

    Every `drawn_every`-th lease goes to a case drawn by lot. A lease that has run out is free to others.
    """
    with desk.writing() as connection:
        is_drawn = counters.reserve(connection, "claim") % drawn_every == 0
        below = 1 / drawn_every
        got = claims.claim(connection, moderator, now=now, until=now + lease, lot_below=below) if is_drawn else None
        got = got or claims.claim(connection, moderator, now=now, until=now + lease)
        if got is None:
            return None
        case, number = got
        audit.append(
            connection, at=now, by=moderator, act="claim", body={"case": case, "token": number, "until": now + lease}
        )
    return Assignment(case=str(case), moderator=moderator, token=token(case, number), expires_at=now + lease)


def claim_round(
    desk: Desk, moderator: str, kinds: Collection[Review], *, rules: Rules, now: datetime, lease: timedelta = LEASE
) -> Assignment | None:
    """Lease the case that has waited longest for one of these rounds of review, or return None when none is left.

    Nobody reviews a case that they have ever decided, or that they have sent into review. An escalated case goes to a
    senior, where the desk names any.
    """
    wanted = {kind for kind in kinds if kind != Review.ESCALATION or not rules.seniors or moderator in rules.seniors}
    with desk.writing() as connection:
        got = claims.claim_round(connection, moderator, wanted, now=now, until=now + lease)
        if got is None:
            return None
        case, number, round_id = got
        body = {"case": case, "token": number, "round": round_id, "until": now + lease}
        audit.append(connection, at=now, by=moderator, act="claim", body=body)
    return Assignment(case=str(case), moderator=moderator, token=token(case, number), expires_at=now + lease)


def show(
    desk: Desk, case: str, *, now: datetime, most_reports: int | None = None, viewer: str | None = None
) -> CaseView:
    """Return one case with its reports (the first `most_reports`), scores and decisions, or raise `NotFound`.

    A `viewer` is not shown what would spoil a blind second review; None sees all.
    """
    with desk.reading() as connection:
        waiting = find(connection, case)
        is_held = waiting.holder is not None and waiting.free_at > now
        made = decisions.of_case(connection, waiting.id)
        asked = rounds.of_case(connection, waiting.id)
        is_blind = viewer is not None and _is_blind(viewer, made, asked)
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
            decisions=[] if is_blind else made,
            is_blind=is_blind,
            alike=alike_to(connection, waiting.id),
            rounds=asked,
            regroupings=regroupings.of_case(connection, waiting.id),
            merged_into=waiting.merged_into,
            harm=waiting.harm,
            answers=waiting.answers,
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
    rules: Rules | None = None,
) -> Decision:
    """Put a decision on record and close the case, or the round of review that the lease is for.

    Only the holder of a live lease decides, by its token: else `StaleLease` says who holds the case. The same verdict
    under the same token again returns the first decision, so that a command whose answer was lost can be repeated.
    A reason off the desk's list, or a marker unknown to the taxonomy and to the score, is a `UsageError`. By `rules`, a
    first decision may ask for a second review; a second one that differs asks for adjudication.
    """
    agreed = rules or Rules(second_review_least=0, second_review_most=0)
    agreed.check_reason(ruling.reason)
    desk_is = desk.identity
    with desk.writing() as connection:
        held = to_decide(connection, case)
        number = number_in(lease_token, held.id)
        _check_ruling(connection, held.id, ruling, known_markers)
        before = decisions.by_token(connection, held.id) if held.was_decided else {}
        if number in before:
            return _same(before[number], ruling, moderator)
        asked = _round(connection, held)
        if asked is None and held.state != CaseState.OPEN:
            raise StaleLease(f"case {held.id} is {held.state} already; see: triage show {held.id}")
        check_lease(held.id, held.lease, number, moderator, now)
        kind = asked.kind if asked else Review.FIRST
        made = Decision(
            id="",
            case=str(held.id),
            moderator=moderator,
            decided_at=now,
            review=kind,
            model=held.model,
            supersedes=next((one.id for one in [*before.values()][::-1] if one.withdrawn and one.review == kind), ""),
            **asdict(ruling),
        )
        if asked:
            _after_round(connection, asked, made, [*before.values()], now)
        elif _is_drawn(desk_is, held, agreed):
            rounds.ask(connection, held.id, Review.SECOND, by=moderator, now=now)
        made = decisions.add_and_close(connection, made, token=number)
        body = {"case": held.id, "token": number, "decision": made.id, **asdict(ruling), "review": made.review}
        audit.append(connection, at=now, by=moderator, act="decide", body=body)
    return made


def _round(connection: Connection, held: leases.Leased) -> rounds.Round | None:
    """Return the open round that the newest lease is for, or None for a first decision."""
    if held.round_id is None:
        return None
    return next((one for one in rounds.of_case(connection, held.id) if one.id == held.round_id and one.is_open), None)


def _after_round(
    connection: Connection, asked: rounds.Round, made: Decision, before: list[Decision], now: datetime
) -> None:
    """Close the round; an appeal ends every other, a second opinion that differs asks for adjudication."""
    waiting = [one.id for one in rounds.of_case(connection, asked.case) if one.is_open]
    rounds.set_open(connection, waiting if asked.kind == Review.APPEAL else [asked.id], False)
    standing = [one for one in before if not one.withdrawn]
    if asked.kind == Review.SECOND and standing and standing[-1].verdict != made.verdict:
        rounds.ask(connection, asked.case, Review.ADJUDICATION, by=made.moderator, now=now)


def _is_drawn(desk: desks.Identity, held: leases.Leased, rules: Rules) -> bool:
    """Return whether a decision gets a second review: by chance, the likelier the greater the case's risk.

    The desk's random name is in the draw, so that nobody can tell beforehand which decisions are looked at again.
    """
    risk = max(held.harm or 0.0, held.urgency / FULL_URGENCY)
    lot = draw(f"second review {desk.id} {token(held.id, held.lease.token)}", desk.seed)
    return lot < rules.second_review_share(risk)


def _is_blind(viewer: str, made: list[Decision], asked: list[rounds.Round]) -> bool:
    has_second = any(one.is_open and one.kind == Review.SECOND for one in asked)
    return has_second and all(one.moderator != viewer for one in made)


def _check_ruling(connection: Connection, case: int, ruling: Ruling, known: Collection[str]) -> None:
    unknown = [marker for marker in (*ruling.confirmed, *ruling.struck) if marker not in known]
    scored = queue.waiting(connection, [case])[case].markers if unknown else {}
    for marker in unknown:
        if marker not in scored:
            raise UsageError(f'"{marker}" is no known marker; a marker reads family:Name, such as technique:Doubt')
    both = sorted(set(ruling.confirmed) & set(ruling.struck))
    if both:
        raise UsageError(f"{both[0]} cannot be both confirmed and struck")
    if ruling.lang and not (len(ruling.lang) == 2 and ruling.lang.isascii() and ruling.lang.islower()):
        raise UsageError(f'"{ruling.lang}" is no language; write its two letters, such as en')


def _same(earlier: Decision, ruling: Ruling, moderator: str) -> Decision:
    if earlier.moderator == moderator and earlier.verdict == ruling.verdict:
        return earlier
    said = f"{earlier.verdict} by {earlier.moderator}" if earlier.moderator == moderator else f"by {earlier.moderator}"
    raise StaleLease(f"case {earlier.case} was decided under this token already: {said}")
