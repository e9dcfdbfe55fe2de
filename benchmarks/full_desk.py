"""A desk full of open cases within a minute: what the measurements of `desk.py` start from."""

from __future__ import annotations

from datetime import UTC, datetime

from triage.store import audit
from triage.workflow.database import Desk

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

_AT = f"{NOW:%Y-%m-%d %H:%M:%S}"
_POINTS = "(i * 2654435761 % 1000003) / 10000.03"
_MINUTES = "(i * 7919 % 43200)"
_SQLITE = {
    "numbers": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})",
    "received": f"strftime('%Y-%m-%d %H:%M:%S.000000', '{_AT}', '-' || {_MINUTES} || ' minutes')",
    "now": f"'{_AT}.000000'",
    "never": "'1970-01-01 00:00:00.000000'",
    "text": "printf('%0512d', i)",
    "parts": f"'{{{{\"markers\":' || {_POINTS} || '}}}}'",
}
_POSTGRESQL = {
    "numbers": "WITH n(i) AS (SELECT CAST(generate_series(1, {count}) AS bigint))",
    "received": f"timestamptz '{_AT}+00' - {_MINUTES} * interval '1 minute'",
    "now": f"timestamptz '{_AT}+00'",
    "never": "timestamptz '1970-01-01 00:00:00+00'",
    "text": "lpad(CAST(i AS text), 512, '0')",
    "parts": f"json_build_object('markers', {_POINTS})",
}
_TABLES = (
    "INSERT INTO report (number, id, digest, received_at, taken_in_at, channel, quality, lang, subject, url, claim, "
    "title, text, extra, warnings, raw_digest, place) {numbers} SELECT i, 'r' || i, 'd' || i, {received}, {now}, "
    "'web', 0.5, '', '', '', '', '', {text}, '{{}}', '[]', '', '' FROM n",
    'INSERT INTO "case" (id, state, first_report, content_report, content_kind) '
    "{numbers} SELECT i, 'open', i, i, 2 FROM n",
    "INSERT INTO case_report (report_number, case_id, joined_by) {numbers} SELECT i, i, 'new' FROM n",
    "INSERT INTO case_urgency (case_id, is_open, is_stale, urgency, parts, reports, reporters, opened_at, lot, "
    "ranked_at, token, free_at) {numbers} SELECT i, true, false, " + _POINTS + ", {parts}, 1, 1, {received}, "
    "(i * 40503 % 999983) / 999983.0, {now}, 0, {never} FROM n",
)


def fill(desk: Desk, count: int) -> None:
    """Open `count` ranked cases of one short report each, as intake and ranking leave them, a statement a table.

    The urgencies are spread evenly over 0 to 100, the times over 30 days; no two cases have equal lots.
    """
    with desk.writing() as connection:
        words = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
        filled = {name: word.format(count=count) for name, word in words.items()}
        for table in _TABLES:
            connection.exec_driver_sql(table.format(**filled), execution_options={"no_parameters": True})
        connection.exec_driver_sql(f"UPDATE counter SET value = {count} WHERE name IN ('report', 'case')")
        audit.append(connection, at=NOW, by="bench", act="take_in", body={"cases_new": count})
    with desk.writing() as connection:
        connection.exec_driver_sql("ANALYZE")
