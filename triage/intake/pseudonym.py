"""Keyed pseudonyms: the only form in which reporters are known inside."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from triage.errors import ConfigError

_SHORTEST_KEY = 16
_LONGEST = 1_000
_MAIL = re.compile(r"[^\s<>,;:\"()\[\]@]{1,64}@[^\s<>,;:\"()\[\]@]{1,255}")
_PHONE = re.compile(r"(?<![\w+])\+?\(?\d[\d\s().\-/]{4,30}\d(?!\w)")


class Pseudonymiser:
    """Gives the same pseudonym for the same person, however the contact is spelt, and nothing back without the key.

    A value that holds a mail address is known by it, else by a phone number, else by the name as a whole; case,
    width and the writing of numbers do not matter. HMAC-SHA256, 64 bits of it. Raises `ConfigError` for a key under
    16 bytes.

    >>> of = Pseudonymiser(b"a key of sixteen bytes or more")
    >>> of("Jo Field, +49 30 901820") == of("0049 (30) 90 18 20")
    True
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < _SHORTEST_KEY:
            raise ConfigError(f"the pseudonym key has {len(key)} bytes; it needs at least {_SHORTEST_KEY}")
        self._key = key

    def __call__(self, value: str) -> str:
        """Return the pseudonym of one person or contact."""
        known_by = identity(value).encode("utf-8", "replace")
        return "p-" + hmac.new(self._key, known_by, hashlib.sha256).hexdigest()[:16]


def identity(value: str) -> str:
    """Return what a person is known by: the mail address, else the phone number, else the name.

    >>> identity("Jo  FIELD <Jo@Example.org>")
    'jo@example.org'
    """
    folded = " ".join(unicodedata.normalize("NFKC", value[:_LONGEST]).casefold().split())
    mail = _MAIL.search(folded)
    if mail:
        return mail[0].strip(".'")
    phone = _PHONE.search(folded)
    digits = re.sub(r"\D", "", phone[0]) if phone else ""
    if phone and 7 <= len(digits) <= 15:
        return "+" + digits.removeprefix("00") if phone[0].startswith("+") or digits.startswith("00") else digits
    return folded


def key_from(paths: Iterable[str | Path]) -> bytes:
    """Return a key for one run without a desk, made of the bytes of its input.

    The same input gives the same pseudonyms, and with them the same ids and order. Who lacks the input cannot make the
    key, and who has it learns nothing from it. What can be read only once, such as standard input, gives a random key.
    """
    return key_of(map(_digest, map(Path, paths)))


def key_of(digests: Iterable[bytes]) -> bytes:
    """Return the key that `key_from` makes of files with these SHA-256 digests."""
    key = hashlib.sha256(b"triage run")
    for digest in digests:
        key.update(digest)
    return key.digest()


def _digest(path: Path) -> bytes:
    if not path.is_file():
        return secrets.token_bytes(32)
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()
