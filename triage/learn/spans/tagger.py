"""Finds spans: a chain over tokens, and from which probability on tokens are gathered to spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.learn.spans.attributes import Attributes
from triage.learn.spans.chain import Chain, fit_chain
from triage.learn.spans.overlap import Bounds, overlaps, span_scores
from triage.learn.spans.tokens import Tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.integer[Any]]

SHORT = 4  # tokens up to which a span is of the short kind; what is one name or one word reads unlike a sentence
_THRESHOLDS = np.arange(0.04, 0.52, 0.02)
_GAPS = (0, 1, 2, 4, 6)


@dataclass(frozen=True)
class Found:
    """Where spans were found in one text, in order and disjoint, and the mean probability of the tokens of each."""

    bounds: Sequence[Bounds]
    shares: Sequence[float]


NOTHING = Found((), ())


@dataclass(frozen=True)
class Tagger:
    """A chain, and how its probabilities are gathered to spans.

    Tokens from `threshold` on are in a span; up to `gap` tokens between two of them in a passage are in it, too.
    """

    chain: Chain
    threshold: float
    gap: int

    def find(self, tokens: Tokens, attributes: Attributes, count: int) -> list[Found]:
        """Return what is found in each of `count` documents."""
        first = tokens.first()
        shares = self.chain.inside(attributes, first, np.arange(len(first) - 1))
        return gather(tokens, shares, count, self.threshold, self.gap)


def states_of(tokens: Tokens, labelled: Sequence[Sequence[Bounds]]) -> Ints:
    """Return the state of each token under each document's labelled spans: 0 outside, 1 in a short, 2 in a long one."""
    states = np.zeros(len(tokens), dtype=np.int64)
    opening = tokens.first_of_documents(len(labelled))
    for number, spans in enumerate(labelled):
        own = slice(opening[number], opening[number + 1])
        for start, end in spans:
            low = int(np.searchsorted(tokens.end[own], start, side="right"))
            high = int(np.searchsorted(tokens.start[own], end, side="left"))
            states[own][low:high] = 1 if high - low <= SHORT else 2
    return states


def fit_tagger(
    tokens: Tokens, attributes: Attributes, labelled: Sequence[Sequence[Bounds]], fold: Ints, seed: int
) -> tuple[Tagger, Floats]:
    """Return a tagger fitted on the documents whose fold is not negative, and what it says of these out of fold.

    That is the probability of each token to stand in a span. Threshold and gap are those with the best span F1 by it.
    """
    first = tokens.first()
    states = states_of(tokens, labelled)
    fold_of = fold[tokens.document[first[:-1]]]
    shares = np.zeros(len(tokens))
    for at in range(int(fold.max()) + 1):
        chain = fit_chain(attributes, first, np.flatnonzero((fold_of != at) & (fold_of >= 0)), states, seed)
        shares += chain.inside(attributes, first, np.flatnonzero(fold_of == at))
    threshold, gap = choose_cut(tokens, shares, labelled, np.flatnonzero(fold >= 0))
    whole = fit_chain(attributes, first, np.flatnonzero(fold_of >= 0), states, seed)
    return Tagger(whole, threshold, gap), shares


def choose_cut(
    tokens: Tokens, shares: Floats, labelled: Sequence[Sequence[Bounds]], documents: Ints
) -> tuple[float, int]:
    """Return the threshold and the gap with the best span F1 on some documents."""
    there = [labelled[at] for at in documents]

    def quality(cut: tuple[float, int]) -> float:
        found = gather(tokens, shares, len(labelled), *cut)
        return float(span_scores(overlaps([found[at].bounds for at in documents], there).sum(axis=0))["span_f1"])

    return max(((float(threshold), gap) for gap in _GAPS for threshold in _THRESHOLDS), key=quality)


def gather(tokens: Tokens, shares: Floats, count: int, threshold: float, gap: int) -> list[Found]:
    """Return the spans of each of `count` documents: runs of tokens over the threshold, joined over short gaps."""
    over = np.flatnonzero(shares >= threshold)
    if not len(over):
        return [NOTHING] * count
    parted = (np.diff(over) > gap + 1) | (np.diff(tokens.passage[over]) != 0)
    first = over[np.concatenate([[True], parted])]
    last = over[np.concatenate([parted, [True]])]
    sums = np.concatenate([[0.0], np.cumsum(shares)])
    means = (sums[last + 1] - sums[first]) / (last + 1 - first)
    starts, ends = tokens.start[first].tolist(), tokens.end[last].tolist()
    edges = np.searchsorted(tokens.document[first], np.arange(count + 1)).tolist()
    return [
        Found(list(zip(starts[low:high], ends[low:high], strict=True)), means[low:high].tolist())
        for low, high in pairwise(edges)
    ]
