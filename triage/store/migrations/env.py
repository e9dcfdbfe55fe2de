"""Run by alembic: applies migrations on the connection that it is given, in that connection's transaction."""

from __future__ import annotations

from alembic import context

from triage.store.schema import metadata

if hasattr(context, "config"):  # set only while alembic runs this file
    context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
    context.run_migrations()
