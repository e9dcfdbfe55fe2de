"""The queue: rank what has changed, read the stored order, say why a case stands where it does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from triage.errors import NotFound
from triage.rank.order import interleave
from triage.rank.urgency import details, total, urgency
from triage.store import queue, reports
from triage.store.counters import take_turn
from triage.workflow.entry import Entry, content_of, warnings_of
from triage.workflow.facts import CaseReader
from triage.workflow.score_cases import score_cases
from triage.workflow.upheld import behind, with_upheld

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from triage.domain.case import CaseFacts
    from triage.learn.upheld import UpheldModel
    from triage.rank.policy import Policy
    from triage.workflow.database import Desk
    from triage.workflow.score_cases import Scorer

_BATCH_CASES = 500


def refresh(
    desk: Desk,
    policy: Policy,
    model: Scorer | None,
    *,
    now: datetime,
    only_changed: bool,
    priority: UpheldModel | None = None,
) -> Iterator[tuple[int, int]]:
    """Score what `model` has not scored, then rank; yield how many cases were scored and ranked so far."""
    scored = ranked = 0
    for scored in score_cases(desk, model, now=now) if model else ():
        yield scored, ranked
    name = model.id if model else None
    for ranked in rank_cases(desk, policy, model=name, now=now, only_changed=only_changed, priority=priority):
        yield scored, ranked


def rank_cases(
    desk: Desk,
    policy: Policy,
    *,
    model: str | None,
    now: datetime,
    only_changed: bool,
    priority: UpheldModel | None = None,
) -> Iterator[int]:
    """Write the urgency of open cases, all or those whose facts have changed, and yield how many so far."""
    after = done = 0
    reader = CaseReader(policy, model)
    while True:
        with desk.writing() as connection:
            take_turn(connection)
            ids = queue.to_rank(connection, after=after, limit=_BATCH_CASES, only_stale=only_changed)
            known = reader.facts(connection, ids)
            if priority and known:
                known = with_upheld(connection, known, priority, now)
            ranked = [_rank(one, policy, now, priority) for one in known]
            queue.set_urgency(connection, ranked, model=model, at=now)
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
    number = case_number(case)
    found = queue.waiting(connection, [number])
    if not found:
        raise no_case(case)
    return found[number]


def case_number(case: str) -> int:
    """Return the number that a case is written with, or raise `NotFound` for what can be none."""
    if not (case.isascii() and case.isdigit() and len(case) < 19):
        raise no_case(case)
    return int(case)


def no_case(case: str) -> NotFound:
    """Return the error for a case that does not exist."""
    return NotFound(f'there is no case "{case}"; see the open ones with: triage queue')


def _rank(facts: CaseFacts, policy: Policy, now: datetime, priority: UpheldModel | None) -> queue.Urgency:
    parts = urgency(facts, policy, now)
    said = details(facts, policy, parts) | behind(facts, priority)
    return queue.Urgency(int(facts.id), total(parts), parts, facts.reports, facts.reporters, facts.opened_at, said)


def _entry(waiting: queue.Waiting, rank: int, drawn: bool, now: datetime) -> Entry:
    return Entry(
        id=str(waiting.id),
        rank=rank,
        urgency=waiting.urgency,
        parts=waiting.parts,
        details=waiting.details,
        drawn=drawn,
        reports=waiting.reports,
        reporters=waiting.reporters,
        lang=waiting.lang,
        markers=waiting.markers,
        own_voice=waiting.own_voice,
        found=waiting.found,
        evidence=waiting.evidence,
        warnings=warnings_of(waiting.content_kind, waiting.warnings, waiting.details),
        model=waiting.model,
        state=waiting.state,
        holder=waiting.holder if waiting.free_at > now else None,
        opened_at=waiting.opened_at,
        ranked_at=waiting.ranked_at,
        excerpt=waiting.excerpt,
    )
