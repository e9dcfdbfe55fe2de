"""The bytes of a file, from its beginning to wherever it breaks, in flat memory."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol, cast

from triage.files.reading import BROKEN, open_bytes

LONGEST_LINE = 10_000_000
HEAD_BYTES = 1 << 18
STDIN = "-"
_CHUNK = 1 << 16
_LONGEST_RAW = 2_000
_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class Unreadable(Exception):
    """A file of which no row can be read; says why in one line, without the file's name."""


class Line(NamedTuple):
    """One physical line with its ending, or the beginning of one that is too long to be kept."""

    number: int
    data: bytes
    is_too_long: bool = False


class _Chunks(Protocol):
    def read1(self, size: int, /) -> bytes: ...


class Stream(io.RawIOBase):
    """The decompressed bytes of a file, which end where the file breaks; `broken` then says how.

    `count` is the number of lines read, `cut` what a break left of the line after them.
    A file that opens with the mark of UTF-16 is given in UTF-8; what is ill-formed in it stays ill-formed.
    """

    def __init__(self, below: _Chunks, name: str) -> None:
        self.name = name
        self.broken = ""
        self.cut = b""
        self.count = 0
        self._below = below
        self._ahead = b""
        self._wide: codecs.IncrementalDecoder | None = None
        self._buffered = io.BufferedReader(self, _CHUNK)
        encoding = _WIDE.get(self.head(2))
        if encoding:
            self._wide = codecs.getincrementaldecoder(encoding)("surrogatepass")
            self._ahead = self._recode(self._ahead)

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer with the next bytes and return how many there were."""
        chunk = self._ahead or self._pull(len(buffer))
        self._ahead = chunk[len(buffer) :]
        chunk = chunk[: len(buffer)]
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def position(self) -> int | None:
        """Return how many bytes of the file were read, before decompression; None where it is no file."""
        try:
            return os.lseek(cast("io.IOBase", self._below).fileno(), 0, os.SEEK_CUR)
        except (OSError, ValueError, AttributeError):
            return None

    def head(self, size: int = HEAD_BYTES) -> bytes:
        """Return up to `size` bytes from the beginning, which stay to be read; before anything was read."""
        while len(self._ahead) < size:
            chunk = self._pull(_CHUNK)
            if not chunk:
                break
            self._ahead += chunk
        return self._ahead[:size]

    def head_lines(self) -> list[bytes]:
        """Return the whole lines in the head, and the last one too where the file ends with it."""
        head = self.head()
        lines = head.splitlines(keepends=True) if len(head) < HEAD_BYTES else head.splitlines(keepends=True)[:-1]
        return lines or [head]

    def lines(self) -> Iterator[Line]:
        """Yield the lines of the file. What a break leaves of the last line is kept as `cut` and not given."""
        while data := self._buffered.readline(LONGEST_LINE + 1):
            is_too_long = len(data) > LONGEST_LINE
            if is_too_long:
                data = self._skip_line(data)
            if self.broken and not data.endswith(b"\n"):
                self.cut = data
                return
            self.count += 1
            yield Line(self.count, data, is_too_long)

    def whole(self, longest: int) -> bytes:
        """Return all bytes of the file. Raises `Unreadable` where there are more than `longest` or the file breaks."""
        data = self._buffered.read(longest + 1)
        if len(data) > longest:
            raise Unreadable(f"is larger than {longest // 1_000_000} MB")
        if self.broken:
            raise Unreadable(self.broken)
        return data

    def close(self) -> None:
        """Close the file below."""
        if isinstance(self._below, io.IOBase) and self.name != STDIN:
            self._below.close()
        super().close()

    def _skip_line(self, data: bytes) -> bytes:
        kept = data[:_LONGEST_RAW]
        while data and not data.endswith(b"\n"):
            data = self._buffered.readline(_CHUNK)
        return kept + b"\n" if data else kept

    def _pull(self, size: int) -> bytes:
        chunk = self._next_chunk(size)
        return self._recode(chunk) if self._wide else chunk

    def _next_chunk(self, size: int) -> bytes:
        if self.broken:
            return b""
        try:
            return self._below.read1(size)
        except EOFError:
            self.broken = "ends early: the compressed data is cut off"
        except BROKEN as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            self.broken = f"cannot be read on: {reason}"
        return b""

    def _recode(self, chunk: bytes) -> bytes:
        """Return a chunk of UTF-16 in UTF-8; reads on where the chunk holds no whole character."""
        decoder = self._wide
        assert decoder is not None
        while True:
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                decoder.reset()
                return b"\xff"
            if text or not chunk:
                return text.encode("utf-8", "surrogatepass")
            chunk = self._next_chunk(_CHUNK)


def open_stream(name: str) -> Stream:
    """Return the bytes of the file `name`, decompressed by its ending, or of standard input for "-".

    Raises `InputError` where the file is missing, a folder or may not be read.
    """
    if name != STDIN:
        return Stream(_chunked(open_bytes(Path(name))), name)
    return Stream(_chunked(sys.stdin.buffer), name)


def _chunked(stream: BinaryIO) -> _Chunks:
    return cast("_Chunks", stream if hasattr(stream, "read1") else io.BufferedReader(cast("io.RawIOBase", stream)))


def check_encoding(lines: Sequence[bytes]) -> None:
    """Raise `Unreadable` where a whole file is in another encoding than UTF-8: most of its lines, and no other.

    A single line in another encoding is the row's own trouble.
    """
    head = b"".join(lines)
    if head.count(b"\0") > len(head) // 4:
        raise Unreadable("is full of NUL bytes: no text, or UTF-16 without its mark")
    wide = [(number, line) for number, line in enumerate(lines, start=1) if not line.isascii()]
    wrong = [number for number, line in wide if not _is_utf8(line)]
    if len(wrong) > 1 and len(wrong) == len(wide) and 2 * len(wrong) > sum(not line.isspace() for line in lines):
        raise Unreadable(f"is not UTF-8 from line {wrong[0]} on; convert it first, such as: iconv -f CP1251 -t UTF-8")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def bounded(raw: bytes | str) -> str:
    r"""Return the beginning of a row, for a rejection: at most 2,000 characters, what is no UTF-8 as `\xe9`.

    >>> bounded(b"caf\xe9;1\r\n")
    'caf\\xe9;1'
    """
    if isinstance(raw, str):
        raw = raw[:_LONGEST_RAW].encode("utf-8", "backslashreplace")
    return raw[: 4 * _LONGEST_RAW].decode("utf-8", "backslashreplace")[:_LONGEST_RAW].rstrip("\r\n")
