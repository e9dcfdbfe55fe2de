"""One raw row becomes a report, a rejection with its reason, or a blank."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any

from triage.domain.report import Blank, Channel, Rejection, Report, Row
from triage.intake.dates import parse_time
from triage.intake.privacy import Pseudonymise, mask_extra, mask_reporter
from triage.intake.rows import CONTENT, RawRow
from triage.intake.streams import bounded

_LONGEST = {"id": 500, "subject": 1_000, "url": 8_000, "channel": 100, "lang": 100, "reporter": 1_000}
_LARGEST_EXACT = 2**53
_NOT_TEXT = re.compile("[\0\ud800-\udfff]")


class _Refused(Exception):
    """The row at hand cannot be accepted; says why."""


def to_report(row: RawRow, *, channel: Channel | None, pseudonymise: Pseudonymise, now: datetime) -> Row:
    """Return the report that a raw row makes, or why it makes none.

    `channel` is that of rows which name none, `now` the time of those without `received_at`. Without an `id` the
    report is known by the digest of the whole row, in which the reporter stands as a pseudonym: another key,
    another id.
    """
    try:
        values = {name: _text(name, value) for name, value in row.values.items() if name != "received_at"}
        extra = {column: _extra(column, value) for column, value in row.extra.items() if value is not None}
        given = row.values.get("received_at")
        if not (given or any(_holds(value) for value in (*values.values(), *extra.values()))):
            return Blank(place=row.place)
        if not any(_holds(values.get(name, "")) for name in CONTENT):
            raise _Refused("has no url, title, text, claim or subject")
        received_at = _received_at(given)
        via = _channel(values.get("channel", "")) or channel or row.channel
    except _Refused as refused:
        return Rejection(place=row.place, reason=str(refused), raw=bounded(row.raw))
    return _report(row, values, extra, received_at, via, pseudonymise, now)


def _report(
    row: RawRow,
    values: dict[str, str],
    extra: dict[str, str],
    received_at: datetime | None,
    channel: Channel,
    pseudonymise: Pseudonymise,
    now: datetime,
) -> Report:
    reporter = values.get("reporter", "")
    for name in ("claim", *row.masked):
        if name in values:
            values[name] = mask_reporter(values[name], reporter, pseudonymise)
    known = pseudonymise(reporter) if reporter else ""
    kept = {column: mask_extra(column, value, pseudonymise) for column, value in extra.items()}
    text = values.get("text", "")
    content = [_plain(values.get(name, "")) for name in ("claim", "subject", "url", "title")]
    content.append(row.raw_digest or _plain(text))
    told = [
        received_at.isoformat() if received_at else "",
        channel,
        known,
        values.get("lang", ""),
        sorted(kept.items()),
    ]
    return Report(
        id=values.get("id") or _digest([content, told])[:32],
        received_at=received_at or now,
        channel=channel,
        digest=_digest(content),
        reporter=known or None,
        claim=values.get("claim", ""),
        subject=values.get("subject", ""),
        url=values.get("url", ""),
        title=values.get("title", ""),
        text=text,
        lang=values.get("lang", ""),
        extra=kept,
        warnings=row.warnings,
        raw_digest=row.raw_digest,
        place=row.place,
    )


def _text(name: str, value: Any) -> str:
    """Return a field as text, trimmed where it is no prose; refuses what is no text or cannot be kept as it is."""
    if value is None:
        return ""
    if isinstance(value, bool | list | dict | bytes):
        raise _Refused(f"{name} is no text")
    if isinstance(value, float) and abs(value) >= _LARGEST_EXACT:
        raise _Refused(f"{name} is a number too large to be kept exactly; write it as text")
    text = _checked(name, str(value))
    longest = _LONGEST.get(name)
    if longest is None:
        return text
    text = text.strip()
    if len(text) > longest:
        raise _Refused(f"{name} is longer than {longest:,} characters")
    return text


def _extra(column: str, value: Any) -> str:
    """Return the value of an unknown column as text: JSON where it is none."""
    import orjson

    if not isinstance(value, str):
        try:
            value = orjson.dumps(value, default=str).decode()
        except TypeError as error:
            raise _Refused(f"{column[:40]} is nested too deeply") from error
    return _checked(_checked("the name of a column", column)[:40], value)


def _checked(name: str, text: str) -> str:
    wrong = _NOT_TEXT.search(text)
    if wrong is None:
        return text
    code = ord(wrong[0])
    if code == 0:
        raise _Refused(f"{name} holds a NUL byte")
    if 0xDC80 <= code <= 0xDCFF:
        raise _Refused(f"{name} is not UTF-8 (byte 0x{code - 0xDC00:02X})")
    raise _Refused(f"{name} holds half a character")


def _holds(text: str) -> bool:
    return bool(text) and not text.isspace()


def _received_at(given: Any) -> datetime | None:
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    try:
        return parse_time(given)
    except (ValueError, OverflowError, TypeError):
        shown = bounded(str(given))[:60]
        raise _Refused(f'received_at "{shown}" is not a date') from None


def _channel(given: str) -> Channel | None:
    if not given:
        return None
    try:
        return Channel(given.lower())
    except ValueError:
        raise _Refused(f'channel "{given}" is none of {", ".join(Channel)}') from None


def _plain(text: str) -> str:
    """Return a text in which the kind of white space does not matter."""
    return " ".join(text.split())


def _digest(value: Any) -> str:
    import orjson

    return hashlib.sha256(orjson.dumps(value)).hexdigest()
