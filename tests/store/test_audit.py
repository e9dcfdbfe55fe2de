from __future__ import annotations

import hashlib

import pytest
import sqlalchemy as sa
from sample_desk import NOW

from triage.store import audit, schema
from triage.workflow.database import Desk

TAMPERING = {
    "an act is renamed": "UPDATE audit SET act = 'release' WHERE number = 3",
    "a time is moved": "UPDATE audit SET at = '2020-01-01T00:00:00+00:00' WHERE number = 3",
    "a link is dropped": "DELETE FROM audit WHERE number = 3",
    "the first link is dropped": "DELETE FROM audit WHERE number = 1",
    "a body is edited": "UPDATE audit_body SET body = '{}' WHERE number = 3",
    "bodies are made equal": "UPDATE audit_body SET body = (SELECT min(body) FROM audit_body) WHERE number > 1",
    "a digest is renewed": "UPDATE audit SET digest = 'f' WHERE number = 3",
}


@pytest.fixture
def chained(desk: Desk) -> Desk:
    for number in range(4):
        with desk.writing() as connection:
            audit.append(connection, at=NOW, by="ann", act="claim", body={"case": number})
    return desk


def faults(desk: Desk) -> list[str]:
    with desk.reading() as connection:
        return list(audit.faults(connection))


def tamper(desk: Desk, act: str) -> None:
    """Change the chain behind the desk's back, as one could who owns the database."""
    with desk.writing() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(sa.text("DROP TRIGGER audit_no_update"))
            connection.execute(sa.text("DROP TRIGGER audit_no_delete"))
            connection.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
        else:
            connection.execute(sa.text("ALTER TABLE audit DISABLE TRIGGER USER"))
            connection.execute(sa.text("ALTER TABLE audit_body DROP CONSTRAINT fk_audit_body_number"))
        if act.startswith("DELETE FROM audit "):
            connection.execute(sa.text(act.replace("audit", "audit_body", 1)))
        connection.execute(sa.text(act))


def test_an_untouched_chain_has_no_fault(chained: Desk) -> None:
    assert faults(chained) == []


@pytest.mark.parametrize("act", TAMPERING.values(), ids=TAMPERING.keys())
def test_tampering_is_found(chained: Desk, act: str) -> None:
    tamper(chained, act)

    assert faults(chained)


def test_a_link_that_is_missing_is_named(chained: Desk) -> None:
    tamper(chained, TAMPERING["a link is dropped"])

    assert faults(chained) == ["audit number 3 is missing"]


def test_a_link_rewritten_whole_no_longer_carries_the_next(chained: Desk) -> None:
    with chained.reading() as connection:
        row = connection.execute(sa.select(schema.audit).where(schema.audit.c.number == 3)).one()
    parts = ("3", row.at, "release", row.body_digest, row.previous)
    fitting = hashlib.sha256("\x00".join(parts).encode()).hexdigest()
    tamper(chained, f"UPDATE audit SET act = 'release', digest = '{fitting}' WHERE number = 3")

    assert faults(chained) == ["audit number 4 does not follow from the one before it"]


def test_a_body_that_a_purge_has_erased_leaves_the_chain_whole(chained: Desk) -> None:
    with chained.writing() as connection:
        audit.erase_bodies(connection, [3])
        audit.append(connection, at=NOW, by="ann", act=audit.ERASE, body={"bodies": [3]})

    assert faults(chained) == []


def test_a_body_that_vanished_otherwise_is_found(chained: Desk) -> None:
    tamper(chained, "DELETE FROM audit_body WHERE number = 3")

    assert faults(chained) == ["the body of audit number 3 is gone, and no purge has erased it"]


def test_a_chain_that_was_cut_off_is_found_by_its_counter(chained: Desk) -> None:
    tamper(chained, "DELETE FROM audit WHERE number = 5")

    assert faults(chained) == ["audit number 5 and what followed are missing"]


def test_an_act_of_a_step_that_failed_is_not_in_the_chain(chained: Desk) -> None:
    with pytest.raises(KeyboardInterrupt), chained.writing() as connection:
        before = audit.head(connection)
        audit.append(connection, at=NOW, by="ann", act="claim", body={})
        raise KeyboardInterrupt

    with chained.reading() as connection:
        assert audit.head(connection) == before
    assert faults(chained) == []
