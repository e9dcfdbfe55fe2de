"""Numbers that are never given twice, and the turn-taking that comes with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from triage.store.schema import counter

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

NAMES = (
    "report",
    "case",
    "print",
    "claim",
    "decision",
    "promotion",
    "audit",
    "round",
    "regrouping",
    "comparison",
    "priority_promotion",
)


def start(connection: Connection) -> None:
    """Set every counter to zero, in a new database."""
    connection.execute(counter.insert(), [{"name": name, "value": 0} for name in NAMES])


def reserve(connection: Connection, name: str, how_many: int = 1) -> int:
    """Return the first of `how_many` fresh numbers.

    The counter's row stays locked until the transaction ends, so that those who number the same thing take turns.
    """
    taken = connection.execute(
        sa.update(counter)
        .where(counter.c.name == name)
        .values(value=counter.c.value + how_many)
        .returning(counter.c.value)
    ).scalar_one()
    return int(taken) - how_many + 1


def given(connection: Connection, name: str) -> int:
    """Return how many numbers have been given so far, without waiting for anyone."""
    return int(connection.execute(sa.select(counter.c.value).where(counter.c.name == name)).scalar_one())


def take_turn(connection: Connection) -> None:
    """Wait for those who change many cases at once, and keep them waiting until this transaction ends."""
    reserve(connection, "case", 0)
