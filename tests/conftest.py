from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sample_desk
from hypothesis import settings
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from triage.workflow.database import Desk, init, open_desk

# The first example loads a library or a language model: a deadline would test the machine.
settings.register_profile("without a deadline", deadline=None)
settings.load_profile("without a deadline")

POSTGRES = os.environ.get("TRIAGE_TEST_POSTGRES")  # URL of a server on which schemas may be made and dropped


@pytest.fixture(params=["sqlite", "postgresql"])
def new_db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with nothing in it, once for each kind of server."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'desk.db'}"
        return
    if not POSTGRES:
        pytest.skip("TRIAGE_TEST_POSTGRES names no server")
    schema = f"desk_{uuid.uuid4().hex}"
    server = create_engine(make_url(POSTGRES).set(drivername="postgresql+psycopg"))
    with server.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    url = make_url(POSTGRES).update_query_dict({"options": f"-csearch_path={schema}"})
    yield url.render_as_string(hide_password=False)
    with server.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    server.dispose()


@pytest.fixture(scope="session")
def empty_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with nothing in it, as a file to copy."""
    file = tmp_path_factory.mktemp("empty") / "desk.db"
    _make(f"sqlite:///{file}", file.parent)
    return file


@pytest.fixture
def db_url(new_db: str, empty_desk: Path, tmp_path: Path) -> str:
    """The URL of an empty desk, once for each kind of server."""
    if new_db.startswith("sqlite"):
        shutil.copy(empty_desk, tmp_path / "desk.db")
    else:
        _make(new_db, tmp_path)
    return new_db


@pytest.fixture
def desk(db_url: str) -> Iterator[Desk]:
    """An open empty desk, once for each kind of server."""
    with open_desk(db_url) as opened:
        yield opened


def _make(url: str, home: Path) -> None:
    init(url, key=sample_desk.KEY, home=home, actor="ann", seed=0, now=sample_desk.NOW)
