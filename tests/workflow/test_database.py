from __future__ import annotations

import shutil
import sqlite3
import subprocess
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from sample_desk import DYKE, KEY, MILK, NOW, report, take

from triage.errors import ConfigError, OutputError, StoreError
from triage.store import schema
from triage.workflow import database
from triage.workflow.database import Desk, open_desk


def make(url: str, home: Path, key: str | None = None) -> Path | None:
    return database.init(url, key=key, home=home, actor="ann", seed=0, now=NOW)


@pytest.fixture
def own(tmp_path: Path) -> str:
    """The path of a desk with a key file of its own."""
    path = tmp_path / "own.db"
    make(str(path), tmp_path)
    return str(path)


def test_a_new_desk_has_a_key_that_only_its_owner_can_read(own: str) -> None:
    key_file = Path(f"{own}.key")

    assert key_file.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(key_file.read_text())) == 32


def test_with_a_key_given_no_file_is_made(new_db: str, tmp_path: Path) -> None:
    assert make(new_db, tmp_path, key=KEY) is None
    assert not list(tmp_path.glob("*.key"))


def test_a_desk_on_a_server_keeps_its_key_at_home(new_db: str, tmp_path: Path) -> None:
    key_file = make(new_db, tmp_path)

    assert key_file == (tmp_path / ("desk.db.key" if new_db.startswith("sqlite") else "desk.key"))


def test_a_desk_is_never_made_over_another(desk: Desk, db_url: str, tmp_path: Path) -> None:
    take(desk, [report("1", text=DYKE)])

    with pytest.raises(StoreError, match="exists already and is left as it is"):
        make(db_url, tmp_path, key=KEY)

    with desk.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(schema.report)) == 1


def test_a_desk_whose_making_was_cut_short_can_be_made_again(tmp_path: Path) -> None:
    (tmp_path / "desk.db").touch()
    (tmp_path / "desk.db.key").write_text("ab" * 32)

    make(str(tmp_path / "desk.db"), tmp_path)

    with open_desk(str(tmp_path / "desk.db")) as desk:
        assert database.pseudonym_key(desk, key=None, home=tmp_path) == bytes.fromhex("ab" * 32)


@pytest.mark.parametrize(("name", "said"), [("no/such/desk.db", "does not exist"), (".", "is a folder")])
def test_a_desk_needs_a_place(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(StoreError, match=said):
        make(str(tmp_path / name), tmp_path)


def test_a_missing_desk_says_how_to_make_one(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"

    with pytest.raises(StoreError) as error, open_desk(str(path)):
        pass

    assert str(error.value) == f"no database at {path}; create one with: triage db init --db {path}"
    assert not path.exists()


def test_a_short_key_makes_no_desk(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="at least 16"):
        make(str(tmp_path / "desk.db"), tmp_path, key="short")

    with pytest.raises(StoreError, match="is no desk"), open_desk(str(tmp_path / "desk.db")):
        pass


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda file: file.unlink(), "cannot be read"),
        (lambda file: file.write_text("not hexadecimal"), "holds no pseudonym key"),
        (lambda file: file.write_text("ab" * 32), "is not the pseudonym key that"),
    ],
)
def test_another_key_than_the_desks_own_is_refused(own: str, tmp_path: Path, damage: object, said: str) -> None:
    damage(Path(f"{own}.key"))  # type: ignore[operator]

    with open_desk(own) as desk:
        with pytest.raises(ConfigError, match=said):
            database.pseudonym_key(desk, key=None, home=tmp_path)
        faults = {one.name: one.faults for one in database.check(desk, key=None, home=tmp_path)}

    assert said in faults["key"][0]


def test_a_sound_desk_has_no_faults(desk: Desk, tmp_path: Path) -> None:
    take(desk, [report("1", text=DYKE), report("2", text=DYKE)])

    assert {one.name: one.faults for one in database.check(desk, key=KEY, home=tmp_path)} == {
        "file": (),
        "key": (),
        "counts": (),
        "audit": (),
    }


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DELETE FROM case_report WHERE report_number = 2", "1 reports are in no case"),
        ("UPDATE case_urgency SET is_open = false", "2 cases are open in one table and closed in another"),
        ("""UPDATE "case" SET state = 'decided' WHERE id = 1""", "1 decided cases have no decision"),
        ("DELETE FROM case_urgency WHERE case_id = 1", "1 cases have no row in the queue's table"),
    ],
)
def test_counts_that_do_not_add_up_are_found(desk: Desk, tmp_path: Path, damage: str, said: str) -> None:
    take(desk, [report("1", text=DYKE), report("2", text=MILK)])
    with desk.writing() as connection:
        connection.execute(sa.text(damage))

    faults = {one.name: one.faults for one in database.check(desk, key=KEY, home=tmp_path)}

    assert said in faults["counts"]


def test_a_damaged_file_is_found(own: str, tmp_path: Path) -> None:
    with open_desk(own) as desk:
        take(desk, [report(str(at), claim=f"call number {at}") for at in range(300)])
    with sqlite3.connect(own) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with Path(own).open("r+b") as file:
        file.seek(Path(own).stat().st_size - 30_000)
        file.write(b"\xff" * 20_000)

    with open_desk(own) as desk:
        try:
            found = database.check(desk, key=None, home=tmp_path)[0].faults
        except StoreError as error:
            found = (str(error),)

    assert found


def test_a_backup_is_whole_while_others_write(own: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    with open_desk(own) as desk:
        take(desk, [report("1", text=DYKE)])
        with desk.writing() as connection:
            connection.execute(sa.text("DELETE FROM case_key"))
            database.backup(desk, target)

    with open_desk(str(target)) as copy:
        assert all(
            not one.faults for one in database.check(copy, key=Path(f"{own}.key").read_text(), home=tmp_path)[2:]
        )
        with copy.reading() as connection:
            assert connection.scalar(sa.text("SELECT count(*) FROM case_key")) > 0
    assert not list(tmp_path.glob("*.part"))


def test_a_copy_of_a_server_s_desk_can_be_restored(desk: Desk, tmp_path: Path) -> None:
    if desk.url.drivername.startswith("sqlite"):
        pytest.skip("a server's own matter")
    if not shutil.which("pg_restore"):
        pytest.skip("PostgreSQL's client is not installed")
    target, other = tmp_path / "desk.dump", f"restored_{uuid.uuid4().hex}"
    take(desk, [report("1", text=DYKE)])
    with desk.writing() as connection:
        connection.execute(sa.text("DELETE FROM case_key"))
        database.backup(desk, target)
    server = sa.create_engine(desk.url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {other}"))
    plain = desk.url.set(drivername="postgresql", database=other)
    home = str(desk.url.query["options"]).partition("=")[2]

    restored = ["pg_restore", "--no-owner", f"--schema={home}", "--dbname", str(plain.set(query={})), str(target)]
    there = sa.create_engine(plain.set(drivername="postgresql+psycopg", query={}))
    with there.begin() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {home}"))
    there.dispose()
    subprocess.run(restored, check=True, capture_output=True)

    with open_desk(plain.render_as_string(hide_password=False)) as copy:
        assert not [fault for one in database.check(copy, key=KEY, home=tmp_path) for fault in one.faults]
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {other} WITH (FORCE)"))
    server.dispose()


def test_a_backup_never_replaces_a_file(own: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("dear diary")

    with open_desk(own) as desk, pytest.raises(OutputError, match="exists already"):
        database.backup(desk, target)

    assert target.read_text() == "dear diary"


def test_a_backup_that_cannot_be_written_leaves_nothing(own: str, tmp_path: Path) -> None:
    with open_desk(own) as desk, pytest.raises(OutputError, match="does not exist"):
        database.backup(desk, tmp_path / "no" / "copy.db")

    assert not (tmp_path / "no").exists()


def test_upgrading_a_desk_of_this_version_changes_nothing(desk: Desk, db_url: str) -> None:
    newest = schema.REVISIONS[-1]

    assert database.upgrade(db_url, actor="ann", now=NOW) == (newest, newest)


def test_upgrading_a_newer_desk_is_refused(desk: Desk, db_url: str) -> None:
    with desk.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreError, match="was written by a newer triage"):
        database.upgrade(db_url, actor="ann", now=NOW)
