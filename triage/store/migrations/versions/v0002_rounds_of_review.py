"""Rounds of review, undone decisions, split and merged cases, erased reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from triage.store.migrations.guards import refuse_changes
from triage.store.schema import BigId, UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COUNTERS = ("round", "regrouping")


def upgrade() -> None:
    """Add what the rounds after the first need; what is there stays as it is."""
    op.add_column("report", sa.Column("erased_at", UtcTime(), nullable=True))
    op.create_index("ix_report_reporter", "report", ["reporter"])
    op.add_column("assignment", sa.Column("round_id", BigId, nullable=True))
    op.add_column("decision", sa.Column("lang", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "review_round",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("report_number", BigId, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_review_round_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review_round"),
    )
    op.create_index("ix_review_round_case_id", "review_round", ["case_id"])
    op.create_index("ix_review_round_open", "review_round", ["is_open", "kind", "id"])
    op.create_table(
        "withdrawal",
        sa.Column("decision_id", BigId, autoincrement=False, nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name="fk_withdrawal_decision_id"),
        sa.PrimaryKeyConstraint("decision_id", name="pk_withdrawal"),
    )
    op.create_table(
        "regrouping",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("from_case", BigId, nullable=False),
        sa.Column("to_case", BigId, nullable=False),
        sa.Column("reports", sa.JSON(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["from_case"], ["case.id"], name="fk_regrouping_from_case"),
        sa.ForeignKeyConstraint(["to_case"], ["case.id"], name="fk_regrouping_to_case"),
        sa.PrimaryKeyConstraint("id", name="pk_regrouping"),
    )
    op.create_index("ix_regrouping_from_case", "regrouping", ["from_case"])
    op.create_index("ix_regrouping_to_case", "regrouping", ["to_case"])
    for table in ("withdrawal", "regrouping"):
        refuse_changes(table)
    for name in _COUNTERS:  # a desk that is just being made starts its counters itself
        op.execute(f"INSERT INTO counter (name, value) SELECT '{name}', 0 WHERE EXISTS (SELECT 1 FROM counter)")


def downgrade() -> None:
    """Take it away; an erased case, which the older version does not know, becomes one that is merged into none."""
    op.execute("""UPDATE "case" SET state = 'merged' WHERE state = 'erased'""")
    for name in _COUNTERS:
        op.execute(f"DELETE FROM counter WHERE name = '{name}'")
    for table in ("regrouping", "withdrawal", "review_round"):
        op.drop_table(table)
    op.drop_column("decision", "lang")
    op.drop_column("assignment", "round_id")
    op.drop_index("ix_report_reporter", "report")
    op.drop_column("report", "erased_at")
