"""Reports from files of any kind, one at a time, in flat memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from triage.domain.report import Channel, Place, Rejection, Row
from triage.errors import InputError, UsageError
from triage.files.reading import open_bytes
from triage.intake.delimited import read_delimited
from triage.intake.documents import read_page, read_text
from triage.intake.jsonlines import read_json_lines
from triage.intake.kinds import Kind, is_maildir, kind_of
from triage.intake.mailboxes import read_mail_file, read_maildir, read_mbox
from triage.intake.parquet import read_parquet
from triage.intake.privacy import Pseudonymise
from triage.intake.rows import Raw, RawRow, check_mapping
from triage.intake.streams import STDIN, Stream, Unreadable, bounded, open_stream
from triage.intake.to_report import to_report

_READERS: Mapping[Kind, Callable[[Stream, Mapping[str, str], Channel | None], Iterator[Raw]]] = {
    Kind.DELIMITED: lambda stream, mapping, _: read_delimited(stream, mapping),
    Kind.JSON_LINES: lambda stream, mapping, _: read_json_lines(stream, mapping),
    Kind.PARQUET: lambda stream, mapping, _: read_parquet(stream, mapping),
    Kind.MAIL: lambda stream, _, __: read_mail_file(stream),
    Kind.MBOX: lambda stream, _, __: read_mbox(stream),
    Kind.PAGE: lambda stream, _, channel: read_page(stream, channel),
    Kind.TEXT: lambda stream, _, channel: read_text(stream, channel),
}


def read_reports(
    paths: Iterable[str | Path],
    *,
    mapping: Mapping[str, str],
    channel: Channel | str | None,
    pseudonymise: Pseudonymise,
    now: datetime,
    watch: Callable[[Stream], None] | None = None,
) -> Iterator[Row]:
    """Return the reports, rejections and blanks in files, in file order, one a row.

    CSV, JSON Lines, Parquet, .eml, mbox, maildir, HTML and plain text, each also .gz or .zst; "-" is standard
    input. `mapping` names the column from which a field of CSV, JSON Lines or Parquet is read. `channel` is that of
    rows which name none (else email for mails, file for the rest); pages and plain texts taken by phone are claims.
    `now` is the time of rows without one. A row that cannot be accepted never stops the others. A file that is
    empty or cannot be read is a rejection of its own, unless it is the only input. `watch` is shown each stream that is
    opened, for its position.

    Raises `UsageError` for an unknown field, channel or mapped column and `InputError` for a file that is missing,
    may not be read or is a folder (before anything is read), or for the only input where nothing can be read of it;
    `MissingExtra` for Parquet without pyarrow.
    """
    names = [str(path) for path in paths]
    check_mapping(mapping)
    try:
        via = Channel(channel) if channel else None
    except ValueError:
        raise UsageError(f'there is no channel "{channel}"; use one of {", ".join(Channel)}') from None
    if names.count(STDIN) > 1:
        raise UsageError("standard input (-) can be read only once")
    for name in names:
        _check_openable(name)
    return _rows(names, mapping, via, pseudonymise, now, watch or (lambda _: None))


def _rows(
    names: list[str],
    mapping: Mapping[str, str],
    channel: Channel | None,
    pseudonymise: Pseudonymise,
    now: datetime,
    watch: Callable[[Stream], None],
) -> Iterator[Row]:
    for name in names:
        is_begun = False
        try:
            for raw in _raw_rows(name, mapping, channel, watch):
                is_begun = True
                if isinstance(raw, RawRow):
                    yield to_report(raw, channel=channel, pseudonymise=pseudonymise, now=now)
                else:
                    yield raw
        except Unreadable as error:
            if len(names) == 1 and not is_begun:
                raise InputError(f"{name} {error}") from None
            yield Rejection(place=Place(file=name), reason=str(error), raw="")


def _raw_rows(
    name: str, mapping: Mapping[str, str], channel: Channel | None, watch: Callable[[Stream], None]
) -> Iterator[Raw]:
    if name != STDIN and Path(name).is_dir():
        yield from read_maildir(Path(name))
        return
    with open_stream(name) as stream:
        watch(stream)
        head = stream.head()
        if not head.strip(b"\xef\xbb\xbf \t\r\n"):
            raise Unreadable(stream.broken or "is empty")
        yield from _READERS[kind_of(name, head)](stream, mapping, channel)
        if stream.broken:
            place = Place(file=name, line=stream.count + 1)
            yield Rejection(
                place=place, reason=f"{stream.broken}; the rows before it are kept", raw=bounded(stream.cut)
            )


def _check_openable(name: str) -> None:
    """Raise `InputError` where a file cannot be opened. What can be read only once, such as a pipe, is left alone."""
    path = Path(name)
    if name == STDIN:
        return
    if path.is_dir():
        if not is_maildir(path):
            raise InputError(f"{name} is a folder and no maildir; name the files in it, such as {name.rstrip('/')}/*")
        if not any(any((path / part).iterdir()) for part in ("cur", "new")):
            raise InputError(f"{name} is a maildir without mails")
    elif path.is_file() or not path.exists():
        open_bytes(path).close()
