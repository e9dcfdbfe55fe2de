"""One mail becomes one raw row: the sender's own words are the claim, what is forwarded or attached is the text."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from typing import Any

from triage.domain.report import Blank, Channel, Place, Rejection
from triage.domain.score import Warn
from triage.intake.dates import parse_mail_time
from triage.intake.forwarded import part as part_body
from triage.intake.rows import Raw, RawRow
from triage.intake.streams import Unreadable, bounded

LONGEST_MAIL = 40_000_000
_LONGEST_TEXT = 10_000_000
_LONGEST_HEADER = 4_000
_MOST_PARTS = 200
_MOST_LINES_TIMES_PARTS = 30_000_000  # the standard library looks for the end of every open part on every line
# What the standard library raises on malformed mails; TypeError for one parameter written in two ways (RFC 2231).
_MALFORMED = (MessageError, RecursionError, ValueError, LookupError, TypeError)
_BOUNDARY = re.compile(rb"boundary\s*=", re.IGNORECASE)
_TEXT_FILE = re.compile(r"\.(?:txt|html?|xhtml)$", re.IGNORECASE)
_PAGE_FILE = re.compile(r"\.(?:html?|xhtml)$", re.IGNORECASE)
_TELLING = ("From", "Subject", "Date", "Message-ID", "Content-Type", "Received")


class _Bounded(Compat32):
    """Mail parsing with no header over 4,000 characters: the standard library's cost grows with their square."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        kept, size = [], 0
        for line in sourcelines:
            kept.append(line[: _LONGEST_HEADER - size])
            size += len(kept[-1])
            if size >= _LONGEST_HEADER:
                break
        return super().header_source_parse(kept)


@dataclass(slots=True)
class _Found:
    """What a mail's parts hold: the body, the texts that came with it, and what the latter say of themselves."""

    body: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    pages: list[bytes] = field(default_factory=list)


def read_mail(data: bytes, place: Place) -> Raw:
    """Return the row that one mail makes.

    Subject, Message-ID, Date and From become title, id, received_at and reporter; the title is that of the
    forwarded mail where it has one, and the sender's own subject line is then kept as the column `subject_line`. A
    mail that neither forwards nor attaches a text is all text, with the warning `whole_mail_scored`; as the sender
    may speak in it, contacts are masked there as in a claim.
    """
    if not data.strip():
        return Blank(place=place)
    try:
        message, found = _parsed(data)
        return _row(message, found, data, place)
    except Unreadable as error:
        return Rejection(place=place, reason=str(error), raw=bounded(data[:8_000]))


def _parsed(data: bytes) -> tuple[Message, _Found]:
    """Return a mail and what its parts hold. Raises `Unreadable` where it is none, too large or nested too deeply."""
    if len(data) > LONGEST_MAIL:
        raise Unreadable(f"is larger than {LONGEST_MAIL // 1_000_000} MB")
    nested = len(_BOUNDARY.findall(data))
    if nested > _MOST_PARTS or nested * data.count(b"\n") > _MOST_LINES_TIMES_PARTS:
        raise Unreadable(f"has too many nested parts ({nested})")
    found = _Found()
    try:
        message = BytesParser(policy=_Bounded()).parsebytes(data)
        _gather(message, found)
    except _MALFORMED as error:
        raise Unreadable(f"is no mail that can be read ({type(error).__name__})") from error
    if not any(name in message for name in _TELLING):
        raise Unreadable("is no mail: it has no From, Subject or Date")
    return message, found


def _row(message: Message, found: _Found, data: bytes, place: Place) -> RawRow:
    sent = _header(message, "Date")
    try:
        received_at = parse_mail_time(sent) if sent else None
    except ValueError:
        raise Unreadable(f'received_at "{bounded(sent)[:60]}" is not a date') from None
    body = "\n".join(found.body)
    is_reply = "In-Reply-To" in message and not found.texts
    forwarded = part_body(body, is_reply=is_reply)
    if forwarded:
        body = forwarded.claim
        found.texts.insert(0, forwarded.text)
        found.titles.insert(0, forwarded.title)
    subject = _header(message, "Subject")
    title = next((title for title in found.titles if title.strip()), "") or subject
    is_whole = not found.texts
    values = {
        "id": _header(message, "Message-ID").strip("<> "),
        "received_at": received_at,
        "reporter": _header(message, "From"),
        "claim": "" if is_whole else body.strip(),
        "title": title,
        "text": body if is_whole else "\n\n".join(found.texts),
        "url": next((url for url in found.urls if url), ""),
    }
    return RawRow(
        place=place,
        values=values,
        raw=data[:8_000],
        extra={"subject_line": subject} if title != subject else {},
        channel=Channel.EMAIL,
        warnings=(Warn.WHOLE_MAIL_SCORED,) if is_whole else (),
        raw_digest=hashlib.sha256(b"".join(found.pages)).hexdigest() if found.pages else "",
        masked=(*(["text"] if is_whole else []), *(["title"] if title == subject else [])),
    )


def _gather(part: Message, found: _Found) -> None:
    """Sort a part and the parts in it into what the sender wrote and what came with it."""
    kind = part.get_content_type()
    inner: Any = part.get_payload()
    if kind == "message/rfc822" and isinstance(inner, list):
        for message in inner:
            _gather_forwarded(message, found)
    elif isinstance(inner, list):
        for below in _alternatives(inner) if kind == "multipart/alternative" else inner:
            _gather(below, found)
    elif _is_attached(part):
        _gather_attached(part, found)
    elif kind in {"text/plain", "text/html"}:
        found.body.append(_body_text(part))


def _gather_forwarded(message: Message, found: _Found) -> None:
    """Take a mail that came as a part: its body and what is attached to it are the text, its subject the title."""
    within = _Found()
    _gather(message, within)
    found.texts += [text for text in (*within.body, *within.texts) if text.strip()]
    found.titles += [_header(message, "Subject"), *within.titles]
    found.urls += within.urls
    found.pages += within.pages


def _gather_attached(part: Message, found: _Found) -> None:
    """Take an attached text or page."""
    from triage.text.extract import extract_html

    data = _payload(part)
    if part.get_content_type() == "text/html" or _PAGE_FILE.search(_file_name(part)):
        page = extract_html(data, charset=_charset(part))
        found.titles.append(page.title)
        found.urls.append(page.url)
        found.pages.append(data)
        text = page.text
    else:
        text = _decoded(data, part)
    if text.strip():
        found.texts.append(text)


def _alternatives(parts: Sequence[Any]) -> Iterator[Message]:
    """Yield the one of several renderings that is nearest to plain text, and holds any."""
    plain = (part for part in parts if part.get_content_type() == "text/plain" and _body_text(part).strip())
    best = next(plain, None) or next(iter(parts[::-1]), None)
    if best is not None:
        yield best


def _is_attached(part: Message) -> bool:
    """Return whether a part is a text or page that the sender attached."""
    name = _file_name(part)
    is_text = part.get_content_type() in {"text/plain", "text/html"} or bool(_TEXT_FILE.search(name))
    return is_text and (part.get_content_disposition() == "attachment" or bool(name))


def _body_text(part: Message) -> str:
    data = _payload(part)
    if part.get_content_type() == "text/html":
        return _lines_of(_decoded(data, part))
    return _decoded(data, part)


def _lines_of(page: str) -> str:
    """Return what a mail written in HTML says, a line a block."""
    from lxml import etree, html

    try:
        tree = html.document_fromstring(page.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return ""
    etree.strip_elements(tree, "script", "style", "head", etree.Comment, with_tail=False)
    for block in tree.iter(
        "br", "p", "div", "li", "tr", "blockquote", "h1", "h2", "h3", "h4", "hr", "table", "ul", "ol"
    ):
        block.tail = "\n" + (block.tail or "")
        if block.tag != "br":
            block.text = "\n" + (block.text or "")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in tree.text_content().split("\n"))).strip()


def _payload(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return b""
    if len(data) > _LONGEST_TEXT:
        raise Unreadable(f"holds a text of more than {_LONGEST_TEXT // 1_000_000} MB")
    return data


def _decoded(data: bytes, part: Message) -> str:
    from triage.text.encoding import decode

    return decode(data, _charset(part))


def _charset(part: Message) -> str:
    return str(part.get_content_charset("") or "")


def _file_name(part: Message) -> str:
    return str(part.get_filename("") or "")


def _header(message: Message, name: str) -> str:
    """Return a header as a person reads it, on one line; "" without it."""
    value = message.get(name, "")
    if isinstance(value, str):
        value = " ".join(value.split())
    try:
        pieces = decode_header(value)
    except (HeaderParseError, binascii.Error, ValueError):
        pieces = [(str(value), None)]
    return " ".join("".join(_piece(*piece) for piece in pieces).split())


def _piece(data: bytes | str, charset: str | None) -> str:
    from triage.text.encoding import decode

    if isinstance(data, str):
        data = data.encode("utf-8", "surrogateescape")
    return decode(data, "" if charset in {None, "unknown-8bit"} else str(charset))
