"""How far moderators agree beyond chance. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence


def alpha(said: Sequence[Mapping[str, str]]) -> float | None:
    """Return Krippendorff's alpha for what moderators said of cases: 1 is full agreement, 0 what chance gives.

    `said` has a mapping from moderator to verdict for each case; verdicts have no order (nominal), and a case that one
    moderator alone has judged says nothing. None where nothing can be compared, or only one verdict occurs
    (Krippendorff 2011, Computing Krippendorff's Alpha-Reliability).

    >>> alpha([{"ann": "yes", "bob": "yes"}, {"ann": "no", "bob": "no"}])
    1.0
    """
    shared = [list(case.values()) for case in said if len(case) > 1]
    totals = Counter(verdict for case in shared for verdict in case)
    count = sum(totals.values())
    expected = count * count - sum(times * times for times in totals.values())
    if not expected:
        return None
    observed = sum(
        (len(case) ** 2 - sum(times * times for times in Counter(case).values())) / (len(case) - 1) for case in shared
    )
    return 1 - (count - 1) * observed / expected


def same_as_others(said: Sequence[Mapping[str, str]]) -> dict[str, tuple[int, int]]:
    """Return for each moderator the cases in which at least half of the others said the same, and those shared.

    >>> same_as_others([{"ann": "yes", "bob": "yes", "cy": "no"}])["cy"]
    (0, 1)
    """
    counts: dict[str, tuple[int, int]] = {}
    for case in said:
        for moderator, verdict in case.items():
            others = [other for name, other in case.items() if name != moderator]
            if others:
                same, shared = counts.get(moderator, (0, 0))
                counts[moderator] = (same + (2 * others.count(verdict) >= len(others)), shared + 1)
    return dict(sorted(counts.items()))


def share_with_others(said: Sequence[Mapping[str, str]]) -> dict[str, tuple[int, float]]:
    """Return for each moderator the cases shared with others, and the mean share of the others that said the same.

    >>> share_with_others([{"ann": "yes", "bob": "yes", "cy": "no"}])["ann"]
    (1, 0.5)
    """
    shares: dict[str, list[float]] = {}
    for case in said:
        for moderator, verdict in case.items():
            others = [other for name, other in case.items() if name != moderator]
            if others:
                shares.setdefault(moderator, []).append(others.count(verdict) / len(others))
    return {name: (len(values), sum(values) / len(values)) for name, values in sorted(shares.items())}
