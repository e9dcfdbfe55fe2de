"""The first desk: reports, cases, scores, the queue with its leases, decisions, promotions and the audit chain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from triage.store.migrations.guards import refuse_changes
from triage.store.schema import BigId, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INSERT_ONLY = ("decision", "promotion", "audit")
_TABLES = (
    "text_print",
    "decision",
    "case_urgency",
    "case_report",
    "case_key",
    "assignment",
    "score",
    "case",
    "audit_body",
    "text_band",
    "report",
    "promotion",
    "desk",
    "counter",
    "audit",
)


def upgrade() -> None:
    """Make the tables, and have the database refuse to edit or delete what is on record."""
    op.create_table(
        "audit",
        sa.Column("number", BigId, autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("body_digest", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
        sa.UniqueConstraint("digest", name="uq_audit_digest"),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", BigId, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )
    op.create_table(
        "desk",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("key_digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk"),
    )
    op.create_table(
        "promotion",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("replaced", sa.Text(), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_promotion"),
    )
    op.create_table(
        "report",
        sa.Column("number", BigId, autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.Column("taken_in_at", UtcTime(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("reporter", sa.Text(), nullable=True),
        sa.Column("quality", sa.Float(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("raw_digest", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_report"),
        sa.UniqueConstraint("id", name="uq_report_id"),
    )
    op.create_table(
        "text_band",
        sa.Column("band", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("print_id", BigId, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("band", "print_id", name="pk_text_band"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_body",
        sa.Column("number", BigId, autoincrement=False, nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["audit.number"], name="fk_audit_body_number"),
        sa.PrimaryKeyConstraint("number", name="pk_audit_body"),
    )
    op.create_table(
        "case",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("first_report", BigId, nullable=False),
        sa.Column("content_report", BigId, nullable=False),
        sa.Column("content_kind", sa.Integer(), nullable=False),
        sa.Column("harm", sa.Float(), nullable=True),
        sa.Column("merged_into", BigId, nullable=True),
        sa.ForeignKeyConstraint(["content_report"], ["report.number"], name="fk_case_content_report"),
        sa.ForeignKeyConstraint(["first_report"], ["report.number"], name="fk_case_first_report"),
        sa.ForeignKeyConstraint(["merged_into"], ["case.id"], name="fk_case_merged_into"),
        sa.PrimaryKeyConstraint("id", name="pk_case"),
    )
    op.create_index("ix_case_content_report", "case", ["content_report"], unique=False)
    op.create_table(
        "score",
        sa.Column("report_number", BigId, autoincrement=False, nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("scored_at", UtcTime(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("markers", sa.JSON(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("own_voice", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("evidence_other", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["report_number"], ["report.number"], name="fk_score_report_number"),
        sa.PrimaryKeyConstraint("report_number", "model", name="pk_score"),
    )
    op.create_table(
        "assignment",
        sa.Column("case_id", BigId, autoincrement=False, nullable=False),
        sa.Column("token", BigId, autoincrement=False, nullable=False),
        sa.Column("moderator", sa.Text(), nullable=False),
        sa.Column("claimed_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_assignment_case_id"),
        sa.PrimaryKeyConstraint("case_id", "token", name="pk_assignment"),
    )
    op.create_index("ix_assignment_moderator", "assignment", ["moderator"], unique=False)
    op.create_table(
        "case_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_case_key_case_id"),
        sa.PrimaryKeyConstraint("key", name="pk_case_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_key_case_id", "case_key", ["case_id"], unique=False)
    op.create_table(
        "case_report",
        sa.Column("report_number", BigId, autoincrement=False, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("joined_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_case_report_case_id"),
        sa.ForeignKeyConstraint(["report_number"], ["report.number"], name="fk_case_report_report_number"),
        sa.PrimaryKeyConstraint("report_number", name="pk_case_report"),
    )
    op.create_index("ix_case_report_case_id_report_number", "case_report", ["case_id", "report_number"], unique=False)
    op.create_table(
        "case_urgency",
        sa.Column("case_id", BigId, autoincrement=False, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.Column("urgency", sa.Float(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("reporters", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcTime(), nullable=False),
        sa.Column("lot", sa.Float(), nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("ranked_at", UtcTime(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("token", BigId, nullable=False),
        sa.Column("free_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_case_urgency_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_urgency"),
    )
    op.create_index("ix_case_urgency_lot", "case_urgency", ["is_open", "lot"], unique=False)
    op.create_index(
        "ix_case_urgency_order", "case_urgency", ["is_open", sa.literal_column("urgency DESC"), "case_id"], unique=False
    )
    op.create_index("ix_case_urgency_stale", "case_urgency", ["is_stale", "case_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("token", BigId, nullable=False),
        sa.Column("moderator", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.JSON(), nullable=False),
        sa.Column("struck", sa.JSON(), nullable=False),
        sa.Column("review", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("decided_at", UtcTime(), nullable=False),
        sa.Column("supersedes", BigId, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_decision_case_id"),
        sa.ForeignKeyConstraint(["supersedes"], ["decision.id"], name="fk_decision_supersedes"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.UniqueConstraint("case_id", "token", name="uq_decision_case_id_token"),
    )
    op.create_table(
        "text_print",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_text_print_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_text_print"),
    )
    op.create_index("ix_text_print_case_id", "text_print", ["case_id"], unique=False)
    for table in _INSERT_ONLY:
        refuse_changes(table)


def downgrade() -> None:
    """Drop the tables and all that is in them."""
    for table in _TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
