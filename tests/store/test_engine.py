from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from triage.errors import StoreError, UsageError
from triage.store import engine
from triage.workflow.database import Desk, open_desk


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://localhost/desk", '"mysql" databases are not supported'),
        ("sqlite://", "in memory would be lost"),
        ("sqlite:///:memory:", "in memory would be lost"),
        ("", "in memory would be lost"),
        ("://", "is no database"),
    ],
)
def test_a_database_that_cannot_be_meant_is_a_usage_error(url: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        engine.parse_url(url)


def test_a_password_is_never_shown() -> None:
    url = engine.parse_url("postgresql://ann:secret@db.example/desk")

    assert "secret" not in engine.place_of(url)


def test_sqlite_acknowledges_only_what_is_durable(tmp_path: Path) -> None:
    opened = engine.new_engine(engine.parse_url(str(tmp_path / "a.db")))

    with opened.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    opened.dispose()


def test_a_file_that_is_no_database_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no database, only notes " * 100)

    with pytest.raises(StoreError, match=r"notes\.txt is no database; name the desk's with --db"), open_desk(str(file)):
        pass


def test_a_database_of_something_else_is_no_desk(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE songs (name)")
    other.close()

    with pytest.raises(StoreError, match=r"other\.db is no desk"), open_desk(str(tmp_path / "other.db")):
        pass


def test_a_desk_of_a_newer_version_is_left_alone(desk: Desk, db_url: str) -> None:
    with desk.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreError, match=r"was written by a newer triage \(schema 9999\)"), open_desk(db_url):
        pass


def test_a_busy_desk_says_so(db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not db_url.startswith("sqlite"):
        pytest.skip("writers of SQLite alone lock the whole file")
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.01)
    other = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with open_desk(db_url) as desk, pytest.raises(StoreError, match="is busy"), desk.writing():
        pass

    other.close()


def test_readers_need_not_wait_for_a_writer(desk: Desk) -> None:
    with desk.writing() as writer:
        writer.execute(sa.text("UPDATE counter SET value = 7 WHERE name = 'case'"))
        with desk.reading() as reader:
            assert reader.scalar(sa.text("SELECT value FROM counter WHERE name = 'case'")) == 0


def test_a_read_only_desk_says_so(db_url: str, tmp_path: Path) -> None:
    if not db_url.startswith("sqlite"):
        pytest.skip("a file's own matter")
    url = engine.parse_url(f"sqlite:///file:{tmp_path / 'desk.db'}?mode=ro&uri=true")
    desk = Desk(url, engine.new_engine(url))

    with pytest.raises(StoreError, match="cannot be written"), desk.writing() as connection:
        connection.execute(sa.text("UPDATE counter SET value = 7"))
    desk.close()


def test_a_server_that_does_not_answer_is_one_clear_line() -> None:
    with (
        pytest.raises(StoreError, match=r"cannot be reached or went away .*; nothing of this step was kept"),
        open_desk("postgresql://127.0.0.1:1/desk"),
    ):
        pass


def test_on_sqlite_a_transaction_begins_where_we_say_so_and_nowhere_else(tmp_path: Path) -> None:
    opened = engine.new_engine(engine.parse_url(str(tmp_path / "a.db")))
    raw = opened.raw_connection()
    raw.cursor().execute("CREATE TABLE song (name TEXT)")

    raw.cursor().execute("INSERT INTO song VALUES ('x')")

    assert not raw.driver_connection.in_transaction  # type: ignore[union-attr]
    raw.close()
    opened.dispose()


def test_an_error_carries_no_reporter_s_words(desk: Desk) -> None:
    with pytest.raises(StoreError) as error, desk.writing() as connection:
        connection.execute(sa.text("INSERT INTO counter VALUES (:name, NULL)"), {"name": "Jo Field"})

    assert "Jo Field" not in str(error.value)
    if desk.url.drivername.startswith("sqlite"):  # a server adds the row that it refused
        assert "Jo Field" not in str(error.value.__cause__)


def test_a_server_that_goes_away_in_the_middle_is_one_clear_line_and_nothing_is_half_done(desk: Desk) -> None:
    if desk.url.drivername.startswith("sqlite"):
        pytest.skip("a server's own matter")
    said = r"cannot be reached or went away \(.*\); nothing of this step was kept"

    with pytest.raises(StoreError, match=said), desk.writing() as connection:
        connection.execute(sa.text("UPDATE counter SET value = 77 WHERE name = 'case'"))
        mine = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        with desk.reading() as other:
            other.execute(sa.text("SELECT pg_terminate_backend(:mine)"), {"mine": mine})
        connection.execute(sa.text("SELECT 1"))

    with desk.reading() as connection:
        assert connection.scalar(sa.text("SELECT value FROM counter WHERE name = 'case'")) == 0
