"""Bytes to text, by what is declared, what they look like, and in the end somehow."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_IN_PAGE = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{1,40})|<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w:.-]{1,40})""",
    re.IGNORECASE | re.ASCII,
)
# What browsers take a name to mean (WHATWG, Encoding Standard): the larger code page of the family.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
}
# Codecs that no file is written in, some of them slow on hostile input.
_NOT_FOR_FILES = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"})
_HEAD_BYTES = 4096
_SAMPLE_BYTES = 65536
_FEW = 0.01


def decode(data: bytes, declared: str = "") -> str:
    """Return the text of some bytes. Never raises.

    In this order: a byte order mark, the encoding `declared` with the bytes, strict UTF-8, the likeliest by
    charset-normalizer on the first 64 KB, Windows-1252. Up to one broken character in a hundred is let pass as U+FFFD.
    The byte order mark is left out.

    >>> decode("Кремль".encode("cp1251"), "windows-1251")
    'Кремль'
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    for name in (_known(declared), "utf-8"):
        text = _decoded(data, name)
        if text is not None:
            return text
    return _decoded(data, _likeliest(data)) or data.decode("cp1252", "replace")


def declared_in_page(data: bytes) -> str:
    """Return the encoding that an HTML or XML page names in its first 4 KB, or ""."""
    found = _IN_PAGE.search(data[:_HEAD_BYTES])
    return (found[1] or found[2]).decode("ascii") if found else ""


def _known(declared: str) -> str:
    """Return the codec that a declared name stands for, or "" where there is none that can be meant."""
    try:
        name = codecs.lookup(declared.strip()).name
        "".encode(name)  # refuses the codecs that are no text encodings
    except (LookupError, ValueError):
        return ""
    return "" if name in _NOT_FOR_FILES else _WIDER.get(name, name)


def _decoded(data: bytes, name: str) -> str | None:
    """Return the text, or None without an encoding or where more than a few characters are broken in it."""
    if not name:
        return None
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        text = data.decode(name, "replace")
    return text if text.count("\ufffd") <= _FEW * len(text) else None


def _likeliest(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE_BYTES]).best()
    return _known(best.encoding) if best else ""
