"""Write an output beside its final name and move it there when it is whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from triage.errors import OutputError


@contextmanager
def atomic_output(path: Path, *, overwrite: bool, mode: int = 0o644) -> Iterator[BinaryIO]:
    """Yield a stream whose bytes appear under `path` at the end, all of them or, after any error, none.

    Raises `OutputError` where `path` exists and `overwrite` is false, or where it cannot be written, as on a full disk.
    """
    if path.exists() and not overwrite:
        raise OutputError(f"{path} exists already; add --overwrite to replace it")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as stream:
            os.fchmod(stream.fileno(), mode)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
