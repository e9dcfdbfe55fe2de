"""Saved web pages and plain text: one file, one report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from triage.domain.report import Channel, Place
from triage.intake.rows import Raw, RawRow
from triage.intake.streams import Stream, Unreadable, check_encoding

LONGEST_DOCUMENT = 10_000_000


def read_page(stream: Stream, channel: Channel | None) -> Iterator[Raw]:
    """Yield the one row of a saved page: its title, its text as the extractor gives it, and the digest of the file.

    Taken by telephone the text is the claim. Raises `Unreadable` where the file breaks or is too large.
    """
    from triage.text.extract import extract_html

    data = stream.whole(LONGEST_DOCUMENT)
    page = extract_html(data)
    if not (page.text or page.title):
        raise Unreadable("is a page without any text")
    values = {"title": page.title, _said(channel): page.text, "url": page.url, "lang": page.lang}
    digest = hashlib.sha256(data).hexdigest()
    yield RawRow(place=Place(file=stream.name), values=values, raw=data[:8_000], raw_digest=digest)


def read_text(stream: Stream, channel: Channel | None) -> Iterator[Raw]:
    """Yield the one row of a plain text file, the whole of which is the text (or, taken by telephone, the claim).

    Line ends and a byte order mark are kept. Raises `Unreadable` where the file breaks, is too large or not in UTF-8.
    """
    data = stream.whole(LONGEST_DOCUMENT)
    check_encoding([data])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        wrong = f"is not UTF-8 (byte 0x{data[error.start]:02X} in line {line})"
        raise Unreadable(f"{wrong}; convert it first, such as: iconv -f CP1251 -t UTF-8") from None
    yield RawRow(place=Place(file=stream.name), values={_said(channel): text}, raw=data[:8_000])


def _said(channel: Channel | None) -> str:
    return "claim" if channel is Channel.PHONE else "text"
