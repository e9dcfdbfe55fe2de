"""Signs that reports on one subject were arranged, by what is usual at this desk. Pure.

Three signs, each with the probability that an ordinary case would show it: too many reports in a short time, a run of
reporters who had never reported before, and claims in nearly the same words. A sign says nothing of the subject.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from triage.domain.case import Sign
from triage.text.fingerprint import NEAR, Fingerprint, fingerprint

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_REPORTS = 4
"""Cases with fewer reports are not looked at: nothing could be told from them."""

WINDOWS_H = (0.25, 1.0, 6.0, 24.0)
"""How long the stretches are in which reports are counted, in hours."""

_MOST_CLAIMS = 200
_MOST_USUAL_CLAIMS = 1_000
# What a desk is supposed to see before it has seen much: so many cases, with such a mean and variance of further
# reports in the busiest stretch of each width, rounded from the log of a real hotline; and so many claims, of which one
# reads like any other.
_SUPPOSED_CASES = 50
_SUPPOSED_FURTHER = ((0.03, 0.08), (0.1, 0.4), (0.2, 2.0), (0.3, 4.0))
_SUPPOSED_CLAIMS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One report of a case: when it came, from whom, and whether it is that reporter's first at the desk.

    `reporter` is None for an anonymous report, of which nobody knows whether it is a first one. `quality` is what the
    report gives a moderator to work with, 0 to 1.
    """

    at: datetime
    reporter: str | None = None
    is_new: bool = False
    claim: str = ""
    quality: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """Signs with the probability of each in an ordinary case, and the places of the reports that show them."""

    signs: Mapping[Sign, float]
    reports: frozenset[int]


class Usual:
    """What is usual at a desk, learnt from its cases: (case id, arrivals) each.

    A case that is asked about is left out of what it is compared with.
    """

    def __init__(self, cases: Iterable[tuple[str, Sequence[Arrival]]]) -> None:
        self._cases = {case: sorted(arrivals, key=_when) for case, arrivals in cases}
        self._busiest = {case: _busiest(arrivals) for case, arrivals in self._cases.items()}
        self._new = {case: _new_of(arrivals) for case, arrivals in self._cases.items()}
        self._sums = [
            (sum(most[at] for most in self._busiest.values()), sum(most[at] ** 2 for most in self._busiest.values()))
            for at in range(len(WINDOWS_H))
        ]
        self._news = tuple(map(sum, zip(*self._new.values(), strict=True))) if self._new else (0, 0)

    def further(self, window: int, without: str) -> tuple[float, float]:
        """Return mean and variance of the reports, beyond the first, in a case's busiest stretch of `WINDOWS_H`."""
        own = self._busiest[without][window] if without in self._busiest else 0
        count = len(self._busiest) - (without in self._busiest) + _SUPPOSED_CASES
        total, squares = self._sums[window]
        supposed_mean, supposed_variance = _SUPPOSED_FURTHER[window]
        mean = (total - own + _SUPPOSED_CASES * supposed_mean) / count
        supposed = _SUPPOSED_CASES * (supposed_variance + supposed_mean**2)
        return mean, (squares - own**2 + supposed) / count - mean**2

    def new_share(self, without: str) -> float:
        """Return the share of the reporters of a case who had not reported before; with nothing seen near to 1."""
        new, known = self._new.get(without, (0, 0))
        return (self._news[0] - new + 9.5) / (self._news[1] - known + 10)

    def share_alike(self, claim: Fingerprint, without: str) -> float:
        """Return the share of the claims on other cases that read nearly the same."""
        owners, signatures = self._claims
        others = owners != without
        alike = (signatures == _signature(claim)).mean(axis=1) >= NEAR
        return (int((alike & others).sum()) + 1) / (int(others.sum()) + _SUPPOSED_CLAIMS)

    @cached_property
    def _claims(self) -> tuple[NDArray[Any], NDArray[Any]]:
        import numpy as np

        said = [(case, one.claim) for case, arrivals in reversed(self._cases.items()) for one in arrivals if one.claim]
        prints = [(case, fingerprint(claim)) for case, claim in said[:_MOST_USUAL_CLAIMS]]
        kept = [(case, _signature(one)) for case, one in prints if one]
        owners = np.array([case for case, _ in kept], dtype=object)
        return owners, np.array([one for _, one in kept], dtype="<u4").reshape(len(kept), -1)


def arranged(case: str, arrivals: Sequence[Arrival], usual: Usual, at_most: float) -> Arranged:
    """Return the signs whose probability in an ordinary case is `at_most` or less.

    Places are those in `arrivals`, in the order given.
    """
    if len(arrivals) < LEAST_REPORTS:
        return Arranged(signs={}, reports=frozenset())
    places = sorted(range(len(arrivals)), key=lambda place: arrivals[place].at)
    ordered = [arrivals[place] for place in places]
    tests = {
        Sign.BURST: _burst(case, ordered, usual, at_most),
        Sign.NEW_REPORTERS: _run_of_new(case, ordered, usual),
        Sign.ALIKE: _alike(case, ordered, usual),
    }
    shown = {sign: found for sign, found in tests.items() if found[0] <= at_most}
    return Arranged(
        signs={sign: chance for sign, (chance, _) in shown.items()},
        reports=frozenset(places[one] for _, found in shown.values() for one in found),
    )


def without(arrivals: Sequence[Arrival], left_out: Collection[int]) -> tuple[int, float]:
    """Return a case's distinct reporters, anonymous ones as one, and its best quality, with some reports left out."""
    kept = [one for at, one in enumerate(arrivals) if at not in left_out]
    return len({one.reporter for one in kept}), max((one.quality for one in kept), default=0.0)


def _burst(case: str, arrivals: Sequence[Arrival], usual: Usual, at_most: float) -> tuple[float, list[int]]:
    """Test every stretch against the rate to be expected of this case at this desk.

    The rate of a case is drawn from a gamma distribution fitted by moments to the busiest stretches of the desk's
    cases, so that what is seen in a stretch is negative binomial (DuMouchel 1999, Bayesian data mining in large
    frequency tables). A case that was livelier before has the distribution updated with its own rate; one that slept
    has not, since old messages do come back. The probability is that of so many or more, times the widths tried; it is
    the least of all stretches, and every stretch at `at_most` or below counts as arranged.
    """
    import numpy as np
    from scipy.special import betainc

    hours = np.array([(one.at - arrivals[0].at).total_seconds() / 3600 for one in arrivals])
    last = np.arange(len(hours))
    least, covers = 1.0, np.zeros(len(hours) + 1, dtype=int)
    for window, width in enumerate(WINDOWS_H):
        mean, variance = usual.further(window, case)
        rate_shape = mean**2 / max(variance - mean, 1e-9)
        first = np.searchsorted(hours, hours - width)
        further = last - first + (first > 0)  # the report that opens a case is no further one
        shape, rate = rate_shape + first, rate_shape / mean + hours[first] / width
        is_lively = shape / rate > mean
        shape, rate = np.where(is_lively, shape, rate_shape), np.where(is_lively, rate, rate_shape / mean)
        chances = np.where(further > 0, betainc(np.maximum(further, 1), shape, 1 / (1 + rate)), 1.0) * len(WINDOWS_H)
        least = min(least, float(chances.min()))
        ends = np.flatnonzero(chances <= at_most)
        np.add.at(covers, first[ends], 1)
        np.add.at(covers, ends + 1, -1)
    return least, np.flatnonzero(np.cumsum(covers[:-1]) > 0).tolist()


def _run_of_new(case: str, arrivals: Sequence[Arrival], usual: Usual) -> tuple[float, list[int]]:
    """Test the longest run of reporters who had never reported before against the desk's share of such reporters."""
    first_of: dict[str, int] = {}
    for at, one in enumerate(arrivals):
        if one.reporter is not None:
            first_of.setdefault(one.reporter, at)
    runs = [list(run) for is_new, run in groupby(first_of.values(), key=lambda at: arrivals[at].is_new) if is_new]
    longest = max(runs, key=len, default=[])
    chance = min(1.0, len(first_of) * usual.new_share(case) ** len(longest)) if longest else 1.0
    reporters = {arrivals[at].reporter for at in longest}
    return chance, [at for at, one in enumerate(arrivals) if one.reporter is not None and one.reporter in reporters]


def _alike(case: str, arrivals: Sequence[Arrival], usual: Usual) -> tuple[float, list[int]]:
    """Test the largest group of claims in nearly the same words against how often claims on other cases read so.

    Several claims of one reporter count once; anonymous ones count each.
    """
    from scipy.special import bdtrc

    by_digest: dict[str, list[int]] = {}
    prints: dict[str, Fingerprint] = {}
    for text, places in _by_claim(arrivals).items():
        said = fingerprint(text)
        if said:
            prints.setdefault(said.digest, said)
            by_digest.setdefault(said.digest, []).extend(places)
    best: tuple[float, list[int]] = (1.0, [])
    speakers = len(_speakers(arrivals, [at for places in by_digest.values() for at in places]))
    for digest in prints:
        group = [at for other, one in prints.items() if _is_near(prints[digest], one) for at in by_digest[other]]
        size = len(_speakers(arrivals, group))
        if size < LEAST_REPORTS or 2 * size < len(best[1]):
            continue
        share = usual.share_alike(prints[digest], case)
        chance = min(1.0, float(bdtrc(size - 2, speakers - 1, share)) * len(prints))
        if chance < best[0]:
            best = (chance, sorted(group))
    return best


def _by_claim(arrivals: Sequence[Arrival]) -> dict[str, list[int]]:
    """Return the places of each wording; of very many wordings the commonest."""
    places: dict[str, list[int]] = {}
    for at, one in enumerate(arrivals):
        if one.claim:
            places.setdefault(one.claim, []).append(at)
    return {claim: places[claim] for claim in sorted(places, key=lambda one: -len(places[one]))[:_MOST_CLAIMS]}


def _speakers(arrivals: Sequence[Arrival], places: Iterable[int]) -> set[str | int]:
    return {arrivals[at].reporter or at for at in places}


def _is_near(a: Fingerprint, b: Fingerprint) -> bool:
    return a.digest == b.digest or bool((_signature(a) == _signature(b)).mean() >= NEAR)


def _signature(one: Fingerprint) -> NDArray[Any]:
    import numpy as np

    return np.frombuffer(one.signature, dtype="<u4")


def _busiest(arrivals: Sequence[Arrival]) -> tuple[int, ...]:
    """Return how many reports beyond the first the busiest stretch of each width has."""
    times = [one.at.timestamp() for one in arrivals]
    most = [0] * len(WINDOWS_H)
    for window, width in enumerate(WINDOWS_H):
        first = 0
        for last, time in enumerate(times):
            while time - times[first] > 3600 * width:
                first += 1
            most[window] = max(most[window], last - first)
    return tuple(most)


def _new_of(arrivals: Sequence[Arrival]) -> tuple[int, int]:
    """Return how many of the known reporters of a case are new, and how many there are."""
    newness = Counter({one.reporter: one.is_new for one in arrivals if one.reporter is not None})
    return sum(newness.values()), len(newness)


def _when(one: Arrival) -> datetime:
    return one.at
