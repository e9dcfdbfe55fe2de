"""The queue: open cases by stored urgency, read through an index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from triage.domain.score import Evidence
from triage.store.schema import case, case_urgency, report, score
from triage.store.scores import evidence

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class Urgency(NamedTuple):
    """The result of ranking one case."""

    case: int
    urgency: float
    parts: Mapping[str, float]
    reports: int
    reporters: int
    opened_at: datetime
    details: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A case as the queue shows it. `excerpt` is the beginning of its title, text or claim."""

    id: int
    state: str
    urgency: float
    parts: Mapping[str, float]
    details: Mapping[str, Any]
    reports: int
    reporters: int
    opened_at: datetime
    ranked_at: datetime | None
    holder: str | None
    free_at: datetime
    merged_into: int | None
    harm: float | None
    answers: Mapping[str, str] | None
    content_report: int
    content_kind: int
    excerpt: str
    lang: str
    model: str | None
    markers: Mapping[str, float]
    found: tuple[str, ...]
    own_voice: Mapping[str, float]
    evidence: tuple[Evidence, ...]
    warnings: tuple[str, ...]


_EXCERPT = 200

BY_URGENCY = (case_urgency.c.urgency.desc(), case_urgency.c.case_id)
BY_LOT = (case_urgency.c.lot, case_urgency.c.case_id)


def to_rank(connection: Connection, *, after: int, limit: int, only_stale: bool) -> list[int]:
    """Return the ids above `after` of cases to rank, by id: those whose facts have changed, or all that are open."""
    wanted = case_urgency.c.is_stale.is_(True) if only_stale else case_urgency.c.is_open.is_(True)
    return list(
        connection.scalars(
            sa.select(case_urgency.c.case_id)
            .where(wanted, case_urgency.c.case_id > after)
            .order_by(case_urgency.c.case_id)
            .limit(limit)
        )
    )


def set_urgency(connection: Connection, ranked: Sequence[Urgency], *, model: str | None, at: datetime) -> None:
    """Write the urgency of cases."""
    if ranked:
        connection.execute(
            sa.update(case_urgency)
            .where(case_urgency.c.case_id == sa.bindparam("of"))
            .values(is_stale=False, model=model, ranked_at=at),
            [
                {
                    "of": one.case,
                    "urgency": one.urgency,
                    "parts": dict(one.parts),
                    "details": dict(one.details),
                    "reports": one.reports,
                    "reporters": one.reporters,
                    "opened_at": one.opened_at,
                }
                for one in ranked
            ],
        )


def most_urgent(connection: Connection, limit: int, now: datetime) -> list[int]:
    """Return the open cases with the highest urgency, those put off until later left out."""
    return list(connection.scalars(_in_queue(now).order_by(*BY_URGENCY).limit(limit)))


def lucky(connection: Connection, limit: int, now: datetime, below: float) -> list[int]:
    """Return the open cases whose lot is below `below`, lowest first."""
    return list(connection.scalars(_in_queue(now).where(case_urgency.c.lot < below).order_by(*BY_LOT).limit(limit)))


def open_cases(connection: Connection) -> int:
    """Return how many cases are open."""
    counted = sa.select(sa.func.count()).select_from(case_urgency).where(case_urgency.c.is_open.is_(True))
    return int(connection.execute(counted).scalar_one())


def place_of(connection: Connection, waiting: Waiting) -> int:
    """Return the place of a case by urgency alone."""
    before = sa.or_(
        case_urgency.c.urgency > waiting.urgency,
        sa.and_(case_urgency.c.urgency == waiting.urgency, case_urgency.c.case_id < waiting.id),
    )
    counted = sa.select(sa.func.count()).select_from(case_urgency).where(case_urgency.c.is_open.is_(True), before)
    return int(connection.execute(counted).scalar_one()) + 1


def waiting(connection: Connection, ids: Iterable[int]) -> dict[int, Waiting]:
    """Return what the queue shows of these cases."""
    rows = connection.execute(
        sa.select(
            case.c.id,
            case.c.state,
            case.c.content_report,
            case.c.content_kind,
            case.c.merged_into,
            case.c.harm,
            case.c.answers,
            case_urgency,
            report.c.lang.label("said_lang"),
            sa.func.substr(report.c.title, 1, _EXCERPT).label("title"),
            sa.func.substr(report.c.text, 1, _EXCERPT).label("text"),
            sa.func.substr(report.c.claim, 1, _EXCERPT).label("claim"),
            report.c.url,
            report.c.subject,
            score.c.lang,
            score.c.markers,
            score.c.found,
            score.c.own_voice,
            score.c.evidence,
            score.c.warnings,
            report.c.warnings.label("report_warnings"),
        )
        .join(case_urgency, case_urgency.c.case_id == case.c.id)
        .join(report, report.c.number == case.c.content_report)
        .outerjoin(score, sa.and_(score.c.report_number == report.c.number, score.c.model == case_urgency.c.model))
        .where(case.c.id.in_(list(ids)))
    )
    return {row.id: _waiting(row) for row in rows}


def _in_queue(now: datetime) -> sa.Select[tuple[int]]:
    not_put_off = sa.or_(case_urgency.c.free_at <= now, case_urgency.c.holder.is_not(None))
    return sa.select(case_urgency.c.case_id).where(case_urgency.c.is_open.is_(True), not_put_off)


def _waiting(row: sa.Row[Any]) -> Waiting:
    return Waiting(
        id=row.id,
        state=row.state,
        urgency=row.urgency,
        parts=row.parts,
        details=row.details,
        reports=row.reports,
        reporters=row.reporters,
        opened_at=row.opened_at,
        ranked_at=row.ranked_at,
        holder=row.holder,
        free_at=row.free_at,
        merged_into=row.merged_into,
        harm=row.harm,
        answers=row.answers,
        content_report=row.content_report,
        content_kind=row.content_kind,
        excerpt=row.title or row.text or row.claim or row.url or row.subject,
        lang=row.lang or row.said_lang,
        model=row.model if row.markers is not None else None,
        markers=row.markers or {},
        found=tuple(row.found or ()),
        own_voice=row.own_voice or {},
        evidence=evidence(row.evidence or ()),
        warnings=tuple(dict.fromkeys([*(row.warnings or ()), *row.report_warnings])),
    )
