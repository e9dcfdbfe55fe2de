"""Reports as they were received, rows that could not be accepted, and the account that adds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """The way by which a report came in."""

    PHONE = "phone"
    EMAIL = "email"
    WEB = "web"
    FILE = "file"
    API = "api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a row stands: its file and line (or position in a mailbox or table), both counted from 1."""

    file: str
    line: int | None = None
    position: int | None = None

    def __str__(self) -> str:
        if self.line is not None:
            return f"{self.file} line {self.line}"
        return self.file if self.position is None else f"{self.file} number {self.position}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One complaint as it was received; never edited.

    Of a reporter only the keyed pseudonym is known. `text` and `title` are the content complained about and the only
    parts that are scored; `claim` is what the reporter says of it. `subject` is the sender's own id of the content.
    Evidence offsets point into `text` as it stands here. `extra` keeps unknown columns. `digest` is that of the
    content: the same id with the same digest is a duplicate, with another it is rejected.
    """

    id: str
    received_at: datetime
    channel: Channel
    digest: str
    reporter: str | None = None
    claim: str = ""
    subject: str = ""
    url: str = ""
    title: str = ""
    text: str = ""
    lang: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    raw_digest: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A row that was set aside, with its place, the reason in one line, and the row as it was."""

    place: Place
    reason: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """A row with nothing in it."""

    place: Place


Row = Report | Rejection | Blank


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of the rows of one run. It always adds up.

    >>> Account(accepted=2, blank=1).read
    3
    """

    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    blank: int = 0

    @property
    def read(self) -> int:
        """Return how many rows were read in all."""
        return self.accepted + self.duplicate + self.rejected + self.blank
