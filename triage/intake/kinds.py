"""What a file holds: by its name, else by how it begins."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from triage.files.reading import plain_suffix
from triage.intake.streams import Unreadable


class Kind(StrEnum):
    """The kinds of file that reports come in."""

    DELIMITED = "CSV"
    JSON_LINES = "JSON Lines"
    PARQUET = "Parquet"
    MAIL = "mail"
    MBOX = "mbox"
    PAGE = "HTML"
    TEXT = "plain text"


_BY_SUFFIX = {
    ".csv": Kind.DELIMITED,
    ".tsv": Kind.DELIMITED,
    ".tab": Kind.DELIMITED,
    ".jsonl": Kind.JSON_LINES,
    ".ndjson": Kind.JSON_LINES,
    ".json": Kind.JSON_LINES,
    ".parquet": Kind.PARQUET,
    ".eml": Kind.MAIL,
    ".mbox": Kind.MBOX,
    ".mbx": Kind.MBOX,
    ".html": Kind.PAGE,
    ".htm": Kind.PAGE,
    ".xhtml": Kind.PAGE,
    ".txt": Kind.TEXT,
}
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|\?xml)\b", re.IGNORECASE)
_MAIL_HEADER = re.compile(
    rb"(?:From|Received|Return-Path|Delivered-To|Date|Message-ID|Subject|X-[\w-]+):", re.IGNORECASE
)


def is_maildir(path: Path) -> bool:
    """Return whether a folder is a maildir."""
    return (path / "cur").is_dir() and (path / "new").is_dir()


def kind_of(name: str, head: bytes) -> Kind:
    """Return what the file `name` holds, whose first bytes are `head`.

    The ending of the name decides (below .gz or .zst); a name without a known one, or standard input, is known by
    how it begins. Raises `Unreadable` where that does not tell either.
    """
    beginning = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    kind = _BY_SUFFIX.get(plain_suffix(Path(name))) or _by_beginning(beginning)
    if kind:
        return kind
    known = " ".join(sorted(_BY_SUFFIX))
    raise Unreadable(f"is of no known kind; its name must end in one of {known} (also .gz, .zst)")


def _by_beginning(head: bytes) -> Kind | None:
    first_line = head.split(b"\n", 1)[0]
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    if head.startswith((b"{", b"[")):
        return Kind.JSON_LINES
    if head.startswith(b"From "):
        return Kind.MBOX
    if _PAGE.match(head):
        return Kind.PAGE
    if _MAIL_HEADER.match(head):
        return Kind.MAIL
    return Kind.DELIMITED if re.search(rb"[,;\t|]", first_line) or first_line.strip() in _LONE_COLUMNS else None


_LONE_COLUMNS = frozenset({b"url", b"title", b"text", b"claim", b"subject"})
