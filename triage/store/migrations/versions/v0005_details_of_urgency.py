"""The answers to the harm checklist, and what stands behind the parts of an urgency."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; a harm that was put down before keeps counting until someone answers the new questions."""
    op.add_column("case", sa.Column("answers", sa.JSON(), nullable=True))
    op.add_column("case_urgency", sa.Column("details", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    """Take both away."""
    op.drop_column("case_urgency", "details")
    op.drop_column("case", "answers")
