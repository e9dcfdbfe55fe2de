"""A text cut into passages: the units in which markers are found."""

from __future__ import annotations

import re

from triage.text.furniture import content_lines

LONGEST = 600
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？!?]+[”’」』）]*|[؟۔।]+")


def split(text: str, lang: str = "") -> list[tuple[int, int]]:
    """Return (start, end) of each passage: the content lines, those over 600 code points cut at sentences."""
    found: list[tuple[int, int]] = []
    for start, end in content_lines(text):
        found += [(start, end)] if end - start <= LONGEST else _sentences(text, start, end)
    return found


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    cuts = [start, *(match.end() for match in _END.finditer(text, start, end)), end]
    spans = []
    for first, last in zip(cuts, cuts[1:], strict=False):
        bare = text[first:last].strip()
        if bare:
            at = text.index(bare, first)
            spans.append((at, at + len(bare)))
    return spans
