"""What a desk knows of itself: who it is, its seed, and which pseudonym key it was made with."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from triage.domain.case import CaseState
from triage.store import counters
from triage.store.schema import (
    case,
    case_key,
    case_report,
    case_urgency,
    decision,
    desk,
    report,
    review_round,
    text_print,
    withdrawal,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class Identity(NamedTuple):
    """One desk."""

    id: str
    created_at: datetime
    seed: int
    key_digest: str


def add(connection: Connection, identity: Identity) -> None:
    """Write who this desk is, into a new database."""
    connection.execute(desk.insert().values(identity._asdict()))
    counters.start(connection)


def read(connection: Connection) -> Identity:
    """Return who this desk is."""
    return Identity(*connection.execute(sa.select(desk)).one())


def miscounts(connection: Connection) -> list[str]:
    """Return what does not add up.

    Each report is in one case, each case in the queue's table, open ones as open; a merged case has nothing left and
    leads to one that has; a decided one has a decision that stands; only what is decided or escalated is reviewed.
    """
    gone = case.c.state.in_([CaseState.MERGED.value, CaseState.ERASED.value])
    stands = sa.exists().where(decision.c.case_id == case.c.id, ~_withdrawn())
    has_reports = sa.exists().where(case_report.c.case_id == case.c.id)
    into = case.alias("into")
    checks = {
        "{} reports are in no case": sa.select(report.c.number)
        .outerjoin(case_report, case_report.c.report_number == report.c.number)
        .where(case_report.c.case_id.is_(None)),
        "{} cases have no row in the queue's table": sa.select(case.c.id)
        .outerjoin(case_urgency, case_urgency.c.case_id == case.c.id)
        .where(case_urgency.c.case_id.is_(None)),
        "{} cases are open in one table and closed in another": sa.select(case.c.id)
        .join(case_urgency, case_urgency.c.case_id == case.c.id)
        .where((case.c.state == CaseState.OPEN.value) != case_urgency.c.is_open),
        "{} decided cases have no decision": sa.select(case.c.id).where(
            case.c.state == CaseState.DECIDED.value, ~stands
        ),
        "{} open cases have a decision that stands": sa.select(case.c.id).where(
            case.c.state == CaseState.OPEN.value, stands
        ),
        "{} cases have no reports": sa.select(case.c.id).where(case.c.state != CaseState.MERGED.value, ~has_reports),
        "{} merged cases have reports": sa.select(case.c.id).where(case.c.state == CaseState.MERGED.value, has_reports),
        "{} merged cases lead nowhere": sa.select(case.c.id)
        .outerjoin(into, into.c.id == case.c.merged_into)
        .where(case.c.state == CaseState.MERGED.value, into.c.id.is_(None)),
        "{} keys lead to a case that is gone": sa.select(case_key.c.key).join(case).where(gone),
        "{} fingerprints lead to a case that is gone": sa.select(text_print.c.id).join(case).where(gone),
        "{} cases show the content of another case's report": sa.select(case.c.id)
        .join(case_report, case_report.c.report_number == case.c.content_report)
        .where(case.c.state != CaseState.MERGED.value, case_report.c.case_id != case.c.id),
        "{} rounds of review wait for a case that is open or gone": sa.select(review_round.c.id)
        .join(case)
        .where(review_round.c.is_open, sa.or_(gone, case.c.state == CaseState.OPEN.value)),
    }
    counted = {
        line: connection.execute(sa.select(sa.func.count()).select_from(wrong.subquery())).scalar_one()
        for line, wrong in checks.items()
    }
    return [line.format(count) for line, count in counted.items() if count]


def _withdrawn() -> sa.ColumnElement[bool]:
    return sa.exists().where(withdrawal.c.decision_id == decision.c.id)
