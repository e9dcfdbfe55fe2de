"""Snapshots of what was trained on, recorded comparisons, and the priority model beside the marker model."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from triage.store.migrations.guards import refuse_changes
from triage.store.schema import BigId, UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INSERT_ONLY = ("snapshot", "comparison", "priority_promotion")
_COUNTERS = ("comparison", "priority_promotion")


def upgrade() -> None:
    """Add what learning from decisions needs; what is there stays as it is."""
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_snapshot"),
    )
    op.create_table(
        "comparison",
        sa.Column("number", BigId, autoincrement=False, nullable=False),
        sa.Column("candidate", sa.Text(), nullable=False),
        sa.Column("active", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_comparison"),
    )
    op.create_index("ix_comparison_candidate", "comparison", ["candidate", "active"])
    op.create_table(
        "upheld_score",
        sa.Column("case_id", BigId, autoincrement=False, nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("scored_at", UtcTime(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_upheld_score_case_id"),
        sa.PrimaryKeyConstraint("case_id", "model", name="pk_upheld_score"),
    )
    op.create_table(
        "priority_promotion",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("replaced", sa.Text(), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_priority_promotion"),
    )
    for table in _INSERT_ONLY:
        refuse_changes(table)
    for name in _COUNTERS:  # a desk that is just being made starts its counters itself
        op.execute(f"INSERT INTO counter (name, value) SELECT '{name}', 0 WHERE EXISTS (SELECT 1 FROM counter)")


def downgrade() -> None:
    """Take it away; urgencies keep their part for the priority model until they are ranked anew."""
    for name in _COUNTERS:
        op.execute(f"DELETE FROM counter WHERE name = '{name}'")
    for table in ("priority_promotion", "upheld_score", "comparison", "snapshot"):
        op.drop_table(table)
