"""What open cases mean, as vectors, and the pairs of them that seem to mean the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from triage.domain.case import CaseState
from triage.domain.report import Report
from triage.store.arrays import among
from triage.store.reports import as_report
from triage.store.schema import case, case_meaning, likeness, report

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_OPEN = CaseState.OPEN.value


class Unread(NamedTuple):
    """An open case whose content has no vector yet."""

    case: int
    report_number: int
    report: Report


class Likeness(NamedTuple):
    """Two open cases that seem to mean the same, the smaller number first, and the cosine of their contents."""

    case: int
    other: int
    similarity: float


def unread(connection: Connection, embedder: str, *, after: int, limit: int) -> list[Unread]:
    """Return open cases above `after` whose content has no vector of this embedder, by id."""
    same = sa.and_(
        case_meaning.c.case_id == case.c.id,
        case_meaning.c.report_number == case.c.content_report,
        case_meaning.c.embedder == embedder,
    )
    rows = connection.execute(
        sa.select(case.c.id.label("of"), report)
        .join(report, report.c.number == case.c.content_report)
        .outerjoin(case_meaning, same)
        .where(case.c.state == _OPEN, case.c.content_kind > 0, case.c.id > after, case_meaning.c.case_id.is_(None))
        .order_by(case.c.id)
        .limit(limit)
    )
    return [Unread(row.of, row.number, as_report(row)) for row in rows]


def keep(connection: Connection, embedder: str, read: Iterable[tuple[Unread, bytes]]) -> None:
    """Keep the vectors of cases, in place of earlier ones, whose likenesses are then to be found anew."""
    rows: list[dict[str, Any]] = [
        {
            "case_id": one.case,
            "report_number": one.report_number,
            "embedder": embedder,
            "vector": vector,
            "is_compared": not vector,
        }
        for one, vector in read
    ]
    forget(connection, [row["case_id"] for row in rows])
    connection.execute(case_meaning.insert(), rows)


def forget(connection: Connection, cases: Collection[int]) -> None:
    """Drop the vectors of cases, and what was found by them and not dismissed."""
    connection.execute(sa.delete(case_meaning).where(among(connection, case_meaning.c.case_id, cases)))
    either = sa.or_(among(connection, likeness.c.case_id, cases), among(connection, likeness.c.other_id, cases))
    connection.execute(sa.delete(likeness).where(either, likeness.c.dismissed_at.is_(None)))


def vectors(
    connection: Connection, embedder: str, *, block: int, only_new: bool = False, cases: Collection[int] | None = None
) -> Iterator[tuple[list[int], bytes]]:
    """Yield the open cases and their vectors one after another, in blocks: all, or those that were never compared."""
    wanted = [case_meaning.c.embedder == embedder, sa.func.length(case_meaning.c.vector) > 0]
    wanted += [case_meaning.c.is_compared.is_(False)] if only_new else []
    wanted += [among(connection, case_meaning.c.case_id, cases)] if cases is not None else []
    chosen = sa.select(case_meaning.c.case_id, case_meaning.c.vector).join(case).where(case.c.state == _OPEN, *wanted)
    after = 0
    while rows := connection.execute(
        chosen.where(case_meaning.c.case_id > after).order_by(case_meaning.c.case_id).limit(block)
    ).all():
        after = rows[-1].case_id
        yield [row.case_id for row in rows], b"".join(row.vector for row in rows)


def add(connection: Connection, found: Collection[Likeness], compared: Collection[int], at: datetime) -> None:
    """Keep pairs, those that are known or were dismissed as they are, and note which cases have been compared."""
    known = {
        (row.case_id, row.other_id)
        for row in connection.execute(
            sa.select(likeness.c.case_id, likeness.c.other_id).where(
                among(connection, likeness.c.case_id, {one.case for one in found})
            )
        )
    }
    rows = [
        {"case_id": one.case, "other_id": one.other, "similarity": one.similarity, "found_at": at}
        for one in found
        if (one.case, one.other) not in known
    ]
    if rows:
        connection.execute(likeness.insert(), rows)
    these = among(connection, case_meaning.c.case_id, compared)
    connection.execute(sa.update(case_meaning).where(these).values(is_compared=True))


def alike(connection: Connection, *, limit: int | None = None, of: int | None = None) -> list[Likeness]:
    """Return pairs of open cases that nobody has dismissed, likest first: all, or those of one case."""
    first, other = case.alias(), case.alias()
    chosen = (
        sa.select(likeness.c.case_id, likeness.c.other_id, likeness.c.similarity)
        .join(first, first.c.id == likeness.c.case_id)
        .join(other, other.c.id == likeness.c.other_id)
        .where(likeness.c.dismissed_at.is_(None), first.c.state == _OPEN, other.c.state == _OPEN)
        .order_by(likeness.c.similarity.desc(), likeness.c.case_id, likeness.c.other_id)
    )
    if of is not None:
        chosen = chosen.where(sa.or_(likeness.c.case_id == of, likeness.c.other_id == of))
    return [Likeness(*row) for row in connection.execute(chosen.limit(limit))]


def dismiss(connection: Connection, one: int, other: int, *, by: str, at: datetime) -> bool:
    """Say that two cases do not mean the same; return whether they were suggested and not dismissed before."""
    pair = sa.and_(likeness.c.case_id == min(one, other), likeness.c.other_id == max(one, other))
    done = sa.update(likeness).where(pair, likeness.c.dismissed_at.is_(None)).values(dismissed_at=at, dismissed_by=by)
    return connection.execute(done).rowcount == 1
