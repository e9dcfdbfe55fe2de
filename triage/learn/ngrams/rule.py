"""One way to cut texts into n-grams and count them, without scikit-learn: what training, scoring and evidence share."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from triage.learn.ngrams import kernel
from triage.learn.ngrams.alphabet import alphabet
from triage.learn.ngrams.packing import Packed, blocks, pack

Analyzer = Literal["word", "char_wb"]
Int32s = npt.NDArray[np.int32]

_BLOCK = 1 << 20  # characters that are counted in one call
_MOST_FEATURES = 2**31 - 1
_KEPT_CODES, _KEPT_FEATURES = 1 << 18, 1 << 20  # of the texts and of the features whose memory a thread keeps
_of_thread = threading.local()


@dataclass(frozen=True, slots=True)
class Rule:
    r"""Which n-grams a text has: those of words or of characters inside words, from `low` to `high` parts long.

    Texts are read in lower case. Words are runs of `\w` with the combining marks that follow; in scripts without
    spaces (Han, Kana, Thai, Lao, Khmer, Myanmar) each character with its marks is a word. `char_wb` n-grams are those
    of scikit-learn: inside what stands between white space, with one blank on either side. Raises ValueError for a
    rule that cannot be meant.
    """

    analyzer: Analyzer
    low: int
    high: int
    n_features: int

    def __post_init__(self) -> None:
        if self.analyzer not in ("word", "char_wb"):
            raise ValueError(f'analyzer must be "word" or "char_wb", not {self.analyzer!r}')
        if not 1 <= self.low <= self.high:
            raise ValueError(f"ngram_range must rise from at least 1, not {(self.low, self.high)}")
        if not 1 <= self.n_features <= _MOST_FEATURES:
            raise ValueError(f"n_features must lie between 1 and {_MOST_FEATURES}, not {self.n_features}")

    def counts(self, texts: Sequence[str | bytes]) -> tuple[npt.NDArray[np.int64], Int32s, Int32s]:
        """Return `indptr, indices, counts` of the CSR matrix of counts, texts by features; indices rise in each row."""
        indptr = np.zeros(len(texts) + 1, np.int64)
        indices: list[Int32s] = [np.empty(0, np.int32)]
        counts: list[Int32s] = [np.empty(0, np.int32)]
        done = 0
        for row_lengths, some_indices, some_counts in self._count_blocks(texts):
            indptr[done + 1 : done + 1 + len(row_lengths)] = row_lengths
            done += len(row_lengths)
            indices.append(some_indices)
            counts.append(some_counts)
        np.cumsum(indptr, out=indptr)
        return indptr, np.concatenate(indices), np.concatenate(counts)

    def occurrences(self, text: str) -> tuple[Int32s, Int32s, Int32s]:
        """Return the feature, start and end of every n-gram in the text, repeats and all.

        Offsets are code points into the text as given. The blanks around a word belong to its `char_wb` n-grams but not
        to their spans. Features and how often they occur are those of `counts`.
        """
        packed = pack([text])
        memory = scratch_for(packed, self.key())
        found: tuple[Int32s, Int32s, Int32s] = kernel.locate(
            packed.data, packed.bounds, 0, alphabet(), self.key(), memory
        )
        return found

    def _count_blocks(self, texts: Sequence[str | bytes]) -> Iterator[tuple[npt.NDArray[np.int64], Int32s, Int32s]]:
        for block in blocks(texts, _BLOCK):
            packed = pack(block)
            data, bounds, _ = packed
            memory = scratch_for(packed, self.key())
            size, first = max(len(memory.features), _BLOCK), 0
            while first < len(block):
                indptr = np.zeros(len(block) + 1, np.int64)
                indices, counts = np.empty(size, np.int32), np.empty(size, np.int32)
                last = kernel.count(data, bounds, first, alphabet(), self.key(), memory, indptr, indices, counts)
                filled = indptr[last]
                yield np.diff(indptr[first : last + 1]), indices[:filled].copy(), counts[:filled].copy()
                first = last

    def key(self) -> kernel.Rules:
        """Return the rule as the kernels take it."""
        return kernel.Rules(self.analyzer == "char_wb", self.low, self.high, np.uint64(self.n_features))


def scratch_for(packed: Packed, rules: kernel.Rules) -> kernel.Scratch:
    """Return this thread's memory for some texts under some rules; it is kept between calls unless it is large."""
    longest = 1 << packed.longest.bit_length()
    kept: dict[kernel.Rules, kernel.Scratch] = _of_thread.__dict__.setdefault("kept", {})
    memory = kept.get(rules)
    if memory is None or len(memory.features) < kernel.room(longest, rules.low, rules.high):
        memory = kernel.scratch(longest, rules)
        if longest <= _KEPT_CODES and rules.n_features <= _KEPT_FEATURES:
            kept[rules] = memory
    return memory
