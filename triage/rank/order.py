"""The review order: by urgency, with one place in twenty drawn at random so that what the model misses is measured."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from triage.domain.case import CaseFacts, Ranked
from triage.rank.policy import Policy
from triage.rank.urgency import total, urgency


def draw(case: str, seed: int) -> float:
    """Return the case's lot in [0, 1): the same for one case and seed, on every machine.

    >>> draw("7", 0) == draw("7", 0) and draw("7", 0) != draw("7", 1)
    True
    """
    digest = hashlib.sha256(f"{seed}\x00{case}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def order(cases: Iterable[CaseFacts], policy: Policy, now: datetime, seed: int) -> list[Ranked]:
    """Return the cases in review order, each with the parts of its urgency.

    The most urgent case is next; ties go by case id. At every `policy.drawn_every`-th place stands instead, marked as
    drawn, the case with the lowest lot among those whose lot is below 1/`drawn_every` and that urgency has not yet
    placed.
    """
    parts = {facts.id: urgency(facts, policy, now) for facts in cases}
    by_urgency = sorted(parts, key=lambda case: (-total(parts[case]), case))
    lots = {case: draw(case, seed) for case in parts}
    lucky = sorted((case for case in parts if lots[case] < 1 / policy.drawn_every), key=lots.__getitem__)
    return [
        Ranked(id=case, rank=rank, urgency=total(parts[case]), parts=parts[case], drawn=drawn)
        for rank, (case, drawn) in enumerate(interleave(by_urgency, lucky, policy.drawn_every), start=1)
    ]


def interleave(
    by_urgency: Sequence[str], lucky: Sequence[str], every: int, *, first_place: int = 1
) -> list[tuple[str, bool]]:
    """Return as many cases as `by_urgency` has in place order, each with whether chance put it there.

    `first_place` is the place of the first of them in the whole order.

    >>> interleave(["a", "b", "c", "d"], ["d"], 2)
    [('a', False), ('d', True), ('b', False), ('c', False)]
    """
    placed: dict[str, bool] = {}
    urgent, drawn = iter(by_urgency), iter(lucky)
    for place in range(first_place, first_place + len(by_urgency)):
        case = next((case for case in drawn if case not in placed), None) if place % every == 0 else None
        if case is not None:
            placed[case] = True
        else:
            placed[next(case for case in urgent if case not in placed)] = False
    return list(placed.items())
