"""Schema changes, each in one transaction with the version that it leads to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.engine import Connection


def configuration(connection: Connection | None = None) -> Config:
    """Return the migrations' configuration, working on an open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Bring the schema to the newest version, inside the caller's transaction."""
    from alembic import command

    command.upgrade(configuration(connection), "head")


def downgrade(connection: Connection, revision: str) -> None:
    """Take the schema back to `revision` (`base`: no tables), inside the caller's transaction."""
    from alembic import command

    command.downgrade(configuration(connection), revision)
