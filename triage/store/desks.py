"""What a desk knows of itself: who it is, its seed, and which pseudonym key it was made with."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from triage.domain.case import CaseState
from triage.store import counters
from triage.store.schema import case, case_report, case_urgency, decision, desk, report

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
    """Return what does not add up: each report is in one case, each case in the queue's table, open ones as open."""
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
            case.c.state == CaseState.DECIDED.value, ~sa.exists().where(decision.c.case_id == case.c.id)
        ),
    }
    counted = {
        line: connection.execute(sa.select(sa.func.count()).select_from(wrong.subquery())).scalar_one()
        for line, wrong in checks.items()
    }
    return [line.format(count) for line, count in counted.items() if count]
