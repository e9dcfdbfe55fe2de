"""Quotation marks of all scripts, paired."""

from __future__ import annotations

import re

# What closes what is opened by a mark. The marks for titles (《》) are none for speech.
_CLOSES = {
    "“": "”",
    "„": "“”",
    "”": "”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
    "〝": "〞〟",
    "‘": "’",
    "‚": "‘’",
    '"': '"',
    "＂": "＂",
    "'": "'",
}
_APOSTROPHES = "'‘‚"
_MARK = re.compile("[“”„«»‹›「」『』〝〞〟‘’‚\"＂']")
_LINE = re.compile("[^\n]+")
_LONGEST_LOOK = 1500  # code points around a passage in which the mark that opened or closed a quote is looked for


def quotes(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return (start, end) of the outermost quotes in `text[start:end]`, marks included, in order and disjoint.

    The whole line around the passage is looked at, for a passage may have been cut within a quote. A quote that is
    never closed lasts to the end of the line if it opens the line or follows a colon (speech that goes on in the next
    paragraph); elsewhere its mark is a slip.

    >>> quotes("Он сказал: «Нет, «Заря» не придёт».", 0, 35)
    [(11, 34)]
    """
    first = max(text.rfind("\n", 0, start) + 1, start - _LONGEST_LOOK)
    last = min(text.find("\n", end) % (len(text) + 1), end + _LONGEST_LOOK)
    return [
        (max(opened, start), min(closed, end))
        for line in _LINE.finditer(text, first, last)
        for opened, closed in _pairs(text, *line.span())
        if opened < end and closed > start
    ]


def _pairs(text: str, start: int, end: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    opened: list[int] = []
    for match in _MARK.finditer(text, start, end):
        at = match.start()
        before = text[at - 1] if at > start else " "
        after = text[at + 1] if at + 1 < end else " "
        closes = _opener(text, opened, text[at]) if _can_close(text[at], before, after) else None
        if closes is not None:
            while opened[-1] != closes:
                opened.pop()
            pairs.append((opened.pop(), at + 1))
        elif _can_open(text[at], before, after):
            opened.append(at)
    pairs += [(at, end) for at in opened if text[at] not in _APOSTROPHES and _goes_on(text, start, at)][:1]
    return _outermost(pairs)


def _opener(text: str, opened: list[int], mark: str) -> int | None:
    """Return the innermost open mark that this one closes. Few are ever open: a line of openers is no speech."""
    return next((at for at in reversed(opened[-8:]) if mark in _CLOSES[text[at]]), None)


def _can_close(mark: str, before: str, after: str) -> bool:
    if mark in "’'":
        return not before.isspace() and not after.isalnum()
    return mark not in '"«»' or not before.isspace() or not after.isalnum()


def _can_open(mark: str, before: str, after: str) -> bool:
    if mark not in _CLOSES or (after.isspace() and mark != "«"):
        return False
    if mark in "'‘‚":
        return not before.isalnum() and after.isalpha()
    return mark not in "”»›" or not before.isalnum()


def _goes_on(text: str, start: int, at: int) -> bool:
    before = text[start:at].strip(" \t\u00a0—–-")
    return not before or before[-1] in ":："


def _outermost(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for pair in sorted(pairs, key=lambda pair: (pair[0], -pair[1])):
        if not kept or pair[0] >= kept[-1][1]:
            kept.append(pair)
    return kept
