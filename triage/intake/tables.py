"""Parquet wherever fsspec reaches, any run of its rows at a time: what machines that share the work read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from triage.domain.report import Row
from triage.errors import InputError, UsageError
from triage.intake.parquet import need_pyarrow, rows_of
from triage.intake.privacy import Pseudonymise
from triage.intake.rows import RawRow, check_mapping
from triage.intake.streams import Unreadable
from triage.intake.to_report import to_report

ENDING = ".parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One Parquet file as it was named: its URL or whole path, its size, its rows in all and in its largest group."""

    name: str
    url: str
    size: int
    rows: int
    group_rows: int


def find_tables(names: Sequence[str], mapping: Mapping[str, str]) -> list[Table]:
    """Return the Parquet files that paths, URLs and patterns name, in order, after a look at the end of each.

    Raises `InputError` for one that is missing, cannot be reached or is damaged, `UsageError` for one that is no
    Parquet by name and for a mapped field or column that does not exist, and `MissingExtra` without pyarrow.
    """
    need_pyarrow()
    check_mapping(mapping)
    found = [each for name in names for each in _expanded(name)]
    return [_described(name, mapping) for name in found]


def digest_of(url: str) -> bytes:
    """Return the SHA-256 digest of a file. Raises `InputError` where it cannot be read."""
    with _opened(url) as stream:
        digest = hashlib.sha256()
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
        return digest.digest()


def rows_between(
    tables: Sequence[Table], first: int, last: int, *, mapping: Mapping[str, str], pseudonymise: Pseudonymise
) -> Iterator[Row]:
    """Yield the rows of all tables from row `first` up to row `last`, as `read_reports` gives them.

    Raises `InputError` where a table has fewer rows than it said, or cannot be read.
    """
    begin = 0
    for table in tables:
        here = max(first - begin, 0), min(last - begin, table.rows)
        begin += table.rows
        if here[0] >= here[1]:
            continue
        try:
            with _opened(table.url) as stream:
                for raw in rows_of(stream, table.name, mapping, *here):
                    yield _report(raw, pseudonymise)
        except Unreadable as error:
            raise InputError(f"{table.name} {error}; a run without --scheduler keeps what is sound of it") from None


def _report(raw: Any, pseudonymise: Pseudonymise) -> Row:
    if isinstance(raw, RawRow):
        return to_report(raw, channel=None, pseudonymise=pseudonymise, now=datetime.now(UTC))
    row: Row = raw
    return row


def _expanded(name: str) -> list[str]:
    import fsspec

    if not name.lower().endswith(ENDING):
        raise UsageError(f"{name} is no {ENDING}; machines that share the work read Parquet alone")
    if not any(sign in name for sign in "*?["):
        return [name]
    with _reachable(name):
        files, _, paths = fsspec.get_fs_token_paths(name)
        matches = [str(files.unstrip_protocol(path)) if "://" in name else str(path) for path in sorted(paths)]
    if not matches:
        raise InputError(f"no file is named like {name}")
    return matches


def _described(name: str, mapping: Mapping[str, str]) -> Table:
    import pyarrow as pa
    from pyarrow import parquet

    with _opened(name) as stream:
        try:
            metadata = parquet.read_metadata(stream)
            next(rows_of(stream, name, mapping, 0, 1), None)
            size = stream.seek(0, 2)
        except Unreadable as error:
            raise InputError(f"{name} {error}") from None
        except pa.ArrowException as error:
            reason = str(error).splitlines()[0][:200]
            raise InputError(f"{name} is no sound Parquet file: {reason}") from None
    groups = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
    url = name if "://" in name else str(Path(name).absolute())
    return Table(name=name, url=url, size=size, rows=metadata.num_rows, group_rows=max(groups, default=0))


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    import fsspec

    with _reachable(name):
        files, path = fsspec.url_to_fs(name)
        stream = files.open(path, "rb")
    with closing(stream):
        yield stream


@contextmanager
def _reachable(name: str) -> Iterator[None]:
    """Turn what a file system says into one line."""
    try:
        yield
    except FileNotFoundError:
        raise InputError(f"{name} does not exist on {_here()}") from None
    except (ImportError, ValueError) as error:  # a protocol that is unknown, or whose package is missing
        raise InputError(f"{name} cannot be reached: {error}") from None
    except OSError as error:
        raise InputError(f"{name} cannot be read on {_here()}: {error.strerror or error}") from None


def _here() -> str:
    import socket

    return socket.gethostname()
