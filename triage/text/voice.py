"""Whose words a passage is: its author's own, or attributed speech."""

from __future__ import annotations

import re

from triage.domain.score import Voice
from triage.text.attribution import begins_with_saying, is_attributed, reported
from triage.text.quotes import quotes

_WORD = re.compile(r"\w")
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_SCARE_WORDS = 3
_HAN_A_WORD = 2
_QUOTED_LINE = re.compile(r"\s*>")
_DIALOGUE = re.compile(r"\s*[—–―-]\s*(?=\S)")
_TURN = re.compile(r"\s[—–―-]\s*|[—–―](?=[\s.,])")


def pieces(text: str, start: int, end: int, lang: str = "") -> list[tuple[int, int, Voice]]:
    """Return the pieces (start, end, voice) of the passage `text[start:end]`: disjoint, in order, covering all of it.

    Quoted are words between quotation marks, reported speech ("said that …", "according to …"), dialogue after a dash
    with its "…, — said X", and a line that a mail quotes with ">". A name or up to three words in marks that nobody is
    said to have spoken are scare quotes: the author's own voice. So is the attribution itself. A quote that is never
    closed counts only where speech can run on. Marks and spaces alone make no piece. `lang` is an ISO 639-1 code; where
    it is "" or "und" the script decides which languages' verbs are looked for.

    >>> text = 'Ambry calls the wall "a monument to panic". It is not.'
    >>> [(text[first:last], str(voice)) for first, last, voice in pieces(text, 0, len(text), "en")]
    [('Ambry calls the wall ', 'own'), ('"a monument to panic"', 'quoted'), ('. It is not.', 'own')]
    """
    if start >= end:
        return []
    if _QUOTED_LINE.match(text, start, end):
        return [(start, end, Voice.QUOTED)]
    spans = [
        quote
        for quote in quotes(text, start, end)
        if not _is_short(text[slice(*quote)]) or is_attributed(text, start, end, quote, lang)
    ]
    spans += reported(text, start, end, lang)
    spans += _dialogue(text, start, end, lang)
    return _merged(text, _cut(start, end, spans))


def _is_short(quote: str) -> bool:
    han = len(_HAN.findall(quote))
    words = sum(1 for word in _HAN.sub(" ", quote).split() if _WORD.search(word))
    return words + han / _HAN_A_WORD <= _SCARE_WORDS


def _dialogue(text: str, start: int, end: int, lang: str) -> list[tuple[int, int]]:
    """Return the turns of a line that opens with a dash, where one of them is followed by who says it."""
    opening = _DIALOGUE.match(text, start, end)
    if opening is None:
        return []
    turns: list[tuple[int, int]] = []
    first, is_said = opening.end(), False
    for last, following in [*(turn.span() for turn in _TURN.finditer(text, first, end)), (end, end)]:
        if begins_with_saying(text[first:last], lang):
            is_said = True
        else:
            turns.append((first, last))
        first = following
    return turns if is_said else []


def _cut(start: int, end: int, spans: list[tuple[int, int]]) -> list[tuple[int, int, Voice]]:
    """Return [start, end) cut where the quoted spans, which may overlap, begin and end."""
    cut: list[tuple[int, int, Voice]] = []
    at = start
    for first, last in sorted(spans):
        if last <= at:
            continue
        if first > at:
            cut.append((at, first, Voice.OWN))
        cut.append((max(first, at), last, Voice.QUOTED))
        at = last
    return [*cut, (at, end, Voice.OWN)] if at < end else cut


def _merged(text: str, cut: list[tuple[int, int, Voice]]) -> list[tuple[int, int, Voice]]:
    """Return the pieces with those of one voice joined; one without a word takes the voice of the piece before it."""
    merged: list[tuple[int, int, Voice]] = []
    for first, last, voice in cut:
        if merged and (voice is merged[-1][2] or not _WORD.search(text, first, last)):
            merged[-1] = (merged[-1][0], last, merged[-1][2])
        elif merged and not _WORD.search(text, *merged[-1][:2]):
            merged[-1] = (merged[-1][0], last, voice)
        else:
            merged.append((first, last, voice))
    return merged
