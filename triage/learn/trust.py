"""How much each moderator's decisions weigh in training: by second reviews, and none more than a quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

ENOUGH_MODERATORS = 5
"""From so many moderators on, none carries more than `MOST`; below that the card warns."""

MOST = 0.25
_RIGHT, _WRONG = 8.0, 2.0  # what is known of a moderator beforehand: as if ten decisions had been checked, eight right
_ROUNDS = 50
_FLOOR = 1e-6


def trusts(said: Sequence[Mapping[str, int]]) -> dict[str, float]:
    """Return for each moderator the estimated share of decisions that are right, from cases that two or more judged.

    `said` has a mapping from moderator to 0 or 1 for each case. One coin a moderator, by expectation maximisation from
    the majority (Dawid and Skene 1979), with a prior of eight right decisions in ten; whoever shares no case with
    others keeps that.

    >>> found = trusts([{"ann": 1, "ben": 1, "cy": 0}] * 20 + [{"ann": 0, "ben": 0, "cy": 1}] * 20)
    >>> {name: round(share, 1) for name, share in found.items()}
    {'ann': 1.0, 'ben': 1.0, 'cy': 0.2}
    """
    shared = [case for case in said if len(case) > 1]
    names = sorted({name for case in said for name in case})
    trust = dict.fromkeys(names, _RIGHT / (_RIGHT + _WRONG))
    upheld = [sum(case.values()) / len(case) for case in shared]
    for _ in range(_ROUNDS if shared else 0):
        right, judged = dict.fromkeys(names, _RIGHT), dict.fromkeys(names, _RIGHT + _WRONG)
        for case, share in zip(shared, upheld, strict=True):
            for name, value in case.items():
                right[name] += share if value else 1 - share
                judged[name] += 1
        trust = {name: right[name] / judged[name] for name in names}
        upheld = [certainty({name: trust[name] for name in case}, case) for case in shared]
    return trust


def certainty(trust: Mapping[str, float], said: Mapping[str, int]) -> float:
    """Return the probability that a case is upheld, from what moderators of known trust say of it.

    >>> round(certainty({"ann": 0.9, "ben": 0.9}, {"ann": 1, "ben": 1}), 3)
    0.988
    """
    odds = 1.0
    for name, value in said.items():
        share = min(max(trust[name], _FLOOR), 1 - _FLOOR)
        odds *= share / (1 - share) if value else (1 - share) / share
    return odds / (1 + odds)


def label_parts(labels: Sequence[tuple[int, Sequence[str]]], trust: Mapping[str, float]) -> list[dict[str, float]]:
    """Return what each moderator who carries a label, (value, who), adds to its weight, which is the sum, 0 to 1.

    The weight is twice the label's certainty less one, never below 0, in equal parts. With five or more moderators the
    parts of those who would carry more than a quarter of the whole are lowered until they do not. Where fewer than four
    carry anything, that cannot be: then every part is 0.
    """
    parts = []
    for _, names in labels:
        sure = certainty({name: trust[name] for name in names}, dict.fromkeys(names, 1))
        parts.append(dict.fromkeys(names, max(0.0, 2 * sure - 1) / len(names)))
    carried = carried_by(parts)
    if len(carried) < ENOUGH_MODERATORS:
        return parts
    cap = _cap(list(carried.values()))
    factor = {name: min(1.0, cap / weight) if weight else 1.0 for name, weight in carried.items()}
    return [{name: part * factor[name] for name, part in own.items()} for own in parts]


def carried_by(parts: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the weight that each moderator carries."""
    carried: dict[str, float] = {}
    for own in parts:
        for name, part in own.items():
            carried[name] = carried.get(name, 0.0) + part
    return dict(sorted(carried.items()))


def _cap(carried: list[float]) -> float:
    """Return the most that one may carry, so that nobody has more than a quarter of the sum; 0 where that cannot be.

    With fewer than four who carry anything, a quarter each cannot make up the whole.
    """
    ordered = sorted(carried, reverse=True)
    rest = sum(ordered)
    for above, weight in enumerate(ordered):
        if above * MOST >= 1:
            break
        cap = MOST * rest / (1 - above * MOST)  # with `above` of them at the cap, the others as they are
        if weight <= cap:
            return cap
        rest -= weight
    return ordered[3] if len(ordered) > 3 else 0.0
