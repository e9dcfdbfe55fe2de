"""Scores: what a model said of a report's content, insert-only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from triage.domain.case import CaseState
from triage.domain.report import Report
from triage.domain.score import Evidence, TextScore, Voice
from triage.store.reports import as_report
from triage.store.schema import case, case_urgency, report, score

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class Unscored(NamedTuple):
    """An open case whose content a model has not scored."""

    case: int
    report_number: int
    report: Report


def unscored(connection: Connection, model: str, *, after: int, limit: int) -> list[Unscored]:
    """Return open cases with an id above `after` that have content but no score of `model`, by id."""
    rows = connection.execute(
        sa.select(case.c.id.label("case_id"), report)
        .join(report, report.c.number == case.c.content_report)
        .outerjoin(score, sa.and_(score.c.report_number == report.c.number, score.c.model == model))
        .where(
            case.c.state == CaseState.OPEN.value, case.c.id > after, case.c.content_kind > 0, score.c.model.is_(None)
        )
        .order_by(case.c.id)
        .limit(limit)
    )
    return [Unscored(row.case_id, row.number, as_report(row)) for row in rows]


def add(connection: Connection, scored: Sequence[tuple[Unscored, TextScore]], at: datetime) -> None:
    """Add scores; one that another command has added meanwhile stands. Their cases are then to be ranked again."""
    known = {
        row.report_number
        for row in connection.execute(
            sa.select(score.c.report_number).where(
                score.c.report_number.in_([one.report_number for one, _ in scored]),
                score.c.model.in_({said.model for _, said in scored}),
            )
        )
    }
    new = [(one, said) for one, said in scored if one.report_number not in known]
    if not new:
        return
    connection.execute(
        score.insert(),
        [
            {
                "report_number": one.report_number,
                "model": said.model,
                "scored_at": at,
                "lang": said.lang,
                "markers": dict(said.markers),
                "found": list(said.found),
                "own_voice": dict(said.own_voice),
                "evidence": list(said.evidence),
                "evidence_other": {marker: dict(other) for marker, other in said.evidence_other.items()},
                "warnings": list(said.warnings),
            }
            for one, said in new
        ],
    )
    cases = [one.case for one, _ in new]
    connection.execute(sa.update(case_urgency).where(case_urgency.c.case_id.in_(cases)).values(is_stale=True))


def of_report(connection: Connection, report_number: int) -> list[TextScore]:
    """Return every model's score of one report's content, newest first."""
    rows = connection.execute(
        sa.select(score).where(score.c.report_number == report_number).order_by(score.c.scored_at.desc(), score.c.model)
    )
    return [
        TextScore(
            model=row.model,
            lang=row.lang,
            markers=row.markers,
            found=tuple(row.found),
            own_voice=row.own_voice,
            evidence=evidence(row.evidence),
            evidence_other=row.evidence_other,
            warnings=tuple(row.warnings),
        )
        for row in rows
    ]


def evidence(stored: Iterable[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    """Return stored evidence as the domain knows it."""
    return tuple(
        Evidence(
            marker=one["marker"], start=one["start"], end=one["end"], share=one["share"], voice=Voice(one["voice"])
        )
        for one in stored
    )
