"""The record: look whether anybody has bent it, and export its head, against which a later look is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from triage.errors import InputError
from triage.store import audit, decisions, leases

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from triage.workflow.database import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest link of a desk's chain at one time. Who keeps it elsewhere can tell any later rewriting."""

    desk: str
    number: int
    digest: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """How many acts were looked at, and one line for each thing that is wrong."""

    acts: int
    head: str
    faults: tuple[str, ...]


def export_head(desk: Desk, *, now: datetime) -> Head:
    """Return the head of the chain; keep it where those who keep the database cannot write."""
    with desk.reading() as connection:
        return Head(
            desk=desk.identity.id,
            number=audit.length(connection),
            digest=audit.head(connection),
            at=now.isoformat(),
        )


def verify(desk: Desk, heads: Sequence[Head]) -> Verified:
    """Look at every link, at the decisions and leases that the chain tells of, and at exported heads.

    Without a head, a chain that was rewritten whole, or cut off with its counter, cannot be told from a true one.
    """
    with desk.reading() as connection:
        found = [*audit.faults(connection), *_decision_faults(connection), *_lease_faults(connection)]
        for head in heads:
            found += _head_faults(connection, desk, head)
        return Verified(acts=audit.length(connection), head=audit.head(connection), faults=tuple(found))


def read_head(path: Path) -> Head:
    """Return the head that `export-head` wrote; raise `InputError` for a file that is none."""
    try:
        said: dict[str, Any] = orjson.loads(path.read_bytes())
        return Head(desk=str(said["desk"]), number=int(said["number"]), digest=str(said["digest"]), at=str(said["at"]))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is no exported head; make one with: triage audit export-head > FILE") from error


def _head_faults(connection: Connection, desk: Desk, head: Head) -> list[str]:
    if head.desk != desk.identity.id:
        return [f"the head of {head.at} is of another desk, {head.desk}"]
    found = audit.digest_of(connection, head.number)
    if found is None:
        return [f"the chain was cut off: it had {head.number} acts on {head.at}, now {audit.length(connection)}"]
    if found != head.digest:
        return [f"the chain was rewritten: audit number {head.number} is not what it was on {head.at}"]
    return []


def _decision_faults(connection: Connection) -> Iterator[str]:
    """Yield one line for each decision that is not the one that the chain tells of."""
    told = {
        str(link.body["decision"]): _said(link.body)
        for link in audit.links(connection, {"decide"})
        if link.body is not None
    }
    undone = {str(link.body["decision"]) for link in audit.links(connection, {"undo"}) if link.body is not None}
    for made in decisions.all_made(connection):
        if made.withdrawn != (made.id in undone):
            yield f"the chain does not tell that decision {made.id} of case {made.case} was undone, or it was not"
        body = asdict(made)
        if told.pop(made.id, None) != _said({**body, "by": made.moderator, "case": int(made.case)}):
            yield f"decision {made.id} of case {made.case} is not what the chain tells of it"
    for gone in told:
        yield f"decision {gone} is missing"


def _lease_faults(connection: Connection) -> Iterator[str]:
    """Yield one line for each lease that is not the one that the chain tells of: whose, until when, for which round."""
    told: dict[tuple[int, int], tuple[object, ...]] = {}
    for link in audit.links(connection, {"claim", "hand_on", "undo", "extend"}):
        body = link.body
        if body is None or body["token"] is None:  # undone by someone who may not hold the case
            continue
        lease, until = (body["case"], body["token"]), body.get("until")
        if link.act == "extend" and lease in told:
            told[lease] = (*told[lease][:2], datetime.fromisoformat(str(until)))
        elif until is None:  # older chains tell no more than whose it is
            told[lease] = (body.get("to", body["by"]),)
        else:
            told[lease] = (body.get("to", body["by"]), body.get("round"), datetime.fromisoformat(until))
    for given in leases.all_given(connection):
        said = told.pop((given.case_id, given.token), ("",))
        if said != (given.moderator, given.round_id, given.expires_at)[: len(said)]:
            yield f"lease {given.case_id}-{given.token} is not what the chain tells of it"
    for case, token in told:
        yield f"lease {case}-{token} is missing"


def _said(body: Mapping[str, Any]) -> tuple[object, ...]:
    plain = [body["by"], body["case"], body["verdict"], body["reason"], body["note"], body.get("lang", "")]
    return (*plain, tuple(body["confirmed"]), tuple(body["struck"]))
