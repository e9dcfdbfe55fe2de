"""Documents made ready to be scored: their folded texts as code points, their pieces as ranges, facts of each unit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.domain.score import Voice
from triage.learn.dense import code_points, columns_of, sign_counts
from triage.learn.documents import Document, again_counts
from triage.learn.ngrams.cut import Cut
from triage.learn.ngrams.packing import SIGMA, lower_sigma

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.integer[Any]]
    Bools = NDArray[np.bool_]


class CutTexts:
    """Some documents and all their pieces, in arrays.

    Text t is `codes[bounds[t]:bounds[t + 1]]` and has the pieces from `first[t]` up to `first[t + 1]`. Pieces have
    `starts` and `stops` in the text as received, `begins` and `ends` in `codes`.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        texts = [document.folded.text for document in documents]
        spans = [[piece for passage in document.pieces for piece in passage] for document in documents]
        self.codes = code_points(texts)
        self.bounds = _running([len(text) for text in texts])
        self.first = _running([len(pieces) for pieces in spans])
        self.starts = np.array([piece.start for pieces in spans for piece in pieces], np.int64)
        self.stops = np.array([piece.end for pieces in spans for piece in pieces], np.int64)
        self.is_own = np.array([piece.voice is Voice.OWN for pieces in spans for piece in pieces], np.bool_)
        self.passages = np.array([len(document.passages) for document in documents])
        self.passage = np.array(
            [at for document in documents for at, pieces in enumerate(document.pieces) for _ in pieces], np.int64
        )
        self.origin = np.concatenate([np.asarray(document.folded.origin, np.int32) for document in documents])
        self.begins, self.ends = self._folded(self.starts), self._folded(self.stops)
        self.has_own = np.logical_or.reduceat(self.is_own, self.first[:-1])
        self.is_mixed = self.has_own & np.logical_or.reduceat(~self.is_own, self.first[:-1])
        self.cut = Cut(self._small_sigmas(texts), self.begins, self.ends, self.is_own, self.first)

    def _folded(self, places: Ints) -> Ints:
        """Return offsets in the texts as received as those in `codes`."""
        found = places + np.repeat(self.bounds[:-1], np.diff(self.first))
        for text in range(len(self.bounds) - 1):
            begin, end = self.bounds[text] + text, self.bounds[text + 1] + text + 1
            if self.origin[end - 1] != end - 1 - begin or (np.diff(self.origin[begin:end]) != 1).any():
                own = slice(self.first[text], self.first[text + 1])
                found[own] = self.bounds[text] + np.searchsorted(self.origin[begin:end], places[own])
        return found

    def _small_sigmas(self, texts: Sequence[str]) -> NDArray[np.uint32]:
        """Return the code points with each capital sigma as the small one that it is in its piece."""
        if not any(SIGMA in text for text in texts):
            return self.codes
        codes = self.codes.copy()
        for piece in np.unique(np.searchsorted(self.begins, np.flatnonzero(codes == ord(SIGMA)), side="right") - 1):
            own = slice(self.begins[piece], self.ends[piece])
            codes[own] = code_points([lower_sigma(codes[own].tobytes().decode("utf-32-le", "surrogatepass"))])
        return codes

    @cached_property
    def _counts(self) -> Ints:
        """What is counted of each piece, its pairs of words, and how many of these its text has again."""
        signs = sign_counts(self.codes, self.begins, self.ends)
        return np.column_stack([signs, *again_counts(self.codes, self.bounds, self.first, self.begins, self.ends)])

    def piece_columns(self) -> Floats:
        """Return the dense columns of all pieces."""
        passages = np.repeat(self.passages, np.diff(self.first))
        return columns_of(
            self._counts,
            position=self.passage / np.maximum(passages - 1, 1),
            passages=passages,
            echo=self._counts[:, -1] / np.maximum(self._counts[:, -2], 1),
            quoted=(~self.is_own & (self.stops > self.starts)).astype(float),
        )

    def whole_columns(self) -> Floats:
        """Return the dense columns of all whole texts."""
        return self._joined(np.ones(len(self.is_own), np.int64))

    def own_columns(self) -> Floats:
        """Return the dense columns of the own pieces of each text joined; without any they mean nothing."""
        return self._joined(self.is_own.astype(np.int64))

    def _joined(self, chosen: Ints) -> Floats:
        counts = self._summed(self._counts * chosen[:, None])
        counts[:, 0] = counts[:, 0] + np.maximum(self._summed(chosen) - 1, 0)  # and the line breaks
        sizes = (self.stops - self.starts) * chosen
        return columns_of(
            counts,
            position=np.zeros(len(self.passages)),
            passages=self.passages,
            echo=counts[:, -1] / np.maximum(counts[:, -2], 1),
            quoted=self._summed(sizes * ~self.is_own) / np.maximum(self._summed(sizes), 1),
        )

    def _summed(self, of_pieces: Ints) -> Ints:
        return np.add.reduceat(of_pieces, self.first[:-1], axis=0)


def _running(sizes: Sequence[int]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)])
