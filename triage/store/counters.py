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

_RESERVE = (
    sa.update(counter)
    .where(counter.c.name == sa.bindparam("of"))
    .values(value=counter.c.value + sa.bindparam("how_many", type_=sa.Integer()))
    .returning(counter.c.value)
)
_NEXT = {name: sa.select(sa.func.nextval(f"{name}_number")) for name in ("claim", "decision")}
_GIVEN = sa.select(counter.c.value).where(counter.c.name == sa.bindparam("of"))


def start(connection: Connection) -> None:
    """Set every counter to zero, in a new database."""
    counted = [name for name in NAMES if not _has_sequence(connection, name)]
    connection.execute(counter.insert(), [{"name": name, "value": 0} for name in counted])


def reserve(connection: Connection, name: str, how_many: int = 1) -> int:
    """Return the first of `how_many` fresh numbers.

    The counter's row stays locked until the transaction ends, so that those who number the same thing take turns. On
    PostgreSQL claims and decisions are numbered by sequences, one at a time, which nobody waits for: a number whose
    transaction came to nothing is missing there.
    """
    if _has_sequence(connection, name):
        return int(connection.execute(_NEXT[name]).scalar_one())
    taken = connection.execute(_RESERVE, {"of": name, "how_many": how_many}).scalar_one()
    return int(taken) - how_many + 1


def given(connection: Connection, name: str) -> int:
    """Return how many numbers have been given so far, without waiting for anyone."""
    return int(connection.execute(_GIVEN, {"of": name}).scalar_one())


def take_turn(connection: Connection) -> None:
    """Wait for those who change many cases at once, and keep them waiting until this transaction ends."""
    reserve(connection, "case", 0)


def _has_sequence(connection: Connection, name: str) -> bool:
    return name in _NEXT and connection.dialect.name == "postgresql"
