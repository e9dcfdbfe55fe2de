"""What the priority model may know of cases, and what it said of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from triage.domain.report import Report
from triage.domain.score import UNRELIABLE
from triage.store.arrays import among
from triage.store.reports import as_report
from triage.store.schema import case, case_report, case_urgency, report, score, upheld_score

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class Came(NamedTuple):
    """One report of a case, as far as it counts: who by pseudonym, by which channel, when, how good."""

    reporter: str | None
    channel: str
    received_at: datetime
    taken_in_at: datetime
    quality: float


class Scored(NamedTuple):
    """One model's score of a report's content."""

    model: str
    lang: str
    own_voice: Mapping[str, float]
    is_reliable: bool


@dataclass(slots=True, kw_only=True)
class KnownCase:
    """A case with its content, its reports and every score of the content, the newest first."""

    id: int
    report_number: int
    content: Report
    is_erased: bool
    came: list[Came] = field(default_factory=list)
    scores: list[Scored] = field(default_factory=list)


class Said(NamedTuple):
    """What a priority model said of a case."""

    case: int
    probability: float
    warnings: tuple[str, ...]


def known_cases(connection: Connection, ids: Collection[int]) -> dict[int, KnownCase]:
    """Return what the priority model may know of these cases; a merged one has the content that it had."""
    rows = connection.execute(
        sa.select(case.c.id.label("case_id"), report)
        .join(report, report.c.number == case.c.content_report)
        .where(among(connection, case.c.id, ids))
    )
    found = {
        row.case_id: KnownCase(
            id=row.case_id,
            report_number=row.number,
            content=as_report(row),
            is_erased=row.erased_at is not None,
        )
        for row in rows
    }
    _add_reports(connection, found)
    _add_scores(connection, found)
    return found


def content(connection: Connection, numbers: Collection[int]) -> dict[int, tuple[Report, list[Scored]]]:
    """Return the content of reports by number with its scores; an erased one is left out."""
    wanted = sa.select(report).where(among(connection, report.c.number, numbers), report.c.erased_at.is_(None))
    scores = _scores(connection, numbers)
    return {row.number: (as_report(row), scores.get(row.number, [])) for row in connection.execute(wanted)}


def roots(connection: Connection) -> dict[int, int]:
    """Return, for every merged case, the case that it lives on in."""
    merged = sa.select(case.c.id, case.c.merged_into).where(case.c.merged_into.is_not(None))
    into = {row.id: row.merged_into for row in connection.execute(merged)}
    found = {}
    for start in into:
        at, seen = start, {start}
        while at in into and into[at] not in seen:
            at = into[at]
            seen.add(at)
        found[start] = at
    return found


def unsaid(connection: Connection, model: str, ids: Collection[int]) -> set[int]:
    """Return those of these cases of which a priority model has said nothing since their facts changed last."""
    came = (
        sa.select(sa.func.max(report.c.taken_in_at))
        .join(case_report, case_report.c.report_number == report.c.number)
        .where(case_report.c.case_id == upheld_score.c.case_id)
        .scalar_subquery()
    )
    said = sa.select(upheld_score.c.case_id).where(
        upheld_score.c.model == model,
        among(connection, upheld_score.c.case_id, ids),
        sa.or_(came.is_(None), upheld_score.c.scored_at >= came),
    )
    changed = sa.select(case_urgency.c.case_id).where(
        case_urgency.c.is_stale, among(connection, case_urgency.c.case_id, ids)
    )
    return (set(ids) - set(connection.scalars(said))) | set(connection.scalars(changed))


def put(connection: Connection, model: str, said: Sequence[Said], at: datetime) -> None:
    """Keep what a priority model says of cases now, in place of what it said before."""
    ids = [one.case for one in said]
    connection.execute(
        sa.delete(upheld_score).where(upheld_score.c.model == model, among(connection, upheld_score.c.case_id, ids))
    )
    rows = [
        {
            "case_id": one.case,
            "model": model,
            "scored_at": at,
            "probability": one.probability,
            "warnings": list(one.warnings),
        }
        for one in said
    ]
    if rows:
        connection.execute(upheld_score.insert(), rows)


def said_by(connection: Connection, model: str | None, ids: Collection[int]) -> dict[int, Said]:
    """Return what a priority model said of these cases."""
    rows = connection.execute(
        sa.select(upheld_score).where(upheld_score.c.model == model, among(connection, upheld_score.c.case_id, ids))
    )
    return {row.case_id: Said(row.case_id, row.probability, tuple(row.warnings)) for row in rows}


def _add_reports(connection: Connection, found: Mapping[int, KnownCase]) -> None:
    rows = connection.execute(
        sa.select(
            case_report.c.case_id,
            report.c.reporter,
            report.c.channel,
            report.c.received_at,
            report.c.taken_in_at,
            report.c.quality,
        )
        .join(report, report.c.number == case_report.c.report_number)
        .where(among(connection, case_report.c.case_id, found))
        .order_by(report.c.number)
    )
    for row in rows:
        found[row.case_id].came.append(Came(row.reporter, row.channel, row.received_at, row.taken_in_at, row.quality))


def _add_scores(connection: Connection, found: Mapping[int, KnownCase]) -> None:
    scores = _scores(connection, {one.report_number for one in found.values()})
    for one in found.values():
        one.scores = scores.get(one.report_number, [])


def _scores(connection: Connection, numbers: Iterable[int]) -> dict[int, list[Scored]]:
    rows = connection.execute(
        sa.select(score.c.report_number, score.c.model, score.c.lang, score.c.own_voice, score.c.warnings)
        .where(among(connection, score.c.report_number, set(numbers)))
        .order_by(score.c.scored_at.desc(), score.c.model)
    )
    scores: dict[int, list[Scored]] = {}
    for row in rows:
        is_reliable = UNRELIABLE.isdisjoint(row.warnings)
        scores.setdefault(row.report_number, []).append(Scored(row.model, row.lang, row.own_voice, is_reliable))
    return scores
