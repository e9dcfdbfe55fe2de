"""A reporter's record: how often what they reported was upheld, held against the desk's mean. Pure."""

from __future__ import annotations

from typing import NamedTuple


class Record(NamedTuple):
    """The decided cases that one reporter reported on, and how many of them were upheld."""

    decided: int
    upheld: int


def accuracy(record: Record, mean: float, prior: float) -> float:
    """Return the share of a reporter's decided cases that were upheld, shrunk towards the desk's mean.

    The mean of a beta distribution: `prior` decided cases at the desk's `mean` are added to the reporter's own, so that
    one or two cases say little.

    >>> accuracy(Record(10, 10), 0.5, 5), accuracy(Record(0, 0), 0.5, 5)
    (0.8333333333333334, 0.5)
    """
    if not record.decided:
        return mean
    return (record.upheld + prior * mean) / (record.decided + prior)


def with_record(quality: float, record: Record, mean: float, *, prior: float, share: float) -> float:
    """Return a report's quality, 0 to 1, moved by its reporter's past accuracy, by `share` at the most.

    A reporter without a record, and one at the desk's mean, moves nothing.

    >>> with_record(0.7, Record(10, 10), 0.5, prior=5, share=0.3)
    0.8
    """
    moved = quality + share * (accuracy(record, mean, prior) - mean)
    return round(min(max(moved, 0.0), 1.0), 3)
