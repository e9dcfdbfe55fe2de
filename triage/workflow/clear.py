"""Take what must not be kept out of files that left the desk: rejects, exports, corpora, all JSON Lines."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from triage.errors import InputError
from triage.files.atomic import atomic_output
from triage.store import reports
from triage.text.contacts import mask

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Gone:
    """By what a row of a file is known to be about something that is erased.

    The ids of reports, the digests of contents that no other report of the case has, and who reported.
    """

    ids: set[str] = field(default_factory=set)
    contents: set[bytes] = field(default_factory=set)
    reporter: str | None = None
    pseudonymise: Callable[[str], str] | None = None

    def has(self, row: Any) -> bool:
        """Return whether a row of a file is about something that is erased."""
        return any(self._names(said) for said in _texts(row))

    def _names(self, said: str) -> bool:
        if said in self.ids or _digest(said) in self.contents:
            return True
        if self.reporter is None:
            return False
        if self.reporter in said:
            return True
        if self.pseudonymise is None:
            return False
        is_them = len(said) <= _LONGEST_NAME and self.pseudonymise(said) == self.reporter
        return is_them or self.reporter in mask(said, self.pseudonymise)


def collect(connection: Connection, numbers: Collection[int], gone: Gone) -> None:
    """Note the ids and the contents of reports that are about to be erased."""
    for of, mine in reports.cases_of(connection, numbers).items():
        held = reports.numbered_of_case(connection, of)
        kept = {said for number, one in held.items() if number not in mine for said in (one.text, one.title, one.claim)}
        for one in (held[number] for number in mine):
            gone.ids.add(one.id)
            gone.contents.update(
                _digest(said) for said in (one.text, one.title, one.claim) if said and said not in kept
            )


def clear(path: Path, gone: Gone) -> int:
    """Take the rows about what is gone out of a JSON Lines file and return how many; it changes whole or not at all.

    Raises `InputError` for a file that cannot be read or is no JSON Lines.
    """
    try:
        mode = path.stat().st_mode & 0o777
        with path.open("rb") as before, atomic_output(path, overwrite=True, mode=mode) as after:
            taken = 0
            for number, line in enumerate(before, start=1):
                if line.strip() and gone.has(_parsed(line, path, number)):
                    taken += 1
                else:
                    after.write(line)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    return taken


def check_readable(path: Path) -> None:
    """Raise `InputError` for a file that `clear` could not read, before anything is erased."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    _parsed(line, path, number)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def _parsed(line: bytes, path: Path, number: int) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        raise InputError(
            f"{path} line {number} is no JSON: only JSON Lines can be cleared; delete it, or make it anew"
        ) from None


def _texts(row: Any) -> Iterator[str]:
    """Yield every text in a row, and those in a row that was set aside as it came."""
    if isinstance(row, str):
        yield row
        if row[:1] in {"{", "["}:
            try:
                yield from _texts(orjson.loads(row))
            except orjson.JSONDecodeError:
                return
    elif isinstance(row, dict):
        for value in row.values():
            yield from _texts(value)
    elif isinstance(row, list):
        for value in row:
            yield from _texts(value)


def _digest(said: str) -> bytes:
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()
