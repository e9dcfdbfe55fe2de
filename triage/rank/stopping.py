"""When enough is seen: how sure it is that the wanted share of the upheld cases has been seen. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

RECALL = 0.95
CONFIDENCE = 0.95
ODDS = 1.0


@dataclass(frozen=True, slots=True)
class Stopping:
    """How sure it is that the wanted recall is reached, and what that rests on.

    `risk` is the largest probability of having found so little in the tail if the recall were still missed;
    `may_stop` says that it lies below 1 - confidence. `missing` is how many upheld cases may wait at the most, by the
    test at this confidence.
    """

    seen: int
    total: int
    upheld: int
    risk: float
    missing: int
    may_stop: bool


def stopping(
    labels: Sequence[int],
    total: int,
    *,
    recall: float = RECALL,
    confidence: float = CONFIDENCE,
    odds: float = ODDS,
) -> Stopping:
    """Return whether to stop, from the labels (0 or 1) in the order in which cases were reviewed.

    The test of Callaghan and Müller-Hansen (2020, Systematic Reviews 9:273) for ranked cases: every tail of what was
    seen is taken for a random sample of what was left before it, which is careful, since a ranking finds more than
    chance does. If the recall were missed, so few upheld cases in the tail would have a probability of at most `risk`.
    `odds` above 1 supposes that an upheld case was that many times as likely to be shown as any other (the biased urn).
    Raises ValueError for a total below the number of labels.
    """
    if total < len(labels):
        raise ValueError(f"{len(labels)} labels are more than {total} cases")
    upheld = sum(labels)
    risk = risk_of(labels, total, fewest_missing(upheld, recall), odds)
    return Stopping(
        seen=len(labels),
        total=total,
        upheld=upheld,
        risk=risk,
        missing=_most_missing(labels, total, confidence, odds),
        may_stop=risk < 1 - confidence,
    )


def fewest_missing(upheld: int, recall: float) -> int:
    """Return how many upheld cases must be unseen at the least for a recall to be missed.

    >>> fewest_missing(95, 0.95), fewest_missing(94, 0.95)
    (6, 5)
    """
    return math.floor(round(upheld / recall, 9)) + 1 - upheld


def _most_missing(labels: Sequence[int], total: int, confidence: float, odds: float) -> int:
    """Return the largest number of upheld cases among the unseen that the test does not rule out."""
    low, high = -1, total - len(labels)
    while low < high:
        middle = (low + high + 1) // 2
        if risk_of(labels, total, middle, odds) < 1 - confidence:
            high = middle - 1
        else:
            low = middle
    return max(low, 0)


def risk_of(labels: Sequence[int], total: int, unseen: int, odds: float = ODDS) -> float:
    """Return the smallest probability, over all tails, of finding so few there with `unseen` upheld cases left.

    One that reviewed nothing is at full risk; more unseen upheld cases than unseen cases cannot be.
    """
    import numpy as np
    from scipy.stats import binom, hypergeom

    if unseen > total - len(labels):
        return 0.0
    if unseen <= 0 or not labels:
        return 1.0
    backwards = np.asarray(labels)[::-1]
    size = np.append(np.flatnonzero(backwards), len(labels))  # the longest tail for each number found in it
    size = size[size > 0]
    found = np.cumsum(backwards)[size - 1]
    before = total - len(labels) + size
    if odds == 1:
        chances = hypergeom.cdf(found, before, found + unseen, size)
    else:
        chances = binom.cdf(found, found + unseen, 1 - (1 - size / before) ** odds)
    return float(chances.min())
