"""The chain of acts: each link holds the digest of the one before it; none can be edited, swapped or dropped unseen.

A link's body is hashed with a salt of its own and lies in a table beside it: it can be erased and the chain holds. An
erasure is itself an act whose body names the links that it emptied, so that a body cannot vanish otherwise.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import sqlalchemy as sa

from triage.store.counters import given, reserve
from triage.store.schema import audit, audit_body

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

START = "0" * 64
ERASE = "purge"
"""The act that may empty the bodies of earlier links; its own body names them as `bodies`."""

_NEWEST = sa.select(audit.c.digest).order_by(audit.c.number.desc()).limit(1)
_ADD, _ADD_BODY = audit.insert(), audit_body.insert()
_APPEND_ACT = sa.select(
    sa.func.append_act(*(sa.bindparam(name, type_=sa.Text()) for name in ("at", "act", "salt", "body_digest", "body")))
)


class Link(NamedTuple):
    """One act as it stands in the chain; `body` is None where it was erased."""

    number: int
    act: str
    body: Mapping[str, Any] | None


def append(connection: Connection, *, at: datetime, by: str, act: str, body: Mapping[str, object]) -> str:
    """Add one act to the chain and return the chain's new head: the last thing that a transaction does.

    On PostgreSQL a function of the database does it, in one step: many writers meet at the chain, and none may keep it
    while it waits for its client or for the disk. They queue for it, and whoever has it lets go at the commit *before*
    the disk has answered; the writer then waits for the disk, together with others, and only after that says that it is
    done (`engine.wait_for_disk`). The method is early lock release, after DeWitt et al., "Implementation techniques for
    main memory database systems" (1984). As the chain is the last lock that anybody takes, two never wait for each
    other there.
    """
    salt = secrets.token_hex(16)
    written = orjson.dumps({"by": by, **body}, option=orjson.OPT_SORT_KEYS).decode()
    told = {"at": at.astimezone(UTC).isoformat(), "act": act, "body_digest": _digest(salt, written)}
    if connection.dialect.name == "postgresql":
        return str(connection.execute(_APPEND_ACT, {**told, "salt": salt, "body": written}).scalar_one())
    link = {"number": reserve(connection, "audit"), **told, "previous": head(connection)}
    digest = _digest(*(str(value) for value in link.values()))
    connection.execute(_ADD, {**link, "digest": digest})
    connection.execute(_ADD_BODY, {"number": link["number"], "salt": salt, "body": written})
    return digest


def head(connection: Connection) -> str:
    """Return the digest of the newest link."""
    newest = connection.scalar(_NEWEST)
    return START if newest is None else str(newest)


def length(connection: Connection) -> int:
    """Return how many links the chain has by its newest number."""
    return int(connection.scalar(sa.select(sa.func.max(audit.c.number))) or 0)


def digest_of(connection: Connection, number: int) -> str | None:
    """Return the digest of one link, or None where there is no such link."""
    return connection.scalar(sa.select(audit.c.digest).where(audit.c.number == number))


def links(connection: Connection, acts: Collection[str]) -> Iterator[Link]:
    """Yield the links of these acts in order."""
    chosen = sa.select(audit.c.number, audit.c.act, audit_body.c.body).outerjoin(audit_body)
    chosen = chosen.where(audit.c.act.in_(sorted(acts))).order_by(audit.c.number)
    rows = connection.execute(chosen.execution_options(yield_per=1_000))
    return (Link(row.number, row.act, None if row.body is None else orjson.loads(row.body)) for row in rows)


def erase_bodies(connection: Connection, numbers: Collection[int]) -> None:
    """Empty links; the caller appends the act `ERASE` that names them."""
    connection.execute(sa.delete(audit_body).where(audit_body.c.number.in_(sorted(numbers))))


def faults(connection: Connection) -> Iterator[str]:
    """Yield one line for each link that was edited, is missing or does not follow from the one before it.

    A chain that was cut off and whose counter was set back looks whole: only an exported head shows that.
    """
    previous, expected = START, 1
    chain = sa.select(audit, audit_body.c.salt, audit_body.c.body).outerjoin(audit_body).order_by(audit.c.number)
    bare: set[int] = set()
    for row in connection.execute(chain.execution_options(yield_per=1_000)):
        if row.number != expected:
            yield f"audit number {expected} is missing"
        elif row.previous != previous:
            yield f"audit number {row.number} does not follow from the one before it"
        if row.digest != _digest(str(row.number), row.at, row.act, row.body_digest, row.previous):
            yield f"audit number {row.number} was edited"
        if row.body is None:
            bare.add(row.number)
        elif row.body_digest != _digest(row.salt, row.body):
            yield f"the body of audit number {row.number} was edited"
        elif row.act == ERASE:
            bare -= set(orjson.loads(row.body)["bodies"])
        previous, expected = row.digest, row.number + 1
    for number in sorted(bare):
        yield f"the body of audit number {number} is gone, and no purge has erased it"
    if expected <= given(connection, "audit"):
        yield f"audit number {expected} and what followed are missing"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
