"""The rows that were set aside, in a file of their own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from triage.domain.report import Rejection
from triage.errors import OutputError


class RejectsFile:
    """A JSON Lines file with one row a rejection: file, line or position, reason, raw.

    It holds rows as they came, names and numbers of reporters among them, and is therefore readable by its owner
    alone (mode 0600). Each run writes it anew; a run without rejections leaves none. Raises `OutputError` where it
    cannot be written, or where something else than a rejects file stands under its name.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.count = 0
        self._stream: BinaryIO | None = None

    def __enter__(self) -> RejectsFile:
        """Take away the file of the run before."""
        try:
            if not _is_rejects(self.path):
                raise OutputError(f"{self.path} exists and is no rejects file; name another with --rejects")
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(f"{self.path} cannot be written: {error.strerror}") from error
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file, also after an error: what was set aside until then stays in it."""
        if self._stream:
            self._stream.close()

    def write(self, rejection: Rejection) -> None:
        """Add one rejection."""
        import orjson

        place = rejection.place
        row: dict[str, object] = {"file": place.file}
        if place.line is not None:
            row["line"] = place.line
        if place.position is not None:
            row["position"] = place.position
        row |= {"reason": rejection.reason, "raw": rejection.raw}
        try:
            self._stream = self._stream or _open_private(self.path)
            self._stream.write(orjson.dumps(row) + b"\n")
            self._stream.flush()
        except OSError as error:
            raise OutputError(f"{self.path} cannot be written: {error.strerror}") from error
        self.count += 1


def _open_private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _is_rejects(path: Path) -> bool:
    """Return whether a file may be replaced: it is missing, empty or a rejects file."""
    import orjson

    if not path.exists():
        return True
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        first = stream.readline(100_000)
    try:
        row = orjson.loads(first) if first else {"file": "", "reason": "", "raw": ""}
    except orjson.JSONDecodeError:
        return False
    return isinstance(row, dict) and {"file", "reason", "raw"} <= row.keys()
