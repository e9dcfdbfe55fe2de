"""What models were trained on, by number and digest, and how candidates stood beside the active model. Insert-only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from triage.domain.model import Kind
from triage.store.counters import reserve
from triage.store.schema import comparison, snapshot

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class Snapshot(NamedTuple):
    """One training set."""

    id: str
    kind: Kind
    made_at: datetime
    by: str
    body: Mapping[str, Any]


def add(connection: Connection, made: Snapshot) -> bool:
    """Keep a snapshot and return whether it is new: the same training set has the same id."""
    if find(connection, made.id):
        return False
    connection.execute(
        snapshot.insert().values(
            id=made.id, kind=made.kind.value, made_at=made.made_at, by=made.by, body=dict(made.body)
        )
    )
    return True


def find(connection: Connection, ident: str) -> Snapshot | None:
    """Return a snapshot by its id, or None."""
    row = connection.execute(sa.select(snapshot).where(snapshot.c.id == ident)).one_or_none()
    return None if row is None else Snapshot(row.id, Kind(row.kind), row.made_at, row.by, row.body)


def add_comparison(
    connection: Connection, candidate: str, active: str, *, by: str, at: datetime, body: Mapping[str, Any]
) -> None:
    """Put on record how a candidate stood beside the active model; "" where none was active."""
    connection.execute(
        comparison.insert().values(
            number=reserve(connection, "comparison"),
            candidate=candidate,
            active=active,
            at=at,
            by=by,
            body=dict(body),
        )
    )


def newest_comparison(connection: Connection, candidate: str, active: str) -> Mapping[str, Any] | None:
    """Return how a candidate stood beside an active model, by the newest comparison of the two, or None."""
    newest = sa.select(comparison.c.body).where(comparison.c.candidate == candidate, comparison.c.active == active)
    found: Mapping[str, Any] | None = connection.scalar(newest.order_by(comparison.c.number.desc()).limit(1))
    return found
