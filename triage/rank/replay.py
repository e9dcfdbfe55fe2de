"""How good a review order was, once all labels are known. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

SHARES = (0.05, 0.1, 0.2, 0.5)
RECALL = 0.95
STEPS = 200


@dataclass(frozen=True, slots=True)
class Found:
    """What a review order finds, and how soon.

    `recall` is the share of the positives among the first 5, 10, 20 and 50 % of the places; `wss95` the work saved over
    random order at a recall of 95 %, (TN + FN) / N - 0.05 (Cohen and others 2006); `atd` the mean place of a positive,
    counted from 1 (average time to discovery, in rows).
    """

    recall: dict[str, float]
    wss95: float
    atd: float


def found(order: Sequence[int]) -> Found:
    """Return what an order finds, given the labels (0 or 1) in its places. Raises ValueError where none is 1.

    >>> found([1, 0, 0, 1] + [0] * 6).wss95
    0.55
    """
    positives = sum(order)
    if not positives:
        raise ValueError("an order without a positive finds nothing")
    seen = [0, *accumulate(order)]
    enough = math.ceil(round(RECALL * positives, 9))
    last = next(place for place, count in enumerate(seen) if count >= enough)
    return Found(
        recall={str(share): seen[round(share * len(order))] / positives for share in SHARES},
        wss95=round(1 - last / len(order) - (1 - RECALL), 12),
        atd=sum(place for place, label in enumerate(order, start=1) if label) / positives,
    )


def curve(order: Sequence[int], steps: int = STEPS) -> tuple[float, ...]:
    """Return the recall after each of `steps` equal shares of the places, the first of them nothing.

    >>> curve([1, 0, 0, 1], steps=2)
    (0.0, 0.5, 1.0)
    """
    seen = [0, *accumulate(order)]
    return tuple(seen[round(step * len(order) / steps)] / seen[-1] for step in range(steps + 1))


def mean(runs: Sequence[Found]) -> Found:
    """Return the mean of several runs, figure by figure."""
    return Found(
        recall={share: sum(run.recall[share] for run in runs) / len(runs) for share in runs[0].recall},
        wss95=sum(run.wss95 for run in runs) / len(runs),
        atd=sum(run.atd for run in runs) / len(runs),
    )
