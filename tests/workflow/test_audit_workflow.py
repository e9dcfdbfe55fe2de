from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa
from sample_desk import DYKE, MILK, NOW, report, take

from triage.domain.case import Verdict
from triage.errors import InputError
from triage.store import audit
from triage.workflow.audit import export_head, read_head, verify
from triage.workflow.database import Desk
from triage.workflow.leases import extend, hand_on, release
from triage.workflow.reconsider import undo
from triage.workflow.review import Ruling, claim, decide
from triage.workflow.rules import Rules

UPHELD = Ruling(verdict=Verdict.DISINFORMATION, reason="an invented quotation")
BENT = {
    "a verdict is edited": ("UPDATE decision SET verdict = 'not_disinformation'", "decision 1 of case 1 is not what"),
    "a reason is edited": ("UPDATE decision SET reason = 'x' WHERE id = 1", "decision 1 of case 1 is not what"),
    "a decision is given to another": ("UPDATE decision SET moderator = 'bob'", "decision 1 of case 1 is not what"),
    "a decision is deleted": ("DELETE FROM decision WHERE id = 1", "decision 1 is missing"),
    "a lease is given to another": ("UPDATE assignment SET moderator = 'eve'", "lease 2-1 is not what"),
    "a lease is made longer": (
        "UPDATE assignment SET expires_at = '2027-05-04 12:00:00.000000' WHERE case_id = 1",
        "lease 1-1 is not what",
    ),
    "a lease is moved to a round": ("UPDATE assignment SET round_id = 3", "lease 1-1 is not what"),
    "a lease is made up": (
        "INSERT INTO assignment (case_id, token, moderator, claimed_at, expires_at, drawn) "
        "SELECT case_id, 9, moderator, claimed_at, expires_at, drawn FROM assignment WHERE case_id = 1",
        "lease 1-9 is not what",
    ),
    "a lease is deleted": ("DELETE FROM assignment WHERE case_id = 1", "lease 1-1 is missing"),
    "an undoing is made up": (
        "INSERT INTO withdrawal VALUES (1, '2026-05-04 12:00:00.000000', 'eve', 'x')",
        "the chain does not tell that decision 1 of case 1 was undone",
    ),
}


@pytest.fixture
def decided(desk: Desk) -> Desk:
    """A desk with two decisions."""
    take(desk, [report("1", text=DYKE), report("2", text=MILK)])
    for _ in range(2):
        got = claim(desk, "ann", now=NOW, drawn_every=20)
        assert got
        decide(desk, got.case, UPHELD, moderator="ann", lease_token=got.token, known_markers=(), now=NOW)
    return desk


def bend(desk: Desk, *acts: str) -> None:
    """Change tables behind the desk's back, as one could who owns the database."""
    with desk.writing() as connection:
        for table in ("decision", "audit"):
            if connection.dialect.name == "sqlite":
                connection.execute(sa.text(f"DROP TRIGGER {table}_no_update"))
                connection.execute(sa.text(f"DROP TRIGGER {table}_no_delete"))
                connection.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
            else:
                connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for act in acts:
            connection.execute(sa.text(act))


def test_a_true_record_verifies(decided: Desk) -> None:
    undo(decided, "1", moderator="ann", reason="a slip", rules=Rules(), now=NOW)
    head = export_head(decided, now=NOW)

    found = verify(decided, [head])

    assert (found.faults, found.acts, found.head) == ((), 7, head.digest)


@pytest.mark.parametrize(("act", "said"), BENT.values(), ids=BENT.keys())
def test_a_decision_or_lease_that_was_bent_is_found(decided: Desk, act: str, said: str) -> None:
    bend(decided, act)

    assert any(said in line for line in verify(decided, []).faults)


def test_every_way_to_hold_a_case_verifies(desk: Desk) -> None:
    rules = Rules(second_review_least=1, second_review_most=1, moderators=frozenset({"ann", "bob", "cid"}))
    take(desk, [report("1", text=DYKE)])
    assert claim(desk, "ann", now=NOW, drawn_every=20)
    extend(desk, "1", moderator="ann", lease_token=None, now=NOW, lease=timedelta(hours=2))
    given = hand_on(desk, "1", "bob", moderator="ann", lease_token=None, rules=rules, now=NOW)
    extend(desk, "1", moderator="bob", lease_token=None, now=NOW, lease=timedelta(hours=2))
    decide(desk, "1", UPHELD, moderator="bob", lease_token=given.token, known_markers=(), now=NOW, rules=rules)
    undo(desk, "1", moderator="bob", reason="a slip", rules=rules, now=NOW)
    release(desk, "1", moderator="bob", lease_token=None, until=None, now=NOW)
    again = claim(desk, "ann", now=NOW, drawn_every=20)
    assert again
    decide(desk, "1", UPHELD, moderator="ann", lease_token=again.token, known_markers=(), now=NOW, rules=rules)

    assert verify(desk, []).faults == ()


def test_a_chain_cut_off_with_its_counter_is_found_by_a_head(decided: Desk) -> None:
    head = export_head(decided, now=NOW)
    bend(
        decided,
        "DELETE FROM audit_body WHERE number = 6",
        "DELETE FROM audit WHERE number = 6",
        "DELETE FROM decision WHERE id = 2",
        "UPDATE counter SET value = 5 WHERE name = 'audit'",
    )

    assert verify(decided, []).faults == ()
    assert verify(decided, [head]).faults == (f"the chain was cut off: it had 6 acts on {NOW.isoformat()}, now 5",)


def test_a_chain_rewritten_whole_is_found_by_a_head(decided: Desk) -> None:
    head = export_head(decided, now=NOW)
    bend(
        decided,
        "DELETE FROM audit_body WHERE number = 6",
        "DELETE FROM audit WHERE number = 6",
        "DELETE FROM decision WHERE id = 2",
        "UPDATE counter SET value = 5 WHERE name = 'audit'",
    )
    with decided.writing() as connection:
        audit.append(connection, at=NOW, by="ann", act="release", body={"case": 2})

    assert verify(decided, []).faults == ()
    assert "the chain was rewritten: audit number 6" in verify(decided, [head]).faults[0]


def test_the_head_of_another_desk_is_told_apart(decided: Desk) -> None:
    head = replace(export_head(decided, now=NOW), desk="other")

    assert "is of another desk, other" in verify(decided, [head]).faults[0]


def test_a_head_is_read_as_it_was_exported(decided: Desk, tmp_path: Path) -> None:
    head = export_head(decided, now=NOW)
    (tmp_path / "head.json").write_bytes(orjson.dumps(head))

    assert read_head(tmp_path / "head.json") == head


@pytest.mark.parametrize("text", ["", "[]", '{"desk": "x"}', '{"desk": "x", "number": "y", "digest": "z", "at": ""}'])
def test_a_file_that_is_no_head_is_one_clear_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "head.json").write_text(text)

    with pytest.raises(InputError, match="is no exported head; make one with"):
        read_head(tmp_path / "head.json")
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_head(tmp_path / "none.json")
