"""An output of many parts that several machines write, wherever fsspec reaches.

Workers `put` parts in any order; the process that leads counts them, in order, in a checkpoint. Parts, checkpoint and
their names are those of `resumable`, so that a run which began on a cluster can go on without one.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import PurePosixPath

from triage.errors import OutputError
from triage.exchange.resumable import Checkpoint, begin_from, next_step, part_name


@dataclass(frozen=True, slots=True)
class Part:
    """A part that was written: it follows on `before` rows of the input, is made of `rows` and has `size` bytes."""

    before: int
    rows: int
    size: int


def put(url: str, before: int, rows: int, data: bytes) -> Part:
    """Write a part of the output `url`, whole or not at all; the same part written again changes nothing.

    Raises `OutputError` where the place cannot be written.
    """
    place = _Place(url)
    whole = f"{place.growing}/{part_name(before, place.ending)}"
    begun = f"{place.growing}/.{part_name(before, '')}.{secrets.token_hex(4)}"
    with _told(url):
        place.files.pipe_file(begun, data)
        place.files.mv(begun, whole)
    return Part(before, rows, len(data))


@contextmanager
def shared(url: str, made_of: Mapping[str, str], *, overwrite: bool, resume: bool) -> Iterator[Shared]:
    """Yield an output which, left without `finish`, can be gone on with, as `resumable` does.

    Two runs that write one output at the same time are not told apart: a shared place has no lock.
    """
    place = _Place(url)
    with _told(url):
        found = place.read_checkpoint()
        if place.files.exists(place.path) and not overwrite and not (found and resume):
            raise OutputError(f"{url} exists already; add --overwrite to replace it")
        done = begin_from(url, found, made_of, overwrite=overwrite, resume=resume)
        output = Shared(url, place, done)
        output.open()
    try:
        yield output
    finally:
        if not output.done.parts:
            output.drop()


class Shared:
    """Parts that are counted as they come to be known, in input order."""

    def __init__(self, url: str, place: _Place, done: Checkpoint) -> None:
        self.url = url
        self.done = done
        self._place = place

    def open(self) -> None:
        """Cut the output to the parts that count, and make the folder that parts go to."""
        place = self._place
        place.files.makedirs(place.growing, exist_ok=True)
        size = count = 0
        for file in place.files.ls(place.growing, detail=True):
            name = PurePosixPath(file["name"]).name
            if name.startswith("part-") and int(name[5:17]) < self.done.rows:
                size, count = size + file["size"], count + 1
            elif file["type"] == "file":
                place.files.rm_file(file["name"])
        if (size, count) != (self.done.size, self.done.parts):
            raise OutputError(f"{place.growing} does not hold what its checkpoint says; begin anew with --overwrite")
        place.write_checkpoint(self.done)

    def count(self, parts: Sequence[Part]) -> None:
        """Count the parts that follow. Raises `OutputError` where one is not there as a worker wrote it."""
        place = self._place
        with _told(self.url):
            for part in parts:
                file = f"{place.growing}/{part_name(part.before, place.ending)}"
                place.files.invalidate_cache()
                if not place.files.exists(file) or place.files.size(file) != part.size:
                    raise OutputError(f"{file} was written by a worker and is not here; name a place that all share")
                rows, size = self.done.rows + part.rows, self.done.size + part.size
                self.done = replace(self.done, rows=rows, parts=self.done.parts + 1, size=size)
            place.write_checkpoint(self.done)

    def finish(self) -> None:
        """Move the output to its final name, in place of what is there: at once where folders can be renamed."""
        place = self._place
        with _told(self.url):
            if place.files.exists(place.path):
                place.files.rm(place.path, recursive=True)
            place.files.mv(place.growing, place.path, recursive=True)
            place.files.rm_file(place.checkpoint)

    def drop(self) -> None:
        """Take away what there is so far."""
        for path in (self._place.growing, self._place.checkpoint):
            if self._place.files.exists(path):
                self._place.files.rm(path, recursive=True)


class _Place:
    """Where an output, what grows of it and its checkpoint are."""

    def __init__(self, url: str) -> None:
        import fsspec

        try:
            self.files, path = fsspec.url_to_fs(url)
        except (ImportError, ValueError) as error:  # a protocol that is unknown, or whose package is missing
            raise OutputError(f"{url} cannot be reached: {error}") from None
        whole = PurePosixPath(path)
        self.path, self.ending = str(whole), whole.suffix.lower()
        self.growing = str(whole.with_name(f".{whole.name}.part"))
        self.checkpoint = str(whole.with_name(f".{whole.name}.checkpoint"))

    def read_checkpoint(self) -> Checkpoint | None:
        try:
            found = Checkpoint(**json.loads(self.files.cat_file(self.checkpoint)))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):
            raise OutputError(f"{self.checkpoint} cannot be read as a checkpoint; remove it to begin anew") from None
        return found if found.parts else None

    def write_checkpoint(self, done: Checkpoint) -> None:
        new = f"{self.checkpoint}.new"
        self.files.pipe_file(new, json.dumps(asdict(done), ensure_ascii=False, indent=1).encode())
        self.files.mv(new, self.checkpoint)


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Turn what a file system says into one line."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{url} cannot be written: {error.strerror or error}{next_step(error)}") from None
