"""What cases mean, which pairs seem to mean the same; on PostgreSQL a chain that many can add to at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from triage.store.schema import BigId, UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SEQUENCES = ("claim", "decision")
_APPEND_ACT = """
CREATE FUNCTION append_act(new_at text, new_act text, new_salt text, new_body_digest text, new_body text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    new_number bigint;
    last_digest text;
    new_digest text;
BEGIN
    -- Writers queue here, the last lock that they take; whoever has it lets go before the disk has answered, and the
    -- writer waits for the disk afterwards (engine.wait_for_disk).
    PERFORM pg_advisory_xact_lock(CAST(CAST('counter' AS regclass) AS bigint));
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE counter SET value = value + 1 WHERE name = 'audit' RETURNING value INTO STRICT new_number;
    SELECT digest INTO last_digest FROM audit ORDER BY number DESC LIMIT 1;
    last_digest := coalesce(last_digest, repeat('0', 64));
    new_digest := encode(sha256(
        convert_to(CAST(new_number AS text), 'UTF8') || '\\x00'::bytea || convert_to(new_at, 'UTF8') || '\\x00'::bytea
        || convert_to(new_act, 'UTF8') || '\\x00'::bytea || convert_to(new_body_digest, 'UTF8') || '\\x00'::bytea
        || convert_to(last_digest, 'UTF8')), 'hex');
    INSERT INTO audit (number, at, act, body_digest, previous, digest)
        VALUES (new_number, new_at, new_act, new_body_digest, last_digest, new_digest);
    INSERT INTO audit_body (number, salt, body) VALUES (new_number, new_salt, new_body);
    RETURN new_digest;
END $$
"""


def upgrade() -> None:
    """Add the tables, and on PostgreSQL the function that adds to the chain and numbers that nobody waits for."""
    op.create_table(
        "case_meaning",
        sa.Column("case_id", BigId, autoincrement=False, nullable=False),
        sa.Column("report_number", BigId, nullable=False),
        sa.Column("embedder", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("is_compared", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_case_meaning_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_meaning"),
    )
    op.create_table(
        "likeness",
        sa.Column("case_id", BigId, autoincrement=False, nullable=False),
        sa.Column("other_id", BigId, autoincrement=False, nullable=False),
        sa.Column("similarity", sa.Float(), nullable=False),
        sa.Column("found_at", UtcTime(), nullable=False),
        sa.Column("dismissed_at", UtcTime(), nullable=True),
        sa.Column("dismissed_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_likeness_case_id"),
        sa.ForeignKeyConstraint(["other_id"], ["case.id"], name="fk_likeness_other_id"),
        sa.PrimaryKeyConstraint("case_id", "other_id", name="pk_likeness"),
    )
    op.create_index("ix_likeness_other_id", "likeness", ["other_id"])
    if op.get_bind().dialect.name != "postgresql":
        return
    for name in _SEQUENCES:
        op.execute(f"CREATE SEQUENCE {name}_number")
        op.execute(f"SELECT setval('{name}_number', value) FROM counter WHERE name = '{name}' AND value > 0")
        op.execute(f"DELETE FROM counter WHERE name = '{name}'")
    op.execute(_APPEND_ACT)


def downgrade() -> None:
    """Take them away; what cases mean can be found anew, what was dismissed is still told by the chain."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION append_act(text, text, text, text, text)")
        for name in _SEQUENCES:
            op.execute(
                f"INSERT INTO counter (name, value) SELECT '{name}', CASE WHEN is_called THEN last_value ELSE 0 END "
                f"FROM {name}_number WHERE EXISTS (SELECT 1 FROM counter)"
            )
            op.execute(f"DROP SEQUENCE {name}_number")
    op.drop_table("likeness")
    op.drop_table("case_meaning")
