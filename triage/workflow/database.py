"""The desk's database: made, opened, brought up to date, checked and copied."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from triage.errors import ConfigError, OutputError, StoreError, UsageError
from triage.intake.pseudonym import Pseudonymiser
from triage.store import audit, desks, engine, migrations, schema, turns
from triage.store.promotions import Promotions

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection, Engine

_KEY_BYTES = 32


class Desk:
    """An open desk: transactions on one database. Everything that a workflow does happens in one of them."""

    def __init__(self, url: URL, opened: Engine) -> None:
        self.url = url
        self.place = engine.place_of(url)
        self._engine = opened

    @cached_property
    def identity(self) -> desks.Identity:
        """Return who this desk is."""
        with self.reading() as connection:
            return desks.read(connection)

    def active_model(self) -> str | None:
        """Return the id of the active marker model, or None while there is none."""
        with self.reading() as connection:
            return Promotions(connection).active()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a transaction that only reads. Database errors come out as `StoreError`."""
        with self._explained(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a transaction that writes and waits its turn; it is kept whole at the end, or not at all."""
        with self._turn(), self._explained(), self._engine.connect() as connection:
            writer = connection.execution_options(writes=True)
            with writer.begin() as whole:
                yield writer
                with self._explained(is_committing=True):
                    whole.commit()
                    engine.wait_for_disk(writer)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def copy_into(self, target: Path) -> None:
        """Write a consistent copy of the database while others use it; of PostgreSQL, one for `pg_restore`."""
        if engine.file_of(self.url):
            engine.copy_into(self._engine, target)
        else:
            engine.dump_into(self.url, target)

    def scrub(self) -> bool:
        """Rewrite the database without what was deleted; return False where a reader kept it from it."""
        with self._explained():
            return engine.scrub(self._engine)

    def _turn(self) -> AbstractContextManager[None]:
        """Wait one's turn among SQLite's writers; PostgreSQL sees to that itself."""
        file = engine.file_of(self.url)
        return turns.turn(file, engine.BUSY_SECONDS) if file else nullcontext()

    @contextmanager
    def _explained(self, *, is_committing: bool = False) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, sqlite3.Error) as error:
            raise engine.explain(error, self.url, is_committing=is_committing) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at, and what is wrong with it; nothing when it is sound."""

    name: str
    faults: tuple[str, ...] = ()


@contextmanager
def open_desk(db_url: str) -> Iterator[Desk]:
    """Give the desk at a URL or path, and close it at the end.

    Raises `StoreError` where there is none, or one of another version than this program's.
    """
    with _any_desk(db_url) as desk:
        with desk.reading() as connection:
            found = engine.version(connection)
        if found is None:
            raise StoreError(f"{desk.place} is no desk; create one with: triage db init --db {desk.place}")
        if found not in schema.REVISIONS:
            raise StoreError(f"{desk.place} was written by a newer triage (schema {found}); upgrade hotline-triage")
        if found != schema.REVISIONS[-1]:
            raise StoreError(
                f"{desk.place} has schema {found}, this program {schema.REVISIONS[-1]}; back it up, then run: "
                f"triage db upgrade --db {desk.place}"
            )
        yield desk


def init(db_url: str, *, key: str | None, home: Path, actor: str, seed: int, now: datetime) -> Path | None:
    """Make a desk, and a file for its pseudonym key unless `key` is given; return that file.

    Raises `StoreError` if there is a desk already: it is left as it is.
    """
    url = engine.parse_url(db_url)
    place, file = engine.place_of(url), engine.file_of(url)
    if file and not file.absolute().parent.is_dir():
        raise StoreError(f"the folder of {place} does not exist; make it first")
    if file and file.is_dir():
        raise StoreError(f"{place} is a folder; name a file in it, such as {file / 'desk.db'}")
    desk = Desk(url, engine.new_engine(url))
    try:
        with desk.writing() as connection:
            if not engine.is_empty(connection):
                raise StoreError(
                    f"{place} exists already and is left as it is; look at it with: triage db check --db {place}"
                )
            key_file = None if key else _make_key_file(key_path(url, home))
            secret = read_key(url, key=key, home=home)
            Pseudonymiser(secret)  # refuses a key that is too short
            migrations.upgrade(connection)
            identity = desks.Identity(secrets.token_hex(16), now, seed, key_digest(secret))
            desks.add(connection, identity)
            audit.append(connection, at=now, by=actor, act="init", body={"desk": identity.id, "seed": seed})
    finally:
        desk.close()
    return key_file


def upgrade(db_url: str, *, actor: str, now: datetime) -> tuple[str, str]:
    """Bring the schema of a desk to this program's version, in one transaction; return (before, after)."""
    with _any_desk(db_url) as desk, desk.writing() as connection:
        before = engine.version(connection)
        if before is None:
            raise StoreError(f"{desk.place} is no desk; create one with: triage db init --db {desk.place}")
        if before not in schema.REVISIONS:
            raise StoreError(f"{desk.place} was written by a newer triage (schema {before}); upgrade hotline-triage")
        after = schema.REVISIONS[-1]
        if before != after:
            migrations.upgrade(connection)
            audit.append(connection, at=now, by=actor, act="upgrade", body={"before": before, "after": after})
    return before, after


def downgrade(db_url: str, to: str, *, actor: str, now: datetime) -> tuple[str, str]:
    """Take the schema of a desk back to an older version, in one transaction; return (before, after).

    What only the newer version knows is lost; the act is on record. Raises `UsageError` where the version is not older.
    """
    with _any_desk(db_url) as desk, desk.writing() as connection:
        before = engine.version(connection)
        older = schema.REVISIONS[: schema.REVISIONS.index(before)] if before in schema.REVISIONS else ()
        if before is None:
            raise StoreError(f"{desk.place} is no desk; create one with: triage db init --db {desk.place}")
        if to not in older:
            known = ", ".join(older) or "none"
            raise UsageError(f'"{to}" is no version before {before}, the one of {desk.place}; those are: {known}')
        audit.append(connection, at=now, by=actor, act="downgrade", body={"before": before, "after": to})
        migrations.downgrade(connection, to)
    return before, to


def check(desk: Desk, *, key: str | None, home: Path) -> list[Check]:
    """Look at a desk from end to end: the file, the pseudonym key, whether its counts add up, the audit chain."""
    with desk.reading() as connection:
        return [
            Check(name="file", faults=tuple(engine.integrity(connection))),
            Check(name="key", faults=tuple(_key_faults(desk, key=key, home=home))),
            Check(name="counts", faults=tuple(desks.miscounts(connection))),
            Check(name="audit", faults=tuple(audit.faults(connection))),
        ]


def backup(desk: Desk, target: Path) -> None:
    """Write a consistent copy of the desk to `target` while others work; it appears whole or not at all.

    Raises `OutputError` if `target` exists. The pseudonym key is not in it: keep that file apart.
    """
    if target.exists():
        raise OutputError(f"{target} exists already; name another file")
    if not target.absolute().parent.is_dir():
        raise OutputError(f"the folder of {target} does not exist; make it first")
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        desk.copy_into(part)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(target)
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def key_path(url: URL, home: Path) -> Path:
    """Return the file of the pseudonym key: beside an SQLite database, else in `home`."""
    file = engine.file_of(url)
    return file.with_name(f"{file.name}.key") if file else home / "desk.key"


def pseudonym_key(desk: Desk, *, key: str | None, home: Path) -> bytes:
    """Return the key that this desk's pseudonyms are made with: `key` (from TRIAGE_KEY), else the key file.

    Raises `ConfigError` where it is missing, or is not the one that the desk was made with: two keys would give one
    reporter two pseudonyms.
    """
    faults = _key_faults(desk, key=key, home=home)
    if faults:
        raise ConfigError(faults[0])
    return read_key(desk.url, key=key, home=home)


def read_key(url: URL, *, key: str | None, home: Path) -> bytes:
    """Return the pseudonym key as bytes, or raise `ConfigError`."""
    if key:
        return key.encode()
    path = key_path(url, home)
    try:
        return bytes.fromhex(path.read_text(encoding="ascii"))
    except OSError as error:
        raise ConfigError(
            f"the pseudonym key {path} cannot be read ({error.strerror}); restore that file or set TRIAGE_KEY"
        ) from error
    except ValueError:
        raise ConfigError(f"{path} holds no pseudonym key; restore that file or set TRIAGE_KEY") from None


def key_digest(key: bytes) -> str:
    """Return what the desk keeps of its key, to know it again."""
    return hmac.new(key, b"triage pseudonym key", hashlib.sha256).hexdigest()


def _key_faults(desk: Desk, *, key: str | None, home: Path) -> list[str]:
    try:
        secret = read_key(desk.url, key=key, home=home)
    except ConfigError as error:
        return [str(error)]
    if hmac.compare_digest(key_digest(secret), desk.identity.key_digest):
        return []
    source = "TRIAGE_KEY" if key else str(key_path(desk.url, home))
    return [f"{source} is not the pseudonym key that {desk.place} was made with; restore that one"]


def _make_key_file(path: Path) -> Path:
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path  # left by an init that was cut short, or kept from a desk that is set up again
    except OSError as error:
        raise ConfigError(f"the pseudonym key {path} cannot be written: {error.strerror}") from error
    with os.fdopen(opened, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return path


@contextmanager
def _any_desk(db_url: str) -> Iterator[Desk]:
    url = engine.parse_url(db_url)
    file = engine.file_of(url)
    if file and file.is_dir():
        raise StoreError(f"{file} is a folder; name the desk's file with --db")
    if file and not file.exists():
        raise StoreError(f"no database at {file}; create one with: triage db init --db {file}")
    desk = Desk(url, engine.new_engine(url))
    try:
        yield desk
    finally:
        desk.close()


def is_there(db_url: str) -> bool:
    """Return whether a URL names a desk's file that exists, or a server."""
    file = engine.file_of(engine.parse_url(db_url))
    return file is None or file.is_file()
