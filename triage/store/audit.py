"""The chain of acts: each link holds the digest of the one before it; none can be edited, swapped or dropped unseen.

A link's body is hashed with a salt of its own and lies in a table beside it: it can be erased and the chain holds.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

from triage.store.counters import reserve
from triage.store.schema import audit, audit_body

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

START = "0" * 64


def append(connection: Connection, *, at: datetime, by: str, act: str, body: Mapping[str, object]) -> str:
    """Add one act to the chain and return the chain's new head."""
    number = reserve(connection, "audit")
    previous = head(connection)
    salt = secrets.token_hex(16)
    written = orjson.dumps({"by": by, **body}, option=orjson.OPT_SORT_KEYS).decode()
    link = {
        "number": number,
        "at": at.astimezone(UTC).isoformat(),
        "act": act,
        "body_digest": _digest(salt, written),
        "previous": previous,
    }
    digest = _digest(*(str(value) for value in link.values()))
    connection.execute(audit.insert().values(**link, digest=digest))
    connection.execute(audit_body.insert().values(number=number, salt=salt, body=written))
    return digest


def head(connection: Connection) -> str:
    """Return the digest of the newest link."""
    newest = connection.scalar(sa.select(audit.c.digest).order_by(audit.c.number.desc()).limit(1))
    return START if newest is None else str(newest)


def faults(connection: Connection) -> Iterator[str]:
    """Yield one line for each link that was edited, is missing or does not follow from the one before it."""
    previous, expected = START, 1
    links = sa.select(audit, audit_body.c.salt, audit_body.c.body).outerjoin(audit_body).order_by(audit.c.number)
    for row in connection.execute(links):
        if row.number != expected:
            yield f"audit number {expected} is missing"
        elif row.previous != previous:
            yield f"audit number {row.number} does not follow from the one before it"
        if row.digest != _digest(str(row.number), row.at, row.act, row.body_digest, row.previous):
            yield f"audit number {row.number} was edited"
        if row.body is not None and row.body_digest != _digest(row.salt, row.body):
            yield f"the body of audit number {row.number} was edited"
        previous, expected = row.digest, row.number + 1


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
