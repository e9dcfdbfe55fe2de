"""How well found spans match labelled ones, as SemEval-2020 task 11 counts it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

Bounds = tuple[int, int]


def merged(spans: Iterable[Bounds]) -> list[Bounds]:
    """Return spans in order, those that share a character as one, as the official scorer does with labelled ones.

    >>> merged([(4, 9), (0, 5), (9, 12)])
    [(0, 9), (9, 12)]
    """
    joined: list[Bounds] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def overlaps(found: Sequence[Sequence[Bounds]], labelled: Sequence[Sequence[Bounds]]) -> Floats:
    """Return four sums a text, which add up over texts to what `span_scores` reads.

    They are: the shares of found spans that are labelled, how many are found, the shares of labelled spans that are
    found, how many are labelled. Neither side's spans share a character among themselves.
    """
    return np.array([_of_text(here, there) for here, there in zip(found, labelled, strict=True)]).reshape(-1, 4)


def span_scores(sums: Floats) -> dict[str, Floats]:
    """Return `span_f1`, `span_precision` and `span_recall` of sums in the last axis (…, 4).

    Precision is the mean, over found spans, of the share of their characters that is labelled; recall the mean, over
    labelled spans, of the share that is found (Da San Martino et al. 2020, subtask SI). Where nothing is found and
    nothing labelled the F1 is 1.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.where(sums[..., 1] > 0, sums[..., 0] / sums[..., 1], 0.0)
        recall = np.where(sums[..., 3] > 0, sums[..., 2] / sums[..., 3], 0.0)
        f1 = np.where(precision + recall > 0, 2 * precision * recall / (precision + recall), 0.0)
    f1 = np.where(sums[..., 1] + sums[..., 3] == 0, 1.0, f1)
    return {"span_f1": f1, "span_precision": precision, "span_recall": recall}


def _of_text(found: Sequence[Bounds], labelled: Sequence[Bounds]) -> tuple[float, float, float, float]:
    right = covered = 0.0
    at = 0
    for start, end in found:
        while at < len(labelled) and labelled[at][1] <= start:
            at += 1
        for there, there_end in labelled[at:]:
            if there >= end:
                break
            common = min(end, there_end) - max(start, there)
            right += common / (end - start)
            covered += common / (there_end - there)
    return right, float(len(found)), covered, float(len(labelled))
