"""A text cut into passages: the units in which markers are found."""

from __future__ import annotations

import itertools
import re

from triage.text.furniture import BLANK, content_lines

LONGEST = 600
_CLOSERS = "\"'”’»›」』）)\\]*_"
# A full stop, question or exclamation mark of any script, with what closes on it: before white space, or, in scripts
# without spaces, anywhere.
_STOPS = ".!?…؟۔।॥։።"
_END = re.compile(rf"(?<![{_STOPS}])[{_STOPS}]++[{_CLOSERS}]*+(?=\s)|[。！？｡]++[{_CLOSERS}…]*+")
# A full stop that ends no sentence: after an initial, a usual abbreviation or the number of a list; in a German date.
_NO_END = re.compile(
    r"(?:(?:^|[\s(«„“\"'.-])(?:[^\W\d_]|Dr|Prof|Mr|Mrs|Ms|St|Jr|Sr|Sra|Mme|Mlle|Hr|Fr|Nr|No|vs|etc|bzw|usw|ca|Co|Inc"
    r"|Gen|Col|Sen|Rep|Gov|Lt|[Aa]rt|vol|pp|cf|Jan|Feb|Aug|Sept|Oct|Nov|Dec|тов|им|ул|стр|см|пр|проф|акад|вул)"
    r"|(?:^|[.!?]\s)\s*\d{1,2})\.$"
)
_ORDINAL = re.compile(
    r"(?<=\d\.)\s(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Jahrhundert)"
)
_WORD = re.compile(r"\w")


def split(text: str, lang: str = "") -> list[tuple[int, int]]:
    r"""Return (start, end) of each passage: the content lines, those over 600 code points cut at sentences.

    In order, disjoint, none empty and none with white space at its ends. `lang` is not needed: the marks that end a
    sentence say in which script they do. A sentence is never cut, however long it is.

    >>> split("One line.\n\nAnother.")
    [(0, 9), (11, 19)]
    """
    found: list[tuple[int, int]] = []
    for start, end in content_lines(text):
        found += [(start, end)] if end - start <= LONGEST else sentences(text, start, end)
    return found


def sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return (start, end) of each sentence of `text[start:end]`, without the white space between them.

    Marks without a word (a row of stops) belong to the sentence before them.
    """
    cuts = [match.end() for match in _END.finditer(text, start, end) if _is_end(text, start, match)]
    spans: list[tuple[int, int]] = []
    for first, last in itertools.pairwise([start, *cuts, end]):
        sentence = text[first:last]
        if not (bare := sentence.strip(BLANK)):
            continue
        at = first + sentence.index(bare)
        if spans and not _WORD.search(bare):
            spans[-1] = (spans[-1][0], at + len(bare))
        else:
            spans.append((at, at + len(bare)))
    return spans


def _is_end(text: str, start: int, match: re.Match[str]) -> bool:
    follows = text[match.end() : match.end() + 2].strip()
    if follows[:1].islower() or _ORDINAL.match(text, match.end()):
        return False
    return match.group() != "." or not _NO_END.search(text[max(start, match.end() - 12) : match.end()])
