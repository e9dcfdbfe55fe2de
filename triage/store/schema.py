"""The desk's tables, one schema for SQLite and PostgreSQL.

Reports, scores, decisions, promotions and the audit chain are insert-only; the database itself refuses to edit or
delete a decision, its withdrawal, a regrouping of cases, a promotion or a link of the chain. What changes is where a
report belongs, a case's state, its row in the queue, and which rounds of review it waits for. Erasing empties a report
and leaves its number.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

REVISIONS = ("0001", "0002", "0003", "0004", "0005")
"""The schema versions that this code knows, oldest first; each is a migration below `triage/store/migrations`."""


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time, which SQLite would otherwise give back without its zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time as the database keeps it, in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the aware UTC time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Body = sa.JSON()
NullableBody = sa.JSON(none_as_null=True)

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

desk = sa.Table(
    "desk",
    metadata,
    sa.Column("id", sa.Text, primary_key=True, doc="random, so that a file from another desk is known as such"),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("seed", sa.Integer, nullable=False, doc="of every draw"),
    sa.Column("key_digest", sa.Text, nullable=False, doc="of the pseudonym key; never the key"),
)

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", BigId, nullable=False),
)

report = sa.Table(
    "report",
    metadata,
    sa.Column("number", BigId, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("received_at", UtcTime, nullable=False),
    sa.Column("taken_in_at", UtcTime, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("reporter", sa.Text, doc="keyed pseudonym"),
    sa.Column("quality", sa.Float, nullable=False),
    sa.Column("lang", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("claim", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("extra", Body, nullable=False),
    sa.Column("warnings", Body, nullable=False),
    sa.Column("raw_digest", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("erased_at", UtcTime, doc="when all but number, channel and times was erased"),
    sa.Index("ix_report_reporter", "reporter"),
)

case = sa.Table(
    "case",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("first_report", BigId, sa.ForeignKey("report.number"), nullable=False),
    sa.Column("content_report", BigId, sa.ForeignKey("report.number"), nullable=False, index=True),
    sa.Column("content_kind", sa.Integer, nullable=False, doc="2 text, 1 title alone, 0 neither"),
    sa.Column("harm", sa.Float, doc="the checklist's sum, 0 to 1, where someone filled it in"),
    sa.Column("answers", NullableBody, doc="those to the checklist; none for a sum of an older one"),
    sa.Column("merged_into", BigId, sa.ForeignKey("case.id")),
)

case_report = sa.Table(
    "case_report",
    metadata,
    sa.Column("report_number", BigId, sa.ForeignKey("report.number"), primary_key=True, autoincrement=False),
    sa.Column("case_id", BigId, sa.ForeignKey("case.id"), nullable=False),
    sa.Column("joined_by", sa.Text, nullable=False, doc="new, subject, copy, near_copy or url"),
    sa.Index(None, "case_id", "report_number"),
)

case_key = sa.Table(
    "case_key",
    metadata,
    sa.Column("key", sa.Text, primary_key=True, doc="digest of a subject, a text or a url, with its kind"),
    sa.Column("case_id", BigId, sa.ForeignKey("case.id"), nullable=False, index=True),
    sqlite_with_rowid=False,
)

text_print = sa.Table(
    "text_print",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=False),
    sa.Column("case_id", BigId, sa.ForeignKey("case.id"), nullable=False, index=True),
    sa.Column("signature", sa.LargeBinary, nullable=False),
)

text_band = sa.Table(
    "text_band",
    metadata,
    sa.Column("band", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("print_id", BigId, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

case_meaning = sa.Table(
    "case_meaning",
    metadata,
    sa.Column("case_id", BigId, sa.ForeignKey("case.id"), primary_key=True, autoincrement=False),
    sa.Column("report_number", BigId, nullable=False, doc="whose content it is of"),
    sa.Column("embedder", sa.Text, nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False, doc="of unit length, as 16-bit floats; empty for none"),
    sa.Column("is_compared", sa.Boolean, nullable=False, doc="whether it was held against all others"),
)

likeness = sa.Table(
    "likeness",
    metadata,
    sa.Column("case_id", BigId, sa.ForeignKey("case.id"), primary_key=True, autoincrement=False),
    sa.Column("other_id", BigId, sa.ForeignKey("case.id"), primary_key=True, autoincrement=False, index=True),
    sa.Column("similarity", sa.Float, nullable=False),
    sa.Column("found_at", UtcTime, nullable=False),
    sa.Column("dismissed_at", UtcTime, doc="when a person said that the two do not mean the same"),
    sa.Column("dismissed_by", sa.Text),
)

score = sa.Table(
    "score",
    metadata,
    sa.Column("report_number", BigId, sa.ForeignKey("report.number"), primary_key=True, autoincrement=False),
    sa.Column("model", sa.Text, primary_key=True),
    sa.Column("scored_at", UtcTime, nullable=False),
    sa.Column("lang", sa.Text, nullable=False),
    sa.Column("markers", Body, nullable=False),
    sa.Column("found", Body, nullable=False),
    sa.Column("own_voice", Body, nullable=False),
    sa.Column("evidence", Body, nullable=False),
    sa.Column("evidence_other", Body, nullable=False),
    sa.Column("warnings", Body, nullable=False),
)

case_urgency = sa.Table(
    "case_urgency",
    metadata,
    sa.Column("case_id", BigId, sa.ForeignKey("case.id"), primary_key=True, autoincrement=False),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Column("is_stale", sa.Boolean, nullable=False, doc="facts have changed since it was ranked"),
    sa.Column("urgency", sa.Float, nullable=False),
    sa.Column("parts", Body, nullable=False),
    sa.Column("details", Body, nullable=False, server_default="{}", doc="what stands behind the parts"),
    sa.Column("reports", sa.Integer, nullable=False),
    sa.Column("reporters", sa.Integer, nullable=False),
    sa.Column("opened_at", UtcTime, nullable=False),
    sa.Column("lot", sa.Float, nullable=False, doc="the case's draw in [0, 1)"),
    sa.Column("model", sa.Text, doc="whose score is in the urgency"),
    sa.Column("ranked_at", UtcTime),
    sa.Column("holder", sa.Text, doc="the moderator of the newest lease"),
    sa.Column("token", BigId, nullable=False, doc="fencing token: counts the leases of this case"),
    sa.Column("free_at", UtcTime, nullable=False, doc="when the lease or the deferral runs out"),
)
sa.Index("ix_case_urgency_order", case_urgency.c.is_open, case_urgency.c.urgency.desc(), case_urgency.c.case_id)
sa.Index("ix_case_urgency_lot", case_urgency.c.is_open, case_urgency.c.lot)
sa.Index("ix_case_urgency_stale", case_urgency.c.is_stale, case_urgency.c.case_id)

assignment = sa.Table(
    "assignment",
    metadata,
    sa.Column("case_id", BigId, sa.ForeignKey("case.id"), primary_key=True, autoincrement=False),
    sa.Column("token", BigId, primary_key=True, autoincrement=False),
    sa.Column("moderator", sa.Text, nullable=False, index=True),
    sa.Column("claimed_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("drawn", sa.Boolean, nullable=False, doc="whether chance, not urgency, put the case next"),
    sa.Column("round_id", BigId, doc="the round of review that it is for; none for the first"),
)

review_round = sa.Table(
    "review_round",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=False),
    sa.Column("case_id", BigId, sa.ForeignKey("case.id"), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False, doc="escalation, second, adjudication or appeal"),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False, doc="who may not decide it"),
    sa.Column("asked_at", UtcTime, nullable=False),
    sa.Column("party", sa.Text, nullable=False, doc="publisher or reporter, of an appeal"),
    sa.Column("report_number", BigId, doc="the report of a reporter who appeals"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Index("ix_review_round_open", "is_open", "kind", "id"),
)

decision = sa.Table(
    "decision",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=False),
    sa.Column("case_id", BigId, sa.ForeignKey("case.id"), nullable=False),
    sa.Column("token", BigId, nullable=False, doc="of the lease it was made under; one decision a lease"),
    sa.Column("moderator", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("confirmed", Body, nullable=False),
    sa.Column("struck", Body, nullable=False),
    sa.Column("review", sa.Text, nullable=False),
    sa.Column("model", sa.Text, doc="whose score the moderator was shown"),
    sa.Column("decided_at", UtcTime, nullable=False),
    sa.Column("supersedes", BigId, sa.ForeignKey("decision.id")),
    sa.Column("lang", sa.Text, nullable=False, server_default="", doc="where the moderator has put it right"),
    sa.UniqueConstraint("case_id", "token"),
)

withdrawal = sa.Table(
    "withdrawal",
    metadata,
    sa.Column("decision_id", BigId, sa.ForeignKey("decision.id"), primary_key=True, autoincrement=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

regrouping = sa.Table(
    "regrouping",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=False),
    sa.Column("act", sa.Text, nullable=False, doc="split or merge"),
    sa.Column("from_case", BigId, sa.ForeignKey("case.id"), nullable=False, index=True),
    sa.Column("to_case", BigId, sa.ForeignKey("case.id"), nullable=False, index=True),
    sa.Column("reports", Body, nullable=False, doc="the numbers of those that moved"),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)


def _promotions(name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("id", BigId, primary_key=True, autoincrement=False),
        sa.Column("model", sa.Text, doc="the active model from then on; none after the first is rolled back"),
        sa.Column("replaced", sa.Text),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
    )


promotion = _promotions("promotion")
priority_promotion = _promotions("priority_promotion")

snapshot = sa.Table(
    "snapshot",
    metadata,
    sa.Column("id", sa.Text, primary_key=True, doc="the digest of its body"),
    sa.Column("kind", sa.Text, nullable=False, doc="priority or markers"),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("body", Body, nullable=False, doc="what was trained on, by number and digest; no text"),
)

comparison = sa.Table(
    "comparison",
    metadata,
    sa.Column("number", BigId, primary_key=True, autoincrement=False),
    sa.Column("candidate", sa.Text, nullable=False),
    sa.Column("active", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("body", Body, nullable=False),
    sa.Index("ix_comparison_candidate", "candidate", "active"),
)

upheld_score = sa.Table(
    "upheld_score",
    metadata,
    sa.Column("case_id", BigId, sa.ForeignKey("case.id"), primary_key=True, autoincrement=False),
    sa.Column("model", sa.Text, primary_key=True),
    sa.Column("scored_at", UtcTime, nullable=False),
    sa.Column("probability", sa.Float, nullable=False),
    sa.Column("warnings", Body, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("number", BigId, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("body_digest", sa.Text, nullable=False, doc="of salt and body, which may be erased"),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
)

audit_body = sa.Table(
    "audit_body",
    metadata,
    sa.Column("number", BigId, sa.ForeignKey("audit.number"), primary_key=True, autoincrement=False),
    sa.Column("salt", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
