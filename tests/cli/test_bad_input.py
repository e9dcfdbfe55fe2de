"""What a moderator can get wrong, and what a database can do to them: one clear line each, and nothing half done."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sample_desk import DYKE, KEY, MILK, report, take

from triage.domain.case import Verdict
from triage.errors import StoreError
from triage.store import audit, engine
from triage.workflow.audit import verify
from triage.workflow.database import Desk, check, open_desk
from triage.workflow.review import Ruling, claim, decide, show

Run = Callable[..., tuple[int, str, str]]
UPHELD = Ruling(verdict=Verdict.DISINFORMATION, reason="an invented quotation")
LEASED_AT = datetime.now(UTC)


@pytest.fixture
def at_desk(run: Run, db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs one command line at a desk with two cases, of which ann holds the first, once for each kind of server."""
    monkeypatch.setenv("TRIAGE_DB", db_url)
    monkeypatch.setenv("TRIAGE_KEY", KEY)
    (tmp_path / "triage.toml").write_text('[desk]\nmoderators = ["ann", "bob"]\n')
    with open_desk(db_url) as desk:
        take(desk, [report("1", text=DYKE), report("2", text=MILK)])
        assert claim(desk, "ann", now=LEASED_AT, drawn_every=20)
    return run


def state(db_url: str) -> tuple[Any, ...]:
    """All that a command may change."""
    with open_desk(db_url) as desk, desk.reading() as connection:
        tables = ("case", "case_urgency", "assignment", "decision", "review_round", "counter")
        rows = [sorted(map(repr, connection.execute(sa.text(f'SELECT * FROM "{name}"')))) for name in tables]
        return (*rows, audit.head(connection))


@pytest.mark.parametrize(
    "line",
    [
        ["show", "9"],
        ["queue", "--why", "9"],
        ["decide", "9", "cannot_tell", "--reason", "x", "--token", "9-1"],
        ["extend", "9"],
        ["release", "9"],
        ["hand", "9", "bob"],
        ["escalate", "9", "--reason", "x"],
        ["undo", "9", "--reason", "x"],
        ["appeal", "9", "--party", "publisher", "--reason", "x"],
        ["assess", "9"],
        ["split", "9", "1", "--reason", "x"],
        ["merge", "9", "1", "--reason", "x"],
        ["merge", "2", "9", "--reason", "x"],
        ["alike", "dismiss", "9", "1", "--reason", "x"],
        ["statement", "9"],
    ],
    ids=" ".join,
)
def test_an_unknown_case_is_one_line(at_desk: Run, db_url: str, line: list[str]) -> None:
    before = state(db_url)

    code, out, err = at_desk(*line, "--as", "ann")

    assert (code, out, err.count("\n")) == (1, "", 1)
    assert 'there is no case "9"; see the open ones with: triage queue' in err
    assert state(db_url) == before


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (["decide", "1", "true", "--reason", "x", "--token", "1-1", "--as", "ann"], 2, "'true' is not one of"),
        (["next", "--as", "zed"], 1, '"zed" is no moderator of this desk'),
        (["review", "--as", "zed"], 1, '"zed" is no moderator of this desk'),
        (["decide", "1", "cannot_tell", "--reason", "x", "--token", "1-1", "--as", "zed"], 1, '"zed" is no moderator'),
        (["hand", "1", "zed", "--as", "ann"], 1, '"zed" is no moderator of this desk'),
        (["decide", "1", "cannot_tell", "--reason", "x", "--token", "1-1", "--as", "bob"], 1, "is held by ann until"),
        (["release", "1", "--as", "bob"], 1, "is held by ann until"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_an_unknown_verdict_or_moderator_changes_nothing(
    at_desk: Run, db_url: str, line: list[str], code: int, said: str
) -> None:
    before = state(db_url)

    shown = at_desk(*line)

    assert shown[0] == code
    assert said in shown[2]
    assert state(db_url) == before


@pytest.mark.parametrize("act", ["decide 1 cannot_tell --reason x", "extend 1", "hand 1 bob", "release 1"])
def test_a_lease_that_ran_out_is_one_line(at_desk: Run, db_url: str, act: str) -> None:
    with open_desk(db_url) as desk, desk.writing() as connection:
        for table, column in (("case_urgency", "free_at"), ("assignment", "expires_at")):
            over = sa.text(f"UPDATE {table} SET {column} = :then WHERE case_id = 1")
            over = over.bindparams(sa.bindparam("then", LEASED_AT - timedelta(minutes=1), sa.DateTime(timezone=True)))
            connection.execute(over)
    before = state(db_url)

    code, out, err = at_desk(*act.split(), "--token", "1-1", "--as", "ann")

    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "nobody holds case 1 now, your lease is over; take a case with: triage next" in err
    assert state(db_url) == before


@pytest.mark.parametrize("line", [["next"], ["queue"], ["audit", "verify"], ["purge"], ["db", "upgrade"]], ids=" ".join)
def test_a_database_of_a_newer_version_is_one_line(at_desk: Run, db_url: str, line: list[str]) -> None:
    with open_desk(db_url) as desk, desk.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    code, out, err = at_desk(*line, "--as", "ann")

    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "was written by a newer triage (schema 9999); upgrade hotline-triage" in err


@pytest.fixture
def locked(db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Someone else has the database and does not let go."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    if db_url.startswith("sqlite"):
        other = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.close()
        return
    with open_desk(db_url) as desk, desk.writing() as connection:
        connection.execute(sa.text("LOCK TABLE case_urgency, counter IN ACCESS EXCLUSIVE MODE"))
        yield


def test_a_locked_database_is_one_line(at_desk: Run, locked: None) -> None:
    code, out, err = at_desk("next", "--as", "bob")

    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "is busy: another" in err and "try again when it is done" in err


def test_a_database_that_can_only_be_read_is_one_line(at_desk: Run, db_url: str, tmp_path: Path) -> None:
    before = state(db_url)
    reading = (
        f"sqlite:///file:{tmp_path / 'desk.db'}?mode=ro&uri=true"
        if db_url.startswith("sqlite")
        else f"{db_url}%20-cdefault_transaction_read_only%3Don"
    )

    with pytest.raises(StoreError, match=r"cannot be written") as error, open_at(reading) as desk:
        claim(desk, "bob", now=LEASED_AT, drawn_every=20)

    assert "\n" not in str(error.value)
    assert state(db_url) == before


def open_at(url: str) -> Any:
    """The desk at a URL, whether or not that names a file in the usual way."""
    from contextlib import closing

    parsed = engine.parse_url(url)
    return closing(Desk(parsed, engine.new_engine(parsed)))


@pytest.mark.parametrize("statement", ["FROM", "INSERT INTO decision", "append_act"])
def test_a_server_that_goes_away_in_a_decision_leaves_nothing_half_done(
    at_desk: Run, db_url: str, tmp_path: Path, statement: str
) -> None:
    if db_url.startswith("sqlite"):
        pytest.skip("a server's own matter")
    before = state(db_url)

    with open_desk(db_url) as desk:
        _ = desk.identity
        kill_at(desk, statement)
        with pytest.raises(StoreError, match=r"went away .*; nothing of this step was kept") as error:
            decide(desk, "1", UPHELD, moderator="ann", lease_token="1-1", known_markers=(), now=LEASED_AT)

    assert "\n" not in str(error.value)
    assert state(db_url) == before
    with open_desk(db_url) as desk:
        decide(desk, "1", UPHELD, moderator="ann", lease_token="1-1", known_markers=(), now=LEASED_AT)
        assert verify(desk, []).faults == ()
        assert [fault for one in check(desk, key=KEY, home=tmp_path) for fault in one.faults] == []


def test_a_server_that_goes_away_while_it_commits_says_that_nobody_knows_and_repeating_is_safe(
    at_desk: Run, db_url: str
) -> None:
    if db_url.startswith("sqlite"):
        pytest.skip("a server's own matter")

    with open_desk(db_url) as desk:
        _ = desk.identity
        kill_after_commit(desk)
        with pytest.raises(StoreError, match="whether this step was kept is not known: repeat it"):
            decide(desk, "1", UPHELD, moderator="ann", lease_token="1-1", known_markers=(), now=LEASED_AT)

    with open_desk(db_url) as desk:
        made = decide(desk, "1", UPHELD, moderator="ann", lease_token="1-1", known_markers=(), now=LEASED_AT)
        assert show(desk, "1", now=LEASED_AT).decisions == [made]
        assert verify(desk, []).faults == ()


def test_a_connection_that_the_server_closed_while_nothing_was_asked_is_made_anew(
    db_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_IDLE_SECONDS", -1.0)
    with open_desk(db_url) as desk:
        if not db_url.startswith("sqlite"):
            with desk.reading() as connection:
                mine = connection.scalar(sa.text("SELECT pg_backend_pid()"))
            end(db_url, mine)

        assert claim(desk, "ann", now=LEASED_AT, drawn_every=20) is None


def kill_at(desk: Desk, statement: str) -> None:
    """End the server's side of a connection just before it is asked for a statement."""

    def hook(connection: Any, _cursor: Any, said: str, *_rest: Any) -> None:
        if statement in said:
            end(
                desk.url.render_as_string(hide_password=False), connection.connection.driver_connection.info.backend_pid
            )

    sa.event.listen(desk._engine, "before_cursor_execute", hook)


def kill_after_commit(desk: Desk) -> None:
    """End the server's side of a connection when it is about to commit."""

    def hook(connection: Any) -> None:
        end(desk.url.render_as_string(hide_password=False), connection.connection.driver_connection.info.backend_pid)

    sa.event.listen(desk._engine, "commit", hook)


def end(url: str, pid: int) -> None:
    other = sa.create_engine(engine.parse_url(url))
    with other.connect() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    other.dispose()
