"""Which marker model and which priority model are active, and every act that made them so. Insert-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from triage.domain.model import Kind, Promotion
from triage.store.counters import reserve
from triage.store.schema import priority_promotion, promotion

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class Promotions:
    """The promotions of one desk's models of one kind, within the caller's transaction."""

    def __init__(self, connection: Connection, kind: Kind = Kind.MARKERS) -> None:
        self._connection = connection
        self._table = promotion if kind is Kind.MARKERS else priority_promotion

    def active(self) -> str | None:
        """Return the id of the active model, or None while there is none."""
        newest = sa.select(self._table.c.model).order_by(self._table.c.id.desc()).limit(1)
        return self._connection.scalar(newest)

    def history(self) -> list[Promotion]:
        """Return every promotion, oldest first."""
        rows = self._connection.execute(sa.select(self._table).order_by(self._table.c.id))
        return [
            Promotion(model=row.model, replaced=row.replaced, at=row.at, by=row.by, reason=row.reason, act=row.act)
            for row in rows
        ]

    def append(self, made: Promotion) -> None:
        """Add a promotion; its model is active from then on."""
        self._connection.execute(
            self._table.insert().values(
                id=reserve(self._connection, self._table.name),
                model=made.model,
                replaced=made.replaced,
                at=made.at,
                by=made.by,
                reason=made.reason,
                act=made.act,
            )
        )
