"""Open a file for its bytes, decompressed by the ending of its name."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import BinaryIO, cast

from triage.errors import InputError

COMPRESSED = (".gz", ".zst")


def plain_suffix(path: Path) -> str:
    """Return the ending that says what a file holds, below that of its compression.

    >>> plain_suffix(Path("reports.CSV.gz"))
    '.csv'
    """
    inner = path.with_suffix("") if path.suffix.lower() in COMPRESSED else path
    return inner.suffix.lower()


def open_bytes(path: Path) -> BinaryIO:
    """Return the decompressed bytes of a file as a stream.

    Raises `InputError` where the file is missing, a folder or may not be read. A compressed file that breaks off raises
    `EOFError` or `OSError` while it is read, after all that could be had of it.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder; name the files in it")
    suffix = path.suffix.lower()
    try:
        if suffix == ".gz":
            return cast("BinaryIO", gzip.open(path))
        return _open_zst(path) if suffix == ".zst" else path.open("rb")
    except FileNotFoundError:
        raise InputError(f"{path} does not exist") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def _open_zst(path: Path) -> BinaryIO:
    try:
        from compression import zstd
    except ImportError:
        from backports import zstd
    return cast("BinaryIO", zstd.open(path))
