"""Texts as tokens: words, single characters where a script has no spaces, and signs, each where it was received."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.domain.score import Voice
from triage.learn.documents import WORD, Document

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.integer[Any]]

_TOKEN = re.compile(rf"(?:{WORD.pattern})(?:['’][^\W\d_]+)*|[^\w\s]")


@dataclass(frozen=True)
class Tokens:
    """The tokens of some documents, in order, each an entry of every array.

    `start` and `end` are offsets into the text as received; `document` is the number of the document, `passage` that of
    the passage, counted through all documents; `quoted` says whether a token stands in quoted voice.
    """

    words: Sequence[str]
    start: Ints
    end: Ints
    document: Ints
    passage: Ints
    quoted: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.words)

    def first(self) -> Ints:
        """Return the first token of each passage that has any, and the number of tokens at the end."""
        return np.concatenate([np.flatnonzero(np.diff(self.passage, prepend=-1)), [len(self)]])

    def first_of_documents(self, count: int) -> Ints:
        """Return where the tokens of each of `count` documents begin, and the number of tokens at the end."""
        return np.searchsorted(self.document, np.arange(count + 1))


def tokenise(documents: Sequence[Document]) -> Tokens:
    """Return the tokens of some documents that stand in their passages."""
    words: list[str] = []
    parts: list[list[Ints]] = [[], [], [], [], []]
    before = 0
    for number, document in enumerate(documents):
        own, start, end, passage = _of_one(document)
        words += own
        quoted = _quoted(document, start)
        for part, values in zip(
            parts, (start, end, np.full(len(start), number), passage + before, quoted), strict=True
        ):
            part.append(values)
        before += len(document.passages)
    start, end, document_of, passage_of, quoted_of = (
        np.concatenate([np.zeros(0, dtype=np.int64), *part]) for part in parts
    )
    return Tokens(words, start, end, document_of, passage_of, quoted_of.astype(bool))


def _of_one(document: Document) -> tuple[list[str], Ints, Ints, Ints]:
    """Return words, starts, ends and passages of one document's tokens.

    Words are of the folded text; of several that fold out of the same characters the first is kept.
    """
    origin = document.folded.origin
    found = list(_TOKEN.finditer(document.folded.text))
    start = np.array([origin[match.start()] for match in found], dtype=np.int64)
    end = np.array([origin[match.end() - 1] + 1 for match in found], dtype=np.int64)
    begins, ends = np.array(document.passages, dtype=np.int64).reshape(-1, 2).T
    passage = np.searchsorted(begins, start, side="right") - 1
    before = np.maximum.accumulate(np.concatenate([np.zeros(1, dtype=np.int64), end]))[: len(start)]
    inside = (passage >= 0) & (start < ends[np.maximum(passage, 0)]) & (start >= before)
    words = [match[0] for match, kept in zip(found, inside.tolist(), strict=True) if kept]
    return words, start[inside], end[inside], passage[inside]


def _quoted(document: Document, start: Ints) -> NDArray[np.bool_]:
    quoted = np.zeros(len(start), dtype=bool)
    for piece in (piece for passage in document.pieces for piece in passage if piece.voice is Voice.QUOTED):
        quoted[np.searchsorted(start, piece.start) : np.searchsorted(start, piece.end)] = True
    return quoted
