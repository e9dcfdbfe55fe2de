from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sample_desk import DYKE, MILK, NOW, report, take
from sqlalchemy.exc import DBAPIError

from triage.domain.case import Verdict
from triage.errors import StoreError, UsageError
from triage.store import audit, engine, migrations, schema
from triage.store.engine import new_engine, parse_url
from triage.workflow import database
from triage.workflow.audit import verify
from triage.workflow.database import Desk, open_desk
from triage.workflow.purge import erase_reporter
from triage.workflow.reconsider import undo
from triage.workflow.review import Ruling, claim, decide, show
from triage.workflow.rules import Rules


@pytest.fixture
def bare(new_db: str) -> Desk:
    url = parse_url(new_db)
    return Desk(url, new_engine(url))


def test_the_migrations_make_the_tables_that_the_code_knows(desk: Desk) -> None:
    with desk.reading() as connection:
        context = MigrationContext.configure(connection)

        assert compare_metadata(context, schema.metadata) == []


def test_the_known_versions_are_those_of_the_migrations() -> None:
    scripts = ScriptDirectory.from_config(migrations.configuration()).walk_revisions()

    assert tuple(reversed([script.revision for script in scripts])) == schema.REVISIONS


def test_going_down_leaves_no_table_and_up_again_works(bare: Desk) -> None:
    with bare.writing() as connection:
        migrations.upgrade(connection)
    with bare.writing() as connection:
        migrations.downgrade(connection, "base")
        left = sa.inspect(connection).get_table_names()
        migrations.upgrade(connection)

        assert left == ["alembic_version"]
        assert engine.version(connection) == schema.REVISIONS[-1]
    bare.close()


def test_a_migration_that_is_cut_short_leaves_nothing(bare: Desk) -> None:
    with pytest.raises(KeyboardInterrupt), bare.writing() as connection:
        migrations.upgrade(connection)
        raise KeyboardInterrupt

    with bare.reading() as connection:
        assert engine.is_empty(connection)
    bare.close()


def test_going_down_and_up_keeps_what_the_older_version_knows(desk: Desk, db_url: str) -> None:
    take(desk, [report("1", text=DYKE), report("2", text=MILK, reporter="p-1")])
    got = claim(desk, "ann", now=NOW, drawn_every=20)
    assert got
    ruling = Ruling(verdict=Verdict.CANNOT_TELL, reason="no source", lang="el")
    made = decide(desk, got.case, ruling, moderator="ann", lease_token=got.token, known_markers=(), now=NOW)
    erase_reporter(desk, "p-1", by="ann", now=NOW)
    assert database.downgrade(db_url, "0001", actor="ann", now=NOW) == (schema.REVISIONS[-1], "0001")
    with (
        pytest.raises(StoreError, match=f"has schema 0001, this program {schema.REVISIONS[-1]}; back it up"),
        open_desk(db_url),
    ):
        pass

    assert database.upgrade(db_url, actor="ann", now=NOW) == ("0001", schema.REVISIONS[-1])

    with open_desk(db_url) as again:
        assert show(again, got.case, now=NOW).decisions == [replace(made, lang="")]
        with again.reading() as connection:
            assert list(audit.faults(connection)) == []
        held = undo(again, got.case, moderator="ann", reason="a slip", rules=Rules(), now=NOW)
        assert held is not None
        anew = decide(again, got.case, ruling, moderator="ann", lease_token=held.token, known_markers=(), now=NOW)
        assert (anew.id, anew.supersedes) == ("2", made.id)
        lost = "decision 1 of case 1 is not what the chain tells of it"  # its language, which 0001 does not know
        assert verify(again, []).faults == (lost,)


@pytest.mark.parametrize("to", ["0009", "x", schema.REVISIONS[-1]])
def test_a_desk_goes_back_to_an_older_version_only(desk: Desk, db_url: str, to: str) -> None:
    with pytest.raises(UsageError, match=f'"{to}" is no version before'):
        database.downgrade(db_url, to, actor="ann", now=NOW)

    with open_desk(db_url):
        pass


def test_an_upgrade_that_is_cut_short_leaves_the_older_version(desk: Desk, db_url: str) -> None:
    with desk.writing() as connection:
        migrations.downgrade(connection, "0001")
    with pytest.raises(KeyboardInterrupt), desk.writing() as connection:
        migrations.upgrade(connection)
        raise KeyboardInterrupt

    with desk.reading() as connection:
        assert engine.version(connection) == "0001"
        assert not sa.inspect(connection).has_table("review_round")


@pytest.mark.parametrize("act", ["UPDATE audit SET act = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_what_is_on_record(desk: Desk, act: str) -> None:
    with pytest.raises(Exception, match="insert-only"), desk.writing() as connection:
        connection.execute(sa.text(act))

    with desk.reading() as connection:
        assert list(audit.faults(connection)) == []


@pytest.mark.parametrize("table", ["decision", "withdrawal", "regrouping", "promotion", "audit"])
def test_every_insert_only_table_is_guarded(desk: Desk, table: str) -> None:
    with desk.reading() as connection:
        if connection.dialect.name == "sqlite":
            found = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
            assert connection.scalar(sa.text(found), {"table": table}) == 2
        else:
            with pytest.raises(DBAPIError, match="insert-only"):
                connection.execute(sa.text(f"TRUNCATE {table} CASCADE"))
