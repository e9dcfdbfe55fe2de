"""Engines for SQLite and PostgreSQL that keep what they acknowledge, and their errors as one clear line."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    DisconnectionError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
)

from triage.errors import MissingExtra, OutputError, StoreError, UsageError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Dialect, Engine

BUSY_SECONDS = 30
"""How long a writer waits for another before it gives up."""

_CACHE_KIB = 32 * 1024
_IDLE_SECONDS = 5.0


def parse_url(url: str) -> URL:
    """Return the database that `url` names: a URL, or the path of an SQLite file.

    >>> parse_url("desk.db").render_as_string()
    'sqlite:///desk.db'

    Raises `UsageError` for any other kind of database, and for one in memory, which no second command would find again.
    """
    try:
        parsed = make_url(url if "://" in url else f"sqlite:///{url}")
    except (ArgumentError, ValueError):
        raise UsageError(f'"{url}" is no database; use a file, sqlite:///desk.db or postgresql://host/name') from None
    kind = parsed.get_backend_name()
    if kind == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise UsageError("a database in memory would be lost; name a file, such as --db desk.db")
    if kind not in {"sqlite", "postgresql"}:
        raise UsageError(f'"{kind}" databases are not supported; use sqlite:///desk.db or postgresql://host/name')
    return parsed.set(drivername="postgresql+psycopg") if kind == "postgresql" else parsed


def place_of(url: URL) -> str:
    """Return how to name the database to a person: its file, or its URL without the password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


def file_of(url: URL) -> Path | None:
    """Return the file of an SQLite database, or None."""
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def new_engine(url: URL) -> Engine:
    """Return an engine whose transactions are durable: WAL with `synchronous=FULL` on SQLite.

    A connection with the execution option `writes` begins as a writer (`BEGIN IMMEDIATE`), so that it waits for others
    instead of failing half way. Raises `MissingExtra` for PostgreSQL without psycopg.
    """
    options: dict[str, Any] = {
        "json_serializer": lambda value: orjson.dumps(value).decode(),
        "json_deserializer": orjson.loads,
        "hide_parameters": True,  # an error must not carry a reporter's words into a log
    }
    if url.get_backend_name() == "sqlite":
        engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        engine = sa.create_engine(url, **options)
    except (ModuleNotFoundError, NoSuchModuleError):
        raise MissingExtra("PostgreSQL", "postgres") from None
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # what it tells there, our own line says
    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "checkin", _note_time)
    event.listen(engine, "checkout", partial(_ping_if_idle, engine.dialect))
    return engine


def wait_for_disk(connection: Connection) -> None:
    """Return when all that was committed on this connection is on PostgreSQL's disk; SQLite's commit has seen to that.

    A commit may return earlier (see `audit.append`). The log is flushed in order, so a message that is
    flushed after the commit takes the commit with it; the flush is shared with others who wait at the same time.
    """
    raw: Any = connection.connection.driver_connection
    if connection.dialect.name != "postgresql":
        return
    try:
        raw.autocommit = True
        raw.execute("SELECT pg_logical_emit_message(true, 'triage', '')")
        raw.autocommit = False
    except connection.dialect.dbapi.Error as error:  # type: ignore[union-attr]
        connection.invalidate()
        raise OperationalError("the wait for the disk", None, error) from error


def explain(error: DBAPIError | sqlite3.Error, url: URL, *, is_committing: bool = False) -> StoreError:
    """Return what went wrong with the database as one line that a person can act on.

    Where a server goes away while it commits, nobody can say whether the step was kept.
    """
    place = place_of(url)
    said = " ".join(str(getattr(error, "orig", error)).split("\n")[0].split())
    for sign, line in (
        ("is locked", f"{place} is busy: another command has held it for {BUSY_SECONDS} s; try again when it is done"),
        ("lock timeout", f"{place} is busy: another has held it for {BUSY_SECONDS} s; try again when it is done"),
        ("readonly", f"{place} cannot be written; check the permissions of the file and its folder"),
        ("read-only", f"{place} cannot be written; connect to the server that takes writes"),
        ("unable to open", f"{place} cannot be opened; check that the folder exists and may be read and written"),
        ("not a database", f"{place} is no database; name the desk's with --db, or restore a backup"),
        ("malformed", f"{place} is damaged; restore a backup, or see: triage db check"),
        ("is full", f"{place} cannot grow: the disk is full; nothing of this step was kept"),
    ):
        if sign in said:
            return StoreError(line)
    if isinstance(error, OperationalError | InterfaceError) and url.get_backend_name() == "postgresql":
        kept = (
            "whether this step was kept is not known: repeat it" if is_committing else "nothing of this step was kept"
        )
        return StoreError(f"the database {place} cannot be reached or went away ({said}); {kept}")
    return StoreError(f"{place}: {said}")


def version(connection: Connection) -> str | None:
    """Return the schema version recorded in the database, or None where there is no desk."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def is_empty(connection: Connection) -> bool:
    """Return whether the database has no tables at all."""
    return not sa.inspect(connection).get_table_names()


def integrity(connection: Connection) -> list[str]:
    """Return what SQLite finds wrong with its own file; nothing for PostgreSQL, which sees to itself."""
    if connection.dialect.name != "sqlite":
        return []
    found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
    orphans = [
        f"{row[0]} row {row[1]} names a missing {row[2]}"
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check")
    ]
    return [line for line in found if line != "ok"] + orphans


def copy_into(engine: Engine, target: Path) -> None:
    """Write a consistent copy of an SQLite database to `target` while others go on using it.

    Raises `OutputError` where that fails, as on a full disk.
    """
    source = engine.raw_connection()
    try:
        source.cursor().execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        raise OutputError(f"the copy {target} could not be made: {error}") from error
    finally:
        source.close()


def dump_into(url: URL, target: Path) -> None:
    """Write a consistent copy of a PostgreSQL database to `target` with the server's own tool, while others use it.

    Raises `OutputError` where the tool is missing or fails.
    """
    tool = shutil.which("pg_dump")
    if tool is None:
        raise OutputError("pg_dump is not installed here; install PostgreSQL's client, or back up where the server is")
    plain = url.set(drivername="postgresql", password=None).render_as_string()
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    options = ["--format=custom", "--no-owner", f"--file={target}", f"--dbname={plain}"]
    done = subprocess.run([tool, *options], env={**os.environ, **password}, capture_output=True, text=True, check=False)
    if done.returncode:
        said = " ".join(done.stderr.split("\n")[0].split())
        raise OutputError(f"the copy {target} could not be made: {said}")


def scrub(engine: Engine) -> bool:
    """Rewrite the database without what was deleted, its log included; return False where a reader kept it from it.

    On PostgreSQL the tables that hold reports are rewritten; the server's own log and backups are the server's matter.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql(f"VACUUM FULL {', '.join(_PERSONAL)}")
            return True
    source = engine.raw_connection()
    try:
        cursor = source.cursor()
        cursor.execute("VACUUM")
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        source.close()
    return not busy


_PERSONAL = ("report", "score", "review_round", "audit_body", "case_key", "text_print", "text_band", "case_meaning")


def _prepare_postgresql(connection: Any, _: Any) -> None:
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = {int(BUSY_SECONDS * 1000)}")
    connection.autocommit = False


def _note_time(_: Any, record: Any) -> None:
    record.info["idle_since"] = time.monotonic()


def _ping_if_idle(dialect: Dialect, connection: Any, record: Any, _: Any) -> None:
    """Look whether the server is still there, where a connection has not been used for a while."""
    if time.monotonic() - record.info.get("idle_since", time.monotonic()) > _IDLE_SECONDS:
        try:
            dialect.do_ping(connection)
        except dialect.dbapi.Error as error:  # type: ignore[union-attr]
            raise DisconnectionError("the server has closed the connection") from error


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say so, schema changes included
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")
