"""What every kind of file is read into: raw rows, each with its place, and how columns become fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from triage.domain.report import Blank, Channel, Place, Rejection
from triage.errors import UsageError

FIELDS = ("id", "received_at", "channel", "reporter", "claim", "subject", "url", "title", "text", "lang")
CONTENT = ("url", "title", "text", "claim", "subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One row as a file gives it, before it is accepted.

    `values` are by field, `extra` by column; both as they came. `raw` is the row as it was, for a rejection.
    `channel` is that of a row which names none. `raw_digest` is of the bytes that `text` was taken from, where they
    were a page. `masked` are the fields beside the claim in which a reporter speaks.
    """

    place: Place
    values: Mapping[str, Any]
    raw: bytes | str
    extra: Mapping[str, Any] = field(default_factory=dict)
    channel: Channel = Channel.FILE
    warnings: tuple[str, ...] = ()
    raw_digest: str = ""
    masked: tuple[str, ...] = ()


Raw = RawRow | Rejection | Blank


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Raise `UsageError` where a mapped field is none."""
    for name in mapping:
        if name not in FIELDS:
            raise UsageError(f'there is no field "{name}"; the fields are {", ".join(FIELDS)}')


class Columns:
    """Which columns of a table give which fields.

    A field is read from the column it is mapped to, else from the column of its own name, if that is not mapped to
    another field. All other columns are kept as `extra`. Raises `UsageError` where a mapped column does not exist.
    """

    def __init__(self, mapping: Mapping[str, str], names: Sequence[str], file: str) -> None:
        missing = [column for column in mapping.values() if column not in names]
        if missing:
            raise UsageError(f'{file} has no column "{missing[0]}"; it has {_list(names)}')
        taken = {*mapping.values()}
        self.fields = {name: name for name in FIELDS if name not in taken} | dict(mapping)
        self._used = frozenset(self.fields.values())
        self.has_content = any(self.fields.get(name) in names for name in CONTENT)

    def split(self, row: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the fields of a row and its other columns."""
        values = {name: row[column] for name, column in self.fields.items() if column in row}
        return values, {column: value for column, value in row.items() if column not in self._used}


def no_content_columns(names: Iterable[str]) -> str:
    """Return why a table with these columns cannot be read."""
    return (
        f"has none of the columns {', '.join(CONTENT)}; it has {_list(names)}. "
        "Name yours with --map, such as --map text=COLUMN"
    )


def _list(names: Iterable[str]) -> str:
    shown = [name[:40] for name in names]
    return ", ".join(shown[:30]) + (f" and {len(shown) - 30} more" if len(shown) > 30 else "")
