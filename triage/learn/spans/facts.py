"""What tells the technique of given words beside the words themselves: length, signs, place, and how they recur."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.domain.score import Voice
from triage.learn.documents import WORD, Document
from triage.learn.spans.overlap import Bounds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

COUNTS = (
    "words",
    "characters",
    "commas",
    "again",  # times that the words stand elsewhere in the text
    "given_again",  # other given spans with the same words; with the same stems
    "given_before",
    "stems_again",
    "stems_before",
    "kindred",  # other given spans with a long word in common
    "commonest",  # times that the text has the span's commonest long word; its rarest; its rarest stem
    "rarest",
    "rarest_stem",
    "overlapping",
    "in_passage",
    "given",
    "passages",
)
SHARES = ("of_passage", "quoted", "position", "capitals", "initials")
SIGNS = (
    "exclamation",
    "question",
    "quotation",
    "digits",
    "exclamation_after",
    "question_after",
    "opens_quote",
    "closes_quote",
    "opens_passage",
    "closes_passage",
)
FACTS = (*COUNTS, *SHARES, *SIGNS)
_STEM = 5  # letters by which inflected forms of a word are taken for one
_LONG = 4  # letters from which on a word is about something
_QUOTES = frozenset("\"'«»“”„‘’「」『』‹›")
_QUESTION, _EXCLAMATION = frozenset("?？؟"), frozenset("!！¡")


def facts(document: Document, spans: Sequence[Bounds]) -> Floats:
    """Return the facts of the given spans of a document, one row a span and a column for each of FACTS.

    Counts are log(1 + n), shares and signs from 0 to 1. Spans count as each other's company: what recurs among them was
    marked more than once.
    """
    reading = _Reading(document, spans)
    rows = [reading.counts(at) + reading.shares(at) + reading.signs(at) for at in range(len(spans))]
    table = np.array(rows, dtype=float).reshape(-1, len(FACTS))
    table[:, : len(COUNTS)] = np.log1p(table[:, : len(COUNTS)])
    return table


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a span in lower case, and their stems, as one string each; the long ones apart."""

    words: str
    stems: str
    long: frozenset[str]


class _Reading:
    """One document with its given spans, counted once."""

    def __init__(self, document: Document, spans: Sequence[Bounds]) -> None:
        self._text, self._spans = document.text, spans
        self._passages = document.passages
        self._quoted = [(p.start, p.end) for own in document.pieces for p in own if p.voice is Voice.QUOTED]
        everything = [match[0] for match in WORD.finditer(document.text.lower())]
        self._joined = f" {' '.join(everything)} "
        self._count = Counter(everything)
        self._stem_count = Counter(word[:_STEM] for word in everything)
        self._words = [_words(document.text[start:end]) for start, end in spans]
        self._same = Counter(own.words for own in self._words)
        self._alike = Counter(own.stems for own in self._words)

    def counts(self, at: int) -> list[float]:
        """Return what COUNTS names."""
        own, (start, end) = self._words[at], self._spans[at]
        before = self._words[:at]
        passages = self._touched(start, end)
        return [
            len(own.words.split()),
            end - start,
            self._text.count(",", start, end),
            max(self._joined.count(f" {own.words} ") - 1, 0),
            self._same[own.words] - 1,
            sum(other.words == own.words for other in before),
            self._alike[own.stems] - 1,
            sum(other.stems == own.stems for other in before),
            sum(not own.long.isdisjoint(other.long) for other in self._words) - bool(own.long),
            max((self._count[word] for word in own.long), default=0),
            min((self._count[word] for word in own.long), default=0),
            min((self._stem_count[word[:_STEM]] for word in own.long), default=0),
            self._within(start, end) - 1,
            self._within(*self._bounds(passages)),
            len(self._spans),
            len(passages),
        ]

    def shares(self, at: int) -> list[float]:
        """Return what SHARES names."""
        start, end = self._spans[at]
        passages = self._touched(start, end)
        low, high = self._bounds(passages)
        words = WORD.findall(self._text[start:end])
        letters = sum(map(str.isalpha, self._text[start:end]))
        return [
            (end - start) / (high - low),
            sum(max(0, min(end, high) - max(start, low)) for low, high in self._quoted) / (end - start),
            passages[0] / max(len(self._passages) - 1, 1),
            sum(map(str.isupper, self._text[start:end])) / max(letters, 1),
            sum(word[0].isupper() for word in words) / max(len(words), 1),
        ]

    def signs(self, at: int) -> list[float]:
        """Return what SIGNS names."""
        start, end = self._spans[at]
        inside, after = set(self._text[start:end]), set(self._text[end : end + 2])
        low, high = self._bounds(self._touched(start, end))
        return [
            float(one)
            for one in (
                not inside.isdisjoint(_EXCLAMATION),
                not inside.isdisjoint(_QUESTION),
                not inside.isdisjoint(_QUOTES),
                any(map(str.isdigit, inside)),
                not after.isdisjoint(_EXCLAMATION),
                not after.isdisjoint(_QUESTION),
                self._text[max(start - 1, 0) : start] in _QUOTES,
                self._text[end : end + 1] in _QUOTES,
                not self._text[low:start].strip(),
                WORD.search(self._text, end, high) is None,
            )
        ]

    def _within(self, start: int, end: int) -> int:
        return sum(here < end and there > start for here, there in self._spans)

    def _touched(self, start: int, end: int) -> list[int]:
        """Return the passages that a span reaches into; at least the first one."""
        return [at for at, (here, there) in enumerate(self._passages) if here < end and there > start] or [0]

    def _bounds(self, passages: Sequence[int]) -> Bounds:
        return self._passages[passages[0]][0], self._passages[passages[-1]][1]


def _words(text: str) -> _Words:
    words = [match[0] for match in WORD.finditer(text.lower())]
    long = frozenset(word for word in words if len(word) >= _LONG or _is_unspaced(word))
    return _Words(" ".join(words), " ".join(word[:_STEM] for word in words), long)


def _is_unspaced(word: str) -> bool:
    """Return whether a word is of a script without spaces: twice in a row it is two words."""
    return WORD.fullmatch(word * 2) is None
