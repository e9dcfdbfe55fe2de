"""An output that survives being killed: it grows beside its final name and moves there when it is whole.

Beside `scores.jsonl` grow `.scores.jsonl.part` and `.scores.jsonl.checkpoint`. The checkpoint says what the output is
made of and how much of the part counts; it is written after the bytes that it counts are on the disk. What a killed run
left beyond its checkpoint is cut off when the next one goes on. An output of many files (`is_folder`) grows as a folder
with one file a part.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

from triage.errors import OutputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How far an output has come: the first `rows` rows of the input are in `parts` parts, together of `size` bytes.

    `made_of` names what the output depends on (model, inputs, …): it may go on only where all of it is the same.
    """

    made_of: Mapping[str, str]
    rows: int = 0
    parts: int = 0
    size: int = 0


class Output(Protocol):
    """Where parts go, in order. `done` tells how far it has come: those rows need not be made again."""

    @property
    def done(self) -> Checkpoint:
        """Return how much of the output is there."""

    def add(self, data: bytes, *, rows: int) -> None:
        """Add one part, made of the next `rows` rows of the input."""

    def finish(self) -> None:
        """Let the output appear, whole."""

    def drop(self) -> None:
        """Take away what there is so far."""


@contextmanager
def resumable(
    path: Path, made_of: Mapping[str, str], *, is_folder: bool, overwrite: bool, resume: bool
) -> Iterator[Output]:
    """Yield an output which, left without `finish`, can be gone on with.

    With `resume` an interrupted run goes on where there is one. Raises `OutputError` where `path` exists and
    `overwrite` is false; where an interrupted run is there and neither is wanted, or it is made of something else;
    where another run is writing; and where the place cannot be written, as on a full disk.
    """
    with _told(path):
        if path.exists() and not overwrite:
            raise OutputError(f"{path} exists already; add --overwrite to replace it")
        if path.is_dir() and not is_folder:
            raise OutputError(f"{path} is a folder; name a file")
    found = _read(_checkpoint(path))
    done = begin_from(path, found, made_of, overwrite=overwrite, resume=resume)
    growing = _Folder(path, done) if is_folder else _File(path, done)
    with _told(path):
        lock = growing.open()
    try:
        yield growing
    finally:
        if not growing.done.parts:
            growing.drop()
        os.close(lock)


def begin_from(
    path: Path | str, found: Checkpoint | None, made_of: Mapping[str, str], *, overwrite: bool, resume: bool
) -> Checkpoint:
    """Return the checkpoint from which a run goes on, or an empty one.

    Raises `OutputError` where one was found that is not wanted, or of an output that is made of something else.
    """
    if found and not resume and not overwrite:
        raise OutputError(
            f"{path} was begun by a run that was interrupted after {found.rows} rows; go on with it by --resume, "
            "or begin anew with --overwrite"
        )
    done = found if found and resume else Checkpoint(made_of=made_of)
    _check_same(path, done.made_of, made_of)
    return done


def part_name(before: int, ending: str) -> str:
    """Return the name of the part of a folder that follows on so many rows of the input.

    >>> part_name(1024, ".parquet")
    'part-000000001024.parquet'
    """
    return f"part-{before:012d}{ending}"


def next_step(error: OSError) -> str:
    """Return what to do about an error of the disk, where that is known."""
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return "; make room, then go on with --resume" if is_full else ""


class Streamed:
    """Parts that go to standard output, at once and for good."""

    def __init__(self) -> None:
        self.done = Checkpoint(made_of={})

    def add(self, data: bytes, *, rows: int) -> None:
        """Write one part."""
        try:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"standard output cannot be written: {error.strerror}") from error
        self.done = _grown(self.done, data, rows)

    def finish(self) -> None:
        """Do nothing: all is written."""

    def drop(self) -> None:
        """Do nothing: what is written cannot be taken back."""


class _Growing:
    """What a file and a folder that grow have in common."""

    def __init__(self, path: Path, done: Checkpoint) -> None:
        self.path = path
        self.part = path.with_name(f".{path.name}.part")
        self.done = done

    def open(self) -> int:
        """Cut the part to what counts, and return the lock that keeps other runs away."""
        lock = self._lock()
        self._cut()
        _write(_checkpoint(self.path), self.done)
        return lock

    def add(self, data: bytes, *, rows: int) -> None:
        """Add one part; when this returns, no kill undoes it."""
        with _told(self.path):
            self._put(data)
            self.done = _grown(self.done, data, rows)
            _write(_checkpoint(self.path), self.done)

    def finish(self) -> None:
        """Move the output to its final name, in place of what is there."""
        with _told(self.path):
            if self.path.is_dir():
                old = self.path.with_name(f".{self.path.name}.old")
                shutil.rmtree(old, ignore_errors=True)
                self.path.replace(old)
                self.part.replace(self.path)
                shutil.rmtree(old)
            else:
                if self.part.is_dir():
                    self.path.unlink(missing_ok=True)
                self.part.replace(self.path)
            _sync(self.path.parent)
            _checkpoint(self.path).unlink()

    def drop(self) -> None:
        """Take away the part and its checkpoint."""
        if self.part.is_dir():
            shutil.rmtree(self.part)
        self.part.unlink(missing_ok=True)
        _checkpoint(self.path).unlink(missing_ok=True)

    def _lock(self) -> int:
        self._make()
        lock = os.open(self.part, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise OutputError(f"another run is writing {self.path}; wait for it, or name another output") from None
        return lock

    def _make(self) -> None:
        raise NotImplementedError

    def _cut(self) -> None:
        raise NotImplementedError

    def _put(self, data: bytes) -> None:
        raise NotImplementedError

    def _damaged(self) -> OutputError:
        return OutputError(f"{self.part} does not hold what its checkpoint says; begin anew with --overwrite")


class _File(_Growing):
    def _make(self) -> None:
        self.part.touch()

    def _cut(self) -> None:
        if self.part.stat().st_size < self.done.size:
            raise self._damaged()
        os.truncate(self.part, self.done.size)

    def _put(self, data: bytes) -> None:
        _append(self.part, data)


class _Folder(_Growing):
    def _make(self) -> None:
        self.part.mkdir(exist_ok=True)

    def _cut(self) -> None:
        end = part_name(self.done.rows, self._ending)
        size = count = 0
        for file in list(self.part.iterdir()):
            if file.name.startswith("part-") and file.name < end:
                size, count = size + file.stat().st_size, count + 1
            else:
                file.unlink()
        if (size, count) != (self.done.size, self.done.parts):
            raise self._damaged()

    def _put(self, data: bytes) -> None:
        _append(self.part / part_name(self.done.rows, self._ending), data)
        _sync(self.part)

    @property
    def _ending(self) -> str:
        return self.path.suffix.lower()


def _grown(done: Checkpoint, data: bytes, rows: int) -> Checkpoint:
    return replace(done, rows=done.rows + rows, parts=done.parts + 1, size=done.size + len(data))


def _checkpoint(path: Path) -> Path:
    return path.with_name(f".{path.name}.checkpoint")


def _read(path: Path) -> Checkpoint | None:
    """Return a stored checkpoint; one without any rows counts for nothing."""
    try:
        told = json.loads(path.read_bytes())
        found = Checkpoint(**told)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        raise OutputError(f"{path} cannot be read as a checkpoint; remove it to begin anew") from None
    return found if found.parts else None


def _write(path: Path, done: Checkpoint) -> None:
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    _append(new, json.dumps(asdict(done), ensure_ascii=False, indent=1).encode())
    new.replace(path)
    _sync(path.parent)


def _check_same(path: Path | str, then: Mapping[str, str], now: Mapping[str, str]) -> None:
    for name in now:
        if then.get(name) != now[name]:
            raise OutputError(
                f"what {path} was begun with is of another {name} ({then.get(name)}; now {now[name]}); give that one "
                "to go on with it, or begin anew with --overwrite and without --resume"
            )


def _append(path: Path, data: bytes) -> None:
    """Add bytes to a file and wait until they are on the disk."""
    with path.open("ab", buffering=0) as stream:
        left = memoryview(data)
        while left:
            left = left[stream.write(left) :]
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the system says of the disk into one line."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}{next_step(error)}") from error
