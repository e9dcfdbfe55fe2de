"""Open a file for its bytes, decompressed by the ending of its name."""

from __future__ import annotations

import gzip
import sys
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from triage.errors import InputError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

COMPRESSED = (".gz", ".zst")
BROKEN = (EOFError, OSError, zlib.error, zstd.ZstdError)
"""What reading a stream raises where a file is damaged or ends early."""


def plain_suffix(path: Path) -> str:
    """Return the ending that says what a file holds, below that of its compression.

    >>> plain_suffix(Path("reports.CSV.gz"))
    '.csv'
    """
    inner = path.with_suffix("") if path.suffix.lower() in COMPRESSED else path
    return inner.suffix.lower()


def open_bytes(path: Path) -> BinaryIO:
    """Return the decompressed bytes of a file as a stream.

    Raises `InputError` where the file is missing, a folder or may not be read. A damaged one raises one of
    `BROKEN` while it is read, after all that could be had of it.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder; name the files in it")
    suffix = path.suffix.lower()
    try:
        if suffix == ".gz":
            return cast("BinaryIO", gzip.open(path))
        return cast("BinaryIO", zstd.open(path)) if suffix == ".zst" else path.open("rb")
    except FileNotFoundError:
        raise InputError(f"{path} does not exist") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
