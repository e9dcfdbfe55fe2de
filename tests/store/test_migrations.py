from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from triage.store import audit, engine, migrations, schema
from triage.store.engine import new_engine, parse_url
from triage.workflow.database import Desk


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


@pytest.mark.parametrize("act", ["UPDATE audit SET act = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_what_is_on_record(desk: Desk, act: str) -> None:
    with pytest.raises(Exception, match="insert-only"), desk.writing() as connection:
        connection.execute(sa.text(act))

    with desk.reading() as connection:
        assert list(audit.faults(connection)) == []


@pytest.mark.parametrize("table", ["decision", "promotion", "audit"])
def test_every_insert_only_table_is_guarded(desk: Desk, table: str) -> None:
    with desk.reading() as connection:
        if connection.dialect.name == "sqlite":
            found = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
            assert connection.scalar(sa.text(found), {"table": table}) == 2
        else:
            with pytest.raises(DBAPIError, match="insert-only"):
                connection.execute(sa.text(f"TRUNCATE {table} CASCADE"))
