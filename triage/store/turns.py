"""Fair waiting for SQLite's one writer: those who wait get their turn in the order in which they came.

SQLite lets waiting writers poll, and whoever polls at the right moment wins: with many at work some never do. Here each
draws a number and waits until the one before is done or dead. It is a courtesy alone: that one writes at a time is
SQLite's own doing, and where a turn cannot be waited for nothing is lost but fairness. The method is a queue lock after
Craig, "Building FIFO and priority-queuing spin locks from atomic swap" (1993), with byte locks that the kernel lets go
of when their process dies.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ModuleNotFoundError:  # no such locks on this system
    fcntl = None  # type: ignore[assignment]

_POLL_SECONDS = 0.0002
_TURN_SECONDS = 0.001
"""How often the next in line looks, and how much later everyone before it lets one look: less than a turn takes."""

_NUMBERS = 1 << 30
_MOST_AHEAD = 64
_DRAWN_AT, _SERVED_AT = 0, 8
_COUNTER = _NUMBERS
"""The byte whose lock guards the last number drawn; the bytes below it are the numbers' own locks."""


@contextmanager
def turn(database: Path, patience_seconds: float) -> Iterator[None]:
    """Wait for one's turn to write, `patience_seconds` at most, and have it until the end.

    The turns stand in a file beside the database; where that cannot be written, or the system has no such locks,
    nobody waits.
    """
    file = _open(database.with_name(f"{database.name}-turn"))
    if file is None:
        yield
        return
    try:
        with suppress(OSError):  # as on a file system without locks
            number = _draw(file)
            _wait_for(file, number, patience_seconds)
            os.pwrite(file, struct.pack("<q", number), _SERVED_AT)
        yield
    finally:
        os.close(file)  # and with it the lock on one's number


def _open(path: Path) -> int | None:
    if fcntl is None or not hasattr(fcntl, "F_OFD_SETLK"):
        return None
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None


def _draw(file: int) -> int:
    """Return a fresh number whose lock one holds."""
    _lock(file, _COUNTER, wait=True)
    number = (_read(file, _DRAWN_AT) + 1) % _NUMBERS
    os.pwrite(file, struct.pack("<q", number), _DRAWN_AT)
    _lock(file, number, wait=True)
    _lock(file, _COUNTER, release=True)
    return number


def _wait_for(file: int, number: int, patience_seconds: float) -> None:
    """Wait until nobody holds the number before one's own any more; the further back, the seldomer one looks."""
    end = time.monotonic() + patience_seconds
    before = (number - 1) % _NUMBERS
    while not _lock(file, before) and time.monotonic() < end:
        ahead = (before - _read(file, _SERVED_AT)) % _NUMBERS
        time.sleep(_POLL_SECONDS + _TURN_SECONDS * min(ahead, _MOST_AHEAD))
    _lock(file, before, release=True)


def _read(file: int, at: int) -> int:
    found = os.pread(file, 8, at)
    return int(struct.unpack("<q", found)[0]) if len(found) == 8 else 0


def _lock(file: int, byte: int, *, wait: bool = False, release: bool = False) -> bool:
    kind = fcntl.F_UNLCK if release else fcntl.F_WRLCK
    asked = struct.pack("hhqqi4x", kind, os.SEEK_SET, byte, 1, 0)
    try:
        fcntl.fcntl(file, fcntl.F_OFD_SETLKW if wait else fcntl.F_OFD_SETLK, asked)
    except BlockingIOError:
        return False
    return True
