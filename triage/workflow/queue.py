"""The queue: rank what has changed, read the stored order, say why a case stands where it does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from triage.domain.score import Warn
from triage.errors import NotFound
from triage.rank.order import interleave
from triage.rank.urgency import total, urgency
from triage.store import cases, queue, reports
from triage.store.counters import take_turn
from triage.workflow.entry import Entry, content_of
from triage.workflow.score_cases import score_cases

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from triage.domain.case import CaseFacts
    from triage.rank.policy import Policy
    from triage.workflow.database import Desk
    from triage.workflow.score_cases import Scorer

_BATCH_CASES = 500


def refresh(
    desk: Desk, policy: Policy, model: Scorer | None, *, now: datetime, only_changed: bool
) -> Iterator[tuple[int, int]]:
    """Score what `model` has not scored, then rank; yield how many cases were scored and ranked so far."""
    scored = ranked = 0
    for scored in score_cases(desk, model, now=now) if model else ():
        yield scored, ranked
    for ranked in rank_cases(desk, policy, model=model.id if model else None, now=now, only_changed=only_changed):
        yield scored, ranked


def rank_cases(desk: Desk, policy: Policy, *, model: str | None, now: datetime, only_changed: bool) -> Iterator[int]:
    """Write the urgency of open cases, all or those whose facts have changed, and yield how many so far."""
    after = done = 0
    while True:
        with desk.writing() as connection:
            take_turn(connection)
            ids = queue.to_rank(connection, after=after, limit=_BATCH_CASES, only_stale=only_changed)
            known = cases.facts(connection, ids, model)
            queue.set_urgency(connection, [_rank(one, policy, now) for one in known], model=model, at=now)
        if not ids:
            return
        after = ids[-1]
        done += len(ids)
        yield done


def read_queue(desk: Desk, policy: Policy, *, top: int, now: datetime) -> list[Entry]:
    """Return the first `top` places of the review order, from the stored urgencies; cases put off are left out."""
    with desk.reading() as connection:
        by_urgency = queue.most_urgent(connection, top, now)
        drawn = queue.lucky(connection, top, now, 1 / policy.drawn_every)
        order = interleave([str(one) for one in by_urgency], [str(one) for one in drawn], policy.drawn_every)
        known = queue.waiting(connection, [int(case) for case, _ in order])
    return [_entry(known[int(case)], rank, is_drawn, now) for rank, (case, is_drawn) in enumerate(order, start=1)]


def why(desk: Desk, case: str, *, now: datetime) -> tuple[Entry, str]:
    """Return one case with the parts of its urgency, and the content that its evidence points into.

    `rank` is its place by urgency alone. Raises `NotFound`.
    """
    with desk.reading() as connection:
        waiting = find(connection, case)
        return _entry(waiting, queue.place_of(connection, waiting), False, now), content_of(
            reports.numbered(connection, waiting.content_report)
        )


def find(connection: Connection, case: str) -> queue.Waiting:
    """Return what the desk shows of a case, or raise `NotFound`."""
    found = queue.waiting(connection, [int(case)]) if case.isascii() and case.isdigit() and len(case) < 19 else {}
    if not found:
        raise NotFound(f'there is no case "{case}"; see the open ones with: triage queue')
    return next(iter(found.values()))


def _rank(facts: CaseFacts, policy: Policy, now: datetime) -> queue.Urgency:
    parts = urgency(facts, policy, now)
    return queue.Urgency(int(facts.id), total(parts), parts, facts.reports, facts.reporters, facts.opened_at)


def _entry(waiting: queue.Waiting, rank: int, drawn: bool, now: datetime) -> Entry:
    return Entry(
        id=str(waiting.id),
        rank=rank,
        urgency=waiting.urgency,
        parts=waiting.parts,
        drawn=drawn,
        reports=waiting.reports,
        reporters=waiting.reporters,
        lang=waiting.lang,
        markers=waiting.markers,
        own_voice=waiting.own_voice,
        found=waiting.found,
        evidence=waiting.evidence,
        warnings=waiting.warnings if waiting.content_kind else (Warn.NO_TEXT, *waiting.warnings),
        model=waiting.model,
        state=waiting.state,
        holder=waiting.holder if waiting.free_at > now else None,
        opened_at=waiting.opened_at,
        ranked_at=waiting.ranked_at,
        excerpt=waiting.excerpt,
    )
