"""The mails in a mailbox, one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from triage.domain.report import Place, Rejection
from triage.errors import InputError
from triage.intake.mail import LONGEST_MAIL, read_mail
from triage.intake.rows import Raw
from triage.intake.streams import Stream, Unreadable, bounded, open_stream

# What opens a mail in a mailbox: a sender and, as every program writes it, the time of day.
_OPENS = re.compile(rb"From \S.{0,500}\d\d:\d\d")
_ESCAPED = re.compile(rb">+From ")
_BOM = b"\xef\xbb\xbf"


def read_mail_file(stream: Stream) -> Iterator[Raw]:
    """Yield the one row of a saved mail (.eml). Raises `Unreadable` where the file breaks or is too large."""
    yield read_mail(stream.whole(LONGEST_MAIL).removeprefix(_BOM), Place(file=stream.name))


def read_mbox(stream: Stream) -> Iterator[Raw]:
    """Yield a row for each mail of an mbox file, whose position counts the mails.

    A mail begins after a blank line with "From ", something and a time of day; ">From " in it is unescaped. Raises
    `Unreadable` where the file does not begin so.
    """
    position, lines, size = 0, list[bytes](), 0
    is_blank, is_too_long = True, False
    for line in stream.lines():
        data = line.data.removeprefix(_BOM) if line.number == 1 else line.data
        if is_blank and _OPENS.match(data):
            if position:
                yield _mail(stream, position, lines, is_too_long)
            position, lines, size, is_too_long = position + 1, [], 0, False
        elif not position:
            if data.strip():
                raise Unreadable('is no mbox: it does not begin with a line "From sender date"')
        else:
            size += len(data)
            is_too_long = is_too_long or line.is_too_long or size > LONGEST_MAIL
            if not is_too_long:
                lines.append(data[1:] if _ESCAPED.match(data) else data)
        is_blank = not data.strip()
    if position and not stream.broken:
        yield _mail(stream, position, lines, is_too_long)
    elif position:
        stream.cut = b"".join(lines) + stream.cut


def read_maildir(folder: Path) -> Iterator[Raw]:
    """Yield a row for each mail in `cur` and `new` of a maildir, by file name; `tmp` is not looked into."""
    for path in sorted(path for part in ("cur", "new") for path in (folder / part).iterdir() if path.is_file()):
        try:
            with open_stream(str(path)) as stream:
                yield from read_mail_file(stream)
        except (Unreadable, InputError) as error:
            yield Rejection(place=Place(file=str(path)), reason=str(error), raw="")


def _mail(stream: Stream, position: int, lines: list[bytes], is_too_long: bool) -> Raw:
    place = Place(file=stream.name, position=position)
    data = b"".join(lines)
    if is_too_long:
        reason = f"is larger than {LONGEST_MAIL // 1_000_000} MB, or a line of it than 10 MB"
        return Rejection(place=place, reason=reason, raw=bounded(data[:8_000]))
    return read_mail(data, place)
