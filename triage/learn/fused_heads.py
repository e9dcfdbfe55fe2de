"""Both heads of a marker model made ready for the kernels: one table of bytes in which an n-gram has one row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.learn.dense import DENSE
from triage.learn.features import N_FEATURES, RULES
from triage.learn.linear import packed
from triage.learn.ngrams.alphabet import alphabet
from triage.learn.ngrams.cut import Cutting, Memory, Weights, memory_for
from triage.learn.ngrams.fused import LOG_COUNTS
from triage.learn.ngrams.laying import MAX_SPANS, Asked, Laid, lay
from triage.learn.ngrams.lines import LANES
from triage.learn.ngrams.signs import kinds_of
from triage.learn.ngrams.summing import score_cut

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.learn.cutting import CutTexts
    from triage.learn.linear import Linear

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.integer[Any]]

_CUTTING = Cutting(RULES[1].low, RULES[1].high, np.uint64(N_FEATURES))


@dataclass(frozen=True)
class Odds:
    """Uncalibrated log-odds: a row a piece, or a row a text; `owns` counts only for texts in either voice.

    The columns are the dense ones of pieces and wholes, as they are weighed.
    """

    pieces: Floats
    wholes: Floats
    owns: Floats
    piece_columns: Floats
    whole_columns: Floats


@dataclass(frozen=True)
class FusedHeads:
    """The weights of one head for pieces and one for whole texts, either of which may be missing.

    A row of `table` has `stride` bytes, a weight each in the steps of its marker: those of the head for pieces, then
    those of the head for wholes, each filled up to whole lines. The last row is empty and stands for all n-grams
    that do not count. `idf` has two numbers a row, one a head.
    """

    linears: tuple[Linear | None, Linear | None]
    row_of: NDArray[np.int32]
    idf: NDArray[np.float32]
    table: NDArray[np.int8]
    steps: tuple[NDArray[np.float32], NDArray[np.float32]]
    widths: tuple[int, int]

    @classmethod
    def compiled(cls, pieces: Linear | None, wholes: Linear | None) -> FusedHeads:
        """Return the heads as the kernels read them. Raises nothing: whatever can be trained can be compiled."""
        linears = (pieces, wholes)
        columns = [linear.columns for linear in linears if linear]
        union = np.unique(np.concatenate(columns))
        widths = tuple(-(-len(linear.intercept) // LANES) * LANES if linear else 0 for linear in linears)
        table = _aligned(len(union) + 1, sum(widths))
        idf = np.zeros((len(union) + 1, 2), np.float32)
        steps: list[NDArray[np.float32]] = []
        begin = 0
        for at, linear in enumerate(linears):
            if linear is None:
                steps.append(np.empty(0, np.float32))
                continue
            counts, step = packed(linear.weights)
            rows = np.searchsorted(union, linear.columns)
            table[rows, begin : begin + counts.shape[1]] = counts[: len(rows)]
            idf[rows, at] = linear.idf
            steps.append(step)
            begin += widths[at]
        row_of = np.full(len(RULES) * N_FEATURES, len(union), np.int32)
        row_of[union] = np.arange(len(union), dtype=np.int32)
        return cls(linears, row_of, idf.reshape(-1), table.reshape(-1), (steps[0], steps[1]), (widths[0], widths[1]))

    @property
    def stride(self) -> int:
        """How many bytes a row of the table has."""
        return sum(self.widths)

    def log_odds(self, texts: CutTexts) -> Odds:
        """Return the log-odds of all pieces under the one head, of wholes and own voices under the other.

        The numbers of a text are the same, bit for bit, in any company of other texts and in any number of threads.
        """
        count, (wide, broad) = len(texts.first) - 1, self.widths
        pieces = np.zeros((len(texts.begins), wide), np.float32)
        wholes, owns = np.zeros((count, broad), np.float32), np.zeros((count, broad), np.float32)
        sums = np.empty(max(wide, broad) + LANES, np.float32)
        score_cut(texts.cut, alphabet(), _CUTTING, self._weights(), self._memory(texts), sums, pieces, wholes, owns)
        pieces_dense = self._weighed(0, texts.piece_columns)
        wholes_dense = self._weighed(1, texts.whole_columns)
        return Odds(
            pieces=self._whole_sum(0, pieces, pieces_dense),
            wholes=self._whole_sum(1, wholes, wholes_dense),
            owns=self._whole_sum(1, owns, self._weighed(1, texts.own_columns)),
            piece_columns=pieces_dense,
            whole_columns=wholes_dense,
        )

    def laid(self, texts: CutTexts, asked: Asked) -> Laid:
        """Return the words that carry the log-odds of some units, for some columns of the table each."""
        many = len(asked.columns)
        laid = Laid(
            total=np.zeros(many),
            count=np.zeros(many, np.int64),
            start=np.zeros(many * MAX_SPANS, np.int64),
            end=np.zeros(many * MAX_SPANS, np.int64),
            piece=np.zeros(many * MAX_SPANS, np.int64),
            share=np.zeros(many * MAX_SPANS),
        )
        kinds = kinds_of(texts.codes)
        lay(
            texts.cut, alphabet(), _CUTTING, self._weights(), self._memory(texts), asked,
            texts.codes, kinds, texts.bounds, texts.origin, texts.stops, laid,
        )  # fmt: skip
        return laid

    def _weighed(self, head: int, columns: Callable[[], Floats]) -> Floats:
        linear = self.linears[head]
        return linear.dense(columns()) if linear else np.zeros((0, len(DENSE)))

    def _whole_sum(self, head: int, sums: NDArray[np.float32], dense: Floats) -> Floats:
        linear = self.linears[head]
        if linear is None:
            return np.zeros((len(sums), 0))
        ngrams = sums[:, : len(linear.intercept)] * self.steps[head].astype(np.float64)
        return np.asarray(ngrams + _product(dense, linear.weights[-len(DENSE) :]) + linear.intercept)

    def _weights(self) -> Weights:
        return Weights(self.row_of, self.idf, self.table, self.stride, LOG_COUNTS)

    def _memory(self, texts: CutTexts) -> Memory:
        return memory_for(int(np.diff(texts.bounds).max(initial=0)), int(np.diff(texts.first).max(initial=0)), _CUTTING)


def _product(rows: Floats, weights: Floats) -> Floats:
    """Return the matrix product, a row's sum always added up in one order, in whichever company the row is."""
    return np.asarray(np.einsum("rd,dm->rm", rows, weights))


def _aligned(rows: int, width: int) -> NDArray[np.int8]:
    """Return zeros, rows × width, that begin with a line of the memory cache; what a kernel reads ahead is there."""
    line = 64
    memory = np.zeros(rows * width + 2 * line, np.int8)
    begin = -memory.ctypes.data % line
    return memory[begin : begin + rows * width].reshape(rows, width)
