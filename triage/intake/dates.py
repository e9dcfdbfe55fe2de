"""When a report came in: strictly read, always aware and in UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime

_ISO = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d|\d{8})"
    r"(?:[Tt ](?P<time>\d\d:\d\d(?::\d\d)?|\d{4}(?:\d\d)?)(?P<fraction>(?:(?<=:\d\d:\d\d)|(?<=[Tt ]\d{6}))[.,]\d{1,9})?"
    r" ?(?P<zone>[Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_EPOCH = re.compile(r"(?P<seconds>\d{9,10})(?P<millis>\d{3})?(?:\.\d{1,9})?", re.ASCII)
_LONGEST = 100


def parse_time(value: str | float | date) -> datetime:
    """Return the moment that a column gives. Raises `ValueError` for anything else than these.

    ISO 8601: a day, or a day and a time with any offset, extended or basic, with T or a space; seconds (9 or 10
    digits) or milliseconds (12 or 13) since 1970. A time without an offset is UTC, a day its first moment.

    >>> parse_time("2026-05-01 10:00:00 +02:00").isoformat()
    '2026-05-01T08:00:00+00:00'
    """
    if isinstance(value, datetime):
        return _utc(value)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    text = str(value).strip()[:_LONGEST]
    iso = _ISO.fullmatch(text)
    if iso:
        zone = {"Z": "+00:00", "UTC": "+00:00", "GMT": "+00:00"}.get((iso["zone"] or "Z").upper(), iso["zone"])
        clock = (iso["time"] or "00:00") + (iso["fraction"] or "").replace(",", ".")[:7]
        return _utc(datetime.fromisoformat(f"{iso['day']}T{clock}{zone}"))
    epoch = _EPOCH.fullmatch(text)
    if epoch:
        return datetime.fromtimestamp(float(text) / (1000 if epoch["millis"] else 1), UTC)
    raise ValueError(text)


def parse_mail_time(value: str) -> datetime:
    """Return the moment in the Date header of a mail (RFC 2822). Raises `ValueError` where it is none.

    >>> parse_mail_time("Thu, 20 Aug 2026 10:12:00 +0100").isoformat()
    '2026-08-20T09:12:00+00:00'
    """
    try:
        return _utc(parsedate_to_datetime(value[:_LONGEST]))
    except (TypeError, IndexError) as error:
        raise ValueError(value) from error


def _utc(moment: datetime) -> datetime:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(str(moment)) from error
