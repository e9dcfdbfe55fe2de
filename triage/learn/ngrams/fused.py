"""`FusedScorer`: texts in, log-odds or probabilities out, with no matrix in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from triage.learn.ngrams.alphabet import alphabet
from triage.learn.ngrams.lines import LANES
from triage.learn.ngrams.packing import blocks as runs_of
from triage.learn.ngrams.packing import pack
from triage.learn.ngrams.rule import Int32s, Rule, scratch_for
from triage.learn.ngrams.weighing import Way, score

Float32s = npt.NDArray[np.float32]
Float64s = npt.NDArray[np.float64]
Table = npt.NDArray[Any]  # float32 or int8

_CACHE_LINE = 64  # bytes
RUN = 1 << 16  # characters that one call scores
_COUNTS = np.arange(256, dtype=np.float32)  # what counts weigh; larger ones are worked out
LOG_COUNTS = np.concatenate([[0], 1 + np.log(np.arange(1, 256))]).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One kind of n-gram in a model: its rule, and the features that count (ascending) with their idf.

    A count c weighs 1 + ln c, or c without `sublinear_tf`, times the idf; with `has_norm` a text's weights are divided
    by the length of their vector. Features that do not count play no part in it.
    """

    rule: Rule
    columns: Int32s
    idf: Float32s
    sublinear_tf: bool = True
    has_norm: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FusedScorer:
    """A linear model over n-gram blocks, ready to score texts.

    `table` holds a row for each column of each block, in order: the labels' weights, and zeros up to whole lines of 16.
    It may be a memory-mapped `.npy` file that several processes share. A weight is a float32, or a whole number in a
    byte that counts its label's `steps`: a quarter of the memory to be read. `calibration` (labels × 2) gives slope and
    offset of each label's sigmoid.

    Make one with `compiled`, or from a stored table by naming all parts.
    """

    blocks: tuple[Block, ...]
    table: Table
    intercepts: Float64s
    calibration: Float64s | None = None
    steps: Float32s | None = None

    @classmethod
    def compiled(
        cls,
        blocks: Sequence[Block],
        weights: npt.NDArray[np.floating],
        intercepts: npt.NDArray[np.floating],
        calibration: npt.NDArray[np.floating] | None = None,
        *,
        steps: npt.NDArray[np.floating] | None = None,
    ) -> FusedScorer:
        """Return the scorer of a model whose `weights` have a row for each column of each block, and a column a label.

        With `steps`, one a label, the weights are whole numbers (int8) of them. Raises ValueError where the shapes do
        not fit together.
        """
        columns, labels = sum(len(block.columns) for block in blocks), len(intercepts)
        if weights.shape != (columns, labels):
            raise ValueError(f"weights must be {columns} × {labels}, not {weights.shape}")
        table = lines(columns, labels, np.float32 if steps is None else np.int8)
        table[:, :labels] = weights
        return cls(
            blocks=tuple(blocks),
            table=table,
            intercepts=np.asarray(intercepts, np.float64),
            calibration=None if calibration is None else np.asarray(calibration, np.float64),
            steps=None if steps is None else np.asarray(steps, np.float32),
        )

    def log_odds(self, texts: Sequence[str | bytes], *, threads: int = 1) -> Float64s:
        """Return the log-odds of the texts (str, or bytes in UTF-8), one row a text and one column a label.

        The numbers are the same, bit for bit, for any number of threads and in any company of other texts.
        """
        sums = np.zeros((len(texts), len(self.intercepts)), np.float32)
        ways = self.ways()
        in_runs(texts, sums, threads, lambda run, out: self._score(run, ways, out))
        return sums.astype(np.float64) * (1 if self.steps is None else self.steps) + self.intercepts

    def probabilities(self, texts: Sequence[str | bytes], *, threads: int = 1) -> Float64s:
        """Return the calibrated probabilities of the texts, one row a text and one column a label."""
        log_odds = self.log_odds(texts, threads=threads)
        if self.calibration is not None:
            log_odds = log_odds * self.calibration[:, 0] + self.calibration[:, 1]
        return 0.5 * (1 + np.tanh(0.5 * log_odds))

    def ways(self) -> list[Way]:
        """Return how the kernel finds and weighs the rows of each block."""
        ways, first_row = [], 0
        for block in self.blocks:
            ways.append(
                Way(
                    _row_of(block),
                    first_row,
                    block.idf,
                    self.table.shape[1],
                    block.sublinear_tf,
                    block.has_norm,
                )
            )
            first_row += len(block.columns)
        return ways

    def flat(self) -> Table:
        """Return the table as the kernels take it: flat and read-only, whether mapped or not."""
        flat = np.asarray(self.table).reshape(-1)
        flat.setflags(write=False)
        return flat

    def _score(self, texts: Sequence[str | bytes], ways: Sequence[Way], out: Float32s) -> None:
        packed = pack(texts)
        sums = np.empty(self.table.shape[1], np.float32)
        for block, way in zip(self.blocks, ways, strict=True):
            rules = block.rule.key()
            memory = scratch_for(packed, rules)
            score(packed.data, packed.bounds, alphabet(), rules, memory, light_of(block), self.flat(), way, sums, out)


def in_runs(
    texts: Sequence[str | bytes], sums: Float32s, threads: int, score: Callable[[Sequence[str | bytes], Float32s], None]
) -> None:
    """Have `score` fill the rows of `sums`, for a run of texts of about the same size at a time, in some threads."""
    parts, first = [], 0
    for run in runs_of(texts, RUN):
        parts.append((run, sums[first : first + len(run)]))
        first += len(run)
    if threads == 1:
        for run, out in parts:
            score(run, out)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda part: score(*part), parts))


def light_of(block: Block) -> Float32s:
    """Return what the smaller counts weigh in a block."""
    return LOG_COUNTS if block.sublinear_tf else _COUNTS


def _row_of(block: Block) -> Int32s:
    """Return the row of each feature among the block's, -1 where it does not count; empty where all do."""
    if len(block.columns) == block.rule.n_features:
        return np.empty(0, np.int32)
    rows = np.full(block.rule.n_features, -1, np.int32)
    rows[block.columns] = np.arange(len(block.columns), dtype=np.int32)
    return rows


def lines(rows: int, columns: int, kind: type[np.float32 | np.int8]) -> Table:
    """Return zeros, rows × columns or some more, where no row crosses more lines of the memory cache than it must."""
    width = -(-columns // LANES) * LANES
    bytes_a_row = width * np.dtype(kind).itemsize
    if bytes_a_row < _CACHE_LINE:
        bytes_a_row = 1 << (bytes_a_row - 1).bit_length()
        width = bytes_a_row // np.dtype(kind).itemsize
    memory = np.zeros(rows * bytes_a_row + _CACHE_LINE, np.uint8)
    begin = -memory.ctypes.data % _CACHE_LINE
    return memory[begin : begin + rows * bytes_a_row].view(kind).reshape(rows, width)
