"""Cases: which reports they gather, by what they are found again, and the facts that ranking may know."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from triage.domain.case import CaseFacts, CaseState
from triage.domain.score import UNRELIABLE
from triage.store.arrays import among, insert_pairs
from triage.store.schema import case, case_key, case_report, case_urgency, report, score, text_band, text_print

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

NEVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
"""The `free_at` of a case that nobody has held."""


class NewCase(NamedTuple):
    """A case at the moment when its first report comes in."""

    id: int
    report_number: int
    content_kind: int
    opened_at: datetime
    lot: float


class Joining(NamedTuple):
    """Which case a report joins and what brought it there."""

    report_number: int
    case: int
    joined_by: str


class NewPrint(NamedTuple):
    """A fingerprint to keep: the case it leads to, the signature that proves a near-copy, the bands that find it."""

    id: int
    case: int
    signature: bytes
    bands: tuple[int, ...]


def by_keys(connection: Connection, keys: Collection[str]) -> dict[str, int]:
    """Return the cases that exact keys lead to."""
    rows = connection.execute(
        sa.select(case_key.c.key, case_key.c.case_id).where(among(connection, case_key.c.key, keys))
    )
    return {row.key: row.case_id for row in rows}


def by_bands(connection: Connection, bands: Collection[int]) -> dict[int, list[int]]:
    """Return, for each band, the ids of the prints that share it."""
    found: dict[int, list[int]] = {}
    rows = connection.execute(
        sa.select(text_band.c.band, text_band.c.print_id).where(among(connection, text_band.c.band, bands))
    )
    for band, print_id in rows:
        found.setdefault(band, []).append(print_id)
    return found


def prints(connection: Connection, ids: Collection[int]) -> dict[int, tuple[int, bytes]]:
    """Return the case and the signature of each of these prints."""
    rows = connection.execute(sa.select(text_print).where(among(connection, text_print.c.id, ids)))
    return {row.id: (row.case_id, row.signature) for row in rows}


def content_kinds(connection: Connection, ids: Collection[int]) -> dict[int, int]:
    """Return what the content of these cases is so far: 2 text, 1 title alone, 0 neither."""
    rows = connection.execute(sa.select(case.c.id, case.c.content_kind).where(among(connection, case.c.id, ids)))
    return {row.id: row.content_kind for row in rows}


def add(connection: Connection, new: Sequence[NewCase]) -> None:
    """Open cases, to be ranked."""
    if not new:
        return
    opened = [
        {
            "id": one.id,
            "state": CaseState.OPEN.value,
            "first_report": one.report_number,
            "content_report": one.report_number,
            "content_kind": one.content_kind,
        }
        for one in new
    ]
    connection.execute(case.insert(), opened)
    unranked = {"is_open": True, "is_stale": True, "urgency": 0.0, "parts": {}, "reports": 0, "reporters": 0}
    unheld = {"token": 0, "free_at": NEVER}
    connection.execute(
        case_urgency.insert(),
        [{"case_id": one.id, "opened_at": one.opened_at, "lot": one.lot, **unranked, **unheld} for one in new],
    )


def join(connection: Connection, joinings: Sequence[Joining]) -> None:
    """Put reports into their cases, which are then to be ranked again."""
    if not joinings:
        return
    connection.execute(
        case_report.insert(),
        [{"report_number": one.report_number, "case_id": one.case, "joined_by": one.joined_by} for one in joinings],
    )
    touched = {one.case for one in joinings}
    connection.execute(
        sa.update(case_urgency).where(among(connection, case_urgency.c.case_id, touched)).values(is_stale=True)
    )


def set_content(connection: Connection, contents: Iterable[tuple[int, int, int]]) -> None:
    """Say which report holds the content of a case: (case, report number, kind) each."""
    rows = [{"of": of, "number": number, "kind": kind} for of, number, kind in contents]
    if rows:
        connection.execute(
            sa.update(case)
            .where(case.c.id == sa.bindparam("of"))
            .values(content_report=sa.bindparam("number"), content_kind=sa.bindparam("kind")),
            rows,
        )


def add_keys(connection: Connection, keys: dict[str, int]) -> None:
    """Add exact keys that lead to cases."""
    if keys:
        connection.execute(case_key.insert(), [{"key": key, "case_id": to} for key, to in keys.items()])


def add_prints(connection: Connection, new: Sequence[NewPrint]) -> None:
    """Keep prints, and each of their bands once."""
    if new:
        connection.execute(
            text_print.insert(), [{"id": one.id, "case_id": one.case, "signature": one.signature} for one in new]
        )
        insert_pairs(connection, text_band, sorted((band, one.id) for one in new for band in set(one.bands)))


def keys_to(connection: Connection, of: int) -> set[str]:
    """Return the exact keys that lead to a case."""
    return set(connection.scalars(sa.select(case_key.c.key).where(case_key.c.case_id == of)))


def prints_to(connection: Connection, of: int) -> dict[bytes, int]:
    """Return the prints that lead to a case, by signature."""
    rows = connection.execute(sa.select(text_print).where(text_print.c.case_id == of))
    return {row.signature: row.id for row in rows}


def lead_keys(connection: Connection, keys: Collection[str], to: int | None) -> None:
    """Let exact keys lead to another case, or nowhere."""
    chosen = among(connection, case_key.c.key, keys)
    if to is None:
        connection.execute(sa.delete(case_key).where(chosen))
    else:
        connection.execute(sa.update(case_key).where(chosen).values(case_id=to))


def lead_prints(connection: Connection, ids: Collection[int], to: int | None) -> None:
    """Let prints lead to another case, or nowhere."""
    if to is None:
        connection.execute(sa.delete(text_band).where(among(connection, text_band.c.print_id, ids)))
        connection.execute(sa.delete(text_print).where(among(connection, text_print.c.id, ids)))
    else:
        connection.execute(sa.update(text_print).where(among(connection, text_print.c.id, ids)).values(case_id=to))


def move(connection: Connection, numbers: Collection[int], to: int) -> None:
    """Put reports into another case, which is then to be ranked again."""
    moved = among(connection, case_report.c.report_number, numbers)
    connection.execute(sa.update(case_report).where(moved).values(case_id=to))
    mark_stale(connection, to)


def mark_stale(connection: Connection, of: int) -> None:
    """Say that the facts of a case have changed; it is then to be ranked again."""
    connection.execute(sa.update(case_urgency).where(case_urgency.c.case_id == of).values(is_stale=True))


def set_first(connection: Connection, of: int, number: int) -> None:
    """Say which report of a case came first."""
    connection.execute(sa.update(case).where(case.c.id == of).values(first_report=number))


def set_answers(connection: Connection, of: int, answers: Mapping[str, str], harm: float) -> None:
    """Keep the answers to the harm checklist and the harm, 0 to 1, that they give; the case is to be ranked again."""
    connection.execute(sa.update(case).where(case.c.id == of).values(answers=dict(answers), harm=harm))
    mark_stale(connection, of)


def facts(connection: Connection, ids: Sequence[int], model: str | None) -> list[CaseFacts]:
    """Return what ranking may know about each of these cases, with the score of `model` where there is one."""
    counted = (
        sa.select(
            case_report.c.case_id,
            sa.func.count().label("reports"),
            sa.func.count(sa.distinct(sa.func.coalesce(report.c.reporter, ""))).label("reporters"),
            sa.func.min(report.c.received_at).label("opened_at"),
            sa.func.max(report.c.quality).label("quality"),
        )
        .join(report, report.c.number == case_report.c.report_number)
        .where(among(connection, case_report.c.case_id, ids))
        .group_by(case_report.c.case_id)
        .subquery()
    )
    content = report.alias("content")
    rows = connection.execute(
        sa.select(
            case.c.id,
            case.c.harm,
            case.c.answers,
            counted,
            content.c.lang.label("said_lang"),
            score.c.lang.label("lang"),
            score.c.own_voice,
            score.c.found,
            score.c.warnings,
        )
        .join(counted, counted.c.case_id == case.c.id)
        .join(content, content.c.number == case.c.content_report)
        .outerjoin(score, sa.and_(score.c.report_number == case.c.content_report, score.c.model == model))
    )
    return [
        CaseFacts(
            id=str(row.id),
            opened_at=row.opened_at,
            reports=row.reports,
            reporters=row.reporters,
            lang=row.lang or row.said_lang,
            harm=row.harm,
            answers=row.answers,
            own_voice=row.own_voice or {},
            found=tuple(row.found or ()),
            is_reliable=row.own_voice is not None and UNRELIABLE.isdisjoint(row.warnings),
            report_quality=row.quality,
        )
        for row in rows
    ]
