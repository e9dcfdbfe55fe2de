"""When enough is seen: how sure it is that the wanted share of the upheld cases has been seen. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

RECALL = 0.95
CONFIDENCE = 0.95
POWER, CAUTION, MOST_ODDS = 0.5, 0.8, 2.5  # how docs/model-notes.md tells
_WIDEST = 8.0  # log odds beyond which none are sought
_HALVINGS = 24


@dataclass(frozen=True, slots=True)
class Stopping:
    """How sure it is that the wanted recall is reached, and what that rests on.

    `risk` is the largest probability of having found so little in the tail if the recall were still missed;
    `may_stop` says that it lies below 1 - confidence. `odds` is how many times as likely as any other an upheld case
    was supposed to be shown in the tail. `missing` is how many upheld cases may wait at the most, by the test at this
    confidence.
    """

    seen: int
    total: int
    upheld: int
    risk: float
    odds: float
    missing: int
    may_stop: bool


def stopping(
    labels: Sequence[int],
    total: int,
    *,
    recall: float = RECALL,
    confidence: float = CONFIDENCE,
    odds: float | None = None,
) -> Stopping:
    """Return whether to stop, from the labels (0 or 1) in the order in which cases were reviewed.

    The test of Callaghan and Müller-Hansen (2020, Systematic Reviews 9:273) for ranked cases: every tail of what was
    seen is taken for a random sample of what was left before it. If the recall were missed, so few upheld cases in the
    tail would have a probability of at most `risk`. A ranking finds more than chance does, so that `odds` of 1, the
    published test, are more careful than promised: with larger ones the urn is biased. Without `odds` they are those
    of `tail_odds`. Raises ValueError for a total below the number of labels.
    """
    if total < len(labels):
        raise ValueError(f"{len(labels)} labels are more than {total} cases")
    upheld = sum(labels)
    unseen = fewest_missing(upheld, recall)
    risk = risk_of(labels, total, unseen, odds)
    return Stopping(
        seen=len(labels),
        total=total,
        upheld=upheld,
        risk=risk,
        odds=tail_odds(labels, total, unseen) if odds is None else odds,
        missing=_most_missing(labels, total, confidence, odds),
        may_stop=risk < 1 - confidence,
    )


def fewest_missing(upheld: int, recall: float) -> int:
    """Return how many upheld cases must be unseen at the least for a recall to be missed.

    >>> fewest_missing(95, 0.95), fewest_missing(94, 0.95)
    (6, 5)
    """
    return math.floor(round(upheld / recall, 9)) + 1 - upheld


def _most_missing(labels: Sequence[int], total: int, confidence: float, odds: float | None) -> int:
    """Return the largest number of upheld cases among the unseen that the test does not rule out."""
    low, high = -1, total - len(labels)
    while low < high:
        middle = (low + high + 1) // 2
        if risk_of(labels, total, middle, odds) < 1 - confidence:
            high = middle - 1
        else:
            low = middle
    return max(low, 0)


def risk_of(labels: Sequence[int], total: int, unseen: int, odds: float | None = None) -> float:
    """Return the smallest probability, over all tails, of finding so few there with `unseen` upheld cases left.

    One that reviewed nothing is at full risk; more unseen upheld cases than unseen cases cannot be. In the biased urn
    each upheld case is drawn or not for itself, which is within a hundredth of Wallenius' distribution.
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
    if odds is None:
        odds = tail_odds(labels, total, unseen)
    if odds == 1:
        chances = hypergeom.cdf(found, before, found + unseen, size)
    else:
        chances = binom.cdf(found, found + unseen, 1 - (1 - size / before) ** odds)
    return float(chances.min())


def tail_odds(labels: Sequence[int], total: int, unseen: int) -> float:
    """Return how many times as likely as any other an upheld case is supposed to be shown in the tail.

    If `unseen` upheld cases are left, the whole order so far says how much the ranking favoured upheld cases: the odds
    of the biased urn by maximum likelihood. What it finds last is the least like the rest, so the tail gets `CAUTION`
    times the square root of them, at most `MOST_ODDS`.
    """
    import numpy as np

    seen = np.asarray(labels)
    found = int(seen.sum())
    left = unseen + found - np.concatenate([[0], np.cumsum(seen)[:-1]])
    others = total - np.arange(len(seen)) - left
    if not found or others.min() <= 0:
        return CAUTION
    low, high = 0.0, _WIDEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        upheld = math.exp(middle) * left
        low, high = (middle, high) if (upheld / (upheld + others)).sum() < found else (low, middle)
    return min(CAUTION * math.exp(POWER * low), MOST_ODDS)
