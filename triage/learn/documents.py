"""A text cut into what is judged: passages, the pieces of each voice, the whole, and the author's own words."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.domain.score import Voice
from triage.learn.dense import code_points
from triage.learn.ngrams.alphabet import alphabet
from triage.learn.ngrams.signs import UNSPACED, count_again, kinds_of
from triage.text.normalise import Folded, fold
from triage.text.passages import split
from triage.text.voice import pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.integer[Any]]

WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `start` to `end` of a text as received, and whose words they are."""

    start: int
    end: int
    voice: Voice = Voice.OWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Words that are judged together: some spans of one text, folded and joined by line breaks.

    `position` is where the first span stands among the text's passages, 0 first and 1 last; `echo` is the share of the
    unit's word pairs that the text has more than once, `quoted` the share of its characters in quoted voice.
    """

    text: str
    spans: tuple[Span, ...]
    position: float = 0.0
    passages: int = 1
    echo: float = 0.0
    quoted: float = 0.0


class Document:
    """One text with its passages and pieces. `passages` are a corpus's own; without them the text is split."""

    def __init__(self, text: str, lang: str = "", passages: Iterable[tuple[int, int]] = ()) -> None:
        self.text = text
        self.lang = lang
        self.has_own_passages = bool(own := list(passages))
        self.passages: list[tuple[int, int]] = own or split(text, lang) or [(0, len(text))]

    @cached_property
    def folded(self) -> Folded:
        """The text as features see it."""
        return fold(self.text)

    @cached_property
    def pieces(self) -> list[list[Span]]:
        """The pieces of each passage, cut where quotation or attribution begins and ends."""
        return [
            [Span(*piece) for piece in pieces(self.text, start, end, self.lang)] or [Span(start, end)]
            for start, end in self.passages
        ]

    def passage_units(self) -> list[Unit]:
        """Return what a passage model is fitted on: a corpus's own passages whole, else the pieces of those found."""
        if not self.has_own_passages:
            return self.piece_units()
        return self._units([Span(start, end)] for start, end in self.passages)

    def piece_units(self) -> list[Unit]:
        """Return the pieces of all passages, in order."""
        return self._units([piece] for passage in self.pieces for piece in passage)

    def whole_unit(self) -> Unit:
        """Return all pieces as one."""
        return self._joined([piece for passage in self.pieces for piece in passage])

    def own_unit(self) -> Unit | None:
        """Return the pieces in the author's own voice as one, or None where there are none."""
        own = [piece for passage in self.pieces for piece in passage if piece.voice is Voice.OWN]
        return self._joined(own) if own else None

    @cached_property
    def has_quoted(self) -> bool:
        """Whether any piece is quoted voice."""
        return any(piece.voice is Voice.QUOTED for passage in self.pieces for piece in passage)

    @cached_property
    def _quoted(self) -> list[tuple[int, int]]:
        return [(p.start, p.end) for passage in self.pieces for p in passage if p.voice is Voice.QUOTED]

    def _joined(self, spans: Sequence[Span]) -> Unit:
        return self._unit(spans, position=0.0)

    def _units(self, parts: Iterable[Sequence[Span]]) -> list[Unit]:
        starts = [start for start, _ in self.passages]
        last = max(len(starts) - 1, 1)
        return [self._unit(spans, position=max(bisect_right(starts, spans[0].start) - 1, 0) / last) for spans in parts]

    def _unit(self, spans: Sequence[Span], *, position: float) -> Unit:
        bounds = [self.folded_bounds(span) for span in spans]
        return Unit(
            text="\n".join(self.folded.text[start:end] for start, end in bounds),
            spans=tuple(spans),
            position=position,
            passages=len(self.passages),
            echo=self._echo(bounds),
            quoted=self._quoted_share(spans),
        )

    def folded_bounds(self, span: Span) -> tuple[int, int]:
        """Return where a span of the text as received begins and ends in the folded text."""
        return bisect_left(self.folded.origin, span.start), bisect_left(self.folded.origin, span.end)

    def _echo(self, bounds: Sequence[tuple[int, int]]) -> float:
        if not bounds:
            return 0.0
        begins, ends = np.array(bounds, np.int64).T
        text, pieces = np.array([0, len(self._codes)]), np.array([0, len(bounds)])
        pairs, again = again_counts(self._codes, text, pieces, np.ascontiguousarray(begins), np.ascontiguousarray(ends))
        return int(again.sum()) / max(int(pairs.sum()), 1)

    @cached_property
    def _codes(self) -> NDArray[np.uint32]:
        return code_points([self.folded.text])

    def _quoted_share(self, spans: Sequence[Span]) -> float:
        if not self._quoted:
            return 0.0
        size = sum(span.end - span.start for span in spans)
        overlap = sum(
            max(0, min(span.end, end) - max(span.start, start)) for span in spans for start, end in self._quoted
        )
        return overlap / size if size else 0.0


def again_counts(codes: NDArray[np.uint32], bounds: Ints, first: Ints, begins: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Return how many pairs of neighbouring words each piece has, and how many of these its text has more than once.

    Text t is `codes[bounds[t]:bounds[t + 1]]`, furniture and all, and has pieces `first[t]` to `first[t + 1]`.
    """
    pairs, again = np.zeros(len(begins), np.int64), np.zeros(len(begins), np.int64)
    count_again(codes, bounds, first, begins, ends, kinds_of(codes), alphabet(), pairs, again)
    return pairs, again
