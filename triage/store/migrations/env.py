"""Run by alembic: applies migrations on the connection that it is given, in that connection's transaction."""

from __future__ import annotations

from alembic import context

from triage.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
