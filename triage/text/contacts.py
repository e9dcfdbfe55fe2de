"""Reporters' telephone numbers and mail addresses, replaced in their claim before anything is kept."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

# Bounded and anchored at a token's start, so that no input costs more than one pass. ASCII, accented Latin and
# Cyrillic: Chinese runs on without a space, and its characters are no part of an address.
_ADDRESS_CHAR = r"A-Za-z0-9\xc0-\u024f\u0400-\u052f"
_MAIL = re.compile(
    rf"(?<![{_ADDRESS_CHAR}._%+-])[{_ADDRESS_CHAR}._%+-]{{1,64}}[@＠](?:[{_ADDRESS_CHAR}-]{{1,63}}[.．]){{1,8}}"
    rf"[{_ADDRESS_CHAR}-]{{2,63}}"
)
_DIGITS = re.compile(r"(?<!\d)[+＋(（]{0,2}\d(?:[ \t\xa0().\-–—/·（）－]{0,3}\d){5,39}(?!\d)")
_DATE = re.compile(r"(?<!\d)(?:\d{4}([-./])\d{1,2}\1\d{1,2}|\d{1,2}([-./])\d{1,2}\2\d{4})(?!\d)")
_MANY = 200  # a claim with this many is a list of numbers: all are taken for telephones, without a look at each
# Where a number may be at home: without a country code, the starter languages' countries with most speakers.
_REGIONS = ("CN", "TW", "HK", "RU", "UA", "FR", "BE", "DE", "AT", "CH", "ES", "MX", "EG", "SA", "AE", "GB", "US")


def mask(text: str, pseudonymise: Callable[[str], str]) -> str:
    """Return the claim with each phone number and mail address replaced by `[phone:…]` or `[email:…]`.

    `pseudonymise` gets the number or address as it was written and gives the pseudonym. A number counts as one if it is
    valid with its country code or in one of the countries in `_REGIONS`; dates and amounts stay. Only for what a
    reporter says: a page's public hotline is part of the subject and stays there. Never raises.

    >>> mask("Call me: +49 30 901820 or jo@example.org", lambda contact: "x7")
    'Call me: [phone:x7] or [email:x7]'
    """
    parts: list[str] = []
    at = 0
    for kind, start, end in _contacts(text):
        parts += [text[at:start], f"[{kind}:{pseudonymise(text[start:end])}]"]
        at = end
    return "".join([*parts, text[at:]])


def _contacts(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the contacts in order, none overlapping the one before."""
    found = [("email", *match.span()) for match in _MAIL.finditer(text)] if "@" in text or "＠" in text else []
    found += [("phone", start, end) for start, end in _phones(text)]
    at = 0
    for kind, start, end in sorted(found, key=lambda contact: (contact[1], -contact[2])):
        if start >= at:
            yield kind, start, end
            at = end


def _phones(text: str) -> Iterator[tuple[int, int]]:
    undated = _DATE.sub(lambda date: "\n" * len(date.group()), text)
    candidates = [digits.span() for digits in itertools.islice(_DIGITS.finditer(undated), _MANY)]
    if len(candidates) == _MANY:
        yield from (digits.span() for digits in _DIGITS.finditer(undated))
        return
    at = 0
    for start, end in candidates:
        # The characters beside it decide whether it is a number of its own.
        start = max(start - 2, at)
        for first, last in _numbers(undated[start : end + 2]):
            yield start + first, start + last
        at = end


def _numbers(window: str) -> list[tuple[int, int]]:
    """Return where any region sees a number; what two see in part is one."""
    from phonenumbers import PhoneNumberMatcher

    seen = sorted(
        (match.end - len(match.raw_string.lstrip()), match.end)
        for region in _REGIONS
        for match in PhoneNumberMatcher(window, region)
    )
    spans: list[tuple[int, int]] = []
    for start, end in seen:
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans
